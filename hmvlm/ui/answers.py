"""Streaming an answer onto the page: the model's events first, files and pictures afterwards."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import gradio as gr

from hmvlm.config import STEPS_PER_SECOND
from hmvlm.tasks import edits
from hmvlm.ui import exports, gate_panels, media, view
from hmvlm.ui import people as seen_people
from hmvlm.ui.engine import Engine
from hmvlm.ui.line import WaitEvent
from hmvlm.ui.session import Media, Session, Turn

if TYPE_CHECKING:
    from hmvlm.assistant import FrameEvent, MotionEvent, Reply

logger = logging.getLogger(__name__)

ENOUGH = 0.9
"""Share of the drafts that are waited for where the model decides the length."""
UPDATE_SECONDS = 0.25
"""Shortest time between two updates of the page while an answer streams."""

Update = dict[Any, Any]
"""New values by component; components that are not named stay as they are."""


class Answers:
    """Streams answers into turns and onto the page.

    Args:
        engine: the model.
        parts: the page's components by name.
    """

    def __init__(self, engine: Engine, parts: Any) -> None:
        self.engine, self.parts = engine, parts

    def nothing(self) -> Update:
        """An update that changes nothing; a generator without any would empty its components."""
        return {self.parts.gate: gr.skip()}

    def chat(self, session: Session) -> Update:
        """The whole conversation as it stands."""
        return {self.parts.chat: view.messages(session)}

    def everything(self, session: Session) -> Update:
        """The conversation, the stage and the gate as they stand."""
        return {
            **self.chat(session),
            self.parts.stage: view.on_stage(session),
            self.parts.gate: gate_panels.history(session.turns, session.others),
        }

    def stream(
        self, session: Session, turn: Turn, options: dict[str, Any], cancel: threading.Event
    ) -> Iterator[Update]:
        """Run the model, with an update whenever enough time has passed or something new began."""
        shown = 0.0
        for urgent, update in self._events(session, turn, options, cancel):
            if urgent or time.monotonic() - shown >= UPDATE_SECONDS:
                shown = time.monotonic()
                yield self.chat(session) if update is None else update

    def edit(self, session: Session, turn: Turn) -> Update:
        """Answer a turn that only changes a motion; no model is needed."""
        assert turn.about is not None and turn.edit is not None
        self._store_motions(session, turn, [edits.edited(turn.about.motion, turn.edit)])
        turn.text = edits.SAID[turn.edit]
        return self.everything(session)

    def pictures(self, session: Session, cancel: threading.Event) -> Iterator[Update]:
        """Write what is missing of every motion, until ``cancel`` is set: data files, then pictures and overlays."""
        for turn in list(session.turns):
            for item in turn.media:
                if cancel.is_set():
                    return
                if turn.running or exports.is_complete(item):
                    continue
                if not item.files:
                    yield self._data_files(session, item)
                    if item.note:
                        continue
                if item.estimate is None:
                    exports.write_poster(item, item.files["npz"].parent)
                    self._keep(item)
                    yield self.chat(session)
                else:
                    yield from self._drawn(session, item, exports.write_overlay, cancel)

    def data_files(self, session: Session, turn: Turn) -> Iterator[Update]:
        """Write the data files of a turn's motions, which takes no time to speak of beside an answer."""
        for item in turn.media:
            if not item.files and not item.note:
                yield self._data_files(session, item)

    def _data_files(self, session: Session, item: Media) -> Update:
        try:
            exports.write_data_files(item, exports.new_folder())
        except (ValueError, OSError) as error:  # a full disk; the other motions still get theirs
            logger.warning("no files: %s", error)
            item.note = str(error)
        self._keep(item)
        return self.chat(session)

    def video(self, session: Session, item: Media, cancel: threading.Event, kind: str = "mp4") -> Iterator[Update]:
        """Draw the video of a motion, or make its FBX file (``kind`` is "fbx"); the browser then saves it."""
        yield from self._drawn(session, item, exports.write_fbx if kind == "fbx" else exports.write_video, cancel)
        if kind in item.files:
            yield {self.parts.stage: view.on_stage(session, item.files[kind])}

    def _drawn(self, session: Session, item: Media, write: Any, cancel: threading.Event) -> Iterator[Update]:
        folder = item.files["npz"].parent
        try:
            for share in write(item, folder, cancel):
                item.drawn = share
                yield self.chat(session)
        finally:
            item.drawn = None
        self._keep(item)
        yield self.chat(session)

    def _keep(self, item: Media) -> None:
        self.parts.chat.temp_files.update(map(str, item.files.values()))

    def _events(
        self, session: Session, turn: Turn, options: dict[str, Any], cancel: threading.Event
    ) -> Iterator[tuple[bool, Update | None]]:
        """Run the model; yields whenever something changed, with True when it should be shown at once.

        None stands for the conversation, which is drawn only where it is shown: most tokens come faster than that.
        """
        for seconds in self.engine.wait(cancel):
            turn.progress = (f"Waiting for the model to load · {seconds:.0f} s", None)
            yield True, self.chat(session)
        if cancel.is_set():
            return
        given = media.options_for(turn)
        if "motion" in given and turn.attachment is not None:
            self._store_motions(session, turn, [given["motion"]])
            yield True, {self.parts.stage: view.on_stage(session)}
        elif turn.about is not None:
            given["motion"] = turn.about.motion
        elif turn.attachment is None:
            given["earlier"] = media.spoken_of(session, turn)
        from hmvlm.assistant import FrameEvent, GateEvent, MotionEvent, ReplyEvent, TextEvent  # heavy, loaded by now

        for event in self.engine.stream(media.asked(turn), cancel, **{**options, **given}):
            match event:
                case WaitEvent():
                    turn.progress = _place(event)
                    yield False, None
                case GateEvent():
                    turn.task, turn.gate = event.task, event.gate
                    yield True, {self.parts.gate: gate_panels.history(session.turns, session.others)}
                case TextEvent():
                    turn.text = event.text
                    yield False, None
                case MotionEvent():
                    turn.progress = _motion_progress(event)
                    turn.preview = (None if event.draft else event.motion) or turn.preview
                    if event.motion is not None and turn.watched:
                        yield True, {**self.chat(session), self.parts.stage: view.live(turn, event.motion)}
                    else:
                        yield False, None
                case FrameEvent():
                    turn.progress = _frame_progress(event)
                    yield False, None
                case ReplyEvent():
                    self._store_reply(session, turn, event.reply, options.get("seed"))
        yield True, self.everything(session)

    def keep_preview(self, session: Session, turn: Turn) -> None:
        """Of a turn that was stopped, keep the motion so far."""
        if turn.preview is not None and not turn.media:
            self._store_motions(session, turn, [turn.preview])

    def _store_reply(self, session: Session, turn: Turn, reply: Reply, seed: int | None) -> None:
        """Copy the assistant's reply into the turn."""
        turn.text, turn.task, turn.gate = reply.text, reply.task, reply.gate
        turn.note = reply.note
        turn.missing = tuple(asked for report in reply.plan for asked in report.missing)
        turn.exemplars = tuple(report.exemplar for report in reply.plan if report.exemplar)
        motions = reply.motions or ([] if reply.motion is None else [reply.motion])
        people = list(reply.estimates)
        turn.people = people[0].people if people else 0
        turn.marks = seen_people.marks(session, turn, people)
        if motions and not turn.media:
            self._store_motions(session, turn, motions)
            for number, item in enumerate(turn.media):
                item.seed = None if people else seed
                if people:
                    item.estimate, item.source = people[number], turn.attachment
                    item.beside = None if number else people[1:]
                    item.person = seen_people.number_of(people[number], number, turn)
                    item.title += f" person {item.person}" if number else ""

    @staticmethod
    def _store_motions(session: Session, turn: Turn, motions: list[Any]) -> None:
        """Make motions the turn's, and put the first one on the stage."""
        turn.media = [Media(motion, media.title(turn), number=number) for number, motion in enumerate(motions, start=1)]
        if turn.watched:
            session.shown = turn.media[0].key


def while_open(session: Session, updates: Iterator[Update]) -> Iterator[Update]:
    """The updates of a chat, shown only while it is on the page; the work itself is done in any case."""
    for update in updates:
        if not session.left:
            yield update


def _place(event: WaitEvent) -> tuple[str, None]:
    others = "1 other" if event.before == 1 else f"{event.before} others"
    about = "" if event.seconds is None else f" · about {max(round(event.seconds), 1)} s"
    return f"Waiting for {others} to be answered{about}", None


def _frame_progress(event: FrameEvent) -> tuple[str, float | None]:
    if not event.total:
        return f"Looking at the clip · frame {event.done}", None
    if event.total == 1 and event.stage == "people":
        return "Looking at the picture", None
    doing = "Looking at frame" if event.stage == "people" else "Estimating pose"
    return f"{doing} {event.done} of {event.total}", event.done / event.total


def _motion_progress(event: MotionEvent) -> tuple[str, float | None]:
    done, part = event.step / STEPS_PER_SECOND, ""
    if event.clauses > 1:
        part = f" · part {event.clause + 1} of {event.clauses}"
    if event.total:
        return (
            f"Drawing the motion{part} · {done:.1f} of {event.total / STEPS_PER_SECOND:.1f} s",
            event.step / event.total,
        )
    if event.rows > 1:
        share = min(event.ended / (ENOUGH * event.rows), 1.0)
        return f"Drawing the motion{part} · {done:.1f} s · {event.ended} of {event.rows} drafts complete", share
    return f"Drawing the motion{part} · {done:.1f} s", None

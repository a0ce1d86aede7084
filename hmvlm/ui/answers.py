"""Streaming an answer onto the page: the model's events, then files, pictures and videos."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from hmvlm.config import STEPS_PER_SECOND
from hmvlm.ui import exports, media, panels, view
from hmvlm.ui.engine import Engine
from hmvlm.ui.session import Media, Session, Turn

if TYPE_CHECKING:
    from hmvlm.assistant import MotionEvent, Reply

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

    def chat(self, session: Session) -> Update:
        """The whole conversation as it stands."""
        return {self.parts.chat: view.messages(session)}

    def stream(
        self, session: Session, turn: Turn, options: dict[str, Any], cancel: threading.Event
    ) -> Iterator[Update]:
        """Run the model, with an update whenever enough time has passed or something new began."""
        shown = 0.0
        for urgent, update in self._events(session, turn, options, cancel):
            if urgent or time.monotonic() - shown >= UPDATE_SECONDS:
                shown = time.monotonic()
                yield update

    def files(self, session: Session, turn: Turn, seed: int, cancel: threading.Event) -> Iterator[Update]:
        """Write the files of every motion, then render the pictures and videos."""
        folders = []
        for number, item in enumerate(turn.media):
            item.seed = seed if number == 0 and item.estimate is None else None
            folders.append(exports.new_folder())
            exports.write_data_files(item, folders[-1])
            self.parts.chat.temp_files.update(map(str, item.files.values()))
        if turn.media:
            yield {self.parts.picker: view.picker(session)}
        for number, (item, folder) in enumerate(zip(turn.media, folders), start=1):
            if cancel.is_set():
                return
            of = f" {number} of {len(folders)}" if len(folders) > 1 else ""
            label = "Laying the body over the picture" if item.estimate else f"Rendering the video{of}"
            write = exports.write_overlay if item.estimate else exports.write_video
            for share in write(item, folder, cancel):
                turn.progress = (label, share)
                yield self.chat(session)
            self.parts.chat.temp_files.update(map(str, item.files.values()))

    def _events(
        self, session: Session, turn: Turn, options: dict[str, Any], cancel: threading.Event
    ) -> Iterator[tuple[bool, Update]]:
        """Run the model; yields whenever something changed, with True when it should be shown at once."""
        for seconds in self.engine.wait(cancel):
            turn.progress = (f"Waiting for the model to load · {seconds:.0f} s", None)
            yield True, self.chat(session)
        if cancel.is_set():
            return
        options |= media.options_for(turn)
        if turn.attachment is None:
            options["earlier"] = media.shown_before(session, turn)
        from hmvlm.assistant import FrameEvent, GateEvent, MotionEvent, ReplyEvent, TextEvent  # heavy, loaded by now

        for event in self.engine.stream(media.asked(turn), cancel, **options):
            match event:
                case GateEvent():
                    turn.task, turn.gate = event.task, event.gate
                    yield True, {self.parts.gate: panels.gate_panel(turn.gate, turn.task)}
                case TextEvent():
                    turn.text = event.text
                    yield False, self.chat(session)
                case MotionEvent():
                    turn.progress = _motion_progress(event)
                    yield False, self.chat(session)
                case FrameEvent():
                    turn.progress = _frame_progress(event.done, event.total)
                    yield False, self.chat(session)
                case ReplyEvent():
                    self._store_reply(turn, event.reply)
        log = self.engine.model().gate_log
        yield True, {self.parts.means: panels.means_panel(log.means(), log.counts()), **self.chat(session)}

    @staticmethod
    def _store_reply(turn: Turn, reply: Reply) -> None:
        """Copy the assistant's reply into the turn."""
        turn.text, turn.task, turn.gate = reply.text, reply.task, reply.gate
        seen = reply.estimate
        turn.people = 0 if seen is None else seen.people
        source = None if seen is None else turn.attachment
        motions = reply.motions or ([] if reply.motion is None else [reply.motion])
        turn.media = [Media(motion, media.title(turn), estimate=seen, source=source) for motion in motions]


def _frame_progress(done: int, total: int | None) -> tuple[str, float | None]:
    if not total:
        return f"Looking at the clip · frame {done}", None
    return ("Looking at the picture", None) if total == 1 else (f"Looking at frame {done} of {total}", done / total)


def _motion_progress(event: MotionEvent) -> tuple[str, float | None]:
    done, part = event.step / STEPS_PER_SECOND, ""
    if event.clauses > 1:
        part = f" · part {event.clause + 1} of {event.clauses}"
    if event.total:
        return (
            f"Drawing the motion{part} · {done:.1f} of {event.total / STEPS_PER_SECOND:.1f} s",
            event.step / event.total,
        )
    return f"Drawing the motion{part} · {done:.1f} s", None

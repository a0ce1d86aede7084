"""What happens when a visitor types, stops, retries or picks: handlers of the page."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from hmvlm.config import STEPS_PER_SECOND
from hmvlm.motion.clip import Motion
from hmvlm.ui import exports, panels, view
from hmvlm.ui.engine import Engine
from hmvlm.ui.session import Clip, Session, Turn, check_prompt

logger = logging.getLogger(__name__)

UPDATE_SECONDS = 0.12
"""Shortest time between two updates of the page while an answer streams."""
MAX_SEED = 99_999
"""Largest seed that is drawn; short enough to read out and type again."""
DESCRIBE_PROMPT = "What is the person doing?"

Update = dict[Any, Any]
"""New values by component; components that are not named stay as they are."""


class Handlers:
    """Event handlers over the components of :mod:`hmvlm.ui.layout`.

    Args:
        engine: the model.
        parts: the page's components by name.
    """

    def __init__(self, engine: Engine, parts: Any) -> None:
        self.engine = engine
        self.parts = parts

    def open_turn(self, message: dict[str, Any], session: Session) -> Update:
        """Check a message and show it; the answer follows in :meth:`answer`."""
        text = message.get("text") or ""
        files = [Path(file) for file in message.get("files") or []]
        if session.current:
            gr.Info("An answer is on its way. Stop it first, or wait for it.")
            return {self.parts.session: session}
        problem = check_prompt(text or (DESCRIBE_PROMPT if files else ""))
        if problem:
            gr.Warning(problem)
            return {self.parts.session: session}
        return self._open(session, Turn(text.strip() or DESCRIBE_PROMPT, files[0] if files else None))

    def describe_clip(self, key: str | None, session: Session) -> Update:
        """Ask what the person does in the clip of the 3-D view."""
        clip = session.clip(key)
        if clip is None or session.current:
            gr.Info("Wait for the answer first." if clip else "There is no motion to describe yet.")
            return {self.parts.session: session}
        return self._open(session, Turn(DESCRIBE_PROMPT, clip.files.get("npz")))

    def retry(self, data: gr.RetryData, session: Session, request: gr.Request) -> Update:
        """Answer a turn again; what came after it is dropped."""
        self.engine.stop(request.session_hash or "")
        turn = session.turns[_turn_of(data.index)]
        self._drop(session, data.index)
        return self._open(session, Turn(turn.prompt, turn.attachment))

    def undo(self, data: gr.UndoData, session: Session, request: gr.Request) -> Update:
        """Drop a turn and everything after it and put its text back into the box."""
        self.engine.stop(request.session_hash or "")
        prompt = session.turns[_turn_of(data.index)].prompt
        self._drop(session, data.index)
        return {**self._everything(session), self.parts.box: view.box(False, prompt)}

    def clear(self, session: Session, request: gr.Request) -> Update:
        """Start a new chat."""
        self.engine.stop(request.session_hash or "")
        session.turns.clear()
        return {
            **self._everything(session),
            self.parts.box: view.box(False, ""),
            self.parts.gate: panels.gate_panel(None),
        }

    def stop(self, session: Session, request: gr.Request) -> Update:
        """Stop the answer that is on its way; what is there of it stays."""
        self.engine.stop(request.session_hash or "")
        if session.current:
            session.current.finish("stopped")
        return {**self._everything(session), self.parts.box: view.box(False)}

    def leave(self, request: gr.Request) -> None:
        """Stop the answer of a visitor who closed the page."""
        self.engine.stop(request.session_hash or "")

    def pick(self, key: str | None, session: Session) -> dict[str, Any]:
        """Show the chosen clip in the 3-D view."""
        return view.viewer(session.clip(key))

    def status(self) -> tuple[str, Any]:
        """The header's pill, and a timer that ticks only while the model loads."""
        engine = self.engine
        return panels.status_pill(engine.ready, engine.error, engine.seconds), gr.Timer(active=engine.loading)

    def answer(
        self,
        session: Session,
        seconds: float,
        temperature: float,
        seed: float,
        new_seed: bool,
        variations: float,
        request: gr.Request,
    ) -> Iterator[Update]:
        """Stream the answer of the open turn, then its files and videos."""
        turn = session.current
        if turn is None:
            return
        cancel = self.engine.begin(request.session_hash or "")
        chosen = random.randint(0, MAX_SEED) if new_seed else int(seed or 0)
        options = {
            "seconds": seconds or None,
            "temperature": temperature or None,
            "seed": chosen,
            "variations": int(variations),
            "history": session.history(),
        }
        yield {self.parts.seed: chosen, **self._chat(session)}
        try:
            yield from self._throttled(self._stream(session, turn, options, cancel))
            yield from self._files(session, turn, chosen, cancel)
        except (ValueError, OSError, RuntimeError) as error:
            logger.warning("turn failed: %s", error)
            turn.finish("failed", str(error))
        except Exception as error:  # the page must stay usable whatever happened
            logger.exception("turn failed")
            turn.finish("failed", f"Something went wrong ({type(error).__name__}). The server's log has the details.")
        turn.finish("stopped" if cancel.is_set() else "done")
        if turn in session.turns:
            yield {**self._chat(session), self.parts.box: view.box(False)}

    def _stream(self, session: Session, turn: Turn, options: dict[str, Any], cancel: threading.Event) -> Iterator:
        """Run the model; yields whenever something changed, with True when it should be shown at once."""
        for waited in self.engine.wait(cancel):
            turn.progress = (f"Waiting for the model to load · {waited:.0f} s", None)
            yield True, self._chat(session)
        if cancel.is_set():
            return
        if turn.attachment:
            options["motion"] = Motion.load(turn.attachment)
        from hmvlm.assistant import GateEvent, MotionEvent, ReplyEvent, TextEvent  # heavy, but loaded by now

        for event in self.engine.stream(turn.prompt, cancel, **options):
            match event:
                case GateEvent():
                    turn.task, turn.gate = event.task, event.gate
                    yield True, {self.parts.gate: panels.gate_panel(turn.gate, turn.task)}
                case TextEvent():
                    turn.text = event.text
                    yield False, self._chat(session)
                case MotionEvent():
                    turn.progress = _motion_progress(event.step, event.total)
                    yield False, self._chat(session)
                case ReplyEvent():
                    reply = event.reply
                    turn.text, turn.task, turn.gate = reply.text, reply.task, reply.gate
                    turn.clips = [Clip(motion, turn.prompt) for motion in reply.motions]
        log = self.engine.model().gate_log
        yield True, {self.parts.means: panels.means_panel(log.means(), log.counts()), **self._chat(session)}

    def _files(self, session: Session, turn: Turn, seed: int, cancel: threading.Event) -> Iterator[Update]:
        """Write the files of every clip, the 3-D view first, then render the videos."""
        folders = []
        for number, clip in enumerate(turn.clips):
            clip.seed = seed if number == 0 else None
            folders.append(exports.new_folder())
            exports.write_data_files(clip, folders[-1])
            self.parts.chat.temp_files.update(map(str, clip.files.values()))
        if turn.clips:
            yield {self.parts.picker: view.picker(session), self.parts.viewer: view.viewer(turn.clips[-1])}
        for number, (clip, folder) in enumerate(zip(turn.clips, folders), start=1):
            of = f" {number} of {len(folders)}" if len(folders) > 1 else ""
            for share in exports.write_video(clip, folder, cancel):
                turn.progress = (f"Rendering the video{of}", share)
                yield self._chat(session)
            self.parts.chat.temp_files.update(map(str, clip.files.values()))

    @staticmethod
    def _throttled(updates: Iterator[tuple[bool, Update]]) -> Iterator[Update]:
        """Drop updates that come too soon after another unless they are marked as urgent."""
        shown = 0.0
        for urgent, update in updates:
            if urgent or time.monotonic() - shown >= UPDATE_SECONDS:
                shown = time.monotonic()
                yield update

    def _open(self, session: Session, turn: Turn) -> Update:
        session.turns.append(turn)
        return {**self._everything(session), self.parts.box: view.box(True, "")}

    def _drop(self, session: Session, message_index: Any) -> None:
        del session.turns[_turn_of(message_index) :]

    def _chat(self, session: Session) -> Update:
        return {self.parts.chat: view.messages(session)}

    def _everything(self, session: Session) -> Update:
        return {self.parts.session: session, **self._chat(session), self.parts.picker: view.picker(session)}


def _turn_of(message_index: Any) -> int:
    """Number of the turn that a chat message belongs to; every turn shows exactly two messages."""
    index = message_index[0] if isinstance(message_index, (list, tuple)) else message_index
    return int(index) // 2


def _motion_progress(step: int, total: int | None) -> tuple[str, float | None]:
    done = step / STEPS_PER_SECOND
    if total:
        return f"Drawing the motion · {done:.1f} of {total / STEPS_PER_SECOND:.1f} s", step / total
    return f"Drawing the motion · {done:.1f} s", None

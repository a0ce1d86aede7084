"""Event handlers of the page: a visitor sends, stops, retries or picks."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator
from typing import Any

import gradio as gr

from hmvlm.ui import media, panels, view
from hmvlm.ui.answers import Answers, Update
from hmvlm.ui.engine import Engine
from hmvlm.ui.session import Session, Turn, check_prompt

logger = logging.getLogger(__name__)

MAX_SEED = 99_999
"""Largest seed that is drawn; short enough to read out and type again."""


class Handlers:
    """Event handlers over the components of :mod:`hmvlm.ui.layout`.

    Args:
        engine: the model.
        parts: the page's components by name.
    """

    def __init__(self, engine: Engine, parts: Any) -> None:
        self.engine = engine
        self.parts = parts
        self.answers = Answers(engine, parts)

    def open_turn(self, message: dict[str, Any], session: Session) -> Update:
        """Check a message and show it; the answer follows in :meth:`answer`."""
        if session.current:
            gr.Info("An answer is on its way. Stop it first, or wait for it.")
            return {self.parts.session: session}
        files = message.get("files") or []
        try:
            if len(files) > 1:
                raise ValueError(f"{len(files)} files came with the message; please attach one at a time.")
            turn = media.turn_from_message(
                message.get("text") or "", media.stored(files[0]) if files else None, session
            )
            problem = check_prompt(turn.prompt)
        except ValueError as error:
            problem = str(error)
        if problem:
            gr.Warning(problem)
            return {self.parts.session: session}
        return self._open(session, turn)

    def choose(self, data: gr.SelectData, session: Session) -> Update:
        """Show another person of the last photo or clip."""
        last = session.turns[-1] if session.turns else None
        if last is None or str(data.value) not in [choice["value"] for choice in media.choices(last)]:
            return {self.parts.session: session}
        return self._open(session, Turn(f"Person {data.value}", last.attachment, int(data.value)))

    def describe_media(self, key: str | None, session: Session) -> Update:
        """Ask what the person does in the motion of the 3-D view."""
        item = session.find(key)
        if item is None or session.current:
            gr.Info("Wait for the answer first." if item else "There is no motion to describe yet.")
            return {self.parts.session: session}
        return self._open(session, Turn(media.QUESTIONS["motion"], item.files.get("npz")))

    def retry(self, data: gr.RetryData, session: Session, request: gr.Request) -> Update:
        """Answer a turn again; what came after it is dropped."""
        self.engine.stop(request.session_hash or "")
        turn = session.turns[_turn_index(data.index)]
        self._drop(session, data.index)
        return self._open(session, Turn(turn.prompt, turn.attachment, turn.person))

    def undo(self, data: gr.UndoData, session: Session, request: gr.Request) -> Update:
        """Drop a turn and everything after it and put its text and file back into the box."""
        self.engine.stop(request.session_hash or "")
        turn = session.turns[_turn_index(data.index)]
        self._drop(session, data.index)
        return {**self._everything(session), self.parts.box: view.box(False, turn.prompt, turn.attachment)}

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
        turn = session.current
        if turn is not None:
            turn.finish("stopped")
        return {**self._everything(session), **self._stage(turn), self.parts.box: view.box(False)}

    def leave(self, request: gr.Request) -> None:
        """Stop the answer of a visitor who closed the page."""
        self.engine.stop(request.session_hash or "")

    def pick(self, key: str | None, session: Session) -> dict[str, Any]:
        """Show the chosen motion in the 3-D view."""
        return view.viewer(session.find(key))

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
        yield {self.parts.seed: chosen, **self.answers.chat(session)}
        try:
            yield from self.answers.stream(session, turn, options, cancel)
            yield from self.answers.files(session, turn, chosen, cancel)
        except (ValueError, OSError, RuntimeError) as error:
            logger.warning("turn failed: %s", error)
            turn.finish("failed", str(error))
        except Exception as error:  # the page must stay usable whatever happened
            logger.exception("turn failed")
            turn.finish("failed", f"Something went wrong ({type(error).__name__}). The server's log has the details.")
        turn.finish("stopped" if cancel.is_set() else "done")
        if turn in session.turns:
            # Not in the last update, which the page gets twice: the second would keep the 3-D view from loading.
            yield {**self.answers.chat(session), **self._stage(turn)}
            yield {self.parts.box: view.box(False)}

    def _open(self, session: Session, turn: Turn) -> Update:
        session.turns.append(turn)
        return {**self._everything(session), self.parts.box: view.box(True, "")}

    def _drop(self, session: Session, message_index: Any) -> None:
        del session.turns[_turn_index(message_index) :]

    def _stage(self, turn: Turn | None) -> Update:
        """The 3-D view of a turn that ended, if it left a motion. Not before: where the browser draws 3-D on the
        processor, it would take the time that the video needs.
        """
        if turn is None or not any(item.files for item in turn.media):
            return {}
        return {self.parts.viewer: view.viewer(turn.media[-1])}

    def _everything(self, session: Session) -> Update:
        return {self.parts.session: session, **self.answers.chat(session), self.parts.picker: view.picker(session)}


def _turn_index(message_index: Any) -> int:
    """Number of the turn that a chat message belongs to; every turn shows exactly two messages."""
    index = message_index[0] if isinstance(message_index, (list, tuple)) else message_index
    return int(index) // 2

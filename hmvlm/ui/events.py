"""Event handlers of the page: a visitor sends, stops, retries or picks."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator
from functools import partial
from typing import Any

import gradio as gr

from hmvlm.texts import clean
from hmvlm.ui import examples, media, panels, ratings, view, waiting
from hmvlm.ui.answers import Answers, Update
from hmvlm.ui.engine import Engine
from hmvlm.ui.inputs import clicked, number, turn_index
from hmvlm.ui.numbers import whole
from hmvlm.ui.session import Session, Turn, check_prompt, unescape

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
        """Check a message and show it; the answer follows in :meth:`answer`, after those that are on their way."""
        files = message.get("files") or []
        try:
            turns = media.turns_from_message(message.get("text") or "", files, session)
            problem = check_prompt(turns[0].prompt)
        except ValueError as error:
            problem = str(error)
        if problem:
            gr.Warning(problem)
            return self._nothing()
        if len(turns) > 1:
            gr.Info(f"{len(turns)} files: each gets an answer of its own, one after the other.")
        return self._open(session, *turns, reread=not files)

    def example(self, data: gr.EventData, session: Session) -> Update:
        """Send the message of an example."""
        message = examples.message(clicked(data)[1])
        return self._nothing() if message is None else self.open_turn(message, session)

    def person(self, data: gr.EventData, session: Session) -> Update:
        """Look at another person of a photo or clip."""
        key, number = clicked(data)
        item = session.find(key)
        turn = None if item is None else session.turn_of(item)
        if turn is None or turn.attachment is None or number not in map(str, media.others(turn)):
            return self._nothing()
        return self._open(session, Turn(f"Person {number}", turn.attachment, int(number)))

    def ask(self, data: gr.EventData, session: Session) -> Update:
        """What a button under an answer asks of its motion."""
        key, asked = clicked(data)
        item = session.find(key)
        turn = None if item is None else session.turn_of(item)
        if item is None or turn is None:
            return self._nothing()
        session.shown = item.key
        change = media.changed(session, item, asked)
        return self._open(session, change or Turn(media.QUESTIONS["motion"], about=item))

    def show(self, data: gr.EventData, session: Session) -> Update:
        """Put a motion on the stage; what is asked next is about it."""
        item = session.find(clicked(data)[0])
        if item is None:
            return self._nothing()
        session.shown = item.key
        if session.current is not None:
            session.current.watched = False
        return {**self.answers.chat(session), self.parts.stage: view.on_stage(session)}

    def video(self, data: gr.EventData, session: Session, request: gr.Request | None = None) -> Iterator[Update]:
        """Draw the video of a motion, or have Blender make its FBX file, and have it saved."""
        key, kind = clicked(data)
        item = session.find(key)
        if item is not None and "npz" in item.files and item.drawn is None:
            with self.engine.working(_session_of(request)) as cancel:
                yield from self._while_open(session, self.answers.video(session, item, cancel, kind or "mp4"))
        yield self._nothing()

    def pictures(self, session: Session, request: gr.Request | None = None) -> Iterator[Update]:
        """Files and pictures of motions that have none yet."""
        with self.engine.working(_session_of(request)) as cancel:
            yield from self._while_open(session, self.answers.pictures(session, cancel))
        yield self._nothing()

    def retry(self, data: gr.RetryData, session: Session, request: gr.Request) -> Update:
        """Answer a turn again; what came after it is dropped. One that waits goes on waiting."""
        if turn_index(data.index) >= len(session.turns):
            return self._nothing()
        self.engine.stop(request.session_hash or "")
        turn = session.turns[turn_index(data.index)]
        self._drop(session, data.index)
        again = Turn(turn.prompt, turn.attachment, turn.person, about=turn.about, edit=turn.edit)
        again.asked, again.seconds, again.seed = turn.asked, turn.seconds, turn.seed
        return self._open(session, again)

    def edit(self, data: gr.EditData, session: Session, request: gr.Request) -> Update:
        """Answer a message anew that was changed; what came after it is dropped."""
        if not isinstance(data.value, str):  # of an attached picture, which is no text
            return self._nothing()
        text, place = clean(unescape(data.value)).strip(), turn_index(data.index)
        problem = check_prompt(text)
        if problem:
            gr.Warning(problem)
            return self.answers.chat(session)
        if (waits := waiting.take_back(session, place)) is not None:
            again = media.turn_from_message(text, waits.attachment, session)
            again.reread, again.with_before = waits.reread, waits.with_before
            session.waiting.insert(place - len(session.turns), again)
            return self.answers.chat(session)
        self.engine.stop(request.session_hash or "")
        old = session.turns[place]
        self._drop(session, data.index)
        turn = media.turn_from_message(text, old.attachment, session)
        turn.person = turn.person or old.person
        return self._open(session, turn)

    def rate(self, data: gr.EventData, session: Session) -> Update:
        """Keep a thumb up or down; the same thumb again takes it back."""
        key, value = clicked(data)
        turn = next((one for one in session.turns if one.key == key), None)
        if turn is None or turn.running or value not in ("up", "down"):
            return self._nothing()
        liked = value == "up"
        turn.liked = None if turn.liked is liked else liked
        ratings.keep(turn)
        return self.answers.chat(session)

    def undo(self, data: gr.UndoData, session: Session, request: gr.Request) -> Update:
        """Drop a turn and everything after it and put its text and file back into the box."""
        if (waits := waiting.take_back(session, turn_index(data.index))) is not None:
            return {**self.answers.chat(session), self.parts.box: view.box(True, waits.prompt, waits.attachment)}
        self.engine.stop(request.session_hash or "")
        turn = session.turns[turn_index(data.index)]
        self._drop(session, data.index)
        return {**self.answers.everything(session), self.parts.box: view.box(False, turn.prompt, turn.attachment)}

    def clear(self, session: Session, request: gr.Request) -> Update:
        """Start a new chat. What is typed already stays in the box."""
        self.engine.stop(request.session_hash or "")
        session.left = True
        session.waiting.clear()
        fresh = Session(others=session.others)
        return {self.parts.session: fresh, **self.answers.everything(fresh), self.parts.box: view.box(False)}

    def redraw(self, session: Session) -> Update:
        """Show the chat as it is once more: an update of the chat before may have come after the last one."""
        return self.answers.everything(session)

    def stop(self, session: Session, request: gr.Request) -> Update:
        """Stop the answer that is on its way; what is there of it stays, and the message that waits is next."""
        waiting.drop_rest(session)
        turn = session.current
        self.engine.stop(request.session_hash or "", None if turn is None else partial(turn.finish, "stopped"))
        if turn is not None:
            self.answers.keep_preview(session, turn)
        return {**self.answers.everything(session), self.parts.box: view.box(bool(session.waiting))}

    def leave(self, request: gr.Request) -> None:
        """Stop what is made for a visitor who closed the page."""
        self.engine.leave(request.session_hash or "")

    def status(self) -> tuple[str, Any]:
        """The header's pill, and a timer that ticks only while the model loads."""
        engine = self.engine
        return panels.status_pill(engine.ready, engine.error, engine.seconds), gr.Timer(active=engine.loading)

    def answer(
        self,
        session: Session,
        seconds: Any,
        temperature: Any,
        seed: float,
        new_seed: bool,
        variations: float,
        request: gr.Request,
    ) -> Iterator[Update]:
        """Stream the answer of the turn that was opened, and then of those that wait."""
        turn = waiting.begin(session)
        if turn is None:  # the message was not accepted, or it waits
            yield self._nothing()
            return
        cancel = self.engine.begin(request.session_hash or "")
        try:
            chosen = random.randint(0, MAX_SEED) if new_seed or turn.other_seed else whole("seed", seed)
            if turn.seed is not None:
                chosen = turn.seed
            yield {self.parts.seed: chosen, **self.answers.chat(session)}
            options = {
                "seconds": turn.seconds or number(seconds),
                "temperature": number(temperature),
                "seed": chosen,
                "variations": whole("number of variations", variations or 1),
                "history": session.history(),
                "preview": True,
            }
            if turn.edit is not None:
                yield self.answers.edit(session, turn)
            else:
                yield from self._while_open(session, self.answers.stream(session, turn, options, cancel))
        except (ValueError, OSError, RuntimeError) as error:
            logger.warning("turn failed: %s", type(error).__name__)
            logger.debug("it was", exc_info=True)
            turn.finish("failed", str(error))
        except Exception as error:  # the page must stay usable whatever happened
            logger.exception("turn failed")
            turn.finish("failed", f"Something went wrong ({type(error).__name__}). The server's log has the details.")
        if cancel.is_set() and turn.running:  # not by the button: the page was left, or the turn is answered anew
            session.waiting.clear()
        turn.finish("stopped" if cancel.is_set() else "done")
        if turn in session.turns and not session.left:
            # A visitor who stopped this answer may have asked the next question already.
            running = session.current is not None or bool(session.waiting)
            yield {**self.answers.everything(session), self.parts.box: view.box(running)}
        if session.waiting and not session.left:
            yield from self._while_open(session, self.answers.data_files(session, turn))
            yield from self.answer(session, seconds, temperature, seed, new_seed, variations, request)

    def _nothing(self) -> Update:
        """An update that changes nothing; a generator without any would empty its components."""
        return {self.parts.gate: gr.skip()}

    @staticmethod
    def _while_open(session: Session, updates: Iterator[Update]) -> Iterator[Update]:
        """The updates of a chat, shown only while it is on the page; the work itself is done in any case."""
        for update in updates:
            if not session.left:
                yield update

    def _open(self, session: Session, *turns: Turn, reread: bool = False) -> Update:
        if len(session.waiting) + len(turns) > waiting.MOST:
            gr.Warning(waiting.FULL)
            return self._nothing()
        waiting.join(session, turns, reread)
        return {**self.answers.chat(session), self.parts.box: view.box(True, "")}

    def _drop(self, session: Session, message_index: Any) -> None:
        session.waiting.clear()
        del session.turns[turn_index(message_index) :]


def _session_of(request: gr.Request | None) -> str:
    return "" if request is None else request.session_hash or ""

"""Event handlers of the page: a visitor sends, stops, retries or picks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from hmvlm.texts import clean
from hmvlm.ui import examples, media, panels, ratings, view
from hmvlm.ui.answering import Answering
from hmvlm.ui.answers import Answers, Update, while_open
from hmvlm.ui.engine import Engine
from hmvlm.ui.inputs import clicked, tab_of, turn_index
from hmvlm.ui.session import Session, Turn, check_prompt, unescape
from hmvlm.ui.turn_order import FULL, TurnOrder


class Handlers:
    """Event handlers over the components of :mod:`hmvlm.ui.layout`; ``answer`` is that of
    :class:`hmvlm.ui.answering.Answering`.

    Args:
        engine: the model.
        parts: the page's components by name.
    """

    def __init__(self, engine: Engine, parts: Any) -> None:
        self.engine = engine
        self.parts = parts
        self.order = TurnOrder(engine)
        self.answers = Answers(engine, parts)
        self.answer = Answering(self.order, self.answers, parts).answer

    def open_turn(self, message: dict[str, Any], session: Session) -> Update:
        """Check a message and show it; the answer follows in ``answer``, after those that are on their way."""
        files = message.get("files") or []
        try:
            turns = media.turns_from_message(message.get("text") or "", files, session)
            problem = check_prompt(turns[0].prompt)
        except ValueError as error:
            problem = str(error)
        if problem:
            gr.Warning(problem)
            return self.answers.nothing()
        if len(turns) > 1:
            gr.Info(f"{len(turns)} files: each gets an answer of its own, one after the other.")
        return self._open(session, *turns, reread=not files)

    def example(self, data: gr.EventData, session: Session) -> Update:
        """Send the message of an example."""
        message = examples.message(clicked(data)[1])
        return self.answers.nothing() if message is None else self.open_turn(message, session)

    def person(self, data: gr.EventData, session: Session) -> Update:
        """Look at another person of a photo or clip."""
        key, number = clicked(data)
        item = session.find(key)
        turn = None if item is None else session.turn_of(item)
        if turn is None or turn.attachment is None or number not in map(str, media.others(turn)):
            return self.answers.nothing()
        return self._open(session, Turn(f"Person {number}", turn.attachment, int(number)))

    def ask(self, data: gr.EventData, session: Session) -> Update:
        """What a button under an answer asks of its motion."""
        key, asked = clicked(data)
        item = session.find(key)
        turn = None if item is None else session.turn_of(item)
        if item is None or turn is None:
            return self.answers.nothing()
        session.shown = item.key
        change = media.changed(session, item, asked)
        return self._open(session, change or Turn(media.QUESTIONS["motion"], about=item))

    def show(self, data: gr.EventData, session: Session) -> Update:
        """Put a motion on the stage; what is asked next is about it."""
        item = session.find(clicked(data)[0])
        if item is None:
            return self.answers.nothing()
        session.shown = item.key
        if session.current is not None:
            session.current.watched = False
        return {**self.answers.chat(session), self.parts.stage: view.on_stage(session)}

    def video(self, data: gr.EventData, session: Session, request: gr.Request | None = None) -> Iterator[Update]:
        """Draw the video of a motion, or have Blender make its FBX file, and have it saved."""
        key, kind = clicked(data)
        item = session.find(key)
        if item is not None and "npz" in item.files and item.drawn is None:
            with self.engine.working(tab_of(request)) as cancel:
                yield from while_open(session, self.answers.video(session, item, cancel, kind or "mp4"))
        yield self.answers.nothing()

    def pictures(self, session: Session, request: gr.Request | None = None) -> Iterator[Update]:
        """Files and pictures of motions that have none yet."""
        with self.engine.working(tab_of(request)) as cancel:
            yield from while_open(session, self.answers.pictures(session, cancel))
        yield self.answers.nothing()

    def retry(self, data: gr.RetryData, session: Session, request: gr.Request) -> Update:
        """Answer a turn again; what came after it is dropped. One that waits goes on waiting."""
        if turn_index(data.index) >= len(session.turns):
            return self.answers.nothing()
        turn = self.order.cut(session, tab_of(request), turn_index(data.index))
        again = Turn(turn.prompt, turn.attachment, turn.person, about=turn.about, edit=turn.edit)
        again.asked, again.seconds, again.seed = turn.asked, turn.seconds, turn.seed
        return self._open(session, again)

    def edit(self, data: gr.EditData, session: Session, request: gr.Request) -> Update:
        """Answer a message anew that was changed; what came after it is dropped."""
        if not isinstance(data.value, str):  # of an attached picture, which is no text
            return self.answers.nothing()
        text, place = clean(unescape(data.value)).strip(), turn_index(data.index)
        problem = check_prompt(text)
        if problem:
            gr.Warning(problem)
            return self.answers.chat(session)
        if (waits := self.order.take_back(session, place)) is not None:
            again = media.turn_from_message(text, waits.attachment, session)
            again.reread, again.with_before = waits.reread, waits.with_before
            self.order.put_back(session, place, again)
            return self.answers.chat(session)
        old = self.order.cut(session, tab_of(request), place)
        turn = media.turn_from_message(text, old.attachment, session)
        turn.person = turn.person or old.person
        return self._open(session, turn)

    def rate(self, data: gr.EventData, session: Session) -> Update:
        """Keep a thumb up or down; the same thumb again takes it back."""
        key, value = clicked(data)
        turn = next((one for one in session.turns if one.key == key), None)
        if turn is None or turn.running or value not in ("up", "down"):
            return self.answers.nothing()
        liked = value == "up"
        turn.liked = None if turn.liked is liked else liked
        ratings.keep(turn)
        return self.answers.chat(session)

    def undo(self, data: gr.UndoData, session: Session, request: gr.Request) -> Update:
        """Drop a turn and everything after it and put its text and file back into the box."""
        if (waits := self.order.take_back(session, turn_index(data.index))) is not None:
            return {**self.answers.chat(session), self.parts.box: view.box(True, waits.prompt, waits.attachment)}
        turn = self.order.cut(session, tab_of(request), turn_index(data.index))
        return {**self.answers.everything(session), self.parts.box: view.box(False, turn.prompt, turn.attachment)}

    def clear(self, session: Session, request: gr.Request) -> Update:
        """Start a new chat. What is typed already stays in the box."""
        self.order.close(session, tab_of(request))
        fresh = Session(others=session.others)
        return {self.parts.session: fresh, **self.answers.everything(fresh), self.parts.box: view.box(False)}

    def redraw(self, session: Session) -> Update:
        """Show the chat as it is once more: an update of the chat before may have come after the last one."""
        return self.answers.everything(session)

    def stop(self, session: Session, request: gr.Request) -> Update:
        """Stop the answer that is on its way; what is there of it stays, and the message that waits is next."""
        turn = self.order.stop(session, tab_of(request))
        if turn is not None:
            self.answers.keep_preview(session, turn)
        return {**self.answers.everything(session), self.parts.box: view.box(bool(session.waiting))}

    def leave(self, request: gr.Request) -> None:
        """Stop what is made for a visitor who closed the page."""
        self.order.leave(tab_of(request))

    def status(self) -> tuple[str, Any]:
        """The header's pill, and a timer that ticks only while the model loads."""
        engine = self.engine
        return panels.status_pill(engine.ready, engine.error, engine.seconds), gr.Timer(active=engine.loading)

    def _open(self, session: Session, *turns: Turn, reread: bool = False) -> Update:
        if not self.order.join(session, turns, reread):
            gr.Warning(FULL)
            return self.answers.nothing()
        return {**self.answers.chat(session), self.parts.box: view.box(True, "")}

"""The order of the turns of a chat: which one is answered, which wait behind it, and what stops or drops them.

Turns wait that are sent before an answer is there, and those of the other files of a message. Nothing else changes
``session.waiting``, or tells the engine to begin or to stop an answer.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial

from hmvlm.ui import media
from hmvlm.ui.engine import Engine
from hmvlm.ui.session import Session, Turn

MOST = 8
"""Most turns that wait in one chat."""
FULL = f"{MOST} messages wait in this chat already. Send this one when the next answer is there."
_TAKING = threading.Lock()


class TurnOrder:
    """The order of turns, of all chats.

    A ``tab`` is Gradio's ``session_hash``: a visitor's page, in which one chat at a time is open and answered.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def join(self, session: Session, turns: Sequence[Turn], reread: bool = False) -> bool:
        """Put the turns of one message at the end of a chat; False where too many wait already.

        Those wait that cannot be answered at once.

        Args:
            reread: the message is words only. They are read again when their turn comes, as what "make it longer"
                means depends on the answers before.
        """
        if len(session.waiting) + len(turns) > MOST:
            return False
        waits = session.current is not None or bool(session.waiting)
        for place, turn in enumerate(turns):
            turn.reread, turn.with_before = waits and reread, place > 0
        if waits:
            session.waiting.extend(turns)
        else:
            session.turns.append(turns[0])
            session.waiting.extend(turns[1:])
        return True

    def begin(self, session: Session, tab: str) -> tuple[Turn, threading.Event] | None:
        """The turn to be answered now, once, and the event that cancels its answer; None where there is none.

        It is the one that is open, else the first that waits.
        """
        with _TAKING:
            if session.current is None and session.waiting:
                turn = session.waiting.pop(0)
                session.turns.append(media.turn_from_message(turn.prompt, None, session) if turn.reread else turn)
            begun = session.begin()
        return None if begun is None else (begun, self._engine.begin(tab))

    def end(self, session: Session, turn: Turn, cancel: threading.Event) -> None:
        """An answer has ended, or its ``cancel`` was set.

        Where that was not by :meth:`stop`, the page was left or the turn is answered anew, and nothing waits any more.
        """
        if cancel.is_set() and turn.running:
            session.waiting.clear()
        turn.finish("stopped" if cancel.is_set() else "done")

    def stop(self, session: Session, tab: str) -> Turn | None:
        """Stop the answer that is on its way; returns its turn.

        The other files of its message are dropped, other messages still wait.
        """
        while session.waiting and session.waiting[0].with_before:
            session.waiting.pop(0)
        turn = session.current
        self._engine.stop(tab, None if turn is None else partial(turn.finish, "stopped"))
        return turn

    def take_back(self, session: Session, number: int) -> Turn | None:
        """The turn with this number in the chat, which waits no longer; None where it is not among those that wait."""
        place = number - len(session.turns)
        return session.waiting.pop(place) if 0 <= place < len(session.waiting) else None

    def put_back(self, session: Session, number: int, turn: Turn) -> None:
        """Let a turn wait at the place of one that was taken back."""
        session.waiting.insert(number - len(session.turns), turn)

    def cut(self, session: Session, tab: str, number: int) -> Turn:
        """Take the turn with this number out of the chat, with everything after it, and stop what is on its way."""
        self._engine.stop(tab)
        turn = session.turns[number]
        session.waiting.clear()
        del session.turns[number:]
        return turn

    def close(self, session: Session, tab: str) -> None:
        """The chat goes from the page: stop its answer, and drop what waits."""
        self._engine.stop(tab)
        self._still(session)
        session.left = True

    def reopen(self, session: Session) -> None:
        """The chat is on the page again; an answer that was on its way was stopped with it."""
        self._still(session)
        session.left = False

    def leave(self, tab: str) -> None:
        """Stop everything that is made for a visitor who has closed the page."""
        self._engine.leave(tab)

    @staticmethod
    def _still(session: Session) -> None:
        session.waiting.clear()
        if session.current is not None:
            session.current.finish("stopped")

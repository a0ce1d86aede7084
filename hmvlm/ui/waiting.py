"""Turns that wait behind an answer: the other files of a message, and what is sent before the answer is there."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from hmvlm.ui import media
from hmvlm.ui.session import Session, Turn

MOST = 8
"""Most turns that wait in one chat."""
FULL = f"{MOST} messages wait in this chat already. Send this one when the next answer is there."
_TAKING = threading.Lock()


def join(session: Session, turns: Sequence[Turn], reread: bool = False) -> None:
    """Put the turns of one message at the end of a chat, where those wait that cannot be answered at once.

    Args:
        reread: the message is words only. They are read again when their turn comes, as what "make it longer" means
            depends on the answers before.
    """
    waits = session.current is not None or bool(session.waiting)
    for place, turn in enumerate(turns):
        turn.reread, turn.with_before = waits and reread, place > 0
    if waits:
        session.waiting.extend(turns)
    else:
        session.turns.append(turns[0])
        session.waiting.extend(turns[1:])


def begin(session: Session) -> Turn | None:
    """The turn to be answered now, once: the one that is open, else the first that waits; None without any."""
    with _TAKING:
        if session.current is None and session.waiting:
            turn = session.waiting.pop(0)
            session.turns.append(media.turn_from_message(turn.prompt, None, session) if turn.reread else turn)
        return session.begin()


def drop_rest(session: Session) -> None:
    """Drop the files that came in one message with the turn that is stopped; other messages still wait."""
    while session.waiting and session.waiting[0].with_before:
        session.waiting.pop(0)


def take_back(session: Session, number: int) -> Turn | None:
    """The turn with this number in the chat, which waits no longer; None where it is not among those that wait."""
    place = number - len(session.turns)
    return session.waiting.pop(place) if 0 <= place < len(session.waiting) else None

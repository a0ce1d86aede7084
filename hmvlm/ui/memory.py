"""Chats of a visitor: kept on the server while their files are, found again by keys that the browser remembers."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from html import escape

from hmvlm.ui.session import Session

MOST_CHATS = 2000
"""Chats that are kept for all visitors together; the one that was not used for longest goes first."""
MOST_LISTED = 20
"""Chats that a browser remembers."""


class Chats:
    """Sessions by their keys. A key cannot be guessed, and whoever has it can read the chat.

    Args:
        seconds: how long a chat is kept after it was last used.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._kept: OrderedDict[str, tuple[float, Session]] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, session: Session) -> None:
        """Keep a chat, which then has a key, or keep it for longer."""
        with self._lock:
            session.key = session.key or secrets.token_urlsafe(18)
            self._kept[session.key] = (time.monotonic(), session)
            self._kept.move_to_end(session.key)
            oldest = time.monotonic() - self._seconds
            while self._kept and (len(self._kept) > MOST_CHATS or next(iter(self._kept.values()))[0] < oldest):
                self._kept.popitem(last=False)

    def find(self, key: object) -> Session | None:
        """The chat with a key, or None where it is not kept any more."""
        with self._lock:
            found = self._kept.get(key) if isinstance(key, str) else None
        return None if found is None else found[1]

    def known(self, keys: object) -> list[Session]:
        """Those of a browser's chats that are still kept and have a turn, in the browser's order."""
        listed: Sequence[object] = keys if isinstance(keys, list) else []
        found = [self.find(key) for key in listed[:MOST_LISTED]]
        return [session for session in found if session is not None and session.turns]


def title(session: Session) -> str:
    """What a chat is called in the list: its first message."""
    return session.turns[0].prompt[:60] if session.turns else "New chat"


def panel(chats: Sequence[Session], current: str, deleted: Session | None = None) -> str:
    """The list of a browser's chats as HTML, with buttons to open, save and delete them, and to undo a deletion."""
    rows = "".join(
        f"<li>{_button('open', one, title(one), one.key == current)}{_button('save', one, 'Save', name='Save as zip')}"
        f"{_button('delete', one, 'Delete', name='Delete')}</li>"
        for one in chats
    )
    undo = f"<li>Deleted. {_button('undo', deleted, 'Undo', name='Undo deleting')}</li>" if deleted else ""
    hint = (
        "" if rows or undo else "<li>Chats of this browser are listed here, for as long as the server keeps them.</li>"
    )
    return f'<details class="hm-chats"><summary>Chats</summary><ul>{undo}{rows}{hint}</ul></details>'


def _button(do: str, session: Session, text: str, current: bool = False, name: str = "") -> str:
    label = f' aria-label="{name}: {escape(title(session))}"' if name else ""
    mark = ' aria-current="true"' if current else ""
    return (
        f'<button type="button" data-hm-do="chats" data-hm-key="{session.key}" data-hm-value="{do}"{label}{mark}>'
        f"{escape(text)}</button>"
    )

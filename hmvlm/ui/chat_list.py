"""Handlers of the list of chats: after a reload the last one is there again, others are opened, saved or deleted."""

from __future__ import annotations

from typing import Any

import gradio as gr

from hmvlm.ui import exports, gate_panels, memory, view
from hmvlm.ui.answers import Answers, Update
from hmvlm.ui.engine import Engine
from hmvlm.ui.inputs import clicked, tab_of
from hmvlm.ui.session import Session
from hmvlm.ui.turn_order import TurnOrder


class ChatList:
    """Handlers over ``parts.memory``, the browser's own list of keys, newest first.

    Args:
        engine: the model.
        parts: the page's components by name.
        seconds: how long chats are kept.
    """

    def __init__(self, engine: Engine, parts: Any, seconds: float) -> None:
        self.parts, self.order = parts, TurnOrder(engine)
        self.answers = Answers(engine, parts)
        self.chats = memory.Chats(seconds)

    def restore(self, session: Session, kept: Any) -> Update:
        """The last chat of the browser; an answer that was on its way was stopped by the reload.

        Where the visitor has been faster than this and has sent a message already, that chat stays.
        """
        if session.turns:
            return self.remember(session, kept)
        known = self.chats.known(_keys(kept))
        session = known[0] if known else Session()
        running = session.current
        self.order.reopen(session)
        if running is not None:
            self.answers.keep_preview(session, running)
        return {**self._shown(session, [one.key for one in known]), self.parts.box: view.box(False)}

    def remember(self, session: Session, kept: Any) -> Update:
        """Put the open chat first in the browser's list."""
        keys = [one.key for one in self.chats.known(_keys(kept))]
        if session.turns:
            self.chats.keep(session)
            keys = [session.key, *(key for key in keys if key != session.key)]
        return self._listed(session, keys)

    def act(self, data: gr.EventData, session: Session, kept: Any, request: gr.Request) -> Update:
        """Open, save or delete a chat of the list, or bring the deleted one back."""
        key, asked = clicked(data)
        keys, chosen = _keys(kept), self.chats.find(key)
        if chosen is None or (asked != "undo" and key not in keys):
            return self._listed(session, keys)
        if asked == "save":
            saved = exports.write_chat(chosen, exports.new_folder())
            self.parts.chat.temp_files.add(str(saved))
            return {self.parts.stage: view.on_stage(session, saved)}
        others = [one for one in keys if one != key]
        if asked == "delete":
            if key != session.key:
                return self._listed(session, others, chosen)
            self.order.close(session, tab_of(request))
            return self._shown(Session(), others, chosen)
        self.order.close(session, tab_of(request))
        self.order.reopen(chosen)
        return self._shown(chosen, [key, *others])

    def _shown(self, session: Session, keys: list[str], deleted: Session | None = None) -> Update:
        return {
            self.parts.session: session,
            **self.answers.everything(session),
            **self._listed(session, keys, deleted),
            self.parts.box: view.box(False),
        }

    def _listed(self, session: Session, keys: list[str], deleted: Session | None = None) -> Update:
        known = self.chats.known(keys)
        session.others = [(turn.task, turn.gate) for one in known if one is not session for turn in one.turns]
        return {
            self.parts.gate: gate_panels.history(session.turns, session.others),
            self.parts.memory: {"chats": [one.key for one in known]},
            self.parts.chats: memory.panel(known, session.key, deleted),
        }


def _keys(kept: Any) -> list[str]:
    """The keys that the browser remembers, whatever else stands there."""
    found = kept.get("chats") if isinstance(kept, dict) else None
    return [key for key in found if isinstance(key, str)][: memory.MOST_LISTED] if isinstance(found, list) else []

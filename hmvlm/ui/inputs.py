"""What the browser sends with an event, read without trust."""

from __future__ import annotations

from typing import Any

import gradio as gr

from hmvlm.ui.numbers import real

AUTO = "Auto"
"""The setting that leaves a choice to the model."""


def clicked(data: gr.EventData) -> tuple[str, str]:
    """Key and value of the element that was clicked, as the stage's script sends them."""
    sent = data._data if isinstance(data._data, dict) else {}
    return str(sent.get("key") or ""), str(sent.get("value") or "")


def tab_of(request: gr.Request | None) -> str:
    """The visitor's page that a request comes from, "" without one."""
    return "" if request is None else request.session_hash or ""


def number(choice: Any) -> float | None:
    """A setting as a number; None for ``"Auto"``, or where nothing is chosen.

    Raises:
        ValueError: something else was typed; one sentence.
    """
    return None if choice == AUTO else real("setting", choice)


def turn_index(message_index: Any) -> int:
    """Number of the turn that a chat message belongs to; every turn shows exactly two messages."""
    index = message_index[0] if isinstance(message_index, (list, tuple)) else message_index
    return int(index) // 2

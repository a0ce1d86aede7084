"""From a session to what the components show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np

from hmvlm.ui import media, panels
from hmvlm.ui.session import Media, Session, Turn, escape

CLOSEST_METRES = 3.2
"""Distance of the 3-D view's camera from a person who stays in place."""


def messages(session: Session) -> list[dict[str, Any]]:
    """Chat messages of all turns: always one of the user and one of the assistant a turn.

    The last one offers the other people of a photo as buttons.
    """
    shown = [
        message
        for turn in session.turns
        for message in (
            {"role": "user", "content": question(turn)},
            {"role": "assistant", "content": answer(turn)},
        )
    ]
    if shown:
        shown[-1]["options"] = media.choices(session.turns[-1])
    return shown


def question(turn: Turn) -> list[Any]:
    """The user's words as typed, with the attached photo, or the name of another file."""
    if turn.attachment is None:
        return [escape(turn.prompt)]
    if media.looks_like(turn.attachment) == "image":
        return [escape(turn.prompt), gr.HTML(panels.thumbnail(turn.attachment), render=False)]
    return [f"{escape(turn.prompt)}  \n📎 {escape(turn.attachment.name)}"]


def answer(turn: Turn) -> list[Any]:
    """Text, motions, progress and what went wrong, in this order."""
    content: list[Any] = [turn.text] if turn.text else []
    if any(item.files for item in turn.media):
        content.append(gr.HTML(panels.media_cards(turn.media), render=False))
    if turn.running:
        label, share = turn.progress or ("Thinking", None)
        content.append(gr.HTML(panels.progress_bar(label, share), render=False))
    if turn.status == "stopped":
        content.append("*Stopped.*")
    if turn.error:
        content.append(gr.HTML(panels.error_note(turn.error), render=False))
    return content or ["*No answer.*"]


def picker(session: Session) -> dict[str, Any]:
    """Choices of the 3-D view, the newest motion chosen."""
    items = session.media()
    choices = [(f"{key.removesuffix('.1')} · {item.title[:60]}", key) for key, item in items]
    return gr.update(choices=choices, value=items[-1][0] if items else None, interactive=len(items) > 1)


def viewer(item: Media | None) -> dict[str, Any]:
    """The 3-D view of a motion at a distance that fits the whole path, seen from half-left.

    What was seen in a picture is first shown from where the picture was taken.
    """
    if item is None or "glb" not in item.files:
        return gr.update(value=None)
    ground = item.motion.trans[:, [0, 2]]
    extent = float(np.ptp(ground, axis=0).max())
    angles = (55, 76) if item.estimate is None else (90, 84)
    return gr.update(value=str(item.files["glb"]), camera_position=(*angles, CLOSEST_METRES + 0.75 * extent))


def box(running: bool, text: str | None = None, file: Path | None = None) -> dict[str, Any]:
    """The message box: a send button, or a stop button while an answer is on its way."""
    files = [str(file)] if file is not None and file.is_file() else []
    value: dict[str, Any] = {} if text is None else {"value": {"text": text, "files": files}}
    return gr.update(submit_btn=not running, stop_btn=running, **value)

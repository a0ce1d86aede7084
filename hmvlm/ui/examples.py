"""The empty conversation: what the page does in a line, and examples as cards to click."""

from __future__ import annotations

import html
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hmvlm.language.prompting import DEFAULT_QUESTION
from hmvlm.motion.formats import READ, listed
from hmvlm.paths import EXAMPLES as FOLDER
from hmvlm.ui import exports, media
from hmvlm.ui.panels import file_url


@dataclass(frozen=True)
class Example:
    """A card: its picture, kind and message, and the file that goes with it."""

    picture: str
    kind: str
    text: str
    file: str | None = None


EXAMPLES = {
    "walk": Example("walk.webp", "Move", "A tired person walks forward"),
    "kick": Example("kick.webp", "Move", "Someone kicks with the right leg"),
    "photo": Example("photo.webp", "Photo", media.QUESTIONS["image"], "leaning.jpg"),
    "clip": Example("clip.webp", "Clip", "Which arm is the person waving with?", "wave.mp4"),
    "file": Example("file.webp", "Motion file", DEFAULT_QUESTION, "wave.npz"),
    "ask": Example("ask.webp", "Ask", "What is the capital of France?"),
}
"""By name. ``python -m benchmarks.example_pictures`` draws the pictures."""


def welcome() -> str:
    """HTML of the empty conversation. Gradio drops attributes other than classes, so classes name the cards."""
    cards = "".join(_card(name, one) for name, one in EXAMPLES.items())
    return (
        '<div class="hm-welcome"><h2>What should the person do?</h2>'
        "<p>Type a movement and see a body do it, show a photo or a short clip and get the body in it, or ask anything."
        f'<span class="hm-wide"> Motions of your own come in as {listed(READ)}.</span></p>'
        f'<div class="hm-examples">{cards}</div></div>'
    )


def message(name: str) -> dict[str, Any] | None:
    """The message of a card, as the message box would send it; None where there is no such card."""
    one = EXAMPLES.get(name)
    if one is None:
        return None
    files = [] if one.file is None else [shutil.copy(FOLDER / one.file, exports.new_folder())]
    return {"text": one.text, "files": files}


def _card(name: str, one: Example) -> str:
    picture = file_url(Path(FOLDER / one.picture).resolve())
    return (
        f'<button type="button" class="hm-example hm-example-{name}"><img src="{picture}" alt="">'
        f"<strong>{html.escape(one.kind)}</strong><span>{html.escape(one.text)}</span></button>"
    )

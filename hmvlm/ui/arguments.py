"""Arguments of the endpoints: components that are never shown, with a default and a sentence for ``view_api``.

An argument is optional where its component has a value, or the function's own default is None.
"""

from __future__ import annotations

import secrets
from typing import Any

import gradio as gr
from gradio.components import Component

from hmvlm import limits
from hmvlm.config import MAX_TOTAL_SECONDS, MIN_SECONDS
from hmvlm.motion.formats import READ, listed
from hmvlm.motion.formats.options import FASTEST, RATES, SLOWEST
from hmvlm.ui.numbers import numeric, whole
from hmvlm.ui.session import MAX_PROMPT

SEEDS = 2**31
"""Seeds that are drawn here are below."""
EXACT = 2**53
"""Whole numbers below are exact in JSON, in which the metadata tell the seed."""


def _described(component: Component, text: str) -> Any:
    """The component with ``text`` as its description in the API.

    An attribute of the object is set, because Gradio writes a file beside the source of every class of components.
    """
    info = {**component.api_info(), "description": text, "additional_description": text}
    component.api_info = lambda: info  # type: ignore[method-assign]
    return component


def prompt() -> gr.Textbox:
    """What is asked; it has no default."""
    return _described(gr.Textbox(label="prompt"), f"English, up to {MAX_PROMPT:,} characters")


def question() -> gr.Textbox:
    """A question about a motion or picture."""
    return _described(gr.Textbox("", label="question"), "empty: what the person does")


def seconds() -> gr.Number:
    """Length of a motion."""
    text = f"{MIN_SECONDS:g} to {MAX_TOTAL_SECONDS:g}; 0: from the text, or the model decides"
    return _described(numeric(0, label="seconds"), text)


def temperature() -> gr.Number:
    """Of sampling."""
    return _described(numeric(0, label="temperature"), "0 to 5, higher is more varied; 0: the default of the task")


def seed() -> gr.Number:
    """Of sampling."""
    text = "the same seed gives the same result; -1 or null draws one, which the metadata tell"
    return _described(numeric(-1, label="seed"), text)


def variations() -> gr.Number:
    """How many motions."""
    return _described(numeric(1, label="variations"), f"how many motions, 1 to {limits.VARIATIONS}")


def fps() -> gr.Number:
    """Frame rate of the files."""
    rates = ", ".join(map(str, RATES))
    text = f"frames a second of the files, {SLOWEST:g} to {FASTEST:g}, for example {rates}; 0: the motion's own"
    return _described(numeric(0, label="fps"), text)


def names() -> gr.Textbox:
    """Joint names of the files."""
    return _described(gr.Textbox("smpl", label="names"), "joint names of BVH and GLB: smpl, mixamo or unreal")


def switch(label: str, text: str, value: bool = True) -> gr.Checkbox:
    """Something that is done or not."""
    return _described(gr.Checkbox(value, label=label), text)


def person() -> gr.Number:
    """One of several people."""
    return _described(numeric(0, label="person"), "1: the largest; 0: no choice")


def history() -> gr.JSON:
    """Earlier messages."""
    return _described(gr.JSON(label="history"), 'earlier messages, a list of {"role", "content"}, oldest first')


def file(label: str, motions: bool) -> gr.File:
    """A file to read; its content decides what it is."""
    kinds = f"a photo or video{f', or a motion ({listed(READ)})' if motions else ''}"
    return _described(gr.File(label=label), f"{kinds}; the content decides, whatever the name")


def beside() -> gr.File:
    """What a motion needs beside it."""
    text = "files that the motion needs beside it: the .asf of an .amc, the .bin of a .gltf; null: none"
    return _described(gr.File(label="beside", file_count="multiple"), text)


def drawn_seed(value: Any) -> int:
    """The seed that is meant: the given one, or a drawn one for None and -1.

    Raises:
        ValueError: it is no whole number, or larger than JSON's numbers are exact; one sentence.
    """
    if value is None or value == -1 or value == "":
        return secrets.randbelow(SEEDS)
    number = whole("seed", value)
    if abs(number) >= EXACT:
        raise ValueError(f"The seed must be smaller than {EXACT:,}, got {float(number):.3g}.")
    return number

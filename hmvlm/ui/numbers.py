"""Numbers that visitors give: checked by the handlers, so that what is wrong with one is said in a sentence."""

from __future__ import annotations

import math
from typing import Any

import gradio as gr


def numeric(*values: Any, **options: Any) -> gr.Number:
    """A number box that hands on whatever was sent; arguments are those of ``gr.Number``."""
    box = gr.Number(*values, **options)
    box.preprocess = lambda payload: payload  # type: ignore[method-assign]
    return box


def whole(name: str, value: Any) -> int:
    """A whole number; nothing counts as 0.

    Raises:
        ValueError: it is none, in one sentence.
    """
    number = real(name, value) or 0.0
    if number != int(number):
        raise ValueError(f"The {name} must be a whole number, got {value!r:.40}.")
    return int(number)


def real(name: str, value: Any) -> float | None:
    """A finite number; None for 0 and where nothing is given.

    Raises:
        ValueError: it is none, in one sentence.
    """
    try:
        number = float(value or 0)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"The {name} must be a number, got {str(value)!r:.40}.")
    return number or None

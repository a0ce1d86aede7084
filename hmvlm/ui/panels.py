"""Pieces of HTML that the page shows: progress, the model's state, and what went wrong.

Every function is pure and returns a string in which all text from outside is escaped.
"""

from __future__ import annotations

import html
from pathlib import Path
from urllib.parse import quote


def progress_bar(label: str, share: float | None) -> str:
    """What is going on and how far it is; without a share the bar only moves."""
    text = html.escape(label)
    if share is None:
        return (
            f'<div class="hm-progress" role="progressbar" aria-label="{text}"><span>{text}</span>'
            '<div class="hm-track"><div class="hm-fill hm-unknown"></div></div></div>'
        )
    value = round(100 * min(max(share, 0.0), 1.0))
    return (
        f'<div class="hm-progress" role="progressbar" aria-label="{text}" aria-valuenow="{value}" aria-valuemin="0" '
        f'aria-valuemax="100"><span>{text}</span><div class="hm-track"><div class="hm-fill" style="width:{value}%">'
        "</div></div></div>"
    )


def status_pill(ready: bool, error: str | None, seconds: float) -> str:
    """Whether the model is loaded, for the page's header."""
    if error:
        return f'<span class="hm-pill hm-bad" role="status">{html.escape(error)}</span>'
    if ready:
        return '<span class="hm-pill hm-good" role="status">Ready</span>'
    return (
        f'<span class="hm-pill" role="status">Loading<span class="hm-wide"> the model</span> · {seconds:.0f} s</span>'
    )


def file_url(path: Path) -> str:
    """Address of a served file, relative to the page so that it works behind any prefix."""
    return "gradio_api/file=" + quote(str(path))


def error_note(message: str) -> str:
    """One sentence on what went wrong, announced to screen readers."""
    return f'<p class="hm-error" role="alert">{html.escape(message)}</p>'


def remark(text: str) -> str:
    """A sentence about an answer that is no part of it."""
    return f'<p class="hm-remark" role="note">{html.escape(text)}</p>'

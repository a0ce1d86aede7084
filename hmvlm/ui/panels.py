"""Pieces of HTML that the page shows: the gate's weights, their running mean, motions and progress.

Every function is pure and returns a string in which all text from outside is escaped.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from hmvlm.ui.exports import FORMATS
from hmvlm.ui.session import Media

TASK_NAMES = {
    "text_to_motion": "Text to motion",
    "pose_estimation": "Pose from a picture",
    "video_understanding": "Describing motion",
    "dialogue": "Ordinary talk",
}
ZERO = "zero"


def expert_name(key: str) -> str:
    """``"zero"`` becomes ``"Zero expert"``, ``"expert_2"`` becomes ``"Expert 2"``."""
    return "Zero expert" if key == ZERO else key.replace("_", " ").capitalize()


def percent(weight: float) -> str:
    """A weight in 0..1 as a short percentage; tiny and nearly full ones keep their meaning."""
    value = 100 * weight
    if 0 < value < 0.1:
        return "< 0.1 %"
    if 99.9 < value < 100:
        return "> 99.9 %"
    return f"{value:.1f} %"


def gate_panel(gate: Mapping[str, float] | None, task: str | None = None) -> str:
    """Bar chart of the gate's weights in this turn with one plain sentence below."""
    if not gate:
        return '<div class="hm-empty">Send a message and see here the weight of each expert in the answer.</div>'
    rows = "".join(
        f'<div class="hm-bar{" hm-zero" if key == ZERO else ""}" title="{html.escape(expert_name(key))}: {weight:.4f}">'
        f'<span class="hm-name">{html.escape(expert_name(key))}</span>'
        f'<span class="hm-track"><span class="hm-fill" style="width:{100 * weight:.2f}%"></span></span>'
        f'<span class="hm-value">{percent(weight)}</span></div>'
        for key, weight in gate.items()
    )
    label = "; ".join(f"{expert_name(key)} {percent(weight)}" for key, weight in gate.items())
    name = TASK_NAMES.get(task or "", "This turn")
    return (
        f'<div class="hm-task">{html.escape(name)}</div>'
        f'<div class="hm-gate" role="img" aria-label="Gate weights: {html.escape(label)}">{rows}</div>'
        f'<p class="hm-hint">{explain(gate.get(ZERO, 0.0), task)}</p>'
    )


def explain(zero: float, task: str | None = None) -> str:
    """What the zero expert's weight means for the answer of a task, in one sentence.

    Ordinary talk has no experts in it.
    """
    if task == "dialogue":
        return "The zero expert took the turn: the untouched language model answered, as if never trained on motion."
    share = percent(1 - zero)
    if zero >= 0.5:
        return f"Mostly the untouched language model; the motion experts added {share} of their strength."
    return f"The motion experts worked with {share} of their strength; the rest is the untouched language model."


def means_panel(means: Mapping[str, Mapping[str, float]], counts: Mapping[str, int]) -> str:
    """Table of the running mean of the gate: one row a task, one column an expert."""
    if not means:
        return '<div class="hm-empty">The average per task appears after the first answer.</div>'
    keys = list(next(iter(means.values())))
    head = "".join(f'<th scope="col">{html.escape("Zero" if key == ZERO else key[-1])}</th>' for key in keys)
    body = "".join(
        f'<tr><th scope="row">{html.escape(TASK_NAMES.get(task, task))} <small>× {counts.get(task, 0)}</small></th>'
        + "".join(f'<td style="--w:{row.get(key, 0.0):.3f}">{row.get(key, 0.0):.2f}</td>' for key in keys)
        + "</tr>"
        for task, row in means.items()
    )
    return (
        '<table class="hm-means"><caption class="hm-sr">Mean gate weight of each expert per task since the start'
        f'</caption><thead><tr><th scope="col">Task</th>{head}</tr></thead><tbody>{body}</tbody></table>'
        '<p class="hm-hint">Mean weights since the start. “Zero” is the expert that changes nothing: near 1 for '
        "ordinary talk, lower the more a task needs the motion experts 1 to 4.</p>"
    )


def thumbnail(photo: Path) -> str:
    """A visitor's own photo with its name; nothing but the name if the browser cannot show it."""
    return (
        f'<span class="hm-photo"><img src="{file_url(photo)}" alt="" loading="lazy">'
        f"<small>{html.escape(photo.name)}</small></span>"
    )


def media_card(item: Media) -> str:
    """A motion in the chat: picture or video (or why there is none), details and downloads."""
    title = html.escape(item.title)
    if "png" in item.files:
        media = f'<img src="{file_url(item.files["png"])}" alt="{title} with the estimated body laid over it">'
    elif "mp4" in item.files:
        media = (
            f'<video src="{file_url(item.files["mp4"])}" autoplay loop muted playsinline controls '
            f'aria-label="Video: {title}"></video>'
        )
    else:
        missing = item.note or f"The {'picture' if _is_photo(item) else 'video'} was not rendered."
        media = f'<p class="hm-note">{html.escape(missing)} The 3-D view shows the body meanwhile.</p>'
    links = "".join(
        f'<a class="hm-get" href="{file_url(item.files[suffix])}" download="{html.escape(item.files[suffix].name)}" '
        f'title="{html.escape(hint)}" aria-label="Download {label}: {html.escape(hint)}">{label}</a>'
        for suffix, (label, hint) in FORMATS.items()
        if suffix in item.files
    )
    details = f'<span class="hm-facts">{html.escape(media_details(item))}</span>'
    seen = " hm-seen" if item.estimate is not None else ""
    return (
        f'<figure class="hm-clip{seen}">{media}<figcaption>{details}'
        f'<span class="hm-gets">{links}</span></figcaption></figure>'
    )


def media_details(item: Media) -> str:
    """Length and seed of a motion; resolution of what it was seen in."""
    details = [] if _is_photo(item) else [f"{item.motion.duration:.1f} s"]
    if item.seed is not None:
        details.append(f"seed {item.seed}")
    if item.estimate is not None:
        details.append("{} × {}".format(*item.estimate.size))
    return " · ".join(details)


def media_cards(items: list[Media]) -> str:
    """All motions of a turn side by side."""
    return f'<div class="hm-clips hm-count-{min(len(items), 2)}">{"".join(map(media_card, items))}</div>'


def _is_photo(item: Media) -> bool:
    return item.estimate is not None and item.estimate.fps is None


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
    return f'<span class="hm-pill" role="status">Loading the model · {seconds:.0f} s</span>'


def file_url(path) -> str:
    """Address of a served file, relative to the page so that it works behind any prefix."""
    return "gradio_api/file=" + quote(str(path))


def error_note(message: str) -> str:
    """One sentence on what went wrong, announced to screen readers."""
    return f'<p class="hm-error" role="alert">{html.escape(message)}</p>'

"""HTML of what stands in a message: an attached file, cards of motions, and what can be done with them.

Elements with ``data-hm-do`` are heard by the stage's script, which calls the handler of that name.
"""

from __future__ import annotations

import functools
import html
from pathlib import Path

from hmvlm.texts import clean_name
from hmvlm.ui import media, people
from hmvlm.ui.exports import FORMATS
from hmvlm.ui.panels import file_url
from hmvlm.ui.session import Media, Turn

THUMB = "M7 11v9H4v-9zM7 11l4-8c1.7 0 2.6 1.2 2.3 2.9L12.7 9H18a2 2 0 0 1 2 2.4l-1.4 7A2 2 0 0 1 16.7 20H7"
CHIPS = {
    "Describe it": "",
    "Longer": "Make it longer",
    "Faster": "Make it faster",
    "Slower": "Make it slower",
    "Mirror": "Mirror it",
    "Continue": "Continue",
    "Other seed": "Other seed",
}
"""Buttons under a generated motion, and the message that each sends; none: a description."""


def attachment(file: Path) -> str:
    """A visitor's own photo or clip with its name; nothing but the name if the browser cannot show it."""
    name, kind = html.escape(clean_name(file.name)), media.looks_like(file)
    if kind == "image":
        return f'<span class="hm-photo"><img src="{file_url(file)}" alt="" loading="lazy"><small>{name}</small></span>'
    if kind == "video":
        return (
            f'<span class="hm-photo"><video src="{file_url(file)}" controls muted playsinline preload="metadata" '
            f'aria-label="Attached clip"></video><small>{name}</small></span>'
        )
    return f'<span class="hm-photo hm-file"><small>{name}</small></span>'


def motions(turn: Turn, shown: Media | None) -> str:
    """All motions of a turn side by side, and below what can be asked of them."""
    items = turn.media
    cards = "".join(card(item, item is shown, number, len(items), turn) for number, item in enumerate(items, start=1))
    chosen = shown if shown in items else items[0]
    return f'<div class="hm-clips hm-count-{min(len(items), 2)}">{cards}</div>{chips(turn, chosen)}'


def card(item: Media, shown: bool, number: int = 1, count: int = 1, turn: Turn | None = None) -> str:
    """A motion: its picture, which puts it on the stage, details and downloads."""
    title = html.escape(item.title)
    picture = _picture(item, title, turn)
    badge = "On the stage" if shown else "Show in 3-D"
    place = f", {number} of {count}" if count > 1 else ""
    classes = "hm-clip" + (" hm-seen" if item.estimate is not None else "") + (" hm-shown" if shown else "")
    return (
        f'<figure class="{classes}" data-hm-card="{item.key}">{picture}<figcaption>'
        f'<button type="button" class="hm-show" data-hm-do="show" data-hm-key="{item.key}" '
        f'aria-pressed="{str(shown).lower()}" aria-label="{badge}: {title}{place}">{badge}</button>'
        f'<span class="hm-facts">{html.escape(details(item, number, count))}</span>'
        f"{_reading(item)}"
        f'<span class="hm-gets">{_downloads(item)}</span></figcaption></figure>'
    )


def _reading(item: Media) -> str:
    """How the motion's file was read, in one sentence."""
    note = item.motion.note
    return f'<span class="hm-facts">{html.escape(note)}</span>' if note else ""


def details(item: Media, number: int = 1, count: int = 1) -> str:
    """Length and seed of a motion; resolution of what it was seen in."""
    found = [] if is_photo(item) else [f"{item.motion.duration:.1f} s"]
    if item.estimate is not None and count > 1:
        found.insert(0, f"person {item.person}")
    if item.seed is not None:
        found.append(f"seed {item.seed}" + (f" · {number} of {count}" if count > 1 else ""))
    if item.estimate is not None:
        found.append("{} × {}".format(*item.estimate.size))
    return " · ".join(found)


def chips(turn: Turn, item: Media) -> str:
    """Buttons under an answer: what can be asked of a motion, or the other people of a photo or clip."""
    if turn.task in ("pose_estimation", "video_understanding") and turn.people > 1:
        offered = [("person", str(number), f"Show person {number}") for number in media.others(turn)]
    elif item.estimate is not None or turn.task == "video_understanding":
        offered = []
    else:
        offered = [("ask", message, label) for label, message in CHIPS.items()]
        if turn.missing:
            offered.insert(0, ("ask", "Try again", "Try again"))
    buttons = "".join(
        f'<button type="button" class="hm-chip" data-hm-do="{do}" data-hm-key="{item.key}" '
        f'data-hm-value="{html.escape(value)}">{html.escape(label)}</button>'
        for do, value, label in offered
    )
    return f'<div class="hm-chips">{buttons}</div>' if buttons else ""


def thumbs(turn: Turn) -> str:
    """Thumb up and thumb down of an answer."""
    buttons = "".join(
        f'<button type="button" class="hm-thumb" data-hm-do="rate" data-hm-key="{turn.key}" data-hm-value="{value}" '
        f'aria-pressed="{str(turn.liked is liked).lower()}" aria-label="{label}" title="{label}; stays on this server">'
        f'<svg viewBox="0 0 24 24" aria-hidden="true"><path d="{THUMB}"/></svg></button>'
        for value, liked, label in (("up", True, "Good answer"), ("down", False, "Bad answer"))
    )
    return f'<span class="hm-thumbs">{buttons}</span>'


def is_photo(item: Media) -> bool:
    """Whether a motion is a single pose, seen in a photo."""
    return item.estimate is not None and item.estimate.fps is None


def _picture(item: Media, title: str, turn: Turn | None) -> str:
    if item.estimate is None:
        if "poster" not in item.files:  # its place is kept, so that the chat stays scrolled to its end
            return "" if item.note else '<div class="hm-blank"></div>'
        return (
            f'<img class="hm-poster" data-hm-do="show" data-hm-key="{item.key}" src="{file_url(item.files["poster"])}" '
            f'alt="Pictures from the motion: {title}">'
        )
    if "png" in item.files or "mp4" in item.files:
        return people.over_picture(item, turn)
    if item.beside is None:  # drawn on the first person's picture
        return ""
    if item.note:
        return f'<p class="hm-note">{html.escape(item.note)} The 3-D view shows the body.</p>'
    share = "" if item.drawn is None else f" · {100 * item.drawn:.0f} %"
    return f'<p class="hm-note" role="status">Laying the body over the picture{share}</p>'


@functools.cache
def _blender() -> bool:
    """Whether this machine can make FBX files."""
    from hmvlm.motion.formats import fbx  # heavy

    return fbx.command() is not None


def _fbx(item: Media) -> str:
    """A button that has Blender make an FBX file, where there is a Blender and not yet a file."""
    if "npz" not in item.files or "fbx" in item.files or item.drawn is not None or is_photo(item) or not _blender():
        return ""
    return (
        f'<button type="button" class="hm-get" data-hm-do="video" data-hm-key="{item.key}" data-hm-value="fbx" '
        f'title="{FORMATS["fbx"][1]}" aria-label="Make and download FBX">FBX</button>'
    )


def _downloads(item: Media) -> str:
    return _links(item) + _fbx(item)


def _links(item: Media) -> str:
    links = "".join(
        f'<a class="hm-get" href="{file_url(item.files[suffix])}" download="{html.escape(item.files[suffix].name)}" '
        f'title="{html.escape(hint)}" aria-label="Download {label}: {html.escape(hint)}">{label}</a>'
        for suffix, (label, hint) in FORMATS.items()
        if suffix in item.files
    )
    if item.estimate is not None or "mp4" in item.files or "npz" not in item.files:
        return links
    if item.drawn is not None:
        return f'<span class="hm-get hm-busy" role="status">MP4 {100 * item.drawn:.0f} %</span>{links}'
    if item.note:
        return f'<span class="hm-get hm-busy" title="{html.escape(item.note)}">no MP4</span>{links}'
    return (
        f'<button type="button" class="hm-get" data-hm-do="video" data-hm-key="{item.key}" '
        f'title="Draw a video of the motion and save it" aria-label="Draw and download MP4">MP4</button>{links}'
    )

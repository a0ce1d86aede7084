"""People in a photo or clip: where their numbers stand, and the HTML of a picture with the bodies laid over it."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from hmvlm.render import tints
from hmvlm.ui.panels import file_url
from hmvlm.ui.session import Mark, Media, Session, Turn

if TYPE_CHECKING:
    from hmvlm.vision.estimate import PoseEstimate

VISIBLE = 0.3
"""Least visibility of a landmark beside which a number may stand."""
ABOVE, EDGE = 0.06, 0.05
"""Distance of a number from the top of the head, and least distance from the edges, in shares of the picture."""


def marks(session: Session, turn: Turn, people: Sequence[PoseEstimate]) -> list[Mark]:
    """Numbers of the people of a turn's photo: those who were estimated, or of whom an earlier turn knows more."""
    if not people or people[0].fps is not None or people[0].people < 2:
        return []
    found = [_mark(one, number_of(one, place, turn)) for place, one in enumerate(people)]
    known = [one.marks for one in session.turns if one.attachment == turn.attachment]
    return max([found, *known], key=len)


def over_picture(item: Media, turn: Turn | None) -> str:
    """The photo or clip with the bodies over it: a switch to the original, numbers to choose people by, a legend."""
    title, width, height = html.escape(item.title), *(item.estimate.size if item.estimate else (4, 3))
    if "png" in item.files:
        url = file_url(item.files["png"])
        picture = f'<img class="hm-drawn" src="{url}" alt="{title} with the estimated body laid over it">'
    else:
        picture = (
            f'<video class="hm-drawn" src="{file_url(item.files["mp4"])}" autoplay loop muted playsinline controls '
            f'aria-label="Video: {title}"></video>'
        )
    numbers = "".join(_button(item, mark, turn) for mark in (turn.marks if turn else []))
    return (
        f'<div class="hm-over" style="--ratio: {width / height:.4f}">{picture}{_original(item)}{numbers}</div>'
        f'<div class="hm-key">{_legend(item, turn)}{_switch(item)}</div>'
    )


def _mark(one: PoseEstimate, number: int) -> Mark:
    frame = int(np.argmax(one.found))
    pixels, seen = one.pixels[frame], one.visibility[frame] >= VISIBLE
    top = pixels[seen if seen.any() else slice(None), 1].min() / one.size[1] - ABOVE
    places = np.clip([pixels[0, 0] / one.size[0], top], EDGE, 1 - EDGE)
    return Mark(number, round(float(places[0]), 4), round(float(places[1]), 4))


def number_of(one: PoseEstimate, place: int, turn: Turn | None) -> int:
    """The number of the person at a place among those who were estimated, from 0."""
    if one.sight is not None:
        return one.sight.number
    return turn.person if turn is not None and turn.person else place + 1


def _button(item: Media, mark: Mark, turn: Turn | None) -> str:
    current = mark.number == ((turn.person if turn else None) or 1)
    label = f"Person {mark.number}, shown" if current else f"Show person {mark.number}"
    return (
        f'<button type="button" class="hm-number" style="left: {100 * mark.x:.2f}%; top: {100 * mark.y:.2f}%" '
        f'data-hm-do="person" data-hm-key="{item.key}" data-hm-value="{mark.number}" '
        f'aria-pressed="{str(current).lower()}" aria-label="{label}">{mark.number}</button>'
    )


def _original(item: Media) -> str:
    if item.source is None:
        return ""
    url, name = file_url(item.source), "The picture as it was attached"
    if "png" in item.files:
        return f'<img class="hm-source" src="{url}" alt="{name}" loading="lazy">'
    return (
        f'<video class="hm-source" src="{url}" controls muted playsinline preload="none" aria-label="{name}"></video>'
    )


def _switch(item: Media) -> str:
    if item.source is None:
        return ""
    return '<button type="button" class="hm-switch" data-hm-do="original" aria-pressed="false">Original</button>'


def _legend(item: Media, turn: Turn | None) -> str:
    people = [one for one in (item.estimate, *(item.beside or [])) if one is not None]
    shown = [(tints.LEFT, "left side"), (tints.RIGHT, "right side")]
    if len(people) > 1:
        shown += [(tints.torso(place), f"person {number_of(one, place, turn)}") for place, one in enumerate(people)]
    return "".join(f'<span><i style="background: {tints.css(color)}"></i>{text}</span>' for color, text in shown)

"""Colours of bodies that are laid over pictures, sRGB in 0 to 1."""

from __future__ import annotations

LEFT, RIGHT = (0.90, 0.53, 0.30), (0.27, 0.58, 0.82)
"""The person's own left side is warm, the right is cool."""
TORSOS = (
    (0.70, 0.75, 0.79), (0.64, 0.47, 0.80), (0.47, 0.72, 0.42),
    (0.93, 0.80, 0.32), (0.93, 0.58, 0.72), (0.36, 0.74, 0.72),
)  # fmt: skip
"""Colours of the torso, one for each of several people, then from the start again."""

Color = tuple[float, float, float]


def torso(place: int) -> Color:
    """The torso's colour of the person at a place among those who are drawn, from 0."""
    return TORSOS[place % len(TORSOS)]


def parts(place: int) -> dict[str, Color]:
    """Colours of the five parts of the person at a place."""
    return {"torso": torso(place), "left_arm": LEFT, "left_leg": LEFT, "right_arm": RIGHT, "right_leg": RIGHT}


def css(color: Color) -> str:
    """A colour for a style sheet."""
    return "rgb({:.0f} {:.0f} {:.0f})".format(*(255 * value for value in color))

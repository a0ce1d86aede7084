"""Ways over the floor that a clause asks for by name: circles and parts of one, squares, triangles, figures of eight.

What closes in words closes in the motion: the direction of travel is steered along the course
(:mod:`hmvlm.motion.steering`), in the exemplars and once more in the motion that was drawn after them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from torch import Tensor

from hmvlm.config import MOTION_FPS
from hmvlm.motion.steering import Course, arcs, polygon, steered, turn, turned, way, zigzag
from hmvlm.tasks.checks import ClauseReport
from hmvlm.tasks.clause_details import turning_in
from hmvlm.tasks.plan import Clause

SHORTEST = 1.2
"""Way (m) under which a motion goes nowhere and is not steered."""
LENGTHS = {
    "circle": 3.5, "figure8": 6.0, "square": 4.8, "rectangle": 5.0, "triangle": 4.2,
    "zigzag": 4.0, "s_curve": 4.0,
}  # fmt: skip
"""Way (m) of a walk at least for a course of each kind."""
STRAIGHT = 45.0
"""Degrees that a way straight ahead may turn."""
SLIGHT = 35.0
"""Degrees of a slight curve."""
LEG = 1.2
"""Metres of a leg of a zigzag."""
WIDE = 7.5
"""Way (m) of a whole circle of which a part is gone."""
_PORTIONS = (
    (re.compile(r"\b(?:three|3)[\s-]?(?:quarters?|quaters?|fourths?)\b|\b3/4\b"), 0.75),
    (re.compile(r"\btwo[\s-]thirds?\b|\b2/3\b"), 2 / 3),
    (re.compile(r"\b(?:quarter|quater|fourth)\b|\b1/4\b"), 0.25),
    (re.compile(r"\bthird of\b|\b1/3\b"), 1 / 3),
    (re.compile(r"\b(?:half|semi)"), 0.5),
)
_AHEAD = re.compile(r"\b(?:forwards?|straight|ahead)\b")
_TURNS = re.compile(
    r"\b(?:turn|spin|spun|twirl|curv|circl|veer|rotat|around|round|left|right|about|back|dizz|drunk|stagger|danc)"
)
_SLIGHT = re.compile(r"\b(?:slight\w*|gentle|gently|shallow|small)\b")
_INWARD = re.compile(r"\bspiral")


def course_of(clause: Clause, raw: Tensor) -> Course | None:
    """The course of a clause for features ``(T, 221)``: to the side that they turn to where the words name none; None
    where the clause asks for none, or the motion goes nowhere.
    """
    text = clause.asked.lower()
    if not clause.travels or clause.returns or _INWARD.search(text) or way(raw) < SHORTEST:
        return None
    net = turned(raw)
    side = turning_in(text)
    sign = 1.0 if side == "left" or (not side and net >= 0) else -1.0
    return _course(clause, text, sign, abs(net), way(raw))


def _course(clause: Clause, text: str, sign: float, net: float, length: float) -> Course | None:
    match clause.path:
        case "circle" | "semicircle":
            return turn(sign * 360 * _rounds(clause, text, net))
        case "square":
            return polygon((1.0,) * 4 * _laps(clause), sign * 90)
        case "rectangle":
            return polygon((1.6, 1.0) * 2 * _laps(clause), sign * 90)
        case "triangle":
            return polygon((1.0,) * 3 * _laps(clause), sign * 120)
        case "figure8":
            return arcs((sign * 360, -sign * 360))
        case "s_curve":
            return arcs((sign * 75, -sign * 75, -sign * 75, sign * 75))
        case "zigzag":
            return zigzag(max(4, round(length / LEG)), sign * 70)
        case "curve" if _SLIGHT.search(text):
            return turn(sign * SLIGHT)
        case "" | "line" if net > STRAIGHT and _AHEAD.search(text) and not _TURNS.search(text):
            return turn(0)
    return None


def _rounds(clause: Clause, text: str, net: float) -> float:
    """How often a circle is gone round; in "circles" as often as the motion does."""
    part = next((share for pattern, share in _PORTIONS if pattern.search(text)), None)
    if part is not None:
        return part
    if clause.count is not None and "step" not in clause.acts:
        return clause.count
    return max(1, round(net / 360)) if "circles" in text else 1


def _laps(clause: Clause) -> int:
    return clause.count if clause.count and "step" not in clause.acts else 1


def lengths_of(clause: Clause) -> tuple[float, float]:
    """Ways (m) that a walk along the course of a clause takes at least and at most; 0 and without end where nothing
    tells.
    """
    rounds = _rounds(clause, clause.asked.lower(), 0) if clause.path in ("circle", "semicircle") else 1.0
    if rounds < 1:
        return WIDE * rounds * 0.6, WIDE * rounds * 1.4
    return LENGTHS.get(clause.path, 0.0) * rounds, math.inf


def on_course(raw: Tensor, clauses: Sequence[Clause], reports: Sequence[ClauseReport]) -> Tensor:
    """Features ``(T, 221)`` of a whole motion with those clauses on their courses that have one.

    Args:
        reports: when each clause begins and ends.
    """
    for clause, report in zip(clauses, reports, strict=False):
        frames = slice(round(report.start * MOTION_FPS), round(report.end * MOTION_FPS))
        course = course_of(clause, raw[frames]) if frames.stop - frames.start > 1 else None
        if course is not None:
            raw = raw.clone()
            raw[frames] = steered(raw[frames], course)
    return raw

"""Questions about the person of a photo or clip whose answer was measured: where they face and go before the camera,
which hand or leg is higher, how the trunk leans, whether they turn round, and how many steps were made.

The language model answers from a canonical motion, which has no camera, and a small one does not compare two sides or
count steps on the spot. So these answers are written from the measurements.
"""

from __future__ import annotations

import re

import numpy as np

from hmvlm.body.skeleton import INDEX
from hmvlm.motion.clip import Motion
from hmvlm.motion.facts import Facts
from hmvlm.motion.facts.signals import SIDES
from hmvlm.motion.facts.topic_notes import TRAVELS, goes_up, hands, legs

CAMERA = re.compile(r"\b(camera|viewer|lens|photographer|towards? (us|me)|away from (us|me)|fac(e|es|ing) (us|me))\b")
NEARER = re.compile(r"\b(towards?|approach\w*|closer|nearer|up to|to the (camera|viewer))\b")
AWAY = re.compile(r"\b(away|farther|further|leav\w+|from the (camera|viewer))\b")
FACES = re.compile(r"\b(fac(e|es|ing)|look(s|ing)?|turned|(his|her|their|its|the) (back|front))\b")
WHICH = re.compile(r"\b(which|what)( of (the|his|her|their) two)? (hands?|arms?|legs?|foot|feet|knees?|side)\b")
LEGS = re.compile(r"\b(legs?|foot|feet|knees?)\b")
RAISED = re.compile(r"\b(rais\w+|lift\w*|high(er|est)?|low(er|est)?|up|overhead|held|stretched|extended)\b")
LEANS = re.compile(r"\b(lean(s|ing)?|tilt(s|ed|ing)?)\b")
ROUND = re.compile(r"\bturn(s|ed|ing)? (a?round|(his|her|their) back)\b(?! (the|a) )")
STEPS = re.compile(r"\bhow many (steps|strides|paces)\b")
WALKS = re.compile(r"\b(walk(s|ing)?|steps?)\b")
ORDER = re.compile(
    r"\b(before|after|first|then|last|when|while|start\w*|begin\w*|end|ends|ending|twice|times|seconds?)\b"
)
"""Questions about one moment, which are left to the language model."""
STAYS = 0.3
"""Metres along the line of sight below which nobody comes nearer or goes away."""
NEARLY_STILL = 0.25
LEAST_LEAN, LEANS_FROM = 10.0, 20.0
"""Degrees from which a lean is told, and from which the trunk counts as leaning."""
TURNED_ROUND = 110.0
"""Degrees from which somebody has turned round."""
SAME_HEIGHT, LIFTED = 0.08, 0.13
"""Metres up to which two hands or feet are equally high, and from which a foot counts as lifted."""
YES_OR_NO = re.compile(r"^\W*(do(es)?|did|is|are|was|were|has|have|can)\b")
_FRONT, _BACK = 50.0, 130.0
"""Degrees between the body's front and the way to the camera up to which it faces the camera, and from which its back
does.
"""
_PAIRS = [(INDEX["left_shoulder"], INDEX["right_shoulder"]), (INDEX["left_hip"], INDEX["right_hip"])]


def measured_answer(question: str, facts: Facts, motion: Motion, followed: bool = False) -> str | None:
    """The answer, or None for other questions.

    Args:
        motion: in the room, Z towards the camera. followed: whether the camera moves along, so that the way to it is
            not known.
    """
    asked = question.lower()
    if ORDER.search(asked) or asked.count(",") > 1:
        return None
    if CAMERA.search(asked):
        return _camera(asked, motion, followed)
    if WHICH.search(asked) and RAISED.search(asked):
        return _raised_legs(facts, asked) if LEGS.search(asked) else _raised_hands(facts, asked)
    if LEANS.search(asked):
        return _lean(facts, asked)
    if ROUND.search(asked) and YES_OR_NO.search(asked):
        most = max(facts.travel.turn_left, facts.travel.turn_right)
        said = f"The person turns {most:.0f}° to one side at most."
        return f"{'Yes' if most >= TURNED_ROUND or facts.travel.spins else 'No'}. {said}"
    steps = facts.travel.steps_left + facts.travel.steps_right
    way = f"The person makes {steps} step{'s' if steps != 1 else ''} and moves {facts.travel.path:.1f} m."
    if STEPS.search(asked) or (WALKS.search(asked) and NEARLY_STILL < facts.travel.path < TRAVELS and steps):
        return way
    return None


def facing(motion: Motion) -> np.ndarray:
    """Degrees ``(T,)`` between the body's front and the horizontal way to the camera, 0 to 180."""
    joints = motion.joints()
    across = np.sum([joints[:, left] - joints[:, right] for left, right in _PAIRS], axis=0)
    return np.degrees(np.abs(np.arctan2(-across[:, 2], across[:, 0])))


def _camera(asked: str, motion: Motion, followed: bool) -> str | None:
    """Where the person faces and goes, seen from the camera."""
    angle = float(np.median(facing(motion)))
    where = "faces the camera" if angle < _FRONT else "is seen from the side"
    if angle > _BACK:
        where = "has the back to the camera"
    goes = NEARER.search(asked) or AWAY.search(asked)
    if len(motion) == 1 or (FACES.search(asked) and not (goes and WALKS.search(asked))):
        return f"The person {where}."
    if followed:
        return f"Cannot tell: the camera moves from its place. The person {where}."
    moved = motion.trans[-1] - motion.trans[0]
    near, side = float(moved[2]), float(moved[0])
    way = f"comes {near:.1f} m nearer to the camera" if near > STAYS else f"goes {-near:.1f} m away from the camera"
    if abs(near) <= STAYS:
        way = "comes no nearer to the camera and goes no farther from it"
    if abs(side) > STAYS:
        way += f", {abs(side):.1f} m to the {'right' if side > 0 else 'left'} of the picture"
    said = f"The person {way}, and {where}."
    if goes:
        right = near > STAYS if NEARER.search(asked) else near < -STAYS
        said = f"{'Yes' if right else 'No'}. {said}"
    return said


def _lean(facts: Facts, asked: str) -> str:
    """How far the trunk leans at most, each way, farthest first; whether it leans as asked."""
    trunk = facts.trunk
    ways = {
        "forward": trunk.max_forward, "backward": trunk.max_backward,
        "to the left": trunk.max_left, "to the right": trunk.max_right,
    }  # fmt: skip
    most = [f"{ways[way]:.0f}° {way}" for way in sorted(ways, key=lambda way: -ways[way]) if ways[way] >= LEAST_LEAN]
    said = f"The trunk leans {', '.join(most)} at most." if most else f"The trunk leans less than {LEAST_LEAN:.0f}°."
    if not YES_OR_NO.search(asked):
        return said
    named = [way for way in ways if re.search(rf"\b{way.removeprefix('to the ')[:4]}", asked)]
    if re.search(r"\bside", asked):
        named += ["to the left", "to the right"]
    return f"{'Yes' if max(ways[way] for way in named or ways) >= LEANS_FROM else 'No'}. {said}"


def _raised_hands(facts: Facts, asked: str) -> str:
    """Which hand is raised, or higher, and what both do."""
    heights = {side: facts.hand(side).above_shoulder for side in SIDES}
    raised = [side for side in SIDES if facts.hand(side).raises or goes_up(facts.hand(side))]
    return _verdict("hand", heights, raised, asked, hands(facts, asked))


def _raised_legs(facts: Facts, asked: str) -> str:
    """Which leg is lifted, or higher, and what both do."""
    heights = {side: facts.leg(side).lift for side in SIDES}
    raised = [
        side for side in SIDES if facts.leg(side).kicks or (heights[side] > LIFTED and facts.leg(side).held_up > 0.3)
    ]
    return _verdict("leg", heights, raised, asked, legs(facts, asked))


def _verdict(name: str, heights: dict[str, float], raised: list[str], asked: str, notes: str) -> str:
    """The side asked for, and the notes on both."""
    left, right = (heights[side] for side in SIDES)
    if re.search(r"\b(high|low)er\b|\b(high|low)est\b", asked):
        lower = re.search(r"\blow", asked) is not None
        which = "Both" if abs(left - right) < SAME_HEIGHT else f"The {'left' if (left > right) != lower else 'right'}"
    else:
        which = {0: "No", 1: f"The {raised[0]}" if raised else "", 2: "Both"}[len(raised)]
    return f"{which} {name}{'s' if which == 'Both' else ''}: {notes}."

"""Questions about the person of a photo or clip whose answer was measured: where they face and go before the camera,
which hand or leg is higher, how the trunk leans, and how many steps were made.

The language model answers from a canonical motion, which has no camera, and a small one does not compare two sides or
count steps on the spot. So these answers are written from the measurements.
"""

from __future__ import annotations

import re

import numpy as np

from hmvlm.body.skeleton import INDEX
from hmvlm.motion.clip import Motion
from hmvlm.motion.facts import Facts
from hmvlm.motion.facts.topic_notes import TRAVELS, hands, legs

CAMERA = re.compile(r"\b(camera|viewer|lens|photographer|towards? (us|me)|away from (us|me)|fac(e|es|ing) (us|me))\b")
NEARER = re.compile(r"\b(towards?|approach\w*|closer|nearer|up to|to the (camera|viewer))\b")
AWAY = re.compile(r"\b(away|farther|further|leav\w+|from the (camera|viewer))\b")
FACES = re.compile(r"\b(fac(e|es|ing)|look(s|ing)?|turned|(his|her|their|its|the) (back|front))\b")
WHICH = re.compile(r"\b(which|what)( of (the|his|her|their) two)? (hands?|arms?|legs?|foot|feet|knees?|side)\b")
LEGS = re.compile(r"\b(legs?|foot|feet|knees?)\b")
RAISED = re.compile(r"\b(rais\w+|lift\w*|high(er|est)?|low(er|est)?|up|overhead|held|stretched|extended)\b")
LEANS = re.compile(r"\b(lean(s|ing)?|tilt(s|ed|ing)?)\b")
STEPS = re.compile(r"\bhow many (steps|strides|paces)\b")
WALKS = re.compile(r"\b(walk(s|ing)?|steps?)\b")
ORDER = re.compile(
    r"\b(before|after|first|then|last|when|while|start\w*|begin\w*|end|ends|ending|twice|times|seconds?)\b"
)
"""Questions about one moment, which are left to the language model."""
STAYS = 0.3
"""Metres along the line of sight below which nobody comes nearer or goes away."""
NEARLY_STILL = 0.25
LEAST_LEAN = 10.0
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
        return _sentence((legs if LEGS.search(asked) else hands)(facts, asked))
    if LEANS.search(asked):
        return _lean(facts)
    steps = facts.travel.steps_left + facts.travel.steps_right
    way = f"The person moves {facts.travel.path:.1f} m and makes {steps} step{'s' if steps != 1 else ''}."
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


def _lean(facts: Facts) -> str:
    """How far the trunk leans at most, each way."""
    trunk = facts.trunk
    ways = {
        "forward": trunk.max_forward, "backward": trunk.max_backward,
        "to the left": trunk.max_left, "to the right": trunk.max_right,
    }  # fmt: skip
    most = [f"{degrees:.0f}° {way}" for way, degrees in ways.items() if degrees >= LEAST_LEAN]
    return f"The trunk leans {', '.join(most)} at most." if most else f"The trunk leans less than {LEAST_LEAN:.0f}°."


def _sentence(notes: str) -> str:
    """Notes as a sentence."""
    return f"{notes[0].upper()}{notes[1:]}."

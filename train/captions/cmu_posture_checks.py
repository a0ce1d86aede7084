"""Predicates on the measured facts of trunk, hands and posture; the others are in ``cmu_checks``."""

from __future__ import annotations

from hmvlm.motion.facts import Facts


def squats(f: Facts) -> bool:
    """Squats."""
    return f.posture.squats > 0 and f.posture.lowest < 0.78


def twists(f: Facts) -> bool:
    """The shoulders turn against the hips to both sides."""
    return f.trunk.twist_left > 22 and f.trunk.twist_right > 22 and f.air.jacks == 0


def bends(f: Facts) -> bool:
    """The trunk bends far forward."""
    return f.trunk.max_forward > 50


def bends_back(f: Facts) -> bool:
    """The trunk leans back."""
    return f.trunk.max_backward > 12


def leans_forward(f: Facts) -> bool:
    """The trunk leans forward."""
    return f.trunk.max_forward > 25


def hands_up(f: Facts) -> bool:
    """Both hands go above the head."""
    return min(f.left_hand.above_head, f.right_hand.above_head) > 0.0 and f.both_raised > 0.3


def hand_up(f: Facts) -> bool:
    """A hand goes above the shoulder."""
    return max(f.left_hand.above_shoulder, f.right_hand.above_shoulder) > 0.05


def waves(f: Facts) -> bool:
    """A raised hand swings to and fro."""
    return max(f.left_hand.waves, f.right_hand.waves) >= 2


def hand_to_face(f: Facts) -> bool:
    """A hand comes near the face (wrist to head joint; a bottle keeps the wrist 0.3 m away)."""
    return min(f.left_hand.to_face, f.right_hand.to_face) < 0.32


def hands_meet(f: Facts) -> bool:
    """The hands are together for some time."""
    return f.hands_together > 0.4


def reaches_forward(f: Facts) -> bool:
    """A hand is stretched out in front of the chest."""
    return max(f.left_hand.reach, f.right_hand.reach) > 0.45


def sits(f: Facts) -> bool:
    """It sits some time."""
    return f.posture.seated > 0.4 or f.posture.sits > 0


def rises(f: Facts) -> bool:
    """It stands up from sitting."""
    return sits(f) and f.posture.end > 0.9


def straightens_up(f: Facts) -> bool:
    """The pelvis starts low and ends at standing height."""
    return f.posture.start < 0.85 and f.posture.end > 0.92


def ducks(f: Facts) -> bool:
    """The pelvis sinks or the trunk bends."""
    return f.posture.lowest < 0.8 or f.trunk.max_forward > 50


def upside_down(f: Facts) -> bool:
    """The head is below the pelvis."""
    return f.posture.upside_down > 0.1 or f.trunk.max_forward > 110


def rolls(f: Facts) -> bool:
    """Down on the floor and over."""
    return f.posture.lowest < 0.45 or upside_down(f)


def swings_legs_seated(f: Facts) -> bool:
    """The legs move while it sits."""
    return sits(f) and f.rhythm.leg_energy > 0.15


def leg_up_seated(f: Facts) -> bool:
    """A foot is up while it sits."""
    return f.posture.seated > 1 and max(f.left_leg.lift, f.right_leg.lift) > 0.25


def hand_to_face_seated(f: Facts) -> bool:
    """A hand comes near the face while it sits."""
    return f.posture.seated > 1 and hand_to_face(f)

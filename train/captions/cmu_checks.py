"""Predicates on facts that say whether a phrase of a CMU note is true of a piece of the trial."""

from __future__ import annotations

from collections.abc import Callable

from hmvlm.motion.facts import Facts

Check = Callable[[Facts], bool]


def moves(f: Facts) -> bool:
    """Something happens: most frames are not still."""
    return f.rhythm.still < 0.7


def acts(f: Facts) -> bool:
    """The arms do something."""
    return f.rhythm.still < 0.8 and f.rhythm.arm_energy > 0.12


def travels(f: Facts) -> bool:
    """The body walks or runs."""
    return f.travel.path > 0.8 and f.travel.gait in ("walking", "running")


def forward(f: Facts) -> bool:
    """It travels mainly forwards."""
    return travels(f) and f.travel.direction in ("forward", "around")


def backward(f: Facts) -> bool:
    """It travels backwards."""
    return travels(f) and f.travel.direction == "backward"


def sideways(f: Facts) -> bool:
    """It travels sideways."""
    return travels(f) and f.travel.direction in ("left", "right")


def runs(f: Facts) -> bool:
    """It runs."""
    return f.travel.path > 0.8 and (f.travel.gait == "running" or f.travel.moving_speed > 1.7)


def turns_left(f: Facts) -> bool:
    """It turns left by more than 30 degrees, and less to the right."""
    return f.travel.turn_left > 30 and f.travel.turn_left > f.travel.turn_right


def turns_right(f: Facts) -> bool:
    """It turns right by more than 30 degrees, and less to the left."""
    return f.travel.turn_right > 30 and f.travel.turn_right > f.travel.turn_left


def veers_left(f: Facts) -> bool:
    """Its heading or its path bends to the left."""
    return f.travel.turn > 12 or f.travel.left > 0.15 * max(f.travel.path, 0.5)


def veers_right(f: Facts) -> bool:
    """Its heading or its path bends to the right."""
    return f.travel.turn < -12 or f.travel.left < -0.15 * max(f.travel.path, 0.5)


def turns_round(f: Facts) -> bool:
    """It turns by 120 degrees or more."""
    return max(f.travel.turn_left, f.travel.turn_right) > 120


def spins(f: Facts) -> bool:
    """It makes a full turn."""
    return f.travel.spins > 0 or max(f.travel.turn_left, f.travel.turn_right) > 270


def jumps(f: Facts) -> bool:
    """It jumps."""
    return f.air.jumps > 0


def jumps_forward(f: Facts) -> bool:
    """A jump covers ground."""
    return f.air.jumps > 0 and f.air.distance > 0.35


def leaps(f: Facts) -> bool:
    """It jumps or clearly flies."""
    return f.air.jumps + f.air.hops > 0 or f.air.rise > 0.1 or f.air.flight > 0.25


def hops(f: Facts) -> bool:
    """It hops on one foot."""
    return f.air.hops >= 2


def balances(f: Facts) -> bool:
    """One foot stays up."""
    return max(f.left_leg.held_up, f.right_leg.held_up) > 1.0


def leg_high(f: Facts) -> bool:
    """A foot rises above knee height."""
    return max(f.left_leg.lift, f.right_leg.lift) > 0.5


def kicks(f: Facts) -> bool:
    """A leg kicks or rises high."""
    return f.left_leg.kicks + f.right_leg.kicks > 0 or leg_high(f)


def punches(f: Facts) -> bool:
    """A fist shoots out."""
    return f.left_hand.punches + f.right_hand.punches > 0


def jacks(f: Facts) -> bool:
    """Jumping jacks."""
    return f.air.jacks >= 1


def squats(f: Facts) -> bool:
    """Squats."""
    return f.posture.squats > 0 and f.posture.lowest < 0.78


def jogs(f: Facts) -> bool:
    """Jogs on the spot or over the floor."""
    return f.air.jacks == 0 and (f.travel.gait in ("stepping", "running")) and f.rhythm.leg_energy > 0.3


def twists(f: Facts) -> bool:
    """The shoulders turn against the hips to both sides."""
    return f.trunk.twist_left > 22 and f.trunk.twist_right > 22 and f.air.jacks == 0


def bends(f: Facts) -> bool:
    """The trunk bends far forward."""
    return f.trunk.max_forward > 50


def bends_back(f: Facts) -> bool:
    """The trunk leans back."""
    return f.trunk.max_backward > 12


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


def sits(f: Facts) -> bool:
    """It sits some time."""
    return f.posture.seated > 0.4 or f.posture.sits > 0


def rises(f: Facts) -> bool:
    """It stands up from sitting."""
    return sits(f) and f.posture.end > 0.9


def climbs(f: Facts) -> bool:
    """A foot steps up high and the pelvis rises."""
    return max(f.left_leg.lift, f.right_leg.lift) > 0.35 and f.posture.highest > 1.06


def ducks(f: Facts) -> bool:
    """The pelvis sinks or the trunk bends."""
    return f.posture.lowest < 0.8 or f.trunk.max_forward > 50


def upside_down(f: Facts) -> bool:
    """The head is below the pelvis."""
    return f.posture.upside_down > 0.1 or f.trunk.max_forward > 110


def rolls(f: Facts) -> bool:
    """Down on the floor and over."""
    return f.posture.lowest < 0.45 or upside_down(f)


def stops(f: Facts) -> bool:
    """It travels and ends at rest."""
    return f.travel.path > 0.5 and f.travel.starts_moving and (not f.travel.ends_moving or f.travel.stops > 0)


def goes_up(f: Facts) -> bool:
    """The pelvis ends clearly higher than it starts."""
    return f.posture.end > f.posture.start + 0.2


def goes_down(f: Facts) -> bool:
    """The pelvis ends clearly lower than it starts."""
    return f.posture.end < f.posture.start - 0.2


def goes_up_and_down(f: Facts) -> bool:
    """The pelvis gets clearly higher than at both ends."""
    return f.posture.highest > max(f.posture.start, f.posture.end) + 0.25

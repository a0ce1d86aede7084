"""Predicates on the measured facts: whether a phrase of a CMU note is true of a piece of the trial."""

from __future__ import annotations

from hmvlm.motion.facts import Facts


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


def jacks(f: Facts) -> bool:
    """Jumping jacks."""
    return f.air.jacks >= 1


def jogs(f: Facts) -> bool:
    """Jogs on the spot or over the floor."""
    return f.air.jacks == 0 and (f.travel.gait in ("stepping", "running")) and f.rhythm.leg_energy > 0.3


def climbs(f: Facts) -> bool:
    """A foot steps up high and the pelvis rises."""
    return max(f.left_leg.lift, f.right_leg.lift) > 0.35 and f.posture.highest > 1.06


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


def anything(f: Facts) -> bool:
    """Always true: no measurement can contradict the phrase."""
    return True


def jumps_down(f: Facts) -> bool:
    """It jumps from a raised place."""
    return f.posture.highest > 1.1 and jumps(f)


def turns(f: Facts) -> bool:
    """It turns by more than 80 degrees."""
    return max(f.travel.turn_left, f.travel.turn_right) > 80


def leg_very_high(f: Facts) -> bool:
    """A foot rises to the hips (0.8 m)."""
    return max(f.left_leg.lift, f.right_leg.lift) > 0.8


def goes_under(f: Facts) -> bool:
    """It travels and the pelvis gets low."""
    return f.posture.lowest < 0.7 and travels(f)

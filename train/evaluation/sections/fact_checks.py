"""Checks that facts measured on a motion can pass: did it travel, turn, wave, bow …? Lengths in metres, angles in
degrees.

:data:`CHECKS` are predicates of one motion, :data:`MEASURES` the numbers by which two motions are compared.
"""

from __future__ import annotations

from collections.abc import Callable

from hmvlm.motion.facts import Facts

OTHER = {"left": "right", "right": "left"}


def travels(
    f: Facts,
    direction: str,
    least: float,
    gait: str | None = None,
    turn_most: float = 400.0,
    speed_least: float = 0.0,
    speed_most: float = 99.0,
) -> bool:
    """Net travel of ``least`` metres forwards or backwards (along the body's heading), at a speed within bounds."""
    way = f.travel
    gone = way.path if direction == way.direction else 0.0
    turned = max(way.turn_left, way.turn_right)
    return (
        gone >= least
        and turned <= turn_most
        and speed_least <= way.moving_speed <= speed_most
        and gait in (None, way.gait)
    )


def turns(f: Facts, side: str, least: float, most: float = 400.0) -> bool:
    """Walks or runs 0.8 m and ends turned to ``side`` by ``least`` to ``most`` degrees."""
    turned = f.travel.turn if side == "left" else -f.travel.turn
    return f.travel.path > 0.8 and least <= turned <= most


def drifts(f: Facts, side: str, least: float) -> bool:
    """Travels and gets ``least`` metres to the ``side`` of its first heading."""
    left = f.travel.left if side == "left" else -f.travel.left
    return f.travel.path > 1.0 and left >= least


def raises(f: Facts, side: str, overhead: bool = False) -> bool:
    """The wrist rises to its shoulder's level (within 0.12 m; ``overhead``: above the head
    joint), the other stays low.
    """

    def up(which: str) -> bool:
        hand = f.hand(which)
        return hand.above_head > 0.0 if overhead else hand.above_shoulder > -0.12 and hand.rise > 0.3

    if side == "both":
        return up("left") and up("right")
    return up(side) and f.hand(OTHER[side]).above_shoulder < -0.2


def waves(f: Facts, side: str, cycles: float = 1.5) -> bool:
    """The hand swings to and fro while it is up; the other hand (of one) does not."""
    if side == "any":
        return max(f.left_hand.waves, f.right_hand.waves) >= cycles
    if side == "both":
        return min(f.left_hand.waves, f.right_hand.waves) >= cycles
    return f.hand(side).waves >= cycles and f.hand(OTHER[side]).waves < 1.0


def bows(f: Facts, least: float) -> bool:
    """The trunk leans ``least`` degrees more than usual, on the spot, knees not deeply bent, feet on the floor."""
    lean = f.trunk.max_forward - min(f.trunk.lean, f.trunk.max_forward / 2)
    calm = (
        f.travel.path < 1.2
        and f.posture.lowest > 0.85
        and f.posture.stance < 0.6
        and max(f.left_leg.lift, f.right_leg.lift) < 0.15
    )
    return lean >= least and calm and max(f.left_hand.above_shoulder, f.right_hand.above_shoulder) < 0.1


def squats(f: Facts, height: float, hands_up: bool = False) -> bool:
    """The pelvis sinks to ``height`` of standing on both feet, and rises again."""
    hands = not hands_up or min(f.left_hand.above_head, f.right_hand.above_head) > 0.0
    return (
        f.posture.lowest <= height and f.posture.end > 0.86 and not f.posture.lunges and f.travel.path < 1.2 and hands
    )


def stands_up(f: Facts) -> bool:
    """From a seat, or down to one and up again: pelvis low and behind the feet, upright at the end."""
    return f.posture.lowest < 0.78 and (f.posture.seated > 0.1 or f.posture.lowest < 0.62) and f.posture.end > 0.86


def lunges(f: Facts, side: str | None = None) -> bool:
    """One foot far in front, knees bent (``side`` is the front leg)."""
    return f.posture.lunges > 0 and not f.posture.side_lunge and side in (None, f.posture.lunge_side)


def side_lunges(f: Facts, side: str) -> bool:
    """Feet apart sideways, the pelvis sinks and the knee of ``side`` bends more than the other."""
    apart = f.posture.stance > 0.5 and max(f.left_leg.forward_step, f.right_leg.forward_step) < 0.4
    return apart and f.posture.lowest < 0.93 and f.leg(side).knee_flexion > f.leg(OTHER[side]).knee_flexion + 12


def lifts_leg(f: Facts, side: str, least: float) -> bool:
    """The ankle rises by ``least`` metres, more than the other's, on the spot."""
    return f.leg(side).lift >= least and f.leg(OTHER[side]).lift < 0.6 * f.leg(side).lift and f.travel.path < 1.2


def lifts_arm(f: Facts, side: str, least: float) -> bool:
    """The upper arm rises ``least`` degrees in any plane, the other stays below 50."""
    tops = {s: max(f.hand(s).abduction, f.hand(s).scaption, f.hand(s).flexion) for s in OTHER}
    return tops[side] >= least and tops[OTHER[side]] < 50


def arm_back(f: Facts, side: str, least: float) -> bool:
    """The nearly straight arm goes ``least`` metres behind its shoulder, the other less, on the spot."""
    return f.hand(side).behind >= least > f.hand(OTHER[side]).behind and f.travel.path < 1.0


def jumps(f: Facts, distance: float = 0.0) -> bool:
    """Both feet leave the ground together; the flight covers ``distance`` metres."""
    return f.air.jumps > 0 and f.air.distance >= distance


def jacks(f: Facts) -> bool:
    """Jumping jacks."""
    return f.air.jacks >= 1


def kicks(f: Facts) -> bool:
    """A leg kicks or rises above knee height."""
    return f.left_leg.kicks + f.right_leg.kicks > 0 or max(f.left_leg.lift, f.right_leg.lift) > 0.55


def upside_down(f: Facts) -> bool:
    """The head gets below the pelvis."""
    return f.posture.upside_down > 0.1


def boxes(f: Facts, least: float) -> bool:
    """The arms keep moving fast (m/s) in front of the chest, forearms up."""
    hands = (f.left_hand, f.right_hand)
    return (
        f.rhythm.arm_energy >= least
        and min(h.reach for h in hands) > 0.15
        and min(h.above_shoulder for h in hands) > -0.2
    )


def wipes(f: Facts) -> bool:
    """A raised hand keeps moving while the body stays near its place."""
    return max(f.left_hand.raised, f.right_hand.raised) > 0.8 and f.rhythm.arm_energy > 0.3 and f.travel.distance < 1.0


def hand_to_face(f: Facts) -> bool:
    """A hand comes near the face, in front of it, while the body stays in place."""
    near = min((f.left_hand, f.right_hand), key=lambda h: h.to_face)
    return near.to_face < 0.32 and near.reach > 0.1 and f.travel.path < 0.8 and f.rhythm.energy < 0.3


def mops(f: Facts) -> bool:
    """Both hands stay below the shoulders and keep moving in front of a trunk that leans forward."""
    hands = (f.left_hand, f.right_hand)
    return (
        f.rhythm.arm_energy > 0.2
        and max(h.above_shoulder for h in hands) < 0
        and min(h.reach for h in hands) > 0.1
        and f.trunk.max_forward > 20
        and f.travel.moving_speed < 0.8
    )


def dances(f: Facts) -> bool:
    """Arms up and legs busy: a hand above its shoulder, and a leg up or a turn."""
    arms = max(f.left_hand.above_shoulder, f.right_hand.above_shoulder) > 0.0
    lift = max(f.left_leg.lift, f.right_leg.lift)
    return arms and (lift > 0.2 or max(f.travel.turn_left, f.travel.turn_right) > 80)


def spins(f: Facts, least: float) -> bool:
    """The heading changes by ``least`` degrees one way."""
    return max(f.travel.turn_left, f.travel.turn_right) >= least


def bends(f: Facts, least: float) -> bool:
    """The trunk leans forward by ``least`` degrees."""
    return f.trunk.max_forward >= least


def gestures(f: Facts) -> bool:
    """One hand is held out between the waist and the head, the other hangs, on the spot."""
    low, high = sorted((f.left_hand.above_shoulder, f.right_hand.above_shoulder))
    return (
        low < -0.15
        and -0.35 < high < 0.4
        and max(f.left_hand.waves, f.right_hand.waves) < 2
        and f.travel.path < 1.0
        and f.posture.lowest > 0.9
    )


CHECKS: dict[str, Callable[..., bool]] = {
    check.__name__: check
    for check in (
        travels,
        turns,
        drifts,
        raises,
        waves,
        bows,
        squats,
        stands_up,
        lunges,
        side_lunges,
        lifts_leg,
        lifts_arm,
        arm_back,
        jumps,
        jacks,
        kicks,
        upside_down,
        boxes,
        wipes,
        hand_to_face,
        mops,
        dances,
        spins,
        bends,
        gestures,
    )  # fmt: skip
}
MEASURES: dict[str, Callable[[Facts], float]] = {
    "speed": lambda f: f.travel.moving_speed,
    "arm_energy": lambda f: f.rhythm.arm_energy,
    "hand_height": lambda f: 1.0 + (f.left_hand.above_shoulder + f.right_hand.above_shoulder) / 2,
    "lean": lambda f: max(f.trunk.lean + 10.0, 0.1),
}

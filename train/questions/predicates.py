"""Predicates of measured facts: whether something is clearly true or clearly false of a motion, or undecided (None).

Thresholds have a wider margin than those of the facts themselves: a question is asked only about what is plain to see.
"""

from __future__ import annotations

from hmvlm.motion.facts import Facts
from train.questions.logic import OTHER, SIDES, TruthValue, decide, threshold


def on_feet(f: Facts) -> bool:
    """The body stays upright, so that heights of hands and feet are meaningful."""
    return f.posture.lies == 0 and f.posture.upside_down == 0 and f.posture.kneels < 0.3


def repeats(f: Facts) -> TruthValue:
    """One movement is repeated rhythmically."""
    rhythm = f.rhythm
    return decide(rhythm.strength > 0.85 and rhythm.repetitions >= 3, rhythm.strength == 0 and f.duration > 2)


def motionless(f: Facts) -> TruthValue:
    """Hardly anything moves."""
    still = f.rhythm.still > 0.9 and not f.events and f.travel.path < 0.2 and f.rhythm.energy < 0.06
    return decide(still and max(f.left_hand.rise, f.right_hand.rise) < 0.1, f.rhythm.still < 0.5)


def in_place(f: Facts) -> TruthValue:
    """The body stays in place."""
    return decide(f.travel.path < 0.3 and f.travel.gait != "stepping", f.travel.path > 1.0)


def raise_starts(f: Facts, side: str) -> list[float]:
    """When a hand comes above its shoulder (s); 0 if it is up from the start."""
    return [e.start for e in f.events if e.kind == "raise" and e.side == side]


def hand_lifted(f: Facts, side: str) -> TruthValue:
    """The wrist gets above the shoulder."""
    hand = f.hand(side)
    return decide(on_feet(f) and hand.above_shoulder > 0.08 and hand.raised > 0.3, hand.above_shoulder < -0.18)


def hand_raised(f: Facts, side: str) -> TruthValue:
    """The hand goes up, nearly to the shoulder or higher, during the motion."""
    hand, starts = f.hand(side), raise_starts(f, side)
    began_low = not starts or max(starts) > 0.1
    high = hand.above_shoulder > (-0.13 if f.travel.path < 0.5 else 0.06)  # arms that swing in walking are not raised
    goes_up = on_feet(f) and high and hand.rise > 0.33 and began_low
    return decide(goes_up, hand.above_shoulder < -0.25 and hand.rise < 0.25)


def hand_overhead(f: Facts, side: str) -> TruthValue:
    """The wrist gets above the top of the head."""
    return threshold(f.hand(side).above_head, -0.02, 0.22) if on_feet(f) else None


def hand_down_at_end(f: Facts, side: str) -> TruthValue:
    """A hand that went up above the shoulder is down again at the end."""
    if not (hand_lifted(f, side) and hand_raised(f, side)) or f.hand(side).raises != 1:
        return None
    return threshold(f.duration - f.hand(side).raised_to, 0.11, 0.4)


def hand_mostly_up(f: Facts, side: str) -> TruthValue:
    """A hand that gets above the shoulder stays there most of the time."""
    return threshold(f.hand(side).raised / f.duration, 0.36, 0.64) if hand_lifted(f, side) else None


def hand_up_at_start(f: Facts, side: str) -> TruthValue:
    """The hand is up above the shoulder from the first moment."""
    hand = f.hand(side)
    if not on_feet(f):
        return None
    first = min(raise_starts(f, side), default=None)
    up = first is not None and first < 0.03 and hand.raised > 0.4 and hand.above_shoulder > 0.08
    return decide(up, hand.above_shoulder < -0.15 if first is None else first > 0.35)


def waves(f: Facts, side: str) -> TruthValue:
    """A raised hand oscillates."""
    hand = f.hand(side)
    return decide(
        hand.waves >= 2.2 and hand.above_shoulder > -0.1, hand.waves == 0 and (hand.raised == 0 or hand.peak_speed < 3)
    )


def punches(f: Facts, side: str) -> TruthValue:
    """A hand punches."""
    hand = f.hand(side)
    return decide(hand.punches >= 1, hand.punches == 0 and (hand.reach < 0.4 or hand.peak_speed < 1.6))


def arm_aside(f: Facts, side: str) -> TruthValue:
    """The upper arm is lifted out to the side to about the height of the shoulder."""
    hand = f.hand(side)
    return decide(on_feet(f) and hand.abduction > 72, max(hand.abduction, hand.scaption, hand.flexion) < 40)


def arm_back(f: Facts, side: str) -> TruthValue:
    """The straight arm reaches far behind the body."""
    return threshold(f.hand(side).behind, 0.12, 0.33) if on_feet(f) and in_place(f) else None


def claps(f: Facts) -> TruthValue:
    """The hands come together again and again."""
    return decide(f.claps >= 3, f.claps == 0 and f.hands_together == 0)


def kicks(f: Facts, side: str) -> TruthValue:
    """The leg kicks."""
    leg = f.leg(side)
    raised = any(e.kind in ("kick", "leg_raise") and e.side == side for e in f.events)
    return decide(
        leg.kicks >= 1 and leg.lift > 0.3,
        not raised and leg.straight_lift < 36 and (leg.lift < 0.3 or f.travel.path > 1.0),
    )


def leg_lifted(f: Facts, side: str) -> TruthValue:
    """The foot of a body that stays in its place is lifted clear of the ground for a while."""
    leg = f.leg(side)
    still = f.travel.path < 0.6 and f.air.jumps + f.air.hops == 0 and on_feet(f) and f.posture.seated == 0
    return decide(still and leg.lift > 0.2 and leg.held_up > 0.5, still and leg.lift < 0.06)


def balances(f: Facts, side: str) -> TruthValue:
    """The body stands on the leg of that ``side`` alone for a while."""
    up, down = f.leg(OTHER[side]), f.leg(side)
    stands = on_feet(f) and f.posture.seated == 0
    return decide(stands and up.held_up > 1.3 and up.lift > 0.15 and down.held_up < 0.3, up.held_up < 0.5)


def walks(f: Facts) -> TruthValue:
    """The person walks some distance."""
    way = f.travel
    walking = way.gait == "walking" and way.path > 1.2 and 0.35 < way.moving_speed < 1.7 and f.air.flight < 0.15
    return decide(
        walking, way.gait == "standing" and way.path < 0.3 or way.gait == "running" and way.moving_speed > 2.4
    )


def runs(f: Facts) -> TruthValue:
    """The person runs some distance."""
    way = f.travel
    walking = way.gait == "walking" and way.moving_speed < 1.5 and f.air.flight < 0.15
    return decide(
        way.gait == "running" and way.path > 1.5 and way.moving_speed > 2.0,
        way.gait == "standing" and way.path < 0.3 or walking,
    )


def jumps(f: Facts) -> TruthValue:
    """Both feet leave the ground together."""
    grounded = f.air.jumps + f.air.hops + f.air.jacks == 0 and f.air.rise < 0.05
    return decide(
        f.air.jumps >= 1 and f.air.rise > 0.1 and f.travel.gait != "running",
        grounded and (f.air.flight < 0.1 or f.travel.gait == "running"),
    )


def bends(f: Facts) -> TruthValue:
    """The trunk bends far forward while the body stands."""
    bent = any(e.kind in ("bow", "bend") for e in f.events)
    return decide(bent and 42 < f.trunk.max_forward < 130, f.trunk.max_forward < 18)


def leans_back(f: Facts) -> TruthValue:
    """The trunk leans back."""
    return threshold(f.trunk.max_backward, 7, 20) if on_feet(f) else None


def squats(f: Facts) -> TruthValue:
    """The person squats."""
    return decide(f.posture.squats >= 1 and f.posture.lowest < 0.76 and f.posture.sits == 0, f.posture.lowest > 0.91)


def sits(f: Facts) -> TruthValue:
    """The person sits for a while."""
    return decide(
        f.posture.sits >= 1 and f.posture.seated > 0.5,
        f.posture.seated == 0 and f.posture.sits == 0 and f.posture.lowest > 0.86,
    )


def stands_up(f: Facts) -> TruthValue:
    """The person gets up from sitting."""
    rises = sits(f) and not f.posture.ends_seated and f.posture.end > 0.92
    return decide(bool(rises), sits(f) is False or bool(sits(f)) and f.posture.ends_seated and f.posture.highest < 0.8)


def lunges(f: Facts) -> TruthValue:
    """The person lunges."""
    return decide(f.posture.lunges >= 1 and f.posture.lowest < 0.85, f.posture.lunges == 0 and f.posture.lowest > 0.92)


def kneels(f: Facts) -> TruthValue:
    """A knee, or both, come down to the floor."""
    return decide(f.posture.kneels > 0.8, f.posture.kneels == 0 and f.posture.lowest > 0.85)


def lies(f: Facts) -> TruthValue:
    """The person lies on the floor."""
    return decide(f.posture.lies > 0.8, f.posture.lies == 0 and f.posture.lowest > 0.6)


def turns(f: Facts, side: str) -> TruthValue:
    """The person turns to a side at some point (possibly to the other as well)."""
    events = {s: [e.amount for e in f.events if e.kind in ("turn", "spin") and e.side == s] for s in SIDES}
    curves = _turn(f, side) > 55 and not events[OTHER[side]]
    return decide(max(events[side], default=0) > 50 or curves, not events[side] and _turn(f, side) < 14)


def turns_around(f: Facts) -> TruthValue:
    """The person turns by about half a circle."""
    most = max(_turn(f, s) for s in SIDES)
    return decide(145 < most < 230 and f.travel.spins == 0, most < 100)


def spins(f: Facts) -> TruthValue:
    """The person makes a full turn."""
    most = max(_turn(f, s) for s in SIDES)
    return decide(f.travel.spins >= 1 and most > 320, most < 200 and f.travel.spins == 0)


def stops(f: Facts) -> TruthValue:
    """The person travels and comes to rest before the end."""
    way = f.travel
    if way.path < 1.0 or not way.starts_moving:
        return None
    return decide(
        not way.ends_moving and way.moving_seconds < f.duration - 0.9,
        way.ends_moving and way.moving_seconds > f.duration - 0.3,
    )


def goes(f: Facts, direction: str) -> TruthValue:
    """The person travels forward, backward, left or right relative to the body's heading."""
    way = f.travel
    if way.path < 0.8 or way.gait not in ("walking", "running"):
        return None
    along = way.forward_share if direction in ("forward", "backward") else way.left_share
    share = -along if direction in ("backward", "right") else along
    return decide(share > 0.8 and way.direction == direction, share < 0.2)


def _turn(f: Facts, side: str) -> float:
    return f.travel.turn_left if side == "left" else f.travel.turn_right

"""Whether things are clearly true or clearly false of a motion; None where the facts are too near a limit.

Limits are wider than those of the facts themselves: what is asked about must be plain to see.
"""

from __future__ import annotations

from hmvlm.motion.facts import Facts

Truth = bool | None
SIDES = ("left", "right")
OTHER = {"left": "right", "right": "left"}


def clear(value: float, no: float, yes: float) -> Truth:
    """True from ``yes`` on, False up to ``no`` (or the other way round if ``yes`` is the smaller), else None."""
    if yes < no:
        value, no, yes = -value, -no, -yes
    return True if value >= yes else False if value <= no else None


def every(*parts: Truth) -> Truth:
    """All of them: False if any is, None if any is open."""
    return False if any(p is False for p in parts) else None if None in parts else True


def some(*parts: Truth) -> Truth:
    """At least one of them."""
    return True if any(p is True for p in parts) else None if None in parts else False


def known(yes: bool, no: bool) -> Truth:
    """True if ``yes``, False if ``no``, else None."""
    return True if yes else False if no else None


def on_feet(f: Facts) -> bool:
    """The body stays up, so that heights of hands and feet mean what they say."""
    return f.posture.lies == 0 and f.posture.upside_down == 0 and f.posture.kneels < 0.3


def motionless(f: Facts) -> Truth:
    """Hardly anything moves."""
    still = f.rhythm.still > 0.9 and not f.events and f.travel.path < 0.2 and f.rhythm.energy < 0.06
    return known(still and max(f.left_hand.rise, f.right_hand.rise) < 0.1, f.rhythm.still < 0.5)


def in_place(f: Facts) -> Truth:
    """It keeps to the spot."""
    return known(f.travel.path < 0.3 and f.travel.gait != "stepping", f.travel.path > 1.0)


# hands


def raise_starts(f: Facts, side: str) -> list[float]:
    """When a hand comes above its shoulder (s); 0 if it is up from the start."""
    return [e.start for e in f.events if e.kind == "raise" and e.side == side]


def hand_lifted(f: Facts, side: str) -> Truth:
    """The wrist gets above the shoulder."""
    hand = f.hand(side)
    return known(on_feet(f) and hand.above_shoulder > 0.08 and hand.raised > 0.3, hand.above_shoulder < -0.18)


def hand_raised(f: Facts, side: str) -> Truth:
    """The hand goes up, nearly to the shoulder or higher, during the motion."""
    hand, starts = f.hand(side), raise_starts(f, side)
    began_low = not starts or max(starts) > 0.1
    high = hand.above_shoulder > (-0.13 if f.travel.path < 0.5 else 0.06)  # arms that swing in walking are not raised
    goes_up = on_feet(f) and high and hand.rise > 0.33 and began_low
    return known(goes_up, hand.above_shoulder < -0.25 and hand.rise < 0.25)


def hand_overhead(f: Facts, side: str) -> Truth:
    """The wrist gets above the top of the head."""
    return clear(f.hand(side).above_head, -0.02, 0.22) if on_feet(f) else None


def hand_down_at_end(f: Facts, side: str) -> Truth:
    """A hand that went up above the shoulder is down again at the end."""
    if not (hand_lifted(f, side) and hand_raised(f, side)) or f.hand(side).raises != 1:
        return None
    return clear(f.duration - f.hand(side).raised_to, 0.11, 0.4)


def hand_mostly_up(f: Facts, side: str) -> Truth:
    """A hand that gets above the shoulder stays there most of the time."""
    return clear(f.hand(side).raised / f.duration, 0.36, 0.64) if hand_lifted(f, side) else None


def hand_up_at_start(f: Facts, side: str) -> Truth:
    """The hand is up above the shoulder from the first moment."""
    hand = f.hand(side)
    if not on_feet(f):
        return None
    first = min(raise_starts(f, side), default=None)
    up = first is not None and first < 0.03 and hand.raised > 0.4 and hand.above_shoulder > 0.08
    return known(up, hand.above_shoulder < -0.15 if first is None else first > 0.35)


def waves(f: Facts, side: str) -> Truth:
    """A raised hand swings to and fro."""
    hand = f.hand(side)
    return known(
        hand.waves >= 2.2 and hand.above_shoulder > -0.1, hand.waves == 0 and (hand.raised == 0 or hand.peak_speed < 3)
    )


def punches(f: Facts, side: str) -> Truth:
    """A fist shoots out."""
    return known(
        f.hand(side).punches >= 1,
        f.hand(side).punches == 0 and (f.hand(side).reach < 0.4 or f.hand(side).peak_speed < 1.6),
    )


def arm_aside(f: Facts, side: str) -> Truth:
    """The upper arm is lifted out to the side to about the height of the shoulder."""
    hand = f.hand(side)
    return known(on_feet(f) and hand.abduction > 72, max(hand.abduction, hand.scaption, hand.flexion) < 40)


def arm_back(f: Facts, side: str) -> Truth:
    """The straight arm reaches far behind the body."""
    return clear(f.hand(side).behind, 0.12, 0.33) if on_feet(f) and in_place(f) else None


def claps(f: Facts) -> Truth:
    """The hands come together again and again."""
    return known(f.claps >= 3, f.claps == 0 and f.hands_together == 0)


# legs


def kicks(f: Facts, side: str) -> Truth:
    """The leg is flung out."""
    leg = f.leg(side)
    raised = any(e.kind in ("kick", "leg_raise") and e.side == side for e in f.events)
    return known(
        leg.kicks >= 1 and leg.lift > 0.3,
        not raised and leg.straight_lift < 36 and (leg.lift < 0.3 or f.travel.path > 1.0),
    )


def leg_lifted(f: Facts, side: str) -> Truth:
    """The foot of a body that stays in its place is lifted clear of the ground for a while."""
    leg = f.leg(side)
    still = f.travel.path < 0.6 and f.air.jumps + f.air.hops == 0 and on_feet(f) and f.posture.seated == 0
    return known(still and leg.lift > 0.2 and leg.held_up > 0.5, still and leg.lift < 0.06)


def balances(f: Facts, side: str) -> Truth:
    """It stands on the leg of that ``side`` alone for a while."""
    up, down = f.leg(OTHER[side]), f.leg(side)
    stands = on_feet(f) and f.posture.seated == 0
    return known(stands and up.held_up > 1.3 and up.lift > 0.15 and down.held_up < 0.3, up.held_up < 0.5)


# the whole body


def walks(f: Facts) -> Truth:
    """It walks over the floor."""
    way = f.travel
    walking = way.gait == "walking" and way.path > 1.2 and 0.35 < way.moving_speed < 1.7 and f.air.flight < 0.15
    return known(walking, way.gait == "standing" and way.path < 0.3 or way.gait == "running" and way.moving_speed > 2.4)


def runs(f: Facts) -> Truth:
    """It runs over the floor."""
    way = f.travel
    walking = way.gait == "walking" and way.moving_speed < 1.5 and f.air.flight < 0.15
    return known(
        way.gait == "running" and way.path > 1.5 and way.moving_speed > 2.0,
        way.gait == "standing" and way.path < 0.3 or walking,
    )


def jumps(f: Facts) -> Truth:
    """Both feet leave the ground together."""
    grounded = f.air.jumps + f.air.hops + f.air.jacks == 0 and f.air.rise < 0.05
    return known(
        f.air.jumps >= 1 and f.air.rise > 0.1 and f.travel.gait != "running",
        grounded and (f.air.flight < 0.1 or f.travel.gait == "running"),
    )


def bends(f: Facts) -> Truth:
    """The trunk bends far forward while the body stands."""
    bent = any(e.kind in ("bow", "bend") for e in f.events)
    return known(bent and 42 < f.trunk.max_forward < 130, f.trunk.max_forward < 18)


def leans_back(f: Facts) -> Truth:
    """The trunk leans back."""
    return clear(f.trunk.max_backward, 7, 20) if on_feet(f) else None


def squats(f: Facts) -> Truth:
    """It squats."""
    return known(f.posture.squats >= 1 and f.posture.lowest < 0.76 and f.posture.sits == 0, f.posture.lowest > 0.91)


def sits(f: Facts) -> Truth:
    """It sits for a while."""
    return known(
        f.posture.sits >= 1 and f.posture.seated > 0.5,
        f.posture.seated == 0 and f.posture.sits == 0 and f.posture.lowest > 0.86,
    )


def stands_up(f: Facts) -> Truth:
    """It gets up from sitting."""
    rises = sits(f) and not f.posture.ends_seated and f.posture.end > 0.92
    return known(bool(rises), sits(f) is False or bool(sits(f)) and f.posture.ends_seated and f.posture.highest < 0.8)


def lunges(f: Facts) -> Truth:
    """It lunges."""
    return known(f.posture.lunges >= 1 and f.posture.lowest < 0.85, f.posture.lunges == 0 and f.posture.lowest > 0.92)


def kneels(f: Facts) -> Truth:
    """A knee, or both, come down to the floor."""
    return known(f.posture.kneels > 0.8, f.posture.kneels == 0 and f.posture.lowest > 0.85)


def lies(f: Facts) -> Truth:
    """It lies on the floor."""
    return known(f.posture.lies > 0.8, f.posture.lies == 0 and f.posture.lowest > 0.6)


def turns(f: Facts, side: str) -> Truth:
    """It turns to a side at some point (it may turn to the other as well)."""
    events = {s: [e.amount for e in f.events if e.kind in ("turn", "spin") and e.side == s] for s in SIDES}
    curves = _turn(f, side) > 55 and not events[OTHER[side]]
    return known(max(events[side], default=0) > 50 or curves, not events[side] and _turn(f, side) < 14)


def turns_around(f: Facts) -> Truth:
    """It turns by about half a circle."""
    most = max(_turn(f, s) for s in SIDES)
    return known(145 < most < 230 and f.travel.spins == 0, most < 100)


def spins(f: Facts) -> Truth:
    """It makes a full turn."""
    most = max(_turn(f, s) for s in SIDES)
    return known(f.travel.spins >= 1 and most > 320, most < 200 and f.travel.spins == 0)


def stops(f: Facts) -> Truth:
    """It travels and comes to rest before the end."""
    way = f.travel
    if way.path < 1.0 or not way.starts_moving:
        return None
    return known(
        not way.ends_moving and way.moving_seconds < f.duration - 0.9,
        way.ends_moving and way.moving_seconds > f.duration - 0.3,
    )


def goes(f: Facts, direction: str) -> Truth:
    """It travels forward, backward, left or right as the body sees it."""
    way = f.travel
    if way.path < 0.8 or way.gait not in ("walking", "running"):
        return None
    share = {
        "forward": way.forward_share,
        "backward": -way.forward_share,
        "left": way.left_share,
        "right": -way.left_share,
    }[direction]
    return known(share > 0.8 and way.direction == direction, share < 0.2)


def _turn(f: Facts, side: str) -> float:
    return f.travel.turn_left if side == "left" else f.travel.turn_right

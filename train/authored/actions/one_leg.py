"""On one leg, swinging limbs, turning on the spot, over a wall, legs crossed on a chair, mopping."""

from __future__ import annotations

from train.authored.act import Act
from train.authored.actions.common import choose, jitter
from train.authored.patterns import grip, stance, stand_again
from train.authored.plan import Origin
from train.authored.poses import variant
from train.authored.registry import action
from train.authored.steps import Gait, footsteps, shifted_origin, walk
from train.authored.targets import foot, hand

WIDE = hand((0.42, -0.12, 0.06), "shoulder", palm="down", fingers="out")
LOOSE = hand((0.18, -0.38, 0.08), "shoulder", part="wrist")


@action("stand_on_one_leg", sides=True)
def stand_on_one_leg(a: Act) -> None:
    """Stands on the right leg, the other knee raised or the foot behind, with small corrections."""
    ways = {
        "knee": foot(0.0, -0.44, 0.32, frame="hip", pitch=20),
        "behind": foot(0.0, -0.52, -0.3, frame="hip", pitch=55),
        "low": foot(0.02, -0.66, 0.14, frame="hip", pitch=20),
    }
    raised = ways[choose(a, "leg", ("knee", "behind", "low"))]
    arms = {"wide": WIDE, "waist": hand("waist"), "loose": LOOSE}[choose(a, "arms", ("wide", "waist", "loose"))]
    a.move(0.5, both=arms)
    a.move(0.7, left_foot=raised)
    seconds = a.uniform(1.6, 3.2)
    a.wave("lean", 2.5, 0.9, seconds)
    a.wave("bend", 1.5, 1.3, seconds)
    a.hold(seconds)
    a.move(0.6, left_foot=foot())
    a.back(0.6)


@action("swing_leg", sides=True, counts=(2, 5))
def swing_leg(a: Act) -> None:
    """The right leg swings to and fro under the hip, forwards and back or across the body."""
    across = choose(a, "way", ("front", "front", "across")) == "across"
    big, pace = a.uniform(0.8, 1.05), a.uniform(0.34, 0.46)
    arms = WIDE if choose(a, "arms", ("wide", "loose")) == "wide" else LOOSE
    ends = [foot(0.0, -0.66, 0.44 * big, frame="hip", pitch=-5), foot(0.02, -0.7, -0.34 * big, frame="hip", pitch=45)]
    if across:
        ends = [
            foot(-0.24 * big, -0.7, 0.16, frame="hip", pitch=10),
            foot(0.42 * big, -0.64, 0.06, frame="hip", pitch=10),
        ]
    a.move(0.5, both=arms, right_foot=foot(0.02, -0.7, 0.05, frame="hip", pitch=15))
    for _ in range(a.count):
        a.move(pace, right_foot=ends[0], bend=-3 if not across else 2, lean=0)
        a.move(pace, right_foot=ends[1], bend=9 if not across else 2, lean=-5 if across else 0)
    a.move(0.45, right_foot=foot(), bend=0, lean=0)
    a.back(0.5)


@action("swing_arms", counts=(2, 6), styles=("", "", "happy"))
def swing_arms(a: Act) -> None:
    """Both arms swing forwards and back together, the knees giving way a little."""
    high, pace = a.uniform(-0.1, 0.35), a.uniform(0.34, 0.46)
    front = hand((0.04, high, 0.5), "shoulder", palm="down", fingers="front+up")
    back = hand((0.12, -0.42, -0.26), "shoulder", part="wrist")
    for _ in range(a.count):
        a.move(pace, both=front, bend=-2, height=0.0, nod=-2)
        a.move(pace, both=back, bend=12, height=-0.07, nod=2)
    a.back(0.5)


@action("back_kick", sides=True, counts=(1, 3))
def back_kick(a: Act) -> None:
    """A look over the shoulder, the knee comes up, the heel goes straight out behind."""
    guard = hand((0.1, 0.0, 0.26), part="fist", palm="in", fingers="up+front", elbow="down")
    a.move(0.45, both=guard, height=-0.05)
    for _ in range(a.count):
        a.move(0.36, right_foot=foot(0.0, -0.46, 0.2, frame="hip", pitch=15), bend=12, turn=-50, twist=-10)
        heel = foot(0.0, -0.42, -0.62 * min(a.size, 1.05), frame="hip", pitch=40)
        a.move(0.2, right_foot=heel, bend=22, pitch=30, nod=-20, ease="hit")
        a.hold(0.08)
        a.move(0.3, right_foot=foot(0.0, -0.5, 0.1, frame="hip", pitch=20), bend=10, pitch=4, nod=0)
        a.move(0.34, right_foot=foot(), turn=0, twist=0, bend=3, pitch=0)
    a.back(0.6)


def _turn(a: Act, degrees: float, steps: int) -> None:
    """Turns on the spot to the right in steps, the head going first."""
    pace = a.uniform(0.44, 0.56)
    plan: list[tuple[str, Origin, float]] = []
    for number in range(steps):
        goal = shifted_origin(a.origin, 0.0, 0.0, -degrees * (number + 1) / steps)
        plan.append(("right" if number % 2 == 0 else "left", goal, pace))
    last = "left" if steps % 2 else "right"
    plan.append((last, shifted_origin(a.origin, 0.0, 0.0, -degrees), pace))
    a.move(0.3, turn=-30, twist=-8)
    with a.meanwhile(0.5 * steps * pace):
        a.move(0.6, wait=False, turn=0, twist=0)
    footsteps(a, plan, lift=0.12, sway=0.04, drop=0.03, toe=25)
    a.back(0.3)


@action("turn_around", sides=True, styles=("", "", "tired"))
def turn_around(a: Act) -> None:
    """Turns on the spot to face the other way."""
    _turn(a, 180.0, int(a.rng.integers(4, 6)))


@action("turn", sides=True, styles=("", "", "tired"))
def turn(a: Act) -> None:
    """A quarter turn on the spot."""
    _turn(a, a.uniform(80, 100), 3)


@action("climb_over", sides=True)
def climb_over(a: Act) -> None:
    """Hands on a wall before the body; one leg goes high over it, then the other."""
    over = foot(0.1, a.uniform(-0.34, -0.28), 0.36, frame="hip", pitch=10)
    gait = Gait(stride=0.72, step_time=1.2, raised=over, heel=0, toe=20, sway=0.09, drop=0.03, arms=False)
    behind = foot(0.2, -0.4, 0.02, frame="hip", pitch=40, yaw=25)
    trail = Gait(stride=0.5, step_time=1.25, raised=behind, heel=0, toe=25, sway=0.08, drop=0.04, arms=False)
    top = hand((0.24, 0.92, 0.46), "ground", palm="down", fingers="front", elbow="out+back")
    a.move(0.7, both=top, bend=20, pitch=8, nod=6)
    a.hold(0.1)

    def each(number: int, side: str) -> Gait:
        if number == 0:
            a.move(0.8, wait=False, lean=-12 if side == "right" else 12, bend=28)
            return gait
        a.move(0.6, wait=False, lean=14 if side == "left" else -14, bend=18, pitch=2,
               right=LOOSE, left=hand((0.26, -0.36, -0.1), "shoulder"))  # fmt: skip
        return trail

    walk(a, 2, gait, each=each)
    a.back(0.7)


@action("sit_cross_legs", sides=True)
def sit_cross_legs(a: Act) -> None:
    """Sits down on a chair and lays the right leg over the left."""
    chair = variant("sit_chair", bend=jitter(a, 5, 4))
    over = {"hip": [102, -15, 0], "knee": 74, "ankle": 22}
    crossed = variant("sit_chair", bend=jitter(a, 5, 4), right_leg=over, contacts={"left_foot": 0.0})
    a.pose(0.9, "rise_chair", anchor="feet", hands=False)
    a.time -= 0.25
    a.pose(0.8, chair, anchor="feet")
    a.hold(a.uniform(0.1, 0.5))
    a.pose(0.8, crossed, anchor="left_foot", hands=False, lift=0.12)
    with a.meanwhile(-0.5):
        a.move(0.6, right=hand((0.02, 0.19, 0.34), "pelvis", palm="down", fingers="front+in"),
               left=hand((-0.04, 0.21, 0.36), "pelvis", palm="down", fingers="in+front"))  # fmt: skip
    seconds = a.uniform(1.0, 2.2)
    a.wave("bend", 0.8, 2.8, seconds * a.tempo)
    a.move(0.6, turn=a.uniform(-25, 25), nod=a.uniform(-4, 8))
    a.hold(seconds)
    a.plan.length = max(a.plan.length, a.time)


@action("mop", styles=("", "", "tired", "happy"))
def mop(a: Act) -> None:
    """Both hands push a long handle away over the floor and draw it back, from side to side."""
    y = a.uniform(-0.04, 0.06)
    near = grip((0.14, y, 0.2), (0.0, y - 0.32, 0.3), part="fist")
    stance(a, 0.32, 0.04, bend=12, nod=18, height=-0.05, **near)
    for _ in range(int(a.rng.integers(3, 6))):
        aside = a.uniform(-1, 1)
        far = grip((0.1 - 0.06 * aside, y - 0.06, 0.4), (-0.02 - 0.1 * aside, y - 0.34, 0.52), part="fist")
        a.move(0.6, front=0.08, bend=24, twist=12 * aside, height=-0.09, nod=20, balance=-1, **far)
        a.move(0.6, front=-0.03, bend=12, twist=-6 * aside, height=-0.05, nod=16, **near)
    stand_again(a)

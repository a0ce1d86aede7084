"""Riding, skating, and a waltz."""

from __future__ import annotations

from train.authored.act import Act
from train.authored.patterns import choose, circle, grip
from train.authored.plan import Origin
from train.authored.registry import action
from train.authored.steps import footsteps, shifted_origin
from train.authored.targets import Target, foot, hand


@action("ride_bicycle", counts=(4, 7), styles=("", "", "tired"))
def ride_bicycle(a: Act) -> None:
    """Bent over handlebars, the feet tread round as on pedals, the body held at the height of a saddle."""
    turns, radius = a.count, a.uniform(0.13, 0.16)
    period = a.uniform(0.6, 0.85)
    high, far = -0.69 + radius, a.uniform(0.12, 0.18)
    around = circle(turns, (0.0, radius, 0.0), (0.0, 0.0, radius))
    below = circle(turns, (0.0, -radius, 0.0), (0.0, 0.0, -radius))
    top = foot(-0.02, high + radius, far, frame="hip", pitch=8, path=around)
    bottom = foot(-0.02, high - radius, far, frame="hip", pitch=14, path=below)
    bars = grip((0.2, -0.1, 0.44), (-0.2, -0.1, 0.44), part="fist", palm="down", fingers="front", elbow="down+out")
    a.move(0.8, bend=22, pitch=14, nod=-22, height=-0.05, balance=-1, **bars)
    a.move(0.1, air=1, wait=False)
    a.move(0.45, right_foot=top, left_foot=bottom)
    a.start_here()
    seconds = turns * period
    a.wave("lean", 2.5, period, seconds)
    a.wave("roll", 2.0, period, seconds)
    a.wave("bend", 1.5, period / 2, seconds)
    if a.rng.random() < 0.5:
        with a.meanwhile(0.4 * seconds):
            a.move(0.5, wait=False, turn=a.uniform(-35, 35))
    a.hold(seconds)
    a.end_here()
    a.move(0.4, both_feet=foot())
    a.move(0.1, air=0, wait=False)
    a.back(0.8)


@action("ride_horse", styles=("", "", "proud"))
def ride_horse(a: Act) -> None:
    """Legs apart and bent, the body rises and falls as in a saddle, the hands hold the reins and go along."""
    wide, deep = a.uniform(0.14, 0.2), a.uniform(0.24, 0.32)
    pace = a.uniform(0.24, 0.32)
    reins = grip((0.06, -0.14, 0.36), (-0.06, -0.12, 0.36), part="fist", palm="in", fingers="front", elbow="down+out")
    low = grip((0.07, -0.2, 0.4), (-0.07, -0.18, 0.4), part="fist", palm="in", fingers="front", elbow="down+out")
    a.move(0.35, left_foot=foot(out=wide, yaw=22), lift=0.06)
    with a.meanwhile():
        a.move(0.6, **reins)
    a.move(0.35, right_foot=foot(out=wide, yaw=22), lift=0.06)
    a.move(0.4, height=-deep, bend=8, balance=-1)
    a.start_here()
    for number in range(int(a.rng.integers(6, 11))):
        a.move(pace, height=-deep + 0.13 * a.size, bend=4, pitch=4, nod=2, front=0.03, **low)
        a.move(pace, height=-deep - 0.03, bend=11, pitch=-3, nod=-3, front=-0.03, ease="hit", **reins)
        if number % 4 == 2:
            a.move(0.3, wait=False, turn=a.uniform(-20, 20))
    a.end_here()
    a.move(0.45, height=-0.06, bend=0, pitch=0, front=0)
    a.move(0.4, left_foot=foot(), lift=0.05)
    a.time -= 0.1
    a.back(0.7)


@action("skate", counts=(3, 6), styles=("", "", "happy"))
def skate(a: Act) -> None:
    """Glides on one foot after the other; the other pushes off outwards and comes back through the air."""
    speed, low = a.uniform(1.1, 1.6) * a.size, a.uniform(0.1, 0.17)
    bend = a.uniform(10, 24)
    behind = choose(a, "arms", ("swing", "swing", "back")) == "back"
    start = a.time
    a.move(0.6, bend=bend, pitch=bend * 0.7, nod=-bend, height=-low, balance=-1,
           **({"both": hand("lower_back")} if behind else {}))  # fmt: skip
    strokes = []
    for number in range(a.count):
        glide, push = ("left", "right") if number % 2 == 0 else ("right", "left")
        sign = 1.0 if glide == "left" else -1.0
        strokes.append(a.time)
        swing: dict[str, Target] = {}
        if not behind:
            swing = {push: hand((-0.02, -0.28, 0.32), "shoulder", part="wrist"),
                     glide: hand((0.26, -0.3, -0.24), "shoulder", part="wrist")}  # fmt: skip
        under = {f"{glide}_foot": _sliding(-0.02, 0.0, 0.02)}
        with a.meanwhile():
            a.move(0.5, side=0.07 * sign, lean=-5 * sign, twist=7 * sign, height=-low - 0.03, **under, **swing)
        a.move(0.48, **{f"{push}_foot": _sliding(0.3, 0.0, -0.2, yaw=28)})
        a.move(0.2, **{f"{push}_foot": _sliding(0.26, 0.12, -0.34, pitch=25, yaw=10)}, height=-low + 0.02)
        a.move(0.3, **{f"{push}_foot": _sliding(0.03, 0.04, -0.04)})
    a.move(0.5, side=0, lean=0, twist=0, both_feet=_sliding(0.0, 0.0, 0.0), height=-0.05)
    stop = a.time + 0.3
    a.hold(0.3)
    distance = speed * (stop - strokes[0]) * 0.85
    times = [strokes[0], *[t + 0.35 for t in strokes], stop]
    shares = [0.0, *[(t - strokes[0]) / (stop - strokes[0]) for t in times[1:-1]], 1.0]
    a.plan.travel.append((start, 0.0, 0.0, 0.0))
    for t, share in zip(times, shares, strict=True):
        a.plan.travel.append((t, 0.0, distance * (share**1.25), 0.0))
    a.origin = (0.0, distance, 0.0)
    a.move(0.25, both_feet=foot())
    a.back(0.7)


def _sliding(out: float, up: float, front: float, pitch: float = 0.0, yaw: float = 0.0) -> Target:
    """A foot that goes along with the body, ``out`` from its own hip and ``up`` over the floor."""
    return foot(0.09 + out, 0.085 + up, front, frame="body", part="ankle", pitch=pitch, yaw=yaw)


@action("waltz", sides=True, counts=None, styles=("", "", "happy"))
def waltz(a: Act) -> None:
    """Box steps in three-four time that turn, the arms round a partner who is not there."""
    lead = hand((0.44, a.uniform(0.04, 0.14), 0.22), "shoulder", palm="front+down", fingers="out+up+front",
                elbow="down+out")  # fmt: skip
    around = hand((0.1, -0.02, 0.34), "chest", palm="in+back", fingers=(-0.8, 0.2, 0.5), elbow="out")
    a.move(0.8, left=lead, right=around, bend=-4, turn=14, nod=-3)
    a.start_here()
    long, wide, turn = a.uniform(0.28, 0.36), a.uniform(0.2, 0.28), a.uniform(45, 85)
    beat = a.uniform(0.36, 0.44)
    plan: list[tuple[str, Origin, float]] = []
    here = a.origin
    start = a.time
    bars = int(a.rng.integers(3, 5))
    for bar in range(bars):
        first, second = ("left", "right") if bar % 2 == 0 else ("right", "left")
        ahead = long if bar % 2 == 0 else -long
        one = shifted_origin(here, 0.0, ahead, turn / 2)
        here = shifted_origin(one, -wide if second == "right" else wide, 0.0, turn / 2)
        plan += [(first, one, beat), (second, here, beat), (first, here, beat)]
    for number in range(3 * bars):  # down on one, up on two and three
        with a.meanwhile(number * beat):
            goal = (-0.04, 0.0, 0.02)[number % 3]
            lean = (0, 4, 1)[number % 3] * (1 if (number // 3) % 2 == 0 else -1)
            a.move(beat, wait=False, lean=lean, shrug=2 + 40 * goal)
    footsteps(a, plan, lift=0.03, sway=0.05, drop=0.03, toe=22)
    a.time = max(a.time, start)
    a.end_here()
    a.hold(0.2)
    a.back(0.8)

"""Bow, gun, club, racket, bat, balls and fishing rod."""

from __future__ import annotations

from train.authored.act import Act
from train.authored.patterns import choose, circle, grip, stance, stand_again
from train.authored.registry import action
from train.authored.targets import foot, hand


@action("shoot_bow", sides=True, counts=(1, 2))
def shoot_bow(a: Act) -> None:
    """Sideways stance, one arm stretched, the other draws the string to the chin and lets go."""
    high = a.uniform(0.0, 0.12)
    stance(a, 0.3, 0.06, yaw=-38, twist=-12)
    bow = hand((0.46, high, 0.32), "shoulder", part="fist", palm="in+front", fingers="out+front+up")
    for _ in range(a.count):
        nock = hand((-0.2, high, 0.42), "shoulder", part="fist", palm="in+down", fingers="in", elbow="out+down")
        a.move(0.7, left=bow, right=nock, turn=46, twist=-14)
        drawn = hand(
            "chin", part="tip", palm="in+back", fingers=(-0.9, 0.2, 0.3), elbow="out+back", shift=(0.06, 0.0, 0.0)
        )
        a.move(a.uniform(0.7, 1.0), right=drawn, twist=-24, bend=-3)
        a.hold(a.uniform(0.4, 1.2))
        a.move(0.14, right=hand((0.22, 0.08, 0.0), "shoulder", part="tip", elbow="out+back"), ease="out")
        a.hold(a.uniform(0.2, 0.5))
    stand_again(a)


@action("aim", sides=True, styles=("", "", "scared"))
def aim(a: Act) -> None:
    """A gun held out in two hands or one, or a rifle at the shoulder; the body scans or recoils."""
    kind = choose(a, "kind", ("pistol", "pistol", "one", "rifle"))
    y = a.uniform(0.08, 0.16)
    goals = {
        "pistol": grip((0.02, y, 0.5), (-0.02, y - 0.03, 0.48), part="fist", palm="in", elbow="down+out"),
        "one": {"right": hand((-0.04, y - 0.02, 0.58), "shoulder", part="fist", palm="in+down", fingers="front")},
        "rifle": grip((0.1, y - 0.03, 0.22), (-0.02, y - 0.04, 0.46), part="fist", palm="in+up", elbow="down+out"),
    }[kind]
    stance(a, 0.26, 0.05, nod=4, tilt=10 if kind == "rifle" else 0, bend=2, height=-0.04, **goals)
    for _ in range(int(a.rng.integers(1, 4))):
        if a.rng.random() < 0.5:
            a.move(0.7, twist=a.uniform(-25, 25))
        else:
            a.hold(a.uniform(0.3, 0.8))
            a.move(0.08, bend=-4, shrug=5, ease="hit")
            a.move(0.25, bend=2, shrug=0)
    a.hold(a.uniform(0.3, 1.0))
    stand_again(a)


@action("golf_swing", sides=True, counts=(1, 2))
def golf_swing(a: Act) -> None:
    """Bent over the ball, back, through, and up over the other shoulder."""

    def club(x: float, y: float, z: float) -> dict:
        return grip((x + 0.01, y - 0.05, z), (x - 0.01, y + 0.02, z), part="fist")

    a.params["swing"] = choose(a, "swing", ("full", "full", "putt"))
    stance(a, 0.0, 0.1, bend=24, pitch=14, nod=12, height=-0.05, **club(0.0, -0.34, 0.34))
    a.hold(a.uniform(0.2, 0.6))
    full = a.params["swing"] == "full"
    for _ in range(a.count):
        if full:
            a.move(0.7, twist=-42, yaw=-14, turn=34, **club(0.22, 0.16, 0.24))
            a.hold(0.08)
            a.move(0.24, twist=6, yaw=6, turn=0, ease="hit", **club(-0.02, -0.36, 0.36))
            a.move(0.3, twist=44, yaw=26, bend=6, pitch=2, ease="out", right_foot=foot(out=0.1, pitch=30),
                   **club(-0.2, 0.2, 0.24))  # fmt: skip
        else:
            a.move(0.5, twist=-8, **club(0.12, -0.33, 0.34))
            a.move(0.3, twist=8, ease="hit", **club(-0.12, -0.33, 0.34))
        a.hold(a.uniform(0.4, 0.8))
        if a.count > 1:
            a.move(0.7, twist=0, yaw=0, bend=24, pitch=14, right_foot=foot(out=0.1), **club(0.0, -0.34, 0.34))
    stand_again(a)


@action("tennis_swing", sides=True, counts=(1, 3))
def tennis_swing(a: Act) -> None:
    """Forehand, backhand or serve."""
    kind = choose(a, "stroke", ("forehand", "forehand", "backhand", "serve"))
    ready = grip((0.06, -0.1, 0.34), (-0.06, -0.06, 0.32), part="fist")
    ways = {
        "forehand": ((0.46, -0.08, -0.06), (0.12, -0.08, 0.5), (-0.34, 0.2, 0.26), (-30, 8, 32)),
        "backhand": ((-0.34, -0.1, 0.22), (0.02, -0.06, 0.5), (0.46, 0.16, 0.22), (40, 5, -24)),
        "serve": ((0.2, 0.3, -0.14), (0.08, 0.52, 0.24), (-0.3, -0.32, 0.34), (-26, 6, 28)),
    }
    back, meet, through, twists = ways[kind]
    stance(a, 0.3 if kind != "backhand" else -0.3, 0.08, bend=6, height=-0.05, **ready)
    for _ in range(a.count):
        toss = {"left": hand((0.06, 0.5, 0.24), "shoulder", palm="up"), "nod": -16} if kind == "serve" else {}
        toss = toss or {"left": hand((0.15, -0.1, 0.36), "shoulder")}
        a.move(0.55, right=hand(back, "shoulder", part="fist"), twist=twists[0], **toss)
        a.move(0.2, right=hand(meet, "shoulder", part="fist"), twist=twists[1], bend=8, nod=0, front=0.05, ease="hit")
        a.move(0.26, right=hand(through, "shoulder", part="fist"), twist=twists[2], bend=12 if kind == "serve" else 5,
               left=hand((0.2, -0.2, 0.2), "shoulder"), ease="out")  # fmt: skip
        a.hold(0.15)
        a.move(0.5, twist=0, bend=6, front=0.0, **ready)
    stand_again(a)


@action("baseball_swing", sides=True, counts=(1, 2), styles=("", "", "angry"))
def baseball_swing(a: Act) -> None:
    """The bat waits over the shoulder, sweeps across and wraps round."""

    def bat(x: float, y: float, z: float) -> dict:
        return grip((x + 0.02, y + 0.03, z), (x - 0.02, y - 0.05, z), part="fist")

    stance(a, 0.3, 0.08, yaw=-30, twist=-22, turn=44, bend=8, height=-0.08, **bat(0.14, 0.14, 0.22))
    a.wave("roll", 2.0, 0.7, 1.0)
    a.hold(a.uniform(0.3, 0.9))
    for _ in range(a.count):
        a.move(0.3, twist=-30, front=-0.03, left_foot=foot(front=0.24, out=0.08), lift=0.06, **bat(0.18, 0.16, 0.18))
        a.move(0.22, twist=18, yaw=12, turn=6, front=0.06, ease="hit", **bat(-0.02, -0.12, 0.48))
        a.move(0.26, twist=44, yaw=24, ease="out", **bat(-0.24, 0.14, 0.24))
        a.hold(a.uniform(0.2, 0.5))
        if a.count > 1:
            a.move(0.7, twist=-22, yaw=-30, turn=44, front=0.0, **bat(0.14, 0.14, 0.22))
    stand_again(a)


@action("baseball_pitch", sides=True)
def baseball_pitch(a: Act) -> None:
    """Leg lift, a long step, the arm whips over and the body folds."""
    both = grip((0.02, 0.0, 0.22), (-0.02, 0.0, 0.22), part="fist", palm="in")
    a.move(0.6, **both, yaw=-20)
    a.move(0.6, left_foot=foot(-0.02, -0.34, 0.3, frame="hip", pitch=20), twist=-14, side=-0.05, bend=6, **both)
    a.hold(a.uniform(0.0, 0.3))
    with a.meanwhile():
        a.move(0.45, right=hand((0.36, 0.14, -0.2), "shoulder", part="fist", elbow="out"), twist=-28, yaw=-10,
               left=hand((0.1, 0.05, 0.48), "shoulder", part="fist"))  # fmt: skip
    a.move(0.45, left_foot=foot(front=0.5 * a.size, yaw=4), front=0.12, side=0.0, height=-0.1)
    a.move(0.2, right=hand((0.1, 0.34, 0.42), "shoulder", part="fist", elbow="out"), twist=18, yaw=16, bend=14,
           front=0.24,  left=hand((0.14, -0.16, 0.1), "shoulder", part="fist"), ease="hit")  # fmt: skip
    a.move(0.3, right=hand((-0.26, -0.36, 0.34), "shoulder", part="fist"), twist=30, bend=36, ease="out",
           right_foot=foot(pitch=40))  # fmt: skip
    a.hold(0.3)
    stand_again(a)


@action("bowl", sides=True)
def bowl(a: Act) -> None:
    """Arm back, a lunge of the other leg, the ball rolls from a low hand."""
    a.move(0.7, right=hand((0.06, -0.1, 0.3), palm="up", fingers="front"), left=hand((0.02, -0.1, 0.3), palm="up"))
    with a.meanwhile():
        a.move(0.7, right=hand((0.1, -0.3, -0.4), "shoulder", palm="front+down"), bend=24, twist=-14, pitch=10,
               height=-0.1, left=hand((0.4, -0.2, 0.2), "shoulder"))  # fmt: skip
    a.move(0.7, left_foot=foot(front=0.5 * a.size), lift=0.06)
    a.move(0.35, right=hand((0.0, -0.42, 0.3), "shoulder", palm="front+up", fingers="down+front"), bend=34, twist=10,
           pitch=18, front=0.2, height=-0.24, right_foot=foot(pitch=40), nod=-24, ease="hit")  # fmt: skip
    a.move(0.35, right=hand((-0.04, 0.16, 0.48), "shoulder", palm="back+up", fingers="up+front"), ease="out")
    a.hold(a.uniform(0.3, 0.9))
    stand_again(a, 0.7)


@action("basketball_shot", sides=True, counts=(1, 2))
def basketball_shot(a: Act) -> None:
    """Knees bend, the ball goes over the head, a small jump and a flick of the wrist."""
    low = grip((0.1, -0.12, 0.28), (-0.08, -0.12, 0.28), palm="in", fingers="front+up")
    for _ in range(a.count):
        a.move(0.6, bend=12, height=-0.16, nod=-6, **low)
        a.hold(a.uniform(0.1, 0.4))
        top = hand((0.04, 0.26, 0.24), "shoulder", palm="front+up", fingers="up+back", elbow="front+out")
        a.move(
            0.3,
            right=top,
            left=hand((0.06, 0.24, 0.28), "shoulder", palm="in", fingers="up"),
            bend=-2,
            height=-0.02,
            nod=-16,
        )
        rise = a.uniform(0.08, 0.18) * a.size
        a.move(0.2, height=rise, air=1, both_feet=foot(up=rise, pitch=30), ease="out",
               right=hand((0.0, 0.5, 0.34), "shoulder", palm="front+down", fingers="front+up"))  # fmt: skip
        a.move(0.18, height=-0.06, air=0, both_feet=foot(), ease="hit",
               right=hand((0.0, 0.46, 0.36), "shoulder", palm="down+back", fingers="front+down"))  # fmt: skip
        a.move(0.25, height=0.0)
        a.hold(a.uniform(0.2, 0.6))
    a.back(0.8, height=0.0)


@action("basketball_dribble", sides=True, counts=(3, 8), on=("idle", "idle", "walk"))
def basketball_dribble(a: Act) -> None:
    """The hand follows a bouncing ball down and up beside the body."""
    pace, out = a.uniform(0.26, 0.32), a.uniform(0.16, 0.3)
    up = hand((out, a.uniform(0.98, 1.06), 0.36), "body", palm="down", fingers="front", elbow="out+back")
    down = up.moved(up=-0.36 * a.size)
    trunk = a.uniform(14, 24)
    a.move(0.6, right=up, bend=trunk, height=-0.07, nod=4, left=hand((0.3, -0.22, 0.2), "shoulder"))
    for _ in range(a.count):
        a.move(pace, right=down, bend=trunk + 3, height=-0.09, ease="hit")
        a.move(pace, right=up, bend=trunk, height=-0.07, ease="out")
    a.back(0.7, height=0.0)


@action("volleyball_spike", sides=True)
def volleyball_spike(a: Act) -> None:
    """Arms swing, a jump, the hand hits the ball overhead."""
    swing = hand((0.16, -0.3, -0.3), "shoulder", palm="back")
    a.move(0.5, both=swing, bend=26, pitch=10, height=-0.24, nod=-14)
    rise = a.uniform(0.22, 0.36) * a.size
    a.move(0.24, height=rise, air=1, both_feet=foot(up=rise, front=0.02, pitch=40), bend=-10, pitch=0, nod=-12,
           ease="out", right=hand((0.24, 0.36, -0.08), "shoulder", elbow="out+up"), twist=-22,
           left=hand((0.06, 0.44, 0.3), "shoulder"))  # fmt: skip
    a.move(0.15, right=hand((0.04, 0.46, 0.36), "shoulder", palm="front+down", fingers="up+front"), twist=14, bend=8,
           ease="hit", left=hand((0.1, -0.1, 0.2), "shoulder"))  # fmt: skip
    a.move(0.22, height=-0.16, air=0, both_feet=foot(), bend=20, nod=0, ease="hit",
           right=hand((-0.12, -0.3, 0.38), "shoulder", palm="back", fingers="down+front"))  # fmt: skip
    a.hold(0.1)
    a.back(0.9, height=0.0)


@action("juggle", counts=None)
def juggle(a: Act) -> None:
    """Hands throw and catch in turn, the eyes follow the balls."""
    pace, y = a.uniform(0.18, 0.26), a.uniform(-0.2, -0.1)
    low = hand((0.16, y, 0.32), palm="up", fingers="front", elbow="down+back")
    a.move(0.7, both=low, nod=-8)
    for beat in range(int(a.rng.integers(8, 16))):
        word, other = ("right", "left") if beat % 2 == 0 else ("left", "right")
        with a.meanwhile():
            a.move(pace, **{other: low.moved(out=0.06, up=-0.03)})
        lift = a.uniform(0.12, 0.2) * a.size
        a.move(pace, **{word: low.moved(out=-0.06, up=lift)}, nod=-18, turn=6 if word == "left" else -6, ease="hit")
    a.back(0.7)


@action("fish", sides=True, counts=None)
def fish(a: Act) -> None:
    """A rod is cast, held, and reeled in."""
    y = a.uniform(-0.16, -0.06)
    held = grip((0.08, y, 0.34), (-0.02, y - 0.08, 0.26), part="fist", elbow="down+out")
    stance(a, 0.24, 0.05, **held)
    a.move(0.6, twist=-12, bend=-5, **grip((0.16, 0.3, 0.06), (0.06, 0.22, 0.06), part="fist", elbow="out"))
    a.move(0.24, twist=6, bend=8, ease="hit", **grip((0.06, 0.08, 0.46), (-0.02, 0.0, 0.38), part="fist"))
    a.hold(0.3)
    a.move(0.6, twist=0, bend=2, nod=6, **held)
    a.hold(a.uniform(0.5, 1.6))
    turns = int(a.rng.integers(2, 6))
    reel = hand((0.06, y - 0.02, 0.3), part="fist", palm="in", fingers="front+in", elbow="out+down",
                path=circle(turns, (0.0, 0.06, 0.0), (0.0, 0.0, 0.06)))  # fmt: skip
    a.move(0.4, left=reel, bend=-4, right=hand((0.06, y + 0.12, 0.3), part="fist", elbow="down+out"))
    a.hold(turns * 0.4)
    stand_again(a)

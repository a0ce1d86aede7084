"""Things picked up, carried, thrown and caught; driving; shoes and pets."""

from __future__ import annotations

from train.authored.act import Act
from train.authored.patterns import choose, grip, stance, stand_again, strokes
from train.authored.registry import action
from train.authored.targets import REST, foot, hand


def _down(a: Act, low: str, seconds: float, **goals) -> None:
    """Bend or squat so that the hands reach the floor."""
    if low == "bend":
        knee = {"left": hand((0.15, 0.56, 0.22), "body", palm="down", fingers="front+in", elbow="out+up")}
        a.move(seconds, bend=46, pitch=44, height=-0.22, nod=-10, **({} if "both" in goals else knee), **goals)
    else:
        a.move(seconds, bend=30, pitch=30, height=-0.42, nod=-14, **goals)


@action("pick_up", sides=True, styles=("", "", "tired"))
def pick_up(a: Act) -> None:
    """Down to the floor, grasp, up again with the thing before the body."""
    low = choose(a, "way", ("bend", "squat"))
    place = hand((a.uniform(-0.05, 0.12), 0.12, a.uniform(0.34, 0.46)), "body", palm="in+down", fingers="down+front")
    word = choose(a, "hands", ("one", "one", "both"))
    held = hand((0.1, a.uniform(-0.12, 0.02), 0.34), palm="in+up", fingers="front")
    goal = {"both": place.moved(out=0.06)} if word == "both" else {"right": place}
    _down(a, low, 1.0, **goal)
    a.hold(a.uniform(0.1, 0.3))
    a.move(1.0, bend=0, pitch=0, height=0, nod=14, **{"both" if word == "both" else "right": held})
    a.hold(a.uniform(0.3, 1.2))
    a.back(0.7)


@action("put_down", sides=True, styles=("", "", "tired"))
def put_down(a: Act) -> None:
    """A thing held before the body is set on the floor and let go."""
    low = choose(a, "way", ("bend", "squat"))
    word = {"one": "right", "both": "both"}[choose(a, "hands", ("one", "both"))]
    place = hand((0.1, 0.13, a.uniform(0.36, 0.46)), "body", palm="in+down", fingers="down+front")
    a.move(0.6, nod=8, **{word: hand((0.11, a.uniform(-0.12, 0.0), 0.32), palm="in+up", fingers="front")})
    a.hold(a.uniform(0.2, 0.8))
    a.start_here()
    _down(a, low, 1.1, **{word: place})
    a.hold(0.2)
    a.move(0.25, **{word: place.moved(out=0.06, up=0.05)})
    a.move(1.0, bend=0, pitch=0, height=0, nod=0, both=REST)
    a.back(0.3)


@action("lift_box", counts=(1, 2), styles=("", "", "tired"), tempo=(1.1, 1.35))
def lift_box(a: Act) -> None:
    """A squat, both hands at a box, then up with straight back and the box at the belly."""
    wide = a.uniform(0.14, 0.22)
    floor = hand((wide, a.uniform(0.2, 0.3), 0.44), "body", palm="in", fingers="front+down", elbow="out+down")
    held = hand((wide, a.uniform(-0.2, -0.08), 0.34), palm="in", fingers="front", elbow="out+down")
    for number in range(a.count):
        a.move(1.1, bend=26, pitch=28, height=-0.42, nod=-16, both=floor)
        a.hold(a.uniform(0.15, 0.35))
        a.move(1.2, bend=-4, pitch=0, height=0, nod=4, both=held)
        a.hold(a.uniform(0.4, 1.0))
        if number + 1 < a.count or a.rng.random() < 0.6:
            a.move(1.2, bend=26, pitch=28, height=-0.42, nod=-10, both=floor)
            a.move(0.25, both=floor.moved(out=0.06))
    a.back(1.1)


@action("carry", on=("walk",), styles=("", "", "tired"))
def carry(a: Act) -> None:
    """Walking with a load in both arms."""
    a.params["load"] = choose(a, "load", ("box", "bundle", "shoulder"))
    goals = {
        "box": {
            "both": hand((a.uniform(0.14, 0.2), -0.16, 0.34), palm="in+up", fingers="front", elbow="back+out+down")
        },
        "bundle": grip((-0.1, -0.06, 0.26), (0.1, -0.14, 0.28), palm="back+up", fingers="in"),
        "shoulder": {"right": hand((0.16, 0.24, 0.12), palm="in+up", fingers="up+front", elbow="front+out+down")},
    }[a.params["load"]]
    a.move(0.7, bend=-4, **goals)
    a.start_here()
    a.hold(a.uniform(1.6, 3.6))
    a.end_here()
    a.back(0.7)


@action("carry_tray", sides=True, on=("walk",), styles=("", "", "proud"))
def carry_tray(a: Act) -> None:
    """A flat hand carries a tray beside the shoulder or both hold it before the body."""
    if choose(a, "hands", ("one", "both", "both")) == "one":
        tray = hand((0.28, a.uniform(-0.06, 0.04), 0.22), "shoulder", palm="up", fingers=(1, 0.0, 0.5), elbow="down")
        a.move(0.8, right=tray, bend=-4, left=hand("lower_back") if a.rng.random() < 0.3 else REST)
    else:
        a.move(
            0.8,
            bend=-3,
            both=hand((0.17, a.uniform(-0.14, -0.02), 0.34), palm="up", fingers="front", elbow="down+back"),
        )
    a.start_here()
    a.hold(a.uniform(1.6, 3.4))
    a.end_here()
    a.back(0.8)


@action("throw", sides=True, once=True, counts=(1, 2), styles=("", "", "angry"))
def throw(a: Act) -> None:
    """A wind-up, a step of the other foot, the arm whips forwards and follows through."""
    way = choose(a, "way", ("over", "over", "under"))
    for number in range(a.count):
        ahead = 0.4 * a.size
        if way == "over":
            back, out = (0.26, a.uniform(0.1, 0.26), -0.2), (0.06, 0.3, 0.46)
            through = hand((-0.22, -0.34, 0.34), "shoulder", part="fist", fingers="down+front", palm="back+in")
        else:
            back, out = (0.14, -0.36, -0.36), (0.04, -0.1, 0.54)
            through = hand((-0.02, 0.2, 0.48), "shoulder", part="fist", fingers="up+front", palm="back")
        elbow = "out" if way == "over" else None
        a.move(0.6, right=hand(back, "shoulder", part="fist", elbow=elbow), twist=-28, bend=-6, front=-0.05,
               left=hand((0.1, 0.02, 0.4), "shoulder"))  # fmt: skip
        with a.meanwhile():
            a.move(0.34, left_foot=foot(front=ahead, yaw=5), lift=0.08)
        a.hold(0.18)
        a.move(0.22, right=hand(out, "shoulder", part="fist", elbow=elbow), twist=20, bend=10, front=0.14, height=-0.05,
               left=hand((0.2, -0.35, 0.05), "shoulder"), ease="hit")  # fmt: skip
        a.move(0.3, right=through, twist=30, bend=20, ease="out", right_foot=foot(pitch=25, front=0.02))
        a.hold(0.15)
        if number + 1 < a.count:
            a.move(0.7, twist=0, bend=0, front=0, height=0, left_foot=foot(), right_foot=foot(), lift=0.04)
    stand_again(a)


@action("catch", counts=(1, 2), sides=False)
def catch(a: Act) -> None:
    """Hands go out to meet a ball and give way to the body."""
    for _ in range(a.count):
        where = choose(a, "where", ("chest", "high", "low"))
        up = {"chest": 0.0, "high": 0.34, "low": -0.34}[where] + a.uniform(-0.05, 0.05)
        x = a.uniform(-0.15, 0.15)
        ready = hand((0.14, -0.14, 0.32), palm="front+in", fingers="front+up", elbow="down+out")
        a.move(0.5, both=ready, bend=8, height=-0.04)
        a.hold(a.uniform(0.2, 0.6))
        open_ = {"palm": "in+front", "fingers": "front+down" if where == "low" else "up+front"}
        low = 26 if where == "low" else -4 if where == "high" else 8
        a.move(
            0.3, bend=low, nod=-0.7 * up * 40, twist=-40 * x, **grip((x + 0.1, up, 0.5), (x - 0.1, up, 0.5), **open_)
        )
        a.move(0.16, ease="out", bend=low + 5, **grip((x + 0.08, up * 0.8, 0.36), (x - 0.08, up * 0.8, 0.36), **open_))
        a.move(
            0.4, bend=4, nod=10, twist=0, **grip((0.08, -0.08, 0.24), (-0.08, -0.08, 0.24), palm="in", fingers="front")
        )
        a.hold(a.uniform(0.2, 0.6))
    a.back(0.7, height=0.0)


@action("drive", counts=None)
def drive(a: Act) -> None:
    """Seated on nothing visible, both hands turn a wheel."""
    feet = foot(front=a.uniform(0.34, 0.42), pitch=-12)
    a.move(1.0, height=-0.44, both_feet=feet, lift=0.03, balance=-1, bend=4, pitch=-8,
           **grip((0.17, 0.0, 0.4), (-0.17, 0.0, 0.4), part="fist"))  # fmt: skip
    a.start_here()
    for _ in range(int(a.rng.integers(2, 5))):
        turn = a.uniform(-1, 1)
        up, into = 0.14 * turn, 0.05 * abs(turn)
        a.move(
            0.6, **grip((0.17 - into, up, 0.4), (-0.17 + into, -up, 0.4), part="fist"), lean=-8 * turn, turn=-22 * turn
        )
        a.hold(a.uniform(0.1, 0.5))
        a.move(0.6, **grip((0.17, 0.0, 0.4), (-0.17, 0.0, 0.4), part="fist"), lean=0, turn=a.uniform(-25, 25))
        a.move(0.3, turn=0)
    a.end_here()
    a.back(1.0)


@action("shove", counts=(1, 2), styles=("", "", "angry"))
def shove(a: Act) -> None:
    """Both palms push somebody away with a step."""
    near = hand((0.12, a.uniform(-0.06, 0.04), 0.2), palm="front", fingers="up", elbow="out+down")
    stance(a, 0.3, 0.04, both=near, bend=2)
    for _ in range(a.count):
        a.move(0.3, both=near.moved(front=-0.02), front=-0.05, bend=-3)
        a.move(
            0.2, both=near.moved(front=0.34 * a.size, up=0.04), front=0.12, bend=16, nod=-6, height=-0.05, ease="hit"
        )
        a.hold(0.2)
        a.move(0.35, both=near, front=0.0, bend=2, height=0.0)
    stand_again(a)


@action("tie_shoes", tempo=(0.75, 1.0))
def tie_shoes(a: Act) -> None:
    """On one knee, both hands at the other foot tie a knot."""
    a.move(1.0, right_foot=foot(front=-0.45, pitch=45), height=-0.2, bend=12, front=-0.05)
    a.pose(1.1, "half_kneel", anchor="left_foot")
    high = a.uniform(0.1, 0.16)

    def laces(apart: float, up: float) -> dict:
        return grip((-0.11 + apart, high + up, 0.1), (-0.11 - apart, high + up, 0.1), "ground", part="tip",
                    palm="in+down", fingers="down+front")  # fmt: skip

    a.move(0.7, bend=44, nod=8, **laces(0.03, 0.0))
    for _ in range(int(a.rng.integers(2, 5))):
        a.move(0.25, **laces(0.01, 0.04))
        a.move(0.3, **laces(0.1, 0.08))
        a.move(0.25, **laces(0.03, 0.0))
    a.move(0.6, bend=8, nod=0)
    a.back(1.5)


@action("pet_animal", sides=True, counts=None)
def pet_animal(a: Act) -> None:
    """Bent or squatting, the hand strokes along an animal's back."""
    low = choose(a, "pose", ("bend", "bend", "squat"))
    times = int(a.rng.integers(3, 6))
    way = {"pat": (0.0, 0.16, 0.0), "stroke": (0.02, 0.05, -0.24)}[choose(a, "kind", ("pat", "stroke"))]
    back = hand((0.06, a.uniform(0.42, 0.56), 0.52), "body", palm="down", fingers="front+down", elbow="out+down",
                path=strokes(times, way))  # fmt: skip
    if low == "bend":
        knee = hand((0.14, 0.62, 0.18), "body", palm="down", fingers="front+in", elbow="out+up")
        a.move(1.0, right=back, left=knee, bend=34, pitch=32, height=-0.12, nod=-6)
    else:
        a.move(1.1, right=back, bend=22, pitch=24, height=-0.42, nod=-4)
    a.hold(0.55 * times)
    a.back(1.1)

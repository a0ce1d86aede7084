"""Down to the floor, on it and up again."""

from __future__ import annotations

from train.authored.act import Act
from train.authored.actions.common import begin, chain, choose, jitter, relocate
from train.authored.poses import variant
from train.authored.registry import action
from train.authored.targets import foot, hand

WEARY = ("", "", "", "tired")


@action("sit_on_ground", sides=True, styles=WEARY)
def sit_on_ground(a: Act) -> None:
    """Down over one hand, or straight back, to one of several ways of sitting."""
    end = choose(a, "pose", ("sit_cross", "sit_floor", "sit_knees_up", "sit_hands_back"))
    _go_to_sitting(a)
    if end in ("sit_floor", "sit_hands_back"):
        bend = jitter(a, 16, 6) if end == "sit_floor" else jitter(a, 4, 4)
        end = variant(end, bend=bend)
    a.pose(0.8, end, anchor="pelvis")
    if end == "sit_cross":
        a.move(0.4, both=hand((0.18, 0.1, 0.3), "pelvis", palm="down", fingers="front+in"))
    elif end == "sit_knees_up":
        a.move(0.4, both=hand((0.02, 0.28, 0.48), "pelvis", palm="in+back", elbow="out+down"))
    elif end.startswith("sit_floor"):
        a.move(0.4, both=hand((0.1, 0.1, 0.42), "pelvis", palm="down", fingers="front"))
    _rest(a, 0.8, 2.0)


@action("lie_down", sides=True, styles=WEARY)
def lie_down(a: Act) -> None:
    """On the back or on the belly."""
    way = choose(a, "way", ("back", "back", "front"))
    if way == "front":
        _go_to_all_fours(a)
        a.pose(0.9, _front(a), anchor="shoulders")
    else:
        _go_to_sitting(a)
        a.pose(0.7, variant("sit_floor", root=[-30, 0, 0]), anchor="pelvis", hands=False)
        a.time -= 0.2
        a.pose(1.0, _back(a), anchor="pelvis")
    _rest(a, 0.8, 2.0)


@action("get_up", sides=True, styles=WEARY)
def get_up(a: Act) -> None:
    """From lying or sitting to standing."""
    way = choose(a, "way", ("back", "back", "front", "sitting"))
    a.params["posture"] = "sitting" if way == "sitting" else "lying"
    if way == "front":
        begin(a, _front(a))
        a.hold(a.uniform(0.3, 0.9))
        a.pose(0.9, "hands_knees", anchor="shoulders")
        _rise(a, "right_knee")
        return
    if way == "back":
        begin(a, _back(a))
        a.hold(a.uniform(0.3, 0.9))
        chain(a, (0.9, "sit_prop", {"anchor": "pelvis"}))
    else:
        begin(a, str(a.rng.choice(["sit_floor", "sit_knees_up", "sit_cross"])))
        a.hold(a.uniform(0.3, 0.9))
        a.pose(0.6, "sit_prop", anchor="pelvis")
    a.pose(0.6, "squat_reach_back", anchor="feet", keep=("both",), hands=False)
    a.time -= 0.15
    a.back(1.0)


@action("fall", sides=True)
def fall(a: Act) -> None:
    """A loss of balance that ends on the floor."""
    way = choose(a, "way", ("forward", "backward", "side"))
    a.move(
        0.25,
        balance=-1,
        bend=jitter(a, 4, 6),
        lean=jitter(a, 0, 8),
        both=hand((0.3, -0.1, 0.2), "shoulder", part="wrist"),
    )
    _straighten(a)
    if way == "forward":
        reach = hand((0.1, -0.1, 0.45), "shoulder", palm="front+down")
        with a.meanwhile():
            a.move(0.3, both=reach)
        a.pose(0.42, "tip_forward", anchor="feet", hands=False, ease="hit")
        a.time -= 0.06
        a.pose(0.42, "hands_knees", anchor="knees", ease="hit", shift=(0.0, 0.06))
        a.pose(0.45, _front(a), anchor="shoulders", shift=(0.0, 0.1), ease="out")
    elif way == "backward":
        with a.meanwhile():
            a.move(0.3, both=hand((0.25, 0.1, 0.4), "shoulder", part="wrist"))
        a.pose(0.36, "tip_back", anchor="feet", hands=False, ease="hit")
        a.time -= 0.08
        a.pose(0.4, variant("sit_prop", nod=26), anchor="feet", ease="hit")
        a.time -= 0.06
        a.pose(0.5, _back(a), anchor="pelvis", ease="out")
    else:
        a.pose(0.4, "crumple", anchor="feet", hands=False, ease="hit")
        a.time -= 0.08
        a.pose(0.45, "side_sit", anchor="knees", ease="hit")
        a.time -= 0.06
        a.pose(0.5, _back(a), anchor="pelvis", shift=(-0.1, 0.0), ease="out")
    _rest(a, 0.6, 1.6)


@action("faint", sides=True)
def faint(a: Act) -> None:
    """Sways, the knees give way, and the body goes limp on the floor."""
    a.wave("lean", 5, 1.1, a.uniform(0.9, 1.5))
    a.wave("bend", 4, 1.4, 1.2, phase=0.3)
    swoon = hand((-0.02, 0.1, 0.12), "head", palm="front", fingers="in+up", elbow="out")
    if a.rng.random() < 0.5:
        a.move(0.5, right=swoon, nod=-12, tilt=8)
        a.hold(a.uniform(0.2, 0.6))
    else:
        a.move(0.8, nod=14, tilt=10, bend=6)
    with a.meanwhile(0.1):
        a.move(0.5, both=hand((0.08, -0.46, 0.08), "shoulder", part="wrist"))
    _straighten(a)
    a.pose(0.6, "crumple", anchor="feet", hands=False, ease="hit")
    a.time -= 0.1
    if choose(a, "way", ("back", "back", "front")) == "front":
        a.pose(0.45, "hands_knees", anchor="knees", hands=False, ease="hit", shift=(0.0, 0.1))
        a.pose(0.5, _front(a), anchor="knees", ease="out")
    else:
        a.pose(0.5, "side_sit", anchor="knees", hands=False, ease="hit")
        a.time -= 0.08
        a.pose(0.6, _back(a), anchor="pelvis", shift=(0.12, 0.0))
    _rest(a, 0.8, 2.0)


@action("roll_sideways", sides=True, counts=(1, 2))
def roll_sideways(a: Act) -> None:
    """Lying, over the side onto the belly and on, like a log."""
    begin(a, _back(a))
    a.hold(0.4)
    high = hand((0.03, 0.5, 0.05), "shoulder", part="wrist")
    tucked = hand((0.02, -0.02, 0.16), "chest", palm="back", fingers="in+up")
    a.move(0.6, both=high if choose(a, "arms", ("high", "tucked")) == "high" else tucked)
    a.start_here()
    step = jitter(a, 0.5, 0.08)
    for turn in range(4 * a.count):
        spun = variant("side_spin", root=[turn * 90 % 360, -90, 90], legs={"hip": [4, 2, 0], "knee": 8, "ankle": 35})
        a.pose(step, spun, anchor="pelvis", hands=False, shift=(-0.22, 0.0), ease="linear")
    a.end_here()
    a.pose(0.7, "lie_back", anchor="pelvis")
    _rest(a, 0.3, 0.8)


def _go_to_sitting(a: Act) -> None:
    """From standing to sitting with the hands behind."""
    if a.rng.random() < 0.5:
        chain(a, (0.9, "squat_reach_back", {"anchor": "feet", "hands": False}), (0.6, "sit_prop", {"anchor": "feet"}))
        return
    a.move(0.8, right_foot=foot(front=-0.42, pitch=45), height=-0.2, bend=14, front=-0.05, lift=0.06)
    a.time -= 0.2
    _straighten(a)
    a.pose(0.7, "half_kneel", anchor="left_foot")
    a.time -= 0.15
    chain(
        a,
        (0.7, "side_sit", {"anchor": "right_knee", "shift": (0.05, 0.0)}),
        (0.7, "sit_prop", {"anchor": "pelvis"}),
    )


def _go_to_all_fours(a: Act) -> None:
    """From standing to hands and knees."""
    if a.rng.random() < 0.5:
        a.pose(1.0, "crouch_hands", anchor="feet")
        a.time -= 0.15
        a.pose(0.7, "hands_knees", anchor="shoulders", keep=("both",))
        return
    a.move(0.8, right_foot=foot(front=-0.42, pitch=45), height=-0.2, bend=14, front=-0.05, lift=0.06)
    a.time -= 0.2
    _straighten(a)
    chain(a, (0.7, "half_kneel", {"anchor": "left_foot"}), (0.8, "hands_knees", {"anchor": "right_knee"}))


def _rise(a: Act, knee: str) -> None:
    """From hands and knees over one knee to standing."""
    a.pose(0.8, variant("half_kneel", bend=jitter(a, 16, 8)), anchor=knee)
    a.move(0.3, both=hand((0.06, 0.12, 0.36), "pelvis", palm="down", fingers="front+in"), bend=8)
    a.time -= 0.1
    relocate(a, 1.1)


def _straighten(a: Act) -> None:
    """Within the poses that follow, the trunk is as they say."""
    a.move(0.6, wait=False, bend=0, lean=0, nod=0, tilt=0, height=0, front=0)


def _front(a: Act) -> str:
    return variant("lie_front", turn=int(a.rng.choice([-45, 40, 55])), nod=-8)


def _back(a: Act) -> str:
    out, front = round(a.uniform(0.08, 0.4), 1), round(a.uniform(0.25, 0.45), 1)
    if out > 0.25:
        front = 0.2
    hands = {"frame": "floor", "place": [out, 0.0, front], "fingers": "front+out", "palm": "down", "elbow": "out"}
    leg = {"hip": [0, int(a.rng.integers(4, 12)), 12], "knee": 5, "ankle": 32}
    bent = {"hip": [48, 6, 4], "knee": 92, "ankle": 20}
    return variant("lie_back", hands=hands, legs=leg, right_leg=bent if a.rng.random() < 0.3 else leg)


def _rest(a: Act, low: float, high: float) -> None:
    """Lies or sits still for a moment."""
    seconds = a.uniform(low, high)
    a.wave("bend", 0.8, 2.8, seconds * a.tempo)
    a.hold(seconds)
    a.plan.length = max(a.plan.length, a.time)

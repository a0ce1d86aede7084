"""What bodies do with a feeling: laughing, crying, shivering, waiting with crossed arms."""

from __future__ import annotations

from train.authored.act import Act
from train.authored.patterns import choose
from train.authored.registry import action
from train.authored.targets import foot, hand

ANY = ("idle", "idle", "walk")


@action("cross_arms", sides=True, styles=("", "", "angry", "proud"))
def cross_arms(a: Act) -> None:
    """Forearms lie over each other before the chest."""
    upper = hand((-0.15, -0.05, 0.17), fingers=(-0.8, 0.45, -0.5), palm="back", elbow="out+down")
    under = hand((-0.13, -0.1, 0.12), fingers=(-0.9, 0.2, -0.4), palm="back", elbow="out+down")
    with a.meanwhile(a.uniform(0.0, 0.2)):
        a.move(0.8, right=upper)
    a.move(0.9, left=under, bend=a.uniform(-4, 2))
    if a.rng.random() < 0.5:
        a.move(0.6, tilt=a.uniform(-10, 10), turn=a.uniform(-25, 25), roll=a.uniform(-3, 3))
    a.hold(a.uniform(1.0, 3.0))
    a.back(0.8)


@action("hands_on_hips", on=ANY, styles=("", "", "angry", "proud"))
def hands_on_hips(a: Act) -> None:
    """Both hands on the waist, elbows out."""
    a.move(a.uniform(0.6, 0.9), both=hand("waist", elbow="out"), bend=a.uniform(-6, 0))
    for _ in range(int(a.rng.integers(0, 3))):
        a.hold(a.uniform(0.3, 0.8))
        a.move(0.5, turn=a.uniform(-30, 30), twist=a.uniform(-8, 8), nod=a.uniform(-5, 8))
    a.hold(a.uniform(0.6, 1.8))
    a.back(0.7)


@action("think", sides=True, on=ANY)
def think(a: Act) -> None:
    """A hand at the chin, the other arm under its elbow; the eyes wander."""
    chin = hand("chin", part="tip", fingers=(-0.5, 0.9, -0.1), palm="back", elbow="down+front")
    goals = {"left": hand((-0.1, -0.16, 0.17), palm="up+back", fingers="in")} if a.rng.random() < 0.7 else {}
    a.move(a.uniform(0.7, 1.0), right=chin, nod=a.uniform(-14, 10), **goals)
    for _ in range(int(a.rng.integers(1, 4))):
        a.move(a.uniform(0.6, 1.0), turn=a.uniform(-25, 25), tilt=a.uniform(-14, 14), nod=a.uniform(-16, 10))
        a.hold(a.uniform(0.4, 0.9))
    a.back(0.8)


@action("cheer", counts=(1, 5), styles=("", "", "happy"))
def cheer(a: Act) -> None:
    """Arms fly up, with pumping fists or jumps."""
    kind = choose(a, "kind", ("arms", "fist", "jump"))
    up = hand((a.uniform(0.04, 0.24), 0.5, 0.1), "shoulder", part="fist", elbow="out")
    low = up.moved(up=-0.22 * a.size, front=0.06)
    word = "right" if kind == "fist" else "both"
    a.move(0.45, **{word: up}, bend=-6, nod=-12, ease="over")
    for _ in range(a.count):
        if kind == "jump":
            a.move(0.25, height=-0.16 * a.size, bend=10, both=low)
            rise = a.uniform(0.12, 0.2) * a.size
            a.move(0.2, height=rise, bend=-6, both=up, both_feet=foot(up=rise, pitch=35), air=1, ease="out")
            a.move(0.2, height=-0.06, both_feet=foot(), air=0, ease="hit")
            a.move(0.15, height=0)
        else:
            a.move(0.24, **{word: low}, height=-0.03, bend=3)
            a.move(0.2, **{word: up}, height=0, bend=-6, ease="over")
    a.hold(a.uniform(0.1, 0.6))
    a.back(0.7, height=0)


@action("cry", on=("idle", "idle", "walk"), styles=("", "sad"))
def cry(a: Act) -> None:
    """Hands over the face or rubbing the eyes, shoulders shaking."""
    kind = choose(a, "kind", ("face", "eyes", "one"))
    face = hand("eye", palm="back", fingers=(-0.25, 1, 0.0), elbow="down+out", shift=(0.02, -0.02, 0.01))
    a.move(0.8, **{"right" if kind == "one" else "both": face}, nod=26, bend=a.uniform(8, 20))
    length = a.uniform(1.8, 3.8)
    a.wave("bend", 4.0, 0.5, length)
    a.wave("shrug", 9.0, 0.5, length)
    if kind == "eyes":
        for _ in range(3):
            a.move(length / 6, both=face.moved(out=0.03))
            a.move(length / 6, both=face)
    else:
        a.hold(length)
    a.back(0.9)


@action("laugh", on=ANY, styles=("", "", "happy"))
def laugh(a: Act) -> None:
    """The trunk shakes; a hand on the belly, the body back or doubled over."""
    kind = choose(a, "kind", ("back", "over", "quiet"))
    length, period = a.uniform(2.0, 3.6), a.uniform(0.34, 0.42)
    goals = {"right": hand("belly")} if kind != "quiet" else {"right": hand("mouth", palm="back", elbow="down+out")}
    if kind == "over":
        goals["left"] = hand("belly", shift=(0.05, -0.05, 0.0))
    bend, nod = {"back": (-14, -24), "over": (28, 8), "quiet": (4, 8)}[kind]
    a.move(0.5, bend=bend, nod=nod, pitch=14 if kind == "over" else 0, **goals)
    a.wave("bend", 6.0 if kind != "quiet" else 3.0, period, length)
    a.wave("shrug", 10.0, period, length)
    a.wave("nod", 7.0, 2 * period, length)
    a.hold(length / 2)
    a.move(length / 2, bend=bend * 0.4, twist=a.uniform(-10, 10))
    a.back(0.7)


@action("cough", sides=True, counts=(1, 4), on=ANY, styles=("", "tired"))
def cough(a: Act) -> None:
    """Short jerks of the trunk behind a fist."""
    a.move(0.5, right=hand("mouth", part="fist", palm="back+down", fingers="in+up", elbow="down+out",
                           shift=(0, 0, 0.02)), bend=4)  # fmt: skip
    for _ in range(a.count):
        a.move(0.14, bend=a.uniform(12, 20), nod=14, shrug=8, ease="hit")
        a.move(a.uniform(0.25, 0.4), bend=6, nod=4, shrug=0, ease="out")
    a.back(0.6)


@action("sneeze", sides=True, counts=(1, 3), on=ANY)
def sneeze(a: Act) -> None:
    """The head goes back, then the trunk jerks forwards into the hand."""
    nose = hand("nose", palm="back", fingers="in+up", elbow="down+out", shift=(0, 0, 0.02))
    with a.meanwhile():
        a.move(0.9, right=nose.moved(front=0.06))
    for _ in range(a.count):
        a.move(a.uniform(0.6, 0.9), nod=-20, bend=-9, shrug=8)
        a.hold(a.uniform(0.05, 0.3))
        a.move(0.16, nod=26, bend=28, pitch=8, shrug=0, right=nose, ease="hit")
        a.move(0.4, nod=8, bend=6, pitch=0, ease="out")
    a.back(0.7)


@action("yawn", sides=True, on=("idle",), styles=("", "tired"))
def yawn(a: Act) -> None:
    """The head goes back, a hand before the mouth, the other arm may stretch."""
    mouth = hand("mouth", palm="back", fingers="in+up", elbow="down+out", shift=(0.02, 0, 0.02))
    if choose(a, "kind", ("hand", "stretch")) == "stretch":
        with a.meanwhile(0.3):
            a.move(1.2, left=hand((0.22, 0.36, -0.04), "shoulder", part="fist", elbow="out"))
    a.move(0.7, right=mouth, nod=-6)
    a.move(0.8, nod=a.uniform(-26, -16), bend=-8, shrug=10, tilt=a.uniform(-8, 8))
    a.hold(a.uniform(0.5, 1.2))
    a.move(0.6, nod=8, bend=4, shrug=0)
    a.back(0.9)


@action("shiver", on=ANY, styles=("", "scared"))
def shiver(a: Act) -> None:
    """Arms hugged to the body, trembling."""
    length = a.uniform(2.0, 4.0)
    a.move(0.6, shrug=14, nod=10, bend=a.uniform(6, 14), height=-0.02,
           right=hand((-0.17, -0.01, 0.15), fingers=(-0.7, 0.6, -0.5), palm="back", elbow="down"),
           left=hand((-0.16, -0.05, 0.11), fingers=(-0.7, 0.6, -0.5), palm="back", elbow="down"))  # fmt: skip
    a.wave("twist", 4.0, a.uniform(0.28, 0.34), length)
    a.wave("nod", 3.0, 0.3, length)
    a.wave("shrug", 4.0, 0.3, length)
    if a.rng.random() < 0.5:
        a.hold(length / 2)
        a.move(0.3, twist=8)
    a.hold(length / 2)
    a.back(0.8)


@action("stretch", styles=("", "", "tired"))
def stretch(a: Act) -> None:
    """Arms reach up or back, the trunk goes long or leans."""
    kind = choose(a, "kind", ("up", "lean", "back"))
    high = hand((0.012, 0.5, 0.06), "head", palm="up", fingers="in+up", elbow="out", exact=True)
    if kind == "back":
        a.move(
            0.9, both=hand((0.42, -0.02, -0.16), "shoulder", palm="front+up", part="fist"), bend=-10, nod=-12, reach=-10
        )
        a.hold(a.uniform(0.6, 1.4))
    else:
        a.move(0.7, both=hand((0.012, 0.02, 0.3), palm="down", fingers="in", exact=True))
        lift = a.rng.random() < 0.5
        a.move(0.9, both=high, bend=-7, nod=-12, **({"both_feet": foot(pitch=30), "height": 0.05} if lift else {}))
        a.hold(a.uniform(0.4, 1.2))
        for sign in (1, -1) if kind == "lean" else ():
            a.move(0.8, lean=sign * a.uniform(16, 26), roll=sign * 3)
            a.hold(a.uniform(0.3, 0.9))
        a.move(0.6, lean=0, roll=0, height=0)
    a.back(1.0)


@action("look_around", on=ANY, styles=("", "", "scared", "sneaky"))
def look_around(a: Act) -> None:
    """The head and the trunk turn to several sides."""
    sign = 1 if a.rng.random() < 0.5 else -1
    for _ in range(int(a.rng.integers(2, 5))):
        a.move(
            a.uniform(0.5, 0.9), turn=sign * a.uniform(30, 60), twist=sign * a.uniform(4, 16), nod=a.uniform(-12, 10)
        )
        a.hold(a.uniform(0.2, 0.9))
        sign = -sign
    a.back(0.6)


@action("rub_hands", on=ANY, styles=("", "", "happy"))
def rub_hands(a: Act) -> None:
    """Palms rub against each other."""
    place = (0.014, a.uniform(-0.1, 0.06), a.uniform(0.26, 0.34))
    one = hand(place, palm="in", fingers="front+up", exact=True)
    a.move(0.6, both=one, nod=8, shrug=4)
    for _ in range(int(a.rng.integers(3, 7))):
        a.move(0.24, right=one.moved(front=0.09, up=0.03), left=one.moved(front=-0.09, up=-0.03))
        a.move(0.24, right=one.moved(front=-0.09, up=-0.03), left=one.moved(front=0.09, up=0.03))
    a.back(0.6)

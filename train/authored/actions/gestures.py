"""Gestures with head and hands that say something to others."""

from __future__ import annotations

from train.authored.act import Act
from train.authored.patterns import choose, strokes
from train.authored.registry import action
from train.authored.targets import hand

ANY = ("idle", "idle", "walk")
MOODS = ("", "", "", "tired", "happy", "angry")


@action("shake_head", counts=(2, 5), on=ANY, styles=("", "", "sad", "angry"), tempo=(0.8, 1.05))
def shake_head(a: Act) -> None:
    """The head turns from side to side."""
    wide, pace = a.uniform(30, 45), a.uniform(0.28, 0.36)
    a.move(pace * 0.8, turn=wide, nod=a.uniform(-4, 10))
    for beat in range(2 * a.count - 1):
        a.move(pace, turn=wide * (1 if beat % 2 else -1), twist=2 if beat % 2 else -2)
    a.move(0.25, turn=0)
    a.hold(a.uniform(0.1, 0.4))
    a.back(0.3)


@action("shrug", counts=(1, 3), on=ANY, styles=MOODS, tempo=(0.8, 1.05))
def shrug(a: Act) -> None:
    """Shoulders up, hands turned out."""
    tilt = a.uniform(8, 16) * float(a.rng.choice([-1, 1]))
    high, wide = a.uniform(-0.26, -0.16), a.uniform(0.26, 0.36)
    low = hand((wide - 0.12, -0.36, 0.2), "shoulder", palm="up", fingers="front+out", elbow="down+back")
    open_ = hand((wide, high, 0.26), "shoulder", palm="up", fingers="out+front", elbow="down+back")
    for _ in range(a.count):
        a.move(a.uniform(0.4, 0.5), both=open_, shrug=34 * a.size, tilt=tilt, nod=-4, bend=-3)
        a.hold(a.uniform(0.4, 0.9))
        a.move(0.4, both=low, shrug=-6, tilt=0)
    a.back(0.5)


@action("point", sides=True, counts=(1, 2), on=ANY, styles=("", "", "angry", "proud"), tempo=(0.8, 1.05))
def point(a: Act) -> None:
    """An arm stretches out to a direction, the head follows."""
    where = choose(a, "where", ("front", "front", "side", "up", "down"))
    away = {"front": (0.04, 0.03, 0.66), "side": (0.66, 0.03, 0.1), "up": (0.1, 0.56, 0.36), "down": (0.12, -0.4, 0.5)}
    head = {"front": {}, "side": {"turn": -50, "twist": -14}, "up": {"nod": -26, "bend": -5}, "down": {"nod": 24}}
    x, y, z = away[where]
    fingers = (x, y, z)
    goal = hand((x, y + a.uniform(-0.06, 0.1), z), "shoulder", part="tip", fingers=fingers, palm="in+down")
    a.move(a.uniform(0.4, 0.7), right=goal, **head[where])
    for number in range(a.count):
        if number:
            a.move(0.25, right=goal.moved(up=0.03 * a.size, front=-0.1 * a.size), ease="out")
            a.move(0.2, right=goal, ease="hit")
        a.hold(a.uniform(0.5, 1.2))
    a.back(0.6)


@action("salute", sides=True, on=ANY, styles=("", "", "proud"))
def salute(a: Act) -> None:
    """The hand goes to the brow, elbow out, and cuts away."""
    brow = hand("brow", part="tip", palm="down", fingers=(-1, 0.55, 0.15), elbow=(1, -0.25, 0.3))
    a.move(a.uniform(0.35, 0.6), right=brow, bend=-5, nod=-3)
    a.hold(a.uniform(0.5, 1.8))
    if a.rng.random() < 0.5:
        a.move(0.18, right=hand((0.12, 0.12, 0.36), "shoulder", palm="in+down", fingers="front+up"), ease="hit")
    a.back(0.5)


@action("bow", once=True, counts=(1, 2), styles=("", "", "", "tired", "proud"))
def bow(a: Act) -> None:
    """The upper body bends forwards from the hips."""
    deep, arms = a.uniform(22, 50), choose(a, "arms", ("hang", "hang", "belly", "together", "out"))
    goals = {
        "hang": {}, "belly": {"right": hand("belly"), "left": hand((0.12, -0.42, -0.2), "shoulder", part="wrist")},
        "together": {"both": hand((0.012, 0.0, 0.24), palm="in", fingers="up", exact=True)},
        "out": {"right": hand("belly"), "left": hand((0.5, -0.1, 0.0), "shoulder", palm="front+up")},
    }[arms]  # fmt: skip
    a.move(0.4, **goals)
    for _ in range(a.count):
        a.move(a.uniform(0.8, 1.2), bend=0.55 * deep, pitch=0.6 * deep, nod=12)
        a.hold(a.uniform(0.2, 1.2))
        a.move(a.uniform(0.8, 1.1), bend=0, pitch=0, nod=0)
    a.back(0.6)


@action("pray", styles=("", "sad"))
def pray(a: Act) -> None:
    """Palms together before the chest, the head bowed."""
    up, front = a.uniform(-0.02, 0.12), a.uniform(0.2, 0.28)
    a.move(a.uniform(0.7, 1.1), both=hand((0.012, up, front), palm="in", fingers=(0, 1, 0.25), elbow="out+down",
                                          exact=True))  # fmt: skip
    a.move(0.6, nod=a.uniform(14, 32), bend=a.uniform(3, 12))
    for _ in range(int(a.rng.integers(0, 3))):
        a.hold(0.4)
        a.move(0.7, bend=a.uniform(12, 24))
        a.move(0.7, bend=4)
    a.hold(a.uniform(0.8, 2.2))
    a.back(0.9)


@action("beckon", sides=True, counts=(1, 5), on=("idle",), styles=MOODS, tempo=(0.8, 1.05))
def beckon(a: Act) -> None:
    """The hand scoops towards the own body."""
    high = a.uniform(-0.2, 0.05)
    out = hand((0.08, high, 0.5), "shoulder", fingers=(0, -0.1, 1), palm="up", elbow="down+out")
    into = hand((0.03, high + 0.14, 0.2), "shoulder", fingers=(-0.2, 1, -0.5), palm="back", elbow="down+out")
    a.move(0.6, right=out, nod=2, bend=3)
    for _ in range(a.count):
        a.move(a.uniform(0.3, 0.36), right=into.moved(front=0.05 * (1 - a.size)), nod=-5)
        a.move(a.uniform(0.3, 0.36), right=out, nod=2)
    a.back(0.6)


@action("stop_sign", sides=True, styles=("", "", "angry", "scared"))
def stop_sign(a: Act) -> None:
    """A flat palm held out in front."""
    goal = hand((0.04, a.uniform(-0.02, 0.14), 0.5), "shoulder", fingers="up", palm="front")
    word = choose(a, "hands", ("one", "one", "both"))
    a.move(a.uniform(0.35, 0.55), **({"both": goal} if word == "both" else {"right": goal}), ease="over", bend=-3)
    a.hold(a.uniform(0.7, 2.0))
    if a.rng.random() < 0.4:
        a.move(0.25, turn=16)
        a.move(0.3, turn=-16)
        a.move(0.25, turn=0)
    a.back(0.6)


@action("thumbs_up", sides=True, counts=(1, 3), on=ANY, styles=("", "", "happy"))
def thumbs_up(a: Act) -> None:
    """A fist held out with the thumb on top, pushed forwards."""
    both = choose(a, "hands", ("one", "one", "both")) == "both"
    high = a.uniform(-0.2, 0.05)
    near = hand((0.1, high - 0.04, 0.28), "shoulder", part="fist", fingers=(-0.5, 0.1, 1), palm="in", elbow="down+out")
    far = near.moved(up=0.05, front=0.14 * a.size)
    word = "both" if both else "right"
    a.move(0.5, **{word: near})
    for _ in range(a.count):
        a.move(0.2, **{word: far}, nod=6, ease="over")
        a.hold(0.2 if a.count > 1 else a.uniform(0.5, 1.2))
        a.move(0.22, **{word: near}, nod=0)
    a.back(0.6)


@action("blow_kiss", sides=True, counts=(1, 3), on=ANY, styles=("", "happy"))
def blow_kiss(a: Act) -> None:
    """Fingertips at the lips, then the hand opens towards someone."""
    lips = hand("mouth", part="tip", palm="back+down", fingers=(-0.8, 0.5, -0.3), elbow="down+out")
    away = hand((a.uniform(0.08, 0.3), 0.0, 0.52), "shoulder", palm="up", fingers=(0.2, 0.2, 1))
    for _ in range(a.count):
        a.move(0.5, right=lips, nod=4)
        a.hold(a.uniform(0.15, 0.4))
        a.move(a.uniform(0.35, 0.5), right=away, nod=-6, bend=4, twist=5, ease="out")
        a.hold(a.uniform(0.2, 0.5))
    a.back(0.7)


@action("hug", styles=("", "", "happy", "sad"))
def hug(a: Act) -> None:
    """Arms open, then close around someone; hands may pat."""
    wide = hand((0.4 * a.size, a.uniform(-0.1, 0.05), 0.36), "shoulder", palm="in", fingers="front+out")
    close = hand((-0.04, a.uniform(-0.02, 0.1), 0.34), palm="back+in", fingers=(-1, 0.1, 0.2), elbow="out+down")
    a.move(0.7, both=wide, bend=2)
    a.hold(0.2)
    a.move(
        0.7, right=close.moved(up=0.05), left=close.moved(up=-0.07, front=0.03), bend=9, nod=6, tilt=a.uniform(-16, 16)
    )
    for _ in range(int(a.rng.integers(0, 4))):
        a.move(0.16, right=close.moved(up=0.05, front=0.07))
        a.move(0.14, right=close.moved(up=0.05))
    a.wave("twist", a.uniform(0, 4), 1.2, 1.2)
    a.hold(a.uniform(0.6, 1.8))
    a.move(0.5, both=wide, bend=0, nod=0, tilt=0)
    a.back(0.6)


@action("handshake", sides=True, counts=(2, 5), styles=("", "", "happy", "proud"))
def handshake(a: Act) -> None:
    """The hand goes out and shakes up and down."""
    middle = hand((0.0, a.uniform(-0.24, -0.14), 0.44), "shoulder", fingers="front", palm="in", elbow="down+back")
    a.move(0.6, right=middle, bend=5, nod=4, twist=5)
    for _ in range(a.count):
        a.move(0.24, right=middle.moved(up=0.09 * a.size), nod=1)
        a.move(0.24, right=middle.moved(up=-0.09 * a.size), nod=5)
    a.move(0.12, right=middle)
    a.back(0.6)


@action("high_five", sides=True, counts=(1, 2), on=ANY, styles=("", "happy"), tempo=(0.8, 1.05))
def high_five(a: Act) -> None:
    """A raised hand claps forwards against another."""
    high = a.uniform(0.2, 0.38)
    ready = hand((0.22, high, 0.12), "shoulder", fingers=(0.1, 1, -0.3), palm="front", elbow="out+down")
    meet = hand((0.1, high + 0.02, 0.42), "shoulder", fingers="up+front", palm="front")
    for _ in range(a.count):
        a.move(0.55, right=ready, twist=-10 * a.size, nod=-4)
        a.move(0.24, right=meet, twist=8 * a.size, bend=4, ease="hit")
        a.hold(0.16)
        a.move(0.2, right=ready.moved(front=0.1), twist=0, bend=0, ease="out")
    a.back(0.6)


@action("listen", sides=True, on=("idle",))
def listen(a: Act) -> None:
    """A hand behind the ear, the head inclined."""
    ear = hand("ear", palm="front", fingers="up", elbow="out+down", shift=(0.02, 0.0, -0.02))
    a.move(0.7, right=ear, turn=a.uniform(20, 45), tilt=-a.uniform(2, 12), lean=a.uniform(4, 10), bend=a.uniform(4, 12))
    a.hold(a.uniform(0.8, 2.0))
    if a.rng.random() < 0.5:
        a.move(0.5, lean=14, bend=14, front=0.03)
        a.hold(a.uniform(0.5, 1.0))
    a.back(0.7)


@action("shield_eyes", sides=True, on=ANY)
def shield_eyes(a: Act) -> None:
    """A flat hand over the eyes, looking into the distance."""
    brow = hand("brow", part="tip", palm="down", fingers=(-1, 0.1, 0.1), shift=(-0.06, 0.02, 0.0), elbow=(1, -0.3, 0.4))
    a.move(0.6, right=brow, nod=-4, bend=4)
    for sign in (1, -1) if a.rng.random() < 0.7 else (-1,):
        a.move(a.uniform(0.7, 1.3), turn=sign * a.uniform(15, 45), twist=sign * a.uniform(4, 12))
        a.hold(a.uniform(0.3, 0.8))
    a.back(0.7)


@action("scratch_head", sides=True, on=ANY)
def scratch_head(a: Act) -> None:
    """Fingers rub the head."""
    spot = choose(a, "where", ("top_of_head", "top_of_head", "back_of_head", "temple"))
    times = int(a.rng.integers(4, 7))
    far = {"top_of_head": (0.05, 0.01, 0.1), "back_of_head": (0.02, 0.1, 0.0), "temple": (0.02, 0.06, -0.08)}[spot]
    rub = strokes(times, tuple(a.size * x for x in far))
    fingers = {"top_of_head": (-1, -0.2, 0), "back_of_head": (-1, 0.3, 0.2), "temple": (-0.5, 1, -0.3)}[spot]
    shift = {"top_of_head": (0.0, 0.0, -0.05), "back_of_head": (0.0, -0.04, 0.0), "temple": (0.0, 0.0, 0.03)}[spot]
    scratch = hand(spot, part="tip", fingers=fingers, elbow=(1, 0.1, 0.5), path=rub, shift=shift)
    a.move(0.6, right=scratch, tilt=a.uniform(4, 12), nod=8)
    a.hold(times * 0.42)
    a.back(0.6)


@action("facepalm", sides=True, on=ANY, styles=("", "", "sad", "angry"))
def facepalm(a: Act) -> None:
    """The palm lands on the face, the head sinks and may shake."""
    face = hand("forehead", palm="back", fingers=(-0.5, 1, 0.0), elbow="down+out", shift=(0.0, -0.05, 0.015))
    a.move(a.uniform(0.35, 0.6), right=face, nod=18, ease="hit")
    a.move(0.4, nod=a.uniform(24, 34), bend=a.uniform(4, 12))
    if a.rng.random() < 0.5:
        for sign in (1, -1, 1):
            a.move(0.25, turn=12 * sign)
        a.move(0.2, turn=0)
    a.hold(a.uniform(0.4, 1.5))
    a.back(0.7)

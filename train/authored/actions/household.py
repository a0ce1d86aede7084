"""Cutting food, vacuuming, and getting into a jacket."""

from __future__ import annotations

from train.authored.act import Act
from train.authored.patterns import choose, grip, stance, stand_again
from train.authored.registry import action
from train.authored.targets import REST, hand


@action("chop_food", sides=True, counts=(3, 9), styles=("", "", "happy"))
def chop_food(a: Act) -> None:
    """One hand holds something on a board, the other cuts it slice by slice with a knife."""
    high, far = a.uniform(0.97, 1.04), a.uniform(0.34, 0.4)
    knife = hand((-0.02, high + 0.02, far), "body", part="fist", palm="in+down", fingers="front+in", elbow="out+back")
    held = hand((-0.02, high, far + 0.06), "body", palm="down", fingers="in+front", elbow="out+down")
    up = a.uniform(0.15, 0.2) * a.size
    pace = a.uniform(0.2, 0.26)
    a.move(0.9, right=knife.moved(up=up), left=held.moved(out=0.1), nod=22, bend=a.uniform(6, 12))
    for cut in range(a.count):
        along = -0.05 * cut / a.count
        a.move(pace, right=knife.moved(out=along), ease="hit", nod=24)
        a.move(pace, right=knife.moved(out=along, up=up, front=-0.02), left=held.moved(out=0.1 - along), nod=21)
    if a.rng.random() < 0.5:  # pushed aside with the blade
        a.move(0.4, right=knife.moved(up=0.02, front=0.04))
        a.move(0.5, right=knife.moved(out=0.16, front=0.04), twist=-8)
    a.move(0.5, twist=0, right=knife.moved(out=0.1, up=0.03))
    a.back(0.8)


@action("vacuum", sides=True, styles=("", "", "happy", "tired"))
def vacuum(a: Act) -> None:
    """A hand pushes a handle away and draws it back, in ever other directions, the weight going with it."""
    free = choose(a, "other", ("hang", "both", "back"))
    y = a.uniform(0.86, 0.96)
    near = (0.12, y, 0.24)
    goals = {"both": {"left": hand((0.02, y - 0.06, 0.4), "body", part="fist", palm="in", fingers="front+down")},
             "back": {"left": hand("lower_back")}, "hang": {"left": REST}}[free]  # fmt: skip
    wand = hand(near, "body", part="fist", palm="in+down", fingers="front+down", elbow="back+out+down")
    stance(a, 0.36, 0.03, right=wand, bend=14, nod=18, height=-0.05, **goals)
    a.start_here()
    for _ in range(int(a.rng.integers(3, 6))):
        aside = a.uniform(-1, 1)
        away = wand.moved(out=-0.1 * aside, up=-0.12, front=0.34 * a.size)
        both = {"left": goals["left"].moved(out=0.06 * aside, up=-0.12, front=0.24)} if free == "both" else {}
        a.move(0.75, right=away, front=0.1, bend=26, twist=10 + 12 * aside, nod=20, height=-0.09, balance=-1, **both)
        back = {"left": goals["left"]} if free == "both" else {}
        a.move(0.75, right=wand, front=-0.04, bend=13, twist=-8 + 8 * aside, nod=18, height=-0.05, **back)
    a.end_here()
    stand_again(a)


@action("put_on_jacket", sides=True, styles=("", "", "tired"))
def put_on_jacket(a: Act) -> None:
    """The right arm goes into its sleeve while the other hand holds the collar, then the left; the front is closed."""
    a.move(0.7, **grip((0.12, 0.02, 0.36), (-0.16, 0.06, 0.36), part="fist", palm="in+down"), nod=16)
    a.hold(0.2)
    into = hand((0.3, -0.34, -0.12), "shoulder", fingers="down+out", palm="back", elbow="back+out")
    out = hand((0.24, -0.06, 0.4), "shoulder", part="wrist", elbow="down+out")
    collar = hand((-0.12, 0.13, 0.13), "chest", part="fist", palm="back", elbow="out+down")
    a.move(0.55, right=into, left=collar, twist=14, lean=4, nod=6, turn=-14)
    a.move(0.6, right=out, left=collar.moved(out=-0.03, up=0.03), twist=4, turn=-20)
    behind = hand((0.2, -0.3, -0.24), "shoulder", fingers="down+back", palm="back", elbow="back+out")
    hold = hand((0.02, 0.1, 0.15), "chest", part="fist", palm="back", elbow="out+down")
    a.move(0.65, left=behind, right=hold, twist=18, lean=-5, nod=8, turn=24)
    a.move(0.35, left=behind.moved(out=0.14, up=0.1), twist=10, shrug=7)
    a.move(0.6, left=out, twist=-4, lean=0, turn=14)
    lapels = hand((0.1, 0.09, 0.14), "chest", part="fist", palm="back", fingers="in+up", elbow="down+out")
    a.move(0.6, both=lapels, twist=0, turn=0, shrug=10, nod=10, bend=-3)
    a.move(0.3, both=lapels.moved(up=-0.04, front=0.03), shrug=0, ease="hit")
    if choose(a, "close", ("zip", "tug")) == "zip":
        a.move(0.5, **grip((0.03, -0.26, 0.17), (-0.03, -0.25, 0.17), part="tip", palm="back"), nod=26)
        a.move(0.8, right=hand((-0.0, 0.06, 0.16), part="tip", palm="back", fingers="in+up"), nod=14)
    else:
        a.move(0.5, both=hand((0.1, -0.24, 0.15), part="fist", palm="back+in", elbow="out+back"), nod=18)
        a.move(0.25, both=hand((0.1, -0.3, 0.15), part="fist", palm="back+in", elbow="out+back"), ease="hit")
    a.back(0.8)

"""Arms and legs of a skeleton with unknown names: the two longest pairs of equal branches, sides by position.

Limbs are what a human tree has twice: two branches of the same joint with equal bone lengths. The pair nearer to the
root are the legs. In a branch, the two longest neighbouring bones are thigh and shank, or upper arm and forearm.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from hmvlm.body.vectors import unit
from hmvlm.motion.retarget.tree import Tree

TOLERANCE = 0.06
"""Share by which the lengths of two branches may differ."""
STRAIGHT = np.radians(2.0)
"""A joint of a chain that never bends by more is a twist joint between two parts of one bone."""
_LEG, _ARM = ("hip", "knee", "ankle", "foot"), ("shoulder", "elbow", "wrist", "hand")


@dataclass(frozen=True)
class _Pair:
    fork: int
    first: int
    second: int
    reach: float


def guess_limbs(tree: Tree) -> dict[str, int] | None:
    """SMPL names of limb joints → source joints; None where the tree has not the shape of a human body."""
    pairs = _pairs(tree)
    for legs, arms in itertools.permutations(pairs, 2):
        if legs.fork == arms.fork or tree.is_above(legs.fork, arms.fork):
            found = _limbs(tree, legs, arms)
            if found is not None:
                return found
    return None


def _pairs(tree: Tree) -> list[_Pair]:
    """Pairs of equal branches with at least three joints, longest first, none inside another."""
    found = []
    for fork, children in enumerate(tree.children):
        for a, b in itertools.combinations(children, 2):
            below = [tree.longest_chain(one) for one in (a, b)]
            same = abs(tree.reach(a) - tree.reach(b)) <= TOLERANCE * max(tree.reach(a), tree.reach(b))
            if same and len(below[0]) == len(below[1]) >= 3:
                found.append(_Pair(fork, a, b, tree.reach(a)))
    found.sort(key=lambda pair: -pair.reach)
    kept: list[_Pair] = []
    for pair in found:
        inside = any(root in tree.path(pair.fork) for one in kept for root in (one.first, one.second))
        taken = any({pair.first, pair.second} & {one.first, one.second} for one in kept)
        if not inside and not taken:
            kept.append(pair)
    return kept[:4]


def _limbs(tree: Tree, legs: _Pair, arms: _Pair) -> dict[str, int] | None:
    found: list[dict[str, int]] = []
    for branch in (legs.first, legs.second, arms.first, arms.second):
        chain = _without_twists(tree, tree.longest_chain(branch))
        if len(chain) < 3:
            return None
        spans = [tree.distance(a, b) for a, b in zip(chain, chain[1:])]
        start = int(np.argmax(np.add(spans[:-1], spans[1:])))
        arm = branch in (arms.first, arms.second)
        joints = dict(zip(_ARM if arm else _LEG, chain[start:]))
        if arm and start > 0:
            joints["collar"] = chain[start - 1]
        found.append(joints)
    leg_a, leg_b, arm_a, arm_b = found
    if _leg(tree, leg_a) < 0.8 * _arm(tree, arm_a):
        return None
    left = _left(tree, found)
    sides: tuple[str, ...] = ()
    for a, b in ((leg_a["hip"], leg_b["hip"]), (arm_a["shoulder"], arm_b["shoulder"])):
        sides += ("left", "right") if _faces(tree, a, b, left) > 0 else ("right", "left")
    return {f"{side}_{kind}": joint for side, joints in zip(sides, found) for kind, joint in joints.items()}


def _leg(tree: Tree, joints: dict[str, int]) -> float:
    return tree.distance(joints["hip"], joints["knee"]) + tree.distance(joints["knee"], joints["ankle"])


def _arm(tree: Tree, joints: dict[str, int]) -> float:
    return tree.distance(joints["shoulder"], joints["elbow"]) + tree.distance(joints["elbow"], joints["wrist"])


def _without_twists(tree: Tree, chain: list[int]) -> list[int]:
    """The chain without joints that never bend, where enough joints remain."""
    kept = [chain[0]]
    for joint, after in zip(chain[1:], chain[2:]):
        places = tree.positions
        into, out = unit(places[:, joint] - places[:, kept[-1]]), unit(places[:, after] - places[:, joint])
        bend = np.arccos(np.clip((into * out).sum(-1), -1, 1))
        if bend.max() > STRAIGHT:
            kept.append(joint)
    kept.append(chain[-1])
    return kept if len(kept) >= 4 else chain


def _left(tree: Tree, limbs: list[dict[str, int]]) -> np.ndarray:
    """The body's left (T, 3): across its height and the direction in which toes point or knees bend."""
    leg_a, leg_b, arm_a, arm_b = limbs
    place = tree.positions
    hips = (place[:, leg_a["hip"]] + place[:, leg_b["hip"]]) / 2
    up = unit((place[:, arm_a["shoulder"]] + place[:, arm_b["shoulder"]]) / 2 - hips)
    front = np.zeros_like(up)
    for leg in (leg_a, leg_b):
        hip, knee, ankle = (place[:, leg[name]] for name in ("hip", "knee", "ankle"))
        front += 0.3 * (knee - (hip + ankle) / 2)
        if "foot" in leg:
            front += place[:, leg["foot"]] - ankle
    return np.cross(up, front)


def _faces(tree: Tree, a: int, b: int, left: np.ndarray) -> float:
    """Positive where joint ``a`` lies to the left of ``b`` in most frames."""
    return float(((tree.positions[:, a] - tree.positions[:, b]) * left).sum())

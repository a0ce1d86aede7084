"""Which joints of a skeleton are SMPL's: by their names, else by the shape of the tree."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from hmvlm.body.skeleton import JOINTS
from hmvlm.motion.retarget import names, shape
from hmvlm.motion.retarget.profiles import REQUIRED
from hmvlm.motion.retarget.source_clip import SourceClip
from hmvlm.motion.retarget.tree import Tree

LEG, ARM = ("hip", "knee", "ankle", "foot"), ("collar", "shoulder", "elbow", "wrist", "hand")
MOST_CANDIDATES = 8
SPINE = ("spine1", "spine2", "spine3")
NECK_REACH = 0.2
"""A head joint nearer to the shoulders than this share of a leg is where others put the neck."""


@dataclass(frozen=True)
class Mapping:
    """SMPL joints of a skeleton: ``joints`` gives the place, ``frames`` the rotation (SMPL name → source index).

    ``by`` says how they were found: ``names`` or ``shape``.
    """

    joints: dict[str, int]
    frames: dict[str, int]
    by: str = "names"
    notes: list[str] = field(default_factory=list)

    def missing(self) -> list[str]:
        """Joints that the source lacks, hands aside: they move nothing."""
        return [name for name in JOINTS if name not in self.joints and not name.endswith("_hand")]


def map_skeleton(clip: SourceClip) -> Mapping:
    """The mapping of the first humanoid in the clip's trees.

    Raises:
        ValueError: neither the names nor the shape are a human's; one sentence names what was found and what was not.
    """
    tree = Tree(clip.parents, clip.positions)
    by_name = _by_names(clip.joints, tree)
    lacking = [name for name in REQUIRED if name not in by_name]
    if not lacking:
        return _complete(by_name, tree, clip.joints, "names")
    guess = shape.guess_limbs(tree)
    if guess is None:
        found = [name for name in REQUIRED if name in by_name]
        known = f"known are {_listed(found)}, but not {_listed(lacking)}" if found else "no joint's name is known"
        raise ValueError(
            f"{clip.name} has no human skeleton that can be recognised: {known}, and its {len(clip.joints)} joints "
            f"({', '.join(clip.joints[:4])}, …) do not form two legs and two arms"
        )
    return _complete(guess, tree, clip.joints, "shape")


def _by_names(joint_names: Sequence[str], tree: Tree) -> dict[str, int]:
    """The limbs and the middle joints that the names give, in the tree where they give most."""
    apart = names.take_apart(joint_names)
    best: dict[str, int] = {}
    for root in tree.roots:
        inside = set(tree.below(root))
        found: dict[str, int] = {}
        for side, limb in itertools.product(names.SIDES, (LEG, ARM)):
            chain = _limb(apart, tree, inside, side, limb)
            _reach_out(chain, tree, limb)
            found |= {f"{side}_{role}": joint for role, joint in chain.items()}
        for role in ("pelvis", "neck", "head"):
            picks = [k for k in sorted(inside) if names.roles(apart[k]).get(role)]
            if picks:
                found[role] = max(picks, key=lambda k: (names.roles(apart[k])[role], -tree.depth[k]))
        if _worth(found) > _worth(best):
            best = found
    return best


def _worth(found: dict[str, int]) -> int:
    return sum(name in found for name in REQUIRED) * 10 + len(found)


def _limb(apart: list[names.Name], tree: Tree, inside: set[int], side: str, limb: tuple[str, ...]) -> dict[str, int]:
    """The joints of one limb: the heaviest choice in which every joint hangs below the one before."""
    options: list[list[tuple[int | None, float]]] = []
    for role in limb:
        weighed = [(k, names.roles(apart[k]).get(role, 0.0)) for k in sorted(inside) if apart[k].side == side]
        ranked = sorted((pair for pair in weighed if pair[1]), key=lambda pair: (-pair[1], tree.depth[pair[0]]))
        options.append([(None, 0.0), *ranked[:MOST_CANDIDATES]])
    best, score = {}, 0.0
    for choice in itertools.product(*options):
        taken = [joint for joint, _ in choice if joint is not None]
        depth = sum(tree.depth[joint] for joint in taken)
        total = sum(weight for _, weight in choice) - 1e-4 * depth
        if total > score and all(tree.is_above(a, b) for a, b in zip(taken, taken[1:])):
            best, score = {role: joint for role, (joint, _) in zip(limb, choice) if joint is not None}, total
    return best


def _reach_out(chain: dict[str, int], tree: Tree, limb: tuple[str, ...]) -> None:
    """Add what a chain lacks at its end from the longest child: an end site instead of a wrist, ankle or toes."""
    order = limb[-4:-1] if limb is ARM else limb
    for above, role in zip(order, order[1:]):
        if above in chain and role not in chain:
            children = [k for k in tree.children[chain[above]] if tree.length[k] > 0]
            if children:
                chain[role] = max(children, key=lambda k: tree.length[k])


def _complete(found: dict[str, int], tree: Tree, joint_names: Sequence[str], by: str) -> Mapping:
    """Add pelvis, spine, neck and head to the limbs from the tree."""
    limbs = {name: joint for name, joint in found.items() if "_" in name}
    hips = [limbs["left_hip"], limbs["right_hip"]]
    arms = [limbs.get(f"{side}_collar", limbs[f"{side}_shoulder"]) for side in names.SIDES]
    fork, top = tree.meeting(hips), tree.meeting(arms)
    base = tree.meeting([*hips, *arms])
    named = found.get("pelvis")
    pelvis = named if named is not None and all(tree.is_above(named, hip) for hip in hips) else fork
    if pelvis is None:
        pelvis = base if base is not None else tree.roots[0]
    joints, frames = {"pelvis": pelvis} | limbs, {"pelvis": pelvis} | limbs
    neck, head = found.get("neck"), found.get("head")
    chest = top
    while chest is not None and neck is not None and (chest == neck or tree.is_above(neck, chest)):
        chest = tree.parents[chest] if tree.parents[chest] >= 0 else None
    spine = [] if chest is None else [k for k in tree.path(chest) if k not in (pelvis, *tree.path(pelvis))]
    joints |= _spine_places(spine, pelvis, arms, tree)
    if spine:
        frames["spine3"] = spine[-1]
        if len(spine) > 1:
            frames["spine1"] = spine[0]
        if len(spine) > 2:
            frames["spine2"] = joints["spine2"]
    _neck_and_head(joints, frames, tree, chest if chest is not None else pelvis, neck, head)
    return Mapping(joints, frames, by)


def _spine_places(spine: list[int], pelvis: int, arms: list[int], tree: Tree) -> dict[str, int]:
    """Spine joints (from the pelvis up) as SMPL's three: the nearest in height between hips and shoulders."""
    if len(spine) >= len(SPINE):
        return {"spine1": spine[0], "spine2": spine[len(spine) // 2], "spine3": spine[-1]}
    wanted = {"spine1": 0.27, "spine2": 0.55, "spine3": 0.65}  # shares of the way in SMPL
    reach = tree.distance(pelvis, arms[0])
    places: dict[str, int] = {}
    for k in spine:
        share = tree.distance(pelvis, k) / max(reach, 1e-9)
        free = [name for name in SPINE if name not in places and SPINE.index(name) >= len(places)]
        places[min(free, key=lambda name: abs(wanted[name] - share))] = k
    return places


def _neck_and_head(joints: dict[str, int], frames: dict[str, int], tree: Tree, chest: int, neck, head) -> None:
    """Neck and head by name, else the chain that leaves the chest beside the arms."""
    limbs = set(joints.values())
    if neck is None and head is None:
        others = [k for k in tree.children[chest] if not limbs & set(tree.below(k)) and tree.length[k] > 0]
        chain = tree.longest_chain(max(others, key=tree.reach)) if others else []
        neck, head = (chain[0], chain[1] if len(chain) > 1 else None) if chain else (None, None)
    if neck is None and head is not None:
        leg = tree.distance(joints["left_hip"], joints["left_knee"]) + tree.distance(
            joints["left_knee"], joints["left_ankle"]
        )
        above = tree.parents[head]
        if above >= 0 and above not in limbs and above != chest and tree.is_above(chest, above):
            neck = above
        elif tree.distance_to_middle(head, joints["left_shoulder"], joints["right_shoulder"]) < NECK_REACH * leg:
            joints["neck"] = head
            frames["head"] = frames["neck"] = head
            return
    if neck is not None:
        joints["neck"] = frames["neck"] = neck
    if head is not None:
        joints["head"] = frames["head"] = head


def _listed(items: Sequence[str]) -> str:
    return ", ".join(item.replace("_", " ") for item in items)


def describe(clip: SourceClip, mapping: Mapping) -> str:
    """What was mapped and what was not, as a clause for the user."""
    used = {*mapping.joints.values(), *mapping.frames.values()}
    count = sum(name in mapping.joints for name in JOINTS)
    how = "by their names" if mapping.by == "names" else "by the shape of the skeleton, whose names are unknown"
    text = f"{count} of SMPL's {len(JOINTS)} joints were found {how}"
    missing = [name for name in JOINTS if name not in mapping.joints]
    if missing:
        text += f"; not in the file: {_listed(missing)}"
    rest = [name for k, name in enumerate(clip.joints) if k not in used and not name.endswith("_end")]
    if rest:
        text += f"; not used: {', '.join(rest[:3])}" + (f" and {len(rest) - 3} more" if len(rest) > 3 else "")
    return "; ".join([text, *mapping.notes])

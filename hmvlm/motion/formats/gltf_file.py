"""Skeletons of glTF 2.0 files (``.glb``, ``.gltf``) as joints, bind pose and places in every frame.

Nodes of a skin are the joints; without a skin, the nodes that an animation turns. The bind pose is that of the skin's
inverse bind matrices, else the nodes' own. Animated scales are passed over: they hide bodies, people do not grow.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation, Slerp

from hmvlm import limits
from hmvlm.motion.formats.gltf_document import Document
from hmvlm.motion.retarget.source_clip import SourceClip

RATES = (20.0, 24.0, 25.0, 30.0, 50.0, 60.0, 90.0, 100.0, 120.0, 240.0)
USUAL_FPS = 30.0
"""Rate at which animations with few keys are sampled."""


_MALFORMED = (LookupError, TypeError, AttributeError, struct.error, UnicodeDecodeError, RecursionError, OverflowError)


def read_gltf(path: Path) -> SourceClip:
    """The first skeleton of a file in its first animation, in metres, Y up.

    Raises:
        ValueError: no glTF, a broken one, or one without an animated skeleton; one sentence.
    """
    if path.stat().st_size > limits.BVH_BYTES:
        largest = limits.BVH_BYTES // limits.MEGABYTE
        raise ValueError(f"{path.name} is larger than {largest} MB; cut it into shorter clips")
    try:
        gltf = Document(path)
        return _clip(gltf, path.stem)
    except _MALFORMED as error:
        raise ValueError(f"{path.name} is a malformed glTF file: {type(error).__name__} {error}") from None
    except ValueError as error:
        raise ValueError(f"{path.name} cannot be read as glTF: {error}") from None


def _clip(gltf: Document, name: str) -> SourceClip:
    nodes = gltf.list("nodes")
    animations = [one for one in gltf.list("animations") if one.get("channels")]
    if not animations:
        raise ValueError("it holds no animation")
    above = {child: index for index, node in enumerate(nodes) for child in node.get("children", [])}
    order = _order(len(nodes), above)
    skins = gltf.list("skins")
    animation = max(animations, key=lambda one: len(one["channels"]))
    turned = {c["target"].get("node") for c in animation["channels"] if c["target"]["path"] == "rotation"}
    joints = set(max(skins, key=lambda skin: len(turned & set(skin["joints"])))["joints"]) if skins else turned
    kept = [index for index in order if index in joints]
    if not kept:
        raise ValueError("its animation turns no joints")
    tracks, times, fps = _tracks(gltf, animation, len(nodes))
    places, rotations = _pose(nodes, order, above, tracks, len(times))
    still, frames = _pose(nodes, order, above, {}, 1)
    rest = {index: (still[index][0], frames[index][0]) for index in kept}
    rest |= _bind_poses(gltf, skins, joints)
    parents, bones = _nearest(order, above, kept), gltf.humanoid()
    notes = [f"the animation {animation.get('name', 'with most tracks')!r} was read of {len(animations)}"]
    notes += [f"the first skeleton was read of {len(skins)}"] if len(skins) > 1 else []
    return SourceClip(
        name=name,
        joints=tuple(bones.get(index) or str(nodes[index].get("name", f"node {index}")) for index in kept),
        parents=tuple(parents),
        positions=np.stack([places[index] for index in kept], axis=1),
        rotations=np.stack([rotations[index] @ rest[index][1].T for index in kept], axis=1),
        rest=np.stack([rest[index][0] for index in kept]),
        fps=fps,
        info={"note": "; ".join(notes[0 if len(animations) > 1 else 1 :])} if len(animations) + len(skins) > 2 else {},
    )


def _bind_poses(gltf: Document, skins: list[dict], joints: set[int]) -> dict[int, tuple[np.ndarray, np.ndarray]]:
    """Place and rotation of joints in the bind pose of the first skin that has each of them and its matrix."""
    bound: dict[int, tuple[np.ndarray, np.ndarray]] = {}
    for skin in skins:
        if "inverseBindMatrices" in skin and not joints.isdisjoint(skin["joints"]):
            matrices = gltf.accessor(skin["inverseBindMatrices"]).reshape(-1, 4, 4).transpose(0, 2, 1)
            for index, matrix in zip(skin["joints"], matrices):
                if index in joints and index not in bound:
                    bind = np.linalg.inv(matrix) if abs(np.linalg.det(matrix)) > 1e-12 else np.eye(4)
                    bound[index] = (bind[:3, 3], _rotation(bind[:3, :3]))
    return bound


def _order(count: int, above: dict[int, int]) -> list[int]:
    """Nodes, parents first; ValueError for a circle."""
    depth: dict[int, int] = {}
    for index in range(count):
        way, node = [index], index
        while node not in depth and node in above:
            node = above[node]
            way.append(node)
            if len(way) > count + 1:
                raise ValueError("its nodes form a circle")
        level = depth.get(node, 0)
        for step, one in enumerate(reversed(way)):
            depth[one] = level + step
    return sorted(range(count), key=lambda index: (depth[index], index))


def _nearest(order: list[int], above: dict[int, int], kept: list[int]) -> list[int]:
    """Place in ``kept`` of the nearest kept node above each of ``kept``, -1 for a root; ``order``: parents first."""
    place = {node: number for number, node in enumerate(kept)}
    nearest: dict[int | None, int] = {None: -1}
    for node in order:
        parent = above.get(node)
        nearest[node] = place.get(parent, nearest[parent]) if parent is not None else -1
    return [nearest[node] for node in kept]


def _tracks(gltf: Document, animation: dict, nodes: int) -> tuple[dict[tuple[int, str], np.ndarray], np.ndarray, float]:
    """Values of every animated property at evenly spaced times; the times and the rate."""
    read, seen = [], set()
    for channel in animation["channels"]:
        target = channel["target"]
        if "node" in target and target["path"] in ("rotation", "translation"):
            moved = target["node"], target["path"]
            if moved in seen or moved[0] not in range(nodes):
                raise ValueError("an animation moves a node twice, or one that is not there")
            seen.add(moved)
            sampler = animation["samplers"][channel["sampler"]]
            keys, values = gltf.accessor(sampler["input"])[:, 0], gltf.accessor(sampler["output"])
            if len(values) != len(keys) * (3 if sampler.get("interpolation") == "CUBICSPLINE" else 1):
                raise ValueError("an animation has other counts of times and values")
            read.append((target["node"], target["path"], sampler.get("interpolation", "LINEAR"), keys, values))
    if not read:
        raise ValueError("its animation moves no joints")
    start, stop = min(keys[0] for *_, keys, _ in read), max(keys[-1] for *_, keys, _ in read)
    longest = max((keys for *_, keys, _ in read), key=len)
    step = float(np.median(np.diff(longest))) if len(longest) > 1 else 1 / USUAL_FPS
    fps = 1 / step if step > 0 else USUAL_FPS
    fps = min(RATES, key=lambda rate: abs(np.log(rate / fps))) if fps > 15 and len(longest) > 2 else USUAL_FPS
    if abs(fps * step - 1) > 0.02 and len(longest) > 2 and 5 <= 1 / step <= 240:
        fps = 1 / step
    if (stop - start) * fps > limits.MOTION_FRAMES or stop - start > limits.MOTION_SECONDS:
        raise ValueError(f"its animation lasts {stop - start:.3g} s; {limits.MOTION_SECONDS:g} are the most")
    count = max(1, int(np.floor((stop - start) * fps + 1e-3)) + 1)
    if count * nodes > limits.BVH_PLACES:
        raise ValueError(f"{count:,} frames of {nodes:,} nodes are too many; cut it into parts")
    times = start + np.arange(count) / fps
    tracks = {(node, kind): _sampled(kind, how, keys, values, times) for node, kind, how, keys, values in read}
    return tracks, times, fps


def _sampled(kind: str, how: str, keys: np.ndarray, values: np.ndarray, times: np.ndarray) -> np.ndarray:
    """A track ``(T, 3 or 4)`` at ``times`` by its own interpolation (glTF 2.0, appendix C)."""
    if how == "CUBICSPLINE" and len(keys) == 1:
        values = values[1::3]  # between its two tangents
    inside = np.clip(times, keys[0], keys[-1])
    low = np.clip(np.searchsorted(keys, inside + 1e-9, side="right") - 1, 0, max(len(keys) - 2, 0))
    if how == "STEP" or len(keys) == 1:
        last = np.clip(np.searchsorted(keys, inside + 1e-6, side="right") - 1, 0, len(keys) - 1)
        return values[last]
    span = np.maximum(keys[low + 1] - keys[low], 1e-9)
    t = np.clip((inside - keys[low]) / span, 0, 1)[:, None]
    if how == "CUBICSPLINE":
        into, point, out = values[0::3], values[1::3], values[2::3]
        a, b = point[low], span[:, None] * out[low]
        c, d = point[low + 1], span[:, None] * into[low + 1]
        cubic = (2 * t**3 - 3 * t**2 + 1) * a + (t**3 - 2 * t**2 + t) * b
        return cubic + (3 * t**2 - 2 * t**3) * c + (t**3 - t**2) * d
    if kind == "rotation":
        unique = np.concatenate([[True], np.diff(keys) > 0])
        return Slerp(keys[unique], Rotation.from_quat(_safe(values[unique])))(inside).as_quat()
    return values[low] * (1 - t) + values[low + 1] * t


def _safe(quaternions: np.ndarray) -> np.ndarray:
    """Quaternions with zero ones replaced by the identity."""
    zero = np.linalg.norm(quaternions, axis=-1) < 1e-9
    return np.where(zero[:, None], [0.0, 0, 0, 1], quaternions)


def _pose(
    nodes: list[dict], order: list[int], above: dict[int, int], tracks: dict[tuple[int, str], np.ndarray], frames: int
) -> tuple[dict[int, np.ndarray], dict[int, np.ndarray]]:
    """Global places ``(T, 3)`` and rotations ``(T, 3, 3)`` of all nodes."""
    linear: dict[int, np.ndarray] = {}
    places: dict[int, np.ndarray] = {}
    turned: dict[int, np.ndarray] = {}
    for index in order:
        node = nodes[index]
        matrix = np.array(node["matrix"], float).reshape(4, 4).T if "matrix" in node else None
        scale = np.array(node.get("scale", (1, 1, 1)), float)
        if matrix is not None:
            scale = np.linalg.norm(matrix[:3, :3], axis=0)
        fixed = _rotation(matrix[:3, :3]) if matrix is not None else Rotation.from_quat(
            _safe(np.array([node.get("rotation", (0, 0, 0, 1))], float))).as_matrix()[0]  # fmt: skip
        shift = matrix[:3, 3] if matrix is not None else np.array(node.get("translation", (0, 0, 0)), float)
        turn = np.broadcast_to(fixed, (frames, 3, 3))
        if (index, "rotation") in tracks:
            turn = Rotation.from_quat(_safe(tracks[index, "rotation"])).as_matrix()
        step = tracks.get((index, "translation"), np.broadcast_to(shift, (frames, 3)))
        own = turn * np.where(np.abs(scale) < 1e-6, 1.0, scale)
        parent = above.get(index)
        if parent is None:
            linear[index], places[index], turned[index] = own, step, turn
        else:
            linear[index] = linear[parent] @ own
            places[index] = places[parent] + (linear[parent] @ step[..., None])[..., 0]
            turned[index] = turned[parent] @ turn
    return places, turned


def _rotation(matrix: np.ndarray) -> np.ndarray:
    """The rotation in a matrix with scale."""
    left, _, right = np.linalg.svd(matrix)
    return left @ np.diag([1, 1, np.sign(np.linalg.det(left @ right)) or 1]) @ right

"""The body as a skinned mesh for viewers that blend linearly: glTF files and the page's 3-D stage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hmvlm.body.clothing import vertex_colors
from hmvlm.body.skeleton import NUM_JOINTS, NUM_PARTS, PART_JOINTS
from hmvlm.body.smpl import BodyModel

INFLUENCES = 4


@dataclass(frozen=True)
class Rig:
    """A skinned mesh in SMPL's rest pose, Y up, metres. Pose-dependent corrections of the skin are left out.

    Attributes:
        vertices, normals: ``(V, 3)`` float32.
        faces: ``(F, 3)`` int64.
        joints, weights: the strongest influences of every vertex, ``(V, 4)`` each; weights sum to 1.
        colors: clothes, ``(V, 3)`` in linear light.
        parts: index of the body part (:data:`hmvlm.body.skeleton.PARTS`) of every vertex, ``(V,)``.
        rest: joints ``(24, 3)`` of the rest pose.
    """

    vertices: np.ndarray
    normals: np.ndarray
    faces: np.ndarray
    joints: np.ndarray
    weights: np.ndarray
    colors: np.ndarray
    parts: np.ndarray
    rest: np.ndarray


def rig(body: BodyModel, betas: np.ndarray) -> Rig:
    """The rig of a body of shape ``betas`` ``(10,)``."""
    import trimesh

    vertices = body.vertices(np.zeros((1, NUM_JOINTS, 3)), np.zeros((1, 3)), betas)[0].numpy()
    joints = np.argsort(-body.weights, axis=1)[:, :INFLUENCES]
    weights = np.take_along_axis(body.weights, joints, axis=1)
    joints[weights <= 0] = 0
    return Rig(
        vertices=vertices,
        normals=np.array(trimesh.Trimesh(vertices, body.faces, process=False).vertex_normals, np.float32),
        faces=body.faces,
        joints=joints,
        weights=weights / weights.sum(axis=1, keepdims=True),
        colors=vertex_colors(body) ** 2.2,
        parts=_parts(body),
        rest=body.rest_joints(betas).numpy(),
    )


def _parts(body: BodyModel) -> np.ndarray:
    """The part whose joints move a vertex most, ``(V,)``."""
    shares = np.stack([body.weights[:, list(joints)].sum(axis=1) for joints in PART_JOINTS.values()], axis=1)
    assert shares.shape[1] == NUM_PARTS
    return shares.argmax(axis=1)

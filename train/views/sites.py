"""Where BlazePose's 33 landmarks (and a few tips of the silhouette) lie on the body.

Every site is rigid in the frame of one joint: a fixed vertex where BlazePose means skin (face, knuckles,
heels, toe tips), an SMPL joint where it means a joint. ``offsets`` moves sites in those frames by the
measured systematic differences of BlazePose (see :mod:`train.views.fit_noise`).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from hmvlm.body import rotations
from hmvlm.body.skeleton import INDEX, PARENTS, forward_kinematics
from hmvlm.body.smpl import NUM_BETAS, BodyModel
from hmvlm.paths import FREE_BODY

LANDMARKS = 33
LEFT_HIP, RIGHT_HIP = 23, 24

_SKIN: dict[int, tuple[str, tuple[float, float, float]]] = {
    0: ("head", (0.0, 0.338, 0.175)),  # nose
    1: ("head", (0.014, 0.370, 0.140)),  # left eye: inner, middle, outer
    2: ("head", (0.029, 0.372, 0.150)),
    3: ("head", (0.044, 0.370, 0.130)),
    7: ("head", (0.074, 0.352, 0.060)),  # left ear
    9: ("head", (0.023, 0.304, 0.150)),  # left corner of the mouth
    17: ("left_hand", (0.730, 0.125, -0.049)),  # left pinky, index, thumb: knuckles
    19: ("left_hand", (0.750, 0.130, 0.012)),
    21: ("left_hand", (0.735, 0.105, 0.046)),
    29: ("left_ankle", (0.105, -1.150, -0.066)),  # left heel
    31: ("left_foot", (0.132, -1.155, 0.185)),  # left toe tip
}
"""Landmark -> joint that it is attached to and a place in the free body's T-pose (metres); snapped to the mesh."""
_JOINTS: dict[int, tuple[str, str]] = {
    11: ("left_collar", "left_shoulder"),
    13: ("left_shoulder", "left_elbow"),
    15: ("left_elbow", "left_wrist"),
    23: ("pelvis", "left_hip"),
    25: ("left_hip", "left_knee"),
    27: ("left_knee", "left_ankle"),
}
"""Landmark -> joint in whose frame it is fixed, joint that it marks."""
_TIPS = (("head", (0.0, 0.477, 0.06)), ("left_hand", (0.84, 0.1, -0.03)), ("right_hand", (-0.84, 0.1, -0.03)))
"""Crown and finger tips, which belong to the silhouette but are no landmarks."""
_RIGHT = {**{k: k + 3 for k in (1, 2, 3)}, **{k: k + 1 for k in (7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31)}}


@dataclass(frozen=True)
class Posed:
    """Bodies in the camera's axes, the pelvis at the origin, metres.

    Attributes:
        points: ``(N, 36, 3)``: the 33 landmarks, then crown, left and right finger tips.
        joints: ``(N, 24, 3)``.
        frames: ``(N, 33, 3, 3)``: axes of the joint of each landmark, as columns.
    """

    points: np.ndarray
    joints: np.ndarray
    frames: np.ndarray


class Sites:
    """The sites on the free body; ``offsets`` ``(33, 3)`` metres in their joints' frames."""

    def __init__(self, offsets: np.ndarray | None = None) -> None:
        body = BodyModel.load()
        carriers, places, shapes = _rest_sites()
        self.carriers = carriers
        shift = np.zeros((len(places), 3), np.float32)
        if offsets is not None:
            shift[:LANDMARKS] = offsets
        self._places = places + torch.from_numpy(shift)
        self._shapes = shapes
        self._rest = body.rest_joints()
        self._joint_shapes = _joint_shapes(body)

    @torch.no_grad()
    def posed(self, poses: np.ndarray, betas: np.ndarray) -> Posed:
        """Sites of bodies with ``poses`` ``(N, 24, 3)`` axis-angle and shapes ``betas`` ``(N, 10)``."""
        matrices = rotations.axis_angle_to_matrix(torch.as_tensor(poses, dtype=torch.float32))
        shape = torch.as_tensor(betas, dtype=torch.float32)
        rest = self._rest + torch.einsum("jcb,nb->njc", self._joint_shapes, shape)
        offsets = torch.cat([torch.zeros_like(rest[:, :1]), rest[:, 1:] - rest[:, list(PARENTS[1:])]], dim=1)
        joints, axes = forward_kinematics(matrices, offsets, torch.zeros(len(rest), 3))
        local = self._places + torch.einsum("kcb,nb->nkc", self._shapes, shape)
        frames = axes[:, self.carriers]
        points = joints[:, self.carriers] + (frames @ local[..., None])[..., 0]
        return Posed(points.numpy(), joints.numpy(), frames[:, :LANDMARKS].numpy())


def _joint_shapes(body: BodyModel) -> Tensor:
    """How the joints of the T-pose move with each shape number, ``(24, 3, 10)``."""
    unit = torch.eye(NUM_BETAS)
    return torch.stack([body.rest_joints(row) - body.rest_joints() for row in unit], dim=-1)


@functools.cache
def _rest_sites() -> tuple[list[int], Tensor, Tensor]:
    """Parent joints (36), places relative to them ``(36, 3)`` and their change with shape ``(36, 3, 10)``."""
    body = BodyModel.load()
    rest, moves = body.rest_joints(), _joint_shapes(body)
    with np.load(FREE_BODY, allow_pickle=False) as archive:
        shapes = torch.from_numpy(archive["shapedirs"].astype(np.float32)[..., :NUM_BETAS])
    template = torch.from_numpy(body.template)
    table: dict[int, tuple[int, Tensor, Tensor]] = {}

    def put(landmark: int, carrier: str, place: Tensor, change: Tensor) -> None:
        joint = INDEX[carrier]
        table[landmark] = (joint, place - rest[joint], change - moves[joint])

    def put_skin(landmark: int, carrier: str, place: tuple[float, ...]) -> None:
        vertex = int((template - torch.tensor(place)).norm(dim=-1).argmin())
        put(landmark, carrier, template[vertex], shapes[vertex])

    for landmark, (carrier, place) in _SKIN.items():
        put_skin(landmark, carrier, place)
        if landmark in _RIGHT:
            put_skin(_RIGHT[landmark], carrier.replace("left", "right"), (-place[0], *place[1:]))
    for landmark, (carrier, joint) in _JOINTS.items():
        for side, index in (("left", landmark), ("right", _RIGHT[landmark])):
            marked = INDEX[joint.replace("left", side)]
            put(index, carrier.replace("left", side), rest[marked], moves[marked])
    for number, (carrier, place) in enumerate(_TIPS, start=LANDMARKS):
        put_skin(number, carrier, place)
    ordered = [table[k] for k in range(len(table))]
    return [row[0] for row in ordered], torch.stack([row[1] for row in ordered]), torch.stack([r[2] for r in ordered])

"""Balance: whoever stands or walks has the centre of mass over the feet, on average.

A picture hardly shows whether a body leans towards the camera or away, and landmark networks err by ten degrees. Where
gravity is known, balance tells: the centre of mass lies over the foot that carries, along the line of sight too. A body
that walks or sways falls from one foot to the other, so that in a clip only the mean over about a second counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from hmvlm.body.skeleton import INDEX
from hmvlm.body.smpl import BodyModel
from hmvlm.motion.support import SEGMENT_MASSES

WINDOW = 0.5
"""Standard deviation in seconds of the Gaussian over which a clip's offsets are averaged."""
SPREAD = (0.07, 0.05)
"""Metres by which the centre of mass of somebody who stands or walks lies beside the feet, in a photo and on average
over the window of a clip; medians of recordings are 0.03 to 0.07.
"""
CARRIES = 0.05
"""Metres by which a foot may be higher than the other and still carry a large share of the weight."""
STANDING = 0.75
"""Least height of the pelvis over the lower foot, in lengths of the leg, of somebody who stands or walks."""
HANDS = 0.35
"""Least height of the hands over the lower foot in lengths of the leg; lower ones may carry too."""
MASS_HEIGHT = 0.9
"""Metres from the feet to the centre of mass, by which an error of gravity moves it."""
STRAIGHT = 0.92
"""Least cosine between the parts of an upright body."""
_SIDES = ("left", "right")
_ANKLES, _FEET, _HIPS, _KNEES, _WRISTS = (
    [INDEX[f"{side}_{name}"] for side in _SIDES] for name in ("ankle", "foot", "hip", "knee", "wrist")
)
_SOLES = torch.tensor([0.07, 0.025])
"""Metres from the ankle joint and from the foot joint to the sole."""


@dataclass(frozen=True)
class Balance:
    """What balance asks of N poses.

    Attributes:
        up: ``(N, 3)`` unit vectors, upward along the camera's axes.
        spread: radians, the standard deviation of their pitch.
        seconds: ``(N,)`` times in a clip; None for photos.
    """

    up: Tensor
    spread: float
    seconds: Tensor | None = None

    def tilt_axes(self, aims: Tensor) -> Tensor:
        """Unit axes ``(N, 3)``, to the right and level, about which bodies at ``aims`` ``(N, 2)`` (x / -z and y / -z)
        tilt towards the camera.
        """
        ray = torch.cat([aims, -torch.ones_like(aims[:, :1])], 1)
        return torch.nn.functional.normalize(torch.linalg.cross(ray, self.up), dim=-1)

    def cost(self, joints: Tensor, axes: Tensor, seen: Tensor) -> Tensor:
        """Half the negative log-likelihood of the offsets of joints ``(N, 24, 3)``, summed over poses.

        ``seen`` ``(N,)`` is how well the feet are seen, in 0 to 1.
        """
        towards = torch.linalg.cross(axes, self.up)
        offset, stands = offsets(joints, self.up, towards)
        share = stands * seen
        spread = SPREAD[self.seconds is not None] ** 2 + (MASS_HEIGHT * self.spread) ** 2
        if self.seconds is not None:
            near = torch.exp(-0.5 * ((self.seconds[:, None] - self.seconds) / WINDOW) ** 2) * share
            offset = near @ offset / near.sum(1).clamp_min(1e-6)
        return (share * torch.log1p(offset**2 / spread)).sum()


def offsets(joints: Tensor, up: Tensor, towards: Tensor) -> tuple[Tensor, Tensor]:
    """How far the centre of mass lies beside the carrying foot along ``towards`` ``(N, 3)``, ``(N,)`` metres, and
    ``(N,)`` 1 for bodies on their feet, else 0.
    """
    with torch.no_grad():
        heights = (joints * up[:, None]).sum(-1)
        soles = torch.stack([heights[:, _ANKLES], heights[:, _FEET]], 1) - _SOLES[:, None]
        lowest = soles.amin(1)
        ground = lowest.amin(1)
        carried = torch.softmax(-lowest / CARRIES, 1)
        leg = sum((joints[:, a] - joints[:, b]).norm(dim=-1).mean(1) for a, b in ((_HIPS, _KNEES), (_KNEES, _ANKLES)))
        stands = (heights[:, 0] - ground > STANDING * leg) & (heights[:, _WRISTS].amin(1) - ground > HANDS * leg)
    along = (joints * towards[:, None]).sum(-1)
    support = (carried * (along[:, _ANKLES] + along[:, _FEET]) / 2).sum(1)
    mass = sum(share * (along[:, INDEX[a]] + along[:, INDEX[b]]) / 2 for (a, b), share in SEGMENT_MASSES.items())
    return mass - support, stands.float()


def upright_axes(local: Tensor, betas: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Axes ``(M, 3)`` from ankles to neck of those poses ``(N, 24, 3, 3)`` whose legs and trunk are straight, and which
    these are, ``(N,)`` bool.
    """
    joints = BodyModel.load().relative_joints(local, betas).numpy()
    ankles, hips, neck = joints[:, [7, 8]].mean(1), joints[:, [1, 2]].mean(1), joints[:, 12]
    shins, thighs = joints[:, [7, 8]] - joints[:, [4, 5]], joints[:, [4, 5]] - joints[:, [1, 2]]
    straight = (_cosine(shins, thighs) > STRAIGHT).all(1) & (_cosine(neck - hips, hips - ankles) > STRAIGHT)
    return (neck - ankles)[straight], straight


def _cosine(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return (one * other).sum(-1) / np.maximum(np.linalg.norm(one, axis=-1) * np.linalg.norm(other, axis=-1), 1e-9)

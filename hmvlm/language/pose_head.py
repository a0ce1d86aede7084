"""Poses out of the language model: five part tokens and an orientation from one position's hidden state.

The tokens say how the body is bent. They can be taken by the likeliest codes, or by the *expected* code
vector under the model's distribution, which lies between codes and so is finer than the codebook. The
orientation in the camera frame is a rotation in 6-D form, as fine as a float.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from hmvlm.body import rotations
from hmvlm.motion import features
from hmvlm.tokenizer.model import BodyPartTokenizer

READOUTS = ("expected", "argmax")


class PoseNeck(nn.Module):
    """Hidden states ``(N, H)`` at ``<pose>``, turned by a residual perceptron to what the heads read; begins as the identity.

    The part head serves motion and poses; what is particular to reading a pose is learnt here.
    """

    def __init__(self, width: int, dim: int = 512) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, dim), nn.GELU(), nn.Linear(dim, width))
        nn.init.zeros_(self.layers[-1].weight)
        nn.init.zeros_(self.layers[-1].bias)

    def forward(self, hidden: Tensor) -> Tensor:
        return hidden + self.layers(hidden)


class OrientationHead(nn.Module):
    """Hidden states ``(N, H)`` to rotation matrices ``(N, 3, 3)``: the body in the camera frame."""

    def __init__(self, width: int, dim: int = 256) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, dim), nn.GELU(), nn.Linear(dim, 6))

    def forward(self, hidden: Tensor) -> Tensor:
        return rotations.matrix_from_6d(self.layers(hidden))


def expected_vectors(chances: Tensor, tokenizer: BodyPartTokenizer) -> Tensor:
    """Code vectors ``(N, 5, code_dim)`` expected under the chances ``(N, 5, K)`` of the pose codes."""
    books = torch.stack(tokenizer.pose_quantizer.codebooks()).to(chances)
    return torch.einsum("npk,pkd->npd", chances, books)


@torch.inference_mode()
def read_poses(model, tokenizer: BodyPartTokenizer, hidden: Tensor, readout: str = "expected") -> tuple[Tensor, Tensor]:
    """Local rotations ``(N, 24, 3, 3)``, the pelvis in the camera frame, and the codes ``(N, 5)``.

    Args:
        model: the motion language model; hidden: its states ``(N, H)`` at ``<pose>`` positions.
        readout: one of ``READOUTS``.
    """
    if readout not in READOUTS:
        raise ValueError(f"no readout {readout!r}; choose one of {', '.join(READOUTS)}")
    states = model.pose_neck(hidden.float())
    codes, chances = model.part_head.likeliest(states, model.vocabulary)
    if readout == "expected":
        raw = tokenizer.decode_pose_vectors(expected_vectors(chances, tokenizer))
    else:
        raw = tokenizer.decode_pose(codes)
    local = features.local_rotations(raw)
    return torch.cat([model.orientation(states)[:, None], local[:, 1:]], dim=1), codes

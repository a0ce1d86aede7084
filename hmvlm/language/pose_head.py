"""Poses out of the language model: five part tokens and an orientation from its hidden states in one forward pass.

The tokens say how the body is bent. They can be taken by the likeliest codes, or by the *expected* code
vector under the model's distribution, which lies between codes and so is finer than the codebook. The
orientation in the camera frame is a rotation in 6-D form, as fine as a float.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from hmvlm.blocks import residual_mlp
from hmvlm.body import rotations
from hmvlm.config import VisionConfig
from hmvlm.motion import features
from hmvlm.tokenizer.model import BodyPartTokenizer

READOUTS = ("expected", "argmax")


class PoseNeck(nn.Module):
    """What the heads read of a picture: its states, those at the picture's own positions and the one at ``<pose>``.

    A perceptron looks at all of them at once and adds to the state at ``<pose>``; it begins as the identity. The part
    head serves motion and poses; what is particular to reading a pose is learnt here.
    """

    def __init__(self, width: int, config: VisionConfig) -> None:
        super().__init__()
        self.tokens = config.tokens
        self.token_proj = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, config.pose_token_dim))
        self.input_proj = nn.Linear(config.tokens * config.pose_token_dim + width, config.pose_hidden_dim)
        self.layers = nn.ModuleList(residual_mlp(config.pose_hidden_dim, config.dropout) for _ in range(config.layers))
        self.query_norm = nn.LayerNorm(width)
        output = nn.Linear(config.pose_hidden_dim, width)
        nn.init.zeros_(output.weight)
        nn.init.zeros_(output.bias)
        self.output_proj = nn.Sequential(nn.LayerNorm(config.pose_hidden_dim), nn.GELU(), output)

    def forward(self, states: Tensor) -> Tensor:
        """States ``(N, V + 1, H)``, the V of the picture before that at ``<pose>``, to ``(N, H)``."""
        if states.shape[1] != self.tokens + 1:
            raise ValueError(f"{states.shape[1]} states are not {self.tokens} of a picture and one at <pose>")
        return self.fuse(self.token_proj(states[:, :-1]), states[:, -1])

    def fuse(self, looked: Tensor, asked: Tensor) -> Tensor:
        """What was seen at the picture's positions ``(N, V, look)`` and the states at ``<pose>`` ``(N, H)`` to ``(N, H)``."""
        x = self.input_proj(torch.cat([looked.flatten(1), self.query_norm(asked)], dim=-1))
        for layer in self.layers:
            x = x + layer(x)
        return asked + self.output_proj(x)


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
def decode_poses(
    model, tokenizer: BodyPartTokenizer, hidden: Tensor, readout: str = "expected"
) -> tuple[Tensor, Tensor]:
    """Local rotations ``(N, 24, 3, 3)``, the pelvis in the camera frame, and the codes ``(N, 5)``.

    Args:
        model: the motion language model; hidden: its states ``(N, V + 1, H)`` at the pictures and at ``<pose>``.
        readout: one of ``READOUTS``.
    """
    if readout not in READOUTS:
        raise ValueError(f"no readout {readout!r}; choose one of {', '.join(READOUTS)}")
    states = model.pose_neck(hidden.float())
    codes, chances = model.depth_transformer.likeliest(states, model.vocabulary)
    if readout == "expected":
        raw = tokenizer.decode_pose_vectors(expected_vectors(chances, tokenizer))
    else:
        raw = tokenizer.decode_pose(codes)
    local = features.local_rotations(raw)
    return torch.cat([model.orientation(states)[:, None], local[:, 1:]], dim=1), codes

"""Pose heads: five part tokens and an orientation from the language model's hidden states in one forward pass.

The tokens encode the pose in the pelvis frame. They are decoded greedily, or as the *expected* code vector under the
predicted distribution, which interpolates between codes and is more precise than the codebook. The orientation in the
camera frame is regressed as a 6-D rotation (arXiv 1812.07035).
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
    """Combines the hidden states at the picture's positions with the one at ``<pose>`` into the heads' input.

    A residual MLP over all of them is added to the state at ``<pose>``; at initialisation it is the identity. The depth
    transformer is shared between motion and poses, so features specific to poses are learnt here.
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
        """Hidden states ``(N, V + 1, H)``, the V of the picture first, to ``(N, H)``."""
        if states.shape[1] != self.tokens + 1:
            raise ValueError(f"{states.shape[1]} states are not {self.tokens} of a picture and one at <pose>")
        return self.fuse(self.token_proj(states[:, :-1]), states[:, -1])

    def fuse(self, tokens: Tensor, query: Tensor) -> Tensor:
        """Projected states of the picture ``(N, V, pose_token_dim)`` and states at ``<pose>``
        ``(N, H)`` to ``(N, H)``.
        """
        x = self.input_proj(torch.cat([tokens.flatten(1), self.query_norm(query)], dim=-1))
        for layer in self.layers:
            x = x + layer(x)
        return query + self.output_proj(x)


class OrientationHead(nn.Module):
    """Hidden states ``(N, H)`` to rotation matrices ``(N, 3, 3)``: the body in the camera frame."""

    def __init__(self, width: int, dim: int = 256) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, dim), nn.GELU(), nn.Linear(dim, 6))

    def forward(self, hidden: Tensor) -> Tensor:
        return rotations.matrix_from_6d(self.layers(hidden))


def expected_vectors(probabilities: Tensor, tokenizer: BodyPartTokenizer) -> Tensor:
    """Expected code vectors ``(N, 5, code_dim)`` under the probabilities ``(N, 5, K)`` of the pose codes."""
    books = torch.stack(tokenizer.pose_quantizer.codebooks()).to(probabilities)
    return torch.einsum("npk,pkd->npd", probabilities, books)


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
    codes, probabilities = model.depth_transformer.argmax_codes(states, model.vocabulary)
    if readout == "expected":
        raw = tokenizer.decode_pose_vectors(expected_vectors(probabilities, tokenizer))
    else:
        raw = tokenizer.decode_pose(codes)
    local = features.local_rotations(raw)
    return torch.cat([model.orientation(states)[:, None], local[:, 1:]], dim=1), codes

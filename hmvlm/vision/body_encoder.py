"""Body encoder: features of a whole body from its 33 landmarks, pretrained before the language model.

It plays the role that CLIP's vision tower has in LLaVA: a residual MLP pretrained on many more bodies than the language
model is trained on (``python -m train.pose.body_encoder``). It encodes the landmarks and their mirror image, and its
output features are distributed over the picture's positions.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from hmvlm.blocks import residual_mlp
from hmvlm.config import VisionConfig
from hmvlm.vision.landmarks import MIRROR, MIRROR_SIGNS

LIMIT = 6.0
"""Standardised inputs are clipped to ± this many standard deviations."""
DROPOUT = 0.05


def mirror_image(features: Tensor) -> Tensor:
    """Landmark features ``(N, 33, 6)`` of the mirrored picture."""
    return features[:, torch.from_numpy(MIRROR).to(features.device)] * torch.from_numpy(MIRROR_SIGNS).to(features)


class BodyEncoder(nn.Module):
    """Landmark features ``(N, 33, 6)`` to output features ``(N, 33, 2 * encoder_output_dim)``.

    ``mean`` and ``std`` ``(33, 6)`` normalise the features; they are set by training.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        self.tokens, self.output_dim = config.tokens, config.tokens * config.encoder_output_dim
        self.register_buffer("mean", torch.zeros(config.tokens, config.width))
        self.register_buffer("std", torch.ones(config.tokens, config.width))
        width = config.encoder_dim
        self.input_proj = nn.Linear(config.tokens * config.width, width)
        self.blocks = nn.ModuleList(residual_mlp(width, DROPOUT) for _ in range(config.encoder_layers))
        self.output_proj = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, self.output_dim))

    def encode(self, features: Tensor) -> Tensor:
        """Features ``(N, 33 * encoder_output_dim)`` of the bodies as they are, layer-normalised."""
        x = self.input_proj(((features - self.mean) / self.std).clamp(-LIMIT, LIMIT).flatten(1))
        for block in self.blocks:
            x = x + block(x)
        return F.layer_norm(self.output_proj(x), (self.output_dim,))

    def forward(self, features: Tensor) -> Tensor:
        sides = (self.encode(seen).unflatten(1, (self.tokens, -1)) for seen in (features, mirror_image(features)))
        return torch.cat(list(sides), dim=2)

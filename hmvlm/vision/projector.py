"""Projectors from a vision front end into the embedding space of the language model.

Each of the 33 landmark embeddings includes context from the whole body, as each patch of a vision Transformer includes
context from the whole picture. The context comes from an MLP trained with the language model, and from the pretrained
body encoder. Patches of a CLIP tower pass through a two-layer MLP (LLaVA-1.5, arXiv 2310.03744).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from hmvlm.config import VisionConfig
from hmvlm.vision.body_encoder import BodyEncoder

INIT_GAIN = 3.0
"""Gain of the orthogonal initialisation of the encoder's projection.

A linear probe on the embedded base's last hidden states recovers 76 % of the encoder features' variance at gain 1, 88 %
at 3, and less at 8; with the directions learnt by ``train.pose.encoder_directions`` 95 %."""


class LandmarkProjector(nn.Module):
    """Landmark features ``(M * 33, 6)`` of M people to embeddings ``(M * 33, H)``.

    A feature is the position in the crop (2), the metric position (3, metres, camera frame) and the
    visibility; see :func:`hmvlm.vision.landmarks.features`. An embedding is the projection of the landmark's
    feature, its learnt embedding and an MLP over all 33, plus the projected output of the body encoder.
    """

    def __init__(self, config: VisionConfig, hidden: int) -> None:
        super().__init__()
        self.tokens = config.tokens
        self.input_proj = nn.Linear(config.width, config.dim)
        self.landmark_embedding = nn.Parameter(torch.randn(config.tokens, config.dim) * 0.5)
        sizes = [config.tokens * config.width] + [config.mlp_dim] * config.layers
        layers: list[nn.Module] = []
        for before, after in zip(sizes, sizes[1:]):
            layers += [nn.Linear(before, after), nn.LayerNorm(after), nn.GELU()]
        self.body_mlp = nn.Sequential(*layers, nn.Linear(config.mlp_dim, config.dim))
        self.output_proj = nn.Sequential(nn.LayerNorm(config.dim), nn.GELU(), nn.Linear(config.dim, hidden))
        self.encoder = BodyEncoder(config)
        self.encoder_proj = nn.Linear(2 * config.encoder_output_dim, hidden, bias=False)
        nn.init.orthogonal_(self.encoder_proj.weight, gain=INIT_GAIN)

    def forward(self, visual: Tensor) -> Tensor:
        if len(visual) % self.tokens:
            raise ValueError(f"{len(visual)} visual features are not a multiple of {self.tokens} per picture")
        seen = visual.to(self.landmark_embedding.dtype).unflatten(0, (-1, self.tokens))
        return (self.without_encoder(seen) + self.encoder_proj(self.encoder(seen))).flatten(0, 1)

    def without_encoder(self, seen: Tensor) -> Tensor:
        """Embeddings ``(M, 33, H)`` of features ``(M, 33, 6)`` without the encoder's contribution."""
        return self.output_proj(
            self.input_proj(seen) + self.landmark_embedding + self.body_mlp(seen.flatten(1))[:, None]
        )


class PatchProjector(nn.Module):
    """Patch features ``(V, F)`` of a vision tower to embeddings ``(V, H)``."""

    def __init__(self, config: VisionConfig, hidden: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(config.width, hidden), nn.GELU(), nn.Linear(hidden, hidden))

    def forward(self, visual: Tensor) -> Tensor:
        return self.layers(visual.to(next(self.layers.parameters()).dtype))


def make_projector(config: VisionConfig, hidden: int) -> nn.Module:
    """The projector of a front end into embeddings of width ``hidden``."""
    return (LandmarkProjector if config.kind == "landmarks" else PatchProjector)(config, hidden)

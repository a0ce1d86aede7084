"""Projectors: what a vision front end sees, as embeddings of the language model.

Landmarks pass through a small Transformer, so that each of the 33 embeddings also knows the rest of the
body, as each patch of a vision Transformer knows the rest of the picture. Patches of a CLIP tower, which
know it already, pass through a two-layer perceptron (LLaVA-1.5, arXiv 2310.03744).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from hmvlm.config import VisionConfig


class _Layer(nn.Module):
    """Pre-norm Transformer layer; every landmark looks at every landmark."""

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm_in, self.norm_out = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.qkv, self.out = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)
        self.feed = nn.Sequential(nn.Linear(dim, 4 * dim), nn.GELU(), nn.Linear(4 * dim, dim))

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = self.qkv(self.norm_in(x)).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        x = x + self.out(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2))
        return x + self.feed(self.norm_out(x))


class LandmarkProjector(nn.Module):
    """Landmark features ``(M * 33, 6)`` of M people to embeddings ``(M * 33, H)``.

    A feature is the position in the crop (2), the metric position (3, metres, camera frame) and the
    visibility; see :func:`hmvlm.vision.landmarks.features`.
    """

    def __init__(self, config: VisionConfig, hidden: int) -> None:
        super().__init__()
        self.tokens = config.tokens
        self.enter = nn.Linear(config.width, config.dim)
        self.names = nn.Parameter(torch.randn(config.tokens, config.dim) * 0.5)
        self.layers = nn.ModuleList(_Layer(config.dim, config.heads) for _ in range(config.layers))
        self.norm = nn.LayerNorm(config.dim)
        self.leave = nn.Linear(config.dim, hidden)

    def forward(self, visual: Tensor) -> Tensor:
        if len(visual) % self.tokens:
            raise ValueError(f"{len(visual)} visual features are no whole number of pictures of {self.tokens}")
        x = self.enter(visual.to(self.names.dtype).unflatten(0, (-1, self.tokens))) + self.names
        for layer in self.layers:
            x = layer(x)
        return self.leave(self.norm(x)).flatten(0, 1)


class PatchProjector(nn.Module):
    """Patch features ``(V, F)`` of a vision tower to embeddings ``(V, H)``."""

    def __init__(self, config: VisionConfig, hidden: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(config.width, hidden), nn.GELU(), nn.Linear(hidden, hidden))

    def forward(self, visual: Tensor) -> Tensor:
        return self.layers(visual.to(self.layers[0].weight.dtype))


def make_projector(config: VisionConfig, hidden: int) -> nn.Module:
    """The projector of a front end into embeddings of width ``hidden``."""
    return (LandmarkProjector if config.kind == "landmarks" else PatchProjector)(config, hidden)

"""Temporal convolutions: part latents at 20 fps to one vector per part and four frames, and back to features."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from hmvlm.config import TokenizerConfig
from hmvlm.motion.features import FEATURE_SIZE
from hmvlm.tokenizer import parts


class _ResidualBlock(nn.Module):
    """Residual convolution block on ``(B, C, T)``; with ``groups`` one per part."""

    def __init__(self, dim: int, dilation: int = 1, groups: int = 1) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(groups if groups > 1 else 8, dim)
        self.conv = nn.Conv1d(dim, dim, 3, padding=dilation, dilation=dilation, groups=groups)
        self.pointwise = nn.Conv1d(dim, dim, 1, groups=groups)
        for parameter in self.pointwise.parameters():
            nn.init.zeros_(parameter)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.pointwise(F.gelu(self.conv(F.gelu(self.norm(x)))))


class TemporalEncoder(nn.Module):
    """Part latents ``(B, T, P, latent)`` and dynamics ``(B, T, 7)`` to code vectors ``(B, T/4, P, code)``.

    One stack per part (grouped convolutions): each part receives its own latents and the dynamic channels of
    :func:`hmvlm.tokenizer.parts.dynamics_mask`. Two stride-2 stages give the factor 4.
    """

    def __init__(self, config: TokenizerConfig) -> None:
        super().__init__()
        mask = parts.dynamics_mask(config.parts)
        self.count, latent = len(mask), config.latent_dim
        self.register_buffer("mask", mask, persistent=False)
        self.dynamics = nn.Parameter(torch.randn(self.count, parts.DYNAMICS, latent) * parts.DYNAMICS**-0.5)
        width, groups = self.count * latent, self.count
        self.stages = nn.Sequential(
            nn.Conv1d(width, width, 4, stride=2, padding=1, groups=groups),
            _ResidualBlock(width, groups=groups),
            nn.Conv1d(width, width, 4, stride=2, padding=1, groups=groups),
            _ResidualBlock(width, dilation=1, groups=groups),
            nn.Conv1d(width, self.count * config.code_dim, 1, groups=groups),
        )

    def forward(self, latents: Tensor, dynamics: Tensor) -> Tensor:
        extra = torch.einsum("btc,pc,pcl->btpl", dynamics, self.mask, self.dynamics)
        x = (latents + extra).flatten(2).transpose(1, 2)
        return self.stages(x).transpose(1, 2).unflatten(-1, (self.count, -1))


class TemporalDecoder(nn.Module):
    """Code vectors ``(B, S, P, code)`` to normalised features ``(B, 4S, 221)``; parts are decoded together."""

    def __init__(self, config: TokenizerConfig) -> None:
        super().__init__()
        count, dim = len(parts.part_names(config.parts)), config.decoder_dim
        fine = dim // 2
        self.input_proj = nn.Linear(count * config.code_dim, dim)
        self.coarse = nn.Sequential(*(_ResidualBlock(dim, dilation=3**i) for i in range(config.decoder_layers)))
        self.upsample1 = nn.ConvTranspose1d(dim, fine, 4, stride=2, padding=1)
        self.middle = _ResidualBlock(fine, dilation=2)
        self.upsample2 = nn.ConvTranspose1d(fine, fine, 4, stride=2, padding=1)
        self.fine = nn.Sequential(*(_ResidualBlock(fine, dilation=3 ** (i % 3)) for i in range(config.fine_layers)))
        self.output_proj = nn.Linear(fine, FEATURE_SIZE)

    def forward(self, codes: Tensor) -> Tensor:
        x = self.coarse(self.input_proj(codes.flatten(2)).transpose(1, 2))
        x = self.fine(self.upsample2(self.middle(self.upsample1(x))))
        return self.output_proj(F.gelu(x).transpose(1, 2))


class PoseDecoder(nn.Module):
    """Code vectors ``(N, P, code)`` of single frames to normalised features ``(N, 221)`` (dynamics unused)."""

    def __init__(self, config: TokenizerConfig) -> None:
        super().__init__()
        count, dim = len(parts.part_names(config.parts)), config.pose_decoder_dim
        self.layers = nn.Sequential(
            nn.Linear(count * config.code_dim, dim),
            nn.GELU(),
            nn.Linear(dim, dim),
            nn.GELU(),
            nn.Linear(dim, FEATURE_SIZE),
        )

    def forward(self, codes: Tensor) -> Tensor:
        return self.layers(codes.flatten(1))

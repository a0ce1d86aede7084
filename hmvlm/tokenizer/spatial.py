"""The spatial encoder: a Transformer over joint tokens that pools each frame into part latents."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from hmvlm.body.skeleton import NUM_JOINTS
from hmvlm.config import TokenizerConfig
from hmvlm.tokenizer import parts


class _Block(nn.Module):
    """Pre-norm Transformer block with a fixed boolean attention mask."""

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm_in, self.norm_out = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.qkv, self.out = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)
        self.feed = nn.Sequential(nn.Linear(dim, 2 * dim), nn.GELU(), nn.Linear(2 * dim, dim))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        q, k, v = self.qkv(self.norm_in(x)).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        seen = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = x + self.out(seen.transpose(1, 2).flatten(2))
        return x + self.feed(self.norm_out(x))


class SpatialEncoder(nn.Module):
    """Joint tokens ``(N, 24, 10)`` of N frames to part latents ``(N, P, latent_dim)``.

    Each joint has its own input projection; learnable part tokens gather their joints through the
    joint–part mask of :func:`hmvlm.tokenizer.parts.attention_mask`, so a latent knows its part only.
    """

    def __init__(self, config: TokenizerConfig) -> None:
        super().__init__()
        dim = config.joint_dim
        count = len(parts.part_names(config.parts))
        self.project = nn.Parameter(torch.randn(NUM_JOINTS, parts.JOINT_INPUT, dim) * parts.JOINT_INPUT**-0.5)
        self.joint_bias = nn.Parameter(torch.randn(NUM_JOINTS, dim) * 0.02)
        self.part_tokens = nn.Parameter(torch.randn(count, dim) * 0.5)
        self.blocks = nn.ModuleList(_Block(dim, config.joint_heads) for _ in range(config.joint_layers))
        self.norm = nn.LayerNorm(dim)
        self.out = nn.Parameter(torch.randn(count, dim, config.latent_dim) * dim**-0.5)
        self.register_buffer("mask", parts.attention_mask(config.parts), persistent=False)

    def forward(self, joints: Tensor) -> Tensor:
        tokens = torch.einsum("njc,jcd->njd", joints, self.project) + self.joint_bias
        tokens = torch.cat([tokens, self.part_tokens.expand(len(tokens), -1, -1)], dim=1)
        for block in self.blocks:
            tokens = block(tokens, self.mask)
        pooled = self.norm(tokens[:, NUM_JOINTS:])
        return torch.einsum("npd,pdl->npl", pooled, self.out)

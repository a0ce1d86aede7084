"""The spatial encoder: a Transformer over joint tokens that pools each frame into part latents."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from hmvlm.blocks import TransformerBlock
from hmvlm.body.skeleton import NUM_JOINTS
from hmvlm.config import TokenizerConfig
from hmvlm.tokenizer import parts


class SpatialEncoder(nn.Module):
    """Joint tokens ``(N, 24, 10)`` of N frames to part latents ``(N, P, latent_dim)``.

    Each joint has its own input projection; learnable part tokens pool their joints under the mask of
    :func:`hmvlm.tokenizer.parts.attention_mask`, so a latent depends on its own part only.
    """

    def __init__(self, config: TokenizerConfig) -> None:
        super().__init__()
        dim = config.joint_dim
        count = len(parts.part_names(config.parts))
        self.input_weight = nn.Parameter(torch.randn(NUM_JOINTS, parts.JOINT_INPUT, dim) * parts.JOINT_INPUT**-0.5)
        self.input_bias = nn.Parameter(torch.randn(NUM_JOINTS, dim) * 0.02)
        self.part_tokens = nn.Parameter(torch.randn(count, dim) * 0.5)
        self.blocks = nn.ModuleList(
            TransformerBlock(dim, config.joint_heads, 2 * dim) for _ in range(config.joint_layers)
        )
        self.norm = nn.LayerNorm(dim)
        self.output_weight = nn.Parameter(torch.randn(count, dim, config.latent_dim) * dim**-0.5)
        self.register_buffer("mask", parts.attention_mask(config.parts), persistent=False)

    def forward(self, joints: Tensor) -> Tensor:
        tokens = torch.einsum("njc,jcd->njd", joints, self.input_weight) + self.input_bias
        tokens = torch.cat([tokens, self.part_tokens.expand(len(tokens), -1, -1)], dim=1)
        for block in self.blocks:
            tokens = block(tokens, self.mask)
        pooled = self.norm(tokens[:, NUM_JOINTS:])
        return torch.einsum("npd,pdl->npl", pooled, self.output_weight)

"""Network blocks that several packages share."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class TransformerBlock(nn.Module):
    """Pre-norm Transformer block: self-attention and a two-layer MLP, each with a residual connection.

    Always computed by ``scaled_dot_product_attention``. ``nn.TransformerEncoderLayer`` switches to a fused kernel in
    evaluation mode, whose results differ in the last bits.

    Args:
        dim: width of the tokens. heads: attention heads. mlp_dim: hidden width of the MLP.
        dropout: of the attention weights and inside the MLP, while training.
    """

    def __init__(self, dim: int, heads: int, mlp_dim: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.norm1, self.norm2 = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.qkv, self.out_proj = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)
        self.mlp = nn.Sequential(nn.Linear(dim, mlp_dim), nn.GELU(), nn.Dropout(dropout), nn.Linear(mlp_dim, dim))

    def forward(self, x: Tensor, mask: Tensor | None = None, causal: bool = False) -> Tensor:
        """Tokens ``(N, L, dim)``, same shape; ``mask`` ``(L, L)`` is True where a token may attend to another."""
        q, k, v = self._projected(x)
        dropout = self.dropout if self.training else 0.0
        return self._completed(
            x, F.scaled_dot_product_attention(q, k, v, attn_mask=mask, dropout_p=dropout, is_causal=causal)
        )

    def extend(self, x: Tensor, cache: tuple[Tensor, Tensor] | None) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """The next token ``(N, 1, dim)`` of a causal sequence, and the keys and values with those of the token.

        ``cache`` is that of the tokens before it. Equal to :meth:`forward` on the whole but for rounding.
        """
        q, k, v = self._projected(x)
        if cache is not None:
            k, v = torch.cat([cache[0], k], dim=2), torch.cat([cache[1], v], dim=2)
        return self._completed(x, F.scaled_dot_product_attention(q, k, v)), (k, v)

    def _projected(self, x: Tensor) -> Tensor:
        """Queries, keys and values ``(3, N, heads, L, dim / heads)``."""
        return self.qkv(self.norm1(x)).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)

    def _completed(self, x: Tensor, attended: Tensor) -> Tensor:
        x = x + self.out_proj(attended.transpose(1, 2).flatten(2))
        return x + self.mlp(self.norm2(x))


def residual_mlp(width: int, dropout: float) -> nn.Sequential:
    """The branch of a residual MLP block on ``(..., width)``: layer norm and two linear layers."""
    return nn.Sequential(
        nn.LayerNorm(width), nn.Linear(width, width), nn.GELU(), nn.Dropout(dropout), nn.Linear(width, width)
    )

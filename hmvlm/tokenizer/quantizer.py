"""Part codebooks: one vector quantiser per part (``vector-quantize-pytorch``; EMA updates, dead codes replaced)."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn
from vector_quantize_pytorch import VectorQuantize

from hmvlm.config import TokenizerConfig
from hmvlm.tokenizer import parts


class PartQuantizer(nn.Module):
    """Quantises ``(..., P, code_dim)`` part by part; each part has its own codebook of K vectors."""

    def __init__(self, config: TokenizerConfig) -> None:
        super().__init__()
        self.size = config.codebook_size
        self.quantizers = nn.ModuleList(
            VectorQuantize(
                config.code_dim,
                codebook_size=config.codebook_size,
                decay=0.99,
                kmeans_init=True,
                kmeans_iters=10,
                threshold_ema_dead_code=1,
                commitment_weight=1.0,
            )
            for _ in parts.part_names(config.parts)
        )

    def forward(self, vectors: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Quantised vectors (straight-through), codes ``(..., P)`` int64, and the commitment loss."""
        flat = vectors.flatten(0, -3)
        outputs = [book(flat[:, None, part]) for part, book in enumerate(self.quantizers)]
        quantised = torch.cat([output[0] for output in outputs], dim=1).reshape(vectors.shape)
        codes = torch.cat([output[1] for output in outputs], dim=1).reshape(vectors.shape[:-1])
        return quantised, codes, torch.stack([output[2].sum() for output in outputs]).mean()

    def lookup(self, codes: Tensor) -> Tensor:
        """Code vectors ``(..., P, code_dim)`` of codes ``(..., P)``; out-of-range codes raise ValueError."""
        if codes.numel() and (int(codes.min()) < 0 or int(codes.max()) >= self.size):
            raise ValueError(f"codes must lie in [0, {self.size - 1}]")
        return torch.stack([table[codes[..., part]] for part, table in enumerate(self.codebooks())], dim=-2)

    def codebooks(self) -> list[Tensor]:
        """Codebooks, one ``(K, code_dim)`` per part."""
        return [cast(Tensor, book.codebook) for book in self.quantizers]

"""Depth transformer: predicts the five part tokens of a time step one after the other.

In the *stepwise* layout the five parts of a step share one position of the language model. From the hidden state of
that position the depth transformer predicts torso, arms and legs in order, each conditioned on the parts before it
(as in RQ-Transformer, arXiv 2203.01941). Generation is autoregressive over every token with a fifth of the backbone
steps. The torso's distribution has one more class, the end of the motion.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from hmvlm.blocks import TransformerBlock
from hmvlm.body.skeleton import NUM_PARTS
from hmvlm.config import DepthTransformerConfig
from hmvlm.language.vocabulary import KINDS, Vocabulary

IGNORE = -100


class DepthTransformer(nn.Module):
    """Causal Transformer over the five parts; ``width`` is the language model's hidden size."""

    def __init__(self, width: int, codebook_size: int, config: DepthTransformerConfig | None = None) -> None:
        super().__init__()
        self.config = config or DepthTransformerConfig()
        self.codebook_size = codebook_size
        dim = self.config.dim
        self.context_proj = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, dim))
        self.token_proj = nn.Linear(width, dim, bias=False)
        self.position = nn.Parameter(torch.randn(len(KINDS), NUM_PARTS, dim) * 0.02)
        self.layers = nn.ModuleList(
            TransformerBlock(dim, self.config.heads, 4 * dim, self.config.dropout) for _ in range(self.config.layers)
        )
        self.norm = nn.LayerNorm(dim)
        self.output_weight = nn.Parameter(torch.randn(len(KINDS), NUM_PARTS, codebook_size + 1, dim) * dim**-0.5)

    @property
    def end(self) -> int:
        """The torso's extra code that ends a motion."""
        return self.codebook_size

    def forward(self, hidden: Tensor, codes: Tensor, vocabulary: Vocabulary, kind: str = "motion") -> Tensor:
        """Logits ``(N, P, K + 1)`` of parts 0..P-1 for hidden states ``(N, width)`` and previous parts ``(N, P - 1)``.

        The end class is allowed for the first part of a motion only.
        """
        index = KINDS.index(kind)
        context = self.context_proj(hidden)[:, None]
        count = codes.shape[1] + 1
        if count > 1:
            tables = vocabulary.table(kind)[: count - 1]
            drawn = torch.stack([table[codes[:, part]] for part, table in enumerate(tables)], 1)
        else:
            drawn = hidden.new_zeros(len(hidden), 0, hidden.shape[-1])
        x = torch.cat([torch.zeros_like(context), self.token_proj(drawn.to(context.dtype))], dim=1)
        x = x + context + self.position[index, :count]
        for layer in self.layers:
            x = layer(x, causal=True)
        return self._logits(self.norm(x), 0, kind)

    def _logits(self, states: Tensor, first: int, kind: str) -> Tensor:
        """Logits ``(N, P, K + 1)`` of the normalised states ``(N, P, dim)`` of P parts from ``first`` on."""
        parts = slice(first, first + states.shape[1])
        logits = torch.einsum("npd,pkd->npk", states, self.output_weight[KINDS.index(kind), parts])
        closed = torch.zeros_like(logits[..., 0], dtype=torch.bool)
        closed[:, max(0, (1 if kind == "motion" else 0) - first) :] = True
        last = logits[..., -1].masked_fill(closed, float("-inf"))
        return torch.cat([logits[..., :-1], last[..., None]], dim=-1)

    def loss(self, hidden: Tensor, targets: Tensor, vocabulary: Vocabulary, kind: str = "motion") -> Tensor:
        """Mean next-token loss of target parts ``(N, 5)``; ``IGNORE`` entries do not count, the end is code K."""
        inputs = targets[:, :-1].clamp(0, self.codebook_size - 1)
        logits = self(hidden, inputs, vocabulary, kind).float()
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=IGNORE)

    @torch.no_grad()
    def sample(
        self,
        hidden: Tensor,
        vocabulary: Vocabulary,
        choose: Callable[[Tensor, int], Tensor],
        kind: str = "motion",
    ) -> Tensor:
        """Sample the parts of one step for every row of ``hidden`` ``(N, width)``: codes ``(N, 5)``.

        ``choose(logits (N, K + 1), part)`` returns one code ``(N,)`` per row. A row whose torso is the
        end has 0 for its other parts.
        """
        index, context = KINDS.index(kind), self.context_proj(hidden)[:, None]
        ended = torch.zeros(len(hidden), dtype=torch.bool, device=hidden.device)
        caches: list[tuple[Tensor, Tensor] | None] = [None] * len(self.layers)
        codes: list[Tensor] = []
        for part in range(NUM_PARTS):
            x = context + self.position[index, part]
            if codes:
                before = vocabulary.table(kind)[part - 1][codes[-1].clamp(max=self.codebook_size - 1)]
                x = x + self.token_proj(before.to(context.dtype))[:, None]
            for place, layer in enumerate(self.layers):
                assert isinstance(layer, TransformerBlock)
                x, caches[place] = layer.extend(x, caches[place])
            drawn = choose(self._logits(self.norm(x), part, kind)[:, 0], part)
            ended |= drawn == self.end
            codes.append(torch.where(ended & (part > 0), 0, drawn))
        return torch.stack(codes, dim=1)

    @torch.no_grad()
    def argmax_codes(self, hidden: Tensor, vocabulary: Vocabulary, kind: str = "pose") -> tuple[Tensor, Tensor]:
        """Greedy codes ``(N, 5)`` for ``hidden`` ``(N, width)``, and the probabilities ``(N, 5, K)``.

        Each part is conditioned on the greedy codes of the parts before it.
        """
        probabilities: list[Tensor] = []

        def choose(logits: Tensor, part: int) -> Tensor:
            probabilities.append(logits[:, : self.codebook_size].float().softmax(-1))
            return probabilities[-1].argmax(-1)

        codes = self.sample(hidden, vocabulary, choose, kind)
        return codes, torch.stack(probabilities, dim=1)

    @torch.no_grad()
    def init_from_codebooks(self, codebooks: dict[str, list[Tensor]], seed: int = 0) -> None:
        """Initialise the output weights from the codebooks at a small scale: similar codes get similar logits."""
        generator = torch.Generator().manual_seed(seed)
        dim = self.config.dim
        for index, kind in enumerate(KINDS):
            for part, table in enumerate(codebooks[kind]):
                spread = table.float().cpu() - table.float().cpu().mean(0)
                basis = torch.linalg.qr(torch.randn(dim, min(dim, table.shape[1]), generator=generator))[0]
                moved = 0.2 * (spread[:, : basis.shape[1]] / spread.norm(dim=-1).max()) @ basis.T
                self.output_weight[index, part, : self.codebook_size] = moved
                self.output_weight[index, part, self.codebook_size :] *= 0.1

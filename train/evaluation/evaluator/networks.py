"""The networks of the text-motion evaluator (Guo et al., CVPR 2022, supplement), with sizes from a config.

A movement encoder turns four frames into one snippet, two bidirectional GRUs turn snippets and words into one
vector each. With the sizes of :data:`OFFICIAL`, the published weights can be loaded.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence

SNIPPET = 4
"""Frames a movement snippet: two convolutions of stride 2."""


@dataclass(frozen=True)
class EvaluatorConfig:
    """Sizes of the three encoders. ``features`` leaves out foot contacts; ``tags`` is 0 without parts of speech."""

    features: int = 217
    movement_hidden: int = 256
    movement: int = 256
    motion_hidden: int = 256
    words: int = 128
    tags: int = 0
    text_hidden: int = 256
    output: int = 128

    def __post_init__(self) -> None:
        for name, value in self.__dict__.items():
            if value < (0 if name == "tags" else 1):
                raise ValueError(f"EvaluatorConfig.{name} must be positive, got {value}")


OFFICIAL = {
    "humanml3d": EvaluatorConfig(259, 512, 512, 1024, 300, 15, 512, 512),
    "kit": EvaluatorConfig(247, 512, 512, 1024, 300, 15, 512, 512),
}
"""Sizes of the published evaluators (263 and 251 features less four contacts)."""


class MovementEncoder(nn.Module):
    """Normalised features ``(B, T, F)`` without contacts to snippets ``(B, T // 4, movement)``."""

    def __init__(self, config: EvaluatorConfig) -> None:
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv1d(config.features, config.movement_hidden, 4, 2, 1),
            nn.Dropout(0.2),
            nn.LeakyReLU(0.2),
            nn.Conv1d(config.movement_hidden, config.movement, 4, 2, 1),
            nn.Dropout(0.2),
            nn.LeakyReLU(0.2),
        )
        self.out_net = nn.Linear(config.movement, config.movement)

    def forward(self, frames: Tensor) -> Tensor:
        return self.out_net(self.main(frames.transpose(1, 2)).transpose(1, 2))


class MovementDecoder(nn.Module):
    """Snippets ``(B, S, movement)`` back to features ``(B, 4 S, F)``; used only to train the encoder."""

    def __init__(self, config: EvaluatorConfig) -> None:
        super().__init__()
        self.main = nn.Sequential(
            nn.ConvTranspose1d(config.movement, config.movement_hidden, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.ConvTranspose1d(config.movement_hidden, config.features, 4, 2, 1),
        )
        self.out_net = nn.Linear(config.features, config.features)

    def forward(self, snippets: Tensor) -> Tensor:
        return self.out_net(self.main(snippets.transpose(1, 2)).transpose(1, 2))


class SequenceEncoder(nn.Module):
    """A bidirectional GRU over ``(B, T, inputs)`` of given lengths, its two last states to ``(B, output)``.

    With ``tags``, one-hot parts of speech ``(B, T, tags)`` are added to the inputs by a linear map.
    """

    def __init__(self, inputs: int, hidden: int, output: int, tags: int = 0) -> None:
        super().__init__()
        if tags:
            self.pos_emb = nn.Linear(tags, inputs)
        self.input_emb = nn.Linear(inputs, hidden)
        self.gru = nn.GRU(hidden, hidden, batch_first=True, bidirectional=True)
        self.output_net = nn.Sequential(
            nn.Linear(2 * hidden, hidden), nn.LayerNorm(hidden), nn.LeakyReLU(0.2), nn.Linear(hidden, output)
        )
        self.hidden = nn.Parameter(torch.randn(2, 1, hidden))

    def forward(self, rows: Tensor, lengths: Tensor, tags: Tensor | None = None) -> Tensor:
        if tags is not None:
            rows = rows + self.pos_emb(tags)
        packed = pack_padded_sequence(self.input_emb(rows), lengths.cpu(), batch_first=True, enforce_sorted=False)
        _, last = self.gru(packed, self.hidden.expand(-1, len(rows), -1).contiguous())
        return self.output_net(torch.cat([last[0], last[1]], dim=-1))


def contrastive_loss(texts: Tensor, motions: Tensor, same: Tensor, margin: float = 10.0) -> Tensor:
    """Contrastive loss with a margin (Hadsell et al., 2006) over all pairs of a batch.

    Matching rows of ``(B, D)`` are pulled together, ``d²``; the others are pushed ``margin`` apart,
    ``max(0, margin - d)²``. The published training samples one mismatch a motion; here all pairs of the batch count
    except those marked in ``same`` ``(B, B)``, whose captions are equal too. Both kinds have equal weight.
    """
    apart = torch.cdist(texts, motions)
    own = torch.eye(len(texts), dtype=torch.bool, device=texts.device)
    others = ~(own | same)
    pushed = (margin - apart[others]).clamp_min(0).square()
    return apart[own].square().mean() + (pushed.mean() if others.any() else pushed.sum())

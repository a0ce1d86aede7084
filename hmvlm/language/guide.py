"""Guides of sampled motions: codes whose logits get a bonus, step by step.

The model still draws every token: at a step it may leave the guide where that is much less likely than something else,
and comes back to it at the next. After the guide's last step the end of the motion gets the bonus, for as long as the
motion goes on.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from hmvlm.body.skeleton import NUM_PARTS

BONUS = 32.0
"""Added to the logit of a guide's code. With 9, a fifth of the codes of guides that the model knows little about is
left, and with them how often and how fast something is done; with 16, a third of those of guides that were changed to
fit a long sentence.
"""


class Guides:
    """The guides of the rows of a batch.

    Args:
        codes: of each row ``(S, 5)``, or None for a row without a guide.
        end: index of the end of the motion among the torso's logits.
        bonus: added to the logits.
    """

    def __init__(self, codes: Sequence[Tensor | None], end: int, bonus: float = BONUS) -> None:
        longest = max((len(one) for one in codes if one is not None), default=-1)
        self.bonus = bonus
        self._lengths = [0 if one is None else len(one) for one in codes]
        self.table = torch.full((len(codes), longest + 1, NUM_PARTS), -1)
        for row, one in enumerate(codes):
            if one is not None:
                self.table[row, : len(one)] = one
                self.table[row, len(one) :, 0] = end

    def add(self, logits: Tensor, rows: Sequence[int], steps: Tensor, part: int) -> Tensor:
        """Logits ``(N, L, K)`` of these rows of the batch at steps ``(N, L)`` and a part, with the bonus."""
        if not self.table.shape[1]:
            return logits
        codes = self.table[torch.tensor(rows)[:, None], steps.clamp(max=self.table.shape[1] - 1), part]
        codes = codes.to(logits.device)
        bonus = torch.where(codes < 0, 0.0, self.bonus).to(logits.dtype)
        return logits.scatter_add(-1, codes.clamp_min(0)[..., None], bonus[..., None])

    def draft(self, row: int, step: int, most: int) -> Tensor:
        """The guide's codes ``(S, 5)`` of a row from a step on, at most ``most`` steps; none without a guide."""
        return self.table[row, step : min(step + max(most, 0), self._lengths[row])]

"""Training data of the text-motion evaluator: captioned motions, and batches of each of its two phases."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from train.evaluation.evaluator.model import Evaluator
from train.evaluation.evaluator.pairs import Pair
from train.loop.objective import RandomBatches

WINDOW_FRAMES = 32
SAMPLING_EXPONENT = 0.5
"""An action of n pairs is sampled in proportion to ``n ** SAMPLING_EXPONENT``."""


class PairBatches(RandomBatches):
    """Batches of pairs: each example samples an action, then one of its pairs.

    Args:
        pairs: what is sampled from.
        size: pairs a batch.
        seed: of the batches.
    """

    def __init__(self, pairs: Sequence[Pair], size: int, seed: int) -> None:
        super().__init__(seed)
        self.pairs, self.size = pairs, size
        groups: dict[str, list[int]] = defaultdict(list)
        for index, pair in enumerate(pairs):
            groups[pair.action].append(index)
        self._groups = list(groups.values())
        self._weights = list(itertools.accumulate(len(group) ** SAMPLING_EXPONENT for group in self._groups))

    def sample(self, rng: random.Random) -> list[int]:
        """Indices of the pairs of a batch."""
        return [rng.choice(group) for group in rng.choices(self._groups, cum_weights=self._weights, k=self.size)]


class WindowBatches(PairBatches):
    """Windows of motion for the movement autoencoder.

    Args:
        pairs, size, seed: as in :class:`PairBatches`.
        frames: normalised features ``(T_i, F)`` of every pair.
    """

    def __init__(self, pairs: Sequence[Pair], frames: Sequence[Tensor], size: int, seed: int) -> None:
        super().__init__(pairs, size, seed)
        self.frames = frames

    def draw(self, rng: random.Random) -> Tensor:
        """Windows ``(B, WINDOW_FRAMES, F)``; a shorter motion repeats its last frame."""
        windows = []
        for index in self.sample(rng):
            frames = self.frames[index]
            start = rng.randrange(max(1, len(frames) - WINDOW_FRAMES + 1))
            window = frames[start : start + WINDOW_FRAMES]
            windows.append(F.pad(window[None], (0, 0, 0, WINDOW_FRAMES - len(window)), mode="replicate")[0])
        return torch.stack(windows)


class MatchingBatches(PairBatches):
    """Motions with one caption each for the contrastive loss.

    Args:
        pairs, size, seed: as in :class:`PairBatches`.
        snippets: output of the frozen movement encoder ``(S_i, M)`` for every pair.
        evaluator: whose vocabulary is used.
    """

    def __init__(
        self, pairs: Sequence[Pair], snippets: Sequence[Tensor], evaluator: Evaluator, size: int, seed: int
    ) -> None:
        super().__init__(pairs, size, seed)
        self.snippets, self.evaluator = snippets, evaluator

    def draw(self, rng: random.Random) -> tuple[Tensor, ...]:
        """Snippets ``(B, S, M)`` and their lengths ``(B,)``, word indices ``(B, W)`` and their lengths ``(B,)``, and
        which pairs of the batch match although they are different examples ``(B, B)``.
        """
        picks = self.sample(rng)
        captions = [rng.choice(self.pairs[index].captions) for index in picks]
        rows = [self.snippets[index] for index in picks]
        ids, lengths = self.evaluator.word_ids(captions)
        same = [[a == b for b in captions] for a in captions]
        same_motion = [[a == b for b in picks] for a in picks]
        return (
            pad_sequence(rows, batch_first=True),
            torch.tensor([len(row) for row in rows]),
            ids,
            lengths,
            torch.tensor(same) | torch.tensor(same_motion),
        )

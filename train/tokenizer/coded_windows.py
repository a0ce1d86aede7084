"""Random windows of clips whose codes are known, to train decoders on."""

from __future__ import annotations

import random
from collections import defaultdict

import numpy as np
import torch
from torch import Tensor

from hmvlm.config import TEMPORAL_STRIDE
from hmvlm.tokenizer.model import BodyPartTokenizer
from train.loop.objective import RandomBatches
from train.tokenizer.windows import DEFAULT_PHASES, PHASES, chances

SHORTEST = 6
"""Time steps of the shortest window."""


class CodedWindows(RandomBatches):
    """Random windows of clips whose codes are known; a source's clips are drawn by their length.

    The decoder normalises over time, so a batch has windows of one length and nothing is padded: that of a whole clip,
    or a shorter one every other time.

    Args:
        sequences: features ``(T_i, 221)``; sources: of every sequence; weights: share of each source in a batch;
            steps: most time steps a window; size: windows of that length a batch.
    """

    def __init__(
        self,
        sequences: list[Tensor],
        sources: list[str],
        weights: dict[str, float],
        tokenizer: BodyPartTokenizer,
        steps: int,
        size: int,
        seed: int,
    ) -> None:
        super().__init__(seed)
        self.steps, self.size = steps, size
        pieces, members = [], []
        for sequence, source in zip(sequences, sources, strict=True):
            for phase in PHASES[:DEFAULT_PHASES]:
                frames = (len(sequence) - phase) // TEMPORAL_STRIDE * TEMPORAL_STRIDE
                if frames:
                    pieces.append(sequence[phase : phase + frames])
                    members.append(source)
        self.rows = list(zip(pieces, *coded(tokenizer, pieces), strict=True))
        self._steps = np.array([len(piece) // TEMPORAL_STRIDE for piece in pieces])
        self._chance = chances([len(piece) for piece in pieces], members, weights)

    def draw(self, rng: random.Random) -> tuple[Tensor, ...]:
        """Features ``(B, 4 S, 221)``, motion codes and pose codes (of every fourth frame) ``(B, S, P)``."""
        numbers = np.random.default_rng(rng.getrandbits(64))
        length = min(self.steps, self._steps[numbers.choice(len(self.rows), p=self._chance)])
        if numbers.random() < 0.5:
            length = numbers.integers(min(length, SHORTEST), length + 1)
        chance = self._chance * (self._steps >= length)
        made = []
        for pick in numbers.choice(len(self.rows), max(1, self.size * self.steps // length), p=chance / chance.sum()):
            raw, codes, poses = self.rows[pick]
            start = int(numbers.integers(0, len(codes) - length + 1))
            frames = slice(start * TEMPORAL_STRIDE, (start + length) * TEMPORAL_STRIDE)
            made.append((raw[frames], codes[start : start + length], poses[start : start + length]))
        return tuple(torch.stack(parts) for parts in zip(*made, strict=True))


def coded(tokenizer: BodyPartTokenizer, pieces: list[Tensor], most: int = 64) -> tuple[list[Tensor], list[Tensor]]:
    """Motion codes, and pose codes of every fourth frame, ``(T_i / 4, P)`` of features ``(T_i, 221)``.

    Pieces of one length are encoded together, at most ``most`` at a time.
    """
    motion, poses = [torch.empty(0)] * len(pieces), [torch.empty(0)] * len(pieces)
    members = defaultdict(list)
    for index, piece in enumerate(pieces):
        members[len(piece)].append(index)
    for same in members.values():
        for start in range(0, len(same), most):
            chosen = same[start : start + most]
            raw = torch.stack([pieces[index] for index in chosen])
            found = tokenizer.encode_features(raw), tokenizer.encode_pose(raw[:, ::TEMPORAL_STRIDE])
            for index, codes, pose_codes in zip(chosen, *found, strict=True):
                motion[index], poses[index] = codes, pose_codes
    return motion, poses

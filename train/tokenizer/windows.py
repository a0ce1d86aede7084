"""Features of all clips in memory, and random windows of them for training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from hmvlm.motion import features
from hmvlm.motion.clip import Motion

PHASES = (0, 2, 1, 3)
"""Frames cut from the start of a clip before encoding, so that codes do not depend on one alignment of time steps."""
DEFAULT_PHASES = 2
"""Number of phases encoded by default."""


@dataclass
class Windows:
    """Random fixed-length windows of clips, sampled by source weight, then by clip length.

    Attributes:
        sequences: features ``(T_i, 221)`` of every clip (mirrored copies included by the caller).
        groups: the source of every clip.
        weights: relative share of each source in a batch.
        length: frames a window.
    """

    sequences: list[Tensor]
    groups: list[str]
    weights: dict[str, float]
    length: int

    def __post_init__(self) -> None:
        if not self.sequences:
            raise ValueError("no clips to sample from; is the split empty?")
        self._chance = chances([len(sequence) for sequence in self.sequences], self.groups, self.weights)

    def batch(self, size: int, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """``(size, length, 221)`` features and the mask ``(size, length)`` of frames that exist.

        A clip shorter than the window is padded with its last frame, standing still.
        """
        picks = rng.choice(len(self.sequences), size, p=self._chance)
        rows, masks = [], []
        for pick in picks:
            sequence = self.sequences[pick]
            start = rng.integers(0, max(1, len(sequence) - self.length + 1))
            piece = sequence[start : start + self.length]
            mask = torch.zeros(self.length)
            mask[: len(piece)] = 1
            if len(piece) < self.length:
                last = piece[-1:].clone()
                last[:, 1:4] = 0
                piece = torch.cat([piece, last.expand(self.length - len(piece), -1)])
            rows.append(piece)
            masks.append(mask)
        return torch.stack(rows), torch.stack(masks)


def chances(lengths: Sequence[int], groups: Sequence[str], weights: dict[str, float]) -> np.ndarray:
    """Chance ``(N,)`` of every clip: its group's share by ``weights``, within the group by its length.

    Raises:
        ValueError: no clip belongs to a group that has a weight.
    """
    frames, names = np.array(lengths, float), np.array(groups)
    chance = np.zeros(len(frames))
    for group, weight in weights.items():
        member = names == group
        if member.any():
            chance[member] = weight * frames[member] / frames[member].sum()
    if chance.sum() == 0:
        raise ValueError(f"no clip belongs to the sources {sorted(weights)}")
    return chance / chance.sum()


def feature_sequences(motions: list[Motion], mirror: bool) -> list[Tensor]:
    """Features of every motion, followed by those of the mirrored motions if ``mirror``."""
    sequences = [features.encode(motion) for motion in motions]
    if mirror:
        sequences += [features.encode(motion.mirrored()) for motion in motions]
    return sequences


def statistics(sequences: list[Tensor]) -> tuple[Tensor, Tensor]:
    """Mean and deviation ``(221,)``; deviations are pooled within a joint so that none is tiny."""
    stacked = torch.cat(sequences)
    mean, std = stacked.mean(0), stacked.std(0)
    std[features.ROOT.start + 1 : features.ROOT.start + 3] = std[1:3].mean()
    for section, width in ((features.ROTATIONS, 6), (features.POSITIONS, 3)):
        pooled = std[section].unflatten(0, (-1, width)).square().mean(-1).sqrt()
        pooled = pooled.clamp_min(pooled.median() * 0.25)
        std[section] = pooled.repeat_interleave(width)
    return mean, std.clamp_min(1e-3)

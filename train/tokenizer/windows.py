"""Features of all clips in memory, and random windows of them for training."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from hmvlm.motion import features
from hmvlm.motion.clip import Motion
from train.recordings.store import Recording

PHASES = (0, 2, 1, 3)
"""Frames cut from the start of a clip before encoding, so that codes do not depend on one alignment of time steps."""
DEFAULT_PHASES = 2
"""Number of phases encoded by default."""

SOURCE_WEIGHTS = {
    "cmu": 0.4, "bandai_namco": 0.3, "ui_prmd": 0.3, "cmu_extra": 0.15, "snu": 0.05, "reactidle": 0.05,
    "utd_mhad": 0.05, "deepmimic": 0.04, "sie": 0.03,
}  # fmt: skip
"""Default share of a source in a batch of stage 1: CMU holds the most different motions in the fewest minutes."""
OTHER_WEIGHT = 1.0
"""Share of a source that is not in the table: a user's own data count most."""


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


def source_weights(
    sources: Iterable[str], changes: Sequence[str] = (), imported: Mapping[str, float] | None = None
) -> dict[str, float]:
    """The share of every source: by ``changes`` (``SOURCE=WEIGHT``), its import, the table, or :data:`OTHER_WEIGHT`.

    Raises:
        ValueError: a change names no such source, or no positive number.
    """
    defaults = SOURCE_WEIGHTS | dict(imported or {})
    weights = {source: defaults.get(source, OTHER_WEIGHT) for source in sorted(sources)}
    for change in changes:
        name, _, value = change.rpartition("=")
        if name not in weights:
            raise ValueError(f"--source-weights {change!r}: there are the sources {', '.join(weights)}")
        try:
            weights[name] = float(value)
        except ValueError:
            raise ValueError(f"--source-weights {change!r}: {value!r} is no number") from None
        if not 0 <= weights[name] < float("inf"):
            raise ValueError(f"--source-weights {change!r}: a weight is a number from 0 on")
    return weights


def imported_weights(clips: Iterable[Recording]) -> dict[str, float]:
    """The weights that imported sets were given, by source."""
    return {clip.source: float(clip.info["weight"]) for clip in clips if "weight" in clip.info}


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

"""Shares and agreement of the readers' answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from itertools import combinations

import numpy as np

Z = 1.959964
"""Standard normal quantile of a two-sided 95 % interval."""


def wilson(share: float, count: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share of ``count`` samples; the share may be a mean over readers.

    Raises:
        ValueError: no samples, or a share outside 0 to 1.
    """
    if count < 1 or not 0 <= share <= 1:
        raise ValueError(f"an interval needs a share of 0 to 1 and samples, got {share} of {count}")
    middle = (share + Z**2 / (2 * count)) / (1 + Z**2 / count)
    half = Z / (1 + Z**2 / count) * np.sqrt(share * (1 - share) / count + Z**2 / (4 * count**2))
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def agreement(one: Sequence[Hashable], other: Sequence[Hashable]) -> float:
    """Share of items to which two readers gave the same answer."""
    return float(np.mean([a == b for a, b in zip(one, other, strict=True)]))


def cohen_kappa(one: Sequence[Hashable], other: Sequence[Hashable]) -> float:
    """Cohen's kappa of two readers: agreement beyond chance over the most that is possible beyond chance.

    nan if both gave one and the same answer throughout. Cohen, A coefficient of agreement for nominal scales, 1960.
    """
    observed, count = agreement(one, other), len(one)
    first, second = Counter(one), Counter(other)
    chance = sum(first[answer] * second[answer] for answer in first) / count**2
    return float("nan") if chance == 1 else (observed - chance) / (1 - chance)


def pairwise(readers: Sequence[Sequence[Hashable]]) -> tuple[float, float]:
    """Mean agreement and mean Cohen's kappa over all pairs of readers; nan for a single reader."""
    pairs = list(combinations(readers, 2))
    if not pairs:
        return float("nan"), float("nan")
    return (
        float(np.mean([agreement(*pair) for pair in pairs])),
        float(np.mean([cohen_kappa(*pair) for pair in pairs])),
    )

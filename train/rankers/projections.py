"""The projection of sentence features in which sentences that ask for the same action are near each other.

Linear discriminant analysis of captions by group, with shrinkage: what tells groups apart is kept, and what differs
between the phrasings of one action is scaled down.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import scipy.linalg
import torch
from torch import Tensor

from train.segments.segment import Segment

COMPOSED = "composed: "
SHRINKAGE = 0.2
"""Weight of a multiple of the identity beside the covariance within groups."""
COMPONENTS = 200
"""Principal components that the analysis is done in."""
LEAST, MOST = 2, 30
"""Captions of a group: smaller groups are left out, of larger ones so many are drawn."""


def captions_of_groups(segments: Sequence[Segment], seed: int = 0) -> dict[str, list[str]]:
    """Captions by group, drawn from those that belong to no other group; compositions are left out."""
    groups: dict[str, set[str]] = defaultdict(set)
    for one in segments:
        for caption in one.captions:
            groups[caption].add(one.group)
    found: dict[str, list[str]] = defaultdict(list)
    for caption, owners in sorted(groups.items()):
        if len(owners) == 1:
            found[next(iter(owners))].append(caption)
    rng = random.Random(seed)
    return {
        group: rng.sample(captions, min(MOST, len(captions)))
        for group, captions in sorted(found.items())
        if len(captions) >= LEAST and not group.startswith(COMPOSED)
    }


def fitted(features: Tensor, classes: np.ndarray, dim: int) -> tuple[Tensor, Tensor]:
    """Centre ``(W,)`` and projection ``(W, dim)`` of sentence features ``(N, W)`` of classes ``(N,)``.

    Of fewer than two classes, the principal components.
    """
    numbers = np.unique(classes)
    centre = features.mean(0)
    base = torch.linalg.svd(features - centre, full_matrices=False)[2][:COMPONENTS].T
    if len(numbers) < 2:
        return centre, base[:, :dim]
    points = ((features - centre) @ base).double().numpy()
    means = np.stack([points[classes == number].mean(0) for number in numbers])
    inside = points - means[np.searchsorted(numbers, classes)]
    within = inside.T @ inside / len(points)
    within = (1 - SHRINKAGE) * within + SHRINKAGE * np.trace(within) / len(within) * np.eye(len(within))
    between = np.cov(means.T, bias=True)
    ratios, directions = scipy.linalg.eigh(between, within)
    ratios, directions = ratios[::-1][:dim].clip(0), directions[:, ::-1][:, :dim]
    weighted = directions * (ratios / (1 + ratios))
    return centre, base @ torch.from_numpy(weighted / np.abs(weighted).max()).to(base)

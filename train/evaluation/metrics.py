"""The text-to-motion metrics of the HumanML3D protocol (Guo et al., CVPR 2022, section 5) on embeddings.

All take arrays of embeddings ``(N, D)``, row k of texts and motions belonging together. Distances are Euclidean.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

POOL = 32
"""Descriptions in a pool, a motion's own included."""
TOP = 3
REPEATS = 20
DIVERSITY_PAIRS = 300
MULTIMODALITY_PAIRS = 10


def distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Euclidean distances ``(N, M)`` between rows of ``(N, D)`` and ``(M, D)``."""
    squared = (a**2).sum(1)[:, None] + (b**2).sum(1)[None] - 2 * a @ b.T
    return np.sqrt(np.maximum(squared, 0.0))


def top_hits(texts: np.ndarray, motions: np.ndarray, rng: np.random.Generator, pool: int = POOL) -> np.ndarray:
    """Whether each text's motion is among the nearest 1, 2, 3 of its pool: bool ``(P, 3)``.

    Rows are shuffled into pools of exactly ``pool``; the ``N mod pool`` left over are not ranked. A tie
    counts as a miss, so that embeddings that all coincide do not score perfectly.
    """
    count = len(texts) // pool * pool
    if count == 0:
        raise ValueError(f"R-precision needs at least {pool} pairs, got {len(texts)}; measure on more")
    order = rng.permutation(len(texts))[:count].reshape(-1, pool)
    hits = []
    for rows in order:
        apart = distances(texts[rows], motions[rows])
        others = apart + np.diag(np.full(pool, np.inf))
        rank = (others <= np.diag(apart)[:, None]).sum(1)
        hits.append(rank[:, None] < np.arange(1, TOP + 1))
    return np.concatenate(hits)


def matching_distance(texts: np.ndarray, motions: np.ndarray) -> float:
    """MM-Dist: the mean distance of a text to its own motion."""
    return float(np.linalg.norm(texts - motions, axis=1).mean())


def gaussian(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean ``(D,)`` and covariance ``(D, D)`` of rows ``(N, D)``."""
    if len(rows) < 2:
        raise ValueError(f"a covariance needs at least 2 rows, got {len(rows)}")
    return rows.mean(0), np.atleast_2d(np.cov(rows, rowvar=False))


def frechet(mean: np.ndarray, covariance: np.ndarray, other_mean: np.ndarray, other: np.ndarray) -> float:
    """Fréchet distance of two Gaussians, ``|μ - ν|² + tr(A + B - 2 (A B)^½)`` (Dowson & Landau, 1982).

    ``tr (A B)^½`` is the sum of the singular values of ``A^½ B^½``, which is real and defined for
    singular covariances too.
    """
    product = np.linalg.svd(_root(covariance) @ _root(other), compute_uv=False).sum()
    apart = ((mean - other_mean) ** 2).sum()
    return float(max(apart + np.trace(covariance) + np.trace(other) - 2 * product, 0.0))


def _root(covariance: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(covariance)
    return (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T


def fid(real: np.ndarray, made: np.ndarray) -> float:
    """Fréchet distance between real and made motions' embeddings, each taken as a Gaussian."""
    return frechet(*gaussian(real.astype(np.float64)), *gaussian(made.astype(np.float64)))


def diversity(motions: np.ndarray, rng: np.random.Generator, pairs: int = DIVERSITY_PAIRS) -> float:
    """Mean distance of ``pairs`` random pairs (as many as there are, if fewer) of distinct motions."""
    pairs = min(pairs, len(motions) // 2)
    if pairs == 0:
        raise ValueError("diversity needs at least two motions")
    first, second = (motions[rng.choice(len(motions), pairs, replace=False)] for _ in range(2))
    return float(np.linalg.norm(first - second, axis=1).mean())


def multimodality(motions: np.ndarray, rng: np.random.Generator, pairs: int = MULTIMODALITY_PAIRS) -> float:
    """Mean distance between motions generated for the same text: ``(texts, samples, D)``, ``pairs`` a text."""
    samples = motions.shape[1]
    if samples < 2:
        raise ValueError("multimodality needs at least two motions a text")
    pairs = min(pairs, samples // 2)
    order = np.stack([rng.permutation(samples)[: 2 * pairs] for _ in motions])
    rows = np.arange(len(motions))[:, None]
    apart = motions[rows, order[:, :pairs]] - motions[rows, order[:, pairs:]]
    return float(np.linalg.norm(apart, axis=-1).mean())


def interval(values: ArrayLike) -> tuple[float, float]:
    """Mean and half width of its 95 % interval over repeats or samples, ``1.96 σ / √n``, as
    the protocol reports them.
    """
    array = np.asarray(values, float)
    return float(array.mean()), float(1.96 * array.std() / np.sqrt(len(array)))


def proportion_interval(hits: np.ndarray) -> tuple[float, float]:
    """Share of true values and half width of its 95 % interval by Wilson's score, which holds for few samples."""
    count, share, z = len(hits), float(np.mean(hits)), 1.96
    if count == 0:
        raise ValueError("a share of no samples is not defined")
    wide = z / (1 + z**2 / count) * np.sqrt(share * (1 - share) / count + z**2 / (4 * count**2))
    return share, float(wide)


def percentage(hits: ArrayLike) -> tuple[float, float]:
    """:func:`proportion_interval` in percent."""
    share, wide = proportion_interval(np.asarray(hits))
    return 100 * share, 100 * wide


def repeated(
    measure: Callable[[np.random.Generator], dict[str, float]], repeats: int = REPEATS, seed: int = 0
) -> dict[str, tuple[float, float]]:
    """Mean and interval of every number that ``measure`` returns, over ``repeats`` seeded runs."""
    runs = [measure(np.random.default_rng([seed, number])) for number in range(repeats)]
    return {name: interval([run[name] for run in runs]) for name in runs[0]}

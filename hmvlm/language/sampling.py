"""Sampling of tokens: temperature, nucleus, and a random generator for every row of a batch."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

SEED_STRIDE = 2_654_435_761
"""Difference between the seeds of two candidates; odd and large, as the generator uses the lower 32 bits only."""


LEAST_TEMPERATURE = 1e-3
"""Below it the likeliest token is taken: logits divided by less are no longer finite."""


@dataclass(frozen=True)
class Sampling:
    """Sampling settings. ``temperature`` 0 is greedy decoding; ``guidance`` 1 disables classifier-free guidance.

    With a seed, variation ``i`` uses ``seed + i``; its further candidates use seeds far from those of any variation.
    Equal seeds give equal motions.
    """

    temperature: float = 1.0
    top_p: float = 0.95
    seed: int | None = None
    guidance: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.temperature <= 5:
            raise ValueError(f"temperature must lie in [0, 5], got {self.temperature}")
        if not 0 < self.top_p <= 1:
            raise ValueError(f"top_p must lie in (0, 1], got {self.top_p}")
        if not 1 <= self.guidance <= 20:
            raise ValueError(f"guidance must lie in [1, 20], got {self.guidance}")
        if self.seed is not None and not 0 <= self.seed < 2**62:
            raise ValueError(f"seed must be a non-negative 62-bit integer, got {self.seed}")

    def generators(self, rows: int, variations: int | Sequence[int] | None = None) -> list[torch.Generator]:
        """One random generator per row.

        Row ``c * variations + v`` is candidate c of variation v (all rows, if None). A sequence names the numbers of
        the variations that are drawn; each has the generators that it has among all.
        """
        start = secrets.randbits(62) if self.seed is None else self.seed
        numbers = variations if isinstance(variations, Sequence) else range(variations or rows)
        width = len(numbers)
        return [
            torch.Generator().manual_seed(start + numbers[row % width] + row // width * SEED_STRIDE)
            for row in range(rows)
        ]


class Noise:
    """Exponential noise of every row of a batch, the same for a time step however often it is asked for.

    Args:
        generators: one a row. parts: draws of a time step.
    """

    def __init__(self, generators: Sequence[torch.Generator], parts: int) -> None:
        self._generators, self._parts = generators, parts
        self._drawn: list[list[Tensor]] = [[] for _ in generators]

    def at(self, row: int, step: int, part: int, size: int) -> Tensor:
        """Noise ``(size,)`` of a row's draw."""
        drawn = self._drawn[row]
        while len(drawn) <= step * self._parts + part:
            drawn.append(torch.empty(size).exponential_(1, generator=self._generators[row]))
        return drawn[step * self._parts + part]


def sample(logits: Tensor, sampling: Sampling, generators: Sequence[torch.Generator]) -> Tensor:
    """One index ``(N,)`` a row of ``logits`` ``(N, K)``; see :func:`pick`."""

    def noise() -> Tensor:
        drawn = torch.empty(logits.shape)
        for row, generator in zip(drawn, generators, strict=True):
            row.exponential_(1, generator=generator)
        return drawn

    return pick(logits, sampling, noise)


def pick(logits: Tensor, sampling: Sampling, noise: Callable[[], Tensor]) -> Tensor:
    """One index ``(N,)`` a row of ``logits`` ``(N, K)`` by temperature and nucleus sampling (arXiv 1904.09751).

    Drawn as ``torch.multinomial`` draws a single index, the likeliest after division by exponential noise, for all rows
    at once. ``noise`` gives it, ``(N, K)``; it is not asked for where the likeliest is taken.
    """
    if sampling.temperature < LEAST_TEMPERATURE:
        return logits.argmax(-1)
    chances = (logits.float() / sampling.temperature).softmax(-1).cpu()
    ordered, order = chances.sort(-1, descending=True)
    ordered[(ordered.cumsum(-1) - ordered) >= sampling.top_p] = 0
    picks = (ordered / noise()).argmax(-1, keepdim=True)
    return order.gather(-1, picks)[:, 0].to(logits.device)

"""Stretches of exemplars that bring a body from one posture to another: it gets up, kneels, sits or lies down.

A clause goes on from where the one before has ended. An exemplar that starts on its feet cannot follow one that ends on
the ground, nor the other way round: a stretch in between leads from the one to the other. Posture is the height of the
pelvis relative to standing, as :class:`hmvlm.motion.facts.Posture` measures it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property

import torch
from torch import Tensor

from hmvlm.body.smpl import BodyModel
from hmvlm.config import TEMPORAL_STRIDE
from hmvlm.motion.facts.signals import Signals
from hmvlm.motion.steering import way
from hmvlm.rankers.exemplars import Exemplar
from hmvlm.rankers.reranker import Reranker

UPRIGHT = 0.85
"""Posture from which on a body stands."""
ERECT = 0.97
"""Posture at which a body has got up: with knees still bent, the next clause would be one with bent knees."""
ALIKE = 0.2
"""Largest difference of posture between the end of one motion and the start of the next."""
LOW = 0.75
"""Posture under which a body is on the ground or on a seat."""
DOWN = 0.65
"""Posture under which a body has got down, and not only bent its knees."""
STEPS_AWAY = 0.25
"""Way (m) under which a body that stands stays where it is."""
RESTING = 0.08
"""How far above its lowest posture a body is still down."""
SENTENCES = (
    "a person gets up from the ground", "a person stands up from a chair", "a person gets up from lying on the back",
    "stands up from lying on the belly", "a person kneels down", "a person crawls", "a person sits down on a chair",
    "a person sits down on the ground", "a person lies down", "a person gets down on hands and knees",
)  # fmt: skip
"""Sentences whose exemplars get up or down."""
MOST, MARGIN, LEAST = 8, 0.08, 0.7
"""Exemplars a sentence; how much less similar than the nearest, and how similar the nearest must be."""


@dataclass(frozen=True)
class Stretch:
    """Codes ``(S, 5)`` that lead from one posture to another."""

    codes: Tensor
    start: float
    end: float


class Transitions:
    """Finds the stretch between two postures.

    Args:
        reranker: has the exemplars. frames: features ``(4 S, 221)`` of codes ``(S, 5)``.
        distance: between two steps ``(1, 5)``.
    """

    def __init__(
        self,
        reranker: Reranker | None,
        frames: Callable[[list[Tensor]], list[Tensor]],
        distance: Callable[[Tensor, Tensor], float],
    ) -> None:
        self.reranker, self.frames, self.distance = reranker, frames, distance

    def heights(self, codes: Tensor) -> Tensor:
        """Posture ``(S,)`` at every step of a motion ``(S, 5)``."""
        return self.frames([codes])[0][:, 0].reshape(-1, TEMPORAL_STRIDE).mean(1) / standing_height()

    def first_down(self, codes: Tensor) -> int:
        """The step at which a motion ``(S, 5)`` has got as low as it gets."""
        heights = self.heights(codes)
        return int((heights <= heights.min() + RESTING).nonzero()[0])

    def low(self, found: list[Exemplar], depth: tuple[float, float]) -> list[Exemplar]:
        """Those that get as low, no lower, and do not begin there to get up."""
        heights = [self.heights(one.codes) for one in found]
        return [
            one
            for one, height in zip(found, heights, strict=True)
            if depth[0] <= float(height.min()) <= depth[1]
            and (height[0] > depth[1] or height[-1] <= height.min() + ALIKE)
        ]

    def in_place(self, codes: Tensor) -> bool:
        """Whether a motion ``(S, 5)`` stands where it is all the time."""
        raw = self.frames([codes])[0]
        return float(raw[:, 0].min()) / standing_height() > ERECT - RESTING / 2 and way(raw) < STEPS_AWAY

    def lowered(self, codes: Tensor) -> Tensor:
        """A motion that gets down and up again without its end: it stays down."""
        heights = self.heights(codes)
        down = heights <= heights.min() + RESTING
        if heights.min() > DOWN or heights[-1] < UPRIGHT:
            return codes
        return codes[: int(down.nonzero()[-1]) + 1]

    def from_below(self, codes: Tensor, last: Tensor, posture: float) -> Tensor | None:
        """A motion that gets down, without what a body in a posture, after the step ``last`` ``(1, 5)``, has behind it;
        None where it does not get as low.
        """
        heights = self.heights(codes)
        if heights[0] < UPRIGHT or heights.min() > posture + ALIKE:
            return None
        down = self.first_down(codes)
        passed = [step for step in range(down + 1) if heights[step] <= posture + ALIKE]
        return codes[min(passed, key=lambda step: self.distance(last, codes[step : step + 1])) :]

    def between(self, last: Tensor, posture: float, first: Tensor, start: float) -> Tensor | None:
        """Codes ``(S, 5)`` between a motion that ends with step ``last`` ``(1, 5)`` in a posture and one that starts
        with step ``first`` in another; None where there are none.
        """
        fits = [one for one in self._stretches if abs(one.start - posture) <= ALIKE and abs(one.end - start) <= ALIKE]
        return self._smoothest(fits, last, first)

    def rise(self, last: Tensor, posture: float) -> Tensor | None:
        """Codes ``(S, 5)`` that bring a body in a posture, after the step ``last`` ``(1, 5)``, to its feet."""
        fits = [one for one in self._stretches if abs(one.start - posture) <= ALIKE and one.end >= UPRIGHT]
        return self._smoothest(fits, last, None)

    def _smoothest(self, found: list[Stretch], last: Tensor, first: Tensor | None) -> Tensor | None:
        def jump(one: Stretch) -> float:
            after = 0.0 if first is None else self.distance(one.codes[-1:], first)
            return self.distance(last, one.codes[:1]) + after

        return min(found, key=jump).codes if found else None

    @cached_property
    def _stretches(self) -> list[Stretch]:
        if self.reranker is None:
            return []
        codes = [one.codes for text in SENTENCES for one in self.reranker.nearest([text], MOST, MARGIN, LEAST)]
        return [stretch for one in codes for stretch in self._cut(one)]

    def _cut(self, codes: Tensor) -> list[Stretch]:
        """The getting down at the start of a motion and the getting up at its end, where it has them."""
        heights = self.heights(codes)
        down = (heights <= heights.min() + RESTING).nonzero()[:, 0]
        if heights.min() > LOW:
            return []
        found, first, last = [], int(down[0]), int(down[-1])
        if heights[0] >= UPRIGHT:
            begin = max(int((heights[:first] >= UPRIGHT).nonzero()[-1]) - 1, 0)
            found.append((begin, first + 1))
        if heights[-1] >= UPRIGHT:
            erect = (heights[last:] >= ERECT).nonzero()
            found.append((last, last + int(erect[0]) + 1 if len(erect) else len(codes)))
        return [Stretch(codes[a:b], float(heights[a]), float(heights[b - 1])) for a, b in found]


@cache
def standing_height() -> float:
    """Height of the pelvis (m) of the mean body when it stands."""
    return Signals(BodyModel.load().joints(torch.zeros(2, 24, 3), torch.zeros(2, 3)).numpy()).standing

"""Which exemplars may guide the candidates of a clause."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from hmvlm.motion.facts import facts_of_features
from hmvlm.rankers.exemplars import Exemplar
from hmvlm.rankers.reranker import Reranker
from hmvlm.tasks.adapting import Adapting
from hmvlm.tasks.checks import checks, detailed
from hmvlm.tasks.composites import ARMS
from hmvlm.tasks.nearest import Nearest
from hmvlm.tasks.placed_hands import hands_in
from hmvlm.tasks.plan import Clause
from hmvlm.tasks.rewording import lowers_arms
from hmvlm.tasks.sections import Section
from hmvlm.tasks.told import agreeing, at_odds, counted
from hmvlm.tasks.transitions import ALIKE, LOW, UPRIGHT, Transitions

KEPT = 9
"""Exemplars of a clause, the nearest of those of which most checks hold."""
SEATED = 0.45
"""Posture from which on a body may sit on a chair."""
LAST = 5
"""Steps of which the last one's posture is measured."""
SMOOTH = 0.34
"""Share of the exemplars, those that start most like the motion so far ends, of which one goes on from it."""
SEAM = 9.0
"""Largest distance of the last and the first step of an exemplar that is repeated to fill a stated length."""
AGAIN = 25
"""Steps up to which an action that is to be done repeatedly is repeated: 5 s."""
_REPEATED = re.compile(
    r"\b(?:repeatedly|continuously|constantly|over and over|again and again|(?:several|multiple|many|a few|some) times"
    r"|multiple|several)\b",
    re.I,
)
LONG_ENOUGH = 0.7
"""Share of a stated length that an exemplar should have, where one has."""
ENOUGH_WHOLE = 3
"""Exemplars as long as is stated from which on shorter ones of a gait are left out."""


@dataclass(frozen=True)
class Guide:
    """Codes ``(S, 5)`` that guide a candidate, and the caption of the exemplar that they are of with its similarity.

    ``chance`` is added to the candidate's score, so that another seed may choose another exemplar.
    """

    codes: Tensor
    text: str
    similarity: float
    chance: float = 0.0


@dataclass(frozen=True)
class SoFar:
    """The motion that a clause goes on from: codes ``(S, 5)``, none at the start, and the posture at its end."""

    codes: Tensor
    posture: float | None = None

    def __len__(self) -> int:
        return len(self.codes)


class Guiding:
    """Chooses guides.

    Args:
        reranker: has the exemplars.
        frames: features of codes, to measure what the exemplars show.
        vectors: codebook vectors ``(S, 5, D)`` of codes ``(S, 5)``.
        encode: codes of features; without it exemplars are taken on the course and in the tempo that they have.
    """

    def __init__(
        self,
        reranker: Reranker | None,
        frames: Callable[[list[Tensor]], list[Tensor]],
        vectors: Callable[[Tensor], Tensor],
        encode: Callable[[Tensor], Tensor] | None = None,
    ) -> None:
        self.reranker, self.frames, self.vectors = reranker, frames, vectors
        self.adapting = Adapting(frames, encode, vectors)
        self.transitions = Transitions(reranker, frames, self._distance)
        self.nearest = Nearest(reranker, vectors, self._filling)

    def __call__(self, section: Section, so_far: Sequence[SoFar]) -> list[list[Guide]]:
        """The guides of each variation, those with the nearest captions first; ``so_far`` is what each goes on from."""
        found = self._found(section)
        columns = [self._led_to(self._going_on(found, before), before, section) for before in so_far]
        return [_unlike([Guide(one.codes, one.text, one.similarity) for one in column]) for column in columns]

    def _found(self, section: Section) -> list[Exemplar]:
        """Exemplars of a section, nearest first: those that are long enough, and show the count, side … that is asked
        for. Measuring takes time before the first step, so the action alone is not looked for.
        """
        clause = section.clause
        found = agreeing(self.nearest(clause), clause)
        if clause.stays_down:
            found = self._down(found, clause, section.longest)
        if clause.arms == "put" and not lowers_arms(clause.asked):
            found = self.adapting.held(found)
        if section.steps is None:
            whole = [one for one in found if len(one.codes) <= section.longest]
            found = whole or [replace(one, codes=one.codes[: section.longest]) for one in found]
            if clause.count is None and _REPEATED.search(clause.asked):
                found = [replace(one, codes=self._again(one.codes, section.longest)) for one in found]
        else:
            found = [one for one in found if len(one.codes) >= LONG_ENOUGH * section.steps] or found
            whole = [one for one in found if len(one.codes) >= section.steps]
            found = whole if clause.gait and len(whole) >= ENOUGH_WHOLE else found  # no gait breaks off
            found = [self._filling(one, section.steps) for one in found]
        found = self.adapting.with_hands(found[:KEPT] if hands_in(clause.asked) else found, clause)
        found = self.adapting.far(found, clause, section.longest)
        found = self.adapting.on_course(found[:KEPT] if clause.path else found, clause, section.longest)
        miscounted = any(at_odds(one, clause) for one in found)
        if section.whole and (miscounted or (detailed(clause) and len(found) > 1)):
            found = self._showing(clause, found, section.longest)
        return self.adapting.in_tempo(found[:KEPT], clause, section.longest) if section.whole else found[:KEPT]

    def _down(self, found: list[Exemplar], clause: Clause, longest: int) -> list[Exemplar]:
        """The exemplars without their getting up, for a clause that ends down; where none gets as low as it tells,
        others that show the posture alone.
        """
        depth = clause.depth
        if depth is not None:
            alone = (self.nearest(replace(clause, text=text, prompt="", sought="")) for text in clause.posture)
            found = next(
                filter(None, (self.transitions.low(one, depth) for one in itertools.chain([found], alone))), found
            )
        found = [replace(one, codes=self.transitions.lowered(one.codes)) for one in found]
        if depth is None:
            return found
        return [self.adapting.resting(one, self.transitions.first_down(one.codes), longest) for one in found]

    def _again(self, codes: Tensor, longest: int) -> Tensor:
        """Codes ``(S, 5)`` of an action as often as fits into ``AGAIN`` steps, once at least."""
        return codes.repeat(max(1, min(AGAIN, longest) // len(codes)), 1)

    def _filling(self, exemplar: Exemplar, steps: int) -> Exemplar:
        """The exemplar, repeated where it is shorter than ``steps`` and ends about where it begins."""
        codes = exemplar.codes
        if len(codes) >= steps or self._distance(codes[-1:], codes[:1]) > SEAM:
            return exemplar
        return replace(exemplar, codes=codes.repeat(math.ceil(steps / len(codes)), 1)[:steps])

    def _distance(self, before: Tensor, after: Tensor) -> float:
        """Distance of two steps ``(1, 5)``: that of their codebook vectors, summed over the parts."""
        return float((self.vectors(after) - self.vectors(before)).norm(dim=-1).sum())

    def _going_on(self, found: list[Exemplar], before: SoFar) -> list[Exemplar]:
        """Those exemplars that start like a motion ends; all where there is none."""
        if not len(before) or len(found) < 2:
            return found
        posture = self._posture(before)
        if posture is not None:
            found = [one for one in found if abs(one.posture - posture) <= ALIKE] or found
        away = [self._distance(before.codes[-1:], one.codes[:1]) for one in found]
        limit = sorted(away)[math.ceil(SMOOTH * len(away)) - 1]
        return [one for one, distance in zip(found, away, strict=True) if distance <= limit]

    def _led_to(self, found: list[Exemplar], before: SoFar, section: Section) -> list[Exemplar]:
        """The exemplars as a body in the posture of a motion so far can follow them.

        Those that start in another posture come after a stretch that leads there; one that is to get up does so from
        where it is. On a seat, those that leave the legs alone move the arms only.
        """
        posture = self._posture(before)
        if posture is None:
            return found
        before = replace(before, posture=posture)
        if section.clause.arms == "kept":
            return self.adapting.with_arms(self._follow(found, before, section), before.codes)
        if (
            found
            and lowers_arms(section.clause.asked)
            and (down := self.adapting.lowered_arms(before.codes)) is not None
        ):
            return [replace(found[0], codes=down[: section.longest])]
        return self._follow(found, before, section)

    def _posture(self, before: SoFar) -> float | None:
        """The posture at the end of a motion; None before its first step."""
        if before.posture is not None or not len(before):
            return before.posture
        return float(self.transitions.heights(before.codes[-LAST:])[-1])

    def _follow(self, found: list[Exemplar], before: SoFar, section: Section) -> list[Exemplar]:
        assert before.posture is not None
        if section.clause.returns:
            found = self.adapting.back(found, section.clause, before.codes, section.longest)
        last, posture = before.codes[-1:], before.posture
        rise = self.transitions.rise(last, posture) if section.clause.gets_up and posture < LOW else None
        if rise is not None:
            return [replace(one, codes=rise[: section.longest]) for one in found if one.posture < UPRIGHT] or found
        return [self._following(one, last, posture, section) for one in found]

    def _following(self, exemplar: Exemplar, last: Tensor, posture: float, section: Section) -> Exemplar:
        if abs(exemplar.posture - posture) <= ALIKE:
            return exemplar
        if posture < LOW and (down := self.transitions.from_below(exemplar.codes, last, posture)) is not None:
            return replace(exemplar, codes=down)
        seated = posture >= SEATED and self.nearest.still(exemplar.codes)
        seated = seated or (section.clause.still_down and self.transitions.in_place(exemplar.codes))
        if posture < UPRIGHT <= exemplar.posture and seated:
            codes = last.repeat(len(exemplar.codes), 1)
            codes[:, ARMS] = exemplar.codes[:, ARMS]
            return replace(exemplar, codes=codes)
        way = self.transitions.between(last, posture, exemplar.codes[:1], exemplar.posture)
        return exemplar if way is None else replace(exemplar, codes=torch.cat([way, exemplar.codes])[: section.longest])

    def _showing(self, clause: Clause, found: list[Exemplar], longest: int) -> list[Exemplar]:
        """Those exemplars of which most checks hold, some repeated or cut where the clause states a count."""
        raw = self.frames([one.codes for one in found])
        facts = facts_of_features(raw)
        made = [
            new
            for one, shown, seen in zip(found, raw, facts, strict=True)
            for new in counted(one, shown, seen, clause, longest)
        ]
        if made:
            kept = [pair for pair in zip(found, facts, strict=True) if not at_odds(pair[0], clause)]
            facts = [*(seen for _, seen in kept), *facts_of_features(self.frames([one.codes for one in made]))]
            found = [*(one for one, _ in kept), *made]
        held = [sum(check.found + check.clear for check in checks(clause, seen)) for seen in facts]
        shown = [one for one, count in zip(found, held, strict=True) if count == max(held)]
        return sorted(shown, key=lambda one: -one.similarity)


def _unlike(guides: list[Guide]) -> list[Guide]:
    """Guides without those whose codes an earlier one has."""
    found: dict[bytes, Guide] = {}
    for one in guides:
        found.setdefault(one.codes.numpy().tobytes(), one)
    return list(found.values())

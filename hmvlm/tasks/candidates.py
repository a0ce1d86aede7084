"""Candidates of a clause: decoded, measured, scored and checked together."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from hmvlm.body.skeleton import NUM_PARTS
from hmvlm.config import TEMPORAL_STRIDE
from hmvlm.motion.facts import Facts, facts_of_features
from hmvlm.rankers.reranker import Reranker
from hmvlm.tasks.checks import Check, checks, requirements
from hmvlm.tasks.guides import Guide
from hmvlm.tasks.plan import Clause
from hmvlm.tokenizer.model import BodyPartTokenizer

CONTEXT_STEPS = 5
"""Steps of the motion so far that a clause is continued from."""
NEARNESS_WEIGHT, NEARNESS = 4.0, 0.6
"""Score of a guided candidate for the similarity of its exemplar's caption to the prompt: weight, and similarity of 0.
"""

CHANCE = 0.2
"""Scale of the Gumbel noise by which exemplars whose scores are nearly equal change places from seed to seed."""

DECODED = 200
"""Decoded motions that are kept: exemplars are looked at several times on their way to a guide."""


@dataclass(frozen=True)
class Candidate:
    """New codes ``(S, 5)`` of a clause with their score and the checks of the clause.

    Attributes:
        posture: at its end (:class:`hmvlm.motion.facts.Posture`); None where it is not measured.
        exemplar: caption of the training motion that guided it; "" without one.
    """

    score: float
    codes: Tensor
    checks: tuple[Check, ...]
    posture: float | None = None
    exemplar: str = ""

    @property
    def key(self) -> tuple[int, float]:
        """What the best candidate is greatest in: checks that hold, clearly ones twice, then the score."""
        return sum(check.found + (check.found and check.clear) for check in self.checks), self.score

    @property
    def complete(self) -> bool:
        """Whether nothing that is checked is missing or unclear."""
        return all(check.found and check.clear for check in self.checks)


def first_candidate(codes: Sequence[Tensor], variation: int, width: int) -> Candidate:
    """Of unfinished candidates, in the order of :class:`Judge`, the first of a variation that has steps, unjudged."""
    empty = torch.zeros(0, NUM_PARTS, dtype=torch.long)
    return Candidate(0.0, next(filter(len, codes[variation::width]), empty), ())


class Judge:
    """Scores and checks candidates; without a reranker every score is 0."""

    def __init__(self, tokenizer: BodyPartTokenizer, reranker: Reranker | None) -> None:
        self.tokenizer, self.reranker = tokenizer, reranker
        self._decoded: dict[bytes, Tensor] = {}

    def __call__(
        self,
        clause: Clause,
        codes: Sequence[Tensor],
        before: Sequence[Tensor],
        checked: bool,
        guides: Sequence[Guide | None] = (),
    ) -> list[list[Candidate]]:
        """The candidates of each of V variations, of which ``before`` are the codes so far, best first.

        Args:
            codes: new codes; candidate c of variation v is row ``c * V + v``. Empty ones are passed over.
            checked: whether the clause is to be checked; candidates after the first complete one are then left out.
            guides: of the rows; a guided candidate's score counts how near its exemplar's caption is to the prompt, and
                its chance.
        """
        width = len(before)
        places = [row for row, new in enumerate(codes) if len(new)]
        context = [before[row % width] for row in places]
        made = self._judged(
            clause, [codes[row] for row in places], context, checked, [guides[row] for row in places] if guides else ()
        )
        pools: list[list[Candidate]] = [[] for _ in before]
        for row, one in sorted(zip(places, made, strict=True), key=lambda pair: -pair[1].score):
            pool = pools[row % width]
            if not pool or not pool[-1].complete:  # the best-scored one of which nothing is missing is the one to keep
                pool.append(one)
        return pools

    def ranked(self, clause: Clause, guides: Sequence[Guide], before: Tensor, checked: bool, seed: int) -> list[Guide]:
        """Guides as if they were candidates that go on from codes ``before``, best first; the seed deals chances."""
        draw = random.Random(seed)
        dealt = [replace(one, chance=-CHANCE * math.log(draw.expovariate(1.0))) for one in guides]
        if len(dealt) < 2:
            return dealt
        made = self._judged(clause, [one.codes for one in dealt], [before] * len(dealt), checked, dealt)
        order = sorted(range(len(dealt)), key=lambda place: made[place].key, reverse=True)
        return [dealt[place] for place in order]

    def _judged(
        self,
        clause: Clause,
        codes: Sequence[Tensor],
        before: Sequence[Tensor],
        checked: bool,
        guides: Sequence[Guide | None] = (),
    ) -> list[Candidate]:
        """A candidate for each of the codes after those before it."""
        asked = checked and bool(requirements(clause))
        ranked = len(codes) > 1 and self.reranker is not None
        scores = [0.0] * len(codes)
        facts: Sequence[Facts | None] = [None] * len(codes)
        if codes and (ranked or asked):
            raw = self.frames(before, codes)
            facts = measured = facts_of_features(raw)
            if ranked and self.reranker is not None:
                scores = self.reranker.scores(clause.asked, raw, measured).tolist()
        return [
            Candidate(
                score + (0.0 if guide is None else _of_guide(guide)),
                new,
                checks(clause, seen) if asked and seen is not None else (),
                None if seen is None else seen.posture.end,
                "" if guide is None else guide.text,
            )
            for score, new, seen, guide in zip(
                scores, codes, facts or [None] * len(codes), guides or [None] * len(codes), strict=True
            )
        ]

    def checks(self, clause: Clause, codes: Sequence[Tensor], starts: Sequence[int]) -> list[tuple[Check, ...]]:
        """The checks of a clause on the steps of several motions from ``starts`` on."""
        before = [one[:start] for one, start in zip(codes, starts, strict=True)]
        raw = self.frames(before, [one[start:] for one, start in zip(codes, starts, strict=True)])
        return [checks(clause, one) for one in facts_of_features(raw)]

    def frames(self, before: Sequence[Tensor], new: Sequence[Tensor]) -> list[Tensor]:
        """Features ``(4 S, 221)`` of new codes ``(S, 5)``, decoded after the last steps of the motion before them.

        The decoder normalises over time, so that only motions of equal length are decoded together.
        """
        context = [one[-CONTEXT_STEPS:] for one in before]
        joined = [torch.cat(pair) for pair in zip(context, new, strict=True)]
        keys = [one.numpy().tobytes() for one in joined]
        groups: dict[int, dict[bytes, Tensor]] = {}
        for key, one in zip(keys, joined, strict=True):
            if key not in self._decoded:
                groups.setdefault(len(one), {})[key] = one
        found = {key: self._decoded[key] for key in keys if key in self._decoded}
        for alike in groups.values():
            decoded = self.tokenizer.decode_features(torch.stack([*alike.values()]))
            found |= {key: raw.clone() for key, raw in zip(alike, decoded, strict=True)}
        self._decoded |= found
        for old in [*self._decoded][: max(0, len(self._decoded) - DECODED)]:
            self._decoded.pop(old, None)
        return [found[key][len(one) * TEMPORAL_STRIDE :] for key, one in zip(keys, context, strict=True)]


def _of_guide(guide: Guide) -> float:
    """What a guide adds to a candidate's score."""
    return NEARNESS_WEIGHT * (guide.similarity - NEARNESS) + guide.chance

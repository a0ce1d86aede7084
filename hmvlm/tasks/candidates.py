"""Candidates of a clause: decoded, measured, scored and checked together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from hmvlm.body.skeleton import NUM_PARTS
from hmvlm.config import TEMPORAL_STRIDE
from hmvlm.motion.facts import facts_of_features
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
            guides: of the rows; a guided candidate's score counts how near its exemplar's caption is to the prompt.
        """
        width = len(before)
        rows = [row for row, new in enumerate(codes) if len(new)]
        ranked, asked = len(rows) > width and self.reranker is not None, checked and bool(requirements(clause))
        scores, measured = dict.fromkeys(rows, 0.0), {}
        if ranked or asked:
            raw = self.frames([before[row % width] for row in rows], [codes[row] for row in rows])
            found = facts_of_features(raw)
            measured = dict(zip(rows, found, strict=True))
            if ranked and self.reranker is not None:
                judged = self.reranker.scores(clause.asked, raw, found).tolist()
                scores = {row: score + _nearness(guides, row) for row, score in zip(rows, judged, strict=True)}
        pools = []
        for column in range(width):
            pool: list[Candidate] = []
            for row in sorted((row for row in rows if row % width == column), key=lambda row: -scores[row]):
                facts = measured.get(row)
                found_checks = checks(clause, facts) if asked and facts is not None else ()
                posture = None if facts is None else facts.posture.end
                guide = guides[row] if guides else None
                exemplar = "" if guide is None else guide.text
                pool.append(Candidate(scores[row], codes[row], found_checks, posture, exemplar))
                if pool[-1].complete:  # the best-scored one of which nothing is missing is the one to keep
                    break
            pools.append(pool)
        return pools

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
        groups: dict[int, list[int]] = {}
        for row, one in enumerate(joined):
            groups.setdefault(len(one), []).append(row)
        found: dict[int, Tensor] = {}
        for rows in groups.values():
            decoded = self.tokenizer.decode_features(torch.stack([joined[row] for row in rows]))
            found |= {row: raw[len(context[row]) * TEMPORAL_STRIDE :] for row, raw in zip(rows, decoded, strict=True)}
        return [found[row] for row in range(len(joined))]


def _nearness(guides: Sequence[Guide | None], row: int) -> float:
    guide = guides[row] if guides else None
    return 0.0 if guide is None else NEARNESS_WEIGHT * (guide.similarity - NEARNESS)

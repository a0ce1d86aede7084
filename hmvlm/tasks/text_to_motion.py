"""Text-to-motion generation, clause by clause: candidates in one batch, of which the best is kept and continued.

A message is read as a plan (:mod:`hmvlm.tasks.plan`). Each clause is generated from its own prompt and the last steps
of the motion so far; its candidates are scored by :mod:`hmvlm.rankers.reranker` on the clause's own frames and checked
(:mod:`hmvlm.tasks.checks`), and if something is missing more are drawn. Candidates are cheap on a CPU: a decoding step
is bound by reading the model's weights, whatever the batch size.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from hmvlm.body.skeleton import NUM_PARTS
from hmvlm.config import STEPS_PER_SECOND, TEMPORAL_STRIDE
from hmvlm.language.decoding import generate_motion
from hmvlm.language.model import MotionLanguageModel
from hmvlm.language.prompting import UNCONDITIONAL_PROMPT, seconds_in, with_seconds
from hmvlm.language.sampling import Sampling
from hmvlm.motion import features
from hmvlm.motion.clip import Motion
from hmvlm.motion.facts import facts
from hmvlm.motion.foot_lock import lock_feet
from hmvlm.rankers.reranker import Reranker
from hmvlm.tasks.checks import Check, ClauseReport, checks, requirements
from hmvlm.tasks.plan import Clause, plan
from hmvlm.tasks.request import Request
from hmvlm.tasks.sections import Section, clause_sections, section_lengths
from hmvlm.tokenizer.model import BodyPartTokenizer

MAX_ROWS = 64
"""Largest batch of motions."""
PREVIEW_STEPS = 5
"""Time steps between two previews of an unfinished motion."""
TEMPERATURE = 0.9
"""Default sampling temperature of motion, chosen with ``train.evaluation.sampling_sweep``."""
CONTEXT_STEPS = 5
"""Steps of the motion so far that a clause is continued from."""
SEED_STRIDE = 1_013_904_223
"""Difference between the seeds of two clauses or rounds; the first round of the first clause has the given seed."""
Gate = Callable[[str], Tensor]


@dataclass(frozen=True)
class MotionEvent:
    """A time step of 0.2 s is generated; ``total`` is None where the model decides the length.

    With ``preview=True`` the event contains a candidate's motion so far, once a second. ``clause`` of ``clauses``
    counts from 0.
    """

    step: int
    total: int | None
    motion: Motion | None = None
    clause: int = 0
    clauses: int = 1


@dataclass(frozen=True)
class Generation:
    """The motions, one per variation, and the plan of each as it was carried out."""

    motions: list[Motion]
    plans: list[list[ClauseReport]]


@dataclass(frozen=True)
class _Candidate:
    score: float
    codes: Tensor
    checks: tuple[Check, ...]

    @property
    def key(self) -> tuple[int, float]:
        return sum(check.found for check in self.checks), self.score

    @property
    def complete(self) -> bool:
        return all(check.found for check in self.checks)


class MotionGenerator:
    """Generates motions for a text; without a reranker there is one candidate."""

    def __init__(
        self, language: MotionLanguageModel, tokenizer: BodyPartTokenizer, reranker: Reranker | None = None
    ) -> None:
        self.language, self.tokenizer, self.reranker = language, tokenizer, reranker

    def candidates(self, variations: int = 1) -> int:
        """Candidates per variation, fewer where many variations are requested."""
        if self.reranker is None:
            return 1
        return max(1, min(self.language.config.candidates, MAX_ROWS // variations))

    def run(
        self, request: Request, alpha: Tensor, unconditional_alpha: Tensor, gate: Gate | None = None
    ) -> Iterator[MotionEvent | Generation]:
        """Motion events, then the motions, one per variation.

        Args:
            request: text, length, sampling, variations, preview and cancel apply. A cancelled generation gives the
                motions so far, none before the first step.
            alpha: gate weights ``(1 + E,)`` of the text; unconditional_alpha: those of ``UNCONDITIONAL_PROMPT``.
            gate: gate weights of a clause's text; without it ``alpha`` serves for every clause.
        """
        clauses = plan(request.text, request.seconds).clauses
        variations = request.variations
        done = [torch.zeros(0, NUM_PARTS, dtype=torch.long) for _ in range(variations)]
        plans: list[list[ClauseReport]] = [[] for _ in range(variations)]
        known = [clause.seconds for clause in clauses]
        total = None if None in known else sum(sum(section_lengths(clause.seconds or 0.0)) for clause in clauses)
        for number, clause in enumerate(clauses):
            if request.cancelled:
                break
            weights = gate(clause.text) if gate is not None and len(clauses) > 1 else alpha
            first = [len(codes) for codes in done]
            found: list[tuple[Check, ...]] = [()] * variations
            for section in clause_sections(clause, number, len(clauses), max(map(len, done))):
                if request.cancelled:
                    break
                kept = yield from self._section(
                    request, section, done, (weights, unconditional_alpha), (total, len(clauses))
                )
                done = [torch.cat([codes, one.codes]) for codes, one in zip(done, kept, strict=True)]
                found = [one.checks for one in kept]
                if not section.whole:
                    found = [self._checks(clause, codes, start) for codes, start in zip(done, first, strict=True)]
            for reports, start, codes, asked in zip(plans, first, done, found, strict=True):
                if len(codes) > start:
                    reports.append(
                        ClauseReport(clause.text, start / STEPS_PER_SECOND, len(codes) / STEPS_PER_SECOND, asked)
                    )
        motions = [self.tokenizer.decode(codes, text=request.text) for codes in done if len(codes)]
        if request.foot_lock:
            motions = [lock_feet(motion) for motion in motions]
        yield Generation(motions, plans[: len(motions)])

    def _section(
        self,
        request: Request,
        section: Section,
        done: list[Tensor],
        alphas: tuple[Tensor, Tensor],
        progress: tuple[int | None, int],
    ) -> Generator[MotionEvent, None, list[_Candidate]]:
        """Draw candidates of a section until nothing is missing or the rounds are over; the best of each variation."""
        variations = request.variations
        pools: list[list[_Candidate]] = [[] for _ in range(variations)]
        rounds = 1 + (self.language.config.redraws if self.candidates(variations) > 1 and section.whole else 0)
        for turn in range(rounds):
            codes: list[Tensor] = []
            for codes in self._draw(request, section, done, alphas, turn):
                step = max(map(len, done)) + max(map(len, codes))
                preview = request.preview and turn == 0 and step % PREVIEW_STEPS == 0
                shown = self.tokenizer.decode(torch.cat([done[0], codes[0]]), text=request.text) if preview else None
                if turn == 0:
                    yield MotionEvent(step, progress[0], shown, section.number, progress[1])
                if request.cancelled:
                    break
            if not turn or not request.cancelled:
                for pool, found in zip(pools, self._judged(section, codes, done), strict=True):
                    pool.extend(found)
            kept = [max(pool, key=lambda one: one.key) for pool in pools]
            if request.cancelled or all(one.complete for one in kept):
                break
        return kept

    def _draw(
        self, request: Request, section: Section, done: list[Tensor], alphas: tuple[Tensor, Tensor], turn: int
    ) -> Iterator[list[Tensor]]:
        text, length, builder = section.clause.text, section.seconds, self.language.builder
        prompt = builder.prompt(text if seconds_in(text) == length else with_seconds(text, length))
        unconditional = builder.prompt(with_seconds(UNCONDITIONAL_PROMPT, length)), alphas[1]
        sampling = request.sampling(TEMPERATURE, self.language.config.guidance)
        so_far = max(map(len, done))
        return generate_motion(
            self.language,
            prompt,
            alphas[0],
            _moved(sampling, 4 * so_far + turn),
            section.steps,
            request.variations * self.candidates(request.variations),
            unconditional,
            request.variations,
            [codes[-CONTEXT_STEPS:] for codes in done] if so_far else (),
            section.shortest,
            section.longest,
        )

    def _judged(self, section: Section, codes: list[Tensor], done: list[Tensor]) -> list[list[_Candidate]]:
        """The candidates of each variation with scores and checks; candidate c of variation v is row
        ``c * variations + v``."""
        variations = len(done)
        raw = [self._frames(done[row % variations], new) for row, new in enumerate(codes)]
        scores, measured = [0.0] * len(raw), []
        ranked = self.reranker is not None and len(raw) > variations
        asked = section.whole and bool(requirements(section.clause))
        if ranked or asked:
            measured = [facts(features.decode(one)) for one in raw]
        if self.reranker is not None and ranked:
            scores = self.reranker.scores(section.clause.text, raw, measured).tolist()
        pools = []
        for column in range(variations):
            pool: list[_Candidate] = []
            for row in sorted(range(column, len(raw), variations), key=lambda row: -scores[row]):
                found = checks(section.clause, measured[row]) if asked else ()
                pool.append(_Candidate(scores[row], codes[row], found))
                if pool[-1].complete:  # the best-scored one of which nothing is missing is the one to keep
                    break
            pools.append(pool)
        return pools

    def _frames(self, before: Tensor, new: Tensor) -> Tensor:
        """Features ``(4 S, 221)`` of new codes ``(S, 5)``, decoded after the last steps of the motion before them."""
        context = before[-CONTEXT_STEPS:]
        return self.tokenizer.decode_features(torch.cat([context, new]))[len(context) * TEMPORAL_STRIDE :]

    def _checks(self, clause: Clause, codes: Tensor, start: int) -> tuple[Check, ...]:
        """The checks of a clause on all of its sections, the steps from ``start``."""
        return checks(clause, facts(features.decode(self._frames(codes[:start], codes[start:]))))


def _moved(sampling: Sampling, places: int) -> Sampling:
    if sampling.seed is None or not places:
        return sampling
    return replace(sampling, seed=(sampling.seed + places * SEED_STRIDE) % 2**62)

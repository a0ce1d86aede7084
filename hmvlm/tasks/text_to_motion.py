"""Text-to-motion generation, clause by clause: candidates in one batch, of which the best is kept and continued.

A message is read as a plan (:mod:`hmvlm.tasks.plan`). Each clause is generated from its own prompt and the last steps
of the motion so far; its candidates are scored by :mod:`hmvlm.rankers.reranker` on the clause's own frames and checked
(:mod:`hmvlm.tasks.checks`), and if something is missing more are drawn. Rows that have ended leave the batch.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace

import torch
from torch import Tensor

from hmvlm import limits
from hmvlm.body.skeleton import NUM_PARTS
from hmvlm.config import MAX_STEPS, STEPS_PER_SECOND
from hmvlm.language.decoding import generate_motion
from hmvlm.language.model import MotionLanguageModel
from hmvlm.language.motion_batch import MotionBatch
from hmvlm.language.prompting import UNCONDITIONAL_PROMPT, seconds_in, with_seconds
from hmvlm.language.room import Room
from hmvlm.language.sampling import Sampling
from hmvlm.language.sequence import TokenSequence
from hmvlm.language.stream import bytes_a_position
from hmvlm.motion import features
from hmvlm.motion.foot_lock import lock_feet
from hmvlm.rankers.reranker import Reranker
from hmvlm.tasks.candidates import CONTEXT_STEPS, Candidate, Judge, first_candidate
from hmvlm.tasks.checks import Check, ClauseReport
from hmvlm.tasks.events import Generation, MotionEvent
from hmvlm.tasks.finishing import as_told
from hmvlm.tasks.guides import Guide, Guiding, SoFar
from hmvlm.tasks.plan import plan
from hmvlm.tasks.previews import Previews
from hmvlm.tasks.request import Request
from hmvlm.tasks.rounds import apart, known, rows_of_round
from hmvlm.tasks.sections import Section, clause_sections, section_lengths
from hmvlm.tokenizer.model import BodyPartTokenizer

MAX_ROWS = 64
"""Largest batch of motions."""
TEMPERATURE = 0.9
"""Default sampling temperature of motion, chosen with ``train.evaluation.sampling_sweep``."""
ENOUGH = 0.9
"""Share of the candidates that have to end where the model decides the length; the longest are given up."""
SEED_STRIDE = 1_013_904_223
"""Difference between the seeds of two clauses or rounds; the first round of the first clause has the given seed."""
Gate = Callable[[str], Tensor]


class MotionGenerator:
    """Generates motions for a text; without a reranker there is one candidate.

    Generations that are under way at the same time, each in a thread of its own, are drawn together; ``room`` is the
    memory for their caches, without end if None. One thread at a time may run: the others wait between two events, and
    ``crowded`` tells whether there are any.
    """

    def __init__(
        self,
        language: MotionLanguageModel,
        tokenizer: BodyPartTokenizer,
        reranker: Reranker | None = None,
        room: Room | None = None,
        crowded: Callable[[], bool] = lambda: False,
    ) -> None:
        self.language, self.tokenizer, self.reranker = language, tokenizer, reranker
        self.judge = Judge(tokenizer, reranker)
        self.batch = MotionBatch(language, room, crowded)
        self._guiding = Guiding(
            reranker,
            lambda codes: self.judge.frames([one[:0] for one in codes], codes),
            lambda codes: tokenizer.motion_quantizer.lookup(codes[None])[0],
            tokenizer.encode_features,
        )

    def candidates(self, variations: int = 1, tokens: int = 0) -> int:
        """Candidates per variation, fewer where many variations are requested or the prompt has many tokens.

        The language model's cache of all rows together stays within :data:`hmvlm.limits.CACHE_BYTES`.
        """
        if self.reranker is None:
            return 1
        each = bytes_a_position(self.language)
        row = 2 * (tokens + CONTEXT_STEPS + MAX_STEPS) * each  # twice: with and without the prompt
        return max(1, min(self.language.config.candidates, min(MAX_ROWS, limits.CACHE_BYTES // row) // variations))

    def run(
        self, request: Request, alpha: Tensor, unconditional_alpha: Tensor, gate: Gate | None = None
    ) -> Generator[MotionEvent | Generation, None, None]:
        """Motion events, then the motions, one per variation.

        Args:
            request: text, length, sampling, variations, preview and cancel apply. A cancelled generation gives the
                motions so far, the first candidates as they were drawn, none before the first step.
            alpha: gate weights ``(1 + E,)`` of the text; unconditional_alpha: those of ``UNCONDITIONAL_PROMPT``.
            gate: gate weights of a clause's text; without it ``alpha`` serves for every clause.
        """
        clauses = plan(request.text, request.seconds).clauses
        variations = request.variations
        done = [SoFar(torch.zeros(0, NUM_PARTS, dtype=torch.long))] * variations
        plans: list[list[ClauseReport]] = [[] for _ in range(variations)]
        known = [clause.seconds for clause in clauses]
        total = None if None in known else sum(sum(section_lengths(clause.seconds or 0.0)) for clause in clauses)
        for number, clause in enumerate(clauses):
            if request.cancelled:
                break
            weights = gate(clause.asked) if gate is not None and len(clauses) > 1 else alpha
            first = list(map(len, done))
            found: list[tuple[Check, ...]] = [()] * variations
            exemplars = [""] * variations
            for section in clause_sections(clause, number, len(clauses), max(map(len, done))):
                if request.cancelled:
                    break
                kept = yield from self._section(
                    request, section, done, (weights, unconditional_alpha), (total, len(clauses))
                )
                done = [
                    SoFar(torch.cat([before.codes, one.codes]), one.posture)
                    for before, one in zip(done, kept, strict=True)
                ]
                exemplars = [one.exemplar for one in kept]
                found = [one.checks for one in kept]
                if not section.whole and not request.cancelled:
                    found = self.judge.checks(clause, [one.codes for one in done], first)
            for reports, start, one, asked, exemplar in zip(plans, first, done, found, exemplars, strict=True):
                if len(one) > start:
                    times = start / STEPS_PER_SECOND, len(one) / STEPS_PER_SECOND
                    reports.append(ClauseReport(clause.text, *times, asked, exemplar))
        motions = [
            features.decode(as_told(self.tokenizer.decode_features(one.codes), clauses, reports), request.text)
            for one, reports in zip(done, plans, strict=True)
            if len(one)
        ]
        if request.foot_lock and not request.cancelled:
            motions = [lock_feet(motion) for motion in motions]
        yield Generation(motions, plans[: len(motions)])

    def _section(
        self,
        request: Request,
        section: Section,
        done: list[SoFar],
        alphas: tuple[Tensor, Tensor],
        progress: tuple[int | None, int],
    ) -> Generator[MotionEvent, None, list[Candidate]]:
        """The best candidate of a section for each variation.

        Variations of which something is missing are drawn again, together for at most as many steps as the first round.
        """
        pools: list[list[Candidate]] = [[] for _ in done]
        rounds = 1 + (self.language.config.redraws if self.candidates(len(done)) > 1 and section.whole else 0)
        missing, budget = list(range(len(done))), 0
        previews = Previews(self.tokenizer, request, section, done, progress)
        ranked = self._ranked(request, section, done)
        most = self.candidates(len(done), len(self._prompt(section)))
        if request.preview and ranked[0] and not request.cancelled:
            yield previews.draft(ranked[0][0].codes)
        for turn in range(rounds):
            codes: list[Tensor] = []
            so_far = [done[column] for column in missing]
            guiding = rows_of_round([ranked[column] for column in missing], turn, most)
            for codes in self._draw(request, section, so_far, alphas, (turn, missing), guiding):
                if turn == 0 and (shown := previews.drawn(codes)) is not None:
                    yield shown
                elif not any(map(len, codes)) or self.batch.crowded():  # it waits, or draws again while others wait
                    yield replace(previews.last, motion=None)
                if request.cancelled:
                    break
            if request.cancelled:
                if not turn:
                    return [first_candidate(codes, column, len(done)) for column in range(len(done))]
            else:
                before = [one.codes for one in so_far]
                judged = self.judge(section.clause, codes, before, section.whole, guiding)
                for column, found in zip(missing, judged, strict=True):
                    pools[column].extend(found)
            steps = sum(map(len, codes))
            budget = steps if turn == 0 else budget - steps
            kept = [max(pool, key=lambda one: one.key) for pool in pools]
            drawn = len(missing)
            missing = [at for at, one in enumerate(kept) if not one.complete and not known(ranked[at])]
            if request.cancelled or not missing or steps * len(missing) > budget * drawn:
                break
        return kept

    def _draw(
        self,
        request: Request,
        section: Section,
        done: list[SoFar],
        alphas: tuple[Tensor, Tensor],
        place: tuple[int, list[int]],
        guiding: list[Guide | None],
    ) -> Iterator[list[Tensor]]:
        """Codes of a round, step by step; ``place`` is its number and the numbers of the variations in ``done``."""
        prompt = self._prompt(section)
        without = self.language.builder.prompt(with_seconds(UNCONDITIONAL_PROMPT, section.seconds))
        sampling = request.sampling(TEMPERATURE, self.language.config.guidance)
        so_far = max(map(len, done))
        return generate_motion(
            self.language,
            prompt,
            alphas[0],
            _moved(sampling, 4 * so_far + place[0]),
            section.steps,
            len(guiding),
            (without, alphas[1]),
            place[1],
            [one.codes[-CONTEXT_STEPS:] for one in done] if so_far else (),
            section.shortest,
            section.longest,
            ENOUGH,
            batch=self.batch,
            cancel=request.cancel,
            guides=[None if one is None else one.codes for one in guiding],
        )

    def _ranked(self, request: Request, section: Section, done: list[SoFar]) -> list[list[Guide]]:
        """The guides of every variation, best first; none where the draw is to be by the language model alone."""
        if not request.exemplars or self.reranker is None:
            return [[] for _ in done]
        seed = secrets.randbits(62) if request.seed is None else request.seed
        return apart(
            [
                self.judge.ranked(section.clause, guides, before.codes, section.whole, seed + number)
                for number, (guides, before) in enumerate(zip(self._guiding(section, done), done, strict=True))
            ]
        )

    def _prompt(self, section: Section) -> TokenSequence:
        text, length = section.clause.asked, section.seconds
        return self.language.builder.prompt(text if seconds_in(text) == length else with_seconds(text, length))


def _moved(sampling: Sampling, places: int) -> Sampling:
    if sampling.seed is None or not places:
        return sampling
    return replace(sampling, seed=(sampling.seed + places * SEED_STRIDE) % 2**62)

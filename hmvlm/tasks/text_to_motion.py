"""Text-to-motion generation with reranking: several candidates in one batch, of which the best is kept.

Candidates are cheap on a CPU: a decoding step is bound by reading the model's weights, whatever the batch size. They
are scored by :mod:`hmvlm.rankers.reranker`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor

from hmvlm.config import MAX_STEPS, STEPS_PER_SECOND
from hmvlm.language.decoding import generate_motion
from hmvlm.language.model import MotionLanguageModel
from hmvlm.language.prompting import UNCONDITIONAL_PROMPT, clipped_seconds, seconds_in, with_seconds
from hmvlm.motion import features
from hmvlm.motion.clip import Motion
from hmvlm.motion.foot_lock import lock_feet
from hmvlm.rankers.reranker import Reranker
from hmvlm.tasks.request import Request
from hmvlm.tokenizer.model import BodyPartTokenizer

MAX_ROWS = 64
"""Largest batch of motions."""
PREVIEW_STEPS = 5
"""Time steps between two previews of an unfinished motion."""
TEMPERATURE = 0.9
"""Default sampling temperature of motion, chosen with ``train.evaluation.sampling_sweep``."""


@dataclass(frozen=True)
class MotionEvent:
    """A time step of 0.2 s is generated; ``total`` is None where the model decides the length.

    With ``preview=True`` the event contains a candidate's motion so far, once a second.
    """

    step: int
    total: int | None
    motion: Motion | None = None


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

    def run(self, request: Request, alpha: Tensor, unconditional_alpha: Tensor) -> Iterator[MotionEvent | list[Motion]]:
        """Motion events, then the motions, one per variation.

        Args:
            request: text, length, sampling, variations, preview and cancel apply. A cancelled generation gives the
                motions so far, none before the first step.
            alpha: gate weights ``(1 + E,)`` of the text; unconditional_alpha: those of ``UNCONDITIONAL_PROMPT``.
        """
        if request.cancelled:
            yield []
            return
        text, variations = request.text, request.variations
        requested = request.seconds if request.seconds is not None else seconds_in(text)
        length = None if requested is None else clipped_seconds(requested)
        steps = None if length is None else max(1, min(MAX_STEPS, round(length * STEPS_PER_SECOND)))
        builder = self.language.builder
        prompt = builder.prompt(text if seconds_in(text) == length else with_seconds(text, length))
        unconditional = builder.prompt(with_seconds(UNCONDITIONAL_PROMPT, length)), unconditional_alpha
        sampling = request.sampling(TEMPERATURE, self.language.config.guidance)
        rows = variations * self.candidates(variations)
        codes: list[Tensor] = []
        for codes in generate_motion(self.language, prompt, alpha, sampling, steps, rows, unconditional, variations):
            done = max(map(len, codes))
            preview = request.preview and done % PREVIEW_STEPS == 0
            yield MotionEvent(done, steps, self.tokenizer.decode(codes[0], text=text) if preview else None)
            if request.cancelled:
                break
        motions = self._rerank(text, codes, variations)
        yield [lock_feet(motion) for motion in motions] if request.foot_lock else motions

    def _rerank(self, text: str, codes: list[Tensor], variations: int) -> list[Motion]:
        """The best candidate of each variation; candidate c of variation v is row ``c * variations + v``."""
        raw = [self.tokenizer.decode_features(row) for row in codes]
        motions = [features.decode(row, text=text) for row in raw]
        if self.reranker is None or len(raw) == variations:
            return motions
        scores = self.reranker.scores(text, raw, motions).view(-1, variations)
        return [motions[best * variations + column] for column, best in enumerate(scores.argmax(0).tolist())]

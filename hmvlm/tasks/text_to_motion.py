"""From words to motion: several candidates drawn side by side, the one that fits the words best kept.

Candidates cost little: on a CPU a step of the language model reads all its weights whether it draws one motion
or a dozen. Which of them fits best is judged by :mod:`hmvlm.rankers.reranker`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor

from hmvlm.config import MAX_STEPS, STEPS_PER_SECOND
from hmvlm.language.decoding import Sampling, generate_motion
from hmvlm.language.model import MotionLanguageModel
from hmvlm.language.prompting import UNCONDITIONAL_PROMPT, clipped_seconds, seconds_in, with_seconds
from hmvlm.motion import features
from hmvlm.motion.clip import Motion
from hmvlm.rankers.reranker import Reranker
from hmvlm.tokenizer.model import BodyPartTokenizer

MAX_ROWS = 64
"""Most motions drawn side by side."""
PREVIEW_STEPS = 5
"""Time steps between two previews of a motion under way."""


@dataclass(frozen=True)
class MotionEvent:
    """A time step of 0.2 s is drawn; ``total`` is None where the model decides.

    With ``preview=True`` a candidate as far as it goes comes along once a second.
    """

    step: int
    total: int | None
    motion: Motion | None = None


class MotionGenerator:
    """Draws motions for words; without a reranker the first candidate is the only one."""

    def __init__(
        self, language: MotionLanguageModel, tokenizer: BodyPartTokenizer, reranker: Reranker | None = None
    ) -> None:
        self.language, self.tokenizer, self.reranker = language, tokenizer, reranker

    def candidates(self, variations: int = 1) -> int:
        """Motions drawn for each one kept, fewer where many variations are asked for."""
        if self.reranker is None:
            return 1
        return max(1, min(self.language.config.candidates, MAX_ROWS // variations))

    def run(
        self,
        text: str,
        alpha: Tensor,
        plain: Tensor,
        sampling: Sampling,
        seconds: float | None = None,
        variations: int = 1,
        preview: bool = False,
        cancel: threading.Event | None = None,
    ) -> Iterator[MotionEvent | list[Motion]]:
        """Motion events, then the motions, one a variation.

        Args:
            text: the user's words; alpha: gate ``(1 + E,)`` of the turn; plain: that of ``UNCONDITIONAL_PROMPT``.
            seconds: length asked for; None leaves it to the text or the model.
            preview: let events carry the motion so far now and then.
            cancel: set it to stop between steps; the motions are then as long as they got, none before the first step.
        """
        if cancel is not None and cancel.is_set():
            yield []
            return
        asked = seconds if seconds is not None else seconds_in(text)
        length = None if asked is None else clipped_seconds(asked)
        steps = None if length is None else max(1, min(MAX_STEPS, round(length * STEPS_PER_SECOND)))
        builder = self.language.builder
        prompt = builder.prompt(text if seconds_in(text) == length else with_seconds(text, length))
        unsaid = builder.prompt(with_seconds(UNCONDITIONAL_PROMPT, length)), plain
        codes: list[Tensor] = []
        rows = variations * self.candidates(variations)
        for codes in generate_motion(self.language, prompt, alpha, sampling, steps, rows, unsaid, variations):
            done = max(map(len, codes))
            shown = self.tokenizer.decode(codes[0], text=text) if preview and done % PREVIEW_STEPS == 0 else None
            yield MotionEvent(done, steps, shown)
            if cancel is not None and cancel.is_set():
                break
        yield self._chosen(text, codes, variations)

    def _chosen(self, text: str, codes: list[Tensor], variations: int) -> list[Motion]:
        """The best of each variation's candidates; candidate c of variation v is row ``c * variations + v``."""
        raw = [self.tokenizer.decode_features(row) for row in codes]
        motions = [features.decode(row, text=text) for row in raw]
        if len(raw) == variations:
            return motions
        fit = self.reranker.scores(text, raw, motions).view(-1, variations)
        return [motions[best * variations + column] for column, best in enumerate(fit.argmax(0).tolist())]

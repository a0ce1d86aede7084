"""A motion as the language model is shown it: part tokens, and notes on what was measured and recognised."""

from __future__ import annotations

from hmvlm.config import MAX_STEPS, MOTION_FPS, TEMPORAL_STRIDE
from hmvlm.language.sequence import SequenceBuilder, TokenSequence
from hmvlm.motion.clip import Motion
from hmvlm.motion.facts import facts
from hmvlm.motion.facts.absent import absent
from hmvlm.motion.facts.notes import joined, notes
from hmvlm.motion.salience import most_active_window, pad_with_last_frame
from hmvlm.rankers.reranker import Reranker
from hmvlm.tokenizer.model import BodyPartTokenizer


class MotionViewer:
    """Shows motions to a language model.

    Args:
        builder: of the model's sequences.
        tokenizer: the body-part tokenizer.
        reranker: tells what a motion looks like; without one the notes hold measurements only.
        noted: whether notes are given at all (without them the model sees the tokens alone).
    """

    def __init__(
        self,
        builder: SequenceBuilder,
        tokenizer: BodyPartTokenizer,
        reranker: Reranker | None = None,
        noted: bool = True,
    ) -> None:
        self.builder, self.tokenizer, self.reranker, self.noted = builder, tokenizer, reranker, noted

    def prompt(self, motion: Motion, question: str) -> TokenSequence:
        """A question about a motion up to where the answer begins; of a long motion its most active ten seconds count."""
        shown = most_active_window(
            pad_with_last_frame(motion.resample(MOTION_FPS), MOTION_FPS), MAX_STEPS * TEMPORAL_STRIDE
        )
        codes = self.tokenizer.encode(shown.canonical()).cpu()
        return self.builder.prompt(question, codes, notes=self.notes(shown, question) if self.noted else "")

    def notes(self, motion: Motion, question: str) -> str:
        """What the motion looks like, what was measured of what the question is about, and what it names that is not there."""
        measured = facts(motion)
        looks = "" if self.reranker is None else self.reranker.activity_note(measured)
        missing = absent(measured, question, looks) + (
            [] if self.reranker is None else self.reranker.contradictions(measured, question)
        )
        return joined(looks, notes(measured, question), *missing)

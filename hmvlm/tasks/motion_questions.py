"""Prompts for questions about a motion: its part tokens, and notes on measured facts and the predicted activity."""

from __future__ import annotations

from hmvlm.config import MAX_STEPS, MOTION_FPS, TEMPORAL_STRIDE
from hmvlm.language.sequence import SequenceBuilder, TokenSequence
from hmvlm.motion.clip import Motion
from hmvlm.motion.facts import Facts, facts
from hmvlm.motion.facts.absent import absent
from hmvlm.motion.facts.notes import joined, notes
from hmvlm.motion.salience import most_active_window, pad_with_last_frame
from hmvlm.rankers.reranker import Reranker
from hmvlm.tokenizer.model import BodyPartTokenizer


class MotionPrompts:
    """Builds prompts for questions about motions.

    Args:
        builder: sequence builder of the language model.
        tokenizer: the body-part tokenizer.
        reranker: predicts the activity; without one the notes hold measurements only.
        use_notes: whether prompts have notes (otherwise part tokens alone).
    """

    def __init__(
        self,
        builder: SequenceBuilder,
        tokenizer: BodyPartTokenizer,
        reranker: Reranker | None = None,
        use_notes: bool = True,
    ) -> None:
        self.builder, self.tokenizer, self.reranker, self.use_notes = builder, tokenizer, reranker, use_notes

    def prompt(self, motion: Motion, question: str, measured: Facts | None = None) -> TokenSequence:
        """The turn up to where the answer begins; a long motion is cut to its ten most active seconds.

        ``measured`` are the facts of the whole motion, if they are known; that of a photo is held for a second.
        """
        sampled = motion.resample(MOTION_FPS)
        shown = most_active_window(pad_with_last_frame(sampled, MOTION_FPS), MAX_STEPS * TEMPORAL_STRIDE)
        codes = self.tokenizer.encode(shown.canonical()).cpu()
        if len(shown) != len(sampled) and len(motion) > 1:
            measured = None
        return self.builder.prompt(
            question, codes, notes=self.notes(shown, question, measured) if self.use_notes else ""
        )

    def notes(self, motion: Motion, question: str, measured: Facts | None = None) -> str:
        """The predicted activity, measurements relevant to the question, and what it names that is absent."""
        measured = measured or facts(motion)
        if self.reranker is None:
            return joined("", notes(measured, question), *absent(measured, question, ""))
        activity = self.reranker.activity_note(measured)
        missing = absent(measured, question, activity) + self.reranker.contradictions(measured, question)
        return joined(activity, notes(measured, question), *missing)

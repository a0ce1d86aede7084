"""A motion as the language model is shown it: part tokens, and notes on what was measured and recognised."""

from __future__ import annotations

import torch

from hmvlm.config import MAX_STEPS, MOTION_FPS, TEMPORAL_STRIDE
from hmvlm.language.matcher import Matcher, padded
from hmvlm.language.recognizer import Recognizer
from hmvlm.language.sequence import Sequence, SequenceBuilder
from hmvlm.motion import features
from hmvlm.motion.clip import Motion
from hmvlm.motion.facts import facts
from hmvlm.motion.facts.notes import joined, notes
from hmvlm.motion.salience import held, liveliest
from hmvlm.tokenizer.model import BodyPartTokenizer


class MotionViewer:
    """Shows motions to a language model.

    Args:
        builder: of the model's sequences.
        tokenizer: the body-part tokenizer.
        matcher, recognizer: tell what a motion looks like; without them the notes hold measurements only.
        noted: whether notes are given at all (without them the model sees the tokens alone).
    """

    def __init__(
        self,
        builder: SequenceBuilder,
        tokenizer: BodyPartTokenizer,
        matcher: Matcher | None = None,
        recognizer: Recognizer | None = None,
        noted: bool = True,
    ) -> None:
        self.builder, self.tokenizer, self.matcher, self.recognizer, self.noted = builder, tokenizer, matcher, recognizer, noted

    def prompt(self, motion: Motion, question: str) -> Sequence:
        """A question about a motion up to where the answer begins; of a long motion its liveliest ten seconds count."""
        shown = liveliest(held(motion.resample(MOTION_FPS), MOTION_FPS), MAX_STEPS * TEMPORAL_STRIDE)
        codes = self.tokenizer.encode(shown.canonical()).cpu()
        return self.builder.prompt(question, codes, notes=self.notes(shown, question) if self.noted else "")

    def notes(self, motion: Motion, question: str) -> str:
        """What the motion looks like, and what was measured of what the question is about."""
        return joined(self.looks(motion), notes(facts(motion), question))

    @torch.inference_mode()
    def looks(self, motion: Motion) -> str:
        """What the recogniser takes the motion for; empty without one."""
        if self.matcher is None or self.recognizer is None:
            return ""
        return self.recognizer.looks(self.matcher.motion_vectors(*padded([features.encode(motion)])))[0]

"""What small networks beside the language model make of motions: which fits the words best, and what one looks like."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from hmvlm.language.gate import TextEncoder
from hmvlm.motion.clip import Motion
from hmvlm.motion.facts import Facts, describe, facts
from hmvlm.motion.facts.numbers import numbers
from hmvlm.rankers import activity as recognition
from hmvlm.rankers import facts_ranker as criticism
from hmvlm.rankers.activity import Recognizer
from hmvlm.rankers.facts_ranker import Critic
from hmvlm.rankers.retrieval import Matcher, padded

CRITIC, MATCHER, SAID = 1.0, 0.2, 0.2
"""Weights of the critic, the matcher and the measured sentence, chosen on validation prompts."""
SAID_ALONE = 0.6
"""Weight of the measured sentence beside a matcher (1) without a critic."""


class Judge(nn.Module):
    """Judges motions by a matcher, and by a critic and a recogniser where a checkpoint has them.

    The matcher, trained on recordings and their captions, sees the flow of a motion, its sides and styles; critic and
    recogniser see the numbers of :mod:`hmvlm.motion.facts`; and the sentence that these facts make is compared with the words themselves.
    """

    def __init__(self, matcher: Matcher, critic: Critic | None = None, recognizer: Recognizer | None = None) -> None:
        super().__init__()
        self.matcher, self.critic, self.recognizer = matcher, critic, recognizer

    @staticmethod
    def from_pretrained(folder: str | os.PathLike, encoder: TextEncoder) -> Judge:
        """Read a checkpoint's ``matcher`` folder; FileNotFoundError if there is no matcher in it."""
        folder = Path(folder)
        critic = Critic.from_pretrained(folder) if (folder / criticism.WEIGHTS).is_file() else None
        recognizer = Recognizer.from_pretrained(folder) if (folder / recognition.WEIGHTS).is_file() else None
        return Judge(Matcher.from_pretrained(folder, encoder), critic, recognizer)

    @torch.inference_mode()
    def fitness(self, text: str, raw: Sequence[Tensor], motions: Sequence[Motion]) -> Tensor:
        """How well motions fit a text ``(N,)``, given as features ``(T_i, 221)`` and as what these decode to."""
        found = [facts(motion) for motion in motions]
        flow = self.matcher.fit(text, *padded(raw))
        said = self.matcher.likeness(text, [describe(one) for one in found])
        if self.critic is None:
            return flow + SAID_ALONE * said
        words = self.critic.text_vectors(self.matcher.sentences(*self.matcher.encoder.states([text])))[0]
        return CRITIC * (self.critic.fact_vectors(self._numbers(found)) @ words) + MATCHER * flow + SAID * said

    def looks(self, measured: Facts) -> str:
        """What the recogniser takes a measured motion for; empty without one."""
        return "" if self.recognizer is None else self.recognizer.looks(self._numbers([measured]))[0]

    def unlike(self, measured: Facts, question: str) -> list[str]:
        """What a question names and the recogniser does not take a measured motion for, ``["no dancing"]``; empty without one."""
        return (
            []
            if self.recognizer is None
            else [f"no {act}" for act in self.recognizer.unlike(self._numbers([measured]), question)[0]]
        )

    def _numbers(self, found: Sequence[Facts]) -> Tensor:
        return torch.from_numpy(np.stack([numbers(one) for one in found])).to(self.matcher.mean.device)

"""Prompts by which the gate is calibrated, dialogue for the base model and prompts that need
the experts, and their batches.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from hmvlm.language.prompting import UNCONDITIONAL_PROMPT
from train.dialogue import prompt_templates
from train.dialogue.prompts import DialoguePrompts
from train.dialogue.short_motion_requests import short_motion_requests
from train.dialogue.short_questions import short_questions
from train.loop.objective import RandomBatches
from train.segments.segment import Segment

UNCONDITIONAL = 20
"""Copies of the unconditional prompt of classifier-free guidance."""
POSE_DRAWS, DESCRIBE_DRAWS, QUESTION_DRAWS = 2000, 300, 3000
"""Draws of pose questions (of which each is kept once), of requests for a description, and of
questions about segments.
"""
HELD_OUT_SHORT = 1500
"""Short questions made of held-out words and templates, for validation."""


@dataclass(frozen=True)
class GatePrompts:
    """Prompts by kind.

    Attributes:
        dialogue: ordinary dialogue without media; the base model should answer it alone.
        motion: requests for a motion, without media.
        pose: requests for the pose in a picture or clip.
        question: questions about a motion, picture or clip.
        held_out: dialogue for validation, by name.
    """

    dialogue: list[str]
    motion: list[str]
    pose: list[str]
    question: list[str]
    held_out: dict[str, list[str]]

    @staticmethod
    def sample(
        dialogue: DialoguePrompts, segments: Sequence[Segment], motion_prompts: int, short_requests: int, seed: int
    ) -> GatePrompts:
        """Sample prompts.

        Args:
            dialogue: its training split is used whole, its validation split for validation.
            segments: training segments with captions and questions.
            motion_prompts: requests for a motion with captions of segments, half of them drawn from all distinct
                captions (so that rare actions count too), half from segments.
            short_requests: made short requests for a motion.
            seed: of the samples.
        """
        rng = random.Random(seed)
        captions = sorted({caption for segment in segments for caption in segment.captions})
        motion = [UNCONDITIONAL_PROMPT] * UNCONDITIONAL
        motion += [
            prompt_templates.motion_prompt(rng.choice(captions if turn % 2 else rng.choice(segments).captions), rng)
            for turn in range(motion_prompts)
        ]
        motion += short_motion_requests(short_requests, rng)
        pose = sorted({prompt_templates.pose_question(rng) for _ in range(POSE_DRAWS)})
        question = [prompt_templates.describe_question(rng) for _ in range(DESCRIBE_DRAWS)]
        with_questions = [segment for segment in segments if segment.questions]
        if with_questions:
            question += [rng.choice(segment.questions)[0] for segment in rng.choices(with_questions, k=QUESTION_DRAWS)]
        held_out = {
            "held_out_dialogue": dialogue.validation,
            "held_out_short": short_questions(HELD_OUT_SHORT, random.Random(1), held_out=True),
        }
        return GatePrompts(dialogue.train, motion, pose, question, held_out)

    def without_descriptions(self) -> list[int]:
        """Row numbers of ``dialogue`` other than requests for a description, which ``question`` contains too.

        They are part of the dialogue because they may come without media.
        """
        describe = {text.rstrip(".?").lower() for text in prompt_templates.DESCRIBE_QUESTIONS}
        return [row for row, text in enumerate(self.dialogue) if text.rstrip(".?").lower() not in describe]


class CalibrationBatches(RandomBatches):
    """Random row numbers of dialogue, of the prompts of each reference, and of each intent.

    Args:
        dialogue: number of dialogue prompts, ``size`` of which are drawn.
        references: number of prompts and how many are drawn, for each reference.
        intents: number of texts of each intent; as many are drawn of each, however many there are.
        size: prompts a batch.
        seed: of the draws.
    """

    def __init__(
        self, dialogue: int, references: Sequence[tuple[int, int]], intents: Sequence[int], size: int, seed: int
    ) -> None:
        super().__init__(seed)
        self.dialogue, self.references, self.intents, self.size = dialogue, references, intents, size

    def draw(self, rng: random.Random) -> tuple[Tensor, list[Tensor], list[Tensor]]:
        """One batch."""
        numbers = np.random.default_rng(rng.getrandbits(64))

        def rows(count: int, picks: int) -> Tensor:
            return torch.from_numpy(numbers.integers(count, size=picks))

        references = [rows(count, picks) for count, picks in self.references]
        return rows(self.dialogue, self.size), references, [rows(count, self.size) for count in self.intents]

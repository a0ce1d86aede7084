"""Ordinary dialogue prompts for the gate: Dolly's instructions, made long and short requests, hard negatives."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from train.dialogue.hard_negatives import hard_negatives
from train.dialogue.long_requests import long_requests
from train.dialogue.prompt_templates import describe_question
from train.dialogue.short_questions import short_questions

HELD_OUT = 300
VALIDATION = 300
LONG = 2500
"""Made long requests: role play, problems, code, passages."""
SHORT = 2500
"""Made short questions: how-to goals, fragments, true or false, blanks, school questions."""
HARD = 1500
"""Hard negatives: ordinary requests with motion words."""
QUESTIONS = 60
"""Questions about a motion without a motion attached, which the base model should answer too."""


@dataclass(frozen=True)
class DialoguePrompts:
    """Prompts that the base model should answer alone, in three splits.

    ``validation`` is for choosing hyperparameters, ``held_out`` for reports only; neither is trained on.
    """

    train: list[str]
    validation: list[str]
    held_out: list[str]

    @staticmethod
    def load(folder: str | Path, seed: int = 0, long: int = LONG, short: int = SHORT, hard: int = 2) -> DialoguePrompts:
        """Read ``dolly_complete.jsonl`` and ``dolly_prompts_only.jsonl`` and add made prompts to the training split.

        Args:
            seed: of the made prompts; the Dolly prompts are split in the same way whatever it is.
            long, short: numbers of long requests and of short questions.
            hard: how often hard negatives are repeated.
        """
        prompts: list[str] = []
        for name in ("dolly_complete.jsonl", "dolly_prompts_only.jsonl"):
            path = Path(folder) / name
            if not path.is_file():
                raise FileNotFoundError(f"{path} is missing; give --dialogue the folder with Dolly's prompts")
            prompts += [
                json.loads(line)["instruction"]
                for line in path.read_text(encoding="utf-8").splitlines()
                if line.strip()
            ]
        order = np.random.default_rng(20).permutation(len(prompts))
        held_out = [prompts[index] for index in order[:HELD_OUT]]
        validation = [prompts[index] for index in order[HELD_OUT : HELD_OUT + VALIDATION]]
        kept = [prompts[index] for index in order[HELD_OUT + VALIDATION :]]
        rng = random.Random(seed)
        full = hard_negatives(HARD, rng) + [describe_question(rng) for _ in range(QUESTIONS)]
        return DialoguePrompts(
            kept + hard * full + long_requests(long, rng) + short_questions(short, rng), validation, held_out
        )

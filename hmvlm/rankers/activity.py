"""Activity classifier: predicts activity and manner from the measured numbers of a motion.

Two linear softmax layers over :mod:`hmvlm.motion.facts.numbers`, one for activities, one for manners. The predictions
are part of the notes that the language model reads beside a motion. Measured numbers transfer to poses estimated from a
clip: a linear probe on the retrieval model's vectors is as accurate on recordings but fails on rendered clips.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from hmvlm.atomic import atomic_file
from hmvlm.rankers.files import load_tensors

WEIGHTS_FILE = "activity.safetensors"
PLAIN = "plain"
"""The neutral manner, which is not mentioned."""
CLIP = 3.0
"""Standardised inputs are clipped to ± this many standard deviations."""
MENTION_MANNER, MENTION_SECOND, DENY = 0.5, 0.2, 0.05
"""Probabilities from which a manner and a second activity are mentioned, and below which an activity is ruled out."""
QUESTION_PATTERNS = {
    "bowing": "bow", "boxing": "box", "climbing": "climb", "dancing": "danc",
    "extending an arm backward": "(extend|stretch)", "fighting with a sword": "(sword|blade)",
    "imitating an animal": "(imitat|animal)", "karate": "karate", "laughing": "laugh", "mopping the floor": "mop",
    "playing basketball": "basketball", "rotating an arm": "rotat", "stepping over a hurdle": "hurdle",
    "washing windows": "(wash|window)",
}  # fmt: skip
"""Word stems by which questions name the activities that measured facts do not cover."""


class ActivityClassifier(nn.Module):
    """Linear classifiers of activity and manner.

    Args:
        activities: class names, as in "looks like {name}".
        manners: class names, ``PLAIN`` among them.
        numbers: inputs, the measured numbers of a motion.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, activities: Sequence[str], manners: Sequence[str], numbers: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(numbers))
        self.register_buffer("std", torch.ones(numbers))
        self.activities, self.manners = list(activities), list(manners)
        self.activity_head = nn.Linear(numbers, len(self.activities))
        self.manner_head = nn.Linear(numbers, len(self.manners))

    def forward(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of activities ``(N, A)`` and manners ``(N, M)`` for measured numbers ``(N, numbers)``."""
        scaled = ((rows - self.mean) / self.std).clamp(-CLIP, CLIP) / len(self.mean) ** 0.5
        return self.activity_head(scaled), self.manner_head(scaled)

    @torch.inference_mode()
    def ruled_out(self, rows: Tensor, question: str) -> list[list[str]]:
        """Per motion, activities that the question names and whose probability is below ``DENY``.

        A question with a list of choices (more than one comma) names none.
        """
        patterns = {} if question.count(",") > 1 else QUESTION_PATTERNS
        named = [
            name for name in self.activities if name in patterns and re.search(rf"\b{patterns[name]}", question.lower())
        ]
        probabilities = self(rows)[0].softmax(-1)
        return [[name for name in named if row[self.activities.index(name)] < DENY] for row in probabilities]

    @torch.inference_mode()
    def likeliest(self, rows: Tensor) -> list[tuple[str, float]]:
        """Per motion the likeliest activity and its probability."""
        best = self(rows)[0].softmax(-1).max(-1)
        return [(self.activities[place], value) for value, place in zip(best.values.tolist(), best.indices.tolist())]

    @torch.inference_mode()
    def notes(self, rows: Tensor) -> list[str]:
        """A note per motion: ``"looks like waving, perhaps raising a hand, manner tired"``."""
        result = []
        for activity, manner in zip(*(logits.softmax(-1) for logits in self(rows)), strict=True):
            order = activity.argsort(descending=True).tolist()
            note = f"looks like {self.activities[order[0]]}"
            if len(order) > 1 and activity[order[1]] > MENTION_SECOND:
                note += f", perhaps {self.activities[order[1]]}"
            best = int(manner.argmax())
            if self.manners[best] != PLAIN and manner[best] > MENTION_MANNER:
                note += f", manner {self.manners[best]}"
            result.append(note)
        return result

    def save_pretrained(self, folder: str | os.PathLike) -> None:
        """Write ``activity.safetensors``; the class names are its metadata."""
        state = {name: value.detach().cpu().contiguous() for name, value in self.state_dict().items()}
        metadata = {"activities": json.dumps(self.activities), "manners": json.dumps(self.manners)}
        with atomic_file(Path(folder) / WEIGHTS_FILE) as partial:
            save_file(state, partial, metadata=metadata)

    @staticmethod
    def is_in(folder: str | os.PathLike) -> bool:
        """Whether a folder holds a classifier."""
        return (Path(folder) / WEIGHTS_FILE).is_file()

    @staticmethod
    def from_pretrained(folder: str | os.PathLike) -> ActivityClassifier:
        """Load what :meth:`save_pretrained` wrote, in evaluation mode; FileNotFoundError if there is none."""
        state, metadata = load_tensors(
            Path(folder) / WEIGHTS_FILE, "activity classifier", "python -m train.rankers.activity"
        )
        names = {key: json.loads(value) for key, value in metadata.items()}
        classifier = ActivityClassifier(names["activities"], names["manners"], state["activity_head.weight"].shape[1])
        classifier.load_state_dict(state)
        return classifier.eval()

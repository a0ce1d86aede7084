"""The recogniser: what activity a motion looks like, and in what manner, from what was measured of it.

Two linear softmaxes over the numbers of :mod:`hmvlm.motion.facts.numbers`, one over activities, one over manners. Its
guesses are among the notes that the language model reads beside a motion. Measured numbers bear the errors of poses that
were read from a clip: on motions estimated from rendered clips a probe on the matcher's vectors, as good on recordings, fails.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from hmvlm.rankers.files import tensors_of

WEIGHTS = "recognizer.safetensors"
PLAIN = "plain"
"""The manner that is not worth a word."""
REACH = 3.0
"""Standard deviations at which a number is cut off."""
LIKELY, PERHAPS, HARDLY = 0.5, 0.2, 0.05
"""Probability from which a manner, and a second activity, are mentioned, and below which an activity that is asked for is denied."""
NAMED = {
    "bowing": "bow", "boxing": "box", "climbing": "climb", "dancing": "danc", "extending an arm backward": "(extend|stretch)",
    "fighting with a sword": "(sword|blade)", "imitating an animal": "(imitat|animal)", "karate": "karate", "laughing": "laugh",
    "mopping the floor": "mop", "playing basketball": "basketball", "rotating an arm": "rotat", "stepping over a hurdle": "hurdle",
    "washing windows": "(wash|window)",
}  # fmt: skip
"""How questions begin a word for activities that measured facts do not tell."""


class Recognizer(nn.Module):
    """Activities and manners of measured numbers.

    Args:
        acts: names of the activities, as in "looks like {name}".
        manners: names of the manners, ``PLAIN`` among them.
        numbers: how many are measured of a motion.
    """

    def __init__(self, acts: list[str], manners: list[str], numbers: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(numbers))
        self.register_buffer("std", torch.ones(numbers))
        self.acts, self.manners = list(acts), list(manners)
        self.act, self.manner = nn.Linear(numbers, len(self.acts)), nn.Linear(numbers, len(self.manners))

    def forward(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of activities ``(N, A)`` and manners ``(N, M)`` of measured numbers ``(N, numbers)``."""
        scaled = ((rows - self.mean) / self.std).clamp(-REACH, REACH) / len(self.mean) ** 0.5
        return self.act(scaled), self.manner(scaled)

    @torch.inference_mode()
    def unlike(self, rows: Tensor, question: str) -> list[list[str]]:
        """Activities that a question names and a motion hardly shows, of motions of measured numbers; a list of choices names none."""
        named = {} if question.count(",") > 1 else NAMED
        asked = [act for act in self.acts if act in named and re.search(rf"\b{named[act]}", question.lower())]
        chances = self(rows)[0].softmax(-1)
        return [[act for act in asked if row[self.acts.index(act)] < HARDLY] for row in chances]

    @torch.inference_mode()
    def looks(self, rows: Tensor) -> list[str]:
        """A note on each motion of measured numbers: ``"looks like waving, perhaps raising a hand, manner tired"``."""
        said = []
        for act, manner in zip(*(logits.softmax(-1) for logits in self(rows)), strict=True):
            order = act.argsort(descending=True).tolist()
            words = f"looks like {self.acts[order[0]]}"
            if len(order) > 1 and act[order[1]] > PERHAPS:
                words += f", perhaps {self.acts[order[1]]}"
            best = int(manner.argmax())
            if self.manners[best] != PLAIN and manner[best] > LIKELY:
                words += f", manner {self.manners[best]}"
            said.append(words)
        return said

    def save_pretrained(self, folder: str | os.PathLike) -> None:
        """Write ``recognizer.safetensors`` (the names in its header)."""
        state = {name: value.detach().cpu().contiguous() for name, value in self.state_dict().items()}
        names = {"acts": json.dumps(self.acts), "manners": json.dumps(self.manners)}
        save_file(state, Path(folder) / WEIGHTS, metadata=names)

    @staticmethod
    def from_pretrained(folder: str | os.PathLike) -> Recognizer:
        """Read what :meth:`save_pretrained` wrote; FileNotFoundError if it is not there."""
        state, header = tensors_of(Path(folder) / WEIGHTS, "recogniser", "python -m train.rankers.activity")
        names = {key: json.loads(value) for key, value in header.items()}
        recognizer = Recognizer(names["acts"], names["manners"], state["act.weight"].shape[1])
        recognizer.load_state_dict(state)
        return recognizer.eval()

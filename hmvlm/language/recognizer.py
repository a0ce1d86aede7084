"""The recogniser: what activity a motion looks like, and in what manner, from the matcher's vector of it.

A linear probe on frozen features (as CLIP's vision tower is probed, arXiv 2103.00020): one softmax over
activities, one over manners. Its guesses are among the notes that the language model reads beside a motion.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

WEIGHTS = "recognizer.safetensors"
PLAIN = "plain"
"""The manner that is not worth a word."""
LIKELY, PERHAPS = 0.5, 0.2
"""Probability from which a manner, and a second activity, are mentioned."""


class Recognizer(nn.Module):
    """Activities and manners of motion vectors.

    Args:
        acts: names of the activities, as in "looks like {name}".
        manners: names of the manners, ``PLAIN`` among them.
        dim: width of a motion vector.
    """

    def __init__(self, acts: list[str], manners: list[str], dim: int) -> None:
        super().__init__()
        self.acts, self.manners = list(acts), list(manners)
        self.act, self.manner = nn.Linear(dim, len(self.acts)), nn.Linear(dim, len(self.manners))

    @torch.inference_mode()
    def looks(self, vectors: Tensor) -> list[str]:
        """A note on each motion of unit vectors ``(N, dim)``: ``"looks like waving, perhaps raising a hand, manner tired"``."""
        said = []
        for act, manner in zip(self.act(vectors).softmax(-1), self.manner(vectors).softmax(-1), strict=True):
            (first, second), (one, two) = (values.tolist() for values in act.topk(2))
            words = f"looks like {self.acts[one]}" + (f", perhaps {self.acts[two]}" if second > PERHAPS else "")
            best = int(manner.argmax())
            if self.manners[best] != PLAIN and manner[best] > LIKELY:
                words += f", manner {self.manners[best]}"
            said.append(words)
        return said

    def save_pretrained(self, folder: str | os.PathLike) -> None:
        """Write ``recognizer.safetensors`` (float16, the names in its header)."""
        state = {name: value.detach().cpu().half().contiguous() for name, value in self.state_dict().items()}
        names = {"acts": json.dumps(self.acts), "manners": json.dumps(self.manners)}
        save_file(state, Path(folder) / WEIGHTS, metadata=names)

    @staticmethod
    def from_pretrained(folder: str | os.PathLike) -> Recognizer:
        """Read what :meth:`save_pretrained` wrote; FileNotFoundError if it is not there."""
        path = Path(folder) / WEIGHTS
        if not path.is_file():
            raise FileNotFoundError(f"no recogniser in {folder}; fit one with python -m train.recognizer")
        with safe_open(path, "pt") as file:
            names = {key: json.loads(value) for key, value in file.metadata().items()}
            state = {key: file.get_tensor(key).float() for key in file.keys()}
        recognizer = Recognizer(names["acts"], names["manners"], state["act.weight"].shape[1])
        recognizer.load_state_dict(state)
        return recognizer.eval()

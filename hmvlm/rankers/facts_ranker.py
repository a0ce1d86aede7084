"""The critic: how well what was measured of a motion fits a sentence.

A motion is here the row of numbers of :mod:`hmvlm.motion.facts.numbers`, a sentence the matcher's vector of it beside
the mean state of the frozen text encoder; two perceptrons put both into one space (contrastive loss as the matcher's).
Where the matcher sees the flow of a motion, the critic sees how far, how high, how fast and how often.
"""

from __future__ import annotations

import os
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor, nn

from hmvlm.rankers.files import tensors_of

WEIGHTS = "critic.safetensors"
REACH = 4.0
"""Standard deviations at which a number is cut off."""


class Critic(nn.Module):
    """Sentences and rows of measured numbers in one space of unit vectors.

    Args:
        words: width of a sentence's vector. numbers: measured numbers of a motion.
    """

    def __init__(self, words: int, numbers: int, hidden: int = 384, dim: int = 128, dropout: float = 0.2) -> None:
        super().__init__()
        self.sizes = (words, numbers, hidden, dim)
        self.register_buffer("mean", torch.zeros(numbers))
        self.register_buffer("std", torch.ones(numbers))

        def tower(size: int) -> nn.Sequential:
            inner = [nn.GELU(), nn.Dropout(dropout)]
            return nn.Sequential(
                nn.Linear(size, hidden), *inner, nn.Linear(hidden, hidden), *inner, nn.Linear(hidden, dim)
            )

        self.words, self.facts = tower(words), tower(numbers)
        self.log_scale = nn.Parameter(torch.tensor(2.5))

    def text_vectors(self, sentences: Tensor) -> Tensor:
        """Unit vectors ``(N, dim)`` of sentences ``(N, words)``."""
        return F.normalize(self.words(sentences), dim=-1)

    def fact_vectors(self, rows: Tensor) -> Tensor:
        """Unit vectors ``(N, dim)`` of measured numbers ``(N, numbers)``."""
        return F.normalize(self.facts(((rows - self.mean) / self.std).clamp(-REACH, REACH)), dim=-1)

    def save_pretrained(self, folder: str | os.PathLike) -> None:
        """Write ``critic.safetensors`` (float16; what centres and scales the numbers float32)."""
        whole = ("mean", "std")
        state = {
            name: (value if name in whole else value.half()).detach().cpu().contiguous()
            for name, value in self.state_dict().items()
        }
        save_file(state, Path(folder) / WEIGHTS, metadata={"sizes": " ".join(map(str, self.sizes))})

    @staticmethod
    def from_pretrained(folder: str | os.PathLike) -> Critic:
        """Read what :meth:`save_pretrained` wrote, in evaluation mode; FileNotFoundError if it is not there."""
        state, header = tensors_of(Path(folder) / WEIGHTS, "critic", "python -m train.rankers.facts_ranker")
        critic = Critic(*map(int, header["sizes"].split()))
        critic.load_state_dict(state)
        return critic.eval()

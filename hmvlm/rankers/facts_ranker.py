"""Facts ranker: similarity of a motion's measured numbers to a sentence.

A motion is the vector of :mod:`hmvlm.motion.facts.numbers`. A sentence is the retrieval model's text vector
concatenated with the mean state of the frozen text encoder. Two MLPs map both into one space, trained with the
retrieval model's contrastive loss. The retrieval model covers style and temporal structure; this one covers distance,
height, speed and counts.
"""

from __future__ import annotations

import os
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor, nn

from hmvlm.atomic import atomic_file
from hmvlm.rankers.files import load_tensors

WEIGHTS_FILE = "facts_ranker.safetensors"
CLIP = 4.0
"""Standardised inputs are clipped to ± this many standard deviations."""


class FactsRanker(nn.Module):
    """Sentences and measured numbers as unit vectors in one space.

    Args:
        text_dim: width of a sentence's features. numbers: measured numbers of a motion.
        hidden: width of the MLPs. dim: width of the common space.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, text_dim: int, numbers: int, hidden: int = 384, dim: int = 128, dropout: float = 0.2) -> None:
        super().__init__()
        self.sizes = (text_dim, numbers, hidden, dim)
        self.register_buffer("mean", torch.zeros(numbers))
        self.register_buffer("std", torch.ones(numbers))

        def mlp(size: int) -> nn.Sequential:
            inner = [nn.GELU(), nn.Dropout(dropout)]
            return nn.Sequential(
                nn.Linear(size, hidden), *inner, nn.Linear(hidden, hidden), *inner, nn.Linear(hidden, dim)
            )

        self.text_mlp, self.facts_mlp = mlp(text_dim), mlp(numbers)
        self.log_scale = nn.Parameter(torch.tensor(2.5))

    def text_vectors(self, sentences: Tensor) -> Tensor:
        """Unit vectors ``(N, dim)`` of sentence features ``(N, text_dim)``."""
        return F.normalize(self.text_mlp(sentences), dim=-1)

    def fact_vectors(self, rows: Tensor) -> Tensor:
        """Unit vectors ``(N, dim)`` of measured numbers ``(N, numbers)``."""
        return F.normalize(self.facts_mlp(((rows - self.mean) / self.std).clamp(-CLIP, CLIP)), dim=-1)

    def save_pretrained(self, folder: str | os.PathLike) -> None:
        """Write ``facts_ranker.safetensors`` in float16, mean and deviation in float32; the sizes are its metadata."""
        full_precision = ("mean", "std")
        state = {
            name: (value if name in full_precision else value.half()).detach().cpu().contiguous()
            for name, value in self.state_dict().items()
        }
        with atomic_file(Path(folder) / WEIGHTS_FILE) as partial:
            save_file(state, partial, metadata={"sizes": " ".join(map(str, self.sizes))})

    @staticmethod
    def is_in(folder: str | os.PathLike) -> bool:
        """Whether a folder holds a facts ranker."""
        return (Path(folder) / WEIGHTS_FILE).is_file()

    @staticmethod
    def from_pretrained(folder: str | os.PathLike) -> FactsRanker:
        """Load what :meth:`save_pretrained` wrote, in evaluation mode; FileNotFoundError if there is none."""
        state, metadata = load_tensors(
            Path(folder) / WEIGHTS_FILE, "facts ranker", "python -m train.rankers.facts_ranker"
        )
        ranker = FactsRanker(*map(int, metadata["sizes"].split()))
        ranker.load_state_dict(state)
        return ranker.eval()

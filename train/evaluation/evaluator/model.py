"""The text-motion evaluator: embeds texts and motions so that matching pairs are close.

    evaluator = Evaluator.from_pretrained("data/evaluator")       # made by python -m train.evaluation.evaluator.fit
    evaluator.embed_motions(motions), evaluator.embed_texts(texts)  # (N, D) each

Embeddings and scores of two evaluators cannot be compared: every table needs its row of real motion.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

from hmvlm.atomic import atomic_folder
from hmvlm.motion import features
from hmvlm.motion.clip import Motion
from train.evaluation.evaluator.networks import SNIPPET, EvaluatorConfig, MovementEncoder, SequenceEncoder

WEIGHTS_FILE, CONFIG_FILE = "evaluator.safetensors", "evaluator.json"
PADDING, UNKNOWN = 0, 1
MAX_WORDS = 40
BATCH = 64
_WORD = re.compile(r"[a-z]+|\d+")


def tokenize(text: str) -> list[str]:
    """Words and numbers of a text in lower case, at most :data:`MAX_WORDS`."""
    return _WORD.findall(text.lower())[:MAX_WORDS]


def build_vocabulary(texts: Iterable[str], min_count: int = 2) -> list[str]:
    """Words that occur at least ``min_count`` times, in alphabetical order, after the padding and the unknown token."""
    counts: dict[str, int] = {}
    for text in texts:
        for word in tokenize(text):
            counts[word] = counts.get(word, 0) + 1
    return ["<pad>", "<unk>", *sorted(word for word, count in counts.items() if count >= min_count)]


class Evaluator(nn.Module):
    """The three encoders with a vocabulary and the features' mean and deviation ``(F,)``."""

    def __init__(self, config: EvaluatorConfig, vocabulary: Sequence[str]) -> None:
        super().__init__()
        self.config, self.vocabulary = config, list(vocabulary)
        self._index = {word: index for index, word in enumerate(self.vocabulary)}
        self.words = nn.Embedding(len(self.vocabulary), config.words, padding_idx=PADDING)
        self.movement = MovementEncoder(config)
        self.motion = SequenceEncoder(config.movement, config.motion_hidden, config.output)
        self.text = SequenceEncoder(config.words, config.text_hidden, config.output)
        self.mean: Tensor
        self.std: Tensor
        self.register_buffer("mean", torch.zeros(config.features))
        self.register_buffer("std", torch.ones(config.features))

    def normalised(self, motion: Motion) -> Tensor:
        """Features ``(T, F)`` of a motion at 20 fps, contacts left out, T cut to a multiple of 4."""
        frames = len(motion) // SNIPPET * SNIPPET
        if frames == 0:
            raise ValueError(f"a motion needs at least {SNIPPET} frames to be embedded, got {len(motion)}")
        encoded = features.encode(motion)[:frames, : self.config.features].to(self.mean.device)
        return (encoded - self.mean) / self.std

    def word_ids(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Word indices ``(N, W)``, padded, and lengths ``(N,)``; a text without words is one unknown word."""
        rows = [[self._index.get(word, UNKNOWN) for word in tokenize(text)] or [UNKNOWN] for text in texts]
        lengths = torch.tensor([len(row) for row in rows])
        return pad_sequence([torch.tensor(row) for row in rows], batch_first=True), lengths

    def encode_texts(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """Vectors ``(N, D)`` of word indices; differentiable."""
        return self.text(self.words(ids.to(self.mean.device)), lengths)

    @torch.no_grad()
    def embed_texts(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors ``(N, D)`` of texts."""
        parts = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
        return torch.cat([self.encode_texts(*self.word_ids(part)) for part in parts]).cpu().numpy()

    @torch.no_grad()
    def embed_motions(self, motions: Sequence[Motion]) -> np.ndarray:
        """Vectors ``(N, D)`` of motions at 20 fps."""
        vectors = []
        for start in range(0, len(motions), BATCH):
            rows = [self.movement(self.normalised(motion)[None])[0] for motion in motions[start : start + BATCH]]
            lengths = torch.tensor([len(row) for row in rows])
            vectors.append(self.motion(pad_sequence(rows, batch_first=True), lengths))
        return torch.cat(vectors).cpu().numpy()

    def save_pretrained(self, folder: str | os.PathLike) -> None:
        """Write the weights, and sizes and vocabulary as ``evaluator.json``."""
        with atomic_folder(folder) as partial:
            save_file(
                {name: value.detach().cpu().contiguous() for name, value in self.state_dict().items()},
                partial / WEIGHTS_FILE,
            )
            written = {"config": asdict(self.config), "vocabulary": self.vocabulary}
            (partial / CONFIG_FILE).write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")

    @staticmethod
    def from_pretrained(folder: str | os.PathLike) -> Evaluator:
        """Read what :meth:`save_pretrained` wrote, in evaluation mode; FileNotFoundError names the command."""
        folder = Path(folder)
        if not (folder / CONFIG_FILE).is_file():
            raise FileNotFoundError(
                f"no evaluator in {folder}; train one with: python -m train.evaluation.evaluator.fit --out {folder}"
            )
        written = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
        evaluator = Evaluator(EvaluatorConfig(**written["config"]), written["vocabulary"])
        evaluator.load_state_dict(load_file(folder / WEIGHTS_FILE))
        return evaluator.eval()

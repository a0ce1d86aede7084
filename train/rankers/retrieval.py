"""Train the text-motion retrieval model: sentences and motions into one space, on decoded part codes and their
captions.

    python -m train.rankers.retrieval --segments data/segments.npz --tokenizer out/tokenizer --out out/rankers

A batch holds segments and their mirror images, so that a sentence has to tell left from right. Motions are decoded from
their codes, as generated ones are. Equal texts are no negatives of each other.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from hmvlm.config import preset
from hmvlm.language.text_encoder import TextEncoder
from hmvlm.rankers.retrieval import RetrievalConfig, RetrievalModel, motion_inputs
from hmvlm.tokenizer.model import BodyPartTokenizer
from train.loop.objective import Objective, RandomBatches, trainable
from train.loop.record import finished
from train.loop.run import TrainingLoop
from train.loop.settings import LoopSettings, option, parse_settings
from train.rankers.corpus import Corpus, contrastive, equal_texts, pad_states, text_states
from train.segments.segment import load_segments

LARGEST_SCALE = 100.0
"""Largest inverse temperature of the contrastive loss, as in CLIP."""


@dataclass(kw_only=True)
class RetrievalSettings(LoopSettings):
    """Train the text-motion retrieval model."""

    segments: str = option("data/segments.npz", "file of python -m train.segments.prepare")
    tokenizer: str = option("checkpoints/embedded/tokenizer", "folder of the body-part tokenizer")
    preset: str = option("embedded", "preset whose text encoder embeds the sentences")
    text_encoder: str | None = option(None, "repository or folder of another text encoder, that of the model's gate")
    batch: int = option(256, "motions a batch, mirror images included")
    layers: int = option(1, "Transformer layers of each tower")
    dropout: float = option(0.1, "of the Transformer layers")
    sampling_exponent: float = option(0.5, "a group of n motions is drawn in proportion to n to this power")
    steps: int = option(2000, "optimiser steps of the whole run")
    lr: float = option(6e-4, "peak learning rate")
    lr_floor: float = option(0.02, "share of the peak learning rate at the end of the cosine decay")
    eval_every: int = option(100, "steps between validations")


@dataclass(frozen=True)
class PairBatch:
    """Sentences and motions of ``N`` segments.

    Attributes:
        states, state_mask: sentence states ``(N, L, W)`` and their mask.
        motions, frames: features ``(N, T, 221)`` and lengths ``(N,)``.
        same: which texts are equal ``(N, N)``.
    """

    states: Tensor
    state_mask: Tensor
    motions: Tensor
    frames: Tensor
    same: Tensor


class PairBatches(RandomBatches):
    """Batches of segments, each followed by its mirror image."""

    def __init__(self, corpus: Corpus, states: dict[str, Tensor], size: int, seed: int) -> None:
        super().__init__(seed)
        self.corpus, self.states, self.size = corpus, states, size

    def draw(self, rng: random.Random) -> PairBatch:
        """One batch."""
        rows, texts = self.corpus.draw(self.size // 2, rng)
        states = pad_states([self.states[text] for text in texts])
        return PairBatch(*states, *self.corpus.padded(rows), equal_texts(texts))


class Retrieval(Objective):
    """The retrieval model with its contrastive loss; the weights of the best validation top-1 rate are kept.

    Args:
        model: with the statistics of its inputs set.
        held_out: validation motions and sentences.
        states: sentence states by text.
    """

    loss_weights = {"contrastive": 1.0}
    selection = "top1_error"
    outputs = ("retrieval.safetensors",)

    def __init__(self, model: RetrievalModel, held_out: Corpus, states: dict[str, Tensor]) -> None:
        super().__init__()
        self.model, self.held_out, self.states = model, held_out, states

    def forward(self, batch: PairBatch) -> dict[str, Tensor]:
        """Symmetric InfoNCE of a batch."""
        model, device = self.model, self.model.mean.device
        with torch.autocast(device.type, torch.bfloat16):
            words = model.vectors_from_states(batch.states.to(device), batch.state_mask.to(device))
            motions = model.motion_vectors(batch.motions.to(device), batch.frames.to(device))
        scale = model.log_scale.exp().clamp_max(LARGEST_SCALE)
        return {"contrastive": contrastive(words.float(), motions.float(), scale, batch.same.to(device))}

    def optimizer(self, settings: LoopSettings) -> torch.optim.Optimizer:
        """AdamW with strong weight decay: captions are few."""
        return torch.optim.AdamW(trainable(self), lr=settings.lr, weight_decay=0.05, betas=(0.9, 0.98))

    def validate(self) -> dict[str, float]:
        """Top-1 rate and error, and how often a motion beats its mirror image."""
        found = retrieval_rates(self.model, self.held_out, self.states)
        return found | {"top1_error": 1 - found["top1"]}

    def save(self, out: Path) -> None:
        """Write the model."""
        self.model.save_pretrained(out)


@torch.no_grad()
def retrieval_rates(
    model: RetrievalModel, corpus: Corpus, states: dict[str, Tensor], pool: int = 32, draws: int = 20
) -> dict[str, float]:
    """Top-1 rate among ``pool`` motions (mirror images included), and how often a motion beats its mirror image."""
    rng, hits, sides = random.Random(0), [], []
    for _ in range(draws):
        rows, texts = corpus.draw(pool // 2, rng)
        words = model.vectors_from_states(*pad_states([states[text] for text in texts]))
        scores = words @ model.motion_vectors(*corpus.padded(rows)).T
        best = scores.argmax(1)
        hits += [texts[int(b)] == text for b, text in zip(best, texts, strict=True)]
        for first in range(0, pool, 2):
            if texts[first] != texts[first + 1]:
                square = scores[first : first + 2, first : first + 2]
                sides += [float(square[0, 0] > square[0, 1]), float(square[1, 1] > square[1, 0])]
    return {"top1": float(np.mean(hits)), "side": float(np.mean(sides)) if sides else float("nan")}


def train(settings: RetrievalSettings) -> Path:
    """Train; returns the folder of the retrieval model."""
    if finished(settings, "retrieval"):
        return Path(settings.out)
    torch.manual_seed(settings.seed)
    rng = random.Random(settings.seed)
    segments = load_segments(settings.segments)
    tokenizer = BodyPartTokenizer.from_pretrained(settings.tokenizer)
    corpora = {
        split: Corpus.from_segments(
            [s for s in segments if s.split == split], tokenizer, rng, settings.sampling_exponent
        )
        for split in ("train", "val")
    }
    encoder = TextEncoder.load(preset(settings.preset, text_encoder=settings.text_encoder).text_encoder)
    states = text_states([t for corpus in corpora.values() for texts in corpus.texts for t in texts], encoder)
    model = RetrievalModel(RetrievalConfig(encoder.width, layers=settings.layers, dropout=settings.dropout), encoder)
    known = corpora["train"].motions
    sample = torch.cat([motion_inputs(motion.float()) for motion in rng.sample(known, min(2000, len(known)))])
    model.mean.copy_(sample.mean(0))
    model.std.copy_(sample.std(0).clamp_min(0.05))
    batches = PairBatches(corpora["train"], states, settings.batch, settings.seed)
    objective = Retrieval(model, corpora["val"], states)
    return TrainingLoop("retrieval", objective, batches, settings, inputs=[settings.segments]).run()


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    train(parse_settings(RetrievalSettings, argv, __doc__))


if __name__ == "__main__":
    main()

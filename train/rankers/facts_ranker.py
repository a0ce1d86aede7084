r"""Train the facts-text ranker: sentences and measured facts of motions into one space.

    python -m train.rankers.facts_ranker --segments data/segments.npz --tokenizer out/tokenizer \
        --retrieval out/rankers --out out/rankers

It adds its file to the folder of the retrieval model, whose sentence features it reads. Embedding the sentences and
measuring the motions takes most of the time (about ten minutes on one core), training two.
"""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from hmvlm.config import preset
from hmvlm.language.text_encoder import TextEncoder
from hmvlm.motion import features
from hmvlm.motion.facts import facts
from hmvlm.motion.facts.numbers import numbers
from hmvlm.rankers.facts_ranker import FactsRanker
from hmvlm.rankers.retrieval import RetrievalModel
from hmvlm.tokenizer.model import BodyPartTokenizer
from train.loop.objective import Objective, RandomBatches
from train.loop.record import finished
from train.loop.run import TrainingLoop
from train.loop.settings import LoopSettings, option, parse_settings
from train.rankers.corpus import Corpus, contrastive, equal_texts, pad_states, text_states
from train.segments.segment import load_segments

log = logging.getLogger("train.rankers")

NOISE = 0.05
"""Deviation of the noise added to each number in training, in units of its own."""
LARGEST_SCALE = 50.0
"""Largest inverse temperature of the contrastive loss."""


@dataclass(kw_only=True)
class FactsRankerSettings(LoopSettings):
    """Train the facts-text ranker."""

    segments: str = option("data/segments.npz", "file of python -m train.segments.prepare")
    tokenizer: str = option("checkpoints/embedded/tokenizer", "folder of the body-part tokenizer")
    retrieval: str = option(help="folder of the retrieval model")
    preset: str = option("embedded", "preset whose text encoder embeds the sentences")
    text_encoder: str | None = option(None, "repository or folder of another text encoder, that of the model's gate")
    hidden: int = option(192, "width of the hidden layers")
    dim: int = option(96, "width of the common space")
    batch: int = option(256, "motions a batch, mirror images included")
    sampling_exponent: float = option(0.5, "a group of n motions is drawn in proportion to n to this power")
    steps: int = option(1500, "optimiser steps of the whole run")
    lr: float = option(1e-3, "peak learning rate")
    lr_floor: float = option(0.02, "share of the peak learning rate at the end of the cosine decay")
    eval_every: int = option(300, "steps between validations")


@dataclass
class MeasuredCorpus:
    """Segments of a split: their numbers ``(N, F)``, the corpus, sentence features ``(S, W)``
    and their rows by text.
    """

    numbers: Tensor
    corpus: Corpus
    sentences: Tensor
    rows: dict[str, int]

    @staticmethod
    def from_corpus(corpus: Corpus, retrieval: RetrievalModel) -> MeasuredCorpus:
        """Measure every motion and embed every sentence of a corpus."""
        measured = []
        for index, raw in enumerate(corpus.motions):
            measured.append(numbers(facts(features.decode(raw.float()))))
            if index % 2000 == 0:
                log.info("measured %d of %d motions", index, len(corpus.motions))
        states = text_states([text for texts in corpus.texts for text in texts], retrieval.encoder)
        texts = list(states)
        sentences = [
            retrieval.sentence_features(*pad_states([states[text] for text in texts[start : start + 256]]))
            for start in range(0, len(texts), 256)
        ]
        rows = {text: row for row, text in enumerate(texts)}
        return MeasuredCorpus(torch.from_numpy(np.stack(measured)), corpus, torch.cat(sentences).float(), rows)

    def draw(self, size: int, rng: random.Random) -> tuple[Tensor, Tensor, list[str]]:
        """Numbers and sentence features of ``size`` segments and their mirror images, and the texts themselves."""
        rows, texts = self.corpus.draw(size, rng)
        return self.numbers[rows], self.sentences[[self.rows[text] for text in texts]], texts


class FactBatches(RandomBatches):
    """Batches of numbers, sentence features and which texts are equal."""

    def __init__(self, known: MeasuredCorpus, size: int, seed: int) -> None:
        super().__init__(seed)
        self.known, self.size = known, size

    def draw(self, rng: random.Random) -> tuple[Tensor, Tensor, Tensor]:
        """Numbers ``(N, F)``, sentence features ``(N, W)`` and equal texts ``(N, N)``."""
        values, sentences, texts = self.known.draw(self.size // 2, rng)
        return values, sentences, equal_texts(texts)


class FactsText(Objective):
    """The facts-text ranker with the retrieval model's contrastive loss.

    Args:
        known: training segments, which give the statistics of the numbers.
        held_out: validation segments.
        hidden, dim: sizes of the ranker.
    """

    loss_weights = {"contrastive": 1.0}
    outputs = ("facts_ranker.safetensors",)

    def __init__(self, known: MeasuredCorpus, held_out: MeasuredCorpus, hidden: int, dim: int) -> None:
        super().__init__()
        self.model, self.held_out = FactsRanker(known.sentences.shape[1], known.numbers.shape[1], hidden, dim), held_out
        self.model.mean.copy_(known.numbers.mean(0))
        self.model.std.copy_(known.numbers.std(0).clamp_min(1e-3))

    def forward(self, batch: tuple[Tensor, Tensor, Tensor]) -> dict[str, Tensor]:
        """Symmetric InfoNCE of a batch with noisy numbers."""
        values, sentences, same = (part.to(self.model.mean.device) for part in batch)
        facts_vectors = self.model.fact_vectors(values + NOISE * self.model.std * torch.randn_like(values))
        scale = self.model.log_scale.exp().clamp_max(LARGEST_SCALE)
        return {"contrastive": contrastive(self.model.text_vectors(sentences), facts_vectors, scale, same)}

    def optimizer(self, settings: LoopSettings) -> torch.optim.Optimizer:
        """AdamW with strong weight decay: captions are few."""
        return torch.optim.AdamW(self.model.parameters(), lr=settings.lr, weight_decay=0.05)

    def validate(self) -> dict[str, float]:
        """Top-1 rate on the validation split."""
        return {"top1": top1_rate(self.model, self.held_out)}

    def save(self, out: Path) -> None:
        """Write the ranker."""
        self.model.save_pretrained(out)


@torch.no_grad()
def top1_rate(model: FactsRanker, held_out: MeasuredCorpus, pool: int = 32, draws: int = 60) -> float:
    """How often the facts of a sentence's own motion score highest among ``pool``, mirror images included."""
    rng, hits = random.Random(0), []
    for _ in range(draws):
        values, sentences, texts = held_out.draw(pool // 2, rng)
        best = (model.text_vectors(sentences) @ model.fact_vectors(values).T).argmax(1)
        hits += [texts[int(b)] == text for b, text in zip(best, texts, strict=True)]
    return float(np.mean(hits))


def train(settings: FactsRankerSettings) -> Path:
    """Train; returns the folder of the ranker."""
    if finished(settings, "facts_ranker"):
        return Path(settings.out)
    torch.manual_seed(settings.seed)
    rng = random.Random(settings.seed)
    retrieval = RetrievalModel.from_pretrained(
        settings.retrieval, TextEncoder.load(preset(settings.preset, text_encoder=settings.text_encoder).text_encoder)
    )
    tokenizer, segments = BodyPartTokenizer.from_pretrained(settings.tokenizer), load_segments(settings.segments)
    exponent = settings.sampling_exponent
    known, held_out = (
        MeasuredCorpus.from_corpus(
            Corpus.from_segments([s for s in segments if s.split == split], tokenizer, rng, exponent), retrieval
        )
        for split in ("train", "val")
    )
    batches = FactBatches(known, settings.batch, settings.seed)
    inputs: list[str | Path] = [settings.segments, Path(settings.retrieval) / "retrieval.safetensors"]
    objective = FactsText(known, held_out, settings.hidden, settings.dim)
    return TrainingLoop("facts_ranker", objective, batches, settings, inputs).run()


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    train(parse_settings(FactsRankerSettings, argv, __doc__))


if __name__ == "__main__":
    main()

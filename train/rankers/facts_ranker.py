"""Train the facts ranker: sentences and measured numbers of motions into one space, on decoded part codes and their captions.

    python -m train.rankers.facts_ranker --segments data/stage2.npz --model checkpoints/embedded

Reading the sentences and measuring the motions takes most of the time (about ten minutes on one core), training two.
"""

from __future__ import annotations

import argparse
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
from train.loop.schedule import lr_factor
from train.rankers.retrieval import Corpus, batched, contrastive, text_states
from train.segments.segment import load_segments

log = logging.getLogger("train.rankers.facts_ranker")

NOISE = 0.05
"""What is added to each number in training, in standard deviations."""


@dataclass
class Measured:
    """Segments of a split: measured numbers ``(N, F)``, the corpus they are from, sentences ``(S, W)`` and their rows by text."""

    rows: Tensor
    corpus: Corpus
    sentences: Tensor
    places: dict[str, int]

    @staticmethod
    def of(corpus: Corpus, retrieval: RetrievalModel) -> Measured:
        """Measure every motion and read every sentence of a corpus."""
        rows = []
        for index, raw in enumerate(corpus.motions):
            rows.append(numbers(facts(features.decode(raw.float()))))
            if index % 2000 == 0:
                log.info("measured %d of %d motions", index, len(corpus.motions))
        states = text_states([text for texts in corpus.texts for text in texts], retrieval.encoder)
        texts = list(states)
        read = [
            retrieval.sentence_features(*batched([states[text] for text in texts[start : start + 256]]))
            for start in range(0, len(texts), 256)
        ]
        return Measured(
            torch.from_numpy(np.stack(rows)),
            corpus,
            torch.cat(read).float(),
            {text: place for place, text in enumerate(texts)},
        )

    def draw(self, size: int, rng: random.Random) -> tuple[Tensor, Tensor, list[str]]:
        """Numbers and sentences of ``size`` segments and their mirror images, and the texts themselves."""
        rows, texts = self.corpus.draw(size, rng)
        return self.rows[rows], self.sentences[[self.places[text] for text in texts]], texts


@torch.no_grad()
def measure(facts_ranker: FactsRanker, held_out: Measured, pool: int = 32, draws: int = 60) -> float:
    """How often a sentence finds its motion first among ``pool``, mirror images included."""
    facts_ranker.eval()
    rng, hits = random.Random(0), []
    for _ in range(draws):
        rows, sentences, texts = held_out.draw(pool // 2, rng)
        best = (facts_ranker.text_vectors(sentences) @ facts_ranker.fact_vectors(rows).T).argmax(1)
        hits += [texts[int(b)] == text for b, text in zip(best, texts, strict=True)]
    facts_ranker.train()
    return float(np.mean(hits))


def fit(known: Measured, held_out: Measured, steps: int, batch: int, lr: float, seed: int) -> FactsRanker:
    """Train a facts ranker with the retrieval model's contrastive loss."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    facts_ranker = FactsRanker(known.sentences.shape[1], known.rows.shape[1])
    facts_ranker.mean.copy_(known.rows.mean(0))
    facts_ranker.std.copy_(known.rows.std(0).clamp_min(1e-3))
    optimiser = torch.optim.AdamW(facts_ranker.parameters(), lr=lr, weight_decay=0.05)
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = lr * lr_factor(step, step / steps, warmup=50)
        rows, sentences, texts = known.draw(batch // 2, rng)
        seen = facts_ranker.fact_vectors(rows + NOISE * facts_ranker.std * torch.randn_like(rows))
        names = np.array(texts)
        loss = contrastive(
            facts_ranker.text_vectors(sentences),
            seen,
            facts_ranker.log_scale.exp().clamp_max(50),
            torch.from_numpy(names[:, None] == names),
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if (step + 1) % 300 == 0 or step + 1 == steps:
            log.info("step %d  loss %.3f  val top1 %.3f", step + 1, loss.item(), measure(facts_ranker, held_out))
    return facts_ranker.eval()


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--segments", default="data/stage2.npz", help="file of python -m train.segments.prepare")
    options.add_argument(
        "--model",
        default="checkpoints/embedded",
        help="folder with tokenizer and retrieval, where the facts ranker goes as well",
    )
    options.add_argument("--preset", default="embedded", help="whose text encoder reads the sentences")
    options.add_argument("--steps", type=int, default=1500)
    options.add_argument("--batch", type=int, default=256, help="motions, mirror images included")
    options.add_argument("--lr", type=float, default=1e-3)
    options.add_argument("--balance", type=float, default=0.5, help="0 draws every action alike, 1 every clip")
    options.add_argument("--seed", type=int, default=0)
    return options


def train(args: argparse.Namespace) -> Path:
    """Train as the command line says; returns the folder of the facts ranker."""
    rng, folder = random.Random(args.seed), Path(args.model)
    retrieval = RetrievalModel.from_pretrained(folder / "rankers", TextEncoder.load(preset(args.preset).text_encoder))
    tokenizer, segments = BodyPartTokenizer.from_pretrained(folder / "tokenizer"), load_segments(args.segments)
    known, held_out = (
        Measured.of(Corpus.of([s for s in segments if s.split == split], tokenizer, rng, args.balance), retrieval)
        for split in ("train", "val")
    )
    fit(known, held_out, args.steps, args.batch, args.lr, args.seed).save_pretrained(folder / "rankers")
    return folder / "rankers"


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    train(parser().parse_args())

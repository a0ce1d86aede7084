"""Train the retrieval model: sentences and motions into one space, on decoded part codes and their captions.

    python -m train.rankers.retrieval --segments data/stage2.npz --out checkpoints/embedded/rankers

A batch holds segments and their mirror images, so that left against right is among the things that a sentence has
to be told by. Motions are decoded from their codes, as generated ones are. Texts that are equal to a segment's own
words do not count against it. ``--max-minutes`` ends a run early; the schedule follows the time or the steps,
whichever is further.
"""

from __future__ import annotations

import argparse
import itertools
import logging
import math
import random
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from hmvlm.config import preset
from hmvlm.language.text_encoder import TextEncoder
from hmvlm.rankers.retrieval import RetrievalConfig, RetrievalModel, motion_inputs, pad_motions
from hmvlm.tokenizer.model import BodyPartTokenizer
from train.dialogue.prompt_templates import motion_prompt
from train.loop.schedule import lr_factor
from train.segments.segment import Segment, load_segments

log = logging.getLogger("train.rankers.retrieval")

TEXTS = 3
"""Wordings a segment, drawn from its captions and the request templates."""


@dataclass
class Corpus:
    """Motions and wordings of segments in memory.

    Attributes:
        motions: features ``(T_i, 221)`` float16 of every segment, decoded from its codes.
        texts: ``TEXTS`` wordings of every segment; a mirror image has the mirrored ones.
        pairs: indices of segments and their mirror images ``(P, 2)``.
        chance: cumulative weights of the pairs, balanced over groups.
    """

    motions: list[Tensor]
    texts: list[list[str]]
    pairs: np.ndarray
    chance: list[float]

    @staticmethod
    def of(segments: list[Segment], tokenizer: BodyPartTokenizer, rng: random.Random, balance: float) -> Corpus:
        """Decode and word the segments, which come in mirrored pairs."""
        motions = decoded([segment.codes[0] for segment in segments], tokenizer)
        texts: list[list[str]] = []
        for one, other in zip(segments[::2], segments[1::2], strict=True):
            sides: list[list[str]] = [[], []]
            for which in rng.sample(range(len(one.captions)), min(TEXTS, len(one.captions))):
                wording = rng.random()
                for side, segment in enumerate((one, other)):
                    sides[side].append(motion_prompt(segment.captions[which], random.Random(wording)))
            texts += sides
        pairs = np.arange(len(segments)).reshape(-1, 2)
        sizes = defaultdict(int)
        for segment in segments[::2]:
            sizes[segment.group] += 1
        chance = [sizes[segment.group] ** (balance - 1) for segment in segments[::2]]
        return Corpus(motions, texts, pairs, list(itertools.accumulate(chance)))

    def draw(self, size: int, rng: random.Random) -> tuple[list[int], list[str]]:
        """``size`` segments, each followed by its mirror image, and a wording for each."""
        picks = rng.choices(range(len(self.pairs)), cum_weights=self.chance, k=size)
        rows, words = [], []
        for pick in picks:
            which = rng.randrange(TEXTS)
            for row in self.pairs[pick].tolist():
                rows.append(row)
                words.append(self.texts[row][which % len(self.texts[row])])
        return rows, words

    def padded(self, rows: list[int]) -> tuple[Tensor, Tensor]:
        """Features ``(N, T, 221)`` float32 of rows and their frames ``(N,)``."""
        return pad_motions([self.motions[row].float() for row in rows])


@torch.inference_mode()
def decoded(codes: list[np.ndarray], tokenizer: BodyPartTokenizer, batch: int = 256) -> list[Tensor]:
    """Features ``(4 S_i, 221)`` float16 of code sequences ``(S_i, 5)``, those of one length together."""
    motions: list[Tensor] = [torch.empty(0)] * len(codes)
    alike: dict[int, list[int]] = defaultdict(list)
    for index, sequence in enumerate(codes):
        alike[len(sequence)].append(index)
    for members in alike.values():
        for start in range(0, len(members), batch):
            part = members[start : start + batch]
            raw = tokenizer.decode_features(
                torch.from_numpy(np.stack([codes[index] for index in part]).astype(np.int64))
            )
            for index, motion in zip(part, raw.half()):
                motions[index] = motion.clone()
    return motions


@torch.inference_mode()
def text_states(texts: list[str], encoder: TextEncoder, batch: int = 256) -> dict[str, Tensor]:
    """States ``(L, width)`` float16 of every different text, computed once in bfloat16."""
    model, known = encoder.model, {}
    model.to(torch.bfloat16)
    unique = sorted(set(texts), key=len)  # like lengths: little padding
    for start in range(0, len(unique), batch):
        part = unique[start : start + batch]
        states, mask = encoder.states(part)
        known |= {text: row[own].half() for text, row, own in zip(part, states, mask, strict=True)}
        if start // batch % 40 == 0:
            log.info("%d of %d texts", start + len(part), len(unique))
    model.to(torch.float32)
    return known


def batched(states: list[Tensor]) -> tuple[Tensor, Tensor]:
    """Padded states ``(N, L, width)`` and their mask."""
    whole = torch.nn.utils.rnn.pad_sequence(states, batch_first=True).float()
    lengths = torch.tensor([len(state) for state in states])
    return whole, torch.arange(whole.shape[1]) < lengths[:, None]


def contrastive(words: Tensor, motion: Tensor, scale: Tensor, same: Tensor) -> Tensor:
    """Symmetric InfoNCE of unit vectors ``(N, dim)``; ``same`` ``(N, N)`` marks equal texts, which are no negatives."""
    logits = scale * words @ motion.T
    logits = logits.masked_fill(same & ~torch.eye(len(words), dtype=torch.bool), float("-inf"))
    target = torch.arange(len(words))
    return (F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target)) / 2


@torch.no_grad()
def measure(
    retrieval: RetrievalModel, corpus: Corpus, states: dict[str, Tensor], pool: int = 32, draws: int = 20
) -> dict[str, float]:
    """Top-1 rate among ``pool`` motions (mirror images included), and how often a motion beats its mirror image."""
    retrieval.eval()
    rng, hits, sides = random.Random(0), [], []
    for _ in range(draws):
        rows, texts = corpus.draw(pool // 2, rng)
        words = retrieval.vectors_of_states(*batched([states[text] for text in texts]))
        scores = words @ retrieval.motion_vectors(*corpus.padded(rows)).T
        best = scores.argmax(1)
        hits += [texts[int(b)] == text for b, text in zip(best, texts, strict=True)]
        for first in range(0, pool, 2):
            if texts[first] != texts[first + 1]:
                square = scores[first : first + 2, first : first + 2]
                sides += [float(square[0, 0] > square[0, 1]), float(square[1, 1] > square[1, 0])]
    retrieval.train()
    return {"top1": float(np.mean(hits)), "side": float(np.mean(sides)) if sides else float("nan")}


def train(args: argparse.Namespace) -> Path:
    """Train as the command line says; returns the folder of the retrieval model."""
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)
    segments = load_segments(args.segments)
    tokenizer = BodyPartTokenizer.from_pretrained(args.tokenizer)
    corpora = {
        split: Corpus.of([s for s in segments if s.split == split], tokenizer, rng, args.balance)
        for split in ("train", "val")
    }
    encoder = TextEncoder.load(preset(args.preset).text_encoder)
    states = text_states([t for corpus in corpora.values() for texts in corpus.texts for t in texts], encoder)
    retrieval = RetrievalModel(RetrievalConfig(encoder.width, dropout=args.dropout), encoder)
    known = corpora["train"].motions
    some = torch.cat([motion_inputs(motion.float()) for motion in rng.sample(known, min(2000, len(known)))])
    retrieval.mean.copy_(some.mean(0))
    retrieval.std.copy_(some.std(0).clamp_min(0.05))
    parameters = [p for p in retrieval.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(parameters, lr=args.lr, weight_decay=0.05, betas=(0.9, 0.98))
    retrieval.train()
    started, running, best = time.monotonic(), math.nan, -1.0
    for step in range(args.steps):
        share = max(step / args.steps, (time.monotonic() - started) / (60 * args.max_minutes))
        if share >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = args.lr * lr_factor(step, share, warmup=50)
        rows, texts = corpora["train"].draw(args.batch // 2, rng)
        read, seen = batched([states[text] for text in texts]), corpora["train"].padded(rows)
        with torch.autocast("cpu", torch.bfloat16):
            words, motion = retrieval.vectors_of_states(*read), retrieval.motion_vectors(*seen)
        words, motion = words.float(), motion.float()
        names = np.array(texts)
        same = torch.from_numpy(names[:, None] == names[None, :])
        loss = contrastive(words, motion, retrieval.log_scale.exp().clamp_max(100), same)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        running = loss.item() if math.isnan(running) else 0.97 * running + 0.03 * loss.item()
        if (step + 1) % args.eval_every == 0:
            found = measure(retrieval, corpora["val"], states)
            log.info(
                "step %d  loss %.3f  val %s", step + 1, running, "  ".join(f"{k} {v:.3f}" for k, v in found.items())
            )
            if found["top1"] > best:
                best = found["top1"]
                retrieval.save_pretrained(args.out)
    if best < 0:
        retrieval.save_pretrained(args.out)
    return Path(args.out)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--segments", default="data/stage2.npz", help="file of python -m train.segments.prepare")
    options.add_argument("--tokenizer", default="checkpoints/embedded/tokenizer")
    options.add_argument("--preset", default="embedded", help="whose text encoder reads the sentences")
    options.add_argument("--out", default="checkpoints/embedded/rankers")
    options.add_argument("--batch", type=int, default=256, help="motions, mirror images included")
    options.add_argument("--steps", type=int, default=2000)
    options.add_argument("--max-minutes", type=float, default=1e9)
    options.add_argument("--lr", type=float, default=6e-4)
    options.add_argument("--dropout", type=float, default=0.1)
    options.add_argument("--balance", type=float, default=0.5, help="0 draws every action alike, 1 every clip")
    options.add_argument("--eval-every", type=int, default=100)
    options.add_argument("--seed", type=int, default=0)
    return options


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    train(parser().parse_args())

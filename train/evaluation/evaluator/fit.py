"""Train the text-motion evaluator on the training split.

    python -m train.evaluation.evaluator.fit --pairs data/pairs.npz --out data/evaluator --max-minutes 12

First the movement encoder learns to reconstruct four frames, as part of an autoencoder; then, with it frozen, the
two GRUs learn by the contrastive loss. The schedule follows whichever of ``--steps`` and ``--max-minutes`` runs out
first. Resumes from ``--state``. The weights with the best validation R-precision at 3 are kept. Test splits are never read.
"""

from __future__ import annotations

import argparse
import itertools
import logging
import random
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from hmvlm.motion import features
from train.evaluation.evaluator.model import UNKNOWN, Evaluator, build_vocabulary
from train.evaluation.evaluator.networks import EvaluatorConfig, MovementDecoder, contrastive_loss
from train.evaluation.evaluator.pairs import load_pairs
from train.evaluation.metrics import POOL, top_hits
from train.loop.schedule import lr_factor
from train.tokenizer.windows import statistics

log = logging.getLogger("train.evaluator")

MOVEMENT_SHARE = 0.2
"""Share of the run that the movement autoencoder gets."""
SNIPPET_FRAMES = 32
SPARSITY_WEIGHT, SMOOTHNESS_WEIGHT = 1e-3, 1e-3
"""Loss weights of a snippet's magnitude and of its change over time, as published."""
WORD_DROPOUT = 0.05
SAMPLING_EXPONENT = 0.5
"""An action of n pairs is sampled in proportion to ``n ** SAMPLING_EXPONENT``."""


class EvaluatorTrainer:
    """One training run of the evaluator."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        torch.manual_seed(args.seed)
        self.held_out = load_pairs(args.pairs, "val")
        train = load_pairs(args.pairs, "train")
        self.pairs = train + [pair.mirrored() for pair in train]
        if not train or len(self.held_out) < POOL:
            raise ValueError(
                f"{args.pairs} has {len(train)} training and {len(self.held_out)} validation pairs; {POOL} are needed"
            )
        raw = [features.encode(pair.motion) for pair in self.pairs]
        self.model = Evaluator(
            EvaluatorConfig(), build_vocabulary(text for pair in self.pairs for text in pair.captions)
        )
        mean, std = statistics(raw)
        self.model.mean.copy_(mean[: self.model.config.features])
        self.model.std.copy_(std[: self.model.config.features])
        self.frames = [self.model.normalised(pair.motion) for pair in self.pairs]
        self.decoder = MovementDecoder(self.model.config)
        coder = [*self.model.movement.parameters(), *self.decoder.parameters()]
        encoders = [*self.model.motion.parameters(), *self.model.text.parameters(), *self.model.words.parameters()]
        self.optimisers = [torch.optim.Adam(coder, lr=args.lr), torch.optim.Adam(encoders, lr=args.lr)]
        self.parameters = [coder, encoders]
        self.step, self.best, self.matching = 0, -1.0, False
        self._snippets: list[Tensor] | None = None
        groups: dict[str, list[int]] = defaultdict(list)
        for index, pair in enumerate(self.pairs):
            groups[pair.action].append(index)
        self.groups = list(groups.values())
        self.weights = list(itertools.accumulate(len(group) ** SAMPLING_EXPONENT for group in self.groups))

    def sample_batch(self, rng: random.Random) -> list[int]:
        """Indices of a batch: each samples an action, then one of its pairs."""
        return [rng.choice(group) for group in rng.choices(self.groups, cum_weights=self.weights, k=self.args.batch)]

    def movement_loss(self, rng: random.Random) -> Tensor:
        """Reconstruction of windows of 32 frames, and small, smooth snippets."""
        windows = []
        for index in self.sample_batch(rng):
            frames = self.frames[index]
            start = rng.randrange(max(1, len(frames) - SNIPPET_FRAMES + 1))
            piece = frames[start : start + SNIPPET_FRAMES]
            windows.append(F.pad(piece[None], (0, 0, 0, SNIPPET_FRAMES - len(piece)), mode="replicate")[0])
        frames = torch.stack(windows)
        snippets = self.model.movement(frames)
        loss = F.l1_loss(self.decoder(snippets), frames)
        return loss + SPARSITY_WEIGHT * snippets.abs().mean() + SMOOTHNESS_WEIGHT * snippets.diff(dim=1).abs().mean()

    def matching_loss(self, rng: random.Random) -> Tensor:
        """Contrastive loss of a batch with one caption a motion and word dropout."""
        picks = self.sample_batch(rng)
        captions = [rng.choice(self.pairs[index].captions) for index in picks]
        rows = [self.snippets()[index] for index in picks]
        motions = self.model.motion(pad_sequence(rows, batch_first=True), torch.tensor([len(row) for row in rows]))
        ids, lengths = self.model.word_ids(captions)
        ids = torch.where((torch.rand(ids.shape) < WORD_DROPOUT) & (ids > 0), UNKNOWN, ids)
        same = torch.tensor([[a == b for b in captions] for a in captions])
        same |= torch.tensor([[a == b for b in picks] for a in picks])
        return contrastive_loss(self.model.encode_texts(ids, lengths), motions, same)

    @torch.no_grad()
    def snippets(self) -> list[Tensor]:
        """Snippets of every training pair by the movement encoder, which is frozen by then; computed once."""
        if self._snippets is None:
            self.model.eval()
            self._snippets = [self.model.movement(frames[None])[0] for frames in self.frames]
            self.model.train()
        return self._snippets

    def validate(self) -> float:
        """R-precision at 3 on the validation split, over ten shuffles."""
        self.model.eval()
        motions = self.model.embed_motions([pair.motion for pair in self.held_out])
        texts = self.model.embed_texts([pair.captions[0] for pair in self.held_out])
        self.model.train()
        return float(
            np.mean([top_hits(texts, motions, np.random.default_rng(seed))[:, 2].mean() for seed in range(10)])
        )

    def train(self) -> None:
        """Run until ``--steps`` or ``--max-minutes``."""
        args = self.args
        self.resume()
        rng = random.Random(f"{args.seed} {self.step}")
        started, running = time.monotonic(), 0.0
        self.model.train()
        while (share := self._share(started)) < 1:
            self.matching = self.matching or share >= MOVEMENT_SHARE
            loss = self.matching_loss(rng) if self.matching else self.movement_loss(rng)
            optimiser, parameters = self.optimisers[self.matching], self.parameters[self.matching]
            for group in optimiser.param_groups:
                group["lr"] = args.lr * lr_factor(self.step, share, floor=0.05)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 0.5)
            optimiser.step()
            self.step += 1
            running = 0.95 * running + 0.05 * loss.item()
            if self.step % args.log_every == 0:
                log.info("step %d  %s %.4f", self.step, "matching" if self.matching else "movement", running)
            if self.matching and self.step % args.eval_every == 0:
                self.validate_and_save()
        self.save_state()
        self.validate_and_save()
        log.info("done: validation R@3 %.3f", self.best)

    def _share(self, started: float) -> float:
        """Share of the run that is done, in [0, 1]."""
        return max(self.step / self.args.steps, (time.monotonic() - started) / 60 / self.args.max_minutes)

    def validate_and_save(self) -> None:
        """Validate, and write the evaluator if it is the best so far."""
        score = self.validate()
        log.info("step %d  validation R@3 %.3f (best %.3f)", self.step, score, self.best)
        if score > self.best:
            self.best = score
            metadata = {
                "step": self.step,
                "validation_r3": score,
                "training_pairs": len(self.pairs),
                "seed": self.args.seed,
            }
            self.model.save_pretrained(self.args.out, metadata)

    def save_state(self) -> None:
        """Write the training state for resuming."""
        state = Path(self.args.state)
        state.mkdir(parents=True, exist_ok=True)
        partial = state / "state.pt.partial"
        content = {"model": self.model.state_dict(), "decoder": self.decoder.state_dict(), "step": self.step}
        content |= {"best": self.best, "matching": self.matching}
        torch.save(content | {"optimisers": [one.state_dict() for one in self.optimisers]}, partial)
        partial.replace(state / "state.pt")

    def resume(self) -> None:
        """Load the training state that :meth:`save_state` wrote, if there is one."""
        path = Path(self.args.state) / "state.pt"
        if not path.is_file():
            return
        saved = torch.load(path, map_location="cpu", weights_only=True)
        self.model.load_state_dict(saved["model"])
        self.decoder.load_state_dict(saved["decoder"])
        for optimiser, state in zip(self.optimisers, saved["optimisers"], strict=True):
            optimiser.load_state_dict(state)
        self.step, self.best, self.matching = saved["step"], saved["best"], saved["matching"]
        log.info("resumed at step %d", self.step)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--pairs", default="data/pairs.npz", help="file of python -m train.evaluation.evaluator.pairs")
    options.add_argument("--out", default="data/evaluator")
    options.add_argument("--state", default="state/evaluator", help="folder for resuming")
    options.add_argument("--steps", type=int, default=4000)
    options.add_argument("--max-minutes", type=float, default=1e9)
    options.add_argument("--batch", type=int, default=64)
    options.add_argument("--lr", type=float, default=5e-4)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--log-every", type=int, default=50)
    options.add_argument("--eval-every", type=int, default=200)
    return options


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    EvaluatorTrainer(parser().parse_args()).train()

"""Train the text-motion evaluator on the training split.

    python -m train.evaluation.evaluator.fit --pairs data/pairs.npz --out data/evaluator --steps 2500

Two runs, one after the other. In the first, the movement encoder learns to reconstruct motion as part of an
autoencoder; it is kept as ``movement.safetensors``. In the second, with that encoder frozen, the two GRUs are trained
by the contrastive loss, and the weights with the best validation R-precision at 3 are kept. Test splits are never read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor

from hmvlm.motion import features
from train.evaluation.evaluator.batches import MatchingBatches, WindowBatches
from train.evaluation.evaluator.model import CONFIG_FILE, UNKNOWN, WEIGHTS_FILE, Evaluator, build_vocabulary
from train.evaluation.evaluator.networks import EvaluatorConfig, MovementDecoder, contrastive_loss
from train.evaluation.evaluator.pairs import Pair, load_pairs
from train.evaluation.metrics import POOL, top_hits
from train.loop.guards import existing_output
from train.loop.objective import Objective, trainable
from train.loop.record import finished, read_record
from train.loop.run import TrainingLoop
from train.loop.settings import LoopSettings, option, parse_settings
from train.loop.state import StateError, StateFolder
from train.tokenizer.windows import statistics

MOVEMENT, MATCHING = "evaluator_movement", "evaluator"
"""Names of the two runs."""
MOVEMENT_FILE = "movement.safetensors"
SPARSITY_WEIGHT, SMOOTHNESS_WEIGHT = 1e-3, 1e-3
"""Loss weights of a snippet's magnitude and of its change over time, as published."""
WORD_DROPOUT = 0.05
SHUFFLES = 10
"""Random pools over which the validation R-precision is averaged."""


@dataclass(kw_only=True)
class EvaluatorSettings(LoopSettings):
    """Train the text-motion evaluator."""

    pairs: str = option("data/pairs.npz", "file of python -m train.evaluation.evaluator.pairs")
    batch: int = option(64, "pairs a batch")
    movement_share: float = option(0.2, "share of --steps and --minutes that the movement autoencoder is trained for")
    steps: int = option(4000, "optimiser steps of the two runs together")
    lr: float = option(5e-4, "peak learning rate")
    warmup: int = option(0, "steps over which the learning rate rises")
    lr_floor: float = option(0.05, "share of the peak learning rate at the end of the cosine decay")
    clip_norm: float = option(0.5, "largest norm of the gradient")
    eval_every: int = option(200, "steps between validations")

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.movement_share < 1:
            raise ValueError(f"movement_share must lie between 0 and 1, got {self.movement_share}")

    def movement(self) -> EvaluatorSettings:
        """The settings of the first run, whose result is the file of the movement encoder inside ``out``."""
        return self._run(MOVEMENT, Path(self.out) / MOVEMENT_FILE, self._movement_steps(), self.movement_share)

    def matching(self) -> EvaluatorSettings:
        """The settings of the second run."""
        return self._run(MATCHING, Path(self.out), max(1, self.steps - self._movement_steps()), 1 - self.movement_share)

    def _movement_steps(self) -> int:
        return max(1, round(self.steps * self.movement_share))

    def _run(self, stage: str, out: Path, steps: int, share: float) -> EvaluatorSettings:
        state = None if self.state is None else str(Path(self.state) / stage)
        minutes = None if self.minutes is None else self.minutes * share
        return replace(self, out=str(out), state=state, steps=steps, minutes=minutes)


class MovementAutoencoder(Objective):
    """The movement encoder of an evaluator, trained as part of an autoencoder.

    Args:
        evaluator: whose movement encoder is trained in place.
    """

    single_file = True
    loss_weights = {"reconstruction": 1.0, "sparsity": SPARSITY_WEIGHT, "smoothness": SMOOTHNESS_WEIGHT}

    def __init__(self, evaluator: Evaluator) -> None:
        super().__init__()
        self.encoder, self.decoder = evaluator.movement.requires_grad_(True), MovementDecoder(evaluator.config)

    def forward(self, frames: Tensor) -> dict[str, Tensor]:
        """Loss terms of windows ``(B, WINDOW_FRAMES, F)``."""
        frames = frames.to(self.decoder.out_net.weight.device)
        snippets = self.encoder(frames)
        return {
            "reconstruction": F.l1_loss(self.decoder(snippets), frames),
            "sparsity": snippets.abs().mean(),
            "smoothness": snippets.diff(dim=1).abs().mean(),
        }

    def optimizer(self, settings: LoopSettings) -> torch.optim.Optimizer:
        """Adam, as published."""
        return torch.optim.Adam(trainable(self), lr=settings.lr)

    def save(self, out: Path) -> None:
        """Write the movement encoder; the decoder is not needed again."""
        save_file({name: value.detach().cpu() for name, value in self.encoder.state_dict().items()}, out)


class ContrastiveMatching(Objective):
    """The GRUs over snippets and words, trained by the contrastive loss with the movement encoder frozen.

    Args:
        evaluator: whose sequence encoders and word vectors are trained in place.
        held_out: validation pairs.
    """

    loss_weights = {"contrastive": 1.0}
    selection = "r3_error"
    outputs = (CONFIG_FILE, WEIGHTS_FILE)

    def __init__(self, evaluator: Evaluator, held_out: list[Pair]) -> None:
        super().__init__()
        self.evaluator, self.held_out = evaluator.requires_grad_(True), held_out
        evaluator.movement.requires_grad_(False)

    def train(self, mode: bool = True) -> ContrastiveMatching:
        """The movement encoder stays in evaluation mode."""
        super().train(mode)
        self.evaluator.movement.eval()
        return self

    def forward(self, batch: tuple[Tensor, ...]) -> dict[str, Tensor]:
        """Contrastive loss of a batch of :class:`MatchingBatches`, with word dropout."""
        model = self.evaluator
        snippets, lengths, ids, words, same = (part.to(model.mean.device) for part in batch)
        dropped = (torch.rand(ids.shape, device=ids.device) < WORD_DROPOUT) & (ids > 0)
        texts = model.encode_texts(torch.where(dropped, UNKNOWN, ids), words)
        return {"contrastive": contrastive_loss(texts, model.motion(snippets, lengths), same)}

    def optimizer(self, settings: LoopSettings) -> torch.optim.Optimizer:
        """Adam, as published."""
        return torch.optim.Adam(trainable(self), lr=settings.lr)

    def validate(self) -> dict[str, float]:
        """1 - R-precision at 3 on the validation pairs, averaged over :data:`SHUFFLES` shuffles."""
        motions = self.evaluator.embed_motions([pair.motion for pair in self.held_out])
        texts = self.evaluator.embed_texts([pair.captions[0] for pair in self.held_out])
        hits = [top_hits(texts, motions, np.random.default_rng(seed))[:, 2].mean() for seed in range(SHUFFLES)]
        return {"r3_error": 1 - float(np.mean(hits))}

    def save(self, out: Path) -> None:
        """Write the evaluator."""
        self.evaluator.save_pretrained(out)


def read_pairs(path: str) -> tuple[list[Pair], list[Pair]]:
    """Training pairs with their mirror images, and validation pairs; ValueError if there are too few."""
    train, held_out = load_pairs(path, "train"), load_pairs(path, "val")
    if not train or len(held_out) < POOL:
        raise ValueError(
            f"{path} has {len(train)} training and {len(held_out)} validation pairs; at least 1 and {POOL} are needed"
        )
    return train + [pair.mirrored() for pair in train], held_out


def initial_evaluator(pairs: list[Pair]) -> Evaluator:
    """An untrained evaluator with the vocabulary and the feature statistics of the pairs."""
    evaluator = Evaluator(EvaluatorConfig(), build_vocabulary(text for pair in pairs for text in pair.captions))
    mean, std = statistics([features.encode(pair.motion) for pair in pairs])
    evaluator.mean.copy_(mean[: evaluator.config.features])
    evaluator.std.copy_(std[: evaluator.config.features])
    return evaluator


@torch.no_grad()
def encode_snippets(evaluator: Evaluator, frames: list[Tensor]) -> list[Tensor]:
    """Snippets ``(S_i, M)`` of normalised features ``(T_i, F)``, by the movement encoder in evaluation mode."""
    evaluator.cpu().eval()
    return [evaluator.movement(rows[None])[0] for rows in frames]


def refuse_to_replace(settings: EvaluatorSettings) -> None:
    """StateError before the first run where the second would refuse to replace an evaluator."""
    known = settings.overwrite or StateFolder(settings.matching().state_folder(MATCHING)).exists()
    if not known and (taken := existing_output(Path(settings.out), ContrastiveMatching.outputs)):
        raise StateError(f"{taken} exists; choose another --out, or add --overwrite to replace it")


def complete(out: str | Path) -> bool:
    """Whether the folder holds an evaluator whose training was not interrupted."""
    return (Path(out) / CONFIG_FILE).is_file() and read_record(out).get(MATCHING, {}).get("finished", True)


def train(settings: EvaluatorSettings) -> Path:
    """Train the evaluator; returns its folder. A call that ends within the first run leaves no evaluator there yet."""
    first, second = settings.movement(), settings.matching()
    if finished(second, MATCHING):
        return Path(settings.out)
    refuse_to_replace(settings)
    if (
        settings.overwrite
    ):  # otherwise a later --resume could combine the new first run with the state of an old second one
        StateFolder(second.state_folder(MATCHING)).clear()
    torch.manual_seed(settings.seed)
    pairs, held_out = read_pairs(settings.pairs)
    evaluator = initial_evaluator(pairs)
    frames = [evaluator.normalised(pair.motion) for pair in pairs]
    if not finished(first, MOVEMENT):
        windows = WindowBatches(pairs, frames, first.batch, first.seed)
        loop = TrainingLoop(MOVEMENT, MovementAutoencoder(evaluator), windows, first, [settings.pairs])
        loop.run()
        if not read_record(first.out)[MOVEMENT]["finished"]:
            return Path(settings.out)
        if second.max_minutes is not None:
            second = replace(second, max_minutes=max(0.0, second.max_minutes - loop.spent))
    evaluator.movement.load_state_dict(load_file(first.out))
    batches = MatchingBatches(pairs, encode_snippets(evaluator, frames), evaluator, second.batch, second.seed)
    inputs = [settings.pairs, first.out]
    return TrainingLoop(MATCHING, ContrastiveMatching(evaluator, held_out), batches, second, inputs).run()


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    train(parse_settings(EvaluatorSettings, argv, __doc__))


if __name__ == "__main__":
    main()

"""One variant of the language model: trained by stage 2 with a small budget, then timed and validated."""

from __future__ import annotations

import argparse
import json
import logging
import random
import shutil
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch

from hmvlm import HMVLM
from hmvlm.config import PRESETS, preset
from hmvlm.language.gate import Gate
from hmvlm.language.model import CONFIG
from train.evaluation.ablations.settings import AblationSettings
from train.evaluation.report.tables import Cell
from train.instruct import stage2
from train.instruct.batches import Batches

log = logging.getLogger(__name__)

COLUMNS = (
    "trained parameters, M", "clips seen", "step s", "clips a second", "latency s", "tokens a second",
    "validation loss, motion", "validation loss, text", "dialogue at α₀ ≥ 0.99 %",
)  # fmt: skip
PROMPT, SECONDS = "a person walks forward", 4.0
"""Latency is of one motion of this length: the median of three after a warm-up."""
EVALUATIONS = 4
TIMED_STEPS = 5
PLAIN_BIAS = 20.0
"""Logit that gives the only expert the weight 1 up to 1e-17."""


@dataclass(frozen=True)
class Variant:
    """What differs from the default: ``experts`` without the zero expert, their ``rank``, the layout, the losses.

    ``expert_lr_multiplier`` scales the experts' learning rate. Without ``gate_loss``, ordinary dialogue is not pulled to the zero expert; a variant that is not ``gated`` gives its
    single expert the weight 1 on every prompt, which is plain LoRA.
    """

    label: str
    experts: int = 4
    rank: int = 8
    layout: str = "stepwise"
    gate_loss: bool = True
    gated: bool = True
    expert_lr_multiplier: float = 1.0

    def __post_init__(self) -> None:
        if not self.gated and self.experts != 1:
            raise ValueError(f"plain LoRA has one expert, not {self.experts}")

    @property
    def key(self) -> str:
        """Name of the variant's folder."""
        return "".join(letter if letter.isalnum() else "_" for letter in self.label.lower())


@dataclass(frozen=True)
class Result:
    """Measurements of a variant; ``log`` holds the validation rows of its training."""

    parameters: int
    examples: int
    steps: int
    step_seconds: float
    examples_per_second: float
    latency: float
    tokens_per_second: float
    validation: dict[str, float]
    log: list[dict]

    def row(self) -> tuple[Cell, ...]:
        """Cells of :data:`COLUMNS`."""
        losses = self.validation
        return (
            self.parameters / 1e6, self.examples, self.step_seconds, self.examples_per_second, self.latency, self.tokens_per_second,
            losses.get("val_motion"), losses.get("val_text"), 100 * losses["val_talk_above_0.99"],
        )  # fmt: skip


def at_examples(result: Result, examples: int) -> Result | None:
    """The result as it was at the last validation at which no more than ``examples`` had been seen, if there was one."""
    earlier = [row for row in result.log if row["examples"] <= examples]
    return replace(result, examples=earlier[-1]["examples"], validation=earlier[-1]) if earlier else None


@contextmanager
def resized(name: str, experts: int, rank: int) -> Iterator[None]:
    """The preset ``name`` with another number and rank of experts, for as long as the block lasts."""
    usual = preset(name)
    PRESETS[name] = replace(usual, num_experts=experts, rank=rank)
    try:
        yield
    finally:
        PRESETS[name] = usual


def always_expert(gate: Gate) -> None:
    """Make a gate over the zero expert and one other answer (0, 1) to every prompt, and leave it untrained."""
    gate.requires_grad_(False)
    last = gate.mlp[-1]
    last.weight.zero_()
    last.bias.copy_(torch.tensor([-PLAIN_BIAS, PLAIN_BIAS]))


def as_options(**values: object) -> list[str]:
    """Named values as words of a command line: ``max_minutes=5`` becomes ``--max-minutes=5``."""
    return [f"--{name.replace('_', '-')}={value}" for name, value in values.items()]


def stage2_options(variant: Variant, args: AblationSettings, folder: Path) -> argparse.Namespace:
    """Options of stage 2 for a variant; the learning rate decays with the steps or the minutes, whichever end first."""
    usual = stage2.parser().get_default("lr")
    options = as_options(
        preset=args.preset, segments=args.data / "stage2.npz", dialogue=args.dialogue, tokenizer=args.tokenizer, out=folder,
        state=folder / "state", layout=variant.layout, dtype=args.dtype, steps=args.steps, minutes=args.minutes,
        max_minutes=args.minutes, positions=args.positions, workers=args.workers, lr=usual * variant.expert_lr_multiplier, eval_every=max(1, args.steps // EVALUATIONS), seed=args.seed,
    )  # fmt: skip
    return stage2.parser().parse_args(options + (["--cpu"] if args.device == "cpu" else []))


def train_variant(variant: Variant, args: AblationSettings) -> Result:
    """Train and measure a variant in ``args.state``; the kept result, if it was trained with the same settings before."""
    folder = args.state / variant.key
    settings = {"variant": asdict(variant)} | {
        name: str(getattr(args, name))
        for name in ("preset", "tokenizer", "minutes", "steps", "positions", "device", "dtype", "seed")
    }
    kept = folder / "state" / "result.json"
    if kept.is_file():
        written = json.loads(kept.read_text())
        if written["settings"] == settings and (folder / CONFIG).is_file():
            return Result(**written["result"])
    shutil.rmtree(folder, ignore_errors=True)
    log.info("training %s", variant.label)
    with resized(args.preset, variant.experts, variant.rank):
        trainer = stage2.Trainer(stage2_options(variant, args, folder))
        if not variant.gated:
            with torch.no_grad():
                always_expert(trainer.model.gate)
        if not (variant.gate_loss and variant.gated):
            trainer.weights |= {"gate": 0.0} | ({} if variant.gated else {"clear": 0.0})
        trainer.train()
    shutil.copytree(args.tokenizer, folder / "tokenizer", dirs_exist_ok=True)
    result = measure(trainer)
    kept.write_text(json.dumps({"settings": settings, "result": asdict(result)}, indent=1))
    return result


def measure(trainer: stage2.Trainer) -> Result:
    """Validation losses, parameters, and times of a trained variant."""
    rows = [json.loads(line) for line in (trainer.state / "log.jsonl").read_text().splitlines()]
    model = trainer.model
    step, rate = step_times(trainer)
    model.eval()
    latency, tokens = generation_times(HMVLM(model, trainer.tokenizer))
    parameters = {id(p): p.numel() for group in model.trainable().values() for p in group if p.requires_grad}
    return Result(
        sum(parameters.values()), trainer.seen, trainer.step, step, rate, latency, tokens, trainer.evaluate(),
        [row for row in rows if "val_motion" in row],
    )  # fmt: skip


def step_times(trainer: stage2.Trainer) -> tuple[float, float]:
    """Median seconds of a forward and backward pass over the same batches for all variants, and clips a second."""
    rng, seconds, examples = random.Random(1), [], 0
    batches = Batches(trainer.mixture, trainer.model.gate, trainer.args.positions, trainer.args.row)
    trainer.model.train()
    for _ in range(TIMED_STEPS):
        batch = batches.make(rng)
        started = time.perf_counter()
        terms, _ = trainer.terms(batch, trainer.mixture.views)
        sum(trainer.weights[name] * value for name, value in terms.items()).backward()
        seconds.append(time.perf_counter() - started)
        examples += len(batch)
        trainer.optimiser.zero_grad()
    return statistics.median(seconds), examples / sum(seconds)


def generation_times(model: HMVLM) -> tuple[float, float]:
    """Seconds for one motion of :data:`SECONDS`, and part tokens a second."""
    seconds, tokens = [], 0
    for seed in range(4):
        started = time.perf_counter()
        motion = model.generate(PROMPT, seconds=SECONDS, seed=seed)[0]
        seconds.append(time.perf_counter() - started)
        tokens = len(motion) // 4 * 5
    middle = statistics.median(seconds[1:])
    return middle, tokens / middle

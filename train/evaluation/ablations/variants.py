"""One variant of the language model: trained by stage 2 with a small budget, then timed and validated."""

from __future__ import annotations

import json
import logging
import statistics
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from hmvlm import HMVLM
from hmvlm.atomic import write_text
from train.evaluation.ablations.settings import AblationSettings
from train.evaluation.report.tables import Cell
from train.instruct import stage2
from train.instruct.settings import Stage2Settings
from train.loop.run import TrainingLoop

log = logging.getLogger(__name__)

COLUMNS = (
    "trained parameters, M", "clips seen", "step s", "clips a second", "latency s", "tokens a second",
    "validation loss, motion", "validation loss, text", "dialogue at α₀ ≥ 0.99 %",
)  # fmt: skip
PROMPT, SECONDS = "a person walks forward", 4.0
"""Latency is of one motion of this length: the median of three after a warm-up."""
EVALUATIONS = 4
TIMED_STEPS = 5


@dataclass(frozen=True)
class Variant:
    """What differs from the default: ``experts`` without the zero expert, their ``rank``, the layout, the losses.

    ``expert_lr_multiplier`` scales the experts' learning rate. Without ``gate_loss``, ordinary dialogue is not pulled
    to the zero expert; a variant that is not ``gated`` gives its single expert the weight 1 on every prompt, which is
    plain LoRA.
    """

    label: str
    experts: int = 4
    rank: int = 8
    layout: Literal["stepwise", "flat"] = "stepwise"
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
            self.parameters / 1e6, self.examples, self.step_seconds, self.examples_per_second, self.latency,
            self.tokens_per_second,
            losses.get("val_motion"), losses.get("val_text"), 100 * losses["val_dialogue_above_0.99"],
        )  # fmt: skip


def at_examples(result: Result, examples: int) -> Result | None:
    """The result as it was at the last validation at which no more than ``examples`` had been
    seen, if there was one.
    """
    earlier = [row for row in result.log if row["examples"] <= examples]
    return replace(result, examples=earlier[-1]["examples"], validation=earlier[-1]) if earlier else None


def stage2_settings(variant: Variant, settings: AblationSettings) -> Stage2Settings:
    """Settings of stage 2 for a variant, with the same data, budget and seed for all."""
    folder = settings.state / variant.key
    return Stage2Settings(
        preset=settings.preset, segments=str(settings.data / "segments.npz"), dialogue=str(settings.dialogue),
        tokenizer=str(settings.tokenizer), out=str(folder), state=str(settings.state / "training" / variant.key),
        overwrite=True, layout=variant.layout,
        dtype=settings.dtype, device=settings.device, steps=settings.steps, minutes=settings.minutes,
        positions=settings.positions, workers=settings.workers, seed=settings.seed,
        lr=Stage2Settings.lr * variant.expert_lr_multiplier, eval_every=max(1, settings.steps // EVALUATIONS),
        log_every=max(1, settings.steps // 50),
        experts=variant.experts, rank=variant.rank, gated=variant.gated, gate_weight=float(variant.gate_loss),
    )  # fmt: skip


def train_variant(variant: Variant, settings: AblationSettings) -> Result:
    """Train and check a variant in ``state``; the kept result, if it was trained with the same settings before."""
    chosen = stage2_settings(variant, settings)
    kept, defining = Path(chosen.out) / "result.json", chosen.defining()
    if kept.is_file():
        written = json.loads(kept.read_text())
        if written["settings"] == defining:
            return Result(**written["result"])
    log.info("training %s", variant.label)
    objective = stage2.make_objective(chosen)
    loop = TrainingLoop("stage2", objective, objective.batches(), chosen)
    loop.run()
    result = measure(loop, objective)
    write_text(kept, json.dumps({"settings": defining, "result": asdict(result)}, indent=1))
    return result


def measure(loop: TrainingLoop, objective: stage2.InstructionTuning) -> Result:
    """Validation losses, parameters, and times of a trained variant."""
    seen, examples, log_rows = 0.0, 0.0, []
    for row in loop.state.rows():
        if "examples" in row:
            examples += row["examples"] * (row["step"] - seen)
            seen = row["step"]
        if "val_motion" in row:
            log_rows.append(row | {"examples": round(examples)})
    step, pace = step_times(objective)
    objective.eval()
    latency, tokens = generation_times(HMVLM(objective.model, objective.tokenizer))
    parameters = sum(parameter.numel() for parameter in loop.parameters)
    return Result(
        parameters, round(examples), loop.step, step, pace, latency, tokens, log_rows[-1] if log_rows else {}, log_rows
    )


def step_times(objective: stage2.InstructionTuning) -> tuple[float, float]:
    """Median seconds of a forward and backward pass over the same batches for all variants, and clips a second."""
    seconds, examples, batches = [], 0, objective.batches()
    objective.train()
    for number in range(TIMED_STEPS):
        batch = batches[number]
        started = time.perf_counter()
        terms = objective(batch)
        sum(weight * terms[name] for name, weight in objective.loss_weights.items() if name in terms).backward()
        seconds.append(time.perf_counter() - started)
        examples += len(batch)
        objective.zero_grad()
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

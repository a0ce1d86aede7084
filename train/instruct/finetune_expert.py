r"""After stage 2: fine-tune one expert on questions about motions; everything else is frozen.

    python -m train.segments.prepare --order 6 --out data/segments.npz
    python -m train.instruct.finetune_expert --model out/stage2 --segments data/segments.npz \
        --out out/expert --minutes 36

Stage 2 spends few of its steps on questions, fewer on questions of time, and hardly any on those whose answer the
measurements rarely decide ("do the hands go up together?"); here rare templates are drawn more often. The gate gives
this expert about nine times as much weight on questions about motions as on requests for motion or poses
(``docs/results.md``), and none on ordinary dialogue, so the other tasks change little; ``val_motion`` measures it.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.attention import sdpa_kernel

from hmvlm.language.model import MotionLanguageModel
from hmvlm.language.moe_lora import MoELoraConfig
from train.instruct.batches import Batch, Batches
from train.instruct.mixture import Mixture
from train.instruct.stage2 import attention
from train.loop.objective import Objective, trainable
from train.loop.record import finished
from train.loop.run import TrainingLoop
from train.loop.settings import LoopSettings, option, parse_settings
from train.segments.segment import Segment, load_segments


@dataclass(kw_only=True)
class FinetuneSettings(LoopSettings):
    """Fine-tune one expert on questions about motions."""

    model: str = option(help="folder of the model that stage 2 made")
    segments: str = option("data/segments.npz", "file of python -m train.segments.prepare --order 6")
    expert: int = option(0, "which expert, from 0")
    captions: float = option(0.1, "share of captions among the examples; the rest are questions")
    sampling_exponent: float = option(0.35, "a group of n motions is drawn in proportion to n to this power")
    positions: int = option(1024, "packed positions a batch")
    row: int = option(160, "positions a packed row")
    eval_batches: int = option(12, "batches for each validation loss")
    steps: int = option(500, "optimiser steps of the whole run")
    lr: float = option(3e-3, "peak learning rate")
    warmup: int = option(20, "steps over which the learning rate rises")
    lr_floor: float = option(0.05, "share of the peak learning rate at the end of the cosine decay")
    log_every: int = option(10, "steps between lines of the log")


def select_expert(backbone: nn.Module, expert: int, rank: int) -> None:
    """Let gradients reach both matrices of ``expert`` (0 is the first) in every layer, and nothing else."""
    rows = slice(expert * rank, (expert + 1) * rank)
    for name, parameter in backbone.named_parameters():
        if "moe_lora_" in name:
            mask = torch.zeros_like(parameter)
            (mask if "moe_lora_A" in name else mask.T)[rows] = 1
            parameter.requires_grad_(True).register_hook(lambda grad, mask=mask: grad * mask.to(grad.device))


class ExpertFinetuning(Objective):
    """A model, one expert of which is trained on captions and answers, each under its own gate.

    Args:
        model: whose expert is trained in place.
        segments: motions with questions, training and validation split.
        settings: which expert, and shares of the examples.

    Raises:
        ValueError: there is no such expert.
    """

    loss_weights = {"text": 1.0}
    outputs = ("language.json",)
    validate_first = True

    def __init__(self, model: MotionLanguageModel, segments: list[Segment], settings: FinetuneSettings) -> None:
        super().__init__()
        config = model.backbone.peft_config["default"]
        assert isinstance(config, MoELoraConfig)
        if not 0 <= settings.expert < config.num_experts:
            raise ValueError(f"there is no expert {settings.expert}; 0 to {config.num_experts - 1}")
        self.model, self.settings = model.requires_grad_(False), settings
        select_expert(model.backbone, settings.expert, config.r)
        train, held_out = ([one for one in segments if one.split == split] for split in ("train", "val"))
        self.batches = self._batches(train, settings.captions, 1 - settings.captions)
        self.checks = {
            "answers": self._batches(held_out, 0.1, 0.9),
            "captions": self._batches(held_out, 1.0),
            "motion": self._batches(held_out, 0.0),
        }

    def _batches(self, segments: list[Segment], captions: float, questions: float = 0.0) -> Batches:
        model, settings = self.model, self.settings
        mixture = Mixture(
            segments, model.builder, captions, questions, settings.sampling_exponent, notes=model.config.notes,
            balance_templates=questions > 0,
        )  # fmt: skip
        return Batches(mixture, model.gate, settings.positions, settings.row, settings.seed)

    def train(self, mode: bool = True) -> ExpertFinetuning:
        """Stay in evaluation mode: the expert is fine-tuned without dropout."""
        return super().train(False)

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        """Loss terms (``text``, ``motion``) of the examples."""
        device = self.model.device
        with torch.no_grad():
            alpha = self.model.gate(
                self.model.gate.encode(batch.texts, cached=False).to(device), batch.media.to(device)
            ).exp()
        packed = batch.packed.to(device)
        with sdpa_kernel(attention(device)):
            return self.model.losses(packed, self.model.hidden_states(packed, alpha))

    def optimizer(self, settings: LoopSettings) -> torch.optim.Optimizer:
        """Adam without weight decay, which would shrink the other experts."""
        return torch.optim.Adam(trainable(self), lr=settings.lr, betas=(0.9, 0.98))

    def validate(self) -> dict[str, float]:
        """Losses on validation answers, captions and motion."""
        found = {}
        for name, batches in self.checks.items():
            term = "motion" if name == "motion" else "text"
            values = [float(self(batches[number])[term]) for number in range(self.settings.eval_batches)]
            found[name] = sum(values) / len(values)
        return found

    def save(self, out: Path) -> None:
        """Write the whole model, with what else lies in its folder."""
        shutil.copytree(self.settings.model, out, dirs_exist_ok=True)
        self.model.save_pretrained(out)


def train(settings: FinetuneSettings) -> Path:
    """Fine-tune; returns the folder of the model."""
    if finished(settings, "finetune_expert"):
        return Path(settings.out)
    torch.manual_seed(settings.seed)
    segments = load_segments(settings.segments)
    objective = ExpertFinetuning(MotionLanguageModel.from_pretrained(settings.model), segments, settings)
    inputs: list[str | Path] = [settings.segments, Path(settings.model) / "adapter" / "adapter_model.safetensors"]
    return TrainingLoop("finetune_expert", objective, objective.batches, settings, inputs).run()


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    train(parse_settings(FinetuneSettings, argv, __doc__))


if __name__ == "__main__":
    main()

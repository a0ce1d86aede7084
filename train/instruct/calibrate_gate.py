"""After stage 2: fine-tune the gate, so that ordinary dialogue is left to the base model; everything else is frozen.

    python -m train.instruct.calibrate_gate --model out/stage2 --segments data/segments.npz --out out/calibrated

Stage 2 sees a few dialogue prompts a step and ends while many of them are still just below the skip threshold. Here the
gate is trained alone on cached text features: by ``L_gat`` on dialogue, and, on prompts that need the experts, by the
KL divergence from the mixture with which stage 2 trained them. The intent head, a linear classifier of the same
features that separates requests for a pose from questions and from all other prompts, is trained in the same run.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from hmvlm.config import preset
from hmvlm.language.gate import INTENTS, WEIGHTS_FILE, Gate, gate_loss
from hmvlm.language.model import CONFIG, GATE
from hmvlm.language.text_encoder import TextEncoder
from train.dialogue.prompts import DialoguePrompts
from train.instruct.gate_prompts import CalibrationBatches, GatePrompts
from train.loop.objective import Objective
from train.loop.record import finished
from train.loop.run import TrainingLoop
from train.loop.settings import LoopSettings, option, parse_settings
from train.segments.segment import load_segments

BASE_THRESHOLD = 0.9
"""Motion prompts whose alpha_0 is above this get the mean mixture of the others as their target."""
LEFT_TO_BASE = 0.99
"""alpha_0 from which dialogue counts as left to the base in validation."""
HARD_SHARE = 0.125
"""Share of a batch of dialogue, that with the lowest alpha_0, whose loss counts twice."""
HELD_OUT_INTENTS = 5
"""One text of so many is held out to validate the intent head."""


@dataclass(kw_only=True)
class CalibrationSettings(LoopSettings):
    """Fine-tune the gate on ordinary dialogue."""

    model: str = option(help="folder of the model that stage 2 made")
    segments: str = option("data/segments.npz", "file of python -m train.segments.prepare")
    dialogue: str = option("data/dialogue", "folder with dolly_*.jsonl")
    batch: int = option(512, "prompts of each kind a batch; half as many where media are attached")
    kl_weight: float = option(
        3.0, "weight of the divergence from the mixtures of stage 2 on prompts that need the experts"
    )
    long_requests: int = option(8000, "made long requests in the dialogue")
    short_questions: int = option(10_000, "made short questions in the dialogue")
    hard_negatives: int = option(5, "how often hard negatives are repeated in the dialogue")
    motion_prompts: int = option(12_000, "requests for a motion with captions of segments")
    short_requests: int = option(9000, "made short requests for a motion")
    intent_lr: float = option(1e-2, "peak learning rate of the intent head")
    steps: int = option(3500, "optimiser steps of the whole run")
    lr: float = option(1e-3, "peak learning rate of the gate")
    warmup: int = option(0, "steps over which the learning rate rises")
    lr_floor: float = option(0.0, "share of the peak learning rate at the end of the cosine decay")
    clip_norm: float = option(100.0, "largest norm of the gradient")
    eval_every: int = option(500, "steps between validations")

    def __post_init__(self) -> None:
        super().__post_init__()
        if Path(self.model).resolve() == Path(self.out).resolve():
            raise ValueError(f"--out must be another folder than --model, whose gate is the reference, got {self.out}")


class Reference(nn.Module):
    """Prompts that need the experts, with the mixture from which the gate should not move away.

    Args:
        gate: as stage 2 left it, in evaluation mode.
        features: text features ``(N, dim)``.
        media: kind of media attached to all of them, or None.
    """

    features: Tensor
    media: Tensor
    target: Tensor

    def __init__(self, gate: Gate, features: Tensor, media: str | None) -> None:
        super().__init__()
        self.register_buffer("features", features, persistent=False)
        self.register_buffer("media", gate.media([media]), persistent=False)
        with torch.no_grad():
            target = target_mixture(gate(features, self.media.expand(len(features), -1)))
        self.register_buffer("target", target, persistent=False)

    def forward(self, gate: Gate, picks: Tensor) -> Tensor:
        """Mean KL divergence of the gate's mixture from the target on the rows ``picks``."""
        log_alpha = gate(self.features[picks], self.media.expand(len(picks), -1))
        return F.kl_div(log_alpha, self.target[picks], log_target=True, reduction="batchmean")


class GateCalibration(Objective):
    """The gate with its losses.

    Args:
        gate: as stage 2 left it, in evaluation mode; trained in place.
        prompts: by kind.
        settings: weights, learning rates and batch size.
    """

    outputs = ("language.json",)
    validate_first = True

    def __init__(self, gate: Gate, prompts: GatePrompts, settings: CalibrationSettings) -> None:
        super().__init__()
        self.gate, self.settings = gate, settings
        gate.intent_head.requires_grad_(True)
        self.loss_weights = {"dialogue": 1.0, "kl": settings.kl_weight, "intent": 1.0}
        dialogue, motion, pose, question = map(
            gate.encode, (prompts.dialogue, prompts.motion, prompts.pose, prompts.question)
        )
        visual = torch.cat([pose, question])
        attached = {None: motion, "motion": question, "image": visual, "video": visual}
        self.references = nn.ModuleList(Reference(gate, features, media) for media, features in attached.items())
        picks = [settings.batch if media is None else settings.batch // 2 for media in attached]
        self.reference_picks = list(zip(map(len, attached.values()), picks, strict=True))
        self._keep("dialogue", dialogue)
        self._keep("no_media", gate.media([None]))
        for name, texts in prompts.held_out.items():
            self._keep(name, gate.encode(texts))
        self.held_out = tuple(prompts.held_out)
        other = torch.cat([dialogue[prompts.without_descriptions()], motion])
        for name, features in zip(INTENTS, (pose, question, other), strict=True):
            held_out = torch.arange(len(features)) % HELD_OUT_INTENTS == 0
            self._keep(f"intent_{name}", features[~held_out])
            self._keep(f"held_out_intent_{name}", features[held_out])

    def _keep(self, name: str, features: Tensor) -> None:
        self.register_buffer(name, features, persistent=False)

    def batches(self) -> CalibrationBatches:
        """Training batches."""
        size, seed = self.settings.batch, self.settings.seed
        intents = [len(self.get_buffer(f"intent_{name}")) for name in INTENTS]
        return CalibrationBatches(len(self.get_buffer("dialogue")), self.reference_picks, intents, size, seed)

    def optimizer(self, settings: LoopSettings) -> torch.optim.Optimizer:
        """AdamW with a learning rate and weight decay for gate and intent head each."""
        gate = {"params": list(self.gate.mlp.parameters()), "lr": settings.lr, "weight_decay": 0.01}
        head = {"params": list(self.gate.intent_head.parameters()), "lr": self.settings.intent_lr, "weight_decay": 0.1}
        return torch.optim.AdamW([gate, head])

    def forward(self, batch: tuple[Tensor, list[Tensor], list[Tensor]]) -> dict[str, Tensor]:
        """Loss terms of a batch of row numbers."""
        dialogue, references, intents = batch
        drift = [one(self.gate, picks) for one, picks in zip(self.references, references, strict=True)]
        texts = [self.get_buffer(f"intent_{name}")[picks] for name, picks in zip(INTENTS, intents, strict=True)]
        return {
            "dialogue": hard_example_loss(self._without_media(self.get_buffer("dialogue")[dialogue])),
            "kl": torch.stack(drift).sum(),
            "intent": F.cross_entropy(*self._intents(texts)),
        }

    def _without_media(self, features: Tensor) -> Tensor:
        """log alpha ``(N, 1 + E)`` of text features ``(N, dim)``."""
        return self.gate(features, self.get_buffer("no_media").expand(len(features), -1))

    def _intents(self, texts: list[Tensor]) -> tuple[Tensor, Tensor]:
        """Logits ``(N, 3)`` and labels ``(N,)`` of text features ``(N_i, dim)`` of each of ``INTENTS``."""
        labels = torch.cat([torch.full((len(rows),), label, device=rows.device) for label, rows in enumerate(texts)])
        return self.gate.intent_head(torch.cat(texts) * self.gate.config.text_dim**0.5), labels

    def validate(self) -> dict[str, float]:
        """Share of held-out dialogue that is left to the base, and the accuracy of the intent
        head on held-out texts.
        """
        found = {
            f"{name}_above_{LEFT_TO_BASE}": share_left_to_base(self._without_media(self.get_buffer(name)))
            for name in self.held_out
        }
        logits, labels = self._intents([self.get_buffer(f"held_out_intent_{name}") for name in INTENTS])
        return found | {"intent_accuracy": float((logits.argmax(-1) == labels).float().mean())}

    def save(self, out: Path) -> None:
        """Write the whole model: the gate, and what else lies in the folder of ``model``."""
        shutil.copytree(self.settings.model, out, dirs_exist_ok=True)
        self.gate.save_pretrained(out / GATE)


def hard_example_loss(log_alpha: Tensor) -> Tensor:
    """``gate_loss`` of dialogue with mixtures ``(N, 1 + E)``, plus that of the
    :data:`HARD_SHARE` with the lowest alpha_0.
    """
    hardest = log_alpha[:, 0].topk(max(1, int(HARD_SHARE * len(log_alpha))), largest=False).indices
    return gate_loss(log_alpha) + gate_loss(log_alpha[hardest])


def target_mixture(log_alpha: Tensor) -> Tensor:
    """The mixtures ``(N, 1 + E)`` as logarithms.

    Where alpha_0 is above :data:`BASE_THRESHOLD`, the mean of the others.
    """
    to_base = log_alpha[:, :1].exp() > BASE_THRESHOLD
    if to_base.all():
        return log_alpha
    return torch.where(to_base, log_alpha[~to_base[:, 0]].exp().mean(0).log(), log_alpha)


def share_left_to_base(log_alpha: Tensor) -> float:
    """Share of the mixtures ``(N, 1 + E)`` whose alpha_0 is at least :data:`LEFT_TO_BASE`."""
    return float((log_alpha[:, 0].exp() >= LEFT_TO_BASE).float().mean())


def load_gate(model: str | Path) -> Gate:
    """The gate of a model's folder, in evaluation mode."""
    chosen = preset(json.loads((Path(model) / CONFIG).read_text(encoding="utf-8"))["preset"])
    return Gate.from_pretrained(Path(model) / GATE, TextEncoder.load(chosen.text_encoder))


def train(settings: CalibrationSettings) -> Path:
    """Fine-tune the gate; returns the folder of the model."""
    if finished(settings, "calibrate_gate"):
        return Path(settings.out)
    torch.manual_seed(settings.seed)
    repeats = settings.long_requests, settings.short_questions, settings.hard_negatives
    dialogue = DialoguePrompts.load(settings.dialogue, settings.seed, *repeats)
    segments = [segment for segment in load_segments(settings.segments) if segment.split == "train"]
    prompts = GatePrompts.sample(dialogue, segments, settings.motion_prompts, settings.short_requests, settings.seed)
    objective = GateCalibration(load_gate(settings.model), prompts, settings)
    files = sorted(Path(settings.dialogue).glob("dolly_*.jsonl"))
    inputs = [Path(settings.segments), Path(settings.model) / GATE / WEIGHTS_FILE, *files]
    return TrainingLoop("calibrate_gate", objective, objective.batches(), settings, inputs).run()


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    train(parse_settings(CalibrationSettings, argv, __doc__))


if __name__ == "__main__":
    main()

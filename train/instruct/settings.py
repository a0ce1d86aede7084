"""Settings of stage 2 (instruction tuning)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from hmvlm.config import Preset
from hmvlm.config import preset as named_preset
from hmvlm.language.model import vision_config
from train.loop.settings import LoopSettings, option
from train.pose.model_folder import require_landmarks
from train.segments.segment import Segment
from train.tokenizer.windows import source_weights


@dataclass(kw_only=True)
class Stage2Settings(LoopSettings):
    """Instruction tuning (stage 2)."""

    not_defining: ClassVar[frozenset[str]] = LoopSettings.not_defining | {"checkpointing"}

    preset: str = option("embedded", "base model and sizes")
    base: str | None = option(None, "repository[@revision] or folder of the base model instead of the preset's")
    text_encoder: str | None = option(None, "the same for the gate's text encoder")
    vision: str | None = option(
        None, "the same for the CLIP tower, or blazepose for body landmarks, which --views needs"
    )
    segments: str = option("data/segments.npz", "file of python -m train.segments.prepare")
    dialogue: str = option("data/dialogue", "folder with dolly_*.jsonl")
    tokenizer: str = option("checkpoints/embedded/tokenizer", "folder of the body-part tokenizer")
    init: str | None = option(None, "folder of a trained model to go on from, with a fresh optimiser")
    views: str | None = option(None, "file of python -m train.views.prepare; without it the pose task is left out")
    projector: str | None = option(None, "file of python -m train.pose.projector to start the projector from")
    layout: Literal["stepwise", "flat"] = option("stepwise", "one position a time step, or one a token as in the paper")
    dtype: Literal["float32", "bfloat16", "4bit"] = option(
        "float32", "of the frozen base; 4bit is NF4 with bfloat16 products (QLoRA) and needs bitsandbytes"
    )
    checkpointing: bool = option(False, "compute activations again in the backward pass: less memory, a third slower")
    experts: int | None = option(None, "trainable experts beside the zero expert; by default the preset's")
    rank: int | None = option(None, "rank of the experts; by default the preset's")
    gated: bool = option(True, "mix experts by the gate; without it the only expert has weight 1, which is plain LoRA")

    pose_share: float = option(0.3, "share of pose examples in the mixture")
    caption_share: float = option(0.08, "share of motions to be captioned")
    question_share: float = option(0.2, "share of motions to be asked about")
    notes: bool = option(True, "measured notes beside motions that are asked about")
    even_questions: bool = option(
        False, "ask rare questions more often; needs segments of train.segments.prepare --order"
    )
    corrupt: float = option(
        0.0, "largest share of the codes read that are replaced by random ones, against overfitting"
    )
    sampling_exponent: float = option(
        0.35, "a group of n motions is drawn in proportion to n to this power: 0 draws groups alike, 1 clips"
    )
    group_weights: list[str] = option([], "GROUP=FACTOR, draw some actions so many times as often")
    source_weights: list[str] = option(
        [], "SOURCE=WEIGHT, the share of a source among the segments; imported sets have the weight of their import"
    )

    positions: int = option(1024, "packed positions a batch")
    row: int = option(112, "positions a packed row; attention grows with its square")
    dialogue_batch: int = option(64, "dialogue prompts a batch, for the gate only")
    text_weight: float = option(0.3, "weight of the next-token loss on text")
    gate_weight: float = option(1.0, "weight of the gate loss on dialogue (L_gat)")
    margin_weight: float = option(
        0.3, "weight of the margin that keeps requests for motion clear of the skip threshold"
    )
    token_lr: float = option(1.5e-3, "peak learning rate of new vocabulary rows and heads")
    projector_lr: float = option(3e-4, "peak learning rate of the projector")
    gate_lr: float = option(5e-4, "peak learning rate of the gate")
    weight_decay: float = option(0.01, "of AdamW")
    eval_batches: int = option(6, "batches a validation")

    steps: int = option(1500, "optimiser steps of the whole run")
    lr: float = option(1.5e-3, "peak learning rate of the experts")
    lr_floor: float = option(0.05, "share of the peak learning rate at the end of the cosine decay")
    warmup: int = option(40, "steps over which the learning rate rises")
    save_minutes: float = option(8.0, "minutes between saved states")
    log_every: int = option(10, "steps between lines of the log")
    eval_every: int = option(150, "steps between validations")

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.gated and self.experts != 1:
            raise ValueError(f"without a gate there is one expert (--experts 1), not {self.experts}")
        if self.views:
            require_landmarks(vision_config(self.chosen_preset()), f"the preset {self.preset}")

    def chosen_preset(self) -> Preset:
        """The preset with the changes of ``base``, ``text_encoder`` and ``vision``."""
        return named_preset(self.preset, base=self.base, text_encoder=self.text_encoder, vision=self.vision)

    def loss_weights(self) -> dict[str, float]:
        """Weights of the loss terms other than those of poses."""
        margin = self.margin_weight if self.gated else 0.0
        gate = self.gate_weight if self.gated else 0.0
        return {"motion": 1.0, "text": self.text_weight, "gate": gate, "margin": margin}


def source_shares(changes: Sequence[str], segments: Iterable[Segment]) -> dict[str, float]:
    """The share of every source, as in stage 1; empty where no weight is given and no set is imported.

    Without shares a source is drawn as often as its groups.
    """
    found = {segment.source: segment.weight for segment in segments}
    imported = {source: weight for source, weight in found.items() if weight is not None}
    return source_weights(found, changes, imported) if changes or imported else {}


def group_factors(values: Iterable[str], groups: set[str]) -> dict[str, float]:
    """``GROUP=FACTOR`` as a dictionary; ValueError where there is no such group."""
    factors = {}
    for value in values:
        name, _, factor = value.rpartition("=")
        if name not in groups:
            raise ValueError(f"--group-weights {value!r}: no group {name!r}; there are {', '.join(sorted(groups))}")
        factors[name] = float(factor)
    return factors

"""Settings of the ablations."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch

from train.loop.settings import option

GROUPS = ("experts", "layout", "forgetting", "expert_lr", "tokenizer")


@dataclass(kw_only=True)
class AblationSettings:
    """Train and measure variants of the model with a small budget."""

    only: list[str] = option(list(GROUPS), f"some groups: {', '.join(GROUPS)}")
    minutes: float = option(12.0, "longest training of a variant")
    steps: int = option(200, "longest training of a variant in steps")
    tokenizer_steps: int = option(2000, "longest training of a tokenizer in steps")
    tokenizer_batch: int = option(32, "windows a batch of the tokenizers")
    positions: int = option(1024, "packed positions a batch")
    workers: int = option(0, "prefetch workers")
    preset: str = option("embedded", "base model and sizes")
    tokenizer: Path = option(Path("checkpoints/embedded/tokenizer"), "folder of the body-part tokenizer")
    data: Path = option(Path("data"), "folder of motions.npz, segments.npz, pairs.npz, evaluator")
    dialogue: Path = option(Path("data/dialogue"), "folder with dolly_*.jsonl")
    questions: Path | None = option(None, "multiple-choice sets and MT-Bench (default: eval in --dialogue)")
    device: Literal["cpu", "cuda"] = option("cpu", "of the training")
    dtype: Literal["float32", "bfloat16"] = option("float32", "of the frozen base")
    choices: int = option(60, "items of each multiple-choice set")
    measure_minutes: float = option(10.0, "most minutes for forgetting, and for text to motion")
    prompts: int = option(0, "captions to generate motion for; 0 leaves text to motion out")
    clips: int = option(200, "test clips that tokenizers are measured on")
    out: Path = option(Path("docs"), "folder of the report")
    state: Path = option(Path("state/ablation"), "folder of the trained variants")
    note: str = option("", "a sentence under the tables, for example about other load on the machine")
    seed: int = option(0, "of weights, batches and sampled clips")

    def __post_init__(self) -> None:
        unknown = [name for name in self.only if name not in GROUPS]
        if unknown:
            raise ValueError(f"--only takes groups of {', '.join(GROUPS)}, not {unknown[0]!r}")

    @property
    def device_name(self) -> str:
        """Name of the device that variants are trained on."""
        return torch.cuda.get_device_name() if self.device == "cuda" else self.device

    @property
    def budget(self) -> str:
        """The training budget as a sentence under the tables, with the user's note."""
        limit = f"{self.minutes:g} minutes and {self.steps} steps of {self.positions} positions"
        return f"Each row trained for at most {limit} on {self.device_name}. {self.note}".rstrip()

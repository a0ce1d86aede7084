"""The gate: mixture weights of the experts from the prompt and the media of a turn.

A frozen text encoder gives a vector of the prompt. A two-layer MLP with softmax maps it and the media flags to α, one
weight for the zero expert and one for each trainable expert:

    α = softmax(W₂ GELU(W₁ [√D · text, media] + b₁) + b₂)          (N, 1 + E), zero expert first

There is one α per turn (HMVLM, arXiv 2511.01463, section 3.2). ``gate_loss``, −E[η log α₀], trains dialogue to use
the zero expert. The text vector has unit length; the factor √D scales its entries to the magnitude of the flags.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from hmvlm.atomic import atomic_folder
from hmvlm.language.text_encoder import TextEncoder

MEDIA = ("image", "video", "motion")
INTENTS = ("pose", "question", "other")
"""Intents towards a picture or motion.

Estimate its pose, answer a question about it, or neither (dialogue, new motion).
"""
WEIGHTS_FILE, CONFIG = "gate.safetensors", "gate.json"


@dataclass(frozen=True)
class GateConfig:
    """Sizes of the gate."""

    text_dim: int
    num_experts: int = 4
    hidden: int = 512
    media: tuple[str, ...] = MEDIA
    dropout: float = 0.1

    def __post_init__(self) -> None:
        for name in ("text_dim", "num_experts", "hidden"):
            if getattr(self, name) < 1:
                raise ValueError(f"GateConfig.{name} must be at least 1, got {getattr(self, name)}")
        if not 0.0 <= self.dropout < 1.0:
            raise ValueError(f"GateConfig.dropout must lie in [0, 1), got {self.dropout}")


class Gate(nn.Module):
    """Maps prompt and media to mixture weights. The encoder is a submodule but neither trained nor saved."""

    def __init__(self, config: GateConfig, encoder: TextEncoder) -> None:
        super().__init__()
        if encoder.dim != config.text_dim:
            raise ValueError(
                f"the gate expects text vectors of {config.text_dim} numbers, this encoder gives {encoder.dim}; "
                "load it with the text encoder it was trained with"
            )
        self.config, self.encoder = config, encoder
        self.mlp = nn.Sequential(
            nn.Linear(config.text_dim + len(config.media), config.hidden),
            nn.GELU(),
            nn.Dropout(config.dropout),
            nn.Linear(config.hidden, 1 + config.num_experts),
        )
        self.intent_head = nn.Linear(config.text_dim, len(INTENTS))
        self.intent_head.requires_grad_(False)  # trained by train.instruct.calibrate_gate only
        nn.init.zeros_(self.intent_head.weight)
        nn.init.zeros_(self.intent_head.bias)

    @staticmethod
    def create(encoder: TextEncoder, num_experts: int = 4, hidden: int = 512) -> Gate:
        """A gate with new weights for this encoder."""
        return Gate(GateConfig(encoder.dim, num_experts, hidden), encoder)

    def encode(self, texts: Sequence[str], cached: bool = True) -> Tensor:
        """Text vectors (N, text_dim) float32 on the CPU, as :meth:`TextEncoder.encode` gives them."""
        return self.encoder.encode(texts, cached)

    def media(self, given: Iterable[str | Iterable[str] | None]) -> Tensor:
        """Flags (N, M); each turn has None, one kind of ``config.media``, or several."""
        rows = [() if kinds is None else (kinds,) if isinstance(kinds, str) else tuple(kinds) for kinds in given]
        for kind in {kind for row in rows for kind in row}:
            if kind not in self.config.media:
                raise ValueError(f"unknown media {kind!r}; the gate knows {', '.join(self.config.media)}")
        flags = [[float(kind in row) for kind in self.config.media] for row in rows]
        return torch.tensor(flags).reshape(len(rows), len(self.config.media))

    def forward(self, text: Tensor, media: Tensor) -> Tensor:
        """log α (N, 1 + E), zero expert first, of text vectors (N, text_dim) and flags (N, M)."""
        scaled = text * self.config.text_dim**0.5
        return F.log_softmax(self.mlp(torch.cat([scaled, media.to(scaled.dtype)], dim=-1)), dim=-1)

    def intents(self, text: Tensor) -> Tensor:
        """Probabilities (N, 3) of ``INTENTS`` for text vectors (N, text_dim)."""
        return self.intent_head(text * self.config.text_dim**0.5).softmax(-1)

    def save_pretrained(self, folder: str | os.PathLike) -> None:
        """Write ``gate.safetensors`` and ``gate.json``."""
        with atomic_folder(folder) as partial:
            state = {
                name: value.detach().cpu().contiguous()
                for name, value in self.state_dict().items()
                if not name.startswith("encoder.")
            }
            save_file(state, partial / WEIGHTS_FILE)
            (partial / CONFIG).write_text(json.dumps(asdict(self.config), indent=2) + "\n", encoding="utf-8")

    @staticmethod
    def from_pretrained(folder: str | os.PathLike, encoder: TextEncoder) -> Gate:
        """Read what :meth:`save_pretrained` wrote, in evaluation mode; FileNotFoundError if it is not there."""
        folder = Path(folder)
        if not (folder / CONFIG).is_file():
            raise FileNotFoundError(f"no gate in {folder}: {CONFIG} is missing; train one or give another checkpoint")
        written = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        gate = Gate(GateConfig(**{**written, "media": tuple(written["media"])}), encoder)
        state = load_file(folder / WEIGHTS_FILE)
        missing, unexpected = gate.load_state_dict(state, strict=False)
        # A checkpoint straight from stage 2 has no trained intent head.
        if unexpected or any(not name.startswith(("encoder.", "intent_head.")) for name in missing):
            raise ValueError(f"{folder / WEIGHTS_FILE} does not fit its configuration: {unexpected or missing}")
        return gate.eval()


def gate_loss(log_alpha: Tensor, dialogue: Tensor | None = None) -> Tensor:
    """−E[η log α₀] over a batch: trains dialogue to use the zero expert.

    Args:
        log_alpha: (N, 1 + E), what the gate returns.
        dialogue: η, (N,), 1 for dialogue without motion; None is all ones.
    """
    zero = log_alpha[:, 0]
    return -(zero if dialogue is None else zero * dialogue.to(zero.dtype)).mean()


def expert_names(count: int) -> list[str]:
    """Names of ``count`` mixture weights: ``zero``, ``expert_1``, ``expert_2``, ..."""
    return ["zero", *(f"expert_{index}" for index in range(1, count))]


@dataclass
class GateLog:
    """Mixture weights so far: of the latest turn, and running means per task."""

    latest: dict[str, float] = field(default_factory=dict)
    _sums: dict[str, list[float]] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def update(self, task: str, alpha: Tensor | Sequence[float]) -> None:
        """Add the weights (1 + E,) of a turn."""
        values = [float(value) for value in alpha]
        sums = self._sums.get(task, [0.0] * len(values))
        if len(sums) != len(values):
            raise ValueError(f"task {task!r} was logged with {len(sums)} weights before, now {len(values)}")
        self._sums[task] = [total + value for total, value in zip(sums, values, strict=True)]
        self._counts[task] = self._counts.get(task, 0) + 1
        self.latest = dict(zip(expert_names(len(values)), values, strict=True))

    def means(self) -> dict[str, dict[str, float]]:
        """Mean weight by task and expert name."""
        return {
            task: {name: total / self._counts[task] for name, total in zip(expert_names(len(sums)), sums, strict=True)}
            for task, sums in self._sums.items()
        }

    def counts(self) -> dict[str, int]:
        """Turns by task."""
        return dict(self._counts)

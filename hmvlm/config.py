"""Configuration: frozen, self-validating dataclasses, and three presets that differ in values only."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

MOTION_FPS = 20
"""Frame rate of the tokenizer's input."""
TEMPORAL_STRIDE = 4
"""Frames per motion token (compression l of arXiv 2511.01463)."""
STEPS_PER_SECOND = MOTION_FPS / TEMPORAL_STRIDE
CODEBOOK_SIZE = 512
"""Codes per body part (K of the paper)."""
MAX_SECONDS = 10.0
MAX_STEPS = int(MAX_SECONDS * STEPS_PER_SECOND)
MIN_STEPS = 3
"""Time steps of the longest and the shortest motion."""
MIN_SECONDS = 0.4
MAX_TOTAL_SECONDS = 60.0
"""Longest motion of several parts, each of at most ``MAX_SECONDS``."""


def cache_dir() -> Path:
    """Folder of downloaded and converted weights: ``$HMVLM_CACHE`` or the platform's cache folder."""
    import platformdirs

    return Path(os.environ.get("HMVLM_CACHE") or platformdirs.user_cache_dir("hmvlm"))


def _positive(owner: object, *names: str) -> None:
    for name in names:
        if getattr(owner, name) <= 0:
            raise ValueError(f"{type(owner).__name__}.{name} must be positive, got {getattr(owner, name)}")


@dataclass(frozen=True)
class TokenizerConfig:
    """Sizes of the body-part tokenizer (stage 1)."""

    parts: str = "body"  # "body": five part codebooks; "whole": one codebook, the paper's baseline
    codebook_size: int = CODEBOOK_SIZE
    code_dim: int = 64
    joint_dim: int = 32  # width of the spatial Transformer
    joint_layers: int = 2
    joint_heads: int = 4
    latent_dim: int = 96  # width of a part latent after spatial pooling
    decoder_dim: int = 256
    decoder_layers: int = 3  # residual blocks at 5 Hz
    fine_layers: int = 2  # residual blocks at 20 Hz
    pose_decoder_dim: int = 512

    def __post_init__(self) -> None:
        if self.parts not in ("body", "whole"):
            raise ValueError(f"TokenizerConfig.parts must be 'body' or 'whole', got {self.parts!r}")
        _positive(self, "codebook_size", "code_dim", "joint_dim", "joint_layers", "joint_heads", "decoder_dim")
        _positive(self, "decoder_layers", "fine_layers")
        if self.joint_dim % self.joint_heads:
            raise ValueError(f"joint_dim {self.joint_dim} is not a multiple of joint_heads {self.joint_heads}")


@dataclass(frozen=True)
class DepthTransformerConfig:
    """Sizes of the depth transformer, which predicts the five part tokens of a time step."""

    dim: int = 256
    layers: int = 2
    heads: int = 4
    dropout: float = 0.1

    def __post_init__(self) -> None:
        _positive(self, "dim", "layers", "heads")
        if self.dim % self.heads:
            raise ValueError(f"dim {self.dim} is not a multiple of heads {self.heads}")


@dataclass(frozen=True)
class VisionConfig:
    """Vision front end and projector: an image becomes ``tokens`` vectors of ``width`` features."""

    kind: str = "landmarks"  # MLP over body landmarks, or "patches": LLaVA's MLP over ViT patches
    tokens: int = 33
    width: int = 6
    dim: int = 256  # hidden width of a token in the landmark projector
    mlp_dim: int = 768  # hidden width of the projector's MLP over all landmarks
    layers: int = 2  # hidden layers of that MLP, and residual blocks of the pose neck
    encoder_dim: int = 768  # width of the body encoder, which is pretrained before the language model
    encoder_layers: int = 3  # its residual blocks
    encoder_output_dim: int = 8  # its output features per landmark, for the image and again for its mirror image
    pose_token_dim: int = 16  # features per landmark position that the pose neck receives
    pose_hidden_dim: int = 320  # width of the pose neck
    dropout: float = 0.1  # in the pose neck

    def __post_init__(self) -> None:
        if self.kind not in ("landmarks", "patches"):
            raise ValueError(f"VisionConfig.kind must be 'landmarks' or 'patches', got {self.kind!r}")
        sizes = ("tokens", "width", "dim", "mlp_dim", "layers", "encoder_dim", "encoder_layers", "encoder_output_dim")
        _positive(self, *sizes, "pose_token_dim", "pose_hidden_dim")
        if not 0 <= self.dropout < 1:
            raise ValueError(f"VisionConfig.dropout must lie in [0, 1), got {self.dropout}")


@dataclass(frozen=True)
class LanguageConfig:
    """Layout and heads of the language model, and decoding settings of motion (the fields of ``DECODING``)."""

    layout: str = "stepwise"  # or "flat", the paper's
    depth_transformer: DepthTransformerConfig = field(default_factory=DepthTransformerConfig)
    vision: VisionConfig = field(default_factory=VisionConfig)
    skip_threshold: float = 0.9
    """Zero-expert weight α₀ from which the experts are skipped and the output is the base model's.

    Chosen on 1,500 held-out short questions, of which 97 % reach 0.9 (89 % reach 0.99, 99 % reach 0.8), and 1,000
    validation requests for motion, of which 0.3 % do (0.1 %, 0.3 %). ``train.instruct.calibrate_gate`` measures both.
    """
    notes: bool = False  # prompts for questions about a motion have notes on measured facts
    guidance: float = 3.0  # classifier-free guidance scale of motion; 1 is none
    candidates: int = 12  # motions per variation that the reranker chooses from
    redraws: int = 1  # further rounds of candidates for a clause of which something is missing, 0 to 3

    def __post_init__(self) -> None:
        if self.layout not in ("stepwise", "flat"):
            raise ValueError(f"LanguageConfig.layout must be 'stepwise' or 'flat', got {self.layout!r}")
        _positive(self, "candidates")
        if not 0 <= self.redraws <= 3:
            raise ValueError(f"LanguageConfig.redraws must lie in 0..3, got {self.redraws}")
        if not 0.5 <= self.skip_threshold <= 1:
            raise ValueError(f"skip_threshold must lie in [0.5, 1], got {self.skip_threshold}")


DECODING = ("guidance", "candidates", "redraws")
"""Fields of :class:`LanguageConfig` that are decoding settings and not saved in a checkpoint."""


@dataclass(frozen=True)
class Preset:
    """A base model with its text encoder, vision front end and adapter sizes.

    Hugging Face repositories are pinned, ``owner/name@revision``; a folder may stand in their place.
    """

    name: str
    base: str  # "embedded:smollm2-135m" or a Hugging Face repository
    text_encoder: str  # "embedded:minilm" or a Hugging Face CLIP repository
    vision: str  # "blazepose" or a Hugging Face CLIP repository
    prompt_format: str  # a key of hmvlm.language.sequence.FORMATS
    rank: int = 8
    num_experts: int = 4
    gate_hidden: int = 512

    def __post_init__(self) -> None:
        _positive(self, "rank", "num_experts", "gate_hidden")

    def changes(self) -> dict[str, Any]:
        """What differs from the preset of this name, among the fields that a training run may choose otherwise."""
        named = preset(self.name)
        return {name: getattr(self, name) for name in SOURCES if getattr(self, name) != getattr(named, name)}


SOURCES = ("base", "text_encoder", "vision", "rank", "num_experts")
"""Fields of a preset that a training run may choose otherwise; a checkpoint stores those that differ."""
_CLIP = "openai/clip-vit-large-patch14@32bd64288804d66eefd0ccbe215aa642df71cc41"
PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset("embedded", "embedded:smollm2-135m", "embedded:minilm", "blazepose", "chatml"),
        Preset(
            "gemma-2-2b",
            "google/gemma-2-2b-it@299a8560bedf22ed1c72a8a11e7dce4a7f9f51f8",
            _CLIP,
            _CLIP,
            "gemma",
        ),
        Preset(
            "gemma-3-1b",
            "google/gemma-3-1b-it@dcc83ea841ab6100d6b47a070329e1ba4cf78752",
            _CLIP,
            _CLIP,
            "gemma",
        ),
        Preset(
            "vicuna-7b",
            "lmsys/vicuna-7b-v1.5@3321f76e3f527bd14065daf69dad9344000a201d",
            _CLIP,
            _CLIP,
            "vicuna",
        ),
    )
}


def hub_source(name: str) -> tuple[str, dict[str, str]]:
    """``owner/name@revision`` as what ``from_pretrained`` takes: the name, and the revision where one is given."""
    if Path(name).exists():
        return name, {}
    source, _, revision = name.partition("@")
    return source, {"revision": revision} if revision else {}


def preset(name: str, **changes: str | None) -> Preset:
    """The preset called ``name``; a ValueError lists the names there are.

    Args:
        changes: other values of attributes, such as ``base``; None and empty ones change nothing.
    """
    if name not in PRESETS:
        raise ValueError(f"no preset {name!r}; choose one of {', '.join(PRESETS)}")
    given: dict[str, Any] = {key: value for key, value in changes.items() if value}
    return replace(PRESETS[name], **given)

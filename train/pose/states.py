"""Cached hidden states of a language model at images and at ``<pose>``, on which pose heads are trained.

The model runs once over each view, forward only. States do not depend on the pose heads, so the stages that train heads
share the cache. It has a folder for each model, set of views and dtype, and a file for each :data:`CHUNK` views; an
interrupted run goes on with the first missing file. A view takes 39 kB with the embedded base.
"""

from __future__ import annotations

import hashlib
import logging
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from hmvlm.atomic import atomic_file
from hmvlm.checksums import file_sha256
from hmvlm.language.decoding import pose_states
from hmvlm.language.model import ADAPTER, CONFIG, GATE, MOTION, MotionLanguageModel
from hmvlm.language.moe_lora import folded
from hmvlm.language.prompting import POSE_PROMPT
from hmvlm.tokenizer.model import BodyPartTokenizer
from train.dialogue.prompt_templates import POSE_QUESTIONS
from train.loop.settings import LoopSettings, option
from train.views.store import ViewStore

log = logging.getLogger("train.pose.states")

CHUNK, BATCH = 256, 32
"""Views a file of the cache, which share one prompt, and views a forward pass."""
STATE_MODULES = ("vocabulary.", "projector.")
"""Modules of ``motion.safetensors`` on which hidden states depend."""


@dataclass(kw_only=True)
class StateSettings(LoopSettings):
    """What the stages that train on cached states have in common."""

    not_defining = LoopSettings.not_defining | {"cache"}

    model: str = option(help="folder of the trained language model")
    tokenizer: str | None = option(None, "folder of the motion tokenizer; by default the one in the model's folder")
    views: list[str] = option(["data/views.npz"], "one or more files of python -m train.views.prepare")
    cache: str = option("state/pose_states", "folder of cached hidden states, shared by all runs")
    count: int = option(12_000, "views whose hidden states are computed")
    rendered_share: float = option(0.3, "largest share of rendered images among them")
    dtype: Literal["float32", "bfloat16"] = option("float32", "of the language model when it computes the states")
    batch: int = option(256, "views a batch")
    warmup: int = option(30, "steps over which the learning rate rises")
    lr_floor: float = option(0.02, "share of the peak learning rate at the end of the cosine decay")
    clip_norm: float = option(1e9, "largest norm of the gradient; by default it is not clipped")
    log_every: int = option(100, "steps between lines of the log")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.count < 2:
            raise ValueError(f"count must be at least 2, got {self.count}")
        if not 0 <= self.rendered_share <= 1:
            raise ValueError(f"rendered_share must lie in [0, 1], got {self.rendered_share}")

    def load_tokenizer(self) -> BodyPartTokenizer:
        """The frozen motion tokenizer, on the device."""
        folder = self.tokenizer or Path(self.model) / "tokenizer"
        return BodyPartTokenizer.from_pretrained(folder).requires_grad_(False).to(self.device)


def sampled_views(views: ViewStore, settings: StateSettings) -> ViewStore:
    """Up to ``count`` views in random order, up to ``rendered_share`` of them rendered images."""
    rng = np.random.default_rng(settings.seed)
    rendered, simulated = (rng.permutation(np.flatnonzero(kind)) for kind in (views.measured, ~views.measured))
    count = min(len(rendered), round(settings.rendered_share * settings.count))
    rows = rng.permutation(np.concatenate([rendered[:count], simulated[: settings.count - count]]))
    if len(rows) < 2:
        raise ValueError(f"{', '.join(settings.views)} hold {len(rows)} usable training views, too few to train on")
    return views[rows]


def cached_states(settings: StateSettings, features: np.ndarray) -> Tensor:
    """States ``(N, V + 1, H)`` float16 of ``features`` ``(N, 33, 6)``.

    Missing ones are computed and written to the cache.
    """
    folder = Path(settings.cache) / fingerprint(settings, features)
    files = {start: folder / f"{start:08d}.safetensors" for start in range(0, len(features), CHUNK)}
    missing = [start for start, file in files.items() if not file.is_file()]
    if missing:
        model = MotionLanguageModel.from_pretrained(settings.model, dtype=getattr(torch, settings.dtype))
        model.to(settings.device)
        for start in missing:
            part = torch.from_numpy(features[start : start + CHUNK])
            states = computed_states(model, part, random.Random(f"{settings.seed} {start}"))
            with atomic_file(files[start]) as partial:
                save_file({"states": states}, partial)
            log.info("hidden states of %d of %d views", start + len(part), len(features))
    return torch.cat([load_file(file)["states"] for file in files.values()])


@torch.inference_mode()
def computed_states(model: MotionLanguageModel, features: Tensor, rng: random.Random) -> Tensor:
    """States ``(N, V + 1, H)`` float16 of ``features`` ``(N, 33, 6)`` under one prompt.

    The standard one, or in half of the cases another.
    """
    prompt = POSE_PROMPT if rng.random() < 0.5 else rng.choice(POSE_QUESTIONS)
    inputs = model.gate.encode([prompt]), model.gate.media(["image"])
    alpha = model.gate(*(part.to(model.device) for part in inputs)).exp()
    with folded(model.backbone, alpha):
        return torch.cat(
            [
                pose_states(model, [model.builder.pose_answer(prompt, one) for one in part]).half().cpu()
                for part in features.split(BATCH)
            ]
        )


def fingerprint(settings: StateSettings, features: np.ndarray) -> str:
    """Sixteen hexadecimal digits for all that states depend on: weights before the heads, features, dtype and seed."""
    folder, digest = Path(settings.model), hashlib.sha256()
    for file in sorted(path for part in (ADAPTER, GATE) for path in (folder / part).glob("*.safetensors")):
        digest.update(file_sha256(file).encode())
    with safe_open(folder / MOTION, "np") as tensors:
        for name in sorted(tensors.keys()):
            if name.startswith(STATE_MODULES):
                digest.update(name.encode() + np.ascontiguousarray(tensors.get_tensor(name)).tobytes())
    digest.update((folder / CONFIG).read_bytes())
    digest.update(np.ascontiguousarray(features).tobytes())
    digest.update("\n".join([settings.dtype, str(settings.seed), str(CHUNK), POSE_PROMPT, *POSE_QUESTIONS]).encode())
    return digest.hexdigest()[:16]

"""What a checkpoint's metadata says of the models that it stands on."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from typing import Any

import torch
from transformers import CLIPVisionConfig

from hmvlm.config import Preset, VisionConfig
from hmvlm.config import preset as named_preset
from hmvlm.language.base import EMBEDDED_PREFIX

CONFIG = "language.json"
DTYPES = ("float32", "bfloat16", "float16")


def preset_of(metadata: dict[str, Any]) -> Preset:
    """The preset of a checkpoint from its metadata, with the parts that its run replaced."""
    return dataclasses.replace(named_preset(metadata["preset"]), **metadata.get("sources", {}))


def base_of(folder: Path) -> str:
    """Name of the base model of a checkpoint; FileNotFoundError if it is none."""
    if not (folder / CONFIG).is_file():
        raise FileNotFoundError(f"no language model in {folder}; train one with python -m train.instruct.stage2")
    return preset_of(json.loads((folder / CONFIG).read_text(encoding="utf-8"))).base


def vision_config(preset: Preset) -> VisionConfig:
    """Landmarks for BlazePose, patches of a CLIP tower: a folder's own, else ViT-L/14's 256 of 1,024 numbers."""
    if preset.vision == "blazepose":
        return VisionConfig()
    if not Path(preset.vision).is_dir():
        return VisionConfig(kind="patches", tokens=256, width=1024)
    tower: Any = CLIPVisionConfig.from_pretrained(preset.vision)
    return VisionConfig(kind="patches", tokens=(tower.image_size // tower.patch_size) ** 2, width=tower.hidden_size)


def default_dtype(device: str, folder: Path) -> torch.dtype:
    """``$HMVLM_DTYPE``, else bfloat16 on a GPU for a base that is not embedded; ValueError for another word."""
    word = os.environ.get("HMVLM_DTYPE")
    if word is None:
        hub = device != "cpu" and not base_of(folder).startswith(EMBEDDED_PREFIX)
        return torch.bfloat16 if hub else torch.float32
    if word not in DTYPES:
        raise ValueError(f"HMVLM_DTYPE must be one of {', '.join(DTYPES)}, not {word!r}")
    return getattr(torch, word)

"""Folders of a language model that a pose stage reads and writes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from safetensors import safe_open
from safetensors.torch import save_file

from hmvlm.config import VisionConfig
from hmvlm.language.model import CONFIG, MOTION, MotionLanguageModel
from hmvlm.vision.projector import LandmarkProjector


def require_landmarks(vision: VisionConfig, name: str) -> None:
    """ValueError unless images reach the model ``name`` as body landmarks, which is all that views hold."""
    if vision.kind != "landmarks":
        raise ValueError(
            f"{name} takes image {vision.kind}, but views hold body landmarks; train with --vision blazepose, with "
            "which every preset reads landmarks"
        )


def require_pose_model(folder: str | Path, out: str | Path) -> None:
    """ValueError unless the model in ``folder`` takes body landmarks, has a projector for
    them, and can be copied to ``out``.
    """
    folder = Path(folder)
    if folder.resolve() in Path(out).resolve().parents:
        raise ValueError(f"--out {out} lies inside the folder {folder}, which is copied to it; choose another --out")
    if not (folder / CONFIG).is_file():
        raise FileNotFoundError(f"no language model in {folder}; train one with python -m train.instruct.stage2")
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))["config"]
    require_landmarks(VisionConfig(**config.get("vision", {})), f"the model in {folder}")
    with safe_open(folder / MOTION, "pt") as tensors:
        if not any(name.startswith("projector.") for name in tensors.keys()):  # noqa: SIM118, it is no dictionary
            raise ValueError(
                f"the model in {folder} was trained without views; train it with python -m train.instruct.stage2 "
                "--views"
            )


def landmark_projector(model: MotionLanguageModel) -> LandmarkProjector:
    """The projector of a model for which :func:`require_pose_model` holds; TypeError for another one."""
    if not isinstance(model.projector, LandmarkProjector):
        raise TypeError(
            f"the model has a {type(model.projector).__name__}, but poses need a LandmarkProjector; "
            "train poses with the preset embedded"
        )
    return model.projector


def save_with_heads(model: MotionLanguageModel, source: str | Path, out: Path) -> None:
    """Copy the model folder ``source`` to ``out``, with the projector and the heads of ``model`` (float16) in it."""
    shutil.copytree(source, out, dirs_exist_ok=True)
    own = model.state_dict()
    with safe_open(Path(source) / MOTION, "pt") as tensors:
        names = list(tensors.keys())
    save_file({name: own[name].detach().cpu().half().contiguous() for name in names}, out / MOTION)

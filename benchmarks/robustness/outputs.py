"""Outputs of the product and of training: how each is written, with a number that changes it, and read back.

What is drawn is drawn in each save, by the functions that the command line and the page use.
"""

from __future__ import annotations

import functools
import importlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image

if TYPE_CHECKING:
    from hmvlm.language.model import MotionLanguageModel
    from hmvlm.motion.clip import Motion
    from hmvlm.vision.estimate import PoseEstimate

SIZE = (320, 240)
FRAMES = 20
"""Width and height of photos and clips in pixels, and frames of a clip."""


@dataclass(frozen=True)
class Kind:
    """How an output is written, with a number that changes it, and read back.

    Attributes:
        name: file or folder. drawn: whether it is drawn by OpenGL, whose thread and context no forked process inherits.
    """

    write: Callable[[Path, int], object]
    read: Callable[[Path], object]
    name: str
    drawn: bool = False


def load_drawing() -> None:
    """Import what drawing needs, without drawing."""
    for name in (
        "hmvlm.render.overlay",
        "hmvlm.render.video",
        "hmvlm.render.sheet",
        "hmvlm.render.scene",
        "hmvlm.cli.files",
    ):
        importlib.import_module(name)


def _motion(number: int, frames: int = 200) -> Motion:
    from hmvlm.motion.clip import Motion

    poses = np.zeros((frames, 24, 3))
    poses[:, 16, 2] = np.linspace(0, 1 + 0.01 * (number % 50), frames)
    return Motion(poses, np.zeros((frames, 3)))


def _write_motion(path: Path, number: int) -> None:
    _motion(number).save(path)


def _write_drawn(path: Path, number: int) -> None:
    from hmvlm.render.video import render_video

    render_video(_motion(number, 20), path, size=128)


def _write_sheet(path: Path, number: int) -> None:
    from hmvlm.render.sheet import contact_sheet

    contact_sheet(_motion(number, 20), path, frames=4, size=96)


def _read_motion(path: Path) -> None:
    from hmvlm.motion.clip import Motion

    Motion.load(path)


def _read_glb(path: Path) -> None:
    import trimesh

    trimesh.load(path)


def _noise(number: int, size: tuple[int, int] = SIZE) -> np.ndarray:
    return np.random.default_rng(number).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)


def _write_mp4(path: Path, number: int) -> None:
    from hmvlm.render.video import encode

    encode((_noise(number + k) for k in range(FRAMES)), FRAMES, path, SIZE, 20.0)


def _read_mp4(path: Path) -> None:
    from hmvlm.vision.video import read_video

    if not sum(1 for _ in read_video(path).frames):
        raise ValueError("there are no frames")


def _read_png(path: Path) -> None:
    from hmvlm.vision.image import read_image

    read_image(path)


def _estimate(frames: int, number: int) -> PoseEstimate:
    """A person in the middle of the picture."""
    from hmvlm.vision.camera import Perspective
    from hmvlm.vision.estimate import PoseEstimate

    middle = np.array(SIZE) / 2
    return PoseEstimate(
        poses=np.asarray(_motion(number, frames).poses, np.float32),
        cameras=[Perspective(400.0, middle, np.array([0.0, 0.0, -3.0])) for _ in range(frames)],
        found=np.ones(frames, bool),
        pixels=np.tile(middle, (frames, 33, 1)).astype(np.float32),
        visibility=np.ones((frames, 33), np.float32),
        people=1,
        confidence=0.9,
        size=SIZE,
        fps=20.0 if frames > 1 else None,
    )


def _write_overlay(path: Path, number: int) -> None:
    from hmvlm.cli.files import write_overlay

    source = path.parent / f"source-{path.name}"
    if not source.exists():
        if path.suffix == ".mp4":
            _write_mp4(source, 0)
        else:
            Image.fromarray(_noise(0)).save(source)
    write_overlay(source, [_estimate(FRAMES if path.suffix == ".mp4" else 1, number)], path)


def _write_json(path: Path, number: int) -> None:
    from hmvlm.atomic import write_text

    write_text(path, json.dumps({"number": number, "row": list(range(20_000))}))


def _read_json(path: Path) -> None:
    json.loads(path.read_text())


def _write_zip(path: Path, number: int) -> None:
    from hmvlm.ui.exports import write_chat
    from hmvlm.ui.session import Session, Turn

    session = Session()
    session.turns.append(Turn("out"))
    session.turns[0].text = _noise(number, (64, 64)).tobytes().hex()
    written = write_chat(session, path.parent)
    assert written == path


def _read_zip(path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(path) as archive:
        if archive.testzip() is not None:
            raise ValueError("damaged")


def _write_tokenizer(path: Path, number: int) -> None:
    from hmvlm.config import TokenizerConfig
    from hmvlm.tokenizer.model import BodyPartTokenizer

    model = BodyPartTokenizer(TokenizerConfig())
    with torch.no_grad():
        next(model.parameters()).fill_(number % 100)
    model.save_pretrained(path)


def _read_tokenizer(path: Path) -> None:
    from hmvlm.tokenizer.model import BodyPartTokenizer

    BodyPartTokenizer.from_pretrained(path)


@functools.cache
def _language_model() -> MotionLanguageModel:
    from hmvlm.assistant import HMVLM

    return HMVLM.from_pretrained().language


def _write_adapter(path: Path, number: int) -> None:
    model = _language_model()
    with torch.no_grad():
        for part in (model.backbone, model.gate):
            next(one for one in part.parameters() if one.dtype == torch.float32).view(-1)[0] = number % 1000
    model.save_pretrained(path)


def _read_adapter(path: Path) -> None:
    from hmvlm.language.model import MotionLanguageModel

    MotionLanguageModel.from_pretrained(path)


ABOUT: dict[str, Any] = {"settings": {"rate": 0.1}, "inputs": {}, "batches_per_step": 1}


def _write_state(path: Path, number: int) -> None:
    from train.loop.state import StateFolder

    content = {"weights": torch.full((200_000,), float(number)), "step": number}
    StateFolder(path).save(content, ABOUT | {"step": number})


def _read_state(path: Path) -> None:
    from train.loop.state import StateFolder

    folder = StateFolder(path)
    content = folder.load(ABOUT)
    if not folder.manifest()["step"] == content["step"] == content["weights"].min() == content["weights"].max():
        raise ValueError("the state is of two steps")


KINDS = {
    "npz": Kind(_write_motion, _read_motion, "out.npz"),
    "bvh": Kind(_write_motion, _read_motion, "out.bvh"),
    "glb": Kind(_write_motion, _read_glb, "out.glb"),
    "json": Kind(_write_json, _read_json, "out.json"),
    "zip": Kind(_write_zip, _read_zip, "out.zip"),
    "encoded": Kind(_write_mp4, _read_mp4, "out.mp4"),
    "video": Kind(_write_drawn, _read_mp4, "video.mp4", drawn=True),
    "sheet": Kind(_write_sheet, _read_png, "sheet.png", drawn=True),
    "overlay": Kind(_write_overlay, _read_png, "overlay.png", drawn=True),
    "overlaid": Kind(_write_overlay, _read_mp4, "overlaid.mp4", drawn=True),
    "tokenizer": Kind(_write_tokenizer, _read_tokenizer, "tokenizer"),
    "adapter": Kind(_write_adapter, _read_adapter, "adapter"),
    "state": Kind(_write_state, _read_state, "state"),
}
"""Outputs by name. ``overlay`` is over a photo and ``overlaid`` over a clip, ``encoded`` is a clip without drawing;
``tokenizer``, ``adapter`` (adapter, gate and heads) and ``state`` (what training resumes from) are folders."""

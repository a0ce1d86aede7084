"""The file of views: landmark features of bodies, and their poses.

views = load_views("data/views.npz")
train = views.rows(split="train")
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path

import numpy as np

from hmvlm.body.smpl import NUM_BETAS
from train.npz_files import open_npz, save_npz

SPLITS = ("train", "val", "test")
KINDS = ("easy", "truncated", "occluded")
STEPS = {"features": (1 / 512, 1 / 512, 1 / 256, 1 / 256, 1 / 256, 1 / 64), "poses": (1 / 512,)}
"""Quantisation steps: half a pixel of BlazePose's crop, 4 mm, 0.016 of visibility, 0.1 degrees."""


@dataclass(frozen=True)
class ViewStore:
    """``N`` views. A row is one person in one picture.

    Attributes:
        features: ``(N, 33, 6)`` float32 as :func:`hmvlm.vision.landmarks.features` makes them.
        poses: ``(N, 24, 3)`` float32 axis-angle; joint 0 orients the body in the frame of a camera turned
            towards it (x right, y up, z to the viewer).
        split, kind: ``(N,)`` index into :data:`SPLITS` and :data:`KINDS`.
        measured: ``(N,)`` bool: features of BlazePose on a rendered picture, rather than sampled ones.
        clip: ``(N,)`` index into ``clips``, the recording that the pose comes from.
        clips: names.
        betas: ``(N, 10)`` float32 shapes of the bodies seen, NaN where a file does not tell them.
    """

    features: np.ndarray
    poses: np.ndarray
    split: np.ndarray
    kind: np.ndarray
    measured: np.ndarray
    clip: np.ndarray
    clips: np.ndarray
    betas: np.ndarray = field(default_factory=lambda: np.zeros((0, NUM_BETAS), np.float32))

    def __post_init__(self) -> None:
        count = len(self.features)
        if count and not len(self.betas):
            object.__setattr__(self, "betas", np.full((count, NUM_BETAS), np.nan, np.float32))
        shapes: dict[str, tuple[int, ...]] = {
            "features": (count, 33, 6),
            "poses": (count, 24, 3),
            "betas": (count, NUM_BETAS),
        }
        for name in ("split", "kind", "measured", "clip"):
            shapes[name] = (count,)
        wrong = [name for name, shape in shapes.items() if getattr(self, name).shape != shape]
        if wrong:
            raise ValueError(f"{wrong[0]} has shape {getattr(self, wrong[0]).shape}, expected {shapes[wrong[0]]}")

    def __len__(self) -> int:
        return len(self.features)

    def __getitem__(self, index) -> ViewStore:
        rows = {f.name: getattr(self, f.name)[index] for f in fields(self) if f.name != "clips"}
        return ViewStore(**rows, clips=self.clips)

    def rows(self, split: str | None = None, kind: str | None = None, measured: bool | None = None) -> ViewStore:
        """The rows of a split, of a kind of view, sampled or measured; None selects all."""
        keep = np.ones(len(self), bool)
        if split is not None:
            keep &= self.split == SPLITS.index(split)
        if kind is not None:
            keep &= self.kind == KINDS.index(kind)
        if measured is not None:
            keep &= self.measured == measured
        return self[keep]


def save_views(path: str | Path, views: ViewStore) -> None:
    """Write 16-bit steps of :data:`STEPS`, low and high bytes apart and a column at a time, which compresses best."""
    columns = {name: getattr(views, name) for name in ("measured", "clips")}
    columns["betas"] = views.betas.astype(np.float16)
    for name, step in STEPS.items():
        flat = getattr(views, name).reshape(len(views), -1)
        scaled = np.round(flat / np.resize(step, flat.shape[1])).clip(-32768, 32767).astype(np.int16)
        columns[name] = np.ascontiguousarray(scaled.T).view(np.uint8).reshape(-1, 2).T.copy()
    columns["split"], columns["kind"] = views.split.astype(np.int8), views.kind.astype(np.int8)
    columns["clip"] = views.clip.astype(np.int32)
    save_npz(path, **columns)


def load_views(path: str | Path) -> ViewStore:
    """Read a file of :func:`save_views`; FileNotFoundError names the command that makes one."""
    with open_npz(path, "train.views.prepare") as archive:
        columns = {f.name: archive[f.name] for f in fields(ViewStore) if f.name in archive or f.name != "betas"}
    count = len(columns["split"])
    for name, step in STEPS.items():
        scaled = np.ascontiguousarray(columns[name].T).view(np.int16).reshape(-1, count).T
        columns[name] = scaled.astype(np.float32) * np.resize(step, scaled.shape[1]).astype(np.float32)
    columns["features"] = columns["features"].reshape(-1, 33, 6)
    columns["poses"] = columns["poses"].reshape(-1, 24, 3)
    if "betas" in columns:
        columns["betas"] = columns["betas"].astype(np.float32)
    return ViewStore(**columns)

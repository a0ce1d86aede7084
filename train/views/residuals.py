"""The bank of BlazePose's residuals and its file. :mod:`train.views.noise` describes the parts of a residual."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from hmvlm.vision.landmarks import MIRROR
from train.npz_files import open_npz, save_npz
from train.views.cameras import MAIN
from train.views.sites import LANDMARKS

NOISE_FILE = Path(__file__).with_name("noise.npz")
LARGEST = {"plane": 1.0, "rest": 1.5, "seen": 1.0, "turn": np.pi, "view": 1.5, "shift": 1.0, "size": 1.5}
"""Largest stored value of each field; larger ones are clipped."""


@dataclass(frozen=True)
class ResidualBank:
    """``N`` residuals, and the ``(33, 3)`` offsets (metres) of landmarks in the frames of their joints.

    ``view`` ``(N, 39)`` and ``hidden`` ``(N, 13)`` describe the picture: exact main landmarks in metres,
    and which of them were outside the picture or occluded. ``swapped`` ``(N, 2)``: upper body, legs. ``shift``
    ``(N, 2)`` and ``size`` ``(N, 2)``: the region's centre; logarithms of its side and the body's metres.
    ``held`` ``(N,)``: held-out residuals, from pictures of validation and test clips, used for rows of those splits
    only.
    """

    kind: np.ndarray
    view: np.ndarray
    hidden: np.ndarray
    swapped: np.ndarray
    shift: np.ndarray
    size: np.ndarray
    plane: np.ndarray
    turn: np.ndarray
    rest: np.ndarray
    seen: np.ndarray
    held: np.ndarray
    offsets: np.ndarray

    def __len__(self) -> int:
        return len(self.kind)

    def __getitem__(self, index) -> ResidualBank:
        rows = {f.name: getattr(self, f.name)[index] for f in fields(self) if f.name != "offsets"}
        return ResidualBank(**rows, offsets=self.offsets)

    def save(self, path: str | Path) -> None:
        """Write signed square roots in 8 bits, which is fine near zero and coarse for the rare large errors."""
        columns = {f.name: getattr(self, f.name) for f in fields(self)}
        for name, most in LARGEST.items():
            share = np.clip(columns[name] / most, -1, 1)
            root = np.round(np.sign(share) * np.sqrt(np.abs(share)) * 127)
            columns[name] = root.astype(np.int8).reshape(len(self), -1).T.copy()
        columns["hidden"] = np.packbits(columns["hidden"], axis=1)
        save_npz(path, **columns)

    @staticmethod
    def load(path: str | Path = NOISE_FILE) -> ResidualBank:
        """Read a file of :meth:`save`."""
        with open_npz(path, "train.views.fit_noise") as archive:
            columns = {f.name: archive[f.name] for f in fields(ResidualBank)}
        for name, most in LARGEST.items():
            root = columns[name].T.astype(np.float32) / 127
            columns[name] = np.sign(root) * root**2 * most
        columns["plane"] = columns["plane"].reshape(-1, LANDMARKS, 2)
        columns["rest"] = columns["rest"].reshape(-1, LANDMARKS, 3)
        columns["hidden"] = np.unpackbits(columns["hidden"], axis=1, count=len(MAIN)).astype(bool)
        return ResidualBank(**columns)

    def mirrored(self) -> ResidualBank:
        """Residuals of the mirrored pictures."""
        flat, deep = np.array([-1, 1], np.float32), np.array([-1, 1, 1], np.float32)
        main = [MAIN.index(MIRROR[k]) for k in MAIN]
        view = self.view.reshape(-1, len(MAIN), 3)[:, main] * deep
        return ResidualBank(
            kind=self.kind,
            view=view.reshape(len(self), -1),
            hidden=self.hidden[:, main],
            swapped=self.swapped,
            shift=self.shift * flat,
            size=self.size,
            plane=self.plane[:, MIRROR] * flat,
            turn=self.turn * np.array([1, -1, -1], np.float32),
            rest=self.rest[:, MIRROR] * deep,
            seen=self.seen[:, MIRROR],
            held=self.held,
            offsets=self.offsets,
        )

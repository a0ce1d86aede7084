"""A file of a recording with its label and split, and the folders and manifests that such files are listed from."""

from __future__ import annotations

import json
import tarfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from hmvlm.motion.formats.asf_amc import read_amc
from hmvlm.motion.formats.bvh_file import read_bvh
from hmvlm.motion.retarget.source_clip import SourceClip
from hmvlm.motion.retarget.targets import in_metres
from train.recordings.kinect import read_kinect

MANIFESTS = Path(__file__).parent / "manifests"
"""Manifests of the default sources, used where the data folder has none."""
SLACK = 2
"""Frames that a thinned recording may have more or less than its manifest says."""


@dataclass(frozen=True)
class RecordingFile:
    """One file to read: ``group`` names the recordings that share a skeleton.

    ``unit`` is the length of a BVH file's unit in metres, None where it is found from the length of the legs.
    ``rotations`` is False where the joint frames of the file follow no known convention: only its positions are used.
    An ``.npz`` archive holds Kinect joints of many recordings; ``info["key"]`` is the recording's key in it.
    ``frames`` is the number of frames at ``fps`` where a manifest tells it: a file with a whole multiple of it, as its
    makers ship it at a higher rate, is thinned to ``fps``.
    ``markers`` is True for an archive of optical markers, Plug-in-Gait at 25 Hz (:mod:`train.recordings.markers`); the
    body is fitted to them, and ``group`` names a person.
    ``lock`` is True where the recording's floor or feet are not to be trusted: after retargeting the body is put on the
    floor and its feet are held in their places (:func:`hmvlm.motion.foot_lock.lock_feet`).
    """

    name: str
    source: str
    group: str
    path: str
    label: str
    split: str
    fps: float = 30.0
    info: dict[str, str] = field(default_factory=dict)
    unit: float | None = 0.01
    rotations: bool = True
    lock: bool = False
    frames: int | None = None
    markers: bool = False

    def read(self) -> SourceClip:
        """Read the file in its own format; ValueError for another suffix than .amc, .bvh and .npz."""
        path = Path(self.path)
        if path.suffix == ".amc":
            clip = read_amc(path, path.with_name(f"{path.stem.split('_')[0]}.asf"), self.fps)
        elif path.suffix == ".bvh":
            clip = in_metres(read_bvh(path, 1.0)) if self.unit is None else read_bvh(path, self.unit)
        elif path.suffix == ".npz":
            clip = read_kinect(path, self.info["key"], self.fps)
        else:
            raise ValueError(f"{path}: no reader for {path.suffix!r}; known are .amc, .bvh and .npz")
        clip = thinned(clip, self.frames, self.fps) if self.frames else clip
        return clip if self.rotations else replace(clip, rotations=None)


def thinned(clip: SourceClip, frames: int, fps: float) -> SourceClip:
    """Every n-th frame of a clip with n times as many ``frames`` as told, give or take ``SLACK`` of them; n may be 1.

    Raises:
        ValueError: the clip's length is no such multiple, so it is another recording.
    """
    step = max(1, round(len(clip) / frames))
    if abs(len(clip) - step * frames) > step * SLACK:
        raise ValueError(f"{clip.name} has {len(clip)} frames, which is no multiple of the {frames} in the manifest")
    if step == 1:
        return clip
    turns = None if clip.rotations is None else clip.rotations[::step]
    return replace(clip, positions=clip.positions[::step], rotations=turns, fps=fps)


def unpack(data: Path, name: str, into: Path) -> Path:
    """The folder ``name`` of recordings: in ``data`` or ``into``, else unpacked there from ``name.tar.xz``."""
    for folder in (data / name, into / name):
        if folder.is_dir():
            return folder
    archive = data / f"{name}.tar.xz"
    if not archive.is_file():
        raise FileNotFoundError(
            f"neither a folder {data / name} nor {archive} exists; give the data folder with --data"
        )
    with tarfile.open(archive) as tar:
        wanted = [m for m in tar.getmembers() if m.name.endswith((".bvh", ".asf", ".amc"))]
        tar.extractall(into, members=wanted, filter="data")
    return into / name


def read_manifest(data: Path, name: str) -> Any:
    """The parsed JSON file ``name`` of the data folder, else the one in ``MANIFESTS``.

    Raises:
        FileNotFoundError: neither exists; it says how to give another folder.
    """
    path = next((path for path in (data / name, MANIFESTS / name) if path.is_file()), data / name)
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing; give the data folder with --data")
    return json.loads(path.read_text(encoding="utf-8"))

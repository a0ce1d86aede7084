"""Errors of the released pose path on clips of people whose joints were triangulated from several cameras.

    python -m benchmarks.pose_real FOLDER [--landmarks heavy] [--json]

FOLDER holds videos and JSON files. A JSON file describes one recording: ``joints`` names the K joints (``lsho``,
``relb``, …), ``frames`` the N labelled frames of the files, ``valid`` ``(N, K)`` which joints to trust, and for each
entry of ``cameras`` ``video`` is a file, ``joints_m`` ``(N, K, 3)`` the joints in metres along the camera's axes (x
right, y up, z towards the camera) and ``up`` the room's upward direction along the same axes.

Bodies are measured as they are released, with their own shape and no joint offsets corrected, over the joints to trust
and relative to the middle of the hips, for which a hip's place is taken even where it is not trusted.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from benchmarks.kinematics.quality import lowest_skin, slides
from benchmarks.kinematics.track import FPS, Track
from hmvlm import HMVLM
from hmvlm.body.skeleton import INDEX
from hmvlm.body.smpl import BodyModel
from hmvlm.vision.estimate import PoseEstimate
from hmvlm.vision.group import together
from hmvlm.vision.landmark_model import NETS
from train.loop.joint_errors import joint_errors

NAMES = {"sho": "shoulder", "elb": "elbow", "wri": "wrist", "hip": "hip", "knee": "knee", "ankle": "ankle"}


@dataclass(frozen=True)
class Truth:
    """One camera's view of a recording.

    Attributes:
        video: the clip. frames: ``(N,)`` numbers of the labelled frames in the file.
        joints: ``(N, 12, 3)`` metres along the camera's axes, in the order of :data:`JOINTS`.
        valid: ``(N, 12)`` bool. up: ``(3,)`` unit vector, the room's upward direction along the camera's axes.
    """

    video: Path
    frames: np.ndarray
    joints: np.ndarray
    valid: np.ndarray
    up: np.ndarray


JOINTS = tuple(INDEX[f"{side}_{name}"] for name in NAMES.values() for side in ("left", "right"))
"""The 12 joints that are compared; left and right of each pair, hips in columns 6 and 7."""
SHOULDERS, HIPS = slice(0, 2), slice(6, 8)


@dataclass
class Row:
    """Errors of one camera.

    Attributes:
        mpjpe, aligned: mm over the 12 joints, relative to the middle of the hips, in the camera's axes; after the best
            rotation, scale and shift.
        average_shape: mpjpe of the same poses on the average body.
        found: labelled frames with a person, of ``frames``.
        turned_round: frames in which the line of shoulders and hips points the other way.
        lean: degrees between the trunk of the estimate and the true one in the room (upright axis of the exported
            motion against ``up``, headings aligned at the camera); mean over frames. lean_bias: degrees between the
            mean trunk directions. level: the same with the camera taken as level.
        slide: cm/s of feet in contact in the exported motion; floating: cm of its lowest skin over the floor, below
            which nine tenths of the frames are.
        height: metres of the estimated body at rest.
        confidence: mean. follows: rank correlation of confidence a frame with the error, -1 at best; None where it is
            one number a clip.
    """

    mpjpe: float
    aligned: float
    average_shape: float
    frames: int
    found: int
    turned_round: int
    lean: float
    lean_bias: float
    level: float
    slide: float
    floating: float
    height: float
    confidence: float
    follows: float | None
    errors: list[float] = field(repr=False, default_factory=list)


def read_truth(path: Path) -> dict[str, Truth]:
    """The cameras of one recording by name; ValueError if a joint is missing."""
    data = json.loads(path.read_text())
    names = [f"{side}{short}" for short in NAMES for side in "lr"]
    missing = [name for name in names if name not in data["joints"]]
    if missing:
        raise ValueError(f"{path.name} has no joints {missing}")
    columns = [data["joints"].index(name) for name in names]
    valid = np.asarray(data["valid"], bool)[:, columns]
    found = {}
    for name, camera in data["cameras"].items():
        joints = np.asarray(camera["joints_m"], float)[:, columns]
        up = np.asarray(camera["up"], float)
        whole = np.isfinite(joints[:, [*range(12)[SHOULDERS], *range(12)[HIPS]]]).all((1, 2))
        usable = valid & np.isfinite(joints).all(-1) & whole[:, None]
        found[name] = Truth(
            path.parent / camera["video"], np.asarray(data["frames"]), np.nan_to_num(joints), usable,
            up / np.linalg.norm(up),
        )  # fmt: skip
    return found


def height(betas: np.ndarray) -> float:
    """Metres from sole to crown of the body at rest."""
    skin = BodyModel.load().vertices(np.zeros((1, 24, 3)), np.zeros((1, 3)), betas)[0, :, 1]
    return float(skin.max() - skin.min())


def measure(estimate: PoseEstimate, truth: Truth, fps: float) -> Row:
    """Errors of an estimate of the clip; ``fps`` is the file's rate, to find the labelled frames in the estimate."""
    assert estimate.fps is not None, "a clip has a frame rate"
    rows = np.round(truth.frames / fps * estimate.fps).astype(int)
    kept = (rows < len(estimate)) & truth.valid.any(1)
    rows, true, valid = rows[kept], truth.joints[kept], truth.valid[kept]
    true = true - true[:, HIPS].mean(1, keepdims=True)
    ours, plain = (_centred(joints[rows]) for joints in (estimate.joints(), _average(estimate)))
    errors = _mean_errors(ours, true, valid)
    room = estimate.motion().joints()[rows][:, JOINTS]
    exported = together([estimate])[0]
    trunks = [_trunk(true) @ _upright(truth.up).T, _trunk(room), _trunk(ours)]
    confidence = getattr(estimate, "frame_confidence", None)
    follows = None
    if confidence is not None and np.ptp(confidence[rows]) > 0:
        follows = float(spearmanr(confidence[rows], errors[0])[0])
    return Row(
        mpjpe=float(errors[0].mean()),
        aligned=float(errors[1].mean()),
        average_shape=float(_mean_errors(plain, true, valid)[0].mean()),
        frames=len(rows),
        found=int(estimate.found[rows].sum()),
        turned_round=int((_across(ours) * _across(true)).sum(-1).__lt__(0).sum()),
        lean=float(_angles(trunks[0], trunks[1]).mean()),
        lean_bias=float(_angles(trunks[0].mean(0), trunks[1].mean(0))),
        level=float(_angles(trunks[0].mean(0), trunks[2].mean(0))),
        slide=float(slides(Track.of(exported))[1].mean() * FPS),
        floating=100 * float(np.quantile(lowest_skin(exported), 0.9)),
        height=height(estimate.betas),
        confidence=estimate.confidence,
        follows=follows,
        errors=[round(float(error), 1) for error in errors[0]],
    )


def _average(estimate: PoseEstimate) -> np.ndarray:
    return BodyModel.load().joints(estimate.poses, np.zeros((len(estimate), 3))).numpy()


def _centred(joints: np.ndarray) -> np.ndarray:
    chosen = joints[:, JOINTS]
    return chosen - chosen[:, HIPS].mean(1, keepdims=True)


def _mean_errors(ours: np.ndarray, true: np.ndarray, valid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """MPJPE and PA-MPJPE in mm of each frame ``(N,)``, over valid joints."""
    import torch

    pairs = []
    for one, other, use in zip(ours, true, valid, strict=True):
        pair = (torch.from_numpy(points[use][None]).double() for points in (one, other))
        plain, aligned = joint_errors(*pair)
        pairs.append((float(plain), float(aligned)))
    plain, aligned = 1e3 * np.array(pairs).T
    return plain, aligned


def _trunk(joints: np.ndarray) -> np.ndarray:
    """Unit vectors ``(N, 3)`` from the middle of the hips to the middle of the shoulders."""
    way = joints[:, SHOULDERS].mean(1) - joints[:, HIPS].mean(1)
    return way / np.linalg.norm(way, axis=1, keepdims=True)


def _across(joints: np.ndarray) -> np.ndarray:
    """Vectors ``(N, 3)`` from right to left through shoulders and hips."""
    return joints[:, 0] - joints[:, 1] + joints[:, 6] - joints[:, 7]


def _upright(up: np.ndarray) -> np.ndarray:
    """Rotation ``(3, 3)`` from the camera's axes to a room with Y up, its Z towards the camera."""
    front = np.array([0.0, 0, 1]) - up[2] * up
    front /= np.linalg.norm(front)
    return np.stack([np.cross(up, front), up, front])


def _angles(ours: np.ndarray, true: np.ndarray) -> np.ndarray:
    share = (ours * true).sum(-1) / (np.linalg.norm(ours, axis=-1) * np.linalg.norm(true, axis=-1))
    return np.degrees(np.arccos(share.clip(-1, 1)))


def run(model: HMVLM, folder: Path, landmarks: str = "both") -> dict[str, Row]:
    """The rows of all cameras in a folder; ValueError if it holds none."""
    rows = {}
    for path in sorted(folder.glob("*.json")):
        for name, truth in read_truth(path).items():
            estimate = model.estimate_pose(truth.video, landmarks=landmarks).estimate
            if estimate is None:
                raise ValueError(f"no person was found in {truth.video}")
            rows[f"{path.stem} {name}"] = measure(estimate, truth, file_fps(truth.video))
    if not rows:
        raise ValueError(f"{folder} holds no JSON file with cameras; see python -m benchmarks.pose_real --help")
    return rows


def file_fps(path: Path) -> float:
    """Frames a second of a video file."""
    import av

    with av.open(str(path)) as container:
        return float(container.streams.video[0].average_rate or 0)


def table(rows: dict[str, Row]) -> str:
    """The rows as text."""
    names = [name for name in Row.__dataclass_fields__ if name != "errors"]
    lines = [f"{'':24s}" + "".join(f"{name:>15s}" for name in names)]
    for label, row in rows.items():
        values = asdict(row)
        digits = {name: 2 if name in ("height", "confidence", "follows") else 1 for name in names}
        cells = ["" if values[n] is None else str(round(values[n], digits[n])) for n in names]
        lines.append(f"{label:24s}" + "".join(f"{cell:>15s}" for cell in cells))
    lines.append(f"median height {np.median([row.height for row in rows.values()]):.2f} m")
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> None:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--model", default="embedded", help="preset or folder of a model")
    options.add_argument("--landmarks", choices=NETS, default="both", help="landmark network")
    options.add_argument("--json", action="store_true", help="print JSON, with the error of each frame")
    args = options.parse_args(argv)
    rows = run(HMVLM.from_pretrained(args.model), args.folder, args.landmarks)
    print(json.dumps({name: asdict(row) for name, row in rows.items()}) if args.json else table(rows))


if __name__ == "__main__":
    main()

"""What was seen of people in a picture or clip, as arrays and as JSON, and in motion files.

:func:`arrays` names and describes every array. Axes of cameras are OpenCV's: x right, y down, z into the picture.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from hmvlm.atomic import atomic_file
from hmvlm.motion.clip import Motion
from hmvlm.motion.formats import amass, glb
from hmvlm.motion.formats.options import AS_IS, Export
from hmvlm.motion.rates import frame_times
from hmvlm.vision.estimate import PoseEstimate
from hmvlm.vision.sight import Sight

OPENCV = np.array([1.0, -1.0, -1.0])
"""Signs from the camera frame of estimates (y up, z to the viewer) to OpenCV's, and from landmarks to OpenCV's."""
_Z_UP = Rotation.from_euler("x", 90, degrees=True)


def save_people(
    people: Sequence[PoseEstimate], motions: Sequence[Motion], path: Path, export: Export = AS_IS
) -> list[Path]:
    """Write everybody: one ``.npz`` or ``.glb``, of other formats a file a person (``-1``, ``-2`` before the suffix).

    Args:
        motions: as :func:`hmvlm.vision.group.together` gives them. Returns the files written.
        export: frame rate, names and so on. At another frame rate, the arrays about the picture keep the picture's
            frames; ``found`` and ``frames`` are those nearest to the rows of ``poses``.
    """
    suffix = path.suffix.lower()
    if suffix == ".npz":
        further = arrays(people, motions)
        if export.fps is not None:
            nearest = frame_times(len(motions[0]), motions[0].fps, export.fps).round().astype(int)
            further |= {name: further[name][nearest] for name in ("found", "frames")}
        with atomic_file(path) as partial:
            amass.save(motions[0], partial, export, further)
        return [path]
    if suffix == ".glb":
        with atomic_file(path) as partial:
            glb.save_all(motions, partial, [one.span()[0] for one in people], export)
        return [path]
    names = [path] if len(motions) == 1 else [path.with_stem(f"{path.stem}-{k + 1}") for k in range(len(motions))]
    return [motion.save(name, **dataclasses.asdict(export)) for motion, name in zip(motions, names, strict=True)]


def arrays(people: Sequence[PoseEstimate], motions: Sequence[Motion]) -> dict[str, np.ndarray]:
    """Arrays of P people in T frames, beside the first person's in an AMASS file. NaN where somebody was not seen.

    =============================  ============  ====================================================================
    ``found``, ``frames``          (T1,)         of the rows of ``poses``: person seen (else interpolated), and the
                                                 frame's number in the file
    ``people_number``              (P,)          as in ``--person``; ``people_shot``: shot of a clip, from 0
    ``people_found``               (P, T)        ``people_presence``: the network's score of a person
    ``people_confidence``          (P,)          of the whole estimate
    ``people_frame_confidence``    (P, T)        0 where the person was not seen
    ``people_poses``, ``_trans``   (P, T, ...)   SMPL-H rotations (156) and translation (3), Z up, in one room
    ``people_betas``               (P, 16)       shape
    ``people_keypoints_2d``        (P, T, 33, 2) BlazePose landmarks in pixels; ``people_visibility`` (P, T, 33)
    ``people_keypoints_3d``        (P, T, 33, 3) the same in metres from the middle of the hips, camera's axes
    ``people_pelvis_camera``       (P, T, 3)     pelvis in the camera's frame, metres
    ``people_camera_rotation``     (P, T, 3, 3)  from the room to the camera; ``people_camera_translation`` (P, T, 3)
    ``camera_intrinsics``          (3, 3)        focal length (estimated) and middle of the picture, pixels
    ``picture_size``               (2,)          width and height
    ``picture_frames``             (T,)          numbers of the frames in the file
    ``picture_cuts``               (C,)          first frames of further shots
    =============================  ============  ====================================================================
    """
    first, sight = people[0], _sight(people[0], 1)
    start, stop = first.span()
    rows = [_person(one, motion, number) for number, (one, motion) in enumerate(zip(people, motions, strict=True), 1)]
    columns = {f"people_{name}": np.stack([row[name] for row in rows]) for name in rows[0]}
    focal, (x, y) = first.cameras[0].focal, first.cameras[0].centre
    return columns | {
        "found": first.found[start:stop],
        "frames": sight.frames[start:stop],
        "camera_intrinsics": np.array([[focal, 0, x], [0, focal, y], [0, 0, 1.0]]),
        "picture_size": np.array(first.size),
        "picture_frames": sight.frames,
        "picture_cuts": np.array(sight.cuts, int),
    }


def _sight(one: PoseEstimate, number: int) -> Sight:
    return one.sight or Sight.of([None] * len(one), number)


def _person(one: PoseEstimate, motion: Motion, number: int) -> dict[str, np.ndarray]:
    """The row of one person in :func:`arrays`, without the prefix."""
    sight, (start, stop) = _sight(one, number), one.span()
    row = amass.rows(motion)

    def spread(values: np.ndarray, missing: np.ndarray | None = None) -> np.ndarray:
        """Values of the frames of the motion as those of all frames."""
        whole = np.full((len(one), *values.shape[1:]), np.nan)
        whole[start:stop] = values
        if missing is not None:
            whole[missing] = np.nan
        return whole

    away = ~one.found
    turn, place = Rotation.from_rotvec(one.poses[start:stop, 0]), one.places()[start:stop]
    world = Rotation.from_rotvec(row["poses"][:, :3])
    flip = Rotation.from_matrix(np.diag(OPENCV))
    rotation = (flip * turn * world.inv()).as_matrix()
    pelvis = motion.joints()[:, 0]
    room = _Z_UP.apply(pelvis)
    camera = place * OPENCV
    translation = camera - np.einsum("tij,tj->ti", rotation, room)
    return {
        "number": np.array(sight.number),
        "shot": np.array(sight.shot),
        "found": one.found,
        "presence": sight.presence,
        "confidence": np.array(one.confidence),
        "frame_confidence": np.zeros(len(one)) if one.frame_confidence is None else one.frame_confidence * one.found,
        "poses": spread(row["poses"]),
        "trans": spread(row["trans"]),
        "betas": row["betas"],
        "keypoints_2d": np.where(away[:, None, None], np.nan, one.pixels),
        "keypoints_3d": sight.metric * OPENCV,
        "visibility": np.where(away[:, None], np.nan, one.visibility),
        "pelvis_camera": spread(camera),
        "camera_rotation": spread(rotation),
        "camera_translation": spread(translation),
    }


def as_json(people: Sequence[PoseEstimate], motions: Sequence[Motion]) -> dict[str, Any]:
    """The same for JSON: the camera, and a list of people with a list of the frames in which they were seen."""
    data = arrays(people, motions)
    fps = people[0].fps
    return {
        "camera": {"intrinsics": _rounded(data["camera_intrinsics"], 1), "size": data["picture_size"].tolist()},
        "fps": fps,
        "cuts": data["picture_cuts"].tolist(),
        "persons": [_person_as_json(data, row, fps) for row in range(len(people))],
    }


def _person_as_json(data: dict[str, np.ndarray], row: int, fps: float | None) -> dict[str, Any]:
    frames = np.flatnonzero(data["people_found"][row])
    fields = {"keypoints_2d": 1, "keypoints_3d": 3, "visibility": 2, "pelvis_camera": 3, "camera_rotation": 4,
              "camera_translation": 3}  # fmt: skip
    return {
        "person": int(data["people_number"][row]),
        "shot": int(data["people_shot"][row]),
        "first_frame": int(frames[0]),
        "last_frame": int(frames[-1]),
        "found": round(float(data["people_found"][row].mean()), 3),
        "confidence": round(float(data["people_confidence"][row]), 3),
        "frames": [
            {
                "frame": int(data["picture_frames"][frame]),
                "seconds": None if fps is None else round(frame / fps, 3),
                "confidence": round(float(data["people_frame_confidence"][row, frame]), 3),
                **{name: _rounded(data[f"people_{name}"][row, frame], digits) for name, digits in fields.items()},
            }
            for frame in frames
        ],
    }


def _rounded(values: np.ndarray, digits: int) -> list:
    return np.round(np.asarray(values, float), digits).tolist()

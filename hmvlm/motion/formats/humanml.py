"""HumanML3D's features: ``(T - 1, 263)`` float32 of 22 joints at 20 frames a second, as ``.npy``.

The definition is ``motion_representation.py`` of the data set (Guo et al., Generating Diverse and Natural 3D Human
Motions from Text, CVPR 2022). A row holds

====================  ====  ===================================================================================
root                     4  half the turn to the next frame (rad), step to the next frame in the later frame's
                            heading (m: x, z), height (m)
positions               63  21 joints relative to the pelvis' place on the floor, in the heading frame (m)
rotations              126  6-D rotations between successive bones of five chains
velocities              66  steps of 22 joints to the next frame, in the heading frame (m)
contacts                 4  left ankle and toes, right ankle and toes: 1 where slower than 4.5 cm a frame
====================  ====  ===================================================================================

The heading is that of the hips and shoulders as the published code weighs them, smoothed over time. Bodies are those of
average shape; the data set's have the bone lengths of one of its subjects, which differ by millimetres to centimetres.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.spatial.transform import Rotation

from hmvlm.body.skeleton import INDEX, JOINTS, PARENTS
from hmvlm.body.smpl import BodyModel
from hmvlm.config import MOTION_FPS
from hmvlm.motion.clip import Motion
from hmvlm.motion.formats import KINDS, RateMissing
from hmvlm.motion.formats.containers import read_npy
from hmvlm.motion.formats.options import AS_IS, Export
from hmvlm.motion.formats.parameters import motion_from_arrays
from hmvlm.motion.formats.points import HUMANML3D, KIT, motion_from_features, motion_from_joints
from hmvlm.motion.rates import at_rate

NUM_JOINTS = 22
FEATURES = 263
MOTIONX_COLUMNS, MOTIONX_FPS = 322, 30.0
_WIDTHS = (HUMANML3D.width, KIT.width, MOTIONX_COLUMNS)
CHAINS = ((0, 2, 5, 8, 11), (0, 1, 4, 7, 10), (0, 3, 6, 9, 12, 15), (9, 14, 17, 19, 21), (9, 13, 16, 18, 20))
SMOOTHING = 20
"""Standard deviation in frames of the Gaussian over headings."""
FOOT_SPEED = 0.002
"""Squared step of a foot in contact, m²."""
FEET = tuple(INDEX[name] for name in ("left_ankle", "left_foot", "right_ankle", "right_foot"))
_AXES = {"left_hip": 0, "right_hip": 0, "left_collar": 0, "right_collar": 0, "left_foot": 2, "right_foot": 2, "head": 2}
_NEGATIVE = ("right_hip", "right_collar")
_UPWARDS = ("spine1", "spine2", "spine3", "neck")


def save(motion: Motion, path: Path, export: Export = AS_IS) -> None:
    """Write the features of a motion; they are at 20 frames a second, whatever ``export.fps`` is."""
    with path.open("wb") as file:  # by name, numpy would add a suffix
        np.save(file, features(motion))


def load(path: Path, fps: float | None = None) -> Motion:
    """The motion of a ``.npy``: features of HumanML3D or KIT-ML, joints in SMPL's order, or Motion-X's rows.

    Raises:
        ValueError: another array; one sentence. RateMissing: joints, whose rate no file says, without ``fps``.
    """
    array = read_npy(path)
    if array.shape[:1] == (1,) and (array.ndim == 4 or array.ndim == 3 and array.shape[2] in _WIDTHS):
        array = array[0]  # a batch of one, as networks draw them
    for kind in (HUMANML3D, KIT):
        if array.ndim == 2 and array.shape[1] == kind.width and len(array):
            return motion_from_features(array, kind, path.name)
    if array.ndim == 2 and array.shape[1] == MOTIONX_COLUMNS and len(array):
        parts = {"root_orient": array[:, :3], "pose_body": array[:, 3:66], "trans": array[:, 309:312],
                 "surface_model_type": np.array("smplx"), "betas": array[:, 312:], "up_axis": np.array("Y"),
                 "fps": np.array(fps or MOTIONX_FPS)}  # fmt: skip
        return motion_from_arrays(parts, path.name, list(parts))
    if array.ndim != 3 or 3 not in array.shape[1:]:
        raise ValueError(f"{path.name} holds {array.shape} values, which are no known motion; read are {KINDS}")
    if fps is None:
        raise RateMissing(path.name)
    return motion_from_joints(array, path.name, fps)


def features(motion: Motion) -> np.ndarray:
    """Features ``(T - 1, 263)`` float32 of a motion of T frames at 20 fps; one row where there is a single frame."""
    places = joints(at_rate(motion, MOTION_FPS))
    if len(places) == 1:
        places = np.repeat(places, 2, axis=0)
    heading = _headings(places)
    turn = Rotation.from_rotvec(np.outer(heading, [0, 1, 0]))  # from the world to the heading frame
    steps = np.diff(places, axis=0)
    half_turns = np.diff(heading)[:, None] / 2
    root_steps = turn[1:].apply(steps[:, 0])[:, [0, 2]]
    relative = _turned(turn, places - places[:, :1] * [1, 0, 1])
    contacts = (np.square(steps[:, FEET]).sum(axis=-1) < FOOT_SPEED).astype(float)
    parts = (
        half_turns,
        root_steps,
        places[:-1, 0, 1:2],
        relative[:-1, 1:].reshape(len(steps), -1),
        _bone_rotations(places, turn)[:-1].reshape(len(steps), -1),
        _turned(turn[:-1], steps).reshape(len(steps), -1),
        contacts,
    )
    return np.concatenate(parts, axis=1).astype(np.float32)


def joints(motion: Motion) -> np.ndarray:
    """Joints ``(T, 22, 3)`` of the average body: lowest at 0, above the origin and facing +Z in the first frame."""
    body = BodyModel.load()
    legs = [INDEX[name] for name in ("left_knee", "left_ankle")]
    ours, average = (np.linalg.norm(body.offsets(betas).numpy()[legs], axis=1).sum() for betas in (motion.betas, None))
    pelvis = (motion.trans + body.rest_joints(motion.betas)[0].numpy()) * (average / ours)
    places = body.joints(motion.poses, pelvis - body.rest_joints()[0].numpy()).double().numpy()[:, :NUM_JOINTS]
    places[..., 1] -= places[..., 1].min()
    places -= places[0, 0] * [1, 0, 1]
    x, _, z = _across(places[0], 1.0)
    return _turned(Rotation.from_rotvec([[0, -np.arctan2(z, -x), 0]] * len(places)), places)


def _across(places: np.ndarray, hips: float) -> np.ndarray:
    """From left to right through shoulders and hips, ``(..., 3)``; ``hips`` weighs the latter."""
    hip = places[..., INDEX["right_hip"], :] - places[..., INDEX["left_hip"], :]
    return hips * hip + places[..., INDEX["right_shoulder"], :] - places[..., INDEX["left_shoulder"], :]


def _headings(places: np.ndarray) -> np.ndarray:
    """Turn about +Y that makes every frame face +Z, ``(T,)`` radians, continuous."""
    across = _across(places, -1.0)  # the published code exchanges the hips here
    across /= np.linalg.norm(across, axis=-1, keepdims=True)
    forward = np.cross([0, 1, 0], across)
    forward = gaussian_filter1d(forward, SMOOTHING, axis=0, mode="nearest")
    return np.unwrap(-np.arctan2(forward[:, 0], forward[:, 2]))


def _turned(turn: Rotation, places: np.ndarray) -> np.ndarray:
    """Every frame of points ``(T, J, 3)`` turned by its rotation."""
    return np.einsum("tij,tkj->tki", turn.as_matrix(), places)


def bone_axes() -> np.ndarray:
    """Unit vectors ``(22, 3)`` along which the published skeleton lays the bone that ends at each joint."""
    axes = np.zeros((NUM_JOINTS, 3))
    for joint, name in enumerate(JOINTS[1:NUM_JOINTS], start=1):
        positive = name in _UPWARDS or (name in _AXES and name not in _NEGATIVE)
        axes[joint, _AXES.get(name, 1)] = 1.0 if positive else -1.0
    return axes


def _bone_rotations(places: np.ndarray, turn: Rotation) -> np.ndarray:
    """6-D rotations ``(T, 21, 6)``: each bone's shortest turn from its axis, relative to that of the bone before it."""
    axes, columns = bone_axes(), np.zeros((len(places), NUM_JOINTS, 6))
    for chain in CHAINS:
        above = turn
        for joint in chain[1:]:
            bone = places[:, joint] - places[:, PARENTS[joint]]
            turned = _between(axes[joint], bone / np.linalg.norm(bone, axis=-1, keepdims=True))
            matrix = (above.inv() * turned).as_matrix()
            columns[:, joint] = np.concatenate([matrix[..., 0], matrix[..., 1]], axis=-1)
            above = turned
    return columns[:, 1:]


def _between(start: np.ndarray, ends: np.ndarray) -> Rotation:
    """Shortest rotations from a unit vector ``(3,)`` to unit vectors ``(T, 3)``."""
    quaternions = np.concatenate([np.cross(start, ends), 1 + ends @ start[:, None]], axis=-1)
    opposite = np.linalg.norm(quaternions, axis=-1) < 1e-6
    quaternions[opposite, :3] = np.roll(start, 1)  # any axis across it
    return Rotation.from_quat(quaternions)

"""Any recording onto the SMPL skeleton: bone directions and source rotations in closed form.

Directions of limb bones are taken over exactly; pelvis, spine, neck, head, collars, hands and the
twist of limbs follow the source's rotations where its format has them (``orient`` completes the
rest). One uniform scale, the ratio of leg lengths, carries the path over. A banded least-squares
problem then moves the root by millimetres to centimetres so that feet in contact stay where they are.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from scipy.linalg import solveh_banded
from scipy.ndimage import gaussian_filter1d

from hmvlm.body.skeleton import INDEX, PARENTS, forward_kinematics
from hmvlm.body.smpl import BodyModel
from hmvlm.config import MOTION_FPS
from hmvlm.motion.clip import Motion

from .orient import SIDES, between, fill_rotations, frame_from, local_rotations, swing, to_axis_angle, unit
from .profiles import Targets

log = logging.getLogger(__name__)

FEET = ("left_ankle", "right_ankle", "left_foot", "right_foot")
FEET_INDEX = [INDEX[name] for name in FEET]
LIMBS = tuple(
    (f"{side}_{a}", f"{side}_{b}")
    for side in SIDES
    for a, b in (("hip", "knee"), ("knee", "ankle"), ("shoulder", "elbow"), ("elbow", "wrist"))
)
CONTACT_HEIGHT, CONTACT_SPEED = 0.05, 0.25
"""A foot joint is in contact below this height over its lowest (m) and this horizontal speed (m/s)."""


@dataclass(frozen=True)
class Calibration:
    """Constants of one source skeleton, shared by all its recordings.

    ``scale`` to the SMPL body; ``foot_pitch`` radians that a flat foot's ankle-to-toe bone points
    further down than SMPL's, left and right. For judging only: ``ratio`` (24,) our bone's length over
    the source's scaled bone, and ``definition`` (24, 3) metres, where the source puts a joint relative
    to where SMPL puts it, in the frame of SMPL's parent joint (a hip or neck centre is not the same
    point in two skeletons).
    """

    scale: float
    foot_pitch: tuple[float, float] = (0.0, 0.0)
    ratio: np.ndarray = field(default_factory=lambda: np.ones(24))
    definition: np.ndarray = field(default_factory=lambda: np.zeros((24, 3)))

    def __post_init__(self) -> None:
        if not 0.2 < self.scale < 5:
            raise ValueError(f"a scale of {self.scale:.3f} to the SMPL body means wrong units; positions must be metres")


@dataclass(frozen=True)
class Fit:
    """A retargeted recording with what is needed to judge it, all at 20 fps.

    ``targets`` (T, 24, 3): the source's joints at our scale in our world, NaN where it has none;
    ``contact`` (T, 4) bool of FEET; ``error`` (T, 24) metres to the source after scaling its bones to
    ours, joint definitions aside; ``raw_error`` (T, 24) metres after the uniform scale alone.
    """

    motion: Motion
    targets: np.ndarray
    contact: np.ndarray
    error: np.ndarray
    raw_error: np.ndarray

    def summary(self) -> dict[str, float]:
        """Figures of one recording: median and 90th percentile errors in mm, feet in contact in m/s."""
        feet = self.motion.joints()[:, FEET_INDEX]
        return {
            "error_mm": float(np.nanmedian(self.error)) * 1000,
            "error_p90_mm": float(np.nanpercentile(self.error, 90)) * 1000,
            "raw_error_mm": float(np.nanmedian(self.raw_error)) * 1000,
            "slide": foot_slide(feet, self.contact, self.motion.fps),
            "source_slide": foot_slide(self.targets[:, FEET_INDEX], self.contact, self.motion.fps),
        }


def resample(targets: Targets, fps: float) -> Targets:
    """The same recording at another rate: linear in position, shortest arc in rotation."""
    count = max(1, int(np.floor((len(targets.positions) - 1) / targets.fps * fps + 1e-6)) + 1)
    at = np.minimum(np.arange(count) * (targets.fps / fps), len(targets.positions) - 1)
    low = np.minimum(at.astype(int), max(len(targets.positions) - 2, 0))
    high = np.minimum(low + 1, len(targets.positions) - 1)
    part = (at - low)[:, None, None]
    positions = targets.positions[low] * (1 - part) + targets.positions[high] * part
    known = np.isfinite(targets.rotations).all((0, 2, 3))
    rotations = targets.rotations[low].copy()
    rotations[:, known] = between(targets.rotations[low][:, known], targets.rotations[high][:, known], part)
    return Targets(targets.name, positions, rotations, fps)


def speeds(points: np.ndarray, fps: float) -> np.ndarray:
    """Horizontal speed (T, N) in m/s of points (T, N, 3) by central differences."""
    if len(points) < 2:
        return np.zeros(points.shape[:2])
    return np.linalg.norm(np.gradient(points, axis=0)[..., [0, 2]], axis=-1) * fps


def foot_contacts(feet: np.ndarray, fps: float) -> np.ndarray:
    """Contacts (T, 4) of foot joints (T, 4, 3) ordered as FEET: near their lowest height and slow."""
    floor = np.percentile(feet[..., 1], 3, axis=0)
    pair = np.minimum(floor[[0, 2]], floor[[1, 3]])
    floor = np.array([pair[0], pair[0], pair[1], pair[1]])
    return (feet[..., 1] < floor + CONTACT_HEIGHT) & (speeds(feet, fps) < CONTACT_SPEED)


def foot_slide(feet: np.ndarray, contact: np.ndarray, fps: float) -> float:
    """Mean horizontal speed in m/s of foot joints (T, 4, 3) while in ``contact``; NaN without contact."""
    return float(speeds(feet, fps)[contact].mean()) if contact.any() else float("nan")


def rest_joints() -> np.ndarray:
    """Joints (24, 3) of the body in T-pose, metres."""
    return BodyModel.load().rest_joints().numpy().astype(np.float64)


def calibrate(clips: list[Targets]) -> Calibration:
    """Scale and flat-foot pitch of the skeleton that these recordings share."""
    rest = rest_joints()

    def length(points: np.ndarray, a: str, b: str) -> np.ndarray:
        return np.linalg.norm(points[..., INDEX[b], :] - points[..., INDEX[a], :], axis=-1)

    legs = [(f"{side}_{a}", f"{side}_{b}") for side in SIDES for a, b in (("hip", "knee"), ("knee", "ankle"))]
    source = sum(np.median(np.concatenate([length(clip.positions, *bone) for clip in clips])) for bone in legs)
    scale = float(sum(length(rest, *bone) for bone in legs) / source)
    pitches = []
    for index, side in enumerate(SIDES):
        bone = rest[INDEX[f"{side}_foot"]] - rest[INDEX[f"{side}_ankle"]]
        flat = np.arctan2(-bone[1], np.hypot(bone[0], bone[2]))
        found = []
        for clip in clips:
            feet = clip.positions[:, FEET_INDEX] * scale
            if not np.isfinite(feet).all():
                continue
            still = foot_contacts(feet, clip.fps)
            both = still[:, index] & still[:, index + 2]
            down = feet[both, index] - feet[both, index + 2]
            found.append(np.arctan2(down[:, 1], np.hypot(down[:, 0], down[:, 2])))
        angles = np.concatenate(found) if found else np.zeros(0)
        pitches.append(float(np.percentile(angles, 30) - flat) if len(angles) > 20 else 0.0)
    first = Calibration(scale, (pitches[0], pitches[1]))
    solved = [_place(resample(clip, MOTION_FPS), first) for clip in clips]
    bones = [_bones(positions, joints, rotations) for positions, joints, rotations, *_ in solved]
    theirs, ours = (np.concatenate([pair[which] for pair in bones]) for which in (0, 1))
    ratio = np.linalg.norm(ours, axis=-1).mean(0) / np.maximum(np.linalg.norm(theirs, axis=-1).mean(0), 1e-6)
    return replace(first, ratio=ratio, definition=(theirs * ratio[:, None] - ours).mean(0))


def retarget(targets: Targets, calibration: Calibration | None = None) -> Fit:
    """Solve SMPL rotations and translation at 20 fps for one recording.

    Raises ValueError where a required joint is missing or not finite.
    """
    calibration = calibration or calibrate([targets])
    targets = resample(targets, MOTION_FPS)
    positions, joints, rotations, local, trans, contact = _place(targets, calibration)
    error = _bone_scaled_error(positions, joints, rotations, calibration)
    motion = Motion(to_axis_angle(local), trans, fps=float(MOTION_FPS)).canonical()
    raw = np.linalg.norm(positions - joints, axis=-1)
    turn, move = _rigid(joints, motion.joints())
    return Fit(motion, positions @ turn.T + move, contact, error, raw)


def _place(targets: Targets, calibration: Calibration):
    """Scaled source joints, our joints (T, 24, 3), global and local rotations, translation, contacts, on the floor."""
    needed = [INDEX[name] for bone in LIMBS for name in bone]
    if not np.isfinite(targets.positions[:, needed]).all():
        raise ValueError(f"{targets.name}: hips, knees, ankles, shoulders, elbows and wrists must be finite in every frame")
    rest = rest_joints()
    positions = targets.positions * calibration.scale
    rotations = _solve(positions, targets.rotations, rest, calibration)
    offsets = np.concatenate([rest[:1], rest[1:] - rest[list(PARENTS[1:])]])
    local = local_rotations(rotations)
    hips = positions[:, [INDEX["left_hip"], INDEX["right_hip"]]].mean(1)
    middle = (rest[1] + rest[2]) / 2 - rest[0]
    trans = hips - (rotations[:, 0] @ middle) - rest[0]
    joints = _joints(local, offsets, trans)
    contact = np.zeros((len(positions), 4), bool)
    if np.isfinite(positions[:, FEET_INDEX]).all():
        contact = foot_contacts(positions[:, FEET_INDEX], targets.fps)
        shift = plant_feet(joints[:, FEET_INDEX], contact)
        trans, joints = trans + shift, joints + shift[:, None]
    drop = np.array([0, floor_height(joints, contact, rest), 0])
    return positions - drop, joints - drop, rotations, local, trans - drop, contact


def _joints(local: np.ndarray, offsets: np.ndarray, trans: np.ndarray) -> np.ndarray:
    return forward_kinematics(torch.from_numpy(local), torch.from_numpy(offsets), torch.from_numpy(trans))[0].numpy()


def _rigid(before: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The turn about Y (3, 3) and the move (3,) that canonical() applied."""
    a, b = before[0] - before[0, 0], after[0] - after[0, 0]
    angle = np.arctan2((b[:, 0] * a[:, 2] - b[:, 2] * a[:, 0]).sum(), (a[:, 0] * b[:, 0] + a[:, 2] * b[:, 2]).sum())
    c, s = np.cos(angle), np.sin(angle)
    turn = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    return turn, after[0, 0] - turn @ before[0, 0]


def _solve(positions: np.ndarray, known: np.ndarray, rest: np.ndarray, calibration: Calibration) -> np.ndarray:
    """Global rotations (T, 24, 3, 3): the known ones, limbs swung onto their bones, feet levelled."""
    rotations = fill_rotations(positions, known, rest)
    for first, second in LIMBS:
        a, b = INDEX[first], INDEX[second]
        now = (rotations[:, a] @ unit(rest[b] - rest[a])[:, None])[..., 0]
        rotations[:, a] = swing(now, unit(positions[:, b] - positions[:, a])) @ rotations[:, a]
    for index, side in enumerate(SIDES):
        ankle, toe = INDEX[f"{side}_ankle"], INDEX[f"{side}_foot"]
        if not np.isfinite(positions[:, toe]).all():
            continue
        before = rotations[:, ankle]
        pointing = frame_from(before[..., 0], positions[:, toe] - positions[:, ankle])
        resting = frame_from(np.array([1.0, 0, 0]), rest[toe] - rest[ankle])
        pitch = calibration.foot_pitch[index]
        level = to_level(pitch)
        after = pointing @ level @ resting.T
        if np.isfinite(known[:, toe]).all():
            rotations[:, toe] = after @ np.swapaxes(before, -1, -2) @ rotations[:, toe]
        else:
            rotations[:, toe] = after
        rotations[:, ankle] = after
    for side in SIDES:
        rotations[:, INDEX[f"{side}_hand"]] = rotations[:, INDEX[f"{side}_wrist"]]
    return rotations


def to_level(pitch: float) -> np.ndarray:
    """Turn by ``-pitch`` about the foot frame's X (left) axis, lifting the toes by ``pitch`` radians."""
    c, s = np.cos(-pitch), np.sin(-pitch)
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])


def plant_feet(feet: np.ndarray, contact: np.ndarray, stay: float = 0.02, smooth: float = 0.5) -> np.ndarray:
    """Root shift (T, 3) in metres after which feet (T, 4, 3) in ``contact`` (T, 4) move as little as can be.

    Minimises Σ w |Δshift + Δfeet|² + stay Σ |shift|² + smooth Σ |Δ²shift|² (a banded linear system).
    """
    frames = len(feet)
    if frames < 3 or not contact.any():
        return np.zeros((frames, 3))
    weight = gaussian_filter1d(contact.astype(float), 1.0, axis=0, mode="nearest")
    weight = np.minimum(weight[1:], weight[:-1]) * (contact[1:] & contact[:-1])
    step = np.diff(feet, axis=0)
    total = weight.sum(1)
    pull = -(weight[..., None] * step).sum(1)
    bands = np.zeros((3, frames))
    bands[0] += stay
    bands[0, 1:] += total
    bands[0, :-1] += total
    bands[1, :-1] -= total
    bands[0, :-2] += smooth
    bands[0, 1:-1] += 4 * smooth
    bands[0, 2:] += smooth
    bands[1, :-2] -= 2 * smooth
    bands[1, 1:-1] -= 2 * smooth
    bands[2, :-2] += smooth
    right = np.zeros((frames, 3))
    right[1:] += pull
    right[:-1] -= pull
    return solveh_banded(bands, right, lower=True)


def floor_height(joints: np.ndarray, contact: np.ndarray, rest: np.ndarray) -> float:
    """Height in metres of the floor under joints (T, 24, 3): where the soles are while feet are in contact."""
    sole = joints[:, FEET_INDEX, 1] - (rest[FEET_INDEX, 1] - BodyModel.load().template[:, 1].min())
    lowest = sole.min(1)
    touching = contact.any(1)
    low = lowest[touching] if touching.sum() >= 5 else lowest
    return float(np.percentile(low, 20 if touching.sum() >= 5 else 3))


def _bones(targets: np.ndarray, joints: np.ndarray, rotations: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bones (T, 24, 3) of source and body in the body's parent frames; NaN where the source has no joint."""
    theirs, ours = np.full_like(targets, np.nan), np.full_like(targets, np.nan)
    for joint, (start, base) in _chain(targets, joints).items():
        undo = np.swapaxes(rotations[:, max(PARENTS[joint], 0)], -1, -2)
        theirs[:, joint] = (undo @ (targets[:, joint] - start)[..., None])[..., 0]
        ours[:, joint] = (undo @ (joints[:, joint] - base)[..., None])[..., 0]
    return theirs, ours


def _chain(targets: np.ndarray, joints: np.ndarray) -> dict[int, tuple[np.ndarray, np.ndarray]]:
    """For each joint that the source has, the points (T, 3) that its bone starts from: the source's and ours.

    Bones start at the nearest joint up the tree that the source has, below the pelvis; else between the hips.
    """
    known = np.isfinite(targets).all((0, 2))
    hips = [INDEX["left_hip"], INDEX["right_hip"]]
    starts = {}
    for joint in np.flatnonzero(known):
        parent = PARENTS[joint]
        while parent > 0 and not known[parent]:
            parent = PARENTS[parent]
        middle = (targets[:, hips].mean(1), joints[:, hips].mean(1))
        starts[int(joint)] = middle if parent <= 0 else (targets[:, parent], joints[:, parent])
    return starts


def _bone_scaled_error(targets: np.ndarray, joints: np.ndarray, rotations: np.ndarray, calibration: Calibration) -> np.ndarray:
    """Distance (T, 24) in metres to the source laid out with our bone lengths, NaN where it has no joint.

    From the point between the hips outwards, every bone keeps the source's direction and takes our
    length, less the constant difference in where the two skeletons define the joint.
    """
    off = np.full_like(targets, np.nan)
    theirs, ours = _bones(targets, joints, rotations)
    stray = theirs * calibration.ratio[:, None] - ours - calibration.definition
    known = np.isfinite(targets).all((0, 2))
    for joint in np.flatnonzero(known):
        parent = PARENTS[joint]
        while parent > 0 and not known[parent]:
            parent = PARENTS[parent]
        bone = (rotations[:, max(PARENTS[joint], 0)] @ stray[:, joint, :, None])[..., 0]
        off[:, joint] = bone if parent <= 0 else off[:, parent] + bone
    return np.linalg.norm(off, axis=-1)

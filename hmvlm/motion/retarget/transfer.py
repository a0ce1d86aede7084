"""Retargeting to the SMPL skeleton: bone directions and source rotations in closed form.

Directions of limb bones are copied exactly; pelvis, spine, neck, head, collars, hands and the
twist of limbs follow the source's rotations where its format has them (``orient`` completes the
rest). The path is scaled by one factor, the ratio of leg lengths. A banded least-squares
problem then moves the root by millimetres to centimetres so that feet in contact stay where they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from hmvlm.body.skeleton import INDEX
from hmvlm.body.vectors import unit
from hmvlm.config import MOTION_FPS
from hmvlm.motion.clip import Motion
from hmvlm.motion.retarget.cleanup import repair_spikes, trim_start
from hmvlm.motion.retarget.error import bone_scaled_error, bones
from hmvlm.motion.retarget.feet import FEET_INDEX, foot_contacts, foot_slide
from hmvlm.motion.retarget.orient import SIDES, between, frame_from, rest_joints, to_axis_angle, to_matrix
from hmvlm.motion.retarget.solve import Calibration, place
from hmvlm.motion.retarget.targets import Targets

TORSO = ("pelvis", "spine1", "spine2", "spine3", "neck", "head")


@dataclass(frozen=True)
class RetargetResult:
    """A retargeted recording with what its errors are computed from, all at 20 fps.

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
    return replace(targets, positions=positions, rotations=rotations, fps=fps)


def calibrate(clips: list[Targets]) -> Calibration:
    """All constants of the skeleton that these recordings share."""
    first = replace(measure_skeleton(clips), level=_level(clips))
    pairs = [bones(place(resample(clip, MOTION_FPS), first)) for clip in clips]
    theirs, ours = (np.concatenate(parts) for parts in zip(*pairs))
    ratio = np.linalg.norm(ours, axis=-1).mean(0) / np.maximum(np.linalg.norm(theirs, axis=-1).mean(0), 1e-6)
    return replace(first, ratio=ratio, definition=(theirs * ratio[:, None] - ours).mean(0))


def measure_skeleton(clips: list[Targets]) -> Calibration:
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
    return Calibration(scale, (pitches[0], pitches[1]))


def _level(clips: list[Targets]) -> np.ndarray:
    """Constant corrections (24, 3, 3) of torso frames: none of them leans in the median upright frame.

    Pelvis, spine and chest are corrected in pitch alone, neck and head wholly, against the chest's heading.
    """
    level = np.tile(np.eye(3), (24, 1, 1))
    positions = np.concatenate([clip.positions for clip in clips])
    rotations = np.concatenate([clip.rotations for clip in clips])
    hips = positions[:, [INDEX["left_hip"], INDEX["right_hip"]]].mean(1)
    shoulders = positions[:, [INDEX["left_shoulder"], INDEX["right_shoulder"]]].mean(1)
    tall = hips[:, 1] > 0.93 * np.percentile(hips[:, 1] - positions[:, FEET_INDEX[:2], 1].min(1), 75) + positions[
        :, FEET_INDEX[:2], 1
    ].min(1)
    upright = tall & (unit(shoulders - hips)[:, 1] > np.cos(np.radians(15)))
    if upright.sum() < 40:
        return level
    across = unit(
        (positions[upright, INDEX["left_shoulder"]] - positions[upright, INDEX["right_shoulder"]]) * [1, 0, 1]
    )
    heading = np.swapaxes(frame_from(across, np.array([0, 1.0, 0])), -1, -2)
    for name in TORSO:
        if not np.isfinite(rotations[upright, INDEX[name]]).all():
            continue
        lean = np.median(to_axis_angle(heading @ rotations[upright, INDEX[name]]), axis=0)
        level[INDEX[name]] = to_matrix(-lean if name in ("neck", "head") else -lean * [1, 0, 0])
    return level


def retarget(targets: Targets, calibration: Calibration | None = None) -> RetargetResult:
    """Solve SMPL rotations and translation at 20 fps for one recording.

    Raises ValueError where a required joint is missing or not finite.
    """
    calibration = calibration or calibrate([targets])
    targets = resample(repair_spikes(trim_start(targets)), MOTION_FPS)
    placed = place(targets, calibration)
    motion = Motion(to_axis_angle(placed.local), placed.trans, fps=float(MOTION_FPS)).canonical()
    turn, move = _rigid(placed.joints, motion.joints())
    return RetargetResult(
        motion=motion,
        targets=placed.targets @ turn.T + move,
        contact=placed.contact,
        error=bone_scaled_error(placed, calibration),
        raw_error=np.linalg.norm(placed.targets - placed.joints, axis=-1),
    )


def _rigid(before: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The turn about Y (3, 3) and the move (3,) that canonical() applied."""
    a, b = before[0] - before[0, 0], after[0] - after[0, 0]
    angle = np.arctan2((b[:, 0] * a[:, 2] - b[:, 2] * a[:, 0]).sum(), (a[:, 0] * b[:, 0] + a[:, 2] * b[:, 2]).sum())
    c, s = np.cos(angle), np.sin(angle)
    turn = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    return turn, after[0, 0] - turn @ before[0, 0]

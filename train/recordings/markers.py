"""Optical marker clips (Plug-in-Gait order) to joint centres and segment frames.

Marker files hold millimetres, Z up, the subject facing +X; here everything is metres, Y up, facing +Z.
A missing marker is (0, 0, 0) in the file and is rebuilt from its segment's other markers. Hip centres
follow Harrington et al. 2007; other centres lie a fixed depth under their skin markers. These are
starting values: ``marker_fit`` then fits the body to the markers themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hmvlm.body.skeleton import INDEX, JOINTS
from hmvlm.body.vectors import project_out, unit
from hmvlm.motion.retarget.orient import frame_from, rigid_fit
from hmvlm.motion.retarget.targets import Targets

MARKERS = (
    "LFHD", "RFHD", "LBHD", "RBHD", "C7", "T10", "CLAV", "STRN", "RBAK", "LSHO", "LUPA", "LELB", "LFRM",
    "LWRA", "LWRB", "LFIN", "RSHO", "RUPA", "RELB", "RFRM", "RWRA", "RWRB", "RFIN", "LASI", "RASI", "LPSI",
    "RPSI", "LTHI", "LKNE", "LTIB", "LANK", "LHEE", "LTOE", "RTHI", "RKNE", "RTIB", "RANK", "RHEE", "RTOE",
)  # fmt: skip
AT = {name: index for index, name in enumerate(MARKERS)}
RATE = 25.0
CLUSTERS = (
    ("LFHD", "RFHD", "LBHD", "RBHD"),
    ("C7", "T10", "CLAV", "STRN", "RBAK"),
    ("LASI", "RASI", "LPSI", "RPSI"),
    *(
        tuple(side + name for name in group)
        for side in "LR"
        for group in (("ASI", "THI", "KNE"), ("KNE", "TIB", "ANK"), ("ANK", "HEE", "TOE"), ("ELB", "FRM", "WRA", "WRB"))
    ),
)
KNEE_DEPTH, ANKLE_DEPTH, ELBOW_DEPTH, SHOULDER_DEPTH = 0.055, 0.042, 0.040, 0.050
"""How far a joint's centre lies under the centre of its skin marker, metres (half joint width plus marker)."""


@dataclass(frozen=True)
class MarkerClip:
    """Markers (T, 39, 3) metres, Y up, NaN where a marker is missing."""

    name: str
    markers: np.ndarray
    fps: float = RATE

    def __post_init__(self) -> None:
        if self.markers.ndim != 3 or self.markers.shape[1:] != (len(MARKERS), 3) or len(self.markers) == 0:
            raise ValueError(
                f"{self.name}: markers must be (T, {len(MARKERS)}, 3) with T > 0, not {self.markers.shape}"
            )


def read_markers(path: str | Path, names: Sequence[str] | None = None) -> list[MarkerClip]:
    """Read clips of a marker archive (all, or those named), int16 millimetres with Z up."""
    clips = []
    with np.load(path) as archive:
        for name in names if names is not None else archive.files:
            raw = archive[name].astype(np.float64)
            raw[(raw == 0).all(-1)] = np.nan
            clips.append(MarkerClip(name, raw[..., [1, 2, 0]] / 1000))
    return clips


def fill_gaps(clips: list[MarkerClip]) -> list[np.ndarray]:
    """Markers (T, 39, 3) of one subject's clips without gaps.

    A missing marker is placed by the rigid motion of its segment's other markers, whose shape is the
    median over the subject's clips; what no segment can give is interpolated in time.
    """
    filled = [clip.markers.copy() for clip in clips]
    gaps = [index for index, clip in enumerate(clips) if np.isnan(clip.markers).any()]
    for cluster in CLUSTERS if gaps else ():
        picks = [AT[name] for name in cluster]
        whole = np.concatenate([clip.markers[:, picks] for clip in clips])
        whole = whole[np.isfinite(whole).all((1, 2))][::5]
        if len(whole) == 0:
            continue
        turn = rigid_fit(whole[0], whole)
        shape = np.median(np.swapaxes(turn, 1, 2)[:, None] @ (whole - whole.mean(1, keepdims=True))[..., None], axis=0)[
            ..., 0
        ]
        for index in gaps:
            part = filled[index][:, picks]
            missing = np.isnan(part).any(-1)
            for pattern in np.unique(missing[missing.any(1)], axis=0):
                if (~pattern).sum() < 3 and len(cluster) > 3 or (~pattern).sum() < 2:
                    continue
                frames = (missing == pattern).all(1)
                have = part[frames][:, ~pattern]
                rotation = rigid_fit(shape[~pattern], have)
                placed = (rotation[:, None] @ (shape - shape[~pattern].mean(0))[..., None])[..., 0] + have.mean(
                    1, keepdims=True
                )
                rows = np.flatnonzero(frames)
                for column in np.flatnonzero(pattern):
                    filled[index][rows, picks[column]] = placed[:, column]
    return [_interpolate(points) for points in filled]


def _interpolate(points: np.ndarray) -> np.ndarray:
    time = np.arange(len(points))
    for marker in np.flatnonzero(np.isnan(points).any((0, 2))):
        known = np.isfinite(points[:, marker]).all(-1)
        for axis in range(3):
            if known.any():
                points[:, marker, axis] = np.interp(time, time[known], points[known, marker, axis])
    return points


def _pitch_level(frames: np.ndarray, upright: np.ndarray) -> np.ndarray:
    """Constant turn about a segment's left axis (3, 3) that makes the segment upright in ``upright`` frames."""
    up = frames[upright, :, 1]
    forward = frames[upright, :, 2]
    flat = unit(forward * [1, 0, 1])
    pitch = np.median(np.arctan2(np.sum(up * flat, -1), up[:, 1]))
    c, s = np.cos(-pitch), np.sin(-pitch)
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])


def joint_targets(clips: list[MarkerClip]) -> tuple[list[Targets], list[np.ndarray]]:
    """First joint centres and segment rotations of one subject's clips, and its markers without gaps.

    Raises ValueError where a marker that every frame needs is missing from a whole clip.
    """
    filled = fill_gaps(clips)
    lengths = np.cumsum([0, *map(len, filled)])
    points = np.concatenate(filled)
    if np.isnan(points).any():
        frame, marker, _ = np.argwhere(np.isnan(points))[0]
        clip = clips[int(np.searchsorted(lengths, frame, side="right")) - 1]
        raise ValueError(f"{clip.name}: marker {MARKERS[marker]} is missing and its segment cannot give it")

    def at(name: str) -> np.ndarray:
        return points[:, AT[name]]

    def side_at(side: str, name: str) -> np.ndarray:
        return at(side[0].upper() + name)

    positions = np.full((len(points), len(JOINTS), 3), np.nan)
    rotations = np.full((len(points), len(JOINTS), 3, 3), np.nan)

    front, back = (at("LASI") + at("RASI")) / 2, (at("LPSI") + at("RPSI")) / 2
    left = unit(at("LASI") - at("RASI"))
    pelvis = frame_from(left, np.cross(front - back, left))
    width = np.median(np.linalg.norm(at("LASI") - at("RASI"), axis=-1))
    depth = np.median(np.linalg.norm(front - back, axis=-1))
    for side, sign in (("left", 1), ("right", -1)):
        centre = np.array([sign * (0.33 * width + 0.0073), -0.30 * width - 0.0109, -0.24 * depth - 0.0099])
        positions[:, INDEX[f"{side}_hip"]] = front + pelvis @ centre

    top, bottom = (at("CLAV") + at("C7")) / 2, (at("STRN") + at("T10")) / 2
    forward = (at("CLAV") + at("STRN") - at("C7") - at("T10")) / 2
    chest = frame_from(np.cross(top - bottom, forward), top - bottom)
    head_left = at("LFHD") - at("RFHD") + at("LBHD") - at("RBHD")
    head_front = at("LFHD") + at("RFHD") - at("LBHD") - at("RBHD")
    head = frame_from(head_left, np.cross(head_front, head_left))

    height = positions[:, INDEX["left_hip"], 1] - side_at("left", "ANK")[:, 1]
    upright = height > np.percentile(height, 70) - 0.02
    for joint, frames in (("pelvis", pelvis), ("spine3", chest), ("head", head)):
        rotations[:, INDEX[joint]] = frames @ _pitch_level(frames, upright)
    positions[:, INDEX["neck"]] = at("C7") * 0.65 + at("CLAV") * 0.35 + rotations[:, INDEX["spine3"], :, 1] * 0.015
    middle = (at("LFHD") + at("RFHD") + at("LBHD") + at("RBHD")) / 4
    positions[:, INDEX["head"]] = middle - rotations[:, INDEX["head"], :, 1] * 0.07

    for side, sign in (("left", 1), ("right", -1)):
        _leg(
            positions, rotations, side, sign, rotations[:, INDEX["pelvis"], :, 0], lambda name, s=side: side_at(s, name)
        )
        _arm(positions, rotations, side, sign, rotations[:, INDEX["spine3"]], lambda name, s=side: side_at(s, name))
    targets = [
        Targets(clip.name, positions[a:b], rotations[a:b], clip.fps)
        for clip, a, b in zip(clips, lengths[:-1], lengths[1:])
    ]
    return targets, filled


def _leg(positions, rotations, side: str, sign: int, pelvis_left: np.ndarray, at) -> None:
    """Knee, ankle and toe centres and the foot's rotation of one leg; ``sign`` is +1 on the left."""
    hip = positions[:, INDEX[f"{side}_hip"]]
    thigh, shank = unit(at("KNE") - hip), unit(at("ANK") - at("KNE"))
    foot = unit(at("TOE") - at("HEE"))
    foot_left = unit(np.cross(-shank, foot))
    hinge = np.cross(thigh, shank)
    bend = np.clip(np.linalg.norm(hinge, axis=-1, keepdims=True) * 2 - 0.5, 0, 1) * (
        np.sum(hinge * pelvis_left, -1, keepdims=True) > 0
    )
    left = unit((1 - bend) * unit(pelvis_left + foot_left) + bend * unit(hinge))

    positions[:, INDEX[f"{side}_knee"]] = at("KNE") - sign * KNEE_DEPTH * unit(project_out(left, thigh))
    ankle = at("ANK") - sign * ANKLE_DEPTH * unit(project_out(foot_left + left, shank))
    positions[:, INDEX[f"{side}_ankle"]] = ankle
    positions[:, INDEX[f"{side}_foot"]] = at("TOE") + np.cross(foot, foot_left) * 0.02 - foot * 0.01
    rotations[:, INDEX[f"{side}_ankle"]] = frame_from(foot_left, np.cross(foot, foot_left))


def _arm(positions, rotations, side: str, sign: int, chest: np.ndarray, at) -> None:
    """Shoulder, elbow and wrist centres of one arm, and the turn of its forearm; ``sign`` is +1 on the left."""
    shoulder = at("SHO") - SHOULDER_DEPTH * chest[..., 1]
    wrist = (at("WRA") + at("WRB")) / 2
    upper, lower = unit(at("ELB") - shoulder), unit(wrist - at("ELB"))
    flexion = np.cross(upper, lower) * -sign
    bend = np.clip(np.linalg.norm(flexion, axis=-1, keepdims=True) * 2 - 0.4, 0, 1)
    loose = np.cross(lower, at("WRA") - at("WRB")) * -sign
    outward = unit((1 - bend) * unit(loose) + bend * unit(flexion))
    outward = unit(project_out(outward, upper))
    positions[:, INDEX[f"{side}_shoulder"]] = shoulder
    positions[:, INDEX[f"{side}_elbow"]] = at("ELB") - ELBOW_DEPTH * outward
    positions[:, INDEX[f"{side}_wrist"]] = wrist
    along = sign * unit(wrist - positions[:, INDEX[f"{side}_elbow"]])
    rotations[:, INDEX[f"{side}_wrist"]] = frame_from(along, np.cross(at("WRA") - at("WRB"), along))

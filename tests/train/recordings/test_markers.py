"""Markers placed on the posed body are read, mirrored and fitted back."""

import numpy as np
import pytest
import torch

from hmvlm.body.rotations import axis_angle_to_matrix
from hmvlm.body.skeleton import INDEX, MIRROR, forward_kinematics
from hmvlm.body.smpl import BodyModel
from hmvlm.motion.retarget.orient import rest_joints
from train.recordings.marker_fit import CARRIER, fit_subject
from train.recordings.markers import MARKERS, MarkerClip, fill_gaps, joint_targets, read_markers

LEFT_PLACES = {
    "LFHD": ("head", (0.07, 0.08, 0.09)), "LBHD": ("head", (0.07, 0.07, -0.08)), "LASI": ("pelvis", (0.12, 0.0, 0.10)),
    "LPSI": ("pelvis", (0.045, 0.03, -0.10)), "LSHO": ("left_shoulder", (0, 0.05, 0)),
    "LUPA": ("left_shoulder", (0.14, 0.05, -0.02)),
    "LELB": ("left_elbow", (0, 0.04, 0)), "LFRM": ("left_elbow", (0.12, 0.03, 0)), "LWRA": ("left_wrist", (0, 0, 0.03)),
    "LWRB": ("left_wrist", (0, 0, -0.03)), "LFIN": ("left_wrist", (0.08, 0.02, 0)),
    "LTHI": ("left_hip", (0.08, -0.2, 0)),
    "LKNE": ("left_knee", (0.055, 0, 0)), "LTIB": ("left_knee", (0.05, -0.2, 0)), "LANK": ("left_ankle", (0.042, 0, 0)),
    "LHEE": ("left_ankle", (0, -0.03, -0.05)), "LTOE": ("left_ankle", (0.008, -0.03, 0.13)),
}  # fmt: skip
MIDDLE_PLACES = {
    "C7": (0, 0.17, -0.07),
    "CLAV": (0, 0.11, 0.07),
    "STRN": (0, -0.06, 0.11),
    "T10": (0, -0.07, -0.1),
    "RBAK": (-0.08, 0.03, -0.1),
}
SWAP = [
    MARKERS.index({"L": "R", "R": "L"}[name[0]] + name[1:]) if name[0] in "LR" and name != "RBAK" else i
    for i, name in enumerate(MARKERS)
]


def moving_body(frames: int = 60, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Smooth poses (T, 24, 3) of squats and arm lifts, with joints (T, 24, 3) and global rotations."""
    phase = np.linspace(0, 2 * np.pi, frames)[:, None]
    generator = np.random.default_rng(seed)
    poses = 0.06 * np.sin(phase[..., None] + generator.uniform(0, 6, (1, 24, 3))) * np.ones((frames, 24, 3))
    squat = 0.6 * (1 - np.cos(phase[:, 0]))
    for side, sign in (("left", 1), ("right", -1)):
        poses[:, INDEX[f"{side}_hip"], 0] -= squat / 2
        poses[:, INDEX[f"{side}_knee"], 0] += squat
        poses[:, INDEX[f"{side}_ankle"], 0] -= squat / 2
        poses[:, INDEX[f"{side}_shoulder"], 2] -= sign * (1.1 - squat / 2)
        poses[:, INDEX[f"{side}_elbow"], 1] -= sign * (0.3 + 0.4 * squat)
        poses[:, INDEX[f"{side}_knee"], 1:] = 0
        poses[:, INDEX[f"{side}_hand"]] = 0
        poses[:, INDEX[f"{side}_foot"]] = 0
    matrices = axis_angle_to_matrix(torch.tensor(poses))
    joints, rotations = forward_kinematics(
        matrices, BodyModel.load().offsets().double(), torch.zeros(frames, 3).double() + torch.tensor([0, 1.2, 0])
    )
    return poses, joints.numpy(), rotations.numpy()


def worn(joints: np.ndarray, rotations: np.ndarray) -> np.ndarray:
    """The marker set (T, 39, 3) worn by a posed body."""
    rest = rest_joints()
    out = np.zeros((len(joints), len(MARKERS), 3))
    for index, name in enumerate(MARKERS):
        if name in MIDDLE_PLACES:
            joint, place = "spine3", np.array(MIDDLE_PLACES[name])
        else:
            joint, place = LEFT_PLACES["L" + name[1:]]
            place = np.array(place, dtype=float)
            if name[0] == "R":
                joint, place = joint.replace("left", "right"), place * [-1, 1, 1]
        carrier = CARRIER[name]
        bone = rest[INDEX[joint]] - rest[INDEX[carrier]]
        out[:, index] = joints[:, INDEX[carrier]] + rotations[:, INDEX[carrier]] @ (bone + place)
    return out


@pytest.fixture(scope="module")
def body():
    return moving_body()


def test_reads_millimetres_with_z_up(tmp_path, body):
    markers = worn(*body[1:])
    raw = np.round(markers[..., [2, 0, 1]] * 1000).astype(np.int16)
    raw[3, 5] = 0
    np.savez(tmp_path / "m.npz", **{"correct/m01_s01_e01": raw})
    (clip,) = read_markers(tmp_path / "m.npz")
    assert clip.name == "correct/m01_s01_e01"
    assert np.isnan(clip.markers[3, 5]).all()
    seen = np.isfinite(clip.markers)
    np.testing.assert_allclose(clip.markers[seen], markers[seen], atol=6e-4)


def test_gap_is_rebuilt_from_its_segment(body):
    markers = worn(*body[1:])
    broken = markers.copy()
    broken[:, MARKERS.index("LASI")] = np.nan
    filled = fill_gaps([MarkerClip("a", broken), MarkerClip("b", markers)])[0]
    assert np.linalg.norm(filled - markers, axis=-1).max() < 2e-3


def test_first_centres_are_near_the_joints(body):
    targets, _ = joint_targets([MarkerClip("a", worn(*body[1:]))])
    for joint in ("left_hip", "right_knee", "left_ankle", "right_shoulder", "left_elbow", "right_wrist"):
        error = np.linalg.norm(targets[0].positions[:, INDEX[joint]] - body[1][:, INDEX[joint]], axis=-1)
        assert np.median(error) < 0.06, joint


def test_mirrored_markers_give_mirrored_joints(body):
    markers = worn(*body[1:])
    plain = joint_targets([MarkerClip("a", markers)])[0][0].positions
    mirrored = joint_targets([MarkerClip("a", markers[:, SWAP] * [-1, 1, 1])])[0][0].positions
    known = [j for j in range(24) if np.isfinite(plain[:, j]).all()]
    swapped = plain[:, MIRROR] * [-1, 1, 1]
    limbs = [j for j in known if j not in (INDEX["neck"], INDEX["head"])]
    np.testing.assert_allclose(mirrored[:, limbs], swapped[:, limbs], atol=2e-3)


def test_fit_finds_the_pose(body):
    """The subject is 1.1 times the body's size; the fit recovers size and movement with a small marker residual."""
    markers = worn(*body[1:]) * 1.1
    fit = fit_subject([MarkerClip("a", markers), MarkerClip("b", markers[10:])], steps=60)
    assert np.median(fit.residual[0]) < 0.006
    assert len(fit.residual[1]) == len(markers) - 10
    ours, theirs = fit.targets[0].positions, 1.1 * body[1]
    stray = (ours - theirs)[:, 1:22]  # where a joint sits under the skin is not observable; how it moves is
    assert np.median(np.linalg.norm(stray - stray.mean(0), axis=-1)) < 0.015
    for upper, lower in (("left_hip", "left_knee"), ("right_knee", "right_ankle"), ("left_elbow", "left_wrist")):
        lengths = [np.linalg.norm(p[:, INDEX[upper]] - p[:, INDEX[lower]], axis=-1).mean() for p in (ours, theirs)]
        assert lengths[0] == pytest.approx(lengths[1], rel=0.12), upper


def test_wrong_marker_count_is_named():
    with pytest.raises(ValueError, match="39"):
        MarkerClip("x", np.zeros((4, 38, 3)))


def test_an_overstretched_knee_does_not_turn_the_leg_round():
    from hmvlm.motion.retarget.cleanup import steady_twist

    frames = 12
    left = np.tile([1.0, 0, 0], (frames, 1))
    base = np.tile(np.eye(3), (frames, 1, 1))

    def bent(angle):  # thigh straight down, shank turned by the angle about +X (a knee bends by a positive one)
        upper = np.tile([0.0, -1, 0], (frames, 1))
        return upper, np.tile([0.0, -np.cos(angle), -np.sin(angle)], (frames, 1))

    for angle in (-0.35, -0.15, 0.0, 0.15, 0.6, 1.5):
        axis = steady_twist(*bent(angle), left, left, base)
        assert (axis[:, 0] > 0.9).all(), angle
    contradicted = steady_twist(*bent(1.2), -left, left, base)
    assert (contradicted[:, 0] > 0.9).all()

"""Retargeting: SMPL's own joints come back, mirrored input gives mirrored output, glitches are repaired."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from hmvlm.body.skeleton import INDEX, JOINTS, MIRROR, PARENTS
from hmvlm.body.vectors import swing
from hmvlm.motion.clip import Motion
from hmvlm.motion.formats.points import joints_from_features
from hmvlm.motion.retarget.cleanup import repair_spikes, split_wrist, steady_twist, trim_start
from hmvlm.motion.retarget.feet import foot_contacts, foot_slide
from hmvlm.motion.retarget.orient import to_matrix
from hmvlm.motion.retarget.profiles import axes
from hmvlm.motion.retarget.source_clip import SourceClip
from hmvlm.motion.retarget.targets import Targets, find_mapping, targets_from_clip
from hmvlm.motion.retarget.transfer import calibrate, resample, retarget
from hmvlm.motion.root_path import plant
from train.recordings.store import Recording, load_motions, save_motions


def walking(frames: int = 80, fps: float = 20.0) -> Motion:
    """A crude walk along +Z with swinging arms and a turning trunk."""
    time = np.arange(frames) / fps
    swing_ = np.sin(2 * np.pi * time)
    poses = np.zeros((frames, 24, 3))
    for side, sign in (("left", 1), ("right", -1)):
        poses[:, INDEX[f"{side}_hip"], 0] = -0.35 * sign * swing_ - 0.1
        poses[:, INDEX[f"{side}_knee"], 0] = 0.5 + 0.3 * sign * np.cos(2 * np.pi * time)
        poses[:, INDEX[f"{side}_shoulder"], 2] = -sign * 1.1
        poses[:, INDEX[f"{side}_shoulder"], 1] = 0.3 * swing_
        poses[:, INDEX[f"{side}_elbow"], 1] = -sign * (0.5 + 0.2 * swing_)
        poses[:, INDEX[f"{side}_collar"], 2] = 0.1 * swing_
    poses[:, INDEX["spine1"], 1] = 0.1 * swing_
    poses[:, INDEX["spine2"], 0] = 0.1
    poses[:, INDEX["neck"], 0] = 0.15
    trans = np.stack([0 * time, 1.15 + 0.02 * np.cos(4 * np.pi * time), 1.1 * time], axis=1)
    return Motion(poses, trans, fps=fps)


def as_source(joints: np.ndarray, fps: float = 20.0) -> SourceClip:
    return SourceClip("walk", JOINTS[:22], PARENTS[:22], joints[:, :22].astype(np.float64), fps)


def test_own_joints_come_back():
    motion = walking().canonical()
    fit = retarget(targets_from_clip(as_source(motion.joints())))
    ours, theirs = fit.motion.joints()[:, :22], motion.joints()[:, :22]
    ours, theirs = ours - ours[:, :1], theirs - theirs[:, :1]
    error = np.linalg.norm(ours - theirs, axis=-1)
    assert np.median(error) < 0.003
    assert error.max() < 0.012


def test_mirrored_input_gives_mirrored_output():
    joints = walking().joints()
    plain = retarget(targets_from_clip(as_source(joints))).motion
    mirrored = retarget(targets_from_clip(as_source(joints[:, MIRROR] * np.float32([-1, 1, 1])))).motion
    np.testing.assert_allclose(mirrored.joints(), plain.mirrored().joints(), atol=3e-3)


def test_size_and_place_do_not_matter():
    joints = walking().joints()
    plain = retarget(targets_from_clip(as_source(joints))).motion
    turned = joints @ np.array([[0, 0, -1], [0, 1, 0], [1, 0, 0.0]]) * 1.7 + [3, 0.4, -2]
    np.testing.assert_allclose(
        retarget(targets_from_clip(as_source(turned))).motion.joints(), plain.joints(), atol=2e-3
    )


def test_result_is_canonical_and_on_the_floor():
    motion = retarget(targets_from_clip(as_source(walking().joints() + [1, 5, 2], fps=20.0))).motion
    joints = motion.joints()
    np.testing.assert_allclose(joints[0, 0, [0, 2]], 0, atol=1e-5)
    assert abs(joints[..., 1].min()) < 0.05
    assert joints[-1, 0, 2] > 3


def test_thirty_frames_become_twenty():
    positions = np.zeros((31, 24, 3))
    positions[:, :, 0] = np.arange(31)[:, None] / 30
    turned = to_matrix(np.arange(31)[:, None, None] / 30 * np.ones((31, 24, 1)) * [0, 1.0, 0])
    out = resample(Targets("x", positions, turned, 30.0), 20)
    assert len(out.positions) == 21
    np.testing.assert_allclose(out.positions[:, 0, 0], np.arange(21) / 20, atol=1e-9)
    np.testing.assert_allclose(
        Rotation.from_matrix(out.rotations[:, 3]).as_rotvec()[:, 1], np.arange(21) / 20, atol=1e-9
    )


def test_missing_joint_is_named():
    clip = as_source(walking().joints())
    with pytest.raises(ValueError, match="no human skeleton"):
        find_mapping(SourceClip("odd", ("a", "b"), (-1, 0), clip.positions[:, :2], 20.0))
    broken = clip.positions.copy()
    broken[5, INDEX["left_knee"]] = np.nan
    with pytest.raises(ValueError, match="finite"):
        retarget(
            targets_from_clip(SourceClip("x", clip.joints, clip.parents, broken, 20.0)),
            calibrate([targets_from_clip(clip)]),
        )


def test_planting_stops_a_sliding_foot():
    feet = np.zeros((40, 4, 3))
    feet[:, [0, 2], 2] = 0.01 * np.arange(40)[:, None]
    feet[:, [1, 3], 1] = 0.3
    contact = np.zeros((40, 4), bool)
    contact[10:30, [0, 2]] = True
    shift = plant(feet, contact)
    assert foot_slide(feet, contact, 20) > 0.15
    assert foot_slide(feet + shift[:, None], contact, 20) < 0.06
    assert np.abs(shift).max() < 0.2


def test_contacts_are_low_and_slow():
    feet = np.zeros((30, 4, 3))
    feet[15:, 0, 1] = 0.3
    feet[:, 1, 2] = np.arange(30) * 0.1
    found = foot_contacts(feet, 20)
    assert found[:10, 0].all() and not found[20:, 0].any() and not found[:, 1].any()


def test_calibration_pose_and_spike_are_removed():
    targets = targets_from_clip(as_source(walking().joints()))
    posed = targets.positions.copy()
    posed[0] += [0, 0, 2.0]
    trimmed = trim_start(Targets("x", posed, targets.rotations, 20.0))
    assert len(trimmed.positions) == len(posed) - 1
    spiked = targets.positions.copy()
    spiked[30, INDEX["left_wrist"]] += 2.5
    np.testing.assert_allclose(
        repair_spikes(Targets("x", spiked, targets.rotations, 20.0)).positions, targets.positions, atol=0.04
    )


def test_straight_limb_does_not_flip():
    frames = 40
    upper = np.tile([0, -1.0, 0], (frames, 1))
    lower = upper.copy()
    given = np.tile([1.0, 0, 0], (frames, 1))
    given[18:22] *= -1
    steady = steady_twist(upper, lower, given, np.tile([1.0, 0, 0], (frames, 1)), np.tile(np.eye(3), (frames, 1, 1)))
    np.testing.assert_allclose(steady, np.tile([1.0, 0, 0], (frames, 1)), atol=1e-6)


def test_wrist_keeps_small_turns_and_limits_large_ones():
    small = to_matrix(np.tile([0.4, 0.2, 0.1], (20, 1)))
    twist, bend = split_wrist(small)
    np.testing.assert_allclose(to_matrix(twist[:, None] * [1.0, 0, 0]) @ bend, small, atol=1e-3)
    twist, _ = split_wrist(to_matrix(np.tile([3.0, 0, 0], (20, 1))))
    assert np.abs(twist).max() <= 1.4


def test_axes_and_swing():
    np.testing.assert_allclose(axes("down left front").T, np.array([[0, 1, 0], [-1, 0, 0], [0, 0, 1]]))
    np.testing.assert_allclose(axes("up right front") @ [0, 1, 0], [1, 0, 0])
    with pytest.raises(ValueError, match="right-handed"):
        axes("up left front")
    vectors = np.random.default_rng(0).normal(size=(2, 50, 3))
    a, b = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    np.testing.assert_allclose((swing(a, b) @ a[..., None])[..., 0], b, atol=1e-9)
    np.testing.assert_allclose((swing(a, -a) @ a[..., None])[..., 0], -a, atol=1e-6)


def test_store_round_trip(tmp_path):
    motion = walking()
    clips = [
        Recording(f"c{i}", "cmu", "train", "walk", motion.slice(0, 30 + i), {"subject": "1"}, {"error_mm": 1.0})
        for i in range(3)
    ]
    save_motions(tmp_path / "m.npz", clips)
    back = load_motions(tmp_path / "m.npz")
    assert [(c.name, c.info, c.quality, len(c.motion)) for c in back] == [
        (c.name, c.info, c.quality, len(c.motion)) for c in clips
    ]
    for a, b in zip(clips, back):
        np.testing.assert_allclose(b.motion.poses, a.motion.poses, atol=2.1e-4)
        np.testing.assert_allclose(b.motion.trans, a.motion.trans, atol=6e-5)


def test_missing_store_tells_the_command(tmp_path):
    with pytest.raises(FileNotFoundError, match="train.recordings.prepare"):
        load_motions(tmp_path / "none.npz")


def test_humanml3d_vectors_walk_a_quarter_circle():
    """Constant forward speed and turning rate: the path is a circle's arc, the head stays above the root."""
    frames = 41
    vectors = np.zeros((frames, 263))
    rate = (np.pi / 2) / 40
    vectors[:, 0] = -rate / 2
    vectors[:, 2] = 0.05
    vectors[:, 3] = 0.9
    vectors[:, 4 + 3 * 14 + 1] = 1.5
    joints = joints_from_features(vectors)
    np.testing.assert_allclose(joints[:, 0, 1], 0.9)
    np.testing.assert_allclose(joints[:, 15, [0, 2]], joints[:, 0, [0, 2]], atol=1e-12)
    radius = 40 * 0.05 / (np.pi / 2)
    np.testing.assert_allclose(np.abs(joints[-1, 0, [0, 2]]), radius, rtol=0.03)
    assert joints[-1, 0, 0] > 0  # a positive turn about +Y leads from +Z towards +X

"""What the browser gets to draw: frames, bodies and the vendored library."""

import base64
import hashlib
import json

import numpy as np
import pytest

from hmvlm.body.skeleton import NUM_JOINTS
from hmvlm.motion.clip import Motion
from hmvlm.ui import media, stage


def unpacked(encoded):
    """Pelvis ``(T, 3)`` in metres and rotations ``(T, 24, 3)`` in radians."""
    data, count = base64.b64decode(encoded["data"]), encoded["frames"]
    turns = np.frombuffer(data, "<i2", offset=12 * count).reshape(count, NUM_JOINTS, 3)
    return np.frombuffer(data, "<f4", 3 * count).reshape(count, 3), turns / 32767 * np.pi


def test_frames_keep_the_joints_within_a_millimetre():
    motion = media.sample()
    pelvis, turns = unpacked(stage.frames(motion))
    again = Motion(turns, pelvis - (motion.joints()[0, 0] - motion.trans[0]), motion.betas, motion.fps)
    assert np.abs(again.joints() - motion.joints()).max() < 1e-3
    assert len(stage.frames(motion)["data"]) < 220 * len(motion)


def test_rotations_beyond_half_a_turn_are_the_same_pose():
    poses = np.zeros((2, 24, 3), np.float32)
    poses[:, 3] = [0, 1.5 * np.pi, 0]
    _, turns = unpacked(stage.frames(Motion(poses, np.zeros((2, 3)))))
    assert np.allclose(turns[0, 3], [0, -0.5 * np.pi, 0], atol=1e-3)


def test_recordings_at_a_high_rate_are_thinned():
    motion = Motion(np.zeros((241, 24, 3)), np.zeros((241, 3)), fps=240)
    assert (stage.frames(motion)["frames"], stage.frames(motion)["fps"]) == (61, 60.0)


@pytest.mark.parametrize("first", [0.0, 2.0])
def test_the_body_of_a_shape_is_served(first):
    betas = np.zeros(10, np.float32)
    betas[0] = first
    motion = Motion(np.zeros((1, 24, 3)), np.zeros((1, 3)), betas)
    path = stage.rig_file(motion)
    found = json.loads(path.read_text())
    assert path == stage.rig_file(motion)
    assert np.allclose(found["rest"], motion.joints()[0], atol=1e-5)
    vertices = np.frombuffer(base64.b64decode(found["vertices"]), "<f4").reshape(-1, 3)
    weights = np.frombuffer(base64.b64decode(found["weights"]), "u1").reshape(-1, 4)
    parts = np.frombuffer(base64.b64decode(found["parts"]), "u1")
    assert (weights.sum(axis=1) == 255).all()
    assert (vertices[parts == 1, 0] > 0).all() and (vertices[parts == 2, 0] < 0).all()  # the left arm is at +x


def test_the_vendored_library_is_the_one_that_was_built():
    folder = stage.WEB / "vendor"
    expected = (folder / "three.js.sha256").read_text().split()[0]
    assert hashlib.sha256((folder / "three.js").read_bytes()).hexdigest() == expected

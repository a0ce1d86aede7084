"""GLB files, parsed from their bytes."""

import numpy as np
import pytest

from hmvlm.body.skeleton import INDEX, JOINTS
from hmvlm.body.smpl import BodyModel
from tests.hmvlm.motion.formats.glb_reader import joint_matrices, read_glb
from tests.motions import MILLIMETRE


def test_glb_moves_the_same_joints(motion, tmp_path):
    gltf, read = read_glb(motion.save(tmp_path / "motion.glb"))
    world = joint_matrices(gltf, read)
    assert [gltf["nodes"][joint]["name"] for joint in gltf["skins"][0]["joints"]] == list(JOINTS)
    assert np.abs(world[..., :3, 3] - motion.joints()).max() < MILLIMETRE
    times = read(gltf["animations"][0]["samplers"][0]["input"])[:, 0]
    np.testing.assert_allclose(times, np.arange(60) / 20, atol=1e-6)


def test_glb_skin_follows_the_body(motion, tmp_path):
    """Linear blending by the file's own skin puts the vertices where SMPL does, but for pose corrections."""
    gltf, read = read_glb(motion.save(tmp_path / "motion.glb"))
    parts = gltf["meshes"][0]["primitives"][0]["attributes"]
    points, joints, weights = (read(parts[name]) for name in ("POSITION", "JOINTS_0", "WEIGHTS_0"))
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-6)
    inverse = read(gltf["skins"][0]["inverseBindMatrices"]).reshape(24, 4, 4).transpose(0, 2, 1)
    frame = 30
    moves = joint_matrices(gltf, read)[frame] @ inverse
    blended = (weights[:, :, None, None] * moves[joints]).sum(axis=1)
    skinned = (blended[:, :3, :3] @ points[:, :, None])[..., 0] + blended[:, :3, 3]
    clip = motion.slice(frame, frame + 1)
    expected = BodyModel.load().vertices(clip.poses, clip.trans, clip.betas)[0].numpy()
    assert np.median(np.linalg.norm(skinned - expected, axis=-1)) < 5 * MILLIMETRE
    normals = read(parts["NORMAL"])
    np.testing.assert_allclose(np.linalg.norm(normals, axis=1), 1, atol=1e-4)
    outward = ((points - points.mean(axis=0)) * normals)[:, [0, 2]].sum(axis=1)
    assert (outward > 0).mean() > 0.6


def test_glb_is_coloured_by_region_and_stands_on_a_floor(motion, tmp_path):
    gltf, read = read_glb(motion.save(tmp_path / "motion.glb"))
    body, floor = (mesh["primitives"][0]["attributes"] for mesh in gltf["meshes"])
    colors = read(body["COLOR_0"]).astype(float) / 65535
    assert len(np.unique(colors.round(2), axis=0)) > 4
    feet = BodyModel.load().weights[:, [INDEX["left_foot"], INDEX["right_foot"]]].sum(axis=1) > 0.9
    assert colors[feet, :3].min() > 0.6  # white shoes
    assert read(body["POSITION"])[:, 1].min() == pytest.approx(0, abs=1e-6)
    corners = read(floor["POSITION"])
    path = motion.joints()[:, 0]
    assert not corners[:, 1].any()
    assert (corners.min(axis=0)[[0, 2]] < path.min(axis=0)[[0, 2]]).all()
    assert (corners.max(axis=0)[[0, 2]] > path.max(axis=0)[[0, 2]]).all()

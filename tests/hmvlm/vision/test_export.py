"""Files of several people: what they hold, and that cameras and poses agree."""

import json

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from hmvlm.motion.clip import Motion
from hmvlm.vision.export import as_json, save_people
from hmvlm.vision.group import together
from hmvlm.vision.sight import Sight
from tests.seeing import estimate_of


@pytest.fixture(scope="module")
def people():
    """Two people in a clip of 12 frames; the second comes in frame 4 and is not seen in frame 6."""
    first, second = estimate_of(12, at=(0.3, 0.5)), estimate_of(12, at=(0.7, 0.5), scale=150.0)
    second.found[:4] = False
    second.found[6] = False
    for number, one in enumerate((first, second), start=1):
        one.sight = Sight.of([None] * 12, number, cuts=(8,), frames=np.arange(12) * 2)
    return [first, second]


def test_an_npz_holds_everybody(people, tmp_path):
    motions = together(people)
    assert [len(one) for one in motions] == [12, 8]
    (path,) = save_people(people, motions, tmp_path / "two.npz")
    data = np.load(path)
    assert np.allclose(Motion.load(path).joints(), motions[0].joints(), atol=1e-3)
    assert data["people_poses"].shape == (2, 12, 156) and data["people_number"].tolist() == [1, 2]
    assert data["people_found"].tolist() == [one.found.tolist() for one in people]
    assert np.isnan(data["people_poses"][1, :4]).all() and np.isfinite(data["people_poses"][1, 4:]).all()
    assert np.isnan(data["people_keypoints_2d"][1, 6]).all() and data["people_frame_confidence"][1, 6] == 0
    assert data["frames"].tolist() == list(range(0, 24, 2)) and data["picture_cuts"].tolist() == [8]


def test_cameras_carry_the_room_into_the_picture(people, tmp_path):
    """A point of the body, from the room by the exported camera, falls where the estimate's own camera has it."""
    motions = together(people, foot_lock=False)
    data = np.load(save_people(people, motions, tmp_path / "two.npz")[0])
    for row, (one, motion) in enumerate(zip(people, motions)):
        start, frame = one.span()[0], one.span()[0] + 3
        room = Rotation.from_euler("x", 90, degrees=True).apply(motion.joints()[frame - start])
        seen = room @ data["people_camera_rotation"][row, frame].T + data["people_camera_translation"][row, frame]
        assert np.allclose(seen[0], data["people_pelvis_camera"][row, frame], atol=1e-4)
        pixels = seen @ data["camera_intrinsics"].T
        expected = one.cameras[frame].project(one.joints()[frame])
        assert np.abs(pixels[:, :2] / pixels[:, 2:] - expected).max() < 0.5


def test_a_glb_holds_everybody_and_hides_who_is_away(people, tmp_path):
    (path,) = save_people(people, together(people), tmp_path / "two.glb")
    data = path.read_bytes()
    gltf = json.loads(data[20 : 20 + int.from_bytes(data[12:16], "little")])
    assert len(gltf["skins"]) == 2 and len(gltf["meshes"]) == 3
    scales = [
        channel["target"]["node"]
        for channel in gltf["animations"][0]["channels"]
        if channel["target"]["path"] == "scale"
    ]
    assert scales == [gltf["skins"][1]["skeleton"]]
    assert sorted(gltf["scenes"][0]["nodes"]) == [0, 24, 25, 49, 50]


def test_a_bvh_a_person_and_json(people, tmp_path):
    motions = together(people)
    paths = save_people(people, motions, tmp_path / "two.bvh")
    assert [path.name for path in paths] == ["two-1.bvh", "two-2.bvh"] and len(Motion.load(paths[1])) == 8
    told = json.loads(json.dumps(as_json(people, motions)))
    assert [len(one["frames"]) for one in told["persons"]] == [12, 7] and told["persons"][1]["first_frame"] == 4
    assert told["persons"][1]["frames"][0]["frame"] == 8

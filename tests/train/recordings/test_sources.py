"""Sources of recordings: archives and manifests are listed, every skeleton has a profile, units are found."""

import json
import tarfile
from dataclasses import replace

import numpy as np
import pytest

from hmvlm.body.skeleton import INDEX
from hmvlm.motion.formats.bvh_file import read_bvh
from hmvlm.motion.retarget.profiles import PROFILES
from hmvlm.motion.retarget.source_clip import SourceClip
from hmvlm.motion.retarget.targets import find_mapping, in_metres, targets_from_clip
from hmvlm.motion.retarget.transfer import retarget
from tests import motions
from train.recordings.cmu_sentences import MISREAD, cmu_sentences
from train.recordings.kinect import CAMERA_PITCH, bend_knees, level, read_kinect
from train.recordings.kinect import JOINTS as KINECT_JOINTS
from train.recordings.prepare import PrepareSettings
from train.recordings.recording_file import RecordingFile, read_manifest, thinned
from train.recordings.sources import DEFAULT_SOURCES, SOURCES


def as_source(profile, motion=None) -> SourceClip:
    """A walk as the joints that a profile names, points only."""
    joints = (motion or motions.walk(3)).joints().astype(np.float64)
    names = tuple(profile.joints.values())
    positions = np.stack([joints[:, INDEX[joint]] for joint in profile.joints], axis=1)
    return SourceClip(profile.name, names, (-1,) * len(names), positions, 20.0)


def archive(folder, name, files, manifest, entries):
    """An archive of one walk under several names, and its manifest."""
    motions.walk(2).save(folder / "walk.bvh")
    with tarfile.open(folder / f"{name}.tar.xz", "w:xz") as tar:
        for file in files:
            tar.add(folder / "walk.bvh", f"{name}/{file}")
    (folder / manifest).write_text(json.dumps(entries))


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_every_profile_gives_the_walk_back(profile):
    motion = motions.walk(3).canonical()
    clip = as_source(profile, motion)
    assert find_mapping(clip)[1] is profile
    result = retarget(targets_from_clip(clip))
    known = [INDEX[joint] for joint in profile.joints if "left" in joint or "right" in joint]
    ours, theirs = result.motion.joints()[:, known], motion.joints()[:, known]
    error = np.linalg.norm((ours - ours[:, :1]) - (theirs - theirs[:, :1]), axis=-1)
    assert np.median(error) < 0.02


def test_the_arms_of_deepmimic_hang_at_rest():
    frames = next(profile for profile in PROFILES if profile.name == "deepmimic").frames
    for side, outwards in (("left", 1.0), ("right", -1.0)):
        np.testing.assert_allclose(frames[f"{side}_shoulder"] @ [outwards, 0, 0], [0, -1, 0], atol=1e-12)


def test_coinciding_joints_give_no_orientation():
    """CMU skeletons put chest, neck and collars at one point; the chest then follows spine and shoulders."""
    profile = replace(next(one for one in PROFILES if one.name == "cmu_3ds_max"), frames={})
    clip = as_source(profile)
    positions = clip.positions.copy()
    for joint in ("neck", "left_collar", "right_collar"):
        positions[:, clip.index(profile.joints[joint])] = positions[:, clip.index(profile.joints["spine3"])]
    poses = retarget(targets_from_clip(SourceClip("c", clip.joints, clip.parents, positions, 20.0))).motion.poses
    assert np.linalg.norm(poses[:, INDEX["spine3"]], axis=-1).max() < 0.4


@pytest.mark.parametrize("unit", [0.01, 0.0254 / 0.45, 1.0, 0.001])
def test_units_are_found_from_the_legs(unit):
    clip = as_source(PROFILES[0])
    scaled = SourceClip(clip.name, clip.joints, clip.parents, clip.positions / unit, 20.0)
    np.testing.assert_allclose(in_metres(scaled).positions, clip.positions, rtol=1e-9)
    with pytest.raises(ValueError, match="legs of"):
        in_metres(SourceClip(clip.name, clip.joints, clip.parents, clip.positions * 250, 20.0))


def test_recordings_are_unpacked_and_listed(tmp_path):
    manifest = [{"trial": "07_01", "file": "07/07_01.bvh", "text": "walk", "fps": 20.0, "frames": 40, "split": "train"}]
    archive(tmp_path, "cmu", ["07/07_01.bvh"], "cmu_manifest.json", manifest)
    (recording,) = SOURCES["cmu"].files(tmp_path, tmp_path / "unpacked")
    assert (recording.name, recording.group, recording.label) == ("cmu_07_01", "cmu_07_bvh", "walk")
    assert len(recording.read()) == 40
    with pytest.raises(FileNotFoundError, match="bandai_namco"):
        list(SOURCES["bandai_namco"].files(tmp_path, tmp_path / "unpacked"))


def test_archives_of_bvh_files_are_listed(tmp_path):
    entry = {"text": "backflip", "fps": 30, "licence": "MIT"}
    entries = [{"file": f"{name}.bvh", **entry} for name in ("deepmimic/flip", "sie/run", "deepmimic/crawl")]
    archive(tmp_path, "deepmimic", ("flip.bvh", "crawl.bvh"), "deepmimic_sie_manifest.json", entries)
    recordings = list(SOURCES["deepmimic"].files(tmp_path, tmp_path / "unpacked"))
    assert [(one.name, one.group, one.label, one.split) for one in recordings] == [
        ("deepmimic_flip", "deepmimic", "backflip", "train"),
        ("deepmimic_crawl", "deepmimic", "backflip", "train"),
    ]
    assert recordings[0].info["licence"] == "MIT"
    assert np.ptp(recordings[0].read().positions[0, :, 1]) > 1.2
    with pytest.raises(FileNotFoundError, match="sie"):
        list(SOURCES["sie"].files(tmp_path, tmp_path / "unpacked"))


def test_skeletons_of_one_source_are_calibrated_apart(tmp_path):
    entry = {"text": "walk", "fps": 30, "licence": "MIT"}
    names = ("woddy2_turn.bvh", "wd2_turn.bvh")
    archive(tmp_path, "snu", names, "snu_manifest.json", [{"file": f"snu/{name}", **entry} for name in names])
    groups = [one.group for one in SOURCES["snu"].files(tmp_path, tmp_path / "unpacked")]
    assert groups == ["snu_full", "snu_reduced"]

    files = {"10_01": "lab/site", "10_04": "other/site", "10_05": "third/site (FBX, converted with bpy)"}
    entries = [{"trial": trial, "file": f"{trial}.bvh", "source": site, **entry} for trial, site in files.items()]
    archive(tmp_path, "cmu_extra", [f"{trial}.bvh" for trial in files], "cmu_extra_manifest.json", entries)
    trials = list(SOURCES["cmu_extra"].files(tmp_path, tmp_path / "unpacked"))
    assert [one.group for one in trials] == ["cmu_extra_10_lab", "cmu_extra_10_other", "cmu_extra_10_third"]
    assert [one.read().rotations is None for one in trials] == [False, False, True]


def test_kinect_joints_are_read_and_smoothed(tmp_path):
    clip = as_source(next(profile for profile in PROFILES if profile.name == "kinect"))
    points = np.zeros((len(clip), len(KINECT_JOINTS), 3))
    points[:, [KINECT_JOINTS.index(joint) for joint in clip.joints]] = clip.positions * 1000
    points[20, KINECT_JOINTS.index("left_wrist")] += 500
    np.savez(tmp_path / "utd_mhad_30hz_mm.npz", a1_s2_t3=points.astype(np.int16))
    manifest = {"licence": "research", "clips": [{"key": "a1_s2_t3", "text": "waves", "subject": 2, "fps": 30}]}
    (tmp_path / "utd_mhad_manifest.json").write_text(json.dumps(manifest))
    (recording,) = SOURCES["utd_mhad"].files(tmp_path, tmp_path)
    assert (recording.name, recording.group, recording.label) == ("utd_mhad_a1_s2_t3", "utd_mhad_s2", "waves")
    read = recording.read()
    wrist = read.positions[:, read.index("left_wrist")]
    assert np.abs(wrist - level(clip.positions[:, clip.index("left_wrist")])).max() < 0.1
    assert find_mapping(read)[1].name == "kinect"
    with pytest.raises(KeyError, match="a9_s9_t9"):
        read_kinect(recording.path, "a9_s9_t9")


def test_unknown_suffixes_and_sources_are_named(tmp_path):
    with pytest.raises(ValueError, match="c3d"):
        RecordingFile("a", "own", "own", str(tmp_path / "a.c3d"), "walk", "train").read()
    with pytest.raises(ValueError, match="nowhere"):
        PrepareSettings(sources=["nowhere"])
    assert set(DEFAULT_SOURCES) <= set(SOURCES)
    assert all(source.licence and source.expected for source in SOURCES.values())


def test_bvh_units_do_not_change_the_rest_pose(tmp_path):
    motions.walk(2).save(tmp_path / "walk.bvh")
    metres = in_metres(read_bvh(tmp_path / "walk.bvh", 1.0))
    np.testing.assert_allclose(metres.rest, read_bvh(tmp_path / "walk.bvh", 0.01).rest, atol=1e-6)


def test_a_tilted_camera_is_levelled():
    """The floor seen by a camera that looks down rises with the distance; levelled, it is flat."""
    depth = np.linspace(2.5, 3.5, 5)
    floor = np.stack([np.zeros(5), np.tan(CAMERA_PITCH) * depth - 1.3, depth], axis=-1)
    assert np.ptp(level(floor)[:, 1]) < 1e-9 < np.ptp(floor[:, 1])


def test_human_sentences_of_cmu(tmp_path):
    assert cmu_sentences(tmp_path) == {}
    kit = [{"text": " A person hops. "}, {"text": "hopping"}]
    trials = {"01_01": {"kit": kit}, "01_02": {}, MISREAD[0]: {"kit": kit}}
    (tmp_path / "cmu_texts.json").write_text(json.dumps({"trials": trials}))
    assert cmu_sentences(tmp_path) == {"01_01": "A person hops.\nhopping"}


def test_knees_bend_where_the_camera_flattens_them():
    """A seated leg whose knee a Kinect puts on the line from hip to ankle."""
    points = np.zeros((20, len(KINECT_JOINTS), 3))
    at = KINECT_JOINTS.index
    for side, x in (("left", 0.1), ("right", -0.1)):
        points[:, at(f"{side}_hip")] = [x, 0.9, 0]
        points[:, at(f"{side}_knee")] = [x, 0.45, 0]
        points[:, at(f"{side}_ankle")] = [x, 0, 0]
        points[15:, at(f"{side}_hip")] = [x, 0.5, -0.3]
        points[15:, at(f"{side}_knee")] = [x, 0.25, -0.15]
    bent = bend_knees(points)
    np.testing.assert_allclose(bent[:15], points[:15], atol=1e-6)
    knee, hip = bent[19, at("left_knee")], bent[19, at("left_hip")]
    np.testing.assert_allclose([np.linalg.norm(knee - hip), np.linalg.norm(knee - [0.1, 0, 0])], 0.45, atol=0.01)
    assert knee[2] > 0.1


@pytest.mark.parametrize(("length", "step"), [(50, 1), (98, 2), (199, 4), (201, 4)])
def test_a_file_at_a_higher_rate_is_thinned_to_its_manifest(length, step):
    clip = as_source(PROFILES[0], motions.walk(12))
    clip = SourceClip(clip.name, clip.joints, clip.parents, clip.positions[:length], 30.0)
    made = thinned(clip, 50, 30.0)
    assert made.fps == 30.0 and len(made) == -(-length // step)
    np.testing.assert_array_equal(made.positions, clip.positions[::step])
    with pytest.raises(ValueError, match="no multiple of the 80"):
        thinned(SourceClip("other", clip.joints, clip.parents, clip.positions[:40], 30.0), 80, 30.0)


def test_without_manifests_in_the_data_folder_the_shipped_ones_are_used(tmp_path):
    trials = read_manifest(tmp_path, "cmu_manifest.json")
    clips = read_manifest(tmp_path, "bandai_namco_split.json")
    assert {entry["split"] for entry in trials} == {"train", "val", "test"} and len(clips) == 3076
    (tmp_path / "cmu").mkdir()
    listed = list(SOURCES["cmu"].files(tmp_path, tmp_path))
    assert len(listed) == len(trials) and all(one.path.endswith(".amc") and one.frames for one in listed)
    (tmp_path / "cmu_manifest.json").write_text("[]")
    assert read_manifest(tmp_path, "cmu_manifest.json") == []
    with pytest.raises(FileNotFoundError, match="snu_manifest"):
        read_manifest(tmp_path, "snu_manifest.json")

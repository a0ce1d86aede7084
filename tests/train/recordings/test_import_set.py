"""Importing downloaded sets: captions are kept, bad files are skipped and counted."""

import logging
import random

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from hmvlm.motion.retarget.transfer import calibrate
from tests import motions
from train import captions
from train.recordings import prepare
from train.recordings.import_set import main
from train.recordings.imports import assign_split
from train.recordings.recording_file import RecordingFile
from train.recordings.store import Recording, load_motions, save_motions

MILLIMETRES = 15.0


@pytest.fixture
def amass_folder(tmp_path):
    folder = tmp_path / "amass" / "subject"
    folder.mkdir(parents=True)
    for name in ("walk", "broken", "no_rate"):
        motions.walk(2).save(folder / f"{name}.npz")
    for name in ("broken", "no_rate"):
        with np.load(folder / f"{name}.npz") as archive:
            arrays = dict(archive)
        if name == "broken":
            arrays["poses"][3, 5] = np.nan
        else:
            arrays = {key: value for key, value in arrays.items() if "rate" not in key and key != "fps"}
        np.savez(folder / f"{name}.npz", **arrays)
    np.savez(folder / "shape.npz", betas=np.zeros(16))
    return tmp_path / "amass"


def test_amass_skips_bad_sequences_and_counts_them(amass_folder, tmp_path, caplog):
    caplog.set_level(logging.INFO)
    assert main(["amass", str(amass_folder), "--out", str(tmp_path / "out.npz"), "--val", "0", "--test", "0"]) == 0
    (clip,) = load_motions(tmp_path / "out.npz")
    assert (clip.name, clip.source, clip.split) == ("subject/walk", "amass", "train")
    assert "1 clips imported, 2 files skipped" in caplog.text
    assert "broken.npz skipped" in caplog.text and "no_rate.npz skipped" in caplog.text


def test_humanml3d_keeps_the_captions_of_whole_clips(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    folder = tmp_path / "humanml3d"
    for name in ("new_joints", "texts"):
        (folder / name).mkdir(parents=True)
    joints = motions.walk(3).joints()[:, :22]
    broken = joints.copy()
    broken[4, 7] = np.nan
    for name, values in {"000000": broken, "000001": joints, "000002": joints[:, :9]}.items():
        np.save(folder / "new_joints" / f"{name}.npy", values)
    (folder / "train.txt").write_text("000000\n000001\n000002\n000009\n")
    (folder / "texts" / "000001.txt").write_text(
        "a man walks ahead.#a/DET man/NOUN#0.0#0.0\nsomeone strolls#someone/PRON#nan#nan\nhe stops#he/PRON#1.0#2.5\n"
    )
    assert main(["humanml3d", str(folder), "--out", str(tmp_path / "out.npz")]) == 0
    clip, part = load_motions(tmp_path / "out.npz")
    assert clip.split == "train" and clip.info["captions"].split("\n") == ["a man walks ahead.", "someone strolls"]
    assert (part.name, part.info["captions"], len(part.motion)) == ("000001@1-2.5", "he stops", 30)
    assert clip.quality["error_mm"] < MILLIMETRES
    assert "frame 4 has values that are not finite" in caplog.text and "2 files skipped" in caplog.text
    told = captions.examples([clip, part], "train", random.Random(0), crops=True)
    assert [sorted(one.captions) for one in told] == [["a man walks ahead.", "someone strolls"], ["he stops"]]
    assert "1 clips of the split lists have no file" in caplog.text and "3 sentences" in caplog.text


def test_bvh_files_take_their_text_file_or_name_as_label(tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    for name in ("slow_walk", "wave"):
        motions.walk(2).save(folder / f"{name}.bvh")
    (folder / "wave.txt").write_text("a person waves\n")
    (folder / "bad.bvh").write_text("HIERARCHY\n")
    assert main(["bvh", str(folder), "--out", str(tmp_path / "out.npz")]) == 0
    walk, wave = load_motions(tmp_path / "out.npz")
    assert walk.label == "slow walk" and "captions" not in walk.info
    assert wave.label == wave.info["captions"] == "a person waves"


def test_a_folder_without_clips_is_one_sentence(tmp_path, caplog):
    assert main(["bvh", str(tmp_path), "--out", str(tmp_path / "out.npz")]) == 2
    assert "no file under" in caplog.text
    with pytest.raises(SystemExit):
        main(["c3d", str(tmp_path), "--out", "x.npz"])


def test_splits_follow_the_name_alone():
    splits = [assign_split(f"clip_{n}", 0.1, 0.2) for n in range(2000)]
    assert 0.07 < splits.count("val") / 2000 < 0.13 and 0.16 < splits.count("test") / 2000 < 0.24


def test_a_motion_that_is_not_finite_is_not_saved(tmp_path):
    motion = motions.walk(1)
    motion.poses[2, 3] = np.nan
    with pytest.raises(ValueError, match="mine: frame 2"):
        save_motions(tmp_path / "m.npz", [Recording("mine", "other", "train", "", motion)])


def test_a_chunk_goes_on_past_a_bad_recording(tmp_path, caplog):
    motions.walk(2).save(tmp_path / "good.bvh")
    (tmp_path / "bad.bvh").write_text("HIERARCHY\n")
    files = [RecordingFile(n, "cmu", "g", str(tmp_path / f"{n}.bvh"), "walk", "train") for n in ("bad", "good")]
    calibration = calibrate([prepare._targets(files[1])])
    clips = prepare._run(("chunk", files, calibration, tmp_path / "kept"))
    assert [clip.name for clip in clips] == ["good"] and "bad skipped" in caplog.text
    assert prepare._calibration(files[:1]) is None


def test_capital_suffixes_marks_and_empty_captions_do_no_harm_and_names_stay_unique(tmp_path, caplog):
    folder = tmp_path / "own"
    folder.mkdir()
    motions.walk(1).save(folder / "wave.bvh")
    (folder / "wave.BVH").write_bytes((folder / "wave.bvh").read_bytes())
    (folder / "wave.txt").write_text("#NOUN#0.0#0.0\na person waves\n", encoding="utf-8-sig")
    assert main(["bvh", str(folder), "--out", str(tmp_path / "out")]) == 0
    (clip,) = load_motions(tmp_path / "out")
    assert clip.info["captions"] == "a person waves" and "another file gives" in caplog.text


def test_rotations_of_several_turns_are_stored_as_the_same_rotations(tmp_path):
    motion = motions.walk(1)
    motion.poses[:, 0] += np.array([0.0, 8 * np.pi, 0.0], np.float32)
    save_motions(tmp_path / "out.npz", [Recording("spin", "own", "train", "", motion)])
    (clip,) = load_motions(tmp_path / "out.npz")
    one, other = (Rotation.from_rotvec(poses[:, 0]) for poses in (motion.poses, clip.motion.poses))
    assert (one * other.inv()).magnitude().max() < 1e-3

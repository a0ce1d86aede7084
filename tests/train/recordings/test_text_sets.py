"""KIT-ML's joints, captions of spans, and labels of AMASS by BABEL or HumanML3D's index."""

import json
import logging

import numpy as np
import pytest

from hmvlm.body.skeleton import INDEX
from hmvlm.motion.formats.points import KIT
from tests import motions
from train.recordings.caption_files import Captions, read_captions
from train.recordings.import_set import main
from train.recordings.store import load_motions

TOES = 0.06


def kit_joints(motion):
    """The joints ``(T, 21, 3)`` of a motion in KIT-ML's order, millimetres, 12.5 frames a second."""
    joints = motion.resample(12.5).joints()
    columns = []
    for name in KIT.joints:
        tip = name.endswith("_toes")
        place = joints[:, INDEX[name.replace("_toes", "_foot")]]
        ankle = joints[:, INDEX[name.replace("_toes", "_ankle")]] if tip else place
        columns.append(place + (place - ankle) * TOES if tip else place)
    return 1000 * np.stack(columns, axis=1)


@pytest.mark.parametrize("reflected", [False, True])
def test_kit_clips_keep_size_speed_sides_and_captions(tmp_path, reflected, caplog):
    caplog.set_level(logging.INFO)
    folder = tmp_path / "KIT-ML"
    for name in ("new_joints", "texts"):
        (folder / name).mkdir(parents=True)
    motion = motions.raise_hand("left", 4)
    joints = kit_joints(motion)
    np.save(folder / "new_joints" / "00001.npy", joints * [-1, 1, 1] if reflected else joints)
    np.save(folder / "new_joints" / "00002.npy", joints[:, :20])
    (folder / "texts" / "00001.txt").write_text("a person raises the left hand#a/DET#0.0#0.0\n")
    (folder / "train.txt").write_text("00001\n00002\n")
    assert main(["kit", str(folder), "--out", str(tmp_path / "kit.npz"), "--weight", "0.5"]) == 0
    (clip,) = load_motions(tmp_path / "kit.npz")
    assert clip.source == "kit" and clip.info["weight"] == "0.5" and abs(clip.motion.duration - 4) < 0.15
    assert clip.info["captions"] == "a person raises the left hand" and clip.quality["error_mm"] < 60
    height = clip.motion.joints()[:, [INDEX["left_wrist"], INDEX["right_wrist"]], 1].max(0)
    assert height[0] > height[1] + 0.4
    assert "00002.npy: ValueError" in caplog.text and "(frames, 251) features" in caplog.text


def test_the_raw_archive_of_kit_gets_a_remedy(tmp_path, caplog):
    (tmp_path / "00001_mmm.xml").write_text("<x/>")
    assert main(["kit", str(tmp_path), "--out", str(tmp_path / "kit.npz")]) == 2
    assert "raw archive" in caplog.text


@pytest.fixture
def amass_folder(tmp_path):
    folder = tmp_path / "AMASS" / "CMU" / "88"
    folder.mkdir(parents=True)
    motions.walk(6).save(folder / "88_05_poses.npz")
    motions.walk(2).save(folder / "88_06_stageii.npz")
    return tmp_path / "AMASS"


def imported(folder, *more):
    out = folder.parent / "out.npz"
    assert main(["amass", str(folder), "--out", str(out), *map(str, more)]) == 0
    return {clip.name: clip for clip in load_motions(out)}


def test_babel_labels_whole_sequences_and_spans(amass_folder, tmp_path, caplog):
    babel = tmp_path / "babel"
    babel.mkdir()
    entry = {
        "feat_p": "CMU/CMU/88/88_05_poses.npz",
        "seq_ann": {"labels": [{"raw_label": "walk around", "act_cat": ["walk"]}]},
        "frame_ann": {
            "labels": [
                {"raw_label": "walk", "start_t": 0.0, "end_t": 2.0},
                {"raw_label": "transition", "start_t": 2.0, "end_t": 2.5},
                {"raw_label": "turn left", "start_t": 2.5, "end_t": 5.0},
                {"raw_label": "late", "start_t": 7.0, "end_t": 9.0},
            ]
        },
    }
    other = {
        "feat_p": "CMU/CMU/88/88_06_poses.npz",
        "seq_ann": {"labels": [{"raw_label": "stroll"}]},
        "frame_ann": None,
    }
    (babel / "val.json").write_text(json.dumps({"1": entry}))
    (babel / "train.json").write_text(json.dumps({"2": other}))
    clips = imported(amass_folder, "--labels", babel)
    name = "CMU/88/88_05_poses"
    told = {key.removeprefix(name): one.info["captions"] for key, one in clips.items() if key.startswith(name)}
    assert told == {"": "walk around", "@0-2": "walk", "@2.5-5": "turn left"}
    assert {one.split for key, one in clips.items() if key.startswith(name)} == {"val"}
    assert clips["CMU/88/88_06_stageii"].split == "train" and "'late' is of 7-9 s" in caplog.text


def test_humanml3ds_index_gives_spans_of_amass_their_texts(amass_folder, tmp_path):
    texts = amass_folder / "HumanML3D" / "texts"  # found without --labels
    texts.mkdir(parents=True)
    (texts.parent / "index.csv").write_text(
        "source_path,start_frame,end_frame,new_name\n./pose_data/CMU/88/88_05_poses.npy,20,100,000007.npy\n"
        "./pose_data/humanact12/humanact12/P01.npy,0,60,000008.npy\n"
    )
    (texts / "000007.txt").write_text("a man walks#a/DET#0.0#0.0\nhe goes on#he/PRON#2.0#9.0\n")
    (texts.parent / "test.txt").write_text("000007\n")
    clips = imported(amass_folder, "--val", 0, "--test", 0)
    assert clips["CMU/88/88_05_poses@1-5"].info["captions"] == "a man walks"
    assert clips["CMU/88/88_05_poses@3-5"].info["captions"] == "he goes on"
    assert {one.split for one in clips.values() if "88_05" in one.name} == {"test"}
    assert clips["CMU/88/88_06_stageii"].split == "train"


def test_a_line_with_a_wrong_time_is_named(tmp_path):
    file = tmp_path / "1.txt"
    file.write_text("he walks#he/PRON#0.0#0.0\nhe sits#he/PRON#three#4.0\n")
    with pytest.raises(ValueError, match="line 2"):
        read_captions(file)
    with pytest.raises(ValueError, match="starts at 2 s"):
        Captions().add("back", 2.0, 1.0)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [(["--weight", "0"], "weight must be a positive"), (["--labels", "x"], "labels are for amass")],
)
def test_wrong_options_are_one_sentence(tmp_path, wrong, words, capsys):
    with pytest.raises(SystemExit):
        main(["bvh", str(tmp_path), "--out", "x.npz", *wrong])
    assert words in capsys.readouterr().err

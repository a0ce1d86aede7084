"""Merging files of recordings keeps every recording, and refuses two of one name."""

import numpy as np
import pytest

from tests import motions
from train.recordings.merge import main
from train.recordings.store import Recording, load_motions, save_motions


def recordings_file(path, source, names, split="train"):
    info = {"captions": f"a person of {source}"}
    save_motions(path, [Recording(name, source, split, name, motions.walk(1), info, {"slide": 0.5}) for name in names])
    return str(path)


def test_merged_files_keep_names_order_and_annotations(tmp_path):
    files = [
        recordings_file(tmp_path / "motions.npz", "cmu", ["a", "b"], "test"),
        recordings_file(tmp_path / "own.npz", "bvh", ["c"]),
        recordings_file(tmp_path / "authored.npz", "authored", ["d"]),
    ]
    assert main([*files, "--out", str(tmp_path / "all.npz")]) == 0
    merged = load_motions(tmp_path / "all.npz")
    assert [(one.name, one.source, one.split) for one in merged] == [
        ("a", "cmu", "test"), ("b", "cmu", "test"), ("c", "bvh", "train"), ("d", "authored", "train"),
    ]  # fmt: skip
    assert merged[2].info == {"captions": "a person of bvh"} and merged[2].quality == {"slide": 0.5}
    (own,) = load_motions(files[1])
    np.testing.assert_array_equal(merged[2].motion.poses, own.motion.poses)
    np.testing.assert_array_equal(merged[2].motion.trans, own.motion.trans)


def test_a_name_in_two_files_is_refused(tmp_path):
    files = [recordings_file(tmp_path / f"{n}.npz", "cmu", ["same", f"other{n}"]) for n in range(2)]
    with pytest.raises(ValueError, match=r"'same' is in .*0\.npz and in .*1\.npz"):
        main([*files, "--out", str(tmp_path / "all.npz")])
    assert not (tmp_path / "all.npz").exists()


def test_one_file_is_not_enough(tmp_path):
    with pytest.raises(SystemExit, match="2"):
        main([recordings_file(tmp_path / "a.npz", "cmu", ["a"]), "--out", str(tmp_path / "all.npz")])

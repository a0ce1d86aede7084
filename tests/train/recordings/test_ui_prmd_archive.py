"""UI-PRMD's text files become the archive that the recordings are listed from."""

import numpy as np
import pytest

from train.recordings.markers import read_markers
from train.recordings.sources import SOURCES
from train.recordings.ui_prmd_archive import main


def write(folder, name, values):
    folder.mkdir(parents=True, exist_ok=True)
    np.savetxt(folder / name, values, delimiter=",")


def test_text_files_are_packed_at_25_hz(tmp_path, caplog):
    rng = np.random.default_rng(0)
    positions = rng.uniform(-900, 1900, (41, 117))
    right, wrong = (tmp_path / "set" / f"{word}Segmented Movements" for word in ("", "Incorrect "))
    write(right / "Vicon" / "Positions", "m02_s10_e03_positions.txt", positions)
    write(wrong / "Vicon" / "Positions", "m02_s01_e01_positions_inc.txt", positions[:9])
    write(right / "Vicon" / "Positions", "m02_s10_e04_positions.txt", positions[:, :66])
    write(right / "Kinect" / "Positions", "m02_s10_e03_positions.txt", positions[:, :66])
    out = tmp_path / "data" / "ui_prmd_25hz_mm.npz"
    assert main([str(tmp_path / "set"), "--out", str(out)]) == 0
    assert "66 columns" in caplog.text
    listed = list(SOURCES["ui_prmd"].files(out.parent, tmp_path))
    assert sorted((one.name, one.split, one.label) for one in listed) == [
        ("ui_prmd_correct_m02_s10_e03", "test", "hurdle step"),
        ("ui_prmd_incorrect_m02_s01_e01", "train", "hurdle step"),
    ]
    (clip,) = read_markers(out, ["correct/m02_s10_e03"])
    expected = np.rint(positions[::4]).reshape(-1, 39, 3)[..., [1, 2, 0]] / 1000
    np.testing.assert_allclose(clip.markers, expected, atol=1e-9)


def test_a_folder_without_marker_files_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no file mMM_sSS_eEE_positions.txt"):
        main([str(tmp_path), "--out", str(tmp_path / "out.npz")])
    assert not (tmp_path / "out.npz").exists()

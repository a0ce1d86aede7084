import json

import numpy as np
import pytest

from benchmarks.kinematics import generate, quality, reference, report
from benchmarks.kinematics.__main__ import check_folder
from benchmarks.kinematics.prompts import load
from benchmarks.kinematics.track import Track
from tests import motions
from tests.benchmarks.kinematics import built

STANDING = quality.BINS[0]


def lowest(motion):
    track = Track.of(motion)
    return track, np.minimum(track.sole("left"), track.sole("right"))


def test_a_lifted_body_floats_and_a_jump_does_not():
    lifted = motions.still(2.0)
    lifted.trans[:, 1] += 0.3
    track, low = lowest(lifted)
    assert quality.floating(track, low).all() and quality.begins_in_air(track, low)
    track, low = lowest(motions.jump(height=0.5))
    assert not quality.floating(track, low).any() and not quality.begins_in_air(track, low)


def test_slide_and_depth_are_measured_in_centimetres():
    slow = motions.still(3.0)
    slow.trans[:, 0] += np.arange(len(slow)) * 0.002
    slow.trans[:, 1] -= 0.01
    found = quality.summary([quality.measure(slow, mesh=False)])["bins"][STANDING]
    assert found["slide"] == pytest.approx(0.2, abs=0.01)
    assert found["sole_depth"] == pytest.approx(1.0, abs=0.15)


def test_noise_raises_jerk():
    shaken = motions.still(3.0)
    quiet = quality.measure(shaken, mesh=False)["jerk"].mean()
    shaken.trans += np.random.default_rng(0).normal(0, 0.002, shaken.trans.shape)
    assert quality.measure(shaken, mesh=False)["jerk"].mean() > quiet + 20


def test_frames_are_compared_in_bins_of_equal_speed():
    real = quality.summary([quality.measure(built.along(built.ring(360, 2.0, 1.2)), mesh=False)])
    walking = quality.summary([quality.measure(built.along(built.polyline([(0, 0), (0, 8)], 1.2)), mesh=False)])
    assert set(quality.ratios(walking, real)) == {"1–1.6"}
    assert quality.ratios(real, real)["1–1.6"]["slide"] == 1.0


def test_the_stored_recordings_fill_the_bins():
    stored = reference.load()
    assert stored["standing"]["bins"][STANDING]["frames"] > 1000
    assert all(stored["moving"]["bins"][name]["frames"] > 100 for name in quality.BINS)


def test_an_interrupted_run_resumes_and_is_reported(tmp_path):
    prompts = load("side")[:2]
    asked = []

    def reply(text, seed):
        asked.append((text, seed))
        return None if seed else motions.raise_hand("left", wave=True)

    generate.answer(tmp_path, generate.missing(tmp_path, prompts, 1), reply)
    assert len(asked) == 2 and generate.missing(tmp_path, prompts, 1) == []
    generate.answer(tmp_path, generate.missing(tmp_path, prompts, 2), reply)
    assert len(asked) == len(set(asked)) == 4
    row = report.row_result("side", prompts, 2, tmp_path)
    assert (row["prompts"], row["motions"], row["words"]) == (2, 4, 2)
    assert row["met"]["share"] == 0.25 and row["met"]["low"] < 0.25 < row["met"]["high"]
    result = {"provenance": report.provenance("embedded", 2, True), "rows": {"side": row}}
    assert "side right" in report.markdown(result) and "25.0 %" in report.markdown(result)


def test_a_folder_takes_the_motions_of_one_model_only(tmp_path):
    check_folder(tmp_path, "embedded", "{}")
    check_folder(tmp_path, "embedded", "{}")
    with pytest.raises(ValueError, match="name another folder"):
        check_folder(tmp_path, "embedded", json.dumps({"foot_lock": False}))

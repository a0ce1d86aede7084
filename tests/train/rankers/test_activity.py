"""Fitting of the activity classifier: the stage's record and resume, and the classifiers of cross-validation."""

import numpy as np
import pytest
import torch

from hmvlm.rankers.activity import PLAIN, WEIGHTS_FILE, ActivityClassifier
from train.loop.record import read_record
from train.rankers import activity
from train.segments import activity_predictions
from train.segments.segment import Segment


def segments() -> list[Segment]:
    """Motions of two activities, one of them sometimes unknown, whose numbers tell them apart."""
    rng = np.random.default_rng(0)
    made = []
    for index in range(24):
        numbers = rng.normal(size=4).astype(np.float32) + 6 * (index % 2)
        name = ("waving", "kicking" if index % 6 else "")[index % 2]
        split, manner = ("train", "val")[index % 4 == 3], (PLAIN, "tired")[index % 3 == 0]
        made.append(Segment((), (), "cmu", split, act=name, manner=manner, numbers=numbers))
    return made


@pytest.fixture(autouse=True)
def data(monkeypatch):
    monkeypatch.setattr(activity, "load_segments", lambda path: segments())


def settings(folder, name, **more):
    given = {"out": str(folder / name), "state": str(folder / f"state_{name}"), "steps": 6, "log_every": 1}
    return activity.ActivitySettings(**(given | more))


def test_an_interrupted_fit_ends_with_an_equal_classifier(tmp_path, monkeypatch):
    activity.train(settings(tmp_path, "whole"))
    with monkeypatch.context() as patch:
        patch.setattr(activity.TrainingLoop, "_interrupted", lambda loop, progress: loop.step == 2)
        activity.train(settings(tmp_path, "parts"))
    assert not read_record(tmp_path / "parts")["activity"]["finished"]
    activity.train(settings(tmp_path, "parts", resume=True))
    record = read_record(tmp_path / "parts")["activity"]
    assert record["finished"] and record["steps"] == 6
    whole, parts = (ActivityClassifier.from_pretrained(tmp_path / name) for name in ("whole", "parts"))
    assert (whole.activities, whole.manners) == (["kicking", "waving"], [PLAIN, "tired"])
    assert all(torch.equal(value, parts.state_dict()[name]) for name, value in whole.state_dict().items())
    assert (tmp_path / "parts" / WEIGHTS_FILE).is_file()


def test_a_fit_for_cross_validation_leaves_nothing_and_is_not_used_when_interrupted(tmp_path, monkeypatch):
    monkeypatch.setattr(activity_predictions.tempfile, "tempdir", str(tmp_path))
    given = activity.labelled(segments(), "train")
    one, other = (activity_predictions.fit_classifier(*given, steps=3) for _ in range(2))
    assert torch.equal(one.activity_head.weight, other.activity_head.weight) and not list(tmp_path.iterdir())
    monkeypatch.setattr(activity_predictions.TrainingLoop, "_interrupted", lambda loop, progress: True)
    with pytest.raises(KeyboardInterrupt, match="not fitted"):
        activity_predictions.fit_classifier(*given, steps=3)

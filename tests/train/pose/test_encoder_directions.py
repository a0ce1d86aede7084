"""Alignment of the encoder's directions: more is recovered, and nothing else changes."""

import json
import shutil

import pytest
from safetensors.torch import load_file, save_file

from hmvlm.language.model import CONFIG, MOTION, MotionLanguageModel
from train.loop.record import read_record
from train.pose.encoder_directions import DirectionSettings, train

TRAINED = ("projector.encoder_proj.", "pose_neck.token_proj.")


def settings(model, views_file, **more) -> DirectionSettings:
    return DirectionSettings(**({"model": model, "views": [views_file], "out": "", "batch": 4, "steps": 4} | more))


@pytest.mark.slow
def test_a_resumed_run_equals_an_uninterrupted_one(model_folder, views_file, resumed):
    whole, parts = resumed("encoder_directions", train, settings(model_folder, views_file, eval_every=2))
    before, after = load_file(f"{model_folder}/{MOTION}"), load_file(whole / MOTION)
    assert (whole / MOTION).read_bytes() == (parts / MOTION).read_bytes()
    assert before.keys() == after.keys()
    for name, value in after.items():
        assert name.startswith(TRAINED) != bool((before[name] == value).all()), name
    assert MotionLanguageModel.from_pretrained(whole)
    assert (whole / "tokenizer" / "tokenizer.json").is_file() and (whole / "README.md").is_file()


@pytest.mark.slow
def test_more_of_the_features_is_recovered(model_folder, views_file, tmp_path):
    more = {"out": str(tmp_path / "out"), "state": str(tmp_path / "state"), "lr": 0.01, "eval_every": 20}
    train(settings(model_folder, views_file, batch=8, steps=40, **more))
    rows = [json.loads(line) for line in (tmp_path / "state" / "log.jsonl").read_text().splitlines()]
    found = [row["val_residual"] for row in rows if "val_residual" in row]
    assert found[-1] < found[0] and read_record(tmp_path / "out")["encoder_directions"]["validation"]["residual"] < 0.9


@pytest.mark.parametrize("change", ["patches", "blind", "missing", "inside"])
def test_an_unfit_model_is_refused_before_it_is_loaded(model_folder, views_file, tmp_path, change):
    folder = tmp_path / "model"
    if change != "missing":
        shutil.copytree(model_folder, folder)
    if change == "patches":
        content = json.loads((folder / CONFIG).read_text())
        content["config"]["vision"]["kind"] = "patches"
        (folder / CONFIG).write_text(json.dumps(content))
    if change == "blind":
        known = load_file(folder / MOTION)
        save_file({k: v for k, v in known.items() if not k.startswith("projector.")}, folder / MOTION)
    out = folder / "out" if change == "inside" else tmp_path / "out"
    with pytest.raises((ValueError, FileNotFoundError), match="landmarks|without views|no language model|lies inside"):
        train(settings(str(folder), views_file, out=str(out)))

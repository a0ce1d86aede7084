"""What a training run refuses: other runs' results, states without their manifest, numbers that are not finite."""

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.train.loop.test_run import trained, weights
from tests.train.loop.tiny_stage import Numbers, Perceptron, Settings
from train.loop.record import commit, finished, read_record
from train.loop.run import TrainingLoop
from train.loop.state import StateError, StateFolder


def test_a_resumed_run_does_not_replace_the_result_of_another(tmp_path):
    other = trained(tmp_path, "other", seed=1, steps=3)
    record = tmp_path / "other" / "training.json"
    record.write_text(record.read_text().replace(read_record(other.out)["tiny"]["started"], "2020-01-01"))
    before = weights(other)
    trained(tmp_path, "mine", steps=3, max_minutes=0.0)
    with pytest.raises(StateError, match="exists"):
        trained(tmp_path, "other", state=str(tmp_path / "mine-state"), steps=3, resume=True)
    assert torch.equal(before["0.weight"], weights(other)["0.weight"])
    moved = trained(tmp_path, "moved", state=str(tmp_path / "mine-state"), steps=3, resume=True)
    assert finished(replace(moved, resume=True), "tiny")


def test_a_run_whose_result_is_gone_is_not_finished(tmp_path):
    settings = trained(tmp_path, steps=3)
    assert finished(replace(settings, resume=True), "tiny")
    (tmp_path / "out" / "weights.safetensors").unlink()
    assert not finished(replace(settings, resume=True), "tiny")
    trained(tmp_path, steps=3, resume=True)
    assert (tmp_path / "out" / "weights.safetensors").is_file()


def test_of_two_runs_with_one_target_the_later_is_refused_and_can_be_resumed(tmp_path):
    class Slower(Perceptron):
        def validate(self):
            if not (tmp_path / "out").exists():
                with torch.enable_grad():
                    trained(tmp_path, state=str(tmp_path / "faster"), steps=3, seed=1)
            return super().validate()

    settings = Settings(out=str(tmp_path / "out"), state=str(tmp_path / "slower"), steps=3)
    with pytest.raises(StateError, match="meanwhile"):
        TrainingLoop("tiny", Slower(settings), Numbers(0), settings).run()
    assert read_record(tmp_path / "out")["tiny"]["settings"]["seed"] == 1
    assert finished(replace(trained(tmp_path, "new", state=settings.state, steps=3, resume=True), resume=True), "tiny")


def test_weights_without_a_manifest_are_kept(tmp_path):
    settings = trained(tmp_path, steps=3)
    folder = StateFolder(Path(settings.state))
    content = (folder.folder / folder.manifest()["file"]).read_bytes()
    (folder.folder / "manifest.json").unlink()
    with pytest.raises(StateError, match="exists"):
        trained(tmp_path, steps=3)
    assert folder.rows()
    trained(tmp_path, "new", state=settings.state, steps=3, resume=True)
    (kept,) = folder.folder.glob("lost-*.pt")
    assert kept.read_bytes() == content


@pytest.mark.parametrize("content", ["{}", "[]", '{"file": "x"}'])
def test_a_manifest_of_another_kind_is_one_sentence(tmp_path, content):
    (tmp_path / "out-state").mkdir()
    (tmp_path / "out-state" / "manifest.json").write_text(content)
    with pytest.raises(StateError, match="cannot be read"):
        trained(tmp_path, steps=3, resume=True)


def test_a_damaged_record_or_a_target_of_the_other_kind_ends_the_run_before_it_trains(tmp_path):
    for place in ("record", "file"):
        out = tmp_path / place
        if place == "record":
            out.mkdir()
            (out / "training.json").write_text("{")
        else:
            out.write_text("old")
        with pytest.raises(StateError, match="damaged|must be"):
            trained(tmp_path, place, steps=3, overwrite=True)
        assert not StateFolder(tmp_path / f"{place}-state").exists()
    assert (tmp_path / "file").read_text() == "old"


def test_a_folder_in_the_state_folder_is_left_alone(tmp_path):
    partial = tmp_path / "out-state" / ".partial-of-a-killed-run"
    partial.mkdir(parents=True)
    settings = trained(tmp_path, steps=3)
    assert partial.is_dir() and json.loads((Path(settings.state) / "manifest.json").read_text())["step"] == 3


class Unmeasured(Perceptron):
    def validate(self):
        return {"error": float("nan")}


class Exploding(Perceptron):
    def forward(self, batch):
        if self.training and batch[0] == 2:
            with torch.no_grad():
                self.net[0].bias.fill_(float("inf"))  # the gradient of the ReLU's other side is still finite
        return {"fit": self.net[3].bias.square().sum()}


@pytest.mark.parametrize(("kind", "words"), [(Unmeasured, "never finite"), (Exploding, "not finite at step 3")])
def test_no_result_without_finite_weights_and_validation(tmp_path, kind, words):
    settings = Settings(out=str(tmp_path / "out"), state=str(tmp_path / "state"), steps=3)
    with pytest.raises(FloatingPointError, match=words):
        TrainingLoop("tiny", kind(settings), Numbers(0), settings).run()
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["lr", "max_minutes", "save_minutes"])
def test_settings_that_are_no_numbers_are_refused(name):
    with pytest.raises(ValueError, match=name):
        Settings(out="x", **{name: float("nan")})


def test_asking_for_the_commit_leaves_the_index_alone(tmp_path):
    """Git rewrites the index where a file's time has changed, and a kill in the middle leaves it locked."""
    (tmp_path / "file").write_text("x")
    for words in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]):
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True)
    os.utime(tmp_path / "file", (1, 1))
    before = (tmp_path / ".git" / "index").read_bytes()
    assert len(commit(tmp_path)) == 8
    assert (tmp_path / ".git" / "index").read_bytes() == before

"""Own data through both stages by one configuration file."""

import json
import logging
from pathlib import Path

import numpy as np
import pytest
import yaml

from benchmarks.tiny_bases import write_base, write_clip
from hmvlm.assistant import HMVLM
from tests import motions
from train.cli import main
from train.pipeline.configuration import Configuration
from train.pipeline.run import Pipeline
from train.recordings.store import load_motions
from train.segments.segment import load_segments


@pytest.fixture
def config(tmp_path):
    """A configuration with a folder in HumanML3D's layout and one of BVH files, a clip of each of them bad."""
    human = tmp_path / "HumanML3D"
    for name in ("new_joints", "texts"):
        (human / name).mkdir(parents=True)
    for number, split in enumerate(("train", "train", "val")):
        joints = motions.walk(3, speed=0.8 + 0.2 * number).joints()[:, :22]
        np.save(human / "new_joints" / f"{number:06}.npy", joints)
        (human / "texts" / f"{number:06}.txt").write_text("a man walks#a/DET man/NOUN#0.0#0.0\nhe goes#he#0.5#2.5\n")
        with (human / f"{split}.txt").open("a") as file:
            file.write(f"{number:06}\n")
    np.save(human / "new_joints" / "000009.npy", np.full((60, 22, 3), np.nan))
    with (human / "train.txt").open("a") as file:
        file.write("000009\n")
    own = tmp_path / "clips" / "train"
    own.mkdir(parents=True)
    motions.raise_hand("left", 3).save(own / "wave.bvh")
    (own / "wave.txt").write_text("my robot greets\n")
    (own / "bad.bvh").write_text("HIERARCHY\n")
    talk = "\n".join(json.dumps({"instruction": f"What is {n}?"}) for n in range(700))
    for name in ("dolly_complete.jsonl", "dolly_prompts_only.jsonl"):
        (tmp_path / name).write_text(talk)
    content = {
        "out": str(tmp_path / "out"), "dialogue": str(tmp_path), "preset": "vicuna-7b",
        "data": [
            {"set": "humanml3d", "folder": str(human), "weight": 3.0},
            {"set": "bvh", "folder": str(tmp_path / "clips"), "source": "own"},
        ],
        "stages": {"stage2": {
            "base": str(tmp_path / "base"), "text_encoder": str(tmp_path / "clip"), "vision": str(tmp_path / "clip"),
            "rank": 2, "checkpointing": True,
        }},
    }  # fmt: skip
    file = tmp_path / "own.yaml"
    file.write_text(yaml.safe_dump(content))
    return file


@pytest.mark.slow
def test_imported_sets_pass_both_stages_and_the_checkpoint_generates(config, tmp_path, caplog):
    caplog.set_level(logging.INFO)
    write_base("vicuna-7b", tmp_path / "base")
    write_clip(tmp_path / "clip")
    assert main(["run", str(config), "--smoke"]) == 0
    out = tmp_path / "out-smoke"
    assert (
        "000009.npy" in caplog.text and "bad.bvh" in caplog.text and "6 clips imported, 1 files skipped" in caplog.text
    )
    clips = load_motions(out / "recordings.npz")
    assert {clip.source for clip in clips} == {"humanml3d", "own"} and len(clips) == 7
    segments = load_segments(out / "segments.npz")
    told = {caption for one in segments if one.source == "own" for caption in one.captions}
    assert told == {"my robot greets"} and {one.weight for one in segments if one.source == "humanml3d"} == {3.0}
    record = json.loads((out / "checkpoint" / "training.json").read_text())["stage2"]
    assert record["finished"] and record["steps"] == 3
    model = HMVLM.from_pretrained(out / "checkpoint")
    assert len(model.generate("a man walks", seconds=1, seed=0)[0]) == 20
    assert not model.language.has_vision
    caplog.clear()
    assert main(["run", str(config), "--smoke"]) == 0  # everything is done
    assert "segments: done" in caplog.text and f"stage2: {out / 'stage2'} is finished already" in caplog.text
    assert "step" not in caplog.text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"dta": []}, "'dta' is not known"),
        ({"data": None}, "has no data"),
        ({"data": [{"folder": "x"}]}, "either file, or set and folder"),
        ({"stages": {"stage3": {}}}, "'stage3'; known are tokenizer"),
        ({"stages": {"stage2": {"stps": 3}}}, "no option 'stps'"),
        ({"stages": {"stage2": {"steps": 0}}}, "steps must be at least 1"),
        ({"stages": {"stage2": {"out": "x"}}}, "out is set by the run itself"),
        (
            {"stages": {"stage2": {"text_encoder": "x"}, "facts-ranker": {"text_encoder": "y"}}},
            "facts-ranker: text_encoder must be that of stage2, x",
        ),
    ],
)
def test_a_wrong_configuration_is_one_sentence_before_anything_runs(config, tmp_path, change, words, capsys):
    content = yaml.safe_load(config.read_text()) | change
    config.write_text(yaml.safe_dump(content))
    assert main(["run", str(config)]) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_rankers_read_with_the_text_encoder_of_the_gate(config):
    content = yaml.safe_load(config.read_text())
    content["stages"] |= {"retrieval-ranker": {}, "facts-ranker": {}, "activity-ranker": {}}
    config.write_text(yaml.safe_dump(content))
    stages, given = Configuration.load(config).stages, content["stages"]["stage2"]["text_encoder"]
    assert [stages[name].get("text_encoder") for name in ("retrieval-ranker", "facts-ranker")] == [given, given]
    assert "text_encoder" not in stages["activity-ranker"]


def test_a_step_is_done_only_while_its_result_is_there(config, monkeypatch):
    chosen = Configuration.load(config)
    ran = []
    monkeypatch.setattr("train.recordings.merge.main", lambda words: ran.append(words))
    made, result = Pipeline(chosen), Path(chosen.out) / "recordings.npz"
    (made.out / "done").mkdir(parents=True)
    for _ in range(2):
        made._once("merge", "train.recordings.merge", ["a"], result)
    assert len(ran) == 2
    result.write_bytes(b"made")
    made._once("merge", "train.recordings.merge", ["a"], result)
    assert len(ran) == 2
    with pytest.raises(ValueError, match="merge was done with .*a.*, not .*b"):
        made._once("merge", "train.recordings.merge", ["b"], result)


def test_the_example_names_only_what_there_is():
    made = Configuration.load(Path(__file__).resolve().parents[2] / "runs" / "own.yaml")
    assert [one.name for one in made.data] == ["humanml3d", "kit", "amass", "own"] and "stage2" in made.stages

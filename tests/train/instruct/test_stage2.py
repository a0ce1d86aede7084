"""Instruction tuning runs, saves and resumes."""

import json

import torch

from hmvlm.config import preset
from hmvlm.language.model import MotionLanguageModel
from tests.tiny import tiny_model
from train.instruct import stage2


def test_stage_2_trains_saves_and_resumes(stages, monkeypatch):
    def create(chosen, codebook_size, layout, dtype):
        model = tiny_model(layout)
        model.vocabulary.__init__(model.vocabulary.base_size, model.vocabulary.weight.shape[1], codebook_size)
        model.depth_transformer.__init__(
            model.vocabulary.weight.shape[1], codebook_size, model.depth_transformer.config
        )
        return model

    monkeypatch.setattr(MotionLanguageModel, "create", staticmethod(create))
    options = [
        "--segments",
        str(stages / "stage2.npz"),
        "--dialogue",
        str(stages),
        "--tokenizer",
        str(stages / "tokenizer"),
    ]
    options += ["--out", str(stages / "out"), "--state", str(stages / "s2"), "--cpu", "--positions", "300"]
    options += ["--talk-batch", "4", "--log-every", "1", "--eval-every", "2", "--lr", "1e-2"]
    stage2.Trainer(stage2.parser().parse_args([*options, "--steps", "2"])).train()
    resumed = stage2.Trainer(stage2.parser().parse_args([*options, "--steps", "3"]))
    before = resumed.model.vocabulary.weight.clone()
    resumed.train()
    assert resumed.step == 3 and not torch.equal(before, resumed.model.vocabulary.weight)
    rows = [json.loads(line) for line in (stages / "s2" / "log.jsonl").read_text().splitlines()]
    assert [row["step"] for row in rows if "motion" in row] == [1, 2, 3]
    assert any("val_motion" in row for row in rows)
    assert (stages / "out" / "adapter" / "adapter_model.safetensors").is_file()
    assert json.loads((stages / "out" / "language.json").read_text())["preset"] == preset("embedded").name

"""Instruction tuning runs, saves and resumes; plain LoRA and the margin of the gate."""

import json
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file

from hmvlm.language.model import MotionLanguageModel
from tests.tiny import tiny_model
from train.instruct import initial, stage2
from train.instruct.settings import Stage2Settings, group_factors


@pytest.fixture
def settings(stages, tmp_path, monkeypatch):
    """Settings of a short run on the tiny base."""

    def create(chosen, codebook_size, layout, dtype):
        model = tiny_model(layout)
        model.vocabulary.__init__(model.vocabulary.base_size, model.vocabulary.weight.shape[1], codebook_size)
        model.depth_transformer.__init__(
            model.vocabulary.weight.shape[1], codebook_size, model.depth_transformer.config
        )
        return model

    monkeypatch.setattr(MotionLanguageModel, "create", staticmethod(create))
    return Stage2Settings(
        segments=str(stages / "segments.npz"), dialogue=str(stages), tokenizer=str(stages / "tokenizer"),
        out=str(tmp_path / "out"), state=str(tmp_path / "state"), positions=300, dialogue_batch=4, log_every=1,
        eval_every=2,
        lr=1e-2, steps=3, eval_batches=1,
    )  # fmt: skip


def rows(settings):
    return [json.loads(line) for line in open(settings.state + "/log.jsonl")]


def test_stage_2_trains_saves_and_resumes_exactly(settings, tmp_path):
    stage2.train(settings)
    parts = replace(settings, out=str(tmp_path / "parts"), state=str(tmp_path / "other"), max_minutes=0.0)
    stage2.train(parts)
    stage2.train(replace(parts, resume=True, max_minutes=0.0001))
    stage2.train(replace(parts, resume=True, max_minutes=None))
    losses = [[row["motion"] for row in rows(one) if "motion" in row] for one in (settings, parts)]
    assert len(losses[0]) == 3 and losses[0] == losses[1]
    assert any("val_motion" in row and "val_loss" in row for row in rows(settings))
    for name in ("motion.safetensors", "adapter/adapter_model.safetensors"):
        whole, again = (load_file(f"{folder}/{name}") for folder in (settings.out, parts.out))
        assert all(torch.equal(whole[key], again[key]) for key in whole)
    assert (tmp_path / "out" / "tokenizer" / "tokenizer.json").is_file()
    record = json.loads((tmp_path / "out" / "training.json").read_text())["stage2"]
    assert record["finished"] and len(record["inputs"]) == 4


def test_plain_lora_has_one_expert_with_the_whole_weight(settings):
    with pytest.raises(ValueError, match="one expert"):
        replace(settings, gated=False)
    model = tiny_model(experts=1)
    initial.open_gate(model.gate)
    alpha = model.gate(model.gate.encode(["walk", "hello"]), model.gate.media([None, None])).exp()
    assert alpha[:, 1].min() > 0.999999 and not any(p.requires_grad for p in model.gate.parameters())


def test_the_margin_counts_only_gates_that_come_near_the_threshold():
    alpha = torch.tensor([[0.5, 0.5], [0.9, 0.1]])
    assert stage2.margin_loss(alpha).item() == pytest.approx(0.5 * torch.log(torch.tensor(2.0)).item())


def test_factors_of_groups_are_read_and_wrong_groups_named():
    assert group_factors(["cmu: walk=3"], {"cmu: walk"}) == {"cmu: walk": 3.0}
    with pytest.raises(ValueError, match="no group 'fly'"):
        group_factors(["fly=2"], {"walk"})


def test_views_need_a_preset_with_landmarks():
    with pytest.raises(ValueError, match="gemma-2-2b takes image patches"):
        Stage2Settings(out="out", preset="gemma-2-2b", views="data/views.npz")
    Stage2Settings(out="out", preset="gemma-2-2b", views="data/views.npz", vision="blazepose")

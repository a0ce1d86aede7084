"""Variants of the model train, are timed and compared, on a tiny model and synthetic clips."""

import json

import pytest

from hmvlm.language.model import MotionLanguageModel
from tests import motions
from tests.tiny import tiny_model
from train.evaluation.ablations import run
from train.evaluation.ablations.settings import AblationSettings
from train.evaluation.ablations.variants import (
    COLUMNS,
    Variant,
    at_examples,
    train_variant,
)
from train.recordings.store import Recording, load_motions, save_motions
from train.segments.prepare import prepare
from train.tokenizer import stage1
from train.tokenizer.stage1 import Stage1Settings


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Recordings, a tokenizer and segments, all tiny."""
    root = tmp_path_factory.mktemp("ablate")
    info = {"content": "walk", "style": "normal"}
    clips = [
        Recording(
            f"walk_{index}", "bandai_namco", split, "walk normal", motions.walk(3, speed=0.8 + 0.2 * index), info, {}
        )
        for index, split in enumerate(("train", "train", "val", "test"))
    ]
    save_motions(root / "motions.npz", clips)
    settings = Stage1Settings(
        data=str(root / "motions.npz"), out=str(root / "tokenizer"), state=str(root / "s1"), steps=1, batch=4,
        window=32, codes=8,
    )  # fmt: skip
    stage1.train(settings)
    prepare(load_motions(root / "motions.npz"), str(root / "tokenizer"), str(root / "segments.npz"), captions=2)
    talk = "\n".join(json.dumps({"instruction": f"What is {n}?"}) for n in range(700))
    for name in ("dolly_complete.jsonl", "dolly_prompts_only.jsonl"):
        (root / name).write_text(talk)
    return root


@pytest.fixture
def settings(folder, tmp_path, monkeypatch):
    """Settings of a run of two steps on the tiny model."""
    monkeypatch.setattr(
        MotionLanguageModel, "create", staticmethod(lambda chosen, codebook_size, layout, dtype: tiny_model(layout))
    )
    return AblationSettings(
        data=folder, dialogue=folder, tokenizer=folder / "tokenizer", state=folder / "state", out=tmp_path, steps=2,
        positions=200, tokenizer_steps=1, tokenizer_batch=2, clips=1,
    )  # fmt: skip


@pytest.mark.slow
def test_a_variant_is_trained_once_and_measured(settings):
    result = train_variant(run.DEFAULT, settings)
    row = dict(zip(COLUMNS, result.row(), strict=True))
    assert result.steps == 2 and row["clips seen"] > 0 and row["latency s"] > 0 and row["validation loss, motion"] > 0
    assert (settings.state / "5_experts" / "tokenizer" / "tokenizer.json").is_file()
    assert train_variant(run.DEFAULT, settings) == result


@pytest.mark.slow
def test_the_layouts_are_compared_at_equal_time_and_at_equal_clips(settings):
    table = run.layout(settings)[0]
    assert list(table.rows)[:2] == ["stepwise", "flat"]
    result = train_variant(run.DEFAULT, settings)
    last = result.log[-1]["examples"]
    assert at_examples(result, last).validation == result.log[-1] and at_examples(result, 0) is None


@pytest.mark.slow
def test_tokenizers_of_both_kinds_and_sizes_are_compared(settings):
    table = run.tokenizer(settings)[0]
    assert list(table.rows) == [
        "body parts, K = 512",
        "body parts, K = 1024",
        "whole body, K = 512",
        "whole body, K = 1024",
    ]


def test_plain_lora_has_one_expert():
    with pytest.raises(ValueError, match="one expert, not 4"):
        Variant("plain", gated=False)


def test_the_variants_of_equal_size_have_as_many_numbers():
    assert run.PLAIN.experts * run.PLAIN.rank == run.DEFAULT.experts * run.DEFAULT.rank
    assert [1 + variant.experts for variant in run.EXPERTS] == [2, 3, 5, 8]

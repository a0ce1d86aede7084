"""One expert learns to answer questions: it alone changes, the loss falls, and a run goes on where it ended."""

import random
from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.tiny import CODES, tiny_model
from train.instruct import finetune_expert
from train.instruct.mixture import Mixture
from train.segments.segment import Segment

RANK = 2


def segments() -> list[Segment]:
    """Two motions in words, one to learn from and one to check with."""
    codes = np.random.default_rng(0).integers(0, CODES, (6, 5)).astype(np.int16)
    asked = (
        ("Does he turn first?", "Yes.", "turn left at the beginning"),
        ("Which hand?", "Left.", "left hand raised"),
    )
    named = ("sequence/first", "body_part/which")
    return [
        Segment((codes,), ("he turns",), "cmu: turn", split, asked, brief="turns", asks=named)
        for split in ("train", "val")
    ]


def learner(model, folder, *options) -> finetune_expert.Learner:
    words = ["--state", str(folder), "--positions", "300", "--lr", "0.02", "--log-every", "5", *options]
    return finetune_expert.Learner(model, segments(), finetune_expert.parser().parse_args(words))


@pytest.mark.slow
def test_one_expert_learns_and_the_rest_stays(tmp_path):
    model = tiny_model()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    one = learner(model, tmp_path, "--steps", "30", "--expert", "1")
    first = one.check()
    one.learn()
    assert one.check()["val_answers"] < first["val_answers"] - 0.02
    changed = 0
    for name, value in model.state_dict().items():
        moved = (before[name] != value).float()
        if "moe_lora_" in name:
            rows = moved if "moe_lora_A" in name else moved.T
            changed += int(rows[RANK : 2 * RANK].sum())
            rows[RANK : 2 * RANK] = 0
        assert not moved.any(), name
    assert changed


@pytest.mark.slow
def test_a_run_goes_on_where_it_ended(tmp_path):
    learner(tiny_model(), tmp_path, "--steps", "3").learn()
    resumed = learner(model := tiny_model(), tmp_path, "--steps", "3")
    start = [parameter.clone() for parameter in resumed.parameters]
    resumed.learn()
    assert resumed.step == 3
    assert any(not torch.equal(a, b) for a, b in zip(start, resumed.parameters, strict=True))
    assert all(
        torch.equal(a, b)
        for a, b in zip(resumed.parameters, (p for n, p in model.named_parameters() if "moe_lora_" in n))
    )


def test_an_expert_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no expert 4"):
        learner(tiny_model(), tmp_path, "--expert", "4")


@pytest.mark.slow
def test_rare_questions_and_those_of_time_come_more_often():
    one = segments()[0]
    many = [replace(one, questions=one.questions[1:], asks=one.asks[1:]) for _ in range(99)]
    mixture, rng = Mixture([one, *many], tiny_model().builder, 0.1, 0.9, even=True), random.Random(0)
    texts = [drawn.gate_text for _ in range(240) for drawn in mixture.batch(400, rng)]
    turns, hands = texts.count("Does he turn first?"), texts.count("Which hand?")
    assert 0.6 < turns / hands < 0.9  # 3 against 100 ** 0.3


def test_segments_that_name_no_questions_are_refused():
    bare = [replace(one, asks=()) for one in segments()]
    with pytest.raises(ValueError, match="name no questions"):
        Mixture(bare, tiny_model().builder, even=True)

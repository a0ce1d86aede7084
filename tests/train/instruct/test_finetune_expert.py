"""One expert learns to answer questions: it alone changes, the loss falls, and a run goes on where it ended."""

import random
from dataclasses import replace

import numpy as np
import pytest

from tests.tiny import CODES, tiny_model
from train.instruct import finetune_expert
from train.instruct.mixture import Mixture
from train.loop.run import TrainingLoop
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


def settings(tmp_path, **more):
    given = {"positions": 300, "lr": 0.02, "log_every": 5, "eval_every": 10**6, "steps": 30, "eval_batches": 4}
    given |= {"model": str(tmp_path / "in"), "out": str(tmp_path / "out"), "state": str(tmp_path / "state")} | more
    return finetune_expert.FinetuneSettings(**given)


def run(model, given):
    objective = finetune_expert.ExpertFinetuning(model, segments(), given)
    loop = TrainingLoop("finetune_expert", objective, objective.batches, given)
    loop.run()
    return loop


@pytest.mark.slow
def test_one_expert_learns_and_the_rest_stays(tmp_path):
    (tmp_path / "in" / "rankers").mkdir(parents=True)
    model = tiny_model()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    loop = run(model, settings(tmp_path, expert=1))
    rows = [row for row in loop.state.rows() if "val_answers" in row]
    assert rows[-1]["val_answers"] < rows[0]["val_answers"] - 0.02
    changed = 0
    for name, value in model.state_dict().items():
        moved = (before[name] != value).float()
        if "moe_lora_" in name:
            rows = moved if "moe_lora_A" in name else moved.T
            changed += int(rows[RANK : 2 * RANK].sum())
            rows[RANK : 2 * RANK] = 0
        assert not moved.any(), name
    assert changed
    assert (tmp_path / "out" / "rankers").is_dir() and (tmp_path / "out" / "language.json").is_file()


def test_an_expert_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no expert 4"):
        finetune_expert.ExpertFinetuning(tiny_model(), segments(), settings(tmp_path, expert=4))


@pytest.mark.slow
def test_rare_questions_and_those_of_time_come_more_often():
    one = segments()[0]
    many = [replace(one, questions=one.questions[1:], asks=one.asks[1:]) for _ in range(99)]
    mixture, rng = Mixture([one, *many], tiny_model().builder, 0.1, 0.9, balance_templates=True), random.Random(0)
    texts = [drawn.gate_text for _ in range(240) for drawn in mixture.batch(400, rng)]
    turns, hands = texts.count("Does he turn first?"), texts.count("Which hand?")
    assert 0.6 < turns / hands < 0.9  # 3 against 100 ** 0.3


def test_segments_that_name_no_questions_are_refused():
    bare = [replace(one, asks=()) for one in segments()]
    with pytest.raises(ValueError, match="name no questions"):
        Mixture(bare, tiny_model().builder, balance_templates=True)

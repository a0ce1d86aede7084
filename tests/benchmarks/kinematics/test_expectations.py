import ast
from pathlib import Path

import pytest

from benchmarks.kinematics import expectations
from benchmarks.kinematics.events import Event
from benchmarks.kinematics.prompts import QUICK, ROWS, load
from benchmarks.kinematics.track import Track
from tests import motions
from tests.benchmarks.kinematics import built

FOLDER = Path(expectations.__file__).parent
FORBIDDEN = ("hmvlm.motion.facts", "train.captions", "train.composition", "train.authored", "train.phrasings")


def check(row, motion, **expect):
    return expectations.CHECKS[row](Track.of(motion), expect)


@pytest.mark.parametrize("row", ROWS)
def test_every_row_has_at_least_forty_different_sentences_that_can_be_checked(row):
    prompts = load(row)
    assert len({prompt.text for prompt in prompts}) == len(prompts) >= 40
    assert [prompt.row for prompt in prompts] == [row] * len(prompts)
    for prompt in prompts:
        expectations.validate(row, prompt.expect)
    assert len(load(row, quick=True)) == QUICK


def test_unknown_expectations_are_refused():
    with pytest.raises(ValueError, match="no detector of 'fly'"):
        expectations.validate("order", {"order": ["walk", "fly"]})
    with pytest.raises(ValueError, match="needs a side"):
        expectations.validate("side", {"sides": ["kick"]})


def test_the_kinematics_share_no_code_with_training_and_reranking():
    for file in FOLDER.rglob("*.py"):
        names = []
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                names += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names += [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        assert not [name for name in names if name.startswith(FORBIDDEN)], file
        assert not [name for name in names if name.startswith("train.") and not name.startswith("train.recordings")]


def test_order_is_counted_up_to_the_first_act_that_does_not_follow():
    first, second = [Event(0, 1), Event(3, 4)], [Event(1.5, 2)]
    assert expectations.in_order([first, second]) == 2
    assert expectations.in_order([second, [Event(0, 1)]]) == 1
    assert expectations.in_order([[], second]) == 0


def test_a_chain_in_order_and_the_same_in_the_wrong_order():
    right = built.joined(motions.walk(3.0), motions.raise_hand("right", wave=True))
    wrong = built.joined(motions.raise_hand("right", wave=True), motions.walk(3.0))
    assert check("order", right, order=["walk", "wave:right"])["met"]
    found = check("order", wrong, order=["walk", "wave:right"])
    assert not found["met"] and found["present"] and found["reached"] == 1


def test_counts_are_exact_unless_a_tolerance_is_given():
    three = motions.jump(count=3)
    assert check("count", three, act="jump", count=3)["met"]
    assert not check("count", three, act="jump", count=2)["met"]
    assert check("count", three, act="jump", count=2, tolerance=1)["met"]
    twice = motions.walk(turn=720.0, seconds=8.0)
    assert check("count", twice, act="spins", count=2)["met"] and not check("count", twice, act="spins", count=1)["met"]


def test_arms_and_legs_must_act_at_once():
    both, arm = motions.walk(3.0), motions.raise_hand("left", 3.0, wave=True)
    after = built.joined(both, arm)
    both.poses[:, 16:22] = arm.poses[:, 16:22]
    assert check("while", both, legs="walk", upper="wave:left")["met"]
    assert not check("while", both, legs="walk", upper="wave:right")["met"]
    found = check("while", after, legs="walk", upper="wave")
    assert found["legs"] and found["upper"] and not found["met"]


def test_the_other_side_is_wrong_and_nothing_is_not_the_other_side():
    kick = built.kicks("left")
    assert check("side", kick, sides=["kick:left"]) == {"met": True, "present": True}
    assert check("side", kick, sides=["kick:right"]) == {"met": False, "present": True}
    assert check("side", motions.still(), sides=["kick:right"]) == {"met": False, "present": False}


def test_a_floor_action_needs_a_low_pelvis():
    assert check("floor", built.lying(), floor="lie")["met"] and not check("floor", motions.still(), floor="lie")["met"]
    assert check("floor", built.kneeling(), floor="kneel")["met"]

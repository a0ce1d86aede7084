"""Calibration of the gate: loss terms, prompts, what the gate and its intent head learn, and runs of the stage."""

import json
import math
import random
from dataclasses import replace

import pytest
import torch

from hmvlm.language.gate import INTENTS, Gate, gate_loss
from hmvlm.language.prompting import UNCONDITIONAL_PROMPT
from hmvlm.language.text_encoder import TextEncoder
from tests.tiny import tiny_encoder, tiny_model
from tests.train.instruct.test_mixture import segment
from train.dialogue.hard_negatives import hard_negative
from train.dialogue.prompt_templates import DESCRIBE_QUESTIONS, describe_question, pose_question
from train.dialogue.prompts import DialoguePrompts
from train.dialogue.short_motion_requests import short_motion_requests
from train.dialogue.short_questions import short_questions
from train.instruct import calibrate_gate
from train.instruct.calibrate_gate import CalibrationSettings, GateCalibration, hard_example_loss, target_mixture
from train.instruct.gate_prompts import GatePrompts
from train.loop.record import read_record
from train.loop.run import TrainingLoop


def prompts(count: int) -> GatePrompts:
    """So many prompts of each kind."""
    rng = random.Random(0)
    dialogue = short_questions(count, rng) + [hard_negative(rng) for _ in range(count)]
    motion = short_motion_requests(count, rng)
    pose, question = ([make(rng) for _ in range(count)] for make in (pose_question, describe_question))
    held_out = {"held_out_dialogue": short_questions(count, random.Random(1), held_out=True)}
    return GatePrompts(dialogue, motion, pose, question, held_out)


def settings(folder, **more):
    given = {"model": str(folder / "in"), "out": str(folder / "out"), "state": str(folder / "state")}
    given |= {"dialogue": str(folder), "steps": 4, "eval_every": 2, "log_every": 1, "batch": 8}
    given |= {"long_requests": 3, "short_questions": 3, "hard_negatives": 0, "motion_prompts": 3, "short_requests": 3}
    return CalibrationSettings(**(given | more))


def test_motion_prompts_left_to_the_base_get_the_mean_of_the_others_as_target():
    mixtures = torch.tensor([[0.5, 0.5], [0.7, 0.3], [0.97, 0.03]])
    found = target_mixture(mixtures.log()).exp()
    torch.testing.assert_close(found, torch.tensor([[0.5, 0.5], [0.7, 0.3], [0.6, 0.4]]))
    torch.testing.assert_close(target_mixture(mixtures[2:].log()).exp(), mixtures[2:])


def test_the_hardest_dialogue_counts_twice():
    mixtures = torch.tensor([[0.999, 0.001]] * 7 + [[0.5, 0.5]]).log()
    assert float(hard_example_loss(mixtures)) == pytest.approx(float(gate_loss(mixtures)) + math.log(2), abs=1e-5)


def test_prompts_are_sampled_by_kind():
    dialogue = DialoguePrompts(["Why is the sky blue?", DESCRIBE_QUESTIONS[0]], ["Who are you?"], [])
    segments = [segment("walk"), replace(segment("kick", caption="a person kicks"), questions=())]
    found = GatePrompts.sample(dialogue, segments, motion_prompts=40, short_requests=5, seed=0)
    assert found.motion.count(UNCONDITIONAL_PROMPT) == 20 and len(found.motion) == 65
    assert any("walk" in text for text in found.motion) and any("kick" in text for text in found.motion)
    assert len(set(found.pose)) == len(found.pose) and "Does she walk?" in found.question
    assert found.held_out["held_out_dialogue"] == ["Who are you?"] and found.without_descriptions() == [0]
    assert found == GatePrompts.sample(dialogue, segments, motion_prompts=40, short_requests=5, seed=0)


def test_the_model_folder_is_not_written_to(tmp_path):
    with pytest.raises(ValueError, match="another folder than --model"):
        settings(tmp_path, out=str(tmp_path / "in"))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A tiny model with something else in its folder, dialogue, and segments."""
    encoder = tiny_encoder()
    monkeypatch.setattr(TextEncoder, "load", staticmethod(lambda name: encoder))
    monkeypatch.setattr(calibrate_gate, "load_segments", lambda path: [segment("walk"), segment("kick")])
    monkeypatch.setattr("train.dialogue.prompts.HARD", 3)
    monkeypatch.setattr("train.instruct.gate_prompts.QUESTION_DRAWS", 5)
    monkeypatch.setattr("train.instruct.gate_prompts.HELD_OUT_SHORT", 5)
    tiny_model().save_pretrained(tmp_path / "in")
    (tmp_path / "in" / "rankers").mkdir()
    for name in ("dolly_complete.jsonl", "dolly_prompts_only.jsonl"):
        lines = [json.dumps({"instruction": f"What is {n % 9}?"}) for n in range(320)]
        (tmp_path / name).write_text("\n".join(lines))
    return tmp_path


def test_an_interrupted_run_ends_with_an_equal_gate_in_a_complete_folder(folder):
    whole = settings(folder, out=str(folder / "whole"), state=str(folder / "state_whole"))
    calibrate_gate.train(whole)
    calibrate_gate.train(settings(folder, max_minutes=0.0))
    assert not read_record(folder / "out")["calibrate_gate"]["finished"]
    calibrate_gate.train(settings(folder, resume=True))
    record = read_record(folder / "out")["calibrate_gate"]
    assert record["finished"] and {
        "held_out_dialogue_above_0.99",
        "held_out_short_above_0.99",
        "intent_accuracy",
    } == set(record["validation"])
    gates = [calibrate_gate.load_gate(folder / name).state_dict() for name in ("in", "whole", "out")]
    assert all(torch.equal(value, gates[2][name]) for name, value in gates[1].items())
    changed = {name for name, value in gates[0].items() if not torch.equal(value, gates[2][name])}
    assert changed == {name for name in gates[0] if name.startswith(("mlp.", "intent_head."))}
    files = {path.relative_to(folder / "in") for path in (folder / "in").rglob("*")}
    assert all((folder / "out" / path).exists() for path in files)


def test_targets_are_those_of_the_model_even_after_a_resume(folder):
    gate, given = calibrate_gate.load_gate(folder / "in"), settings(folder, steps=2)
    targets = [one.target for one in GateCalibration(gate, prompts(12), given).references]
    assert len(targets) == 4 and not any(target.requires_grad for target in targets)
    objective = GateCalibration(gate, prompts(12), given)
    TrainingLoop("calibrate_gate", objective, objective.batches(), given).run()
    assert all(torch.equal(*pair) for pair in zip(targets, (one.target for one in objective.references), strict=True))


@pytest.fixture(scope="module")
def calibrated(tmp_path_factory):
    """A gate of the real text encoder, trained from nothing.

    The objective, and the mixtures of motion prompts before.
    """
    root = tmp_path_factory.mktemp("calibrated")
    (root / "in").mkdir()
    torch.manual_seed(0)
    gate = Gate.create(TextEncoder.load("embedded:minilm"), 2, 64).eval()
    assert torch.allclose(gate.intents(gate.encode(["anything"])), torch.full((1, 3), 1 / 3))
    given = settings(root, steps=300, lr=2e-3, batch=128, eval_every=10**6, log_every=100)
    objective = GateCalibration(gate, prompts(120), given)
    TrainingLoop("calibrate_gate", objective, objective.batches(), given).run()
    return objective.eval()


@pytest.mark.slow
@torch.no_grad()
def test_dialogue_is_left_to_the_base_and_motion_prompts_keep_their_mixture(calibrated):
    dialogue, reference = calibrated.get_buffer("dialogue"), calibrated.references[0]
    assert calibrate_gate.share_left_to_base(calibrated._without_media(dialogue)) > 0.9
    motion = calibrated._without_media(reference.features)
    assert calibrate_gate.share_left_to_base(motion) == 0
    assert float((motion.exp()[:, 0] - reference.target.exp()[:, 0]).abs().mean()) < 0.15


@pytest.mark.slow
def test_the_intent_head_separates_poses_questions_and_other_prompts(calibrated):
    assert calibrated.validate()["intent_accuracy"] > 0.9
    texts = [
        "Get me the 3D pose of the man.",
        "Can you describe the movement of this man?",
        "Write a poem about dancing.",
    ]
    found = calibrated.gate.intents(calibrated.gate.encode(texts)).argmax(-1).tolist()
    assert [INTENTS[one] for one in found] == ["pose", "question", "other"]

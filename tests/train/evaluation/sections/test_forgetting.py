"""Multiple choice, perplexity and answers against the base, and the gate's tables, on a tiny model."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from hmvlm.assistant import HMVLM
from hmvlm.config import TokenizerConfig
from hmvlm.language.moe_lora import set_gate
from hmvlm.tokenizer.model import BodyPartTokenizer
from tests import motions
from tests.tiny import CODES, tiny_model
from train.evaluation.context import QUICK, EvaluationContext, TimeLimit
from train.evaluation.evaluator.pairs import Pair
from train.evaluation.gating import expert_mixtures, gate_weights
from train.evaluation.sections import base_answers, forgetting, gate, multiple_choice
from train.evaluation.sections.choices import SETS, answer_scores, chosen, parse

ARC = (
    "Please choose the correct answer to the question: Which is hot?\n\nAnswer1: ice Answer2: the sun Answer3: "
    "snow\n\nAnswer format: answer1/answer2/answer3"
)
BOOLQ = "Please answer the following question with true or false, question: is water wet?\n\nAnswer format: true/false"
GOAL = (
    "Please choose the correct solution to the question: How to cut: bread?\n\nSolution1: With a "
    "knife.\n\nSolution2: With a spoon.\n\nAnswer format: solution1/solution2"
)
BLANK = (
    "Please choose the correct answer to fill in the blank to complete the given sentence: Ann thanked Bo "
    "because _ had helped.\n\nOption1: Ann Option2: Bo Answer format: option1/option2"
)


@pytest.fixture(scope="module")
def assistant():
    torch.manual_seed(0)
    return HMVLM(tiny_model(), BodyPartTokenizer(TokenizerConfig(codebook_size=CODES)).eval())


@pytest.fixture
def context(tmp_path, assistant):
    """A context whose files are tiny and whose model is the tiny one."""
    sets = tmp_path / "eval"
    sets.mkdir()
    for name in SETS:
        (sets / f"{name}.jsonl").write_text(
            "\n".join(json.dumps({"instruction": ARC, "answer": "answer2"}) for _ in range(3))
        )
    (sets / "mt_bench_questions.jsonl").write_text(
        json.dumps({"question_id": 1, "category": "writing", "turns": ["Write.", "Again."]})
    )
    talk = "\n".join(json.dumps({"instruction": f"What is {n}?", "response": f"It is {n}."}) for n in range(400))
    for name in ("dolly_complete.jsonl", "dolly_prompts_only.jsonl"):
        (tmp_path / name).write_text(talk)
    made = EvaluationContext("tiny", QUICK, dialogue=tmp_path, figures=tmp_path / "figures")
    made.__dict__["assistant"] = assistant
    made.__dict__["test_pairs"] = [Pair(f"p{n}", motions.still(2), ("a person stands",), "stand") for n in range(4)]
    return made


def test_items_of_all_forms():
    arc, boolq, goal, blank = (
        parse(*row) for row in ((ARC, "answer2"), (BOOLQ, "true"), (GOAL, "solution1"), (BLANK, "option2"))
    )
    assert (arc.prompt, arc.answers, arc.right) == ("Which is hot?", ("ice", "the sun", "snow"), 1)
    assert (boolq.prompt, boolq.answers, boolq.right) == ("Is water wet? Answer true or false.", ("true", "false"), 0)
    assert (goal.prompt, goal.answers) == ("How to cut: bread?", ("With a knife.", "With a spoon."))
    assert blank.answers[1] == "Ann thanked Bo because Bo had helped." and blank.right == 1


@pytest.mark.parametrize("mixed", [False, True])
def test_scores_side_by_side_equal_scores_one_by_one(assistant, mixed):
    model = assistant.language
    prompt, answers = (
        model.builder.text("Which is hot?"),
        [model.builder.text(text) for text in ("ice", "the sun", "snow")],
    )
    alpha = torch.tensor([0.2, 0.5, 0.1, 0.1, 0.1]) if mixed else None
    together = answer_scores(model, prompt, answers, alpha)
    for answer, score in zip(answers, together, strict=True):
        ids = torch.tensor([prompt + answer])
        with torch.no_grad(), set_gate(model.backbone, alpha[None] if mixed else torch.eye(5)[:1]):
            logits = model.base(input_ids=ids).logits[0].log_softmax(-1)
        places = range(len(prompt) - 1, len(prompt) + len(answer) - 1)
        alone = sum(logits[place, token].item() for place, token in zip(places, answer, strict=True))
        assert score == pytest.approx(alone, abs=1e-3)


def test_the_likeliest_answer_a_byte_is_chosen(assistant):
    item = parse(ARC, "answer2")
    model = assistant.language
    prompt = model.builder.chat([{"role": "user", "content": item.prompt}])
    scores = answer_scores(model, prompt, [model.builder.text(answer) for answer in item.answers], None)
    assert chosen(model, item, None) == int(np.argmax([s / len(a) for s, a in zip(scores, item.answers, strict=True)]))


def test_where_the_gate_skips_the_experts_the_base_is_not_run_again(assistant):
    assistant.language.gate.mlp[-1].bias.data[0] += 100
    try:
        limit = TimeLimit(1)
        values = forgetting.paired_losses(
            assistant, ["hello", "bye"], lambda *_: pytest.fail("measured again"), [1.0, 0.0], limit
        )
        assert values == [1.0, 0.0] and expert_mixtures(assistant, ["hello"]) == [None]
        assert base_answers.answers_identically(assistant, "hello", gate_weights(assistant, ["hello"])[0], 6)
    finally:
        assistant.language.gate.mlp[-1].bias.data[0] -= 100


def test_differences_count_every_item_up_to_one_that_could_differ_and_was_not_measured():
    mixed = torch.ones(5) / 5
    alphas = [None, mixed, None, mixed, None, mixed, None]
    assert multiple_choice.differences(alphas, {1: 1.0, 3: 0.0, 5: 1.0}, {1: 0.0, 3: 1.0, 5: 1.0}).tolist() == [
        0,
        1,
        0,
        -1,
        0,
        0,
        0,
    ]
    assert multiple_choice.differences(alphas, {1: 1.0}, {1: 1.0}).tolist() == [0, 0, 0]
    assert len(multiple_choice.differences([mixed], {}, {})) == 0


def test_held_out_answers_are_those_of_prompts_kept_for_reports(context):
    rows = base_answers.load_held_out_answers(context.dialogue)
    kept = set(context.dialogue_prompts.held_out)
    assert rows and all(prompt in kept and answer.startswith("It is") for prompt, answer in rows)


@pytest.mark.slow
def test_the_tables_of_forgetting_have_a_row_for_the_base_and_one_for_the_difference(context):
    choices, dialogue = forgetting.run(context)
    assert list(choices.rows) == ["base", "HMVLM", "HMVLM less base, points"] and choices.columns == SETS
    assert dialogue.rows["base"][1:] == (100.0, 100.0)
    perplexity, wide = dialogue.rows["HMVLM"][0]
    assert perplexity > 1 and wide > 0


def test_the_tables_of_the_gate(context):
    weights, routing = gate.run(context)
    assert weights.columns[0] == "zero" and weights.columns[-1] == "entropy, nats"
    assert {"dialogue", "text_to_motion", "pose_estimation", "video_understanding"} <= set(weights.rows)
    assert sum(weights.rows["dialogue"][:-1]) == pytest.approx(1, abs=1e-4)
    assert routing.rows["requests for motion"][2][0] == pytest.approx(routing.rows["requests for motion"][3][0])


def test_answers_of_dialogue_that_is_routed_to_the_base_are_compared(context, assistant):
    assert gate.answers_table(context, ["hello", "bye"]).rows["MT-Bench and Dolly, held out"][-2:] == (
        0,
        None,
    )
    context.budget = replace(QUICK, gate_answers=1, gate_tokens=4)
    assistant.language.gate.mlp[-1].bias.data[0] += 100
    try:
        count, base, above, compared, same = gate.run(context)[-1].rows["MT-Bench and Dolly, held out"]
        assert count > 1 and base[0] == above[0] == 100 and compared == 1 and same[0] == 100
    finally:
        assistant.language.gate.mlp[-1].bias.data[0] -= 100


def test_entropy_and_principal_axes():
    assert gate.entropy(torch.tensor([[1.0, 0.0], [0.5, 0.5]])) == pytest.approx([0, np.log(2)], abs=1e-5)
    line = np.outer(np.arange(5.0), [3.0, 4.0])
    places, shares = gate.principal(line)
    assert shares[0] == pytest.approx(1) and np.ptp(places[:, 0]) == pytest.approx(20)

"""The sections of an evaluation that need motions: text to motion, motion to text, tokenizer, prompts, generations."""

import numpy as np
import pytest
import torch

from hmvlm.assistant import HMVLM
from hmvlm.config import TokenizerConfig
from hmvlm.tokenizer.model import BodyPartTokenizer
from tests import motions
from tests.tiny import CODES, tiny_model
from train.evaluation.bench import QUICK, Bench, Budget, Clock
from train.evaluation.evaluator.model import Evaluator, vocabulary_of
from train.evaluation.evaluator.networks import EvaluatorConfig
from train.evaluation.evaluator.pairs import Pair
from train.evaluation.sections import motion_to_text, prompts, text_to_motion, tokenizer
from train.evaluation.sections.generated import Generations
from train.recordings.store import Recording


def pair(number):
    return Pair(f"p{number}", motions.walk(0.6, speed=0.5 + 0.03 * number), (f"walk {number}", "a walk"), "walk")


@pytest.fixture(scope="module")
def assistant():
    torch.manual_seed(0)
    return HMVLM(tiny_model(), BodyPartTokenizer(TokenizerConfig(codebook_size=CODES)).eval())


@pytest.fixture
def bench(tmp_path, assistant):
    """A bench of 34 test pairs, 8 training pairs and a small untrained evaluator."""
    torch.manual_seed(1)
    pairs = [pair(number) for number in range(42)]
    sizes = EvaluatorConfig(movement_hidden=8, movement=8, motion_hidden=8, words=8, text_hidden=8, output=6)
    evaluator = Evaluator(sizes, vocabulary_of(text for one in pairs for text in one.captions)).eval()
    budget = Budget(dict.fromkeys(QUICK.minutes, 2.0), draws=1, multimodality=(2, 2), described=34, check_seeds=1)
    made = Bench("tiny", budget, state=tmp_path, figures=tmp_path / "figures")
    clips = [Recording(f"c{n}", "cmu" if n % 2 else "ui_prmd", "test", "walk", motions.walk(2), {}) for n in range(4)]
    made.__dict__.update(
        assistant=assistant,
        hash="12345678",
        test_pairs=pairs[:34],
        train_pairs=pairs[34:],
        evaluator=evaluator,
        clips=clips,
        others={},
    )
    return made


def test_the_rows_of_text_to_motion(bench):
    table = text_to_motion.run(bench)[0]
    assert list(table.rows) == [
        "real motion",
        "tokenizer reconstruction",
        "random training clip",
        "nearest caption's clip",
        "HMVLM",
    ]
    column = {name: index for index, name in enumerate(table.columns)}
    assert table.samples == 34 and table.rows["real motion"][column["FID"]][0] == pytest.approx(0, abs=1e-6)
    assert table.rows["HMVLM"][column["MModality"]][0] >= 0 and table.rows["real motion"][column["MModality"]] is None
    assert 0 <= table.rows["HMVLM"][column["R@1"]][0] <= table.rows["HMVLM"][column["R@3"]][0] <= 1


def test_generations_are_kept_and_go_on(bench, assistant):
    path, asked = bench.state / "kept.npz", [("walk", 0.6), ("run", 0.6)]
    first = Generations(path).draw(assistant, asked, [1, 1], Clock(1))
    again = Generations(path)
    assert len(again.known) == 2
    more = again.draw(assistant, asked, [2, 1], Clock(1))
    np.testing.assert_allclose(more[0][0].poses, first[0][0].poses, atol=3e-4)
    assert len(more[0]) == 2 and len(more[0][0]) == 12
    assert Generations(bench.state / "none.npz").draw(assistant, asked, [1, 1], Clock(0)) == []


def test_motions_put_into_words_are_scored(bench, monkeypatch):
    monkeypatch.setattr(motion_to_text, "MAX_WORDS", 3)
    table = motion_to_text.run(bench)[0]
    assert list(table.rows)[0] == "own caption" and list(table.rows)[-1] == "HMVLM" and table.samples == 34


def test_tokenizers_are_measured_with_intervals_and_fid(bench, assistant):
    assistant.tokenizer.save_pretrained(bench.state / "model" / "tokenizer")
    BodyPartTokenizer(TokenizerConfig(parts="whole", codebook_size=CODES)).save_pretrained(bench.state / "whole")
    bench.__dict__["folder"], bench.whole = bench.state / "model", bench.state / "whole"
    table = tokenizer.run(bench)[0]
    assert list(table.rows) == ["body parts, K = 8", "… ui_prmd", "… cmu", "whole body, K = 8"]
    for label in ("body parts, K = 8", "whole body, K = 8"):
        (error, _), (aligned, _) = table.rows[label][:2]
        assert error >= aligned > 0 and table.rows[label][-1] >= 0


def test_prompts_are_checked_as_far_as_time_goes(bench, monkeypatch):
    first = prompts.load_prompts()[:3]
    monkeypatch.setattr(prompts, "load_prompts", lambda: first)
    table = prompts.run(bench)[0]
    assert table.samples == 3 and 0 <= table.rows["HMVLM"][0][0] <= 100
    bench.budget.minutes["prompts"] = 0.0
    with pytest.raises(ValueError, match="more minutes"):
        prompts.run(bench)


def test_captions_are_scored_against_their_references(bench):
    pytest.importorskip("sacrebleu")
    pytest.importorskip("rouge_score")
    pairs = [
        Pair(f"p{n}", motions.walk(0.6), (f"a person walks {n} steps", "someone takes a walk"), "bandai_namco: walk")
        for n in range(4)
    ]
    said = {"right": [one.captions[0] for one in pairs], "wrong": ["he sits down"] * 4}
    table = motion_to_text.captions(pairs, said, bench)
    named, bleu, _, rouge, cosine = table.rows["right"]
    assert (
        named[0] == 100
        and bleu == pytest.approx(100)
        and rouge == pytest.approx(100)
        and cosine == pytest.approx(1, abs=1e-4)
    )
    assert table.rows["wrong"][0][0] == 0 and table.rows["wrong"][1] < 20


def test_questions_have_a_row_for_each_who_answers(bench, monkeypatch):
    from train.evaluation.sections import understanding

    def drawn(path, split, count, seed):
        from train.evaluation.sections.questions import Asked
        from train.questions import Question

        one = type("Example", (), {"motion": motions.walk(2), "name": "w", "facts": None})
        return [
            Asked(one, Question("direction", "Which way?", "Forward.", "forward", ("forward", "backward"), "way"))
        ] * 2

    monkeypatch.setattr(understanding, "draw", drawn)
    monkeypatch.setattr("train.evaluation.sections.questions.draw", drawn)
    monkeypatch.setattr(understanding, "filmed", lambda *args, **more: lambda asked: "forward")
    monkeypatch.setattr(understanding, "momentary", lambda asked: True)
    table, frames = understanding.run(bench)
    assert table.rows["majority answer"][-2][0] == 100 and table.rows["HMVLM, rendered clip"][-1] == 2
    assert table.rows["majority answer"][table.columns.index("counting")] is None
    assert [label.split(",")[0] for label in frames.rows] == ["key frames", "evenly spaced"] * 2

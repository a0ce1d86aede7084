"""The table of motion-to-text metrics."""

import pytest

from tests import motions
from train.evaluation.evaluator.pairs import Pair
from train.evaluation.sections import motion_to_text


@pytest.mark.slow
def test_generated_captions_are_scored(context, monkeypatch):
    monkeypatch.setattr(motion_to_text, "MAX_TOKENS", 3)
    table = motion_to_text.run(context)[0]
    assert list(table.rows)[0] == "own caption" and list(table.rows)[-1] == "HMVLM" and table.samples == 34


def test_captions_are_scored_against_their_references(context):
    pytest.importorskip("sacrebleu")
    pytest.importorskip("rouge_score")
    pairs = [
        Pair(f"p{n}", motions.walk(0.6), (f"a person walks {n} steps", "someone takes a walk"), "bandai_namco: walk")
        for n in range(4)
    ]
    captions = {"right": [one.captions[0] for one in pairs], "wrong": ["he sits down"] * 4}
    table = motion_to_text.captions_table(pairs, captions, context)
    named, bleu, _, rouge, cosine = table.rows["right"]
    assert (
        named[0] == 100
        and bleu == pytest.approx(100)
        and rouge == pytest.approx(100)
        and cosine == pytest.approx(1, abs=1e-4)
    )
    assert table.rows["wrong"][0][0] == 0 and table.rows["wrong"][1] < 20

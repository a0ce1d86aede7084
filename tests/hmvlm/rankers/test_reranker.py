"""Facts ranker and reranker.

Learning sentences from measured numbers, save and load, and how judgements are added up.
"""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from hmvlm.motion import features
from hmvlm.motion.facts import describe, facts
from hmvlm.motion.facts.numbers import numbers
from hmvlm.motion.facts.records import Facts
from hmvlm.rankers.facts_ranker import FactsRanker
from hmvlm.rankers.reranker import FACTS_WEIGHT, RETRIEVAL_WEIGHT, SENTENCE_WEIGHT, SENTENCE_WEIGHT_ALONE, Reranker
from hmvlm.rankers.retrieval import RetrievalConfig, RetrievalModel
from tests import motions
from tests.tiny import tiny_encoder
from train.loop.run import TrainingLoop
from train.rankers.corpus import Corpus
from train.rankers.facts_ranker import FactBatches, FactsRankerSettings, FactsText, MeasuredCorpus


@pytest.fixture(scope="module")
def retrieval() -> RetrievalModel:
    torch.manual_seed(0)
    encoder = tiny_encoder()
    return RetrievalModel(RetrievalConfig(encoder.width, dim=16, layers=1, heads=2, dropout=0.0), encoder).eval()


def test_numbers_have_one_order_and_tell_sides_apart():
    left, right = (numbers(facts(motions.raise_hand(side, 3.0))) for side in ("left", "right"))
    assert left.shape == right.shape and np.isfinite(left).all() and not np.allclose(left, right)
    assert isinstance(facts(motions.still()), Facts) and numbers(facts(motions.still())).dtype == np.float32


@pytest.mark.slow
def test_a_facts_ranker_learns_which_numbers_a_sentence_means(retrieval, tmp_path):
    said = [
        ("a man walks", "he strolls"),
        ("wave left", "the left hand waves"),
        ("jump", "leap up"),
        ("sit", "take a seat"),
    ]
    found = [motions.walk(2), motions.raise_hand("left", 2), motions.jump(), motions.squat()]
    corpus = Corpus(
        [features.encode(one) for one in found],
        [list(pair) + [pair[0]] for pair in said],
        np.arange(4).reshape(2, 2),
        [1.0, 2.0],
    )
    measured = MeasuredCorpus.from_corpus(corpus, retrieval)
    settings = FactsRankerSettings(
        retrieval="", out=str(tmp_path / "out"), state=str(tmp_path / "state"), steps=120, batch=16, lr=3e-3
    )
    objective = FactsText(measured, measured, settings.hidden, settings.dim)
    TrainingLoop("facts_ranker", objective, FactBatches(measured, 16, 0), settings).run()
    facts_ranker = FactsRanker.from_pretrained(tmp_path / "out")
    words = retrieval.sentence_features(*retrieval.encoder.states([texts[0] for texts in said]))
    with torch.inference_mode():
        assert (facts_ranker.text_vectors(words) @ facts_ranker.fact_vectors(measured.numbers).T).argmax(
            1
        ).tolist() == [
            0,
            1,
            2,
            3,
        ]


def test_a_saved_facts_ranker_gives_equal_scores(tmp_path):
    facts_ranker = FactsRanker(12, 9, hidden=8, dim=4).eval()
    facts_ranker.mean.copy_(torch.arange(9) * 1000.0)
    facts_ranker.save_pretrained(tmp_path)
    loaded, rows = FactsRanker.from_pretrained(tmp_path), torch.randn(5, 9) + torch.arange(9) * 1000.0
    assert torch.allclose(loaded.fact_vectors(rows), facts_ranker.fact_vectors(rows), atol=0.02)
    with pytest.raises(FileNotFoundError, match="train.rankers.facts_ranker"):
        FactsRanker.from_pretrained(tmp_path / "nowhere")


def test_judgements_are_added_up(retrieval):
    text, shown = "jump", [motions.jump(), motions.walk(2)]
    raw = [features.encode(motion) for motion in shown]
    found = [facts(motion) for motion in shown]
    frames = torch.tensor([len(one) for one in raw])
    flow = retrieval.similarity(text, torch.nn.utils.rnn.pad_sequence(raw, batch_first=True), frames)
    said = retrieval.text_similarity(text, [describe(one) for one in found])
    assert torch.allclose(Reranker(retrieval).scores(text, raw, found), flow + SENTENCE_WEIGHT_ALONE * said, atol=1e-5)
    facts_ranker = FactsRanker(16 + retrieval.encoder.width, len(numbers(found[0])), hidden=8, dim=4).eval()
    rows = torch.from_numpy(np.stack([numbers(one) for one in found]))
    words = retrieval.sentence_features(*retrieval.encoder.states([text]))
    with torch.inference_mode():
        measured = F.cosine_similarity(facts_ranker.fact_vectors(rows), facts_ranker.text_vectors(words))
    expected = FACTS_WEIGHT * measured + RETRIEVAL_WEIGHT * flow + SENTENCE_WEIGHT * said
    assert torch.allclose(Reranker(retrieval, facts_ranker).scores(text, raw, found), expected, atol=1e-5)
    assert Reranker(retrieval, facts_ranker).activity_note(found[0]) == ""

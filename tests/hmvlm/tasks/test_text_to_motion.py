"""Candidates: the fittest of each variation's is kept, and without a reranker the first."""

import threading

import numpy as np
import pytest
import torch

from hmvlm.config import TokenizerConfig
from hmvlm.motion import features
from hmvlm.motion.foot_lock import lock_feet
from hmvlm.rankers.reranker import Reranker
from hmvlm.rankers.retrieval import RetrievalConfig, RetrievalModel
from hmvlm.tasks.request import Request
from hmvlm.tasks.text_to_motion import MAX_ROWS, MotionEvent, MotionGenerator
from hmvlm.tokenizer.model import BodyPartTokenizer
from tests.tiny import CODES, tiny_model

ALPHA = torch.tensor([0.4, 0.15, 0.15, 0.15, 0.15])


@pytest.fixture(scope="module")
def parts():
    language = tiny_model()
    tokenizer = BodyPartTokenizer(
        TokenizerConfig(codebook_size=CODES, code_dim=8, joint_dim=16, joint_layers=1, latent_dim=16, decoder_dim=32)
    )
    tokenizer(torch.randn(4, 32, features.FEATURE_SIZE))
    encoder = language.gate.encoder
    retrieval = RetrievalModel(RetrievalConfig(encoder.width, dim=16, layers=1, heads=2), encoder).eval()
    return language, tokenizer.eval(), Reranker(retrieval)


def drawn(generator: MotionGenerator, **options) -> list:
    *steps, motions = generator.run(Request("wave", seed=3, temperature=1.0, **options), ALPHA, ALPHA)
    assert all(isinstance(step, MotionEvent) for step in steps)
    return motions


def test_without_a_reranker_each_variation_is_its_only_candidate(parts):
    generator = MotionGenerator(*parts[:2])
    assert generator.candidates() == 1 and len(drawn(generator, seconds=1, variations=3)) == 3


def test_the_kept_motion_is_the_fittest_of_its_candidates(parts, monkeypatch):
    language, tokenizer, reranker = parts
    scored, variations, scores = [], 2, reranker.scores

    def recorded(text, raw, motions):
        scored.append((raw, scores(text, raw, motions)))
        return scored[-1][1]

    monkeypatch.setattr(reranker, "scores", recorded)
    kept = drawn(MotionGenerator(language, tokenizer, reranker), seconds=1, variations=variations, foot_lock=False)
    raw, fit = scored[0]
    assert len(kept) == variations and len(fit) == variations * language.config.candidates and fit.std() > 0
    for column, motion in enumerate(kept):
        best = int(fit[column::variations].argmax()) * variations + column
        assert np.array_equal(motion.poses, features.decode(raw[best]).poses)


def test_feet_are_locked_unless_that_is_switched_off(parts):
    generator = MotionGenerator(*parts)
    (locked,), (as_drawn,) = (drawn(generator, seconds=1, foot_lock=lock) for lock in (True, False))
    assert np.array_equal(locked.poses, lock_feet(as_drawn).poses)
    assert not np.array_equal(locked.poses, as_drawn.poses)


def test_candidates_of_unequal_length_are_scored_as_long_as_they_are(parts, monkeypatch):
    generator, scored = MotionGenerator(*parts), []

    def shortest(text, raw, motions):
        scored.append(([len(one) for one in raw], [len(one) for one in motions]))
        return -torch.tensor([float(len(one)) for one in raw])

    codes = [torch.randint(CODES, (steps, 5)) for steps in (5, 3, 7)]
    monkeypatch.setattr(generator.reranker, "scores", shortest)
    kept = generator._rerank("wave", codes, 1)
    assert scored == [([20, 12, 28], [20, 12, 28])] and [len(motion) for motion in kept] == [12]


def test_cancelled_before_the_first_step_there_is_no_motion(parts):
    cancel = threading.Event()
    cancel.set()
    assert drawn(MotionGenerator(*parts), cancel=cancel) == []


def test_candidates_are_fewer_where_many_variations_are_asked_for(parts):
    generator = MotionGenerator(*parts)
    most = generator.language.config.candidates
    assert [generator.candidates(variations) for variations in (1, MAX_ROWS // most, 8)] == [most, most, MAX_ROWS // 8]


@pytest.mark.slow
def test_the_first_of_several_variations_is_the_motion_of_its_seed_alone(parts):
    generator = MotionGenerator(*parts)
    alone, several = drawn(generator, seconds=1), drawn(generator, seconds=1, variations=3)
    assert np.allclose(alone[0].poses, several[0].poses, atol=1e-4)

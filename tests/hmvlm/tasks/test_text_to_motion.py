"""Candidates: the fittest of each variation's is kept, and without a reranker the first."""

import threading
from dataclasses import replace

import numpy as np
import pytest
import torch

from hmvlm.config import MAX_STEPS, TokenizerConfig
from hmvlm.language.decoding import generate_motion
from hmvlm.language.sampling import Sampling
from hmvlm.motion import features
from hmvlm.motion.foot_lock import lock_feet
from hmvlm.rankers.reranker import Reranker
from hmvlm.rankers.retrieval import RetrievalConfig, RetrievalModel
from hmvlm.tasks.candidates import Judge
from hmvlm.tasks.events import MotionEvent
from hmvlm.tasks.plan import Clause
from hmvlm.tasks.request import Request
from hmvlm.tasks.sections import clause_sections, section_lengths
from hmvlm.tasks.text_to_motion import MAX_ROWS, MotionGenerator
from hmvlm.tokenizer.model import BodyPartTokenizer
from tests.tiny import CODES, tiny_model

ALPHA = torch.tensor([0.4, 0.15, 0.15, 0.15, 0.15])


@pytest.fixture(scope="module")
def parts():
    language = tiny_model()
    language.config = replace(language.config, candidates=3)
    tokenizer = BodyPartTokenizer(
        TokenizerConfig(codebook_size=CODES, code_dim=8, joint_dim=16, joint_layers=1, latent_dim=16, decoder_dim=32)
    )
    tokenizer(torch.randn(4, 32, features.FEATURE_SIZE))
    encoder = language.gate.encoder
    retrieval = RetrievalModel(RetrievalConfig(encoder.width, dim=16, layers=1, heads=2), encoder).eval()
    return language, tokenizer.eval(), Reranker(retrieval)


def drawn(generator: MotionGenerator, text: str = "smile", **options) -> list:
    *steps, made = generator.run(Request(text, seed=3, temperature=1.0, **options), ALPHA, ALPHA)
    assert all(isinstance(step, MotionEvent) for step in steps)
    return made.motions


def test_without_a_reranker_each_variation_is_its_only_candidate(parts):
    generator = MotionGenerator(*parts[:2])
    assert generator.candidates() == 1 and len(drawn(generator, seconds=1, variations=3)) == 3


def test_the_kept_motion_is_the_fittest_of_its_candidates(parts, monkeypatch):
    language, tokenizer, reranker = parts
    scored, variations, scores = [], 2, reranker.scores

    def recorded(text, raw, measured):
        scored.append((raw, scores(text, raw, measured)))
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

    def shortest(text, raw, measured):
        scored.append(([len(one) for one in raw], [round(one.duration * 20) for one in measured]))
        return -torch.tensor([float(len(one)) for one in raw])

    codes = [torch.randint(CODES, (steps, 5)) for steps in (5, 3, 7)]
    monkeypatch.setattr(generator.reranker, "scores", shortest)
    kept = generator.judge(Clause.read("smile"), codes, [torch.zeros(0, 5, dtype=torch.long)], checked=True)
    assert scored == [([20, 12, 28], [20, 12, 28])] and [len(one.codes) for one in kept[0]] == [3]


@pytest.mark.slow
def test_two_clauses_are_one_motion_told_in_order(parts):
    request = Request("a man waves, then he sits down", seconds=3, seed=3, variations=2, foot_lock=False)
    *steps, made = MotionGenerator(*parts).run(request, ALPHA, ALPHA)
    assert [step.step for step in steps] == list(range(1, 16)) and {step.total for step in steps} == {15}
    assert [(step.clause, step.clauses) for step in steps[7:9]] == [(0, 2), (1, 2)]
    assert [len(motion) for motion in made.motions] == [60, 60]
    told = [(one.text, round(one.start, 1), round(one.end, 1)) for one in made.plans[0]]
    assert told == [("a man waves", 0.0, 1.6), ("a man sits down", 1.6, 3.0)]


@pytest.mark.slow
def test_equal_seeds_make_equal_chains_with_redraws(parts):
    """The untrained model never sits, so that every clause is drawn again."""
    request = Request("walk forward for 1 s, then sit for 1 s", seed=3, foot_lock=False)
    first, second = (list(MotionGenerator(*parts).run(request, ALPHA, ALPHA))[-1] for _ in range(2))
    assert np.array_equal(first.motions[0].poses, second.motions[0].poses) and first.plans == second.plans


def test_a_clause_continues_from_the_steps_before_it(parts):
    language = parts[0]
    prompt, sampling = language.builder.prompt("sit"), Sampling(temperature=0)
    contexts = [torch.zeros(4, 5, dtype=torch.long), torch.full((2, 5), CODES - 1)]
    batch = list(generate_motion(language, prompt, ALPHA, sampling, 4, 4, variations=2, context=contexts))[-1]
    for row, one in enumerate(batch):
        alone = list(generate_motion(language, prompt, ALPHA, sampling, 4, context=[contexts[row % 2]]))[-1][0]
        assert torch.equal(one, alone)
    assert not torch.equal(batch[0], batch[1])


@pytest.mark.slow
def test_one_long_action_goes_on_beyond_a_section(parts):
    language, tokenizer, _ = parts
    made = list(
        MotionGenerator(language, tokenizer).run(Request("wave", seconds=12, seed=0, foot_lock=False), ALPHA, ALPHA)
    )[-1]
    assert len(made.motions[0]) == 240 and [(one.start, one.end) for one in made.plans[0]] == [(0.0, 12.0)]


def test_what_is_missing_is_drawn_again_at_most_as_often_as_configured(parts, monkeypatch):
    generator, rounds = MotionGenerator(*parts), []
    judge = Judge.__call__
    monkeypatch.setattr(Judge, "__call__", lambda *given: rounds.append(1) or judge(*given))
    drawn(generator, seconds=1)
    assert len(rounds) <= 1 + generator.language.config.redraws


def test_only_variations_of_which_something_is_missing_are_drawn_again(parts, monkeypatch):
    """The untrained model never walks a circle; its second variation is told to be complete."""
    generator, drawn_for = MotionGenerator(*parts), []
    draw, judge = generator._draw, Judge.__call__

    def judged(*given):
        pools = judge(*given)
        return [pools[0], [replace(one, checks=()) for one in pools[1]]] if len(pools) == 2 else pools

    monkeypatch.setattr(Judge, "__call__", judged)
    monkeypatch.setattr(generator, "_draw", lambda *given: drawn_for.append(given[-2]) or draw(*given))
    drawn(generator, "walk in a circle", seconds=1, variations=2)
    assert drawn_for[:2] == [(0, [0, 1]), (1, [0])]


def test_motions_of_unequal_length_are_decoded_as_alone(parts):
    judge, tokenizer = MotionGenerator(*parts).judge, parts[1]
    before = [torch.randint(CODES, (steps, 5)) for steps in (0, 7, 2, 7)]
    new = [torch.randint(CODES, (steps, 5)) for steps in (4, 4, 7, 4)]
    for raw, old, codes in zip(judge.frames(before, new), before, new, strict=True):
        alone = tokenizer.decode_features(torch.cat([old[-5:], codes]))[len(old[-5:]) * 4 :]
        assert torch.allclose(raw, alone, atol=1e-5)


def test_lengths_have_a_least_and_long_plans_share_the_minute():
    walk, smile = Clause.read("a man walks forward"), Clause.read("a man smiles")
    assert clause_sections(walk, 0, 3, 0)[0].shortest == 10 and clause_sections(smile, 0, 3, 0)[0].shortest == 7
    assert clause_sections(smile, 0, 1, 0)[0].shortest == 10
    for text in ("a run", "steps forward", "he goes to the left", "zombie walk", "moves in a circle", "a quick dash"):
        assert clause_sections(Clause.read(text), 0, 2, 0)[0].shortest == 10, text
    for text in ("circles his arms", "moves her hands up", "shakes head", "jumps", "bows forward"):
        assert clause_sections(Clause.read(text), 0, 2, 0)[0].shortest == 7, text
    assert clause_sections(smile, 0, 12, 0)[0].longest == 25 and clause_sections(smile, 0, 1, 0)[0].longest == MAX_STEPS
    assert section_lengths(60) == [50] * 6 and section_lengths(10.4) == [26, 26]


def test_cancelled_before_the_first_step_there_is_no_motion(parts):
    cancel = threading.Event()
    cancel.set()
    assert drawn(MotionGenerator(*parts), cancel=cancel) == []


def test_candidates_are_fewer_where_many_variations_are_asked_for(parts):
    generator = MotionGenerator(*parts)
    most = generator.language.config.candidates
    assert [generator.candidates(variations) for variations in (1, MAX_ROWS // most, 8)] == [
        most,
        most,
        min(most, MAX_ROWS // 8),
    ]


@pytest.mark.slow
def test_the_first_of_several_variations_is_the_motion_of_its_seed_alone(parts):
    generator = MotionGenerator(*parts)
    alone, several = drawn(generator, seconds=1), drawn(generator, seconds=1, variations=3)
    assert np.allclose(alone[0].poses, several[0].poses, atol=1e-4)

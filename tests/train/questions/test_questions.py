"""Questions about motions: correct, balanced, mirrored, and parsed back from their answers."""

import random
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from hmvlm.motion.facts import facts
from tests import motions
from train.captions import Example, examples, mirror_text
from train.questions import KINDS, Question, candidates, parse_answer, questions, verbalize
from train.questions.balance import YES_NO_CAP, accept, acceptance_rates, count, fit_acceptance_rates, sample
from train.questions.records import NUMBERS, YES_NO
from train.questions.report import ask_all, tables, unparsed
from train.recordings.store import load_motions

DATA = Path("data/motions.npz")


def example(motion, action: str, style: str = "normal", split: str = "train") -> Example:
    return Example("made", "made", split, "whole", action, style, motion, [], facts(motion))


@pytest.fixture(scope="module")
def made() -> list[Example]:
    """Synthetic motions whose truth is known."""
    return [
        example(motions.walk(5.0, 1.1, 90.0), "walk-turn-left"), example(motions.walk(4.0, 1.2), "walk", "exhausted"),
        example(motions.walk(4.0, 1.0, direction=-1.0), "walk-back"),
        example(motions.raise_hand("left"), "raise-up-left-hand", "feminine"),
        example(motions.raise_hand("right"), "raise-up-right-hand"),
        example(motions.raise_hand("right", 4.0, wave=True), "wave-right-hand", "active"),
        example(motions.squat(), "m01", "correct"), example(motions.bow(), "bow"),
        example(motions.jump(0.3, 0.8, 2), "cmu jump"),
        example(motions.still(), "unlabelled"),
    ]  # fmt: skip


def decided(one: Example, template: str, about: str = "") -> str | None:
    """The key of the answer to one template, None if it is not asked."""
    return next(
        (a.short for a in candidates(one, random.Random(0)) if a.template == template and a.about == about), None
    )


def test_every_answer_is_parsed_as_its_key(made):
    for one in made:
        for seed in range(6):
            rng = random.Random(seed)
            for candidate in candidates(one, rng):
                question = verbalize(candidate, rng)
                assert parse_answer(question, question.answer) == question.short, (question.text, question.answer)


@pytest.mark.slow
def test_questions_are_complete_and_clean(made):
    asked = [q for one in made for seed in range(40) for q in questions(one, random.Random(seed), 5)]
    assert {q.kind for q in asked} == set(KINDS)
    for question in asked:
        assert (
            question.text
            and question.answer
            and "{" not in question.text + question.answer
            and "*" not in question.text + question.answer
        )
        assert question.short in question.options
    single = sum(len(q.answer.split()) == 1 for q in asked) / len(asked)
    assert 0.25 < single < 0.5
    assert 0.02 < sum(q.short == "unknown" for q in asked) / len(asked) < 0.09


@pytest.mark.parametrize(
    ("index", "template", "about", "answer"),
    [
        (0, "turn_way", "", "left"), (0, "turn_side", "left", "yes"), (0, "turn_side", "right", "no"),
        (0, "what", "", "walking"), (1, "way", "", "forward"),
        (2, "way", "", "backward"), (2, "go_forward", "", "no"), (3, "which_raised", "", "left"),
        (3, "hands_up", "", "1"), (3, "hand_raised", "right", "no"),
        (3, "hand_height", "left", "overhead"), (3, "hand_down", "left", "yes"), (0, "trap/wave", "", "none"),
        (5, "which_waves", "", "right"),
        (6, "is/squatting", "", "yes"), (6, "count/squats", "", "1"), (6, "is/walking", "", "no"),
        (7, "is/bowing", "", "yes"), (7, "lean_way", "", "forward"),
        (8, "count/jumps", "", "2"), (8, "is/kicking", "", "no"), (9, "stands_still", "", "yes"),
        (9, "in_place", "", "yes"),
    ],
)  # fmt: skip
def test_answers_are_true(made, index, template, about, answer):
    assert decided(made[index], template, about) == answer


def test_mirrored_facts_give_mirrored_answers(made):
    def keys(one: Example, mirror: bool) -> Counter:
        swap = mirror_text if mirror else str
        return Counter(
            (a.template, swap(a.about), swap(a.short))
            for a in candidates(one, random.Random(3))
            if not a.template.startswith(("before", "is_before", "first"))
        )

    for one in made:
        assert keys(one, True) == keys(one.mirrored(), False), one.action


@pytest.mark.slow
def test_words_vary_and_the_same_state_gives_the_same_questions(made):
    texts = defaultdict(set)
    for seed in range(300):
        for candidate in candidates(made[3], random.Random(seed)):
            if candidate.template in ("which_raised", "hand_raised", "what"):
                texts[candidate.template].add(verbalize(candidate, random.Random(seed)).text)
    assert min(map(len, texts.values())) > 60
    assert questions(made[3], random.Random(5), 4) == questions(made[3], random.Random(5), 4)
    assert len({q.template for q in questions(made[3], random.Random(5), 6)}) >= 5


def test_feminine_is_never_he(made):
    for seed in range(60):
        for question in questions(made[3], random.Random(seed), 4):
            assert " he " not in f" {question.text.lower()} ".replace("?", " ")


@pytest.mark.parametrize(
    ("options", "reply", "key"),
    [
        (("left", "right", "both"), "The left hand.", "left"), (("left", "right", "both"), "Both hands go up", "both"),
        (("left", "right"), "Not the left, the right one.", "right"),
        (("left", "right", "both"), "She uses her left and right hand.", "both"), (YES_NO, "No, she doesn't.", "no"),
        (YES_NO, "yes", "yes"), (YES_NO, "She does not raise it.", "no"),
        (YES_NO, "I can't tell.", None), (YES_NO, "The weather is fine.", None), (NUMBERS, "He takes seven steps", "7"),
        (NUMBERS, "Twice.", "2"), (NUMBERS, "12", "12"),
        (NUMBERS, "It never happens.", "0"), (NUMBERS, "many", None),
        (("before", "after"), "He turns after sitting down.", "after"),
        (("walking", "waving"), "A man strolls along", "walking"),
        (("red", "blue", "unknown"), "I cannot tell from the motion.", "unknown"),
        (("left", "right", "none"), "He does not kick.", "none"), (("left", "right"), "", None),
        (("standing", "sitting", "lying"), "She is seated.", "sitting"),
    ],
)  # fmt: skip
def test_free_replies(options, reply, key):
    short = options[0]
    assert parse_answer(Question("body_part", "Is she raising it?", short, short, options, "t"), reply) == key


def test_a_question_checks_itself():
    with pytest.raises(ValueError, match="kind"):
        Question("colour", "?", "red", "red", ("red",), "t")
    with pytest.raises(ValueError, match="not among"):
        Question("counting", "?", "3", "3", ("1", "2"), "t")
    with pytest.raises(ValueError, match="acceptance rates"):
        acceptance_rates("train 0.7")


@pytest.mark.slow
def test_fitting_balances_common_answers():
    few = [example(motions.raise_hand(side), f"raise-up-{side}-hand") for side in ("left", "right")]
    many = [example(motions.walk(4.0, speed), "walk") for speed in (0.9, 1.0, 1.1, 1.2)]
    pools = [list(candidates(one, random.Random(0))) for one in few * 40 + many * 40]
    table = fit_acceptance_rates(pools, [1.0] * len(pools), 3, 10, random.Random(0))
    rng = random.Random(1)
    counts = count([sample(accept(pool, rng, table), 3, rng) for pool in pools], [1.0] * len(pools))
    for template in ("is/walking", "in_place", "hand_raised"):
        assert max(counts[template].values()) / sum(counts[template].values()) < YES_NO_CAP + 0.12
    assert "is/mopping" not in counts


def test_sampling_takes_different_templates(made):
    sampled = sample(list(candidates(made[0], random.Random(0))), 8, random.Random(0))
    assert len({a.template for a in sampled}) == 8


@pytest.mark.skipif(not DATA.is_file(), reason="needs data/motions.npz")
def test_recordings():
    clips = load_motions(DATA)
    found = examples(random.Random(0).sample(clips, 250), None, random.Random(0), n=1)
    asked = ask_all(found, 4, random.Random(0))
    assert not unparsed(asked)
    closed = [q.short for _, q in asked if q.options == YES_NO]
    assert 0.42 < closed.count("yes") / len(closed) < 0.58
    assert "hallucination" in tables(asked)
    for one in found[:15]:
        ours, theirs = (
            {
                (a.template, a.about, a.short)
                for a in candidates(e, random.Random(0))
                if a.template in ("which_raised", "which_waves", "turn_way", "lunge_leg")
            }
            for e in (one, one.mirrored())
        )
        assert {(t, mirror_text(about), mirror_text(short)) for t, about, short in ours} == theirs

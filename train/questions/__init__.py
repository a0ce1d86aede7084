"""Questions about a motion with exact answers, from its measured facts and its recording's label.

Usage::

    from train.questions import parse_answer, questions

    for question in questions(example, random.Random(0), n=4):   # a train.captions.Example
        question.text       # "Which hand does she raise?"
        question.answer     # "She raises her left hand."
        question.short      # "left", one of question.options
        parse_answer(question, "The left one, I think.")         # "left"

Nothing is asked where a measurement is close to its threshold. Answers are balanced over a data set (:mod:`.balance`).
About three in ten questions ask for one word, and one in twenty is unanswerable.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from train.captions import Example
from train.questions.answers import mentions, parse_answer
from train.questions.balance import Rates, accept, acceptance_rates, sample, table_name
from train.questions.counting import counting_questions
from train.questions.multiple_choice import choice_questions
from train.questions.phrasing import Phrasing
from train.questions.reasoning import reasoning_questions
from train.questions.records import KINDS, Candidate, Question
from train.questions.temporal import temporal_questions
from train.questions.unanswerable import unanswerable_question
from train.questions.yes_no import yes_no_questions

__all__ = ["KINDS", "Candidate", "Question", "candidates", "mentions", "parse_answer", "questions", "verbalize"]

ONE_WORD_SHARE = 0.3
UNANSWERABLE_SHARE = 0.05
EXCLUDED_PRONOUNS = {"feminine": "he", "masculine": "she", "masculinity": "she"}
"""Style of a recording -> pronoun that does not fit the person."""


def candidates(example: Example, rng: random.Random, rates: Rates | None = None) -> Iterator[Candidate]:
    """Every question that the facts of the example decide; ``rng`` orders alternatives and chooses wrong ones.

    ``rates`` hold the frequencies of activities (``distractors``), so that wrong ones are named as often as right ones.
    """
    yield from yes_no_questions(example)
    yield from choice_questions(example)
    yield from counting_questions(example, rng)
    yield from temporal_questions(example, rng)
    yield from reasoning_questions(example, rng, (rates or {}).get("distractors", {}))


def questions(
    example: Example, rng: random.Random, n: int = 4, sampling_exponent: float = 1.0, kinds: tuple[str, ...] = KINDS
) -> list[Question]:
    """``n`` questions of different templates about an example, of some ``kinds``; fewer where the facts decide fewer.

    ``sampling_exponent`` is that of the later sampling of training examples: a group of like actions in proportion to
    its size to this power. 1.0 samples every example alike; 0.5 is the table for stage 2.
    """
    rates = acceptance_rates(table_name(example.split, sampling_exponent))
    accepted = [one for one in accept(candidates(example, rng, rates), rng, rates) if one.kind in kinds]
    sampled = [
        unanswerable_question(rng) if rng.random() < UNANSWERABLE_SHARE else one for one in sample(accepted, n, rng)
    ]
    return [verbalize(one, rng, EXCLUDED_PRONOUNS.get(example.style, "")) for one in sampled]


def verbalize(candidate: Candidate, rng: random.Random, excluded_pronoun: str = "") -> Question:
    """A candidate as a question with its answer in words; a share asks for a one-word answer."""
    phrasing = Phrasing(rng, excluded_pronoun)
    text, answer = candidate.verbalize(phrasing)
    if rng.random() < ONE_WORD_SHARE:
        mark = "" if text.endswith((".", "?")) else "." if text.lower().startswith(("tell", "count", "name")) else "?"
        text = text + mark + phrasing.ending(candidate.options)
        answer = candidate.short if rng.random() < 0.2 else candidate.short.capitalize()
        answer += "." if rng.random() < 0.3 else ""
    return Question(candidate.kind, text, answer, candidate.short, candidate.options, candidate.template)

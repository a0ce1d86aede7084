"""Questions about a motion with exact answers, from its measured facts and its maker's label.

The way in::

    from train.questions import parse_answer, questions

    for question in questions(example, random.Random(0), n=4):   # a train.captions.Example
        question.text       # "Which hand does she raise?"
        question.answer     # "She raises her left hand."
        question.short      # "left", one of question.options
        parse_answer(question, "The left one, I think.")         # "left"

What is near a limit is not asked about. Answers are balanced over a data set (:mod:`.balance`); about
three in ten questions ask for one word, one in twenty asks for what no motion shows.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from train.captions import Example
from train.questions.answers import mentions, parse_answer
from train.questions.balance import Shares, draw, offer, shares, table_name
from train.questions.choices import choices
from train.questions.claims import claims
from train.questions.counting import counting
from train.questions.order import order
from train.questions.reasoning import reasoning
from train.questions.records import KINDS, Ask, Question
from train.questions.unseen import unseen
from train.questions.voice import Voice

__all__ = ["KINDS", "Ask", "Question", "asks", "mentions", "parse_answer", "questions", "worded"]

ONE_WORD_SHARE = 0.3
UNSEEN_SHARE = 0.05
BARRED = {"feminine": "he", "masculine": "she", "masculinity": "she"}


def asks(example: Example, rng: random.Random, table: Shares | None = None) -> Iterator[Ask]:
    """Everything that the example decides; ``rng`` chooses what is named first, or asked against.

    The ``table`` of shares tells how common activities are, so that wrong ones are named as often as right ones.
    """
    yield from claims(example)
    yield from choices(example)
    yield from counting(example, rng)
    yield from order(example, rng)
    yield from reasoning(example, rng, (table or {}).get("distractors", {}))


def questions(
    example: Example, rng: random.Random, n: int = 4, balance: float = 1.0, kinds: tuple[str, ...] = KINDS
) -> list[Question]:
    """``n`` questions of different templates about an example, of some ``kinds``; fewer where the facts decide fewer.

    ``balance`` says how training examples are drawn afterwards: a group of like actions in proportion to its
    size to this power. 1.0 is every example alike; 0.5 is the table for stage 2, which draws near it (``--balance``).
    """
    table = shares(table_name(example.split, balance))
    offered = [ask for ask in offer(asks(example, rng, table), rng, table) if ask.kind in kinds]
    drawn = [unseen(rng) if rng.random() < UNSEEN_SHARE else ask for ask in draw(offered, n, rng)]
    return [worded(ask, rng, BARRED.get(example.style, "")) for ask in drawn]


def worded(ask: Ask, rng: random.Random, barred: str = "") -> Question:
    """A question in words; ``barred`` is a pronoun that does not fit the person."""
    voice = Voice(rng, barred)
    text, answer = ask.word(voice)
    if rng.random() < ONE_WORD_SHARE:
        mark = "" if text.endswith((".", "?")) else "." if text.lower().startswith(("tell", "count", "name")) else "?"
        text = text + mark + voice.ending(ask.options)
        answer = ask.short if rng.random() < 0.2 else ask.short.capitalize()
        answer += "." if rng.random() < 0.3 else ""
    return Question(ask.kind, text, answer, ask.short, ask.options, ask.template)

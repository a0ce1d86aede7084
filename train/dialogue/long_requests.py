"""Long ordinary requests: role play, maths, code, reasoning, writing, passages, knowledge.

The gate is trained on prompts that the base model should answer alone. Crowd-sourced instructions are mostly one short
question, but users also paste passages, set up a role, state a maths problem or ask for a program. These requests are
made from the templates in ``long_requests.txt``, many with motion words, for training only.
"""

from __future__ import annotations

import random
from pathlib import Path

from train.word_lists import load_word_lists

WORDS = load_word_lists(Path(__file__).with_suffix(".txt"))


def _role(rng: random.Random) -> str:
    opening, request = rng.choice(WORDS["role_openings"]), rng.choice(WORDS["role_requests"])
    return opening.format(r=rng.choice(WORDS["roles"])) + " " + request.format(t=rng.choice(WORDS["topics"]))


def _maths(rng: random.Random) -> str:
    a, b, c = rng.randint(2, 40), rng.randint(2, 30), rng.randint(2, 12)
    name, thing = rng.choice(WORDS["names"]), rng.choice(WORDS["things"])
    friends, hours = rng.randint(2, 6), rng.randint(1, 5)
    return rng.choice(WORDS["maths_problems"]).format(
        name=name,
        thing=thing,
        a=a,
        b=b,
        c=c,
        friends=friends,
        fast=a + 40,
        slow=b + 30,
        hours=hours,
        line=a * c + b,
        ac=a * c,
        bc=b * c,
        a_plus_b=a + b,
        step=b + 40,
        chosen=c % 4 + 2,
        group=c + 5,
        lap=b * 10,
        price=a * 10,
        percent=c * 5,
        perimeter=2 * (c + 1) * b,
    )


def _code(rng: random.Random) -> str:
    language, task = rng.choice(WORDS["programming_languages"]), rng.choice(WORDS["programming_tasks"])
    return rng.choice(WORDS["programming_requests"]).format(language=language, task=task)


def _reasoning(rng: random.Random) -> str:
    a, b, c = rng.sample(WORDS["names"], 3)
    return rng.choice(WORDS["reasoning_problems"]).format(a=a, b=b, c=c)


def _writing(rng: random.Random) -> str:
    template = rng.choice(WORDS["writing_requests"])
    return template.format(f=rng.choice(WORDS["text_forms"]), s=rng.choice(WORDS["text_subjects"]))


def _passage(rng: random.Random) -> str:
    text = " ".join(rng.sample(WORDS["passages"], rng.randint(1, 3)))
    gap = rng.choice(("\n", "\n\n", " "))
    if rng.random() < 0.75:
        return f"{rng.choice(WORDS['passage_tasks'])}{gap}{text}"
    return f"{text}{gap}{rng.choice(WORDS['passage_tasks']).rstrip(':')}."


def _knowledge(rng: random.Random) -> str:
    t, u, place = rng.choice(WORDS["topics"]), rng.choice(WORDS["topics"]), rng.choice(WORDS["places"])
    return rng.choice(WORDS["knowledge_questions"]).format(t=t, u=u, place=place)


KINDS = (_role, _maths, _code, _reasoning, _writing, _passage, _knowledge)


def long_requests(count: int, rng: random.Random) -> list[str]:
    """``count`` different requests, the kinds in rotation."""
    made: dict[str, None] = {}
    turn = 0
    while len(made) < count:
        kind = KINDS[turn % len(KINDS)]
        text = kind(rng)
        if kind is not _code and rng.random() < 0.5:
            text += rng.choice(WORDS["suffixes"])
        made[text] = None
        turn += 1
    return list(made)

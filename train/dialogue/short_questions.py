"""Short ordinary prompts: how-to goals, science fragments, true or false, fill in the blank, school questions.

Quiz items are often fragments ("to dry wet shoes,", "A plant that leans is") or mention body movements, and so resemble
requests for motion. These prompts are made from the parts and templates in ``short_questions.txt``. One entry in four
of every list is held out: ``short_questions(..., held_out=True)`` uses only those, to evaluate the gate on unseen
wordings.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

from hmvlm.motion.facts.grammar import conjugate
from train.word_lists import load_word_lists

HELD_OUT_EVERY = 4
"""One entry in so many is held out."""
WORDS = load_word_lists(Path(__file__).with_suffix(".txt"))


class _Sampler:
    """Samples from the training or the held-out entries of each list of ``WORDS``."""

    def __init__(self, rng: random.Random, held_out: bool) -> None:
        self.rng = rng
        self.words = {name: split_entries(words, held_out) for name, words in WORDS.items()}

    def __call__(self, name: str) -> str:
        return self.rng.choice(self.words[name])

    def two(self, name: str) -> list[str]:
        """Two different entries."""
        return self.rng.sample(self.words[name], 2)


def split_entries(words: Sequence[str], held_out: bool) -> list[str]:
    """The held-out entries of a list (one in ``HELD_OUT_EVERY``), or the others."""
    return [word for place, word in enumerate(words) if (place % HELD_OUT_EVERY == HELD_OUT_EVERY - 1) is held_out]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def gerund(goal: str) -> str:
    """``keep bread fresh`` to ``keeping bread fresh``."""
    verb, gap, rest = goal.partition(" ")
    return conjugate(verb, "ing") + gap + rest


def _goal(pick: _Sampler) -> str:
    kind = pick.rng.random()
    n, m = pick.two("objects")
    if kind < 0.15:
        return pick("object_fragments").format(n=n, m=m, N=_capital(n))
    if kind < 0.45:
        article = pick.rng.choice(("the ", "your ", "an " if n[0] in "aeiou" else "a "))
        goal = pick("object_care").format(o=("" if n == "headphones" else article) + n)
    else:
        goal = pick("cooking").format(f=pick("foods")) if kind < 0.65 else pick("goals")
    alone = goal.startswith(WORDS["non_motion_verbs"]) and pick.rng.random() < 0.3
    template = pick("goal_fragments" if alone else "goal_questions")
    return template.format(g=goal, G=_capital(goal), ing=gerund(goal), n=m)


def _science(pick: _Sampler) -> str:
    x, y = pick.two("living_things")
    event, (ends, ends2) = pick("events"), pick.two("predicates")
    return pick("science_fragments").format(
        x=x, y=y, X=_capital(x), e=event, E=_capital(event), k=pick("concepts"), ends=ends, ends2=ends2
    )


def _verdict(pick: _Sampler) -> str:
    (b, c), (x, y), rule = pick.two("body_parts"), pick.two("comparable_things"), pick("sport_rules")
    claim = pick("claims").format(
        b=b, c=c, x=x, y=y, l=pick("regulated_acts"), d=pick("plot_events"), s=pick("shows"), r=rule, r2=rule
    )
    return (_capital(claim) if pick.rng.random() < 0.8 else claim) + pick("answer_formats")


def _blank(pick: _Sampler) -> str:
    if pick.rng.random() < 0.6:
        a, b = pick.two("names")
        text = pick("name_sentences").format(a=a, b=b, was=pick("states"), got=pick("outcomes")) + "."
    else:
        x, y = pick.two("objects")
        text = pick("object_sentences").format(x=x, y=y)
    return pick("blank_requests").format(t=text)


def _school(pick: _Sampler) -> str:
    if pick.rng.random() < 0.6:
        return f"{pick('school_setups')}.{pick.rng.choice(WORDS['setup_details'])} {pick('school_questions')}"
    event = pick("events")
    if pick.rng.random() < 0.7:
        return f"{_capital(event)}. {pick('school_questions')}"
    return f"{pick('school_questions').rstrip('?')} when {event}?"


SHORT_KINDS: tuple[Callable[[_Sampler], str], ...] = (_goal, _science, _verdict, _blank, _school)


def short_questions(count: int, rng: random.Random, held_out: bool = False) -> list[str]:
    """``count`` different prompts, the kinds in rotation.

    ``held_out`` uses the entries and templates that training never sees. Raises ValueError where there are fewer than
    ``count``.
    """
    pick, tries = _Sampler(rng, held_out), 0
    made: dict[str, None] = {}
    while len(made) < count:
        if tries > 50 * count + 1000:
            raise ValueError(f"there are not {count} different short questions; ask for fewer than {len(made)}")
        made[SHORT_KINDS[tries % len(SHORT_KINDS)](pick)] = None
        tries += 1
    return list(made)

"""Sentences from the label of a recording and its measured facts."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from hmvlm.motion.facts import Facts, clauses
from hmvlm.motion.facts.grammar import Subject, phrase, sentence

PEOPLE = (
    *[Subject("a person")] * 9, *[Subject("the person")] * 3, *[Subject("someone")] * 3, Subject("somebody"),
    Subject("a man", "his", "he"), Subject("a man", "his", "he"), Subject("a woman", "her", "she"),
    Subject("the man", "his", "he"), Subject("the figure", "its", "it"), Subject("a figure", "its", "it"),
    Subject("a human"), Subject("the character"), Subject("a person", "his", "he"), Subject("this person"),
)  # fmt: skip
HUMANS = (("man", "his", "he"), ("woman", "her", "she"))
BESIDE = ("raise", "wave", "bend", "travel", "punch")
"""Topics that can go on beside something else ("while waving")."""
FORMS = ("s",) * 11 + ("is",) * 3 + ("past",) * 2 + ("base",) * 4 + ("ing",) * 2


@dataclass(frozen=True)
class Manner:
    """How something is done: adjectives for the person, adverbs for the act, persons to name instead."""

    name: str
    adjectives: tuple[str, ...] = ()
    adverbs: tuple[str, ...] = ()
    people: tuple[Subject, ...] = ()
    share: float = 0.85  # probability that the manner is mentioned


@dataclass(frozen=True)
class Core:
    """What a clip shows according to its label, checked against the facts.

    Attributes:
        phrases: marked verb phrases that all mean the same.
        topics: topics of measured clauses that the phrases already cover (see ``facts.clauses``).
        nouns: noun phrases for titles, such as "a deep bow".
        steady: whether it goes on through the clip, so that "for 4 seconds" makes sense.
        extras: how often measured clauses are added.
    """

    phrases: tuple[str, ...]
    topics: frozenset[str] = frozenset()
    nouns: tuple[str, ...] = ()
    manner: Manner | None = None
    steady: bool = False
    extras: float = 0.3
    tails: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        if not self.phrases:
            raise ValueError("a core needs at least one verb phrase")


def measured_core(
    facts: Facts, rng: random.Random, manner: Manner | None = None, avoid: frozenset[str] = frozenset()
) -> Core:
    """A core from the facts alone.

    The clauses of largest weight in the order of time, without the topics in ``avoid``.
    """
    every = clauses(facts, rng)
    new = [c for c in every if not _covered(c.topic, avoid)] or every
    weighty = sorted(new, key=lambda c: -c.weight)[: rng.choice((1, 2, 2, 3))]
    kept = [c for c in new if c in weighty]
    linked = kept[0].words
    for before, after in zip(kept, kept[1:]):
        later = after.start > before.start + 0.5
        linked += rng.choice((" and ", " and then ", ", then ")) + after.words if later else " and " + after.words
    return Core((linked,), frozenset(c.topic for c in new), manner=manner, extras=0.0, steady=False)


def extras(core: Core, facts: Facts, rng: random.Random, most: int) -> list:
    """Measured clauses that the core does not cover, by falling weight, at most ``most``."""
    found = [c for c in clauses(facts, rng) if c.weight >= 0.7 and c.topic != "still"]
    new = [c for c in found if not _covered(c.topic, core.topics)]
    kept = sorted(new, key=lambda c: -c.weight)[:most]
    return [c for c in new if c in kept]


def _covered(topic: str, topics: frozenset[str]) -> bool:
    return any(topic == t or topic.startswith(t + "_") for t in topics)


def caption(core: Core, facts: Facts, rng: random.Random) -> str:
    """One caption of the clip."""
    form = rng.choice(FORMS)
    manner = core.manner if core.manner and rng.random() < core.manner.share else None
    subject, adverb = _person(manner, rng, form)
    words = rng.choice(core.phrases)
    act = words + (f" {adverb}" if adverb and adverb.split()[0] not in words else "")
    parts, beside = [act], "sit" not in core.topics
    if core.tails and rng.random() < 0.3:
        parts.append(rng.choice(core.tails))
    elif rng.random() < core.extras:
        for clause in extras(core, facts, rng, rng.choice((1, 1, 2))):
            parts.append(clause.words)
            beside = beside and clause.topic.startswith(BESIDE)
    text = parts[0]
    for part in parts[1:]:
        link = (
            " "
            if part.startswith("and ")
            else " while "
            if beside and rng.random() < 0.3 and " while " not in text
            else " and "
        )
        text += link + part
    if rng.random() < 0.2:
        text = text.replace("{their} left", "the left").replace("{their} right", "the right")
    text = _inflect(text, form, subject)
    if core.steady and facts.duration >= 1.8 and rng.random() < 0.07:
        text += f" for {rng.choice(('', 'about '))}{round(facts.duration)} seconds"
    if rng.random() < 0.02 and core.nouns:
        text = rng.choice(core.nouns)
    return _finish(text, form, rng)


def short(core: Core, facts: Facts, rng: random.Random) -> str:
    """A prompt-like caption: a few words, as a user types them."""
    manner = core.manner if core.manner and rng.random() < core.manner.share else None
    style = rng.random()
    words = min((rng.choice(core.phrases) for _ in range(2)), key=len)
    if core.nouns and style < 0.12 and not manner:
        return rng.choice(core.nouns)
    if style < 0.5:
        _, adverb = _person(manner, rng, "base")
        return phrase(words + (f" {adverb}" if adverb else ""), "base", "your" if rng.random() < 0.6 else "the")
    subject, adverb = _person(manner, rng, "s")
    return phrase(f"{words} {adverb}".strip(), "s", subject.possessive).join((f"{subject.words} ", ""))


def _person(manner: Manner | None, rng: random.Random, form: str) -> tuple[Subject, str]:
    """The subject and the adverb; one of them expresses the manner, rarely both."""
    plain = rng.choice(PEOPLE)
    if manner is None:
        return plain, ""
    gendered = {"feminine": HUMANS[1:], "masculine": HUMANS[:1]}.get(manner.name, HUMANS)
    named = [Subject(f"{_an(a)} person") for a in manner.adjectives]
    named += [Subject(f"{_an(a)} {n}", p, q) for a in manner.adjectives[:2] for n, p, q in gendered]
    named += list(manner.people) * 2
    if len(gendered) == 1:
        plain = rng.choice([Subject("a person"), Subject("someone"), Subject("the person"), *manner.people])
    if named and form not in ("base", "ing") and rng.random() < 0.5:
        return rng.choice(named), rng.choice(manner.adverbs) if manner.adverbs and rng.random() < 0.08 else ""
    return plain, rng.choice(manner.adverbs) if manner.adverbs else ""


def _inflect(text: str, form: str, subject: Subject) -> str:
    if form == "base":
        words = phrase(text.replace(" while *", " while %"), "base", "your")
    elif form == "ing":
        words = phrase(text.replace(" while *", " while %"), "ing", subject.possessive)
    else:
        words = phrase(text.replace(" while *", " while %"), "ing" if form == "is" else form, subject.possessive)
    pieces = words.split("%")
    words = pieces[0] + "".join(phrase("*" + p, "ing", subject.possessive) for p in pieces[1:])
    if form in ("s", "past"):
        return f"{subject.words} {words}"
    return f"{subject.words} is {words}" if form == "is" else words


def _finish(text: str, form: str, rng: random.Random) -> str:
    style = rng.random()
    if style < 0.45:
        return text
    if style < 0.75:
        return sentence(text)
    return f"{text}." if form != "base" else text


def _an(words: str) -> str:
    return f"{'an' if words[:1] in 'aeiou' else 'a'} {words}"

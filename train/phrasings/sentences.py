"""Sentences of several actions, with counts, paths, styles and durations, from hand-written tables.

An action is a marked verb phrase (``"*raise {their} left hand"``, see :mod:`hmvlm.motion.facts.grammar`), as
:func:`clause` gives them with ``form="marked"``. Every function gives all sentences that hold, in the order of the
table; ``held_out`` restricts the templates as it does the lines.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from hmvlm.motion.facts.grammar import Subject, number, phrase
from train.phrasings.reader import FOLDER
from train.phrasings.tagged import Conditions, chosen, digest, fill
from train.word_lists import load_word_lists

VERBS = load_word_lists(FOLDER / "verbs.txt")
JOINS = load_word_lists(FOLDER / "joins.txt")
STYLE_WORDS = load_word_lists(FOLDER / "styles.txt")
ALIASES = dict(line.split(" = ") for line in STYLE_WORDS["aliases"])
"""Names of styles in recordings, and the style here that means the same."""
STYLES = tuple(dict.fromkeys(name.split()[0] for name in STYLE_WORDS if name != "aliases"))
PATHS = tuple(name.split()[1] for name in JOINS if name.startswith("path "))
FORMS = {"third": "s", "ing": "ing", "base": "base"}
PERSON = Subject("a person")
_SLOT = re.compile(r"(\{they\} )?\{([123])(?::(base|ing))?\}")


def clause(
    key: str,
    *,
    form: str = "third",
    side: str = "",
    count: int | None = None,
    possessive: str = "their",
    held_out: bool | None = None,
) -> list[str]:
    """Verb phrases for an action: third ("claps twice"), ing, base, or marked.

    With a count above 1 every phrase says it, with a number of its own ("does two push-ups") or a tail ("twice").
    Held-out phrases are not told apart; ``held_out`` applies to the tails. Raises KeyError for an unknown key.
    """
    if key not in VERBS:
        raise KeyError(f"no action {key!r}; the keys are in {FOLDER / 'actions.txt'}")
    if form not in (*FORMS, "marked"):
        raise ValueError(f"no form {form!r}; use {', '.join(FORMS)} or marked")
    known, marked = Conditions(side=side, count=count), []
    for raw in VERBS[key]:
        text = fill(raw, known)
        if text is None:
            continue
        told = count is None or count == 1 or "{count}" in raw
        if not told and raw.startswith("("):
            continue  # "do push-ups three times" would be ambiguous
        marked += [text] if told else counted(text, count or 1, held_out=held_out)[:3]
    if form == "marked":
        return marked
    return [phrase(text, FORMS[form], possessive) for text in marked]


def _tell(template: str, actions: Sequence[str], who: Subject, plural: bool = False) -> str:
    """A template with its verb phrases, subject and pronoun filled in.

    A third-person phrase without a pronoun before it takes the base form where the subject it belongs to is ``plural``.
    """

    def slot(match: re.Match[str]) -> str:
        form = FORMS[match[3] or "third"]
        pronoun = f"{who.pronoun} " if match[1] else ""
        if form == "s" and (who.pronoun == "they" if pronoun else plural):
            form = "base"
        return pronoun + phrase(actions[int(match[2]) - 1], form, who.possessive)

    text = _SLOT.sub(slot, template)
    return text.replace("{subject}", who.words).replace("{they}", who.pronoun).replace("{their}", who.possessive)


def in_order(
    actions: Sequence[str], *, who: Subject = PERSON, held_out: bool | None = None, seed: int = 0
) -> list[str]:
    """Sentences in which the actions come one after the other; ValueError for fewer than two.

    Two and three have templates of their own. Four or more are chained, a sentence for each way to begin, with
    links drawn by ``seed``.
    """
    if len(actions) < 2:
        raise ValueError(f"{len(actions)} action(s); a sequence needs two or more")
    if len(actions) <= 3:
        name = {2: "two in order", 3: "three in order"}[len(actions)]
        return [_tell(template, actions, who) for template in chosen(JOINS[name], held_out)]
    rng, told = random.Random(seed), []
    for first in JOINS["first of a chain"]:
        text, plural = _tell(first, actions, who), False
        for name, action in [("next", each) for each in actions[1:-1]] + [("last", actions[-1])]:
            link = rng.choice(JOINS[f"{name} of a chain"])
            plural = plural or ("{they}" in link and who.pronoun == "they")
            text += _tell(link, (actions[0], action), who, plural)
        told.append(text)
    return told


def at_once(first: str, second: str, *, who: Subject = PERSON, held_out: bool | None = None) -> list[str]:
    """Sentences in which both are done at the same time, the first usually the way of moving."""
    return [_tell(template, (first, second), who) for template in chosen(JOINS["at once"], held_out)]


def along(path: str, action: str, *, side: str = "", who: Subject = PERSON, held_out: bool | None = None) -> list[str]:
    """Sentences for a way of moving along a path of ``PATHS``; KeyError for another path."""
    if path not in PATHS:
        raise KeyError(f"no path {path!r}; use one of {', '.join(PATHS)}")
    filled = (fill(raw, Conditions(side=side)) for raw in chosen(JOINS[f"path {path}"], held_out))
    return [_tell(template, (action,), who) for template in filled if template is not None]


def counted(action: str, count: int, *, held_out: bool | None = None) -> list[str]:
    """The verb phrase with each way to say that it happens so many times; a hash of the phrase turns the order."""
    if count < 1:
        raise ValueError(f"a count of {count}; use 1 or more")
    tails = chosen(JOINS.get(f"times {count}", JOINS["times"]), held_out) or list(JOINS["times"])
    start = digest(action) % len(tails)
    return [f"{action} {_numbers(tail, count)}" for tail in tails[start:] + tails[:start]]


def lasting(sentence: str, seconds: int, *, held_out: bool | None = None) -> list[str]:
    """A sentence or verb phrase with each way to say how long it lasts, in whole seconds."""
    if seconds < 1:
        raise ValueError(f"{seconds} seconds; use 1 or more")
    told = [_numbers(tail, seconds) for tail in chosen(JOINS["seconds"], held_out)]
    return [f"{sentence}{'' if tail.startswith(',') else ' '}{tail}" for tail in told]


def _numbers(text: str, value: int) -> str:
    text = text.replace("{count}", number(value)).replace("{digits}", str(value))
    return re.sub(r"\b(one|1) (second|time|rep|sec)s\b", r"\1 \2", text)


def styled(action: str, style: str, *, held_out: bool | None = None) -> list[str]:
    """The verb phrase or sentence with the style as an adverb or a clause; KeyError for an unknown style."""
    style = ALIASES.get(style, style)
    if style not in STYLES:
        raise KeyError(f"no style {style!r}; use one of {', '.join(STYLES)}")
    adverbs = [f"{action} {adverb}" for adverb in chosen(STYLE_WORDS[f"{style} adverbs"], held_out)]
    return adverbs + [f"{action}, {words}" for words in chosen(STYLE_WORDS.get(f"{style} clauses", ()), held_out)]

"""Sentences for composed motions: verb phrases of the clauses, joined in order.

Phrases have their verbs in three forms, ``[walk|walks|walking]``; the files' places ``{side}``, ``{gait}``,
``{turning}`` and ``{their}`` are filled from the clause.
"""

from __future__ import annotations

import functools
import json
import random
import re
from dataclasses import dataclass, replace
from pathlib import Path

from hmvlm.motion.facts.grammar import Subject
from hmvlm.motion.facts.grammar import phrase as conjugated
from train.phrasings import PATHS, STYLES, along, at_once, clause, in_order, styled
from train.phrasings.sentences import ALIASES, VERBS

VERB = re.compile(r"\[([^|\]]*)\|([^|\]]*)\|([^|\]]*)\]")
AWKWARD = re.compile(r",| and |politely|as if")
"""Phrases after which no manner is told."""
PRONOUNS = {"he": ("his", "he"), "the man": ("his", "he"), "a man": ("his", "he"), "she": ("her", "she"),
            "the woman": ("her", "she"), "a woman": ("her", "she")}  # fmt: skip
HANDWRITTEN = 0.6
"""Share of captions built with the templates of :mod:`train.phrasings`."""
TOLD = 0.6
"""Share of captions that tell a style that the clause has."""
TURNING = {"left": ("counter-clockwise", "counterclockwise"), "right": ("clockwise",)}
PLURAL = ("they",)


@dataclass(frozen=True)
class Meaning:
    """What a clause shows: action ``key``, ``side``, ``count``, ``path``, ``style`` and whether ``both`` arms act.

    ``gait`` is set for locomotion; ``while_`` is the action of the arms during it.
    """

    key: str
    side: str = ""
    count: str = ""
    path: str = ""
    style: str = ""
    both: bool = False
    gait: str = ""
    while_: Meaning | None = None


def parse_meaning(fields: dict) -> Meaning:
    """The meaning from its fields as a dictionary, as they are kept in a recording's info."""
    inner = fields.get("while_")
    return Meaning(**{**fields, "while_": parse_meaning(inner) if inner else None})


@functools.lru_cache(maxsize=1)
def phrases() -> dict:
    """The phrase file."""
    return json.loads(Path(__file__).with_name("clauses.json").read_text())


def phrase(meaning: Meaning, rng: random.Random) -> str:
    """A verb phrase for a clause with its verbs in three forms and the place ``{their}`` open."""
    if meaning.while_ is not None:
        base = Meaning(**{**meaning.__dict__, "while_": None})
        first, second = phrase(base, rng), phrase(meaning.while_, rng)
        template = rng.choice(phrases()["layers"])
        for index, words in enumerate((first, second)):
            template = template.replace(f"[{{{index}}}]", _only(words, 3)).replace(f"{{{index}}}", words)
        return template
    table = phrases()
    if meaning.path:
        pool = table[f"gait {meaning.path}"]
        if meaning.gait == "walk_backward":
            pool = [p for p in pool if "forward" not in p and "ahead" not in p]
        line = rng.choice(pool)
        line = line.replace("{gait}", rng.choice(table["gaits"][meaning.gait]))
    else:
        entry = meaning.key + (" both" if meaning.both else "")
        sided = f"{entry} side"
        pool = table[entry] + (table.get(sided, []) if meaning.side else [])
        pool = [p for p in pool if meaning.side or "{side}" not in p]
        if not pool:
            raise LookupError(f"no phrase of {entry!r} does without a side; add one to clauses.json")
        line = rng.choice(pool)
    line = line.replace("{side}", meaning.side)
    if meaning.side:
        line = line.replace("{turning}", rng.choice(TURNING[meaning.side]))
    if meaning.style and rng.random() < TOLD:
        manner = rng.choice(table["styles"].get(meaning.style, [""]))
        line = f"{line} {manner}".strip() if not AWKWARD.search(line) else line
    if meaning.count and not meaning.path:
        line = f"{line} {rng.choice(table['counts'][meaning.count])}"
    return line


def sentence(meanings: list[Meaning], rng: random.Random) -> tuple[str, list[str]]:
    """A sentence for clauses in order, and each clause as a sentence of its own with the same subject.

    More than half of the joins, paths and layers are those of :mod:`train.phrasings`, without the held-out ones.
    """
    if rng.random() < HANDWRITTEN:
        return handwritten(meanings, rng)
    lines = [phrase(m, rng) for m in meanings]
    table = phrases()
    subject = rng.choice(table["subjects"])
    form = 2
    style = rng.random()
    if style < 0.18:
        subject, form = "", 1
    elif style < 0.28 and subject.startswith(("a ", "the ", "some")):
        form = 3
    elif subject in PLURAL:
        form = 1
    told = [_told(subject, line, form) for line in lines]
    joined = lines[0]
    if len(lines) > 1:
        joined = rng.choice(table["joins"][str(len(lines))])
        for index, line in enumerate(lines):
            joined = joined.replace(f"[{{{index}}}]", _only(line, 3)).replace(f"{{{index}}}", line)
    opening = re.match(r"(first|after) ", joined)
    if opening and subject:
        if opening[1] == "first":
            joined = joined[len("first ") :]
            return f"first {_told(subject, joined, form)}", told
        head, _, rest = joined.partition(", ")
        while VERB.search(head):
            more, _, rest = rest.partition(", ")
            head = f"{head}, {more}"
        return f"{_filled(head, subject)}, {_told(subject, rest, form)}", told
    return _told(subject, joined, form), told


def handwritten(meanings: list[Meaning], rng: random.Random) -> tuple[str, list[str]]:
    """The same as :func:`sentence` with the verb phrases and templates of :mod:`train.phrasings`."""
    words = rng.choice([each for each in phrases()["subjects"] if each not in ("he", "she", "they")])
    who = Subject(words, *PRONOUNS.get(words, ("their", "they")))
    told = [_whole(meaning, who, rng) for meaning in meanings]
    if len(meanings) == 1:
        return told[0], told
    actions = [_marked(meaning, rng) for meaning in meanings]
    return rng.choice(in_order(actions, who=who, held_out=False, seed=rng.randrange(1 << 30))), told


def _whole(meaning: Meaning, who: Subject, rng: random.Random) -> str:
    """A sentence for one clause."""
    if meaning.while_ is not None:
        first = _marked(replace(meaning, while_=None), rng)
        return rng.choice(at_once(first, _marked(meaning.while_, rng), who=who, held_out=False))
    if meaning.path in PATHS and not meaning.style and meaning.gait in ("walk", "run", "jog"):
        gait = f"*{meaning.gait}"
        return rng.choice(along(meaning.path, gait, side=meaning.side, who=who, held_out=False))
    line = _marked(meaning, rng)
    if rng.random() < 0.35:
        return conjugated(line, "base", who.possessive)
    return f"{who.words} {conjugated(line, 's', who.possessive)}"


def _marked(meaning: Meaning, rng: random.Random) -> str:
    """A verb phrase with its verbs marked by ``*``, of our own or of :mod:`train.phrasings`."""
    known = meaning.key in VERBS and not (meaning.both and meaning.key in ("wave", "raise_hand"))
    if known and not meaning.path and meaning.while_ is None and rng.random() < 0.6:
        count = int(meaning.count) if meaning.count else None
        lines = clause(meaning.key, form="marked", side=meaning.side, count=count, held_out=False)
        line = rng.choice(lines)
        if ALIASES.get(meaning.style, meaning.style) in STYLES and rng.random() < TOLD and not AWKWARD.search(line):
            line = rng.choice(styled(line, meaning.style, held_out=False))
        return line
    if meaning.while_ is not None:
        meaning = replace(meaning, while_=None)
    return VERB.sub(r"*\1", phrase(meaning, rng)).replace("{they}", "they")


def _told(subject: str, line: str, form: int) -> str:
    return _filled(f"{subject} {_only(line, form)}".strip(), subject)


def _only(line: str, form: int) -> str:
    return VERB.sub(lambda match: match.group(form), line)


def _filled(line: str, subject: str) -> str:
    their, they = PRONOUNS.get(subject, ("their", "they"))
    return line.replace("{their}", their).replace("{they}", they)

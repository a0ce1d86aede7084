"""Sentences for composed motions: verb phrases of the clauses, joined in order.

Phrases have their verbs in three forms, ``[walk|walks|walking]``; the files' places ``{side}``, ``{gait}``,
``{turning}`` and ``{their}`` are filled from the clause.
"""

from __future__ import annotations

import functools
import json
import random
import re
from dataclasses import dataclass
from pathlib import Path

VERB = re.compile(r"\[([^|\]]*)\|([^|\]]*)\|([^|\]]*)\]")
AWKWARD = re.compile(r",| and |politely|as if")
"""Phrases after which no manner is told."""
PRONOUNS = {"he": ("his", "he"), "the man": ("his", "he"), "a man": ("his", "he"), "she": ("her", "she"),
            "the woman": ("her", "she"), "a woman": ("her", "she")}  # fmt: skip
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
    """A sentence for clauses in order, and each clause as a sentence of its own with the same subject."""
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


def _told(subject: str, line: str, form: int) -> str:
    return _filled(f"{subject} {_only(line, form)}".strip(), subject)


def _only(line: str, form: int) -> str:
    return VERB.sub(lambda match: match.group(form), line)


def _filled(line: str, subject: str) -> str:
    their, they = PRONOUNS.get(subject, ("their", "they"))
    return line.replace("{their}", their).replace("{they}", they)

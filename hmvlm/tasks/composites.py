"""Two actions at once: "walks while waving" as the legs and trunk of one exemplar with the arms of another.

No caption may tell the pair that a message asks for. Then its two sentences are looked up apart: what takes the body
somewhere gives legs and trunk, what is done meanwhile gives the arms.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from torch import Tensor

from hmvlm.body.skeleton import PARTS
from hmvlm.rankers.exemplars import Exemplar
from hmvlm.tasks.clause_details import lemmas_in, side_in, travels
from hmvlm.tasks.clause_writer import ClauseWriter
from hmvlm.tasks.verbs import WORDS, first_verb, tokens, verb_at

LESS = 0.05
"""How much less similar than its parts a pair counts: nothing tells whether they go together."""
START = 0.02
"""How much less similar it counts per distance of the arms' first codes from those of the legs' exemplar."""
LONGEST = 25
"""Steps to which the legs' motion is repeated for what the arms do: 5 s."""
ARMS = [PARTS.index(name) for name in ("left_arm", "right_arm")]
_WHILE = r"(?:while|whilst|as)\s+(?!if\b|though\b|to\b|well\b|\w+ as\b)"
_SUBJECT = r"(?:(?:he|she|they|it|(?:the|this|a) \w+)(?:\s+(?:is|are|was|were)|['’](?:s|re))?\s+)?"
_AFTER = re.compile(rf"[\s,]+(?:and\s+)?{_WHILE}{_SUBJECT}", re.I)
_BEFORE = re.compile(rf"^\s*{_WHILE}{_SUBJECT}(?P<aside>[^,]+),\s*(?P<main>.+)$", re.I)
_TOGETHER = re.compile(r"[\s,]*\b(?:at the same time|simultaneously|at once)\b", re.I)
_AND = re.compile(r"[\s,]+and\s+", re.I)
_WITH = re.compile(r"(?:\s+with\s+|,\s+)(?=(?:\w+\s+){0,3}(?:arms?|hands?|fists?|elbows?)\b)", re.I)


_WITH_HAND = re.compile(
    r"\b(?:with|using|rais\w*|lift\w*|puts?|putting) (?:\w+ )?(?:left |right |both )?(?:hands?|arms?)\b", re.I
)
_HANDS = re.compile(r"\b(?:arms?|hands?)\b", re.I)
_VAGUE = re.compile(
    r"\b(?:makes?|making|does|do|doing|gives?) (?:an? |some )?(?:\w+ )?(?:motion|movement|gesture)s?"
    r"(?P<hand> (?:with|using) (?:\w+ )?(?:left |right |both )?(?:hands?|arms?))",
    re.I,
)
"""A gesture that is not told."""
_MOODS = frozenset(
    ["laugh", "smile", "cry", "sing", "talk", "speak", "nod", "chat", "giggle", "sob", "weep", "cough", "sneeze"]
)
"""What head and trunk do while a hand does something else."""


def two_at_once(text: str) -> tuple[str, str] | None:
    """What moves the body and what the arms do meanwhile, as two sentences; None where a text does not tell two
    actions, or legs or trunk do the second one.
    """
    found = _taken_apart(text)
    if found is None:
        return None
    main, aside = (one.strip(" ,.!") for one in found)
    writer = ClauseWriter()
    writer.take_subject(main)
    other = writer.write(aside)
    if first_verb(tokens(main)) is None or first_verb(tokens(other)) is None or (travels(main) and travels(other)):
        return None
    if not travels(main) and not travels(other) and _HANDS.search(main) and _HANDS.search(other):
        return None  # the arms have something to do already
    moving, meanwhile = (other, main) if travels(other) else (main, other)
    meanwhile = _VAGUE.sub(r"gestures\g<hand>", meanwhile)
    return None if {*WORDS["bodily"]} & {*lemmas_in(meanwhile)} else (moving, meanwhile)


def _taken_apart(text: str) -> tuple[str, str] | None:
    before = _BEFORE.match(text)
    if before is not None:
        return before["main"], before["aside"]
    if _TOGETHER.search(text):
        halves = _AND.split(_TOGETHER.sub("", text), maxsplit=1)
        return (halves[0], halves[1]) if len(halves) == 2 else None
    found = _AFTER.search(text)
    if found is not None:
        return text[: found.start()], text[found.end() :]
    return _on_the_way(text)


def _on_the_way(text: str) -> tuple[str, str] | None:
    """Travel, and what is done on the way: "walks and waves", "walks over waving", "walks with the arms crossed"."""
    held, found = _WITH.search(text), _AND.search(text)
    halves = [] if found is None else [(text[: found.start()], text[found.end() :])]
    if held is not None:
        halves.append((text[: held.start()], f"standing with {text[held.end() :]}"))
    words = tokens(text)
    first = first_verb(words)
    for index in range(len(words) if first is None else first + 1, len(words)):
        told = verb_at(words, index)
        if told is not None and "ing" in told.forms and words[index - 1].word not in WORDS["auxiliaries"]:
            halves.append((text[: words[index].start], text[words[index].start :]))
    moods = [(main, aside) for main, aside in halves[:1] if found and _mood(main) and _WITH_HAND.search(aside)]
    on_the_way = ((main, aside) for main, aside in halves if travels(main) and not travels(aside))
    return next(on_the_way, moods[0] if moods else None)


def _mood(text: str) -> bool:
    return (
        not _MOODS.isdisjoint(lemmas_in(text)) or re.search(r"\b(?:laugh|cry|smile|giggle)\b", text, re.I) is not None
    )


def pairs(
    legs: list[Exemplar],
    arms: list[Exemplar],
    meanwhile: str,
    filling: Callable[[Exemplar, int], Exemplar],
    vectors: Callable[[Tensor], Tensor],
) -> list[Exemplar]:
    """Every exemplar of ``legs`` with every one of ``arms``, likeliest first; best are arms that start as they hang.

    Args:
        meanwhile: what the arms do. Where it names a side, the other arm stays as it is.
        filling: repeats an exemplar to a number of steps, where it can be repeated.
        vectors: codebook vectors ``(S, 5, D)`` of codes ``(S, 5)``.
    """
    named = side_in(meanwhile)
    sides = [part for part in ARMS if named in ("", "both") or PARTS[part].startswith(named)]
    made = []
    for one in legs:
        for other in arms:
            longer = filling(one, min(len(other.codes), LONGEST))
            done = filling(other, len(longer.codes)).codes[: len(longer.codes)]
            codes = longer.codes.clone()
            codes[: len(done), sides] = done[:, sides]
            apart = float((vectors(done[:1]) - vectors(longer.codes[:1]))[:, sides].norm(dim=-1).sum())
            near = min(one.similarity, other.similarity) - LESS - START * apart
            made.append(replace(one, codes=codes, text=f"{one.text} + {other.text}", similarity=near))
    return sorted(made, key=lambda one: -one.similarity)

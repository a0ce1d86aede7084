"""What a clause asks for besides its action: how often, which side, along which path, in which manner."""

from __future__ import annotations

import re
from functools import cache

from hmvlm.language.prompting import NUMBERS
from hmvlm.motion.facts.grammar import conjugate
from hmvlm.tasks.verbs import WORDS, tokens, verb, verb_at

_NUMBER = rf"(\d{{1,2}}|{'|'.join(NUMBERS)})"
_FIXED = {"twice": 2, "thrice": 3}
_FEWS = {"couple": 2, "few": 3}
_FEW = re.compile(r"\ba (couple|few)(?: of)? (?:more )?(?:times|reps)\b")
_OF_THEM = re.compile(rf"\b{_NUMBER} of (?:them|those|these)\b")
_REPEATED = re.compile(
    rf"\brepeat\w*\b[^,.;]*?\b(?:(?P<word>once|twice)|{_NUMBER}(?: times)?)\s+more\b"
    rf"|\brepeat\w*\b[^,.;]*?\b{_NUMBER} more times\b"
)
"""Repetitions that are added to the first time."""
_TIMES = re.compile(rf"\b{_NUMBER}\s*(?:more\s+)?(?:times|time|x|reps?|repetitions)\b|\bx\s?(\d{{1,2}})\b")
_ONCE = re.compile(r"\bonce\b(?!\s+(?:he|she|they|it|the|a|an|again|more|upon)\b)")
_STEP = re.compile(r"\b(?:takes?|taking|took|makes?|making|made) (?:a|another) (?:\w+ )?(?:step|pace|stride)\b(?! at)")
_SIDE = re.compile(r"\b(left|right)\b(?!\s+(?:away|now|after|before|in front|behind|at|next)\b)")
_LIMBS = r"(?:hand|arm|fist|foot|leg|palm|wrist|finger)s?"
_LIMB = re.compile(rf"\b(left|right) {_LIMBS}\b")
_WITH_LIMB = re.compile(
    rf"\b(?:with|using|by) (?:(?:only|just) )?(?:(?:the|his|her|their|its|your) )?(left|right) {_LIMBS}\b"
)
_DIRECTION = re.compile(
    rf"\b(left|right)\b(?!\s+(?:{_LIMBS}|knee|elbow|shoulder|hip|side|away|now|after|before|in front|behind|at|next)\b)"
)
_CLOCKWISE = re.compile(r"\b(counter|anti)?[- ]?clockwise\b")
_BOTH = re.compile(r"\bboth (?:of )?(?:the |his |her |their |your )?(?:hands|arms|legs|feet|fists|sides|knees)\b")


@cache
def _counted() -> re.Pattern[str]:
    plurals = "|".join(f"{re.escape(noun)}(?:e?s)?" for noun in sorted(WORDS["nouns"], key=len, reverse=True))
    adjective = rf"(?:(?!{plurals}|seconds?\b|secs?\b|minutes?\b|mins?\b)[a-z-]+\s+)?"
    return re.compile(rf"(?<![\w.])(?:{_NUMBER}|a (?P<few>couple)(?: of)?)\s+{adjective}(?:{plurals})\b")


def count_in(text: str) -> int | None:
    """How often something is asked for ("three times", "twice", "5 jumping jacks"), or None."""
    text = text.lower()
    if more := _REPEATED.search(text):
        word = more["word"] or more[2] or more[3]
        return 1 + (_FIXED | {"once": 1} | NUMBERS).get(word, 0) if not word.isdigit() else 1 + int(word)
    if found := _TIMES.search(text) or _counted().search(text) or _OF_THEM.search(text):
        word = found[1] or found[2]
        return _FEWS[word] if word in _FEWS else int(word) if word.isdigit() else NUMBERS[word]
    if few := _FEW.search(text):
        return _FEWS[few[1]]
    if _STEP.search(text):
        return 1
    named = [value for word, value in _FIXED.items() if re.search(rf"\b{word}\b", text)]
    named += [1] * bool(_ONCE.search(text))
    return named[0] if len(named) == 1 else None


def side_in(text: str) -> str:
    """``left``, ``right``, ``both``, or "" where no side or each of the two is named.

    The side of the limb that acts goes before others: "kicks to the left with the right foot" is on the right, and so
    is "touches the left elbow with the right hand".
    """
    text = text.lower()
    if _BOTH.search(text):
        return "both"
    for pattern in (_WITH_LIMB, _LIMB, _SIDE):
        named = set(pattern.findall(text))
        if len(named) == 1:
            return named.pop()
    return ""


def direction_in(text: str) -> str:
    """``left`` or ``right`` where one of them is named as a direction, not as the side of a limb, or ""."""
    named = set(_DIRECTION.findall(text.lower()))
    return named.pop() if len(named) == 1 else ""


def turning_in(text: str) -> str:
    """``left`` or ``right``: to which side a path goes round, clockwise or to a side that is named, or ""."""
    found = _CLOCKWISE.search(text.lower())
    return direction_in(text) if found is None else "left" if found[1] else "right"


def path_in(text: str) -> str:
    """The path that is named, a key of ``paths`` in the word lists, or ""."""
    text = text.lower()
    return next((name for name, pattern in WORDS["paths"].items() if re.search(pattern, text)), "")


def travels(text: str) -> bool:
    """Whether the body is to get from one place to another: a gait in any form, a path, "goes to the left" …"""
    words = tokens(text)
    lemmas = {found.lemma for token in words if (found := verb(token.word))}
    if lemmas & {*WORDS["gaits"]}:
        return True
    limbs = any(token.word in WORDS["limbs"] for token in words)
    goes = bool(lemmas & {*WORDS["goes"]}) and any(token.word in WORDS["extents"] for token in words)
    return not limbs and (goes or path_in(text) not in ("", "line", "curve"))


def style_in(text: str) -> str:
    """The words of manner in their order, joined by spaces."""
    return " ".join(token.word for token in tokens(text) if token.word in WORDS["styles"])


def lemmas_in(text: str) -> tuple[str, ...]:
    """Base forms of the verbs and counted nouns of a text, for tests of what is asked for."""
    words, found = tokens(text), []
    for index, token in enumerate(words):
        if known := verb_at(words, index):
            found.append(known.lemma)
        elif (noun := verb(token.word)) and conjugate(noun.lemma, "s") == token.word:
            found.append(noun.lemma)
    return tuple(dict.fromkeys(found))

"""What to look exemplars up with: a clause, the same of "a person", and its main clause where nothing is near it.

Captions speak of "a person" or "someone"; an unusual subject ("the emaciated woman", "the sim") or a subordinate clause
("as if carrying a heavy load") would move a sentence away from all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from hmvlm.motion.facts.grammar import conjugate
from hmvlm.tasks.clause_details import path_in, style_in, travels
from hmvlm.tasks.imitations import imitated
from hmvlm.tasks.plan import split
from hmvlm.tasks.verbs import WORDS, first_verb, tokens, verb, verb_at

SUBJECT = "a person"
SOMEBODY = ("someone", "somebody")
_PATHS = {"figure8": "in a figure eight", "zigzag": "in a zigzag", "square": "in a square", "spiral": "in a spiral"}
USUAL = frozenset(["walk", "run", "jog", "go", "move", "step"])
"""Gaits that captions tell along paths."""
_MOVES = frozenset([*WORDS["gaits"], "hop", "jump", "move", "go", "step"])
_WHILE = r"\b(?:while|whilst|when|as|in a|with|and)\b(?: \w+){0,3}? "
_BACK = r"(?:over|forward|back|(?:\w+ )?(?:back|spine|trunk))\b"
_BENT = tuple(
    (re.compile(_WHILE + pattern, re.I), words)
    for pattern, words in (
        (r"(?:squat(?:ting|ted)?|crouch(?:ing|ed)?|bent knees|knees bent)\b", "walks low in a crouch"),
        (rf"(?:bow(?:ing|ed)?|bend(?:ing)?|bent|hunch(?:ing|ed)?) {_BACK}", "walks hunched over"),
    )
)
"""How knees or trunk are bent on the way, and the captions' words for it."""
_HELD_UP = re.compile(
    r"\b(?:hold|held|keep|kept|has|have|having|put)\w*\b(?: \w+){0,2}? (?:arms|hands) "
    r"(?:\w+ )?(?:up|over|above|overhead|high|in the air)\b",
    re.I,
)
_ASIDE = re.compile(r"\b(?:backwards?|sideways)\b", re.I)
AHEAD = frozenset(["forward", "forwards", "backward", "backwards", "ahead", "away"])
_SUBORDINATE = re.compile(
    r",|\b(?:as (?:if|though|he|she|they|it|to)|while|whilst|without|in order|so (?:that|as)|because|trying to"
    r"|in an? (?:\w+ ){1,3}(?:way|manner|fashion|style|mood))\b",
    re.I,
)
_STAIRS = re.compile(
    r"\b(?P<way>up|down)(?: (?:a|the|some|several|few|his|her|their))?(?: (?:set|flight|couple) of)?(?: \w+)? "
    r"(?:stairs?|steps|staircase|stairway|stairwell)\b",
    re.I,
)
_LEADING = re.compile(r"^\s*(?:after|before|when|once|while|whilst|as|having|from)\b[^,]*,\s*(?P<rest>.+)$", re.I)
_AWAY = re.compile(
    r"\b((?:walk|run|jog|march|stroll|sprint|stride|limp|sneak|skip)\w*) (?:away|off|on|along|over|past|by)\b"
    r"(?! (?:and|a|the) )",
    re.I,
)


def plain(text: str) -> str | None:
    """The text with "a person" for its subject; None where it has none, or one that tells a manner ("an old man")."""
    words = tokens(text)
    place = first_verb(words)
    if not place:
        return None
    while place and words[place - 1].word in (*WORDS["auxiliaries"], *WORDS["adverbs"]):
        place -= 1
    subject = [word.word for word in words[:place]]
    if not subject or subject == SUBJECT.split() or {*subject} & {*WORDS["styles"]} or "," in subject:
        return None
    if not {*subject} & {*WORDS["people"], *WORDS["articles"], *WORDS["pronouns"], *SOMEBODY}:
        return None
    return f"{SUBJECT} {text[words[place].start :]}"


def lookups(text: str) -> list[str]:
    """The text, and the same of "a person", of going forward instead of away, of its path in plain words, and of what
    the body acts out.
    """
    ahead = _AWAY.sub(r"\1 forward", text)
    others = [plain(text), ahead if ahead != text else None, along_path(text), on_stairs(text), held_up(text)]
    return [text, *filter(None, [*others, imitated(text)])]


def on_stairs(text: str) -> str | None:
    """The plainest words for getting up or down stairs in any gait ("jogs down a flight of steps")."""
    found = _STAIRS.search(text)
    return None if found is None else f"{SUBJECT} walks {found['way'].lower()} the stairs"


def held_up(text: str) -> str | None:
    """The raising of arms that a text tells as holding them up or over the head."""
    return f"{SUBJECT} raises both arms up" if _HELD_UP.search(text) else None


def along_path(text: str) -> str | None:
    """The plainest words for a gait along a path that people name in many ways ("weaves left and right")."""
    way = _PATHS.get(path_in(text))
    if way is None:
        return None
    gaits = (found.lemma for token in tokens(text) if (found := verb(token.word)) and found.lemma in WORDS["gaits"])
    return f"{SUBJECT} {conjugate(next(gaits, 'walk'), 's')} {way}"


def unusual_gait(text: str) -> str | None:
    """The gait of a text along a named path where captions tell that path of walks and runs ahead alone ("crawls in a
    circle", "walks backwards in a square"); None elsewhere.
    """
    gaits = [found.lemma for token in tokens(text) if (found := verb(token.word)) and found.lemma in _MOVES]
    way = _ASIDE.search(text)
    if path_in(text) in ("", "line", "there_and_back") or not gaits or (gaits[0] in USUAL and way is None):
        return None
    return " ".join([SUBJECT, conjugate(gaits[0], "s"), *([way[0]] if way else []), *style_in(text).split()])


def bent_gait(text: str) -> str | None:
    """A gait that is told as two actions, of which the other is how the trunk or the knees are bent meanwhile."""
    gait = any((known := verb(token.word)) and known.lemma in _MOVES for token in tokens(text))
    said = next((words for pattern, words in _BENT if pattern.search(text)), None) if gait else None
    return None if said is None else " ".join([SUBJECT, said, *style_in(text).split()])


def tells_action(text: str) -> bool:
    """Whether a text reads as a command ("tie your shoes") or tells what somebody does, and asks nothing."""
    words = tokens(text)
    place = first_verb(words)
    if place is None or len(words) < 2 or words[-1].word == "?":
        return False
    if place == 0:
        return words[1].word not in ("me", "us") and "base" in (found.forms if (found := verb_at(words, 0)) else ())
    subject = [word.word for word in words[:place]]
    if "who" in subject:
        return False
    return subject[0] in WORDS["articles"] or subject[0] in (*WORDS["people"], *WORDS["pronouns"], *SOMEBODY)


def main_clause(text: str) -> str | None:
    """What stands before the first subordinate clause or comma, or after a subordinate clause that stands first; None
    where there is no verb in it, or nothing else.
    """
    leading = _LEADING.match(text)
    if leading is not None and first_verb(tokens(leading["rest"])) is not None:
        return leading["rest"].strip(" ,")
    found = _SUBORDINATE.search(text)
    if found is None:
        return None
    head = text[: found.start()].strip(" ,")
    return head if first_verb(tokens(head)) is not None else None


def fitting(text: str) -> Callable[[str], bool]:
    """Whether a caption tells no more actions than a text, and gets the body to another place only if that does."""
    actions, moving = _kind(text)

    def fits(caption: str) -> bool:
        told, goes = _kind(caption)
        return told <= actions and goes <= moving

    return fits


@lru_cache(maxsize=16384)
def _kind(text: str) -> tuple[int, bool]:
    words = {token.word for token in tokens(text)}
    return len(split(text)), travels(text) or not AHEAD.isdisjoint(words)

"""What to ask for where the words of a clause say its action indirectly: "continues forward", "walks three steps"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hmvlm.language.prompting import NUMBERS
from hmvlm.motion.facts.grammar import conjugate
from hmvlm.motion.facts.signals import SIDES
from hmvlm.tasks.clause_details import side_in
from hmvlm.tasks.verbs import WORDS, first_verb, tokens, verb, verb_at

_NUMBER = rf"(?:\d{{1,2}}|an?|few|couple|several|{'|'.join(NUMBERS)})"
_AGAIN = re.compile(r"\s*\b(?:once again|once more|one more time|(?<!again and )again(?! and again)|anew)\b", re.I)
_GOES_ON = re.compile(
    r"\b(?P<verb>continue|resume|proceed|carry|carrie|go|keep)(?P<form>s|ing|d|ed)?(?P<on> on)?(?! (?:doing|to do))"
    r"(?: (?:to (?=[a-z]+)|with (?=[a-z]+ing\b)))?",
    re.I,
)
_DIRECTED = re.compile(
    r"\s*(?:(?:straight|further|on|along|in|for|at|slowly|quickly|until|forwards?|ahead|onwards?)\b|[.,!]*$)", re.I
)
_FEWS = "a (?:few|couple of)"
_STEPS = re.compile(
    rf"\s*\b(?:(?:for|by|about|around|exactly|in|with|within) )?(?:{_FEWS}|{_NUMBER})"
    r"(?: (?:more|big|large|small|little|quick|slow|short|long))? (?:steps?|paces?|strides?)\b",
    re.I,
)
_FEW = re.compile(r"\b(?:1|2|one|two|a(?! few| couple))\b", re.I)
_BACK = re.compile(r"^ backs?\b", re.I)
_OFF = re.compile(
    r"\bget(?P<form>s|ting)? (?:off|down from|out of)(?: of)?(?: (?:it|there|(?:the|his|her|their) \w+))?\b", re.I
)
_SEAT = frozenset(["sit", "lie", "lay", "perch", "lounge", "recline", "rest"])
_SLOWS = re.compile(
    r"\bslow(?P<form>s|ing|ed)?(?: \w+self)? (?:back )?down\b(?: to an? (?:slow |steady )?(?:walk|walking pace))?", re.I
)
_LOWERS = re.compile(
    r"\b(?:(?P<verb>lower|drop|set|put|bring|let|rest|relax)(?P<form>p?ing|t?ing|s|p?ed)?)"
    r"(?: (?:back )?down)?(?P<what>(?: \w+){0,3}? (?:arms?|hands?))\b"
    r"(?P<down>(?: (?:go|fall|hang|back))* ?(?:down|to (?:\w+ ){1,2}sides?))?",
    re.I,
)
_TAKEN = re.compile(rf"\b(?:takes?|taking|took|makes?|making|does|do|doing) (?=(?:{_FEWS}|{_NUMBER})\b)", re.I)


def reworded(text: str, before: Sequence[str] = ()) -> str:
    """The text with its action said directly, after the clauses ``before``; itself where it is said so already.

    "Again" and the number of steps of a gait are left out, as they say nothing of what the action looks like; "goes on"
    becomes the gait before, "gets off" what one sits on "stands up", and "slows down" a slow walk.
    """
    told = _AGAIN.sub("", text)
    told = _going_on(told, before)
    told = _lowering(_slower(_off_a_seat(told, before), before))
    return _without_steps(told)


def _off_a_seat(text: str, before: Sequence[str]) -> str:
    seated = bool(before) and not _SEAT.isdisjoint(_lemmas(before[-1]))
    found = _OFF.search(text) if seated else None
    return text if found is None else _instead(text, found, "stand", "up")


def lowers_arms(text: str) -> bool:
    """Whether a text tells to let arms down."""
    found = _LOWERS.search(text)
    down = found is not None and (found["verb"].lower() in ("lower", "drop") or " down" in found[0].lower())
    return found is not None and (down or found["down"] is not None)


def _lowering(text: str) -> str:
    """ "Sets the arms down" as "lowers both arms"."""
    found = _LOWERS.search(text)
    if found is None or not lowers_arms(text) or found["verb"].lower() == "lower":
        return text
    form = {"s": "s", "ing": "ing", "ping": "ing", "ting": "ing", "ed": "past", "ped": "past"}.get(found["form"] or "")
    which = found["what"] if side_in(found[0]) in SIDES else " both arms"
    return f"{text[: found.start()]}{conjugate('lower', form or 'base')}{which}{text[found.end() :]}"


def _slower(text: str, before: Sequence[str]) -> str:
    found = _SLOWS.search(text) if any(map(_gait, before)) else None
    return text if found is None else _instead(text, found, "walk", "slowly")


def _instead(text: str, found: re.Match[str], lemma: str, how: str) -> str:
    form = {"s": "s", "ing": "ing", "ting": "ing", "ed": "past"}.get((found["form"] or "").lower(), "base")
    return f"{text[: found.start()]}{conjugate(lemma, form)} {how}{text[found.end() :]}"


def _going_on(text: str, before: Sequence[str]) -> str:
    found = _GOES_ON.search(text)
    if found is None or (found["verb"].lower() in ("carry", "carrie", "go") and not found["on"]):
        return text
    rest = text[found.end() :].strip()
    form = {"s": "s", "ing": "ing", "d": "past", "ed": "past"}.get((found["form"] or "").lower(), "base")
    head, _, tail = rest.partition(" ")
    known = verb(head.lower()) if head else None
    if known is not None and (set(known.forms) & {"ing", "base"}):
        return f"{text[: found.start()]}{conjugate(known.lemma, form)} {tail}".strip()
    if not _DIRECTED.match(" " + rest):
        return text
    gait = next((act for one in reversed(before) if (act := _gait(one))), None)
    return text if gait is None else f"{text[: found.start()]}{conjugate(gait, form)} {rest}".strip()


def _gait(text: str) -> str | None:
    """Base form of the gait that a text tells, or None."""
    return next((lemma for lemma in _lemmas(text) if lemma in WORDS["gaits"]), None)


def _lemmas(text: str) -> list[str]:
    return [found.lemma for token in tokens(text) if (found := verb(token.word))]


def _without_steps(text: str) -> str:
    steps = _STEPS.search(text)
    if steps is None:
        return text
    words = tokens(text)
    place = first_verb(words)
    told = None if place is None else verb_at(words, place)
    if place is None or told is None:
        return text
    few = _FEW.search(steps[0]) is not None
    if told.lemma == "walk" and few:
        verb_end = words[place].end
        rest = text[verb_end : steps.start()] + text[steps.end() :]
        return f"{text[: words[place].start]}{conjugate('step', told.forms[0])}{rest}".strip()
    if told.lemma in WORDS["gaits"]:
        return (text[: steps.start()] + _BACK.sub(" backward", text[steps.end() :])).strip()
    taken = _TAKEN.search(text)
    if taken is None or taken.end() > steps.end():
        return text
    return f"{text[: taken.start()]}{conjugate('step' if few else 'walk', told.forms[0])}{text[steps.end() :]}"

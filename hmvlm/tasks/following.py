"""Whether a verb tells what comes after the verb before it, or what is done at the same time."""

from __future__ import annotations

import re

from hmvlm.language.prompting import seconds_in
from hmvlm.tasks.clause_details import count_in, path_in
from hmvlm.tasks.ellipses import AND
from hmvlm.tasks.verbs import WORDS, Token, Verb, verb_at

_WHERE = re.compile(r"\w+ (?:up )?(?:where|back (?:where|at|in)|(?:at|in) the (?:same|start\w*|begin\w*))\b")
"""Where a path ends is part of the path."""
_OTHER = re.compile(r"\bother (?:hand|arm)\b")
_TOGETHER = re.compile(r"\b(?:at the same time|simultaneously|at once|in one (?:motion|go))\b")


def follows(words: list[Token], places: tuple[int, list[int], int, int], listed: bool) -> bool:
    """Whether the verb at the last place comes after the clause before it, not at the same time.

    Args:
        places: start of the clause before, places of its verbs, its end, place of the verb after it.
        listed: actions are listed with commas.
    """
    start, chain, end, place = places
    later = verb_at(words, place)
    assert later is not None
    alike = [at for at in chain if (found := verb_at(words, at)) and set(found.forms) & set(later.forms)]
    here = (alike or chain)[-1]
    earlier = verb_at(words, here)
    assert earlier is not None
    said = " ".join(word.word for word in words[start:end])
    after = " ".join(word.word for word in words[place:]).split(" , ")[0]
    if not listed and _TOGETHER.search(after):
        return False
    if not listed and [earlier.lemma, later.lemma] in WORDS["opposites"]:
        counted = count_in(after) is not None and count_in(said) is None
        if counted or (here + 1 == end and earlier.lemma in WORDS["limb_lifts"]):
            return False
    if later.lemma in WORDS["landings"] and earlier.lemma in WORDS["jumps"]:
        return False
    if later.kind == "along":
        if later.lemma in ("talk", "speak") and "hands" in after.split():
            return earlier.kind in ("transition", "state")
        return later.lemma == "carry" and earlier.kind == "transition"
    goes_on = place + 1 < len(words) and (known := verb_at(words, place + 1)) is not None and "ing" in known.forms
    if later.lemma in ("keep", "continue") and not goes_on:
        return later.lemma == "continue"
    if not listed and earlier.lemma in WORDS["bends"] and later.lemma in WORDS["reaches"]:
        return False
    if not listed and earlier.lemma in WORDS["limb_lifts"] and later.lemma in WORDS["limb_lifts"]:
        return False
    if earlier.lemma in ("put", "place", "hold", "keep", "rest") and _OTHER.search(after):
        return False  # "puts one hand on the hip and waves with the other hand"
    if later.lemma in ("end", "finish") and _WHERE.match(after):
        return False
    if listed and "ing" not in later.forms:
        return True
    bounded = count_in(said) is not None or seconds_in(said) is not None or bool(path_in(said))
    return bounded or _ends(earlier, later, _reaches(words, here, end), _reaches(words, place, len(words)))


def _reaches(words: list[Token], verb_place: int, end: int) -> bool:
    """Whether direction, goal or extent follow a verb."""
    for index in range(verb_place + 1, end):
        word = words[index].word
        if word in (",", *AND):
            return False
        to_verb = word == "to" and index + 1 < end and verb_at(words, index + 1) is not None
        if word in WORDS["extents"] and not to_verb:
            return True
    return False


def _ends(earlier: Verb, later: Verb, bounded: bool, later_bounded: bool) -> bool:
    """Whether the earlier action is over when a later one is told with a plain "and"."""
    if earlier.kind == "transition":
        return bounded or not (earlier.lemma in WORDS["repeatable"] and later.kind == "gesture")
    if earlier.kind == "locomotion":
        return bounded or later.kind != "gesture"
    if earlier.kind == "state":
        leaves = later.kind == "locomotion" or (later.kind == "transition" and earlier.lemma != "stand")
        return bounded or leaves or (later.kind == "state" and later.lemma != earlier.lemma)
    return later.kind in ("transition", "state") or (later.kind == "locomotion" and later_bounded)

"""Phrases that tell an action without a verb of their own: "two big steps", "then to the left", "twice", "another"."""

from __future__ import annotations

import re

from hmvlm.language.prompting import NUMBERS
from hmvlm.motion.facts.signals import SIDES
from hmvlm.tasks.verbs import WORDS, Token, first_verb, verb_at

AND = ("and", "&", "n", "+", "but")
REPEAT = re.compile(
    r"^(?:and\s+)?(?:(?:he|she|they|it)\s+)?(?:(?:does|do|doing|did|repeats?|repeating|repeated)\s+"
    r"(?:it|that|this|so|the same(?: thing)?)|(?:(?:does|do)\s+)?another(?: one)?|again"
    r"|(?:once|one) more(?: time)?)"
    r"(?:\s+(?:again|once more|one more time))?[\s.!]*$",
    re.IGNORECASE,
)
"""What asks for the clause before once more."""


def skip(words: list[Token], place: int) -> int:
    """The place after adverbs, commas and "and"."""
    while place < len(words) and (words[place].word in WORDS["adverbs"] or words[place].word in (",", ":", *AND)):
        place += 1
    return place


def counted_noun(words: list[Token], place: int) -> bool:
    """Whether an article or number with a counted action stands at the place ("a kick", "two big steps")."""
    if words[place].word not in WORDS["articles"] and not words[place].word.isdigit():
        return False
    following = " ".join(word.word for word in words[place + 1 : place + 4])
    nouns = "|".join(sorted(map(re.escape, WORDS["nouns"]), key=len, reverse=True))
    plural = "" if words[place].word in ("a", "an", "one", "another", "1") else "(?:e?s)?"
    subject = bool(following) and following.split()[0] in WORDS["people"]  # "the person steps"
    return not subject and re.match(rf"(?:[a-z-]+ )?(?:{nouns}){plural}\b", following) is not None


def elliptic(words: list[Token], place: int) -> bool:
    """Whether the place goes on with the verb before: a direction, a count ("twice", "three times") or the other limb
    ("your right arm")."""
    word, after = words[place].word, [one.word for one in words[place + 1 : place + 3]]
    if word in SIDES and first_verb(words, place) is not None:  # "right leg kicks"
        return False
    if word in WORDS["ellipses"] or (word in ("twice", "thrice", "both") and first_verb(words, place) is None):
        return True
    if word.isdigit() or word in NUMBERS:
        return bool(after) and after[0] in ("times", "degrees", "more")
    limb = word in ("the", "his", "her", "their", "your", "my", "its") and after[:1] in (["left"], ["right"], ["other"])
    return limb and first_verb(words, place) is None


def noun_list(text: str) -> list[str]:
    """The actions of a list without verbs ("left jab, right cross", "a slow walk, a bow"), empty if it is none."""
    items = [item for item in re.split(r"\s*(?:,|&|\band\b)\s*", text.strip(" .!")) if item]
    nouns = "|".join(sorted(map(re.escape, WORDS["nouns"]), key=len, reverse=True))
    counts = "|".join(["an?", "left", "right", r"\d{1,2}", *NUMBERS])
    item = re.compile(
        rf"(?:{counts}) (?:[\w-]+ )?(?:{nouns})(?:e?s)?(?: (?:to|with|on|in|for|at) [\w ]+)?", re.IGNORECASE
    )
    return items if len(items) > 1 and all(item.fullmatch(one) for one in items) else []


def bare_verbs(words: list[Token]) -> list[Token]:
    """The verbs of a text that has nothing but three or more verbs of one form ("punch punch kick"), else none."""
    rest = [index for index, word in enumerate(words) if word.word not in (",", ".", "!")]
    found = [verb_at(words, index) for index in rest]
    if len(words) != len(rest) or len(rest) < 3 or found[0] is None or found[0].lemma in WORDS["openers"]:
        return []
    forms = set(found[0].forms)
    return [words[index] for index in rest] if all(one and forms & set(one.forms) for one in found) else []

"""Where a message is cut into actions: connectives such as "then" first, then commas and "and" between verbs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hmvlm.language.prompting import seconds_in
from hmvlm.tasks.clause_details import count_in, path_in
from hmvlm.tasks.verbs import WORDS, Token, Verb, first_verb, tokens, verb_at

AND = ("and", "&", "n", "+", "but")
_LATER = (
    r"then|than(?=\s+\w+(?:s|ing)\b)|after (?:that|this|which)|afterwards?|next(?!\s+to\b)|subsequently|later(?: on)?"
    r"|finally|lastly|eventually|followed by|immediately|once (?:that is )?done"
)
STRONG = re.compile(
    rf"\s*(?:[.!?]+(?=\s|$)(?<!\d\.)|\n+|;|->|→|=>|>|\.\.\.|…)\s*"
    rf"|(?:\s*,)?\s*(?:\b(?:and|but|&)\b)?\s*,?\s*\b(?:{_LATER})\b\s*,?"
    r"(?:\s*after (?:a|some) (?:while|moment|bit),?)?\s*",
    re.IGNORECASE,
)
_ITEM = re.compile(r"(?:^|(?<=\s))(?:step\s*)?\d{1,2}\s?[.):](?=\s)\s*", re.IGNORECASE)
_LEAD = r"(?:right |just |shortly |immediately )?"
_ORDERS = (
    (re.compile(rf"^{_LEAD}before\s+(?P<last>[^,]+),\s*(?P<main>.+)$", re.I | re.S), ("main", "last")),
    (re.compile(rf"^{_LEAD}after\s+(?P<first>[^,]+),\s*(?P<main>.+)$", re.I | re.S), ("first", "main")),
    (
        re.compile(
            r"^(?:once|when|as soon as)\s+(?:\w+\s+){1,3}?(?P<first>(?:has|have|is done|finishe[sd])\b[^,]+),\s*"
            r"(?P<main>.+)$",
            re.I | re.S,
        ),
        ("first", "main"),
    ),
    (re.compile(rf"^(?P<main>.+?),?\s+{_LEAD}before\s+(?P<last>\S.*)$", re.I | re.S), ("main", "last")),
    (re.compile(rf"^(?P<main>.+?),?\s+{_LEAD}after\s+(?P<first>\S.*)$", re.I | re.S), ("first", "main")),
)
_SUBJECT = re.compile(r"^(?:(?:he|she|they|it|you)\s+)?(?:(?:has|have|had|is done|finishe[sd]|having)\s+)?", re.I)


@dataclass(frozen=True)
class Piece:
    """A stretch of the message that tells one action; ``main`` is False for a subordinate clause without a subject."""

    text: str
    main: bool = True


def strong_pieces(text: str) -> list[Piece]:
    """Cut at ends of sentences, list numbers and connectives of order; "before" and "after" are put in order."""
    return [piece for segment in _segments(text) for piece in _ordered(segment)]


def _segments(text: str) -> list[str]:
    if len(_ITEM.findall(text)) > 1:
        text = _ITEM.sub("\n", text).strip()
    segments, start = [], 0
    for found in STRONG.finditer(text):
        before, after = text[start : found.start()].strip(" ,"), text[found.end() :]
        if not before:
            start = found.end()
        elif _tells(after):
            segments.append(before)
            start = found.end()
    segments.append(text[start:].strip(" ,"))
    return [segment for segment in segments if re.search(r"\w", segment)]


def _tells(after: str) -> bool:
    """Whether what follows a connective tells an action of its own."""
    words = tokens(re.split(r"[.!?;\n]", after.strip(" ,"))[0])
    start = skip(words, 0)
    return start < len(words) and (
        first_verb(words) is not None or words[start].word in WORDS["ellipses"] or counted_noun(words, start)
    )


def _ordered(segment: str) -> list[Piece]:
    for pattern, names in _ORDERS:
        found = pattern.match(segment)
        if found is None:
            continue
        pieces = []
        for name in names:
            part = found[name].strip(" ,")
            pieces.append(Piece(part if name == "main" else _SUBJECT.sub("", part), name == "main"))
        if all(_starts(piece) for piece in pieces):
            return pieces
    return [Piece(segment)]


def _starts(piece: Piece) -> bool:
    words = tokens(piece.text)
    place = first_verb(words)
    return place is not None and (piece.main or place == skip(words, 0))


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
    return re.match(rf"(?:[a-z-]+ )?(?:{nouns}){plural}\b", following) is not None


def weak_pieces(text: str) -> Iterator[str]:
    """Cut one segment between verbs that follow each other in time."""
    words = tokens(text)
    start, place = 0, first_verb(words)
    if place is None:
        yield text
        return
    chain, listed, index = [place], False, place + 1
    while index < len(words):
        after = _next_clause(words, start, chain, index, listed)
        if after is not None:
            yield text[words[start].start : words[index - 1].end]
            listed = listed or words[index].word == ","
            start, chain = after
            index = max(chain[0], start) + 1
            continue
        if _continues(words, chain, index):
            chain.append(index)
        index += 1
    yield text[words[start].start :]


def _continues(words: list[Token], chain: list[int], index: int) -> bool:
    """Whether a verb belongs to the chain of verbs that a later one may go on ("starts to walk")."""
    found, main = verb_at(words, index), verb_at(words, chain[0])
    if found is None or main is None:
        return False
    aside = words[index - 1].word in ("while", "when", "by", "with", "as", ",", "from", "without")
    return not ("ing" in found.forms and "ing" not in main.forms and aside)


def _next_clause(
    words: list[Token], start: int, chain: list[int], index: int, listed: bool
) -> tuple[int, list[int]] | None:
    """Start and verb of the clause that begins at ``index``, if one does."""
    comma, joined = words[index].word == ",", words[index].word in AND
    if not comma and not joined:
        found = verb_at(words, index)
        run_on = found is not None and words[index - 1].word in (*WORDS["particles"], "right")
        same = found is not None and set(found.forms) & _forms(words, chain) - {"ing"}
        return (index, [index]) if run_on and same else None
    begin = index + 1
    while begin < len(words) and words[begin].word in (*AND, ","):
        begin += 1
    place = skip(words, begin)
    if place >= len(words):
        return None
    main = verb_at(words, chain[0])
    if main is not None and main.lemma in WORDS["light"] and counted_noun(words, place):
        return (begin, [chain[0]]) if _counts_noun(words, chain[0], index) else None
    pronoun = words[place].word in WORDS["pronouns"]
    place += pronoun
    if place < len(words) and words[place].word in WORDS["auxiliaries"]:
        place += 1
    found = verb_at(words, place) if place < len(words) else None
    if found is None or not (pronoun or set(found.forms) & _forms(words, chain)):
        return None
    return (begin, [place]) if _follows(words, (start, chain, index, place), comma or listed) else None


def _counts_noun(words: list[Token], verb_place: int, end: int) -> bool:
    return any(counted_noun(words[:end], place) for place in range(verb_place + 1, end))


def _forms(words: list[Token], chain: list[int]) -> set[str]:
    return {form for place in chain if (found := verb_at(words, place)) for form in found.forms}


def _follows(words: list[Token], places: tuple[int, list[int], int, int], listed: bool) -> bool:
    """Whether the verb at the last place comes after the clause before it, not at the same time."""
    start, chain, end, place = places
    later = verb_at(words, place)
    assert later is not None
    alike = [at for at in chain if (found := verb_at(words, at)) and set(found.forms) & set(later.forms)]
    here = (alike or chain)[-1]
    earlier = verb_at(words, here)
    assert earlier is not None
    said = " ".join(word.word for word in words[start:end])
    if later.lemma in WORDS["landings"] and earlier.lemma in WORDS["jumps"]:
        return False
    if later.kind == "along":
        return later.lemma == "carry" and earlier.kind == "transition"
    goes_on = place + 1 < len(words) and (known := verb_at(words, place + 1)) is not None and "ing" in known.forms
    if later.lemma in ("keep", "continue") and not goes_on:
        return later.lemma == "continue"
    if not listed and earlier.lemma in WORDS["bends"] and later.lemma in WORDS["reaches"]:
        return False
    if not listed and earlier.lemma in WORDS["limb_lifts"] and later.lemma in WORDS["limb_lifts"]:
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

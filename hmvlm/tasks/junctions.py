"""Where a message is cut into actions: connectives such as "then" first, then commas and "and" between verbs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hmvlm.language.prompting import NUMBERS
from hmvlm.motion.facts.signals import SIDES
from hmvlm.tasks.clause_details import count_in
from hmvlm.tasks.ellipses import AND, REPEAT, bare_verbs, counted_noun, elliptic, noun_list, skip
from hmvlm.tasks.following import follows
from hmvlm.tasks.order import Piece, in_order
from hmvlm.tasks.verbs import WORDS, Token, first_verb, tokens, unknown_verb, verb_at

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
DIRECTIONS = ("forward", "forwards", "back", "backward", "backwards", "left", "right", "sideways", "ahead")
_POSSESSIVES = ("his", "her", "their", "its", "my", "your")


def strong_pieces(text: str) -> list[Piece]:
    """Cut at ends of sentences, list numbers and connectives of order; "before" and "after" are put in order."""
    return [piece for segment in _segments(text) for piece in in_order(segment)]


def _segments(text: str) -> list[str]:
    if len(_ITEM.findall(text)) > 1:
        text = _ITEM.sub("\n", text).strip()
    segments, start = [], 0
    for found in STRONG.finditer(text):
        before, after = text[start : found.start()].strip(" ,"), text[found.end() :]
        if not before:
            start = found.end()
        elif _tells(before, after):
            segments.append(before)
            start = found.end()
    segments.append(text[start:].strip(" ,"))
    return [segment for segment in segments if re.search(r"\w", segment)]


def _tells(before: str, after: str) -> bool:
    """Whether what follows a connective tells an action of its own."""
    after = re.split(r"[.!?;\n]", after.strip(" ,"))[0]
    words = tokens(after)
    start = skip(words, 0)
    if start >= len(words):
        return False
    told = first_verb(words) is not None or elliptic(words, start) or counted_noun(words, start)
    return told or bool(REPEAT.match(after)) or _unknown(tokens(before), words[start].word)


def _unknown(before: list[Token], word: str) -> bool:
    """Whether a word that is in no list is a verb like the first one before it ("he bows, then genuflects")."""
    place = first_verb(before)
    found = None if place is None else verb_at(before, place)
    return found is not None and any(unknown_verb(word, form) for form in found.forms)


def weak_pieces(text: str) -> Iterator[str]:
    """Cut one segment between verbs that follow each other in time."""
    words = tokens(text)
    start, place = 0, first_verb(words)
    listed_actions = noun_list(text) or [text[one.start : one.end] for one in bare_verbs(words)]
    if place is None or listed_actions:
        yield from listed_actions or [text]
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
    if comma and words[start].word in ("while", "whilst", "as", "when"):  # "while walking, he waves"
        return None
    if not comma and not joined:
        main, counts = verb_at(words, chain[0]), words[index].word.isdigit() or words[index].word in NUMBERS
        if counts and main and main.lemma in WORDS["light"] and counted_noun(words, index):
            return (index, [chain[0]]) if _counts_noun(words, chain[0], index) else None
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
    if comma and main is not None and main.kind == "locomotion" and _steps_elsewhere(words, start, index, place):
        return begin, [chain[0]]
    if joined and _other_side(words, start, index, place):
        return begin, [chain[0]]
    pronoun = _subject(words, place)
    place += pronoun
    if place < len(words) and words[place].word in WORDS["auxiliaries"]:
        place += 1
    found = verb_at(words, place) if place < len(words) else None
    if found is None or not (pronoun or _alike(words, chain, place)):
        return None
    return (begin, [place]) if follows(words, (start, chain, index, place), comma or listed) else None


def _subject(words: list[Token], place: int) -> int:
    """Length of the subject at the place: "he", "the man", "with the left he"; 0 if there is none."""
    if words[place].word == "with":
        found = [at for at in range(place + 1, min(place + 5, len(words))) if words[at].word in WORDS["pronouns"]]
        return found[0] + 1 - place if found else 0
    if words[place].word in WORDS["articles"] and place + 1 < len(words):
        owned = words[place].word in _POSSESSIVES  # "her body curled up" tells how she sits
        return 2 if words[place + 1].word in WORDS["people"] and not owned else 0
    return int(words[place].word in WORDS["pronouns"])


def _other_side(words: list[Token], start: int, index: int, place: int) -> bool:
    """Whether the other side follows with a count of its own ("to the left twice and to the right twice")."""
    said = [word.word for word in words[start:index]]
    later = [word.word for word in words[place:]]
    named = {word for word in said if word in SIDES}
    if len(named) != 1 or not elliptic(words, place) or first_verb(words, place) is not None:
        return False
    return count_in(" ".join(said)) is not None and bool(({*SIDES} - named) & {*later[:4]})


def _steps_elsewhere(words: list[Token], start: int, end: int, place: int) -> bool:
    """Whether steps in another direction follow a gait ("walks forward, one step back")."""
    later = [word.word for word in words[place : place + 5]]
    directed = {*later} & {*DIRECTIONS}
    return (
        counted_noun(words, place)
        and bool({"step", "steps"} & {*later})
        and bool(directed)
        and not (directed & {word.word for word in words[start:end]})
    )


def _counts_noun(words: list[Token], verb_place: int, end: int) -> bool:
    return any(counted_noun(words[:end], place) for place in range(verb_place + 1, end))


def _forms(words: list[Token], chain: list[int]) -> set[str]:
    return {form for place in chain if (found := verb_at(words, place)) for form in found.forms}


def _alike(words: list[Token], chain: list[int], place: int) -> bool:
    """Whether a verb has a form of those before it; a base form with "it" may stand among others ("picks it up and put
    it back").
    """

    def with_it(at: int) -> bool:
        known = verb_at(words, at)
        return known is not None and "base" in known.forms and any(map(_is_it, words[at + 1 : at + 2]))

    found = verb_at(words, place)
    forms = set() if found is None else {*found.forms}
    return with_it(place) or (with_it(chain[0]) and "s" in forms) or bool(forms & _forms(words, chain))


def _is_it(token: Token) -> bool:
    return token.word in ("it", "them")

"""Clauses written out as sentences of their own: what was said once, a subject or a verb, stands in each."""

from __future__ import annotations

import re

from hmvlm.motion.facts.signals import SIDES
from hmvlm.tasks.ellipses import REPEAT, counted_noun, elliptic, skip
from hmvlm.tasks.verbs import WORDS, first_verb, in_form, tokens, unknown_verb, verb_at

SEQUENCE = re.compile(r"^(?:first(?:ly)?|second(?:ly)?|third(?:ly)?|to start|initially)\b\s*[,:]?\s*", re.I)
"""Words of order at the start of a message."""


_OBJECT = re.compile(
    rf"\s+((?:(?:both|the|his|her|their|its|your|my)\s+)+(?:left |right )?(?:{'|'.join(WORDS['limbs'])}))\b", re.I
)
"""A limb that a verb moves."""
_HAS = re.compile(rf"(?P<who>.+?) (?P<has>has|have|had) (?:\w+ ){{0,3}}(?:{'|'.join(WORDS['limbs'])})$", re.I)
_AT_LAST = re.compile(r"\b(?:while|and|,) (\w+ing) (?:to (?:the |his |her |their )?)?(?:left|right)$", re.I)
"""What is done to one side at the end of a clause, besides its action."""
_HAS_FORMS = {"has": "s", "have": "base", "had": "past"}


class ClauseWriter:
    """Writes clauses out: it keeps the subject, the verb and its form of the clauses before."""

    def __init__(self) -> None:
        self.subject: str | None = None  # what stands before the verb
        self.form, self.verb, self.last, self.limb, self.looks = "base", "", "", "", ""

    def take_subject(self, text: str) -> None:
        """Keep what stands before the first verb of a text, and that verb."""
        words = tokens(text)
        place = first_verb(words)
        if place is None:
            self.subject = self.subject or ""
            return
        found = verb_at(words, place)
        assert found is not None
        self.subject = re.sub(r"\s+", " ", text[: words[place].start]).strip()
        self.form, self.verb = found.forms[0], text[words[place].start : words[place].end]
        if (has := _HAS.match(self.subject)) is not None:  # "has both arms extended"
            self.subject, self.form = has["who"], _HAS_FORMS[has["has"].lower()]
        self._take_limb(text[words[place].end :])

    def write(self, text: str) -> str:
        """The clause with its subject, without words of order around it; the last one for "does it again"."""
        self.looks = found[1] if (found := _AT_LAST.search(self.last)) is not None else ""
        if not (self.last and REPEAT.match(text.strip(" ,"))):
            self.last = self._written(text)
        return self.last

    def _written(self, text: str) -> str:
        text = re.sub(r"\s+", " ", SEQUENCE.sub("", text.strip(" \t\n,;:.!?")))
        words = tokens(text)
        start = skip(words, 0)
        if self.subject is None or start >= len(words):
            self.take_subject(text)
            return text
        begin = words[start].word
        if begin in WORDS["pronouns"]:
            return self._with_noun(text[words[start].end :].strip())
        if (found := verb_at(words, start)) is not None:
            shared_form = text[: words[start].start] + in_form(text[words[start].start : words[start].end], self.form)
            self.verb = in_form(words[start].word, self.form)
            self._take_limb(text[words[start].end :])
            lead = self._noun(auxiliaries=True) if words[0].word in WORDS["styles"] else self.subject
            head = shared_form if self.form not in found.forms else text[: words[start].end]
            return " ".join(filter(None, [lead, head + text[words[start].end :]]))
        if begin == "with" and first_verb(words, start) is not None:
            return text
        if unknown_verb(begin, self.form):
            return " ".join(filter(None, [self.subject, text[words[start].start :]]))
        if begin in SIDES and self.looks:  # "puts the hands on the hips while looking left, then right"
            return " ".join(filter(None, [self.subject, in_form(self.looks, self.form), text[words[start].start :]]))
        if elliptic(words, start) or counted_noun(words, start):
            limb = "" if any(word.word in WORDS["limbs"] for word in words[start:]) else self.limb
            return " ".join(filter(None, [self.subject, self.verb, limb, text[words[start].start :]]))
        self.take_subject(text)
        return text

    def _take_limb(self, rest: str) -> None:
        found = _OBJECT.match(rest)
        self.limb = found[1] if found else ""

    def _noun(self, auxiliaries: bool = False) -> str:
        """The subject without adverbs, and without auxiliary verbs unless they are to stay."""
        words = (self.subject or "").split()
        dropped = WORDS["adverbs"] if auxiliaries else [*WORDS["adverbs"], *WORDS["auxiliaries"]]
        while words and words[-1].lower() in dropped:
            words.pop()
        return " ".join(words)

    def _with_noun(self, rest: str) -> str:
        words, noun = tokens(rest), self._noun()
        if not noun:
            return rest
        place = skip(words, 0)
        found = verb_at(words, place) if place < len(words) else None
        if found is not None and "base" in found.forms and self.form in ("s", "ing"):
            word = rest[words[place].start : words[place].end]
            rest = rest[: words[place].start] + in_form(word, "s") + rest[words[place].end :]
        if found is not None:
            self.verb = in_form(words[place].word, self.form)
        return f"{noun} {rest}"

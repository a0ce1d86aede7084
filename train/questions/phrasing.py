"""Surface realization of questions and answers: subjects, verb agreement, openings and requests for one word."""

from __future__ import annotations

import json
import random
import re
from functools import cache
from pathlib import Path

from hmvlm.motion.facts.grammar import Subject, phrase

_DATA = json.loads(Path(__file__).with_name("phrasing.json").read_text(encoding="utf-8"))
SUBJECTS = tuple(Subject(*entry["subject"]) for entry in _DATA["subjects"] for _ in range(entry["weight"]))


@cache
def yes_no_forms(progressive: bool, state: bool) -> tuple[str, ...]:
    """Forms of a yes-or-no question, repeated by weight.

    Progressive, or those that fit a ``state``, or all simple ones.
    """
    forms = _DATA["yes_no_forms"]
    if progressive:
        return tuple(forms["progressive"])
    return tuple(f for f in forms["simple"] if not (state and any(part in f for part in forms["not_for_states"])))


class Phrasing:
    """A random subject, and sentences that agree with it.

    Markup: ``{s}`` is the subject (``{S}`` capitalised, ``{o}`` as an object, ``{a}`` in an answer), ``{their}`` and
    ``{them}``; ``{does}``, ``{is}``, ``{has}``, ``{doesnt}``, ``{isnt}`` agree with the subject; a starred verb
    (``*walk``) is conjugated. ``{base}``, ``{third}`` and ``{ing}`` are forms of the verb phrase given beside the text.
    """

    def __init__(self, rng: random.Random, excluded_pronoun: str = "") -> None:
        """``excluded_pronoun`` (he or she) is not used."""
        self.rng = rng
        subjects = [p for p in SUBJECTS if p.pronoun != excluded_pronoun]
        self.question_subject = rng.choice(subjects)
        same = Subject(self.question_subject.pronoun, self.question_subject.possessive, self.question_subject.pronoun)
        named = self.question_subject if self.question_subject.words.startswith(("the ", "this ")) else same
        self.answer_subject = rng.choice((same, named)) if not named.words.startswith("this ") else same

    def question(self, text: str, verb: str = "") -> str:
        """A question; some have an opening phrase, some no capital and no question mark."""
        text = self._fill(text, self.question_subject, verb)
        style = self.rng.random()
        if style < 0.12 and not text.startswith("Quick"):
            text = self.rng.choice(_DATA["openings"]) + text[:1].lower() + text[1:]
        elif style < 0.22:
            text = text[:1].lower() + text[1:].rstrip(".?")
        return text[:1].upper() + text[1:] if style >= 0.22 or style < 0.12 else text

    def answer(self, text: str, verb: str = "") -> str:
        """A sentence with its full stop."""
        text = self._fill(text, self.answer_subject, verb).strip()
        return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!")) else ".")

    def ending(self, options: tuple[str, ...]) -> str:
        """A request for a one-word answer that fits the ``options``."""
        endings = (
            _DATA["yes_or_no"]
            if set(options) == {"yes", "no"}
            else _DATA["number"]
            if options[0].isdigit()
            else _DATA["one_word"]
        )
        return self.rng.choice(endings)

    def _fill(self, text: str, subject: Subject, verb: str) -> str:
        plural = subject.words == "they"
        form = "base" if plural else "s"
        own = subject.possessive
        if verb:
            text = text.replace("{base}", phrase(verb, "base", own)).replace("{third}", phrase(verb, form, own))
            text = text.replace("{ing}", phrase(verb, "ing", own))
        agree = {"does": "do", "is": "are", "has": "have"} if plural else {}
        for name in ("does", "is", "has"):
            word = agree.get(name, name)
            text = text.replace(f"{{{name}}}", word).replace(f"{{{name.capitalize()}}}", word.capitalize())
        negated = self.rng.random() < 0.5
        for name in ("does", "is"):
            word = agree.get(name, name)
            text = text.replace(f"{{{name}nt}}", f"{word}n't" if negated else f"{word} not")
        capital = subject.words[:1].upper() + subject.words[1:]
        text = re.sub(r"\{[sa]\}", subject.words, text).replace("{S}", capital).replace("{A}", capital)
        text = text.replace("{o}", _DATA["objects"].get(subject.words, subject.words))
        return phrase(text, form, own)

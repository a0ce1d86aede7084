"""Who is asked about, and how: subjects, verb forms, openings and endings of questions."""

from __future__ import annotations

import random
import re

from hmvlm.motion.facts.grammar import Subject, phrase

PEOPLE = (
    *[Subject("the person")] * 6, *[Subject("this person")] * 2, Subject("the man", "his", "he"), Subject("the man", "his", "he"),
    Subject("the woman", "her", "she"), Subject("the woman", "her", "she"), *[Subject("he", "his", "he")] * 3,
    *[Subject("she", "her", "she")] * 3, *[Subject("they")] * 2, Subject("the figure", "its", "it"),
    Subject("the character"), Subject("the actor"), Subject("the human"), Subject("this figure", "its", "it"),
)  # fmt: skip
OBJECTS = {"he": "him", "she": "her", "they": "them"}
OPENINGS = (
    "In this clip, ",
    "In this motion, ",
    "Here, ",
    "Looking at the motion, ",
    "In the recording, ",
    "Quick question: ",
    "Watching this, ",
    "From what you see, ",
)
ONE_WORD = (
    " Answer with one word.", " One word, please.", " Reply with a single word.", " (one word)", " In one word.",
    " Just one word.", " Use one word only.", " Answer in a single word.", " One-word answer.", " Keep it to one word.",
)  # fmt: skip
YES_OR_NO = (*ONE_WORD[:4], " Yes or no?", " Answer yes or no.", " Just say yes or no.", " (yes/no)")
A_NUMBER = (" Just the number.", " Answer with a number.", " Number only.", " Give me only the number.", *ONE_WORD[:3])


class Voice:
    """One way of speaking about one person, by a ``random.Random``.

    Markup: ``{s}`` the subject (``{S}`` with a capital, ``{o}`` as an object, ``{a}`` in an answer), ``{their}`` and ``{them}``; ``{does}``,
    ``{is}``, ``{has}``, ``{doesnt}``, ``{isnt}`` agree with the subject; a starred verb (``*walk``) is
    conjugated. ``{base}``, ``{third}`` and ``{ing}`` are forms of the verb phrase given beside the text.
    """

    def __init__(self, rng: random.Random, barred: str = "") -> None:
        """``barred`` is a pronoun not to use (he or she)."""
        self.rng = rng
        people = [p for p in PEOPLE if p.pronoun != barred]
        self.asked = rng.choice(people)
        same = Subject(self.asked.pronoun, self.asked.possessive, self.asked.pronoun)
        named = self.asked if self.asked.words.startswith(("the ", "this ")) else same
        self.told = rng.choice((same, named)) if not named.words.startswith("this ") else same

    def question(self, text: str, verb: str = "") -> str:
        """A question, now and then with an opening or typed carelessly."""
        text = self._fill(text, self.asked, verb)
        style = self.rng.random()
        if style < 0.12 and not text.startswith("Quick"):
            text = self.rng.choice(OPENINGS) + text[:1].lower() + text[1:]
        elif style < 0.22:
            text = text[:1].lower() + text[1:].rstrip(".?")
        return text[:1].upper() + text[1:] if style >= 0.22 or style < 0.12 else text

    def answer(self, text: str, verb: str = "") -> str:
        """A sentence with its full stop."""
        text = self._fill(text, self.told, verb).strip()
        return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!")) else ".")

    def ending(self, options: tuple[str, ...]) -> str:
        """A request for one word, fit for the ``options``."""
        endings = YES_OR_NO if set(options) == {"yes", "no"} else A_NUMBER if options[0].isdigit() else ONE_WORD
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
        text = text.replace("{o}", OBJECTS.get(subject.words, subject.words))
        return phrase(text, form, own)

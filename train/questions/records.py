"""Questions, and candidates: questions that a motion's facts decide, not yet verbalized."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from train.questions.phrasing import Phrasing, yes_no_forms

KINDS = ("body_part", "sequence", "direction", "reasoning", "hallucination", "counting")
YES_NO = ("yes", "no")
NUMBERS = tuple(str(n) for n in range(21))
UNKNOWN = "unknown"
"""Answer key of unanswerable questions."""


@dataclass(frozen=True)
class Question:
    """A question about a motion with its exact answer.

    Attributes:
        kind: one of ``KINDS``.
        text: as a user would ask it.
        answer: a sentence, or one word where the question asks for one.
        short: key of the answer, one of ``options``.
        options: every key that the answer is chosen from.
        template: what is asked, independent of the wording; for balancing and reports.
    """

    kind: str
    text: str
    answer: str
    short: str
    options: tuple[str, ...]
    template: str

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no kind {self.kind!r}; choose one of {', '.join(KINDS)}")
        if self.short not in self.options:
            raise ValueError(f"the answer {self.short!r} of {self.text!r} is not among {', '.join(self.options)}")


@dataclass(frozen=True)
class Candidate(ABC):
    """A question that the facts of a motion decide, not yet verbalized.

    Attributes:
        template, kind, short, options: as in :class:`Question`.
        about: distinguishes questions of one template, the side for example.
    """

    template: str
    kind: str
    short: str
    options: tuple[str, ...]
    about: str

    @abstractmethod
    def verbalize(self, phrasing: Phrasing) -> tuple[str, str]:
        """The question and a sentence that answers it."""


@dataclass(frozen=True)
class MultipleChoice(Candidate):
    """A question with its own wordings and answers (see :class:`.phrasing.Phrasing` for the markup)."""

    wordings: tuple[str, ...]
    answers: tuple[str, ...]

    def verbalize(self, phrasing: Phrasing) -> tuple[str, str]:
        """One of the wordings with one of the answers."""
        return phrasing.question(phrasing.rng.choice(self.wordings)), phrasing.answer(phrasing.rng.choice(self.answers))


@dataclass(frozen=True)
class YesNo(Candidate):
    """Whether a verb phrase is true of the person.

    Attributes:
        verbs: marked verb phrases that mean the same (``*raise {their} left hand``).
        aspect: ``act`` (allows the progressive form), ``event`` (does not) or ``state`` (holds throughout).
        instead: a true sentence appended to some negative answers, or empty.
    """

    verbs: tuple[str, ...]
    aspect: str = "act"
    instead: str = ""

    def verbalize(self, phrasing: Phrasing) -> tuple[str, str]:
        """One of the verb phrases in one of the question forms, and an answer of matching form."""
        rng, verb = phrasing.rng, phrasing.rng.choice(self.verbs)
        progressive = self.aspect == "act" and rng.random() < 0.4
        text = phrasing.question(rng.choice(yes_no_forms(progressive, self.aspect == "state")), verb)
        no = self.short == "no"
        style = rng.random()
        if style < 0.15:
            return text, "No." if no else "Yes."
        sentence = self._short_sentence(text, progressive) if style < 0.3 else self._sentence(progressive)
        answer = phrasing.answer(("No, " if no else "Yes, ") + sentence, verb)
        if no and self.instead and rng.random() < 0.5:
            answer += " " + phrasing.answer(self.instead)
        return text, answer

    def _sentence(self, progressive: bool) -> str:
        """``he does not walk``, with the verb phrase."""
        no = self.short == "no"
        if progressive:
            return "{a} {is} not {ing}" if no else "{a} {is} {ing}"
        return "{a} {doesnt} {base}" if no else "{a} {third}"

    def _short_sentence(self, question: str, progressive: bool) -> str:
        """``he does not``, with the auxiliary only."""
        no = self.short == "no"
        if question.startswith(("Did ", "did ")):
            return "{a} did not" if no else "{a} did"
        if progressive:
            return "{a} {isnt}" if no else "{a} {is}"
        return "{a} {doesnt}" if no else "{a} {does}"

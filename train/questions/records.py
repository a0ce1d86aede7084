"""What a question is, and what may be asked before it is put into words."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from train.questions.voice import Voice

KINDS = ("body_part", "sequence", "direction", "reasoning", "hallucination", "counting")
YES_NO = ("yes", "no")
NUMBERS = tuple(str(n) for n in range(21))
UNKNOWN = "unknown"
"""Key of the answer to what a motion cannot show."""


@dataclass(frozen=True)
class Question:
    """A question about a motion with its exact answer.

    Attributes:
        kind: one of ``KINDS``.
        text: as a user asks it.
        answer: a sentence, or one word where the question asks for one.
        short: key of the answer, one of ``options``.
        options: every key that the answer is chosen from.
        template: what is asked, whatever the wording; for balance and reports.
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
class Ask(ABC):
    """A question that the facts of a motion decide, not yet in words.

    ``about`` tells apart questions of one template (the side, say).
    """

    template: str
    kind: str
    short: str
    options: tuple[str, ...]
    about: str

    @abstractmethod
    def word(self, voice: Voice) -> tuple[str, str]:
        """The question and a sentence that answers it."""


@dataclass(frozen=True)
class Choice(Ask):
    """A question with wordings and answers of its own (see :class:`.voice.Voice` for the markup)."""

    asks: tuple[str, ...]
    answers: tuple[str, ...]

    def word(self, voice: Voice) -> tuple[str, str]:
        """One of the wordings with one of the answers."""
        return voice.question(voice.rng.choice(self.asks)), voice.answer(voice.rng.choice(self.answers))


FRAMES = (
    *["{Does} {s} {base}?"] * 6,
    "Did {s} {base}?",
    "Can you see {o} {base}?",
    "Do you see {o} {base} here?",
    "Is it true that {s} {third}?",
    "Would you say that {s} {third}?",
    "Does it look as if {s} {third}?",
    "Is there a moment when {s} {third}?",
    "{Does} {s} {base} at any point?",
    "Can it be said that {s} {third}?",
    "Is this a motion in which {s} {third}?",
    "Tell me whether {s} {third}.",
    "{S} {third}, correct?",
)
GOING_ON = ("{Is} {s} {ing}?",) * 6 + (
    "Do you see {o} {ing}?",
    "Can {s} be seen {ing}?",
    "Would you say that {s} {is} {ing}?",
    "Does it look as if {s} {is} {ing}?",
)
STATES = ("at any point", "Is there a moment", "Can you see", "Do you see", "Did ")
"""Frames that do not fit what holds throughout."""


@dataclass(frozen=True)
class YesNo(Ask):
    """Whether a verb phrase is true of the person.

    Attributes:
        verbs: marked verb phrases that mean the same (``*raise {their} left hand``).
        manner: ``act`` (may be asked as going on), ``event`` (may not) or ``state`` (holds throughout).
        instead: a true sentence to add to some answers that are no, or empty.
    """

    verbs: tuple[str, ...]
    manner: str = "act"
    instead: str = ""

    def word(self, voice: Voice) -> tuple[str, str]:
        """One of the verb phrases in one of the frames."""
        rng, verb = voice.rng, voice.rng.choice(self.verbs)
        going_on = self.manner == "act" and rng.random() < 0.4
        frames = GOING_ON if going_on else FRAMES
        if self.manner == "state":
            frames = tuple(f for f in FRAMES if not any(s in f for s in STATES))
        text = voice.question(rng.choice(frames), verb)
        no = self.short == "no"
        said = "{a} {is} {not}{ing}" if going_on else "{a} {doesnt} {base}" if no else "{a} {third}"
        said = said.replace("{not}", "not " if no else "")
        style = rng.random()
        if style < 0.15:
            return text, "No." if no else "Yes."
        if style < 0.3:
            said = (
                "{a} {isnt}" if no and going_on else "{a} {is}" if going_on else "{a} {doesnt}" if no else "{a} {does}"
            )
            if text.startswith(("Did ", "did ")):
                said = "{a} did not" if no else "{a} did"
        answer = voice.answer(("No, " if no else "Yes, ") + said, verb)
        if no and self.instead and rng.random() < 0.5:
            answer += " " + voice.answer(self.instead)
        return text, answer

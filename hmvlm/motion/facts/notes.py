"""Measured facts of a motion as short notes in the prompt of a language model that answers a question about it.

Only topics that the question names are noted. A small language model copies "left hand raised overhead 2 times" far
more reliably than it counts joints in motion tokens.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from . import grammar, topic_notes
from .moments import sequence, time_note
from .records import Facts
from .words import clauses


def notes(facts: Facts, question: str) -> str:
    """Notes on the topics of a question, ``"left hand low; right hand raised overhead once"``.

    A question without a topic ("What is going on?", "What colour is the shirt?") gets a summary. One that asks when
    something happens gets the time alone: beside other notes a small model confuses which event a time belongs to.
    """
    asked = question.lower()
    if time := time_note(facts, asked):
        return time
    found = [note(facts, asked) for pattern, note in TOPICS if re.search(pattern, asked)]
    return joined(*dict.fromkeys(found)) or brief(facts)


def joined(*parts: str) -> str:
    """Notes one after the other, empty ones left out."""
    return "; ".join(part for part in parts if part)


def brief(facts: Facts, asked: str = "") -> str:
    """The four clauses of highest weight, ``"walks forward and raises the left hand overhead"``."""
    found = clauses(facts)
    best = sorted(found, key=lambda clause: -clause.weight)[:4]
    return grammar.join([grammar.phrase(clause.words, "s", "the") for clause in found if clause in best])


TOPICS: tuple[tuple[str, Callable[[Facts, str], str]], ...] = (
    ((r"\b(doing|going on|happen\w*|action|activity|describe\w*|caption\w*|summar\w*|more like|is this|is it"
      r"|which is it|fits|call (this|what))\b"), brief),
    ((r"\b(before|after(?! the other)|first|last|when|second|seconds|middle|moment|then|long|beginning|part|point"
      r"|later|begin)\b"), sequence),
    (r"\b(hands?|arms?|wav\w+|elbows?|punch\w*|hit\w*|clap\w*|overhead|fist|box\w*)\b", topic_notes.hands),
    (r"\b(legs?|foot|feet|kick\w*|knees?|balanc\w+|lung\w+)\b", topic_notes.legs),
    (r"\b(more|most|active|busier|work)\b", topic_notes.busier),
    ((r"\b(walk\w*|run|runs|running|jog\w*|go|goes|going(?! on)|mov(e|es|ing)|travel\w*|steps?|strides?|direction"
      r"|head(s|ing|ed)|pace|stop\w*|stay\w*|still|spot|drift\w*|ends? up|straight)\b"), topic_notes.travel),
    (r"\b(turn\w*|spin\w*|fac(e|es|ing)|circle|round|chang\w+|straight|same direction)\b", topic_notes.turn),
    (r"\b(bend\w*|lean\w*|bow\w*|trunk|upper body|tilt\w*)\b", topic_notes.trunk),
    ((r"\b(sit\w*|squat\w*|kneel\w*|lie|lies|lying|jump\w*|hop\w*|leap\w*|stand up|stands up|standing|seat|ground"
      r"|crouch\w*|get up|gets up)\b"), topic_notes.posture),
    ((r"\b(repeat\w*|again|rhythm\w*|motionless|still|tired|energetic|exhausted|old|elderly|young|happy|sad|lively"
      r"|energy)\b"), topic_notes.rhythm),
)  # fmt: skip
"""Patterns in a question and the notes that they select."""

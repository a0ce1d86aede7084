"""Questions about a photo or clip that the body in it cannot answer, and what is said then.

Of a picture only the body is read. The language model would guess at three kinds of questions: about things that are no
part of a body (``unseen.json``), about activities that no measurement tells, and about other words that measurements do
not know. These are not given to it; the answer says so, and what was measured. The activity classifier is not asked: it
learned few activities of recordings, and is sure of others too (a man who leaps and walks on a roof is dancing with a
probability of 0.998).
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from hmvlm.motion.facts import Facts, describe
from hmvlm.motion.facts.absent import ACTS, SIDED
from hmvlm.motion.facts.notes import TOPICS
from hmvlm.rankers.activity import QUESTION_PATTERNS
from hmvlm.tasks.measured_answers import measured_answer
from hmvlm.vision.estimate import PoseEstimate

OPEN = re.compile(
    r"\b(doing|going on|happen\w*|action|activity|describ\w*|caption\w*|summar\w*|call (this|what))\b"
    r"|\bwhat (does|did|do|is|are) (this|that|it|he|she|they|(the|this) (person|man|woman|boy|girl|people))"
    r"( do)?\s*\?*$"
)
"""Questions for what the person does."""
HOW_MANY = re.compile(r"\b(how many (people|persons|humans|men|women)|any(one|body) else|alone)\b")


@cache
def _topics() -> dict[str, re.Pattern]:
    words = json.loads((Path(__file__).parent / "unseen.json").read_text(encoding="utf-8"))
    return {topic: re.compile(rf"\b({pattern})\b") for topic, pattern in words.items()}


def unseen_topic(question: str) -> str | None:
    """What a question asks about beside the body, ``"the place"``; None where it keeps to the body."""
    asked = question.lower()
    return next((topic for topic, pattern in _topics().items() if pattern.search(asked)), None)


def without_model(question: str, estimate: PoseEstimate | None, measured: Facts | None) -> str | None:
    """An answer about the person of a photo or clip from measurements alone; None where the language model may answer,
    and where there is no person.
    """
    if estimate is None or measured is None:
        return None
    medium = "photo" if estimate.fps is None else "video"
    if unseen_topic(question) is None and not HOW_MANY.search(question.lower()):
        said = measured_answer(question, measured, estimate.motion(), estimate.followed)
        if said is not None:
            return said
    return answer(question, measured, estimate.people, medium)


def answer(question: str, measured: Facts, people: int, medium: str) -> str | None:
    """The same from facts of the first person. ``people`` were found in the ``medium``, a photo or video."""
    asked, description = question.lower(), describe(measured)
    if HOW_MANY.search(asked):
        return f"{people} {'person was' if people == 1 else 'people were'} found in the {medium}. {description}"
    limits = f"Cannot tell: only the body is read from the {medium}"
    if topic := unseen_topic(question):
        return f"{limits}, nothing about {topic}. {description}"
    named = [name for name, pattern in QUESTION_PATTERNS.items() if re.search(rf"\b{pattern}", asked)]
    if named and asked.count(",") > 1:  # a list to choose from
        return None
    if named:
        return f"{limits}, and its movement does not show whether this is {' or '.join(named)}. {description}"
    if OPEN.search(asked) and not _about_body(asked):
        return description
    if not named and not _about_body(asked) and not OPEN.search(asked):
        return f"{limits}, and its measurements do not answer this. {description}"
    return None


def _about_body(asked: str) -> bool:
    """Whether a question names what is measured, beside asking what is going on."""
    patterns = [pattern for pattern, _ in TOPICS[1:]] + [pattern for _, pattern, _ in (*ACTS, *SIDED)]
    return any(re.search(pattern, asked) for pattern in patterns)

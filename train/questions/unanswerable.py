"""Unanswerable questions: about what a motion does not show, such as colours, faces, objects or sound."""

from __future__ import annotations

import random

from train.questions.records import UNKNOWN, Candidate, MultipleChoice
from train.questions.templates import fill, load_data


def unanswerable_question(rng: random.Random) -> Candidate:
    """A random question that no motion answers; its answer is ``unknown``."""
    data = load_data("unanswerable.json")
    name = rng.choice(tuple(data["topics"]))
    topic = data["topics"][name]
    answers = fill(data["answers"], what=topic["what"])
    options = (*topic["options"], UNKNOWN)
    return MultipleChoice(f"unseen/{name}", "hallucination", UNKNOWN, options, "", tuple(topic["questions"]), answers)

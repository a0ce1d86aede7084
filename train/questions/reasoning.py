"""Questions about meaning: the activity, its purpose, pace and mood, from the recording's label and the facts."""

from __future__ import annotations

import random
from collections.abc import Iterator

from train.captions import Example
from train.questions import predicates
from train.questions.activities import ACTIVITIES, NOUN_PHRASES, PURPOSES, main_activity, shows
from train.questions.logic import SIDES
from train.questions.records import YES_NO, Candidate, YesNo
from train.questions.templates import load_data, multiple_choice, yes_no

MOODS: dict[str, dict] = load_data("moods.json")
"""Style of a recording -> ``answer``, its ``opposite`` and verb phrases."""


def reasoning_questions(example: Example, rng: random.Random, frequencies: dict[str, float]) -> Iterator[Candidate]:
    """Every question about the meaning of the motion that the example decides.

    ``frequencies`` weights the wrong activities offered beside the true one; empty, all have the same weight.
    """
    main = main_activity(example)
    if main:
        yield from _activity(example, main, rng, frequencies)
        yield from _purpose(main)
    yield from _pace(example)
    yield from _mood(example)


def _activity(example: Example, main: str, rng: random.Random, frequencies: dict[str, float]) -> Iterator[Candidate]:
    raised = [predicates.hand_raised(example.facts, side) for side in SIDES]
    title = noun_phrase(main)
    doing = f"doing {title}" if title in ("karate", "a cartwheel") else title
    variant = "both_hands" if main == "raising" and raised == [True, True] else "*"
    words = {"variant": variant, "doing": doing, "verb": ACTIVITIES[main][0]}
    yield multiple_choice("what", main, options=tuple(ACTIVITIES), **words)
    others = [key for key in ACTIVITIES if key != main and shows(example, key) is False]
    if others:
        default = 0.0 if frequencies else 1.0
        other = rng.choices(others, [frequencies.get(key, default) + 1e-6 for key in others])[0]
        pair = (main, other) if rng.random() < 0.5 else (other, main)
        left, right = (noun_phrase(key) for key in pair)
        yield multiple_choice("which_act", main, main, options=pair, left=left, right=right, title=title, **words)


def _purpose(main: str) -> Iterator[Candidate]:
    for purpose, members in PURPOSES.items():
        if main in members:
            article = {"greeting": "a ", "exercise": "an ", "sport": "a ", "dance": "a "}.get(purpose, "")
            yield multiple_choice("purpose", purpose, options=tuple(PURPOSES), noun=article + purpose)


def noun_phrase(activity: str) -> str:
    """An activity as a noun phrase, ``raising a hand``."""
    return NOUN_PHRASES.get(activity, activity)


def _pace(example: Example) -> Iterator[Candidate]:
    f, speed = example.facts, example.facts.travel.moving_speed
    pace = "slow" if speed < 0.72 else "fast" if speed > 1.3 else None
    if pace and predicates.walks(f):
        yield multiple_choice("pace", pace)
    yield from yes_no("repeats", predicates.repeats(f))
    yield from yes_no("stands_still", predicates.motionless(f))


def mood(example: Example) -> str | None:
    """The mood that the recording's style names, if the measured energy and lean are consistent with it."""
    return MOODS[example.style]["answer"] if example.style in MOODS and _consistent(example) else None


def _mood(example: Example) -> Iterator[Candidate]:
    key = mood(example)
    if key is None:
        return
    entry = MOODS[example.style]
    opposite = entry["opposite"]
    first, second = sorted((key, opposite))
    name = f"mood/{first}-{second}"
    yield multiple_choice(name, key, options=(first, second), wording="mood", first=first, second=second)
    yield YesNo(f"seems/{key}", "reasoning", "yes", YES_NO, "", tuple(entry["verbs"]), "state")
    verbs = next((tuple(other["verbs"]) for other in MOODS.values() if other["answer"] == opposite), None)
    if verbs:
        yield YesNo(f"seems/{opposite}", "reasoning", "no", YES_NO, "", verbs, "state", f"{{A}} *seem {key}")


def _consistent(example: Example) -> bool:
    """Whether the measured energy and lean are consistent with the style."""
    f = example.facts
    gait, energy = f.travel.gait, f.rhythm.energy
    if example.style in ("exhausted", "tired", "elderly", "old", "sad"):
        return energy < {"standing": 0.17, "walking": 0.58, "running": 0.75}.get(gait, 0.3)
    if example.style in ("active", "youthful", "happy", "proud", "angry"):
        return energy > {"standing": 0.14, "walking": 0.54, "running": 0.73}.get(gait, 0.3)
    if gait == "walking" and example.style == "feminine":
        return f.trunk.lean < 1.8
    if gait == "walking" and example.style in ("masculine", "masculinity"):
        return f.trunk.lean > 3.2
    return True

"""Activities: their names, their detection from facts, and the labels of recordings that show them.

``activities.json`` holds the verb phrases of every activity (``*`` marks a verb to conjugate), noun phrases, and what a
label implies: ``labels`` lists the main activity first, then others that the recording is likely to show.
"""

from __future__ import annotations

from collections.abc import Callable

from hmvlm.motion.facts import Facts
from train.captions import Example
from train.questions import predicates
from train.questions.logic import SIDES, TruthValue, any_of
from train.questions.templates import load_data

_DATA = load_data("activities.json")
ACTIVITIES: dict[str, tuple[str, ...]] = {key: tuple(verbs) for key, verbs in _DATA["verbs"].items()}
"""Activity -> marked verb phrases."""
NOUN_PHRASES: dict[str, str] = _DATA["noun_phrases"]
"""Activity -> noun phrase, where it differs from the key."""
CONTRASTS: dict[str, str] = _DATA["contrasts"]
"""Activity -> verb phrase that corrects a wrong guess ("No, he does not run. He walks.")."""
PURPOSES: dict[str, list[str]] = _DATA["purposes"]
LABELS: dict[str, tuple[str, ...]] = {label: tuple(keys) for label, keys in _DATA["labels"].items()}
ANIMAL_SUFFIX = "(human subject)"
"""End of CMU's labels of people who imitate animals."""
UNRELIABLE: list[str] = _DATA["unreliable"]
"""Activities with frequent false detections: a detection counts only where a label makes the activity likely."""
CONFUSABLE: dict[str, list[str]] = _DATA["confusable"]
"""Labelled activity -> activities that facts or words do not separate from it, which stay undecided."""


def _either(check: Callable[[Facts, str], TruthValue]) -> Callable[[Facts], TruthValue]:
    return lambda f: any_of(*(check(f, side) for side in SIDES))


DETECTORS: dict[str, Callable[[Facts], TruthValue]] = {
    "walking": predicates.walks,
    "running": predicates.runs,
    "raising": _either(predicates.hand_raised),
    "waving": _either(predicates.waves),
    "kicking": _either(predicates.kicks),
    "punching": _either(predicates.punches),
    "jumping": predicates.jumps,
    "bending": predicates.bends,
    "squatting": predicates.squats,
    "sitting": predicates.sits,
    "lunging": predicates.lunges,
    "kneeling": predicates.kneels,
    "lying": predicates.lies,
    "spinning": predicates.spins,
    "balancing": _either(predicates.balances),
    "lifting": _either(predicates.leg_lifted),
    "clapping": predicates.claps,
}
"""Activities that facts alone detect; the others are known by label only."""
LABEL_CHECKS: dict[str, Callable[[Facts], bool]] = {
    "walking": lambda f: f.travel.path > 1.0 and f.travel.moving_speed < 1.9,
    "running": lambda f: f.travel.path > 1.0 and f.travel.moving_speed > 1.3,
    "raising": lambda f: any(f.hand(s).rise > 0.3 and f.hand(s).above_shoulder > -0.13 for s in SIDES),
    "waving": lambda f: any(f.hand(s).waves >= 1.5 for s in SIDES),
    "kicking": lambda f: any(f.leg(s).lift > 0.35 for s in SIDES),
    "punching": lambda f: any(f.hand(s).punches for s in SIDES),
    "jumping": lambda f: f.air.jumps > 0,
    "bowing": lambda f: f.trunk.max_forward > 22,
    "squatting": lambda f: f.posture.lowest < 0.8,
    "sitting": lambda f: f.posture.lowest < 0.75,
    "lunging": lambda f: f.posture.lowest < 0.85,
    "lifting": lambda f: any(f.leg(s).lift > 0.25 for s in SIDES),
    "stepping": lambda f: any(f.leg(s).lift > 0.25 for s in SIDES),
    "balancing": lambda f: any(f.leg(s).held_up > 1.0 for s in SIDES),
    "extending": lambda f: any(f.hand(s).behind > 0.25 for s in SIDES),
    "rotating": lambda f: any(f.hand(s).abduction > 60 for s in SIDES),
    "climbing": lambda f: f.posture.highest > 1.1,
    "cartwheel": lambda f: f.posture.upside_down > 0,
}
"""What the facts must show for a recording's label to hold (for the recording or a segment of it)."""


def label_activities(label: str) -> tuple[str, ...]:
    """Activities that a recording's label names or makes likely, the main one first; empty for an unknown label."""
    if label.endswith(ANIMAL_SUFFIX):
        return tuple(_DATA["animal_label"])
    return LABELS.get(label, ())


def shows(example: Example, activity: str) -> TruthValue:
    """Whether an example clearly shows an activity, by label and facts together."""
    labels, f = label_activities(example.action), example.facts
    if labels and activity == labels[0]:
        return True if LABEL_CHECKS.get(activity, _moves)(f) else None
    if labels and activity in CONFUSABLE.get(labels[0], ()):
        return None
    if activity not in DETECTORS:
        return False if labels and activity not in labels else None
    detected = DETECTORS[activity](f)
    return None if detected and activity in UNRELIABLE and activity not in labels else detected


def _moves(f: Facts) -> bool:
    return f.rhythm.still < 0.7


def main_activity(example: Example) -> str | None:
    """The activity that the label names, if the facts are consistent with it."""
    labels = label_activities(example.action)
    return labels[0] if labels and shows(example, labels[0]) else None

"""Tests of single actions on the facts of a motion: by verb, and by what is said of body and place.

The thresholds lie under what nine in ten of the authored and recorded motions of an action reach
(``python -m benchmarks.act_tests``): a test that fails means that the action is missing.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from hmvlm.motion.facts import Facts
from hmvlm.motion.facts.signals import SIDES

Test = Callable[[Facts], bool]

TRAVELS = 0.8
"""Shortest path (m) that counts as going somewhere."""
WORKS = 0.5
"""Least peak speed (m/s, relative to the trunk) of a hand that does something."""
SWINGS = 0.9
"""Least peak speed (m/s) of a hand that throws, hits or swings."""


def turned(f: Facts) -> float:
    """Largest change of heading (degrees) to either side."""
    return max(f.travel.turn_left, f.travel.turn_right)


def _hand_speed(f: Facts) -> float:
    return max(f.hand(side).peak_speed for side in SIDES)


def _reaches(f: Facts) -> list[float]:
    return [f.hand(side).reach for side in SIDES]


def _to_face(f: Facts) -> bool:
    return any(f.hand(side).to_face < 0.4 and f.hand(side).rise > 0.2 for side in SIDES)


def _goes(f: Facts) -> bool:
    return f.travel.path >= TRAVELS


def _works(f: Facts) -> bool:
    return _hand_speed(f) > WORKS


def _swings(f: Facts) -> bool:
    return _hand_speed(f) > SWINGS


def _lowers(f: Facts) -> bool:
    return f.posture.lowest < 0.88 or f.trunk.max_forward > 28


def _by_verb(test: Test, verbs: str) -> dict[str, Test]:
    return dict.fromkeys(verbs.split(), test)


VERBS: dict[str, Test] = {
    **_by_verb(
        _goes,
        "walk jog march stroll stride sneak creep tiptoe limp stumble stagger wander strut pace skip hobble shuffle "
        "trudge swagger waddle amble roam gallop moonwalk prowl saunter",
    ),
    **_by_verb(
        _works,
        "wash type stir sweep mop wipe paint dig hammer saw drum strum conduct juggle pour write drink sip eat comb "
        "point beckon gesture knock push pull knit cook reach",
    ),
    **_by_verb(_swings, "throw toss hurl pitch serve swing hit strike slap smash spike chop bowl fling"),
    **_by_verb(_to_face, "drink sip eat salute yawn"),
    **_by_verb(lambda f: f.posture.lowest < 0.88, "crouch squat duck"),
    "run": lambda f: _goes(f) and (f.travel.gait == "running" or f.travel.moving_speed > 1.2),
    "sprint": lambda f: _goes(f) and f.travel.moving_speed > 1.6,
    "crawl": lambda f: f.posture.lowest < 0.75,
    "jump": lambda f: f.air.jumps + f.air.hops + f.air.jacks > 0,
    "hop": lambda f: f.air.jumps + f.air.hops > 0,
    "leap": lambda f: f.air.jumps + f.air.hops > 0,
    "sit": lambda f: f.posture.sits > 0 or f.posture.seated > 0 or f.posture.lowest < 0.7,
    "squat": lambda f: f.posture.squats > 0,
    "kneel": lambda f: f.posture.kneels > 0.3,
    "lie": lambda f: f.posture.lies > 0.3,
    "kick": lambda f: f.left_leg.kicks + f.right_leg.kicks > 0 or max(f.left_leg.lift, f.right_leg.lift) > 0.35,
    **_by_verb(
        lambda f: f.left_hand.punches + f.right_hand.punches > 0 or (_hand_speed(f) > 1.4 and max(_reaches(f)) > 0.35),
        "punch box",
    ),
    "wave": lambda f: any(
        f.hand(side).waves >= 1 or (f.hand(side).raised > 0.3 and f.hand(side).peak_speed > 0.8) for side in SIDES
    ),
    "clap": lambda f: f.claps > 0 or (f.hands_together > 0.1 and _hand_speed(f) > 1),
    "bow": lambda f: f.trunk.bows > 0 or f.trunk.max_forward > 25,
    "turn": lambda f: turned(f) > 30 or f.travel.spins > 0,
    "spin": lambda f: f.travel.spins > 0 or turned(f) > 250,
    "lunge": lambda f: (
        f.posture.lunges > 0
        or (f.posture.lowest < 0.8 and max(f.left_leg.forward_step, f.right_leg.forward_step) > 0.4)
    ),
    "bend": _lowers,
    "rise": lambda f: f.posture.start < 0.8 < f.posture.end,
}
"""Tests by the base form of the verb."""
CLEAR: dict[str, Test] = {
    "run": lambda f: _goes(f) and (f.travel.gait == "running" or f.travel.moving_speed > 1.6),
    "kick": lambda f: f.left_leg.kicks + f.right_leg.kicks > 0,
    "punch": lambda f: f.left_hand.punches + f.right_hand.punches > 0,
    "box": lambda f: f.left_hand.punches + f.right_hand.punches > 0,
    "wave": lambda f: max(f.left_hand.waves, f.right_hand.waves) >= 1,
    "clap": lambda f: f.claps > 0,
    "bow": lambda f: f.trunk.bows > 0,
    "lunge": lambda f: f.posture.lunges > 0,
    "sit": lambda f: f.posture.sits > 0 or f.posture.seated > 0,
}
"""Stricter tests of some verbs: what passes shows the action clearly, what fails may still show it."""
OTHER_SENSES: dict[str, str] = {
    "crawl": r"stroke|swim|front|back",
    "skip": r"rope|stones?",
    "spin": r"hoop|arms?|wheel|ball|pen",
    "turn": r"page|hoop|arms?|key|knob|wheel|handle|stroke|swipes?",
    "bend": r"elbows?|sideways|side|wrists?|knees?",
    "kick": r"butt|heels?",
    "bow": r"arrows?",
    "run": r"heels?|drill",
    "limp": r"goes|went|going",
    "drink": r"tray|carr\w+",
    "wave": r"somebody|someone over|flag",
    "swing": r"arms?|legs?",
    "hop": r"hip",
    "lie": r"to|about",
    "serve": r"food|drinks?|tray",
    "chop": r"vegetables?|veg\w*|food|salad|onions?|carrots?|tomato\w*|potato\w*|fruit|herbs?|meat|garlic|ingredients",
}
"""Words beside a verb that give it a sense which its test does not mean."""
_GROUND = r"(?:ground|floor)"
PHRASES: tuple[tuple[str, Test], ...] = (
    (rf"\bpick\w*\b.*\b(?:up|{_GROUND})\b.*\b{_GROUND}\b|\bpick\w*\b.*\boff the {_GROUND}\b", _lowers),
    (rf"\b(?:sit\w*|sat)\b(?: \w+){{0,3}} (?:on|to) the (?:\w+ )?{_GROUND}\b", lambda f: f.posture.lowest < 0.45),
    (r"\b(?:push|press|sit)[- ]?ups?\b|(?<!saws a )\bplanks?\b(?! of)|\bburpees?\b", lambda f: f.posture.lowest < 0.6),
    (r"\b(?:somersault|forward roll|roll over|rolls? on)\w*\b", lambda f: f.posture.lowest < 0.6),
    (r"\b(?:cartwheel|handstand)s?\b", lambda f: f.posture.upside_down > 0.1),
    (
        rf"\b(?:gets?|getting|got|stands?|standing|stood|rises?|rising|rose) up from the {_GROUND}\b"
        rf"|\bris\w+ from the {_GROUND}\b",
        lambda f: f.posture.start < 0.6 < f.posture.end,
    ),
    (r"\btouch\w*\b.*\btoes\b", lambda f: f.trunk.max_forward > 45),
)
"""Tests by what a text says of an action that is no verb, or of its place, as patterns of lower-case text."""
_PHRASES = tuple((re.compile(pattern), test) for pattern, test in PHRASES)


_OTHER = {verb: re.compile(rf"\b(?:{words})\b") for verb, words in OTHER_SENSES.items()}


def verb_test(verb: str, text: str) -> Test | None:
    """The test of a verb in the sense that it has in a lower-case text, or None."""
    other = _OTHER.get(verb)
    return None if other is not None and other.search(text) else VERBS.get(verb)


def phrases(text: str) -> list[tuple[str, Test]]:
    """The words of a lower-case text that have a test of their own, and the test."""
    return [(found[0], test) for pattern, test in _PHRASES if (found := pattern.search(text))]

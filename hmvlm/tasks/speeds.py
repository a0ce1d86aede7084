"""Questions how fast somebody moves, answered by the measured speed: the language model names a pace at best."""

from __future__ import annotations

import re

from hmvlm.motion.clip import Motion
from hmvlm.motion.facts import Facts, describe, facts
from hmvlm.motion.facts.topic_notes import TRAVELS, pace

ASKED = re.compile(
    r"\bhow (fast|quick|quickly|slow|slowly)\b"
    r"|\b(what|which|what's|whats)( is| was)?( the| his| her| their| its)?( \w+)? (speed|pace|velocity)\b"
)
PARTS = re.compile(
    r"\b(hands?|arms?|fists?|legs?|feet|foot|knees?|heads?|rais\w*|wav\w*|kick\w*|punch\w*|jump\w*|hop\w*|turn\w*"
    r"|spin\w*|sit\w*|squat\w*|bend\w*|bow\w*|clap\w*|stand\w* up|get\w* up|danc\w*|throw\w*)\b"
)
"""What else may be fast; its speed is not measured."""


def told(question: str, motion: Motion | None, measured: Facts | None = None) -> str | None:
    """The answer to a question for the speed over the floor; None for other questions and for photos.

    ``measured`` are the facts of the motion, if they are known.
    """
    asked = question.lower()
    if motion is None or len(motion) < 2 or not ASKED.search(asked) or PARTS.search(asked):
        return None
    measured = measured or facts(motion)
    way = measured.travel
    if way.path < TRAVELS:
        return f"The person stays in place. {describe(measured)}"
    verb = {"running": "runs", "walking": "walks"}.get(way.gait, "moves")
    speed = f"about {way.moving_speed:.1f} m/s ({way.moving_speed * 3.6:.0f} km/h)"
    named = f", a {pace(way)} pace" if verb == "walks" else ""
    return f"The person {verb} at {speed}{named}."

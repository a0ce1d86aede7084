"""Three-valued logic of measured facts.

True, False, or None where a value is too close to its threshold to ask about.
"""

from __future__ import annotations

TruthValue = bool | None
SIDES = ("left", "right")
OTHER = {"left": "right", "right": "left"}


def threshold(value: float, no: float, yes: float) -> TruthValue:
    """True from ``yes`` on, False up to ``no`` (the other way round if ``yes`` is the smaller), None in between."""
    if yes < no:
        value, no, yes = -value, -no, -yes
    return True if value >= yes else False if value <= no else None


def all_of(*parts: TruthValue) -> TruthValue:
    """Conjunction: False if any part is False, else None if any is None."""
    return False if any(p is False for p in parts) else None if None in parts else True


def any_of(*parts: TruthValue) -> TruthValue:
    """Disjunction: True if any part is True, else None if any is None."""
    return True if any(p is True for p in parts) else None if None in parts else False


def decide(yes: bool, no: bool) -> TruthValue:
    """True if ``yes``, False if ``no``, else None."""
    return True if yes else False if no else None


def side_of(left: TruthValue, right: TruthValue) -> str | None:
    """``left``, ``right`` or ``both`` if both sides are decided and at least one is True, else None."""
    if left is None or right is None:
        return None
    return {(True, False): "left", (False, True): "right", (True, True): "both"}.get((left, right))

"""Chances of groups of segments so that every source has its share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping


def shared(chances: Mapping[str, float], shares: Mapping[str, float]) -> dict[str, float]:
    """Chances of groups (``source: topic``) scaled so that those of a source add up to its share.

    Raises:
        ValueError: no source has a share.
    """
    totals: dict[str, float] = defaultdict(float)
    for name, chance in chances.items():
        totals[name.partition(": ")[0]] += chance
    scaled = {}
    for name, chance in chances.items():
        source = name.partition(": ")[0]
        scaled[name] = chance / totals[source] * shares.get(source, 0.0) if chance else 0.0
    if not any(scaled.values()):
        raise ValueError(f"no source of {', '.join(sorted(totals))} has a share above 0; change --source-weights")
    return scaled

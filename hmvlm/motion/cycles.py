"""Another number of repetitions: a motion that shows an action several times, shortened or lengthened by whole cycles.

Where the poses around one moment are like those around a later one, what lies between them can be played again or left
out, and the motion goes on without a jump. This is the transition of a motion graph (Kovar et al., 2002) within one
motion; that it holds a given number of cycles, its length tells.
"""

from __future__ import annotations

import numpy as np

PLAY = 0.3
"""By which share one cycle may be shorter or longer than the mean one."""
UNEVEN = 0.5
"""What it costs a stretch to have cycles of another length than the mean, per share of it."""
BUSY = 0.2
"""Share of its largest distance from its first and last pose from which on a body is not at rest."""


def recounted(steps: np.ndarray, shown: int, wanted: int) -> tuple[list[int], float] | None:
    """The steps of a motion in an order in which they show its action ``wanted`` times.

    Args:
        steps: ``(S, D)``, poses and speeds of each step, in units in which all columns count alike.
        shown: how often the motion shows the action. wanted: how often it should.

    Returns:
        Numbers of steps, and how unlike the two moments are that come together: the distance of their steps with those
        before and after, 1 being that of any two steps. None where there is no cycle to repeat or leave out.
    """
    count, change = len(steps), wanted - shown
    if shown < 2 or wanted < 1 or not change or count < 4:
        return None
    begin, end = _busy(steps)
    period, unlike = (end - begin) / shown, _unlike(steps)
    parts = [part for part in range(1, shown) if change % part == 0] if change > 0 else [-change]
    found: list[tuple[float, int, int, int]] = []
    gaps = np.arange(count)[None] - np.arange(count)[:, None]
    for part in parts:
        uneven = np.abs(gaps / (part * period) - 1) * part
        cost = np.where((uneven <= PLAY) & (gaps > 0), unlike + UNEVEN * uneven, np.inf)
        first, last = np.unravel_index(cost.argmin(), cost.shape)
        found.append((float(cost[first, last]), int(first), int(last), part))
    cost, first, last, part = min(found)
    if not np.isfinite(cost):
        return None
    if change < 0:
        return [*range(first), *range(last, count)], cost
    return [*range(last), *([*range(first, last)] * (change // part)), *range(last, count)], cost


def _unlike(steps: np.ndarray) -> np.ndarray:
    """``(S, S)``: how unlike two moments are, infinite at both ends, which have no step before or after."""
    away = np.linalg.norm(steps[:, None] - steps[None], axis=-1)
    unlike = np.full_like(away, np.inf)
    unlike[1:-1, 1:-1] = (away[:-2, :-2] + away[1:-1, 1:-1] + away[2:, 2:]) / (3 * max(float(away.mean()), 1e-9))
    return unlike


def _busy(steps: np.ndarray) -> tuple[int, int]:
    """The stretch of a motion without the rest before and after."""
    away = np.minimum(*(np.linalg.norm(steps - steps[place], axis=-1) for place in (0, -1)))
    busy = np.flatnonzero(away > BUSY * away.max())
    return (max(int(busy[0]) - 1, 0), min(int(busy[-1]) + 2, len(steps))) if len(busy) else (0, len(steps))

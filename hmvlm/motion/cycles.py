"""Another number of repetitions: a motion that shows an action several times, shortened or lengthened by whole cycles.

Where the poses around one moment are like those around a later one, what lies between them can be played again or left
out, and the motion goes on without a jump. This is the transition of a motion graph (Kovar et al., 2002) within one
motion; that it holds a given number of cycles, its length tells.
"""

from __future__ import annotations

import numpy as np

PLAY = 0.3
"""By how much of a cycle a stretch may be longer or shorter than a whole number of them."""
UNEVEN = 0.5
"""What that costs, per cycle."""
BUSY = 0.2
"""Share of its largest distance from its first and last pose from which on a body is not at rest."""
NARROW, WIDE = 0.55, 1.125
"""How short a cycle may be, and how long one of two, as a share of the busy time by the number of repetitions: raising
the arms before clapping is busy time as well, and between repetitions a body may rest.
"""


def recounted(frames: np.ndarray, shown: int, wanted: int, stride: int) -> tuple[list[int], float] | None:
    """The steps of a motion in an order in which they show its action ``wanted`` times.

    Args:
        frames: ``(S stride, D)``, poses and speeds, in units in which all columns count alike.
        shown: how often the motion shows the action. wanted: how often it should. stride: frames a step.

    Returns:
        Numbers of steps, and how unlike the two moments are that come together: the distance of their frames with those
        of the steps before and after, 1 being that of any two frames. None where no cycle can be repeated or left out.
    """
    count, change = len(frames) // stride, wanted - shown
    away = np.linalg.norm(frames[:, None] - frames[None], axis=-1)
    if shown < 2 or wanted < 1 or not change or count < 4 or not away.any():
        return None
    away /= away.mean()
    period, unlike = _period(away, shown) / stride, _unlike(away, stride)
    parts = [part for part in range(1, shown) if change % part == 0] if change > 0 else [-change]
    found: list[tuple[float, int, int, int]] = []
    gaps = np.arange(count)[None] - np.arange(count)[:, None]
    for part in parts:
        uneven = np.abs(gaps / period - part)
        cost = np.where((uneven <= PLAY) & (gaps > 0), unlike + UNEVEN * uneven, np.inf)
        row, column = np.unravel_index(cost.argmin(), cost.shape)
        found.append((float(cost[row, column]), int(row), int(column), part))
    seam, first, last, part = min(found)
    if not np.isfinite(seam):
        return None
    if change < 0:
        return [*range(first), *range(last, count)], seam
    return [*range(last), *([*range(first, last)] * (change // part)), *range(last, count)], seam


def _period(away: np.ndarray, shown: int) -> float:
    """Frames of a cycle: the time after which the poses come again most alike, and once more after twice that time."""
    begin, end = _busy(away)
    mean, inner = (end - begin) / shown, away[begin:end, begin:end]
    lags = np.array([np.diagonal(inner, lag).mean() for lag in range(len(inner))])
    if len(lags) < 4:
        return mean
    times = np.arange(1, max(2, shown))
    wide = shown / (shown - 1) if shown > 2 else WIDE  # the whole of two repetitions is alike from rest to rest
    tried = np.arange(max(2.0, NARROW * mean), max(2.0, wide * mean) + 0.25, 0.25)
    cost = [np.interp(times * one, np.arange(len(lags)), lags, right=np.nan) for one in tried]
    return float(tried[int(np.argmin([np.nanmean(one[: max(1, shown // 2)]) for one in cost]))])


def _unlike(away: np.ndarray, stride: int) -> np.ndarray:
    """``(S, S)``: how unlike the moments around two steps are; infinite at both ends, which have none beside them."""
    count = len(away) // stride
    unlike = np.full((count, count), np.inf)
    steps = np.arange(1, count - 1) * stride
    around = range(-stride, 2 * stride)
    unlike[1:-1, 1:-1] = np.mean([away[np.ix_(steps + shift, steps + shift)] for shift in around], axis=0)
    return unlike


def _busy(away: np.ndarray) -> tuple[int, int]:
    """The frames of a motion without the rest before and after, of distances ``(T, T)`` between its frames."""
    rest = np.minimum(away[0], away[-1])
    busy = np.flatnonzero(rest > BUSY * rest.max())
    return (int(busy[0]), int(busy[-1]) + 1) if len(busy) else (0, len(away))

"""Landmarks as the mean of two networks' readings.

A network mostly underestimates how far a trunk leans towards the camera or away from it, over rendered pictures by a
quarter to a half. The errors of two networks are partly independent, so that their mean is nearer to the truth than
either (``python -m benchmarks.landmarks --net both --recordings data/motions.npz``). The larger network is slow. In a
clip it reads every fourth frame; between these, the difference to the smaller one's reading is interpolated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from hmvlm.vision.landmarks import MIRROR, Landmarks, distance

READ_EVERY = 4
"""In each so many frames of a clip both networks read."""
FARTHEST = 0.08
"""Median distance of two readings, as a share of the region, from which they are not taken to be of one body."""


def agree(one: Landmarks, other: Landmarks) -> bool:
    """Whether two readings are of one body, with the same side on the left."""
    far = distance(one.pixels, other.pixels, one.region[2])
    return far < FARTHEST and far < distance(one.pixels, other.pixels[MIRROR], one.region[2])


def mean(one: Landmarks, other: Landmarks) -> Landmarks:
    """The mean of two readings that agree, with the visibility of ``one``; else ``one``."""
    if not agree(one, other):
        return one
    return replace(one, pixels=(one.pixels + other.pixels) / 2, metric=(one.metric + other.metric) / 2)


def means(track: Sequence[Landmarks | None], again: Mapping[int, Landmarks]) -> list[Landmarks | None]:
    """A track with places moved to the mean of both readings.

    Args:
        track: one person's landmarks by frame, None where not seen.
        again: the other network's by frame, of some frames. Those that disagree are not used.
    """
    pairs = [
        (frame, one, other)
        for frame, other in sorted(again.items())
        if frame < len(track) and (one := track[frame]) is not None and agree(one, other)
    ]
    if not pairs:
        return list(track)
    keys, frames = [frame for frame, _, _ in pairs], np.arange(len(track))
    moves = [np.c_[other.pixels - one.pixels, other.metric - one.metric].ravel() / 2 for _, one, other in pairs]
    moved = np.stack([np.interp(frames, keys, column) for column in np.transpose(moves)], axis=1).reshape(
        len(track), -1, 5
    )
    return [
        None if one is None else replace(one, pixels=one.pixels + move[:, :2], metric=one.metric + move[:, 2:])
        for one, move in zip(track, moved, strict=True)
    ]

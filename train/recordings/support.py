"""Support: whether the floor, or free flight, explains where a body is in every frame.

Recordings of ladders, stools, stairs and playgrounds hold the body but not the apparatus, so on an empty floor the body
floats. A frame floats if no part of the body is near the floor and the body is not in ballistic flight. Jumps,
cartwheels, flips and lying bodies are supported: they touch the floor with some part, or fall freely.
"""

from __future__ import annotations

import logging
from dataclasses import replace

import numpy as np

from hmvlm.motion.support import TOUCH_HEIGHT, Support, measure_support
from train.recordings.store import Recording

log = logging.getLogger(__name__)

SHORTEST_PIECE = 1.0
"""Supported spans of a cut clip that are shorter than this (s) are left out."""
DROP_SHARE, CUT_SHARE = 0.1, 0.5
"""Largest share of floating frames of a clip that is kept whole, and of one that is cut."""
MODES = ("keep", "drop", "cut")


def supported_spans(support: Support, fps: float) -> list[tuple[int, int]]:
    """Spans ``(start, stop)`` without floating frames that last at least :data:`SHORTEST_PIECE` seconds.

    A span that begins or ends at a floating one is shortened to the frames from its first to its last touch of the
    floor, so that no piece begins with the fall from a ladder.
    """
    spans = []
    for start, stop in support.spans(floating=False):
        touching = start + np.flatnonzero(support.lowest[start:stop] <= TOUCH_HEIGHT)
        if len(touching) == 0:
            continue
        first = int(touching[0]) if start > 0 else start
        last = int(touching[-1]) + 1 if stop < len(support.lowest) else stop
        if last - first >= SHORTEST_PIECE * fps:
            spans.append((first, last))
    return spans


def apply_support(clips: list[Recording], mode: str = "drop") -> list[Recording]:
    """Measure every clip's support, and drop or cut what floats among the training clips.

    Each clip's ``quality`` gets ``floating``, the share of its frames that float. Clips of other splits stay as they
    are, so that evaluations remain comparable.

    Args:
        clips: prepared recordings.
        mode: ``keep`` changes nothing else. ``drop`` leaves out clips that float in more than :data:`DROP_SHARE` of
            their frames. ``cut`` keeps a clip's supported spans as clips ``NAME_1``, ``NAME_2`` …, and leaves out
            clips that float in more than :data:`CUT_SHARE`: the rest of them does not show what the label says.

    Raises:
        ValueError: another mode.
    """
    if mode not in MODES:
        raise ValueError(f"unknown mode {mode!r} for floating clips; known are {', '.join(MODES)}")
    kept: list[Recording] = []
    dropped = cut = 0
    for clip in clips:
        support = measure_support(clip.motion)
        clip = replace(clip, quality={**clip.quality, "floating": round(support.share, 4)})
        if mode == "keep" or clip.split != "train" or not support.floating.any():
            kept.append(clip)
        elif support.share > (DROP_SHARE if mode == "drop" else CUT_SHARE):
            dropped += 1
            log.info("%s left out: no support in %.0f %% of its frames", clip.name, 100 * support.share)
        elif mode == "drop":
            kept.append(clip)
        else:
            pieces = _cut(clip, supported_spans(support, clip.motion.fps))
            cut += 1
            log.info("%s cut: %.0f %% float, %d supported spans remain", clip.name, 100 * support.share, len(pieces))
            kept += pieces
    log.info("support: %d clips measured, %d left out, %d cut; %d remain", len(clips), dropped, cut, len(kept))
    return kept


def _cut(clip: Recording, spans: list[tuple[int, int]]) -> list[Recording]:
    """The spans of a clip as clips that start at the origin facing +Z."""
    quality = {**clip.quality, "floating": 0.0}
    return [
        replace(clip, name=f"{clip.name}_{number}", motion=clip.motion.slice(start, stop).canonical(), quality=quality)
        for number, (start, stop) in enumerate(spans, 1)
    ]

"""Cutting long trials."""

import random

import numpy as np
import pytest

from hmvlm.motion.clip import Motion
from tests import motions
from train.captions.cuts import LONGEST, SHORTEST, Piece, boundaries, crop, cut
from train.captions.rest import measure_readiness
from train.recordings.store import Recording


def together(*pieces: Motion) -> Motion:
    """Motions one after the other, each going on where the last one ended."""
    place, trans = np.zeros(3, np.float32), []
    for piece in pieces:
        shift = (place - piece.trans[0]) * [1, 0, 1] if trans else np.zeros(3)
        trans.append(piece.trans + shift)
        place = trans[-1][-1]
    return Motion(np.concatenate([p.poses for p in pieces]), np.concatenate(trans), fps=20.0)


def clip(motion: Motion, split: str = "val") -> Recording:
    return Recording("trial", "cmu", split, "walk", motion)


def test_short_recordings_stay_whole():
    assert cut(clip(motions.walk(9.9))) == [Piece(0, 198, "whole")]


@pytest.mark.parametrize("seconds", [10.5, 23.0, 60.0])
def test_pieces_cover_the_recording_and_have_the_right_length(seconds):
    motion = motions.walk(seconds)
    pieces = cut(clip(motion))
    assert pieces[0].start == 0 and pieces[-1].stop == len(motion)
    assert all(a.stop == b.start for a, b in zip(pieces, pieces[1:]))
    assert all(SHORTEST * 20 <= p.stop - p.start <= LONGEST * 20 for p in pieces)


def test_training_pieces_begin_and_end_on_the_floor():
    """Jumps without a pause, in which every piece of the older cuts may begin in the air."""
    motion = together(motions.jump(0.4, count=4), motions.raise_hand("left", 4.0), motions.jump(0.4, count=4))
    ready = measure_readiness(motion)
    assert ready.airborne.any() and ready.hands_up.any()
    pieces = cut(clip(motion, "train"))
    edges = [frame for piece in pieces for frame in (piece.start, piece.stop - 1)]
    assert len(pieces) > 1 and not (ready.airborne | ready.hands_up | ready.crouched)[edges].any()
    assert all(SHORTEST * 20 <= piece.stop - piece.start <= LONGEST * 20 for piece in pieces)


def test_a_training_recording_that_begins_in_the_air_loses_its_beginning():
    motion = motions.jump(0.4, count=2)
    start = int(np.flatnonzero(measure_readiness(motion).airborne)[0]) + 1
    (piece,) = cut(clip(motion.slice(start, len(motion)), "train"))
    assert piece.start > 0 and not measure_readiness(motion).airborne[start + piece.start]


def test_cuts_fall_between_activities():
    motion = together(
        motions.squat(4.0), motions.still(1.0), motions.raise_hand("left", 5.0), motions.still(1.0), motions.walk(5.0)
    )
    inner = boundaries(motion.joints())[1:-1]
    assert inner
    calm = [(78, 110), (195, 225)]
    assert all(any(low <= edge <= high for low, high in calm) for edge in inner), inner


def test_crops_are_inside_and_between_two_and_six_seconds():
    rng = random.Random(0)
    long = clip(motions.walk(9.0))
    for _ in range(50):
        (piece,) = crop(long, rng)
        assert 0 <= piece.start < piece.stop <= 180 and 40 <= piece.stop - piece.start <= 120
    assert crop(clip(motions.walk(3.0)), rng) == []


def test_bad_pieces_are_refused():
    with pytest.raises(ValueError, match="start < stop"):
        Piece(5, 5, "whole")
    with pytest.raises(ValueError, match="kind"):
        Piece(0, 5, "half")

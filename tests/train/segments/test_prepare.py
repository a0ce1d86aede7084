"""Encoded segments with captions and questions."""

import random

from tests import motions
from tests.tiny import tiny_model
from train.instruct.mixture import Mixture
from train.recordings.store import Recording
from train.segments.prepare import prepare
from train.segments.segment import load_segments


def test_segments_hold_both_sides_of_the_mirror(stages):
    segments = load_segments(stages / "stage2.npz")
    assert len(segments) == 2 * 3 and {s.split for s in segments} == {"train", "val"}
    assert all(len(s.codes) == 2 and s.codes[0].shape[1] == 5 and s.captions and s.questions for s in segments)
    assert all(s.mirror.mirror is s and len(s.mirror.captions) == len(s.captions) for s in segments)


def test_cmu_is_encoded_at_more_speeds_and_asked_about_at_its_own(stages, tmp_path):
    walk = motions.walk(6, speed=1.1)
    clip = Recording("cmu_07_01", "cmu", "train", "walk", walk, {}, {})
    prepare([clip], str(stages / "tokenizer"), str(tmp_path / "cmu.npz"), captions=3, questions=4)
    segments = load_segments(tmp_path / "cmu.npz")
    whole = next(s for s in segments if len(s.codes[0]) == len(walk) // 4)
    assert {s.group for s in segments} == {"cmu: cmu walk"} and whole.own == 2
    lengths = [len(codes) for codes in whole.codes]
    assert len(lengths) == 6 and min(lengths[2:4]) > max(lengths[:2]) > max(lengths[4:])
    mixture = Mixture(segments, tiny_model().builder, share_captioning=0.0, share_questions=1.0)
    drawn = [
        mixture.question(whole, seed % len(whole.questions), random.Random(seed)).sequence.codes for seed in range(20)
    ]
    assert {int((codes[:, 0] >= 0).sum()) for codes in drawn} <= set(lengths[:2])

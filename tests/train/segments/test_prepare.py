"""Encoded segments with captions and questions."""

import json
import random

from tests import motions
from tests.tiny import tiny_model
from train.instruct.mixture import Mixture
from train.recordings.store import Recording
from train.segments.prepare import prepare
from train.segments.segment import load_segments


def test_segments_hold_both_sides_of_the_mirror(stages):
    segments = load_segments(stages / "segments.npz")
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


def test_clauses_of_a_chain_start_with_what_went_before(stages, tmp_path):
    walk = motions.walk(6, speed=1.1)
    told = [["a person walks", "she walks"], "he walks to the left"]
    info = {"cuts": "[0, 70]", "clauses": json.dumps(told), "action": "walk", "captions": "she walks, then left"}
    info["meanings"] = json.dumps([{"key": "walk"}, {"key": "turn"}])
    prepare(
        [Recording("chain", "composed", "train", "", walk, info, {})],
        str(stages / "tokenizer"),
        str(tmp_path / "s.npz"),
    )
    first, _, second, mirrored, whole, _ = load_segments(tmp_path / "s.npz")
    assert first.context == () and first.captions == ("a person walks", "she walks") and first.questions
    assert second.context == (10, 10) and second.group == "composed: turn" and not second.questions
    assert [len(codes) for codes in second.codes] == [(40 + len(walk) - 70 - phase) // 4 for phase in (0, 2)]
    assert len(second.own_codes()) == len(second.codes[0]) - 10
    assert mirrored.captions == ("he walks to the right",) and mirrored.context == second.context
    assert whole.captions == ("she walks, then left",) and len(whole.codes[0]) == len(walk) // 4 and not whole.context


def test_a_composed_motion_of_one_clause_has_all_captions(stages, tmp_path):
    info = {"cuts": "[0]", "clauses": '["she walks"]', "action": "walk", "path": "circle", "captions": "circle\nround"}
    clip = Recording("one", "composed", "train", "", motions.walk(3, speed=1.1), info, {})
    prepare([clip], str(stages / "tokenizer"), str(tmp_path / "s.npz"))
    one, _ = load_segments(tmp_path / "s.npz")
    assert set(one.captions) == {"circle", "round"} and one.group == "composed: walk circle" and not one.context

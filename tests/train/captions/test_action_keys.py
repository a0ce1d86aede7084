"""Actions of labels, their captions, and pieces that carry both."""

import json
import random
from pathlib import Path

from hmvlm.motion.clip import Motion
from hmvlm.motion.facts import facts
from tests import motions
from train.captions import action_keys
from train.captions.action_keys import find_action, human_captions, own_captions
from train.captions.pieces import make_pieces
from train.captions.rest import holds_t_pose
from train.phrasings import PHRASINGS
from train.recordings.store import Recording

TABLE = json.loads(Path(action_keys.__file__).with_suffix(".json").read_text(encoding="utf-8"))
RULES_ONLY = {"ui_prmd"}


def recording(motion, label, source="snu", **info) -> Recording:
    return Recording(f"{source}_1", source, "train", label, motion, info)


def test_every_action_has_lines():
    own = {name.split()[0] for name in TABLE["captions"]}
    for source, labels in TABLE["labels"].items():
        missing = {entry["action"] for entry in labels.values()} - own - set(PHRASINGS)
        assert source in RULES_ONLY or not missing, missing


def test_a_walk_turns_only_where_it_turns():
    straight, left = motions.walk(4), motions.walk(4, turn=90.0)
    found = [find_action(recording(m, "walk turn"), m, facts(m), False) for m in (straight, left, motions.still(3))]
    assert [(action.key, action.path) for action in found] == [("walk", ""), ("walk", "turn"), ("stand", "")]
    assert found[1].side in ("left", "right") and any(found[1].side in line for line in own_captions(found[1]))


def test_labels_of_single_actions_do_not_hold_in_pieces():
    motion = motions.still(3)
    clip = recording(motion, "backflip", "deepmimic")
    assert find_action(clip, motion, facts(motion), True).key == "backflip"
    assert find_action(clip, motion, facts(motion), False) is None


def test_a_squat_that_stays_up_is_none():
    for knee, found in ((2.0, True), (0.3, False)):
        motion = motions.squat(3.0, knee)
        clip = recording(motion, "squat (two arms stretch out)", "utd_mhad")
        assert (find_action(clip, motion, facts(motion), True) is not None) == found


def test_t_poses_are_found():
    poses = motions.still(1).poses * 0
    assert holds_t_pose(Motion(poses, motions.still(1).trans, fps=20.0)) and not holds_t_pose(motions.walk(2))


def test_human_sentences_hold_in_pieces_only_if_steady():
    clip = recording(motions.still(2), "walk", "cmu", captions="a person walks\nwalking")
    assert human_captions(clip, True) == ["a person walks", "walking"] and human_captions(clip, False) == []


def test_pieces_have_captions_and_annotations():
    clip = recording(motions.raise_hand("right", 3.0, wave=True), "right hand waves", "utd_mhad")
    (piece,) = make_pieces(clip, random.Random(0), lock=False)
    assert (piece.info["action"], piece.info["side"], piece.info["recording"]) == ("wave", "right", clip.name)
    lines = piece.info["captions"].splitlines()
    assert len(lines) > 5 and len(lines) == len(set(lines)) and "{" not in piece.info["captions"]

"""The published evaluators' readers on small files of their layout, and our motions as HumanML3D's features."""

import pickle

import numpy as np
import pytest
import torch

from hmvlm.body.skeleton import INDEX
from hmvlm.motion.formats.points import joints_from_features
from tests import motions
from train.evaluation.evaluator.networks import EvaluatorConfig, MovementEncoder, SequenceEncoder
from train.evaluation.published import humanml3d, official
from train.evaluation.published.glove import TAGS, Glove

SMALL = EvaluatorConfig(259, 8, 8, 12, 300, 15, 10, 6)


def joints(motion):
    return motion.joints().astype(np.float64)[:, :22]


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """A data set of 40 clips, word vectors, and weights of a small evaluator, all in the published layout."""
    monkeypatch.setitem(official.OFFICIAL, "humanml3d", SMALL)
    data, glove, weights = tmp_path / "data", tmp_path / "glove", tmp_path / "weights"
    for folder in (
        data / "new_joint_vecs",
        data / "texts",
        data / "new_joints",
        glove,
        weights / "text_mot_match/model",
        weights / "meta",
    ):
        folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    for number in range(40):
        np.save(
            data / f"new_joint_vecs/{number:06d}.npy",
            rng.normal(size=(30 if number == 0 else 45, 263)).astype(np.float32),
        )
        lines = ["a man walks slowly#a/DET man/NOUN walk/VERB slowly/ADV#0.0#0.0", "turns#turn/VERB#1.0#2.0"]
        (data / f"texts/{number:06d}.txt").write_text("\n".join(lines))
    (data / "test.txt").write_text("\n".join(f"{number:06d}" for number in range(41)))
    words = ["unk", "sos", "eos", "a", "man", "walk", "slowly"]
    np.save(glove / "our_vab_data.npy", rng.normal(size=(len(words), 300)))
    (glove / "our_vab_words.pkl").write_bytes(pickle.dumps(words))
    (glove / "our_vab_idx.pkl").write_bytes(pickle.dumps({word: index for index, word in enumerate(words)}))
    torch.manual_seed(0)
    parts = {
        "movement_encoder": MovementEncoder(SMALL), "motion_encoder": SequenceEncoder(8, 12, 6),
        "text_encoder": SequenceEncoder(300, 10, 6, 15), "epoch": None,
    }  # fmt: skip
    torch.save(
        {name: part and part.state_dict() for name, part in parts.items()}, weights / "text_mot_match/model/finest.tar"
    )
    for name, value in (("mean", 0.0), ("std", 1.0)):
        np.save(weights / "meta" / f"{name}.npy", np.full(263, value))
    return data, weights, glove


def test_test_clips_of_the_right_length_with_whole_captions(folders):
    clips = official.load_clips(folders[0], "humanml3d")
    assert len(clips) == 39 and clips[0].features.shape == (44, 263) and clips[0].words == ("a man walks slowly",)


def test_tags_follow_the_protocols_word_lists(folders):
    glove = Glove(folders[2])
    vector, tag = glove("walk/VERB")
    assert tag.argmax() == TAGS.index("Act_VIP") and vector.shape == (300,)
    assert glove("a/DET")[1].argmax() == TAGS.index("DET")
    np.testing.assert_array_equal(glove("zebra/NOUN")[0], glove.table[0])
    assert glove("zebra/NOUN")[1].argmax() == TAGS.index("OTHER")


def test_the_published_tables_columns_from_weights_words_and_features(folders):
    data, weights, glove = folders
    clips = official.load_clips(data, "humanml3d")
    evaluator = official.PublishedEvaluator("humanml3d", weights, Glove(glove))
    shifted = {clip.name: clip.features + 5 for clip in clips[:36]}
    table = official.score_table(evaluator, clips, {"generated": shifted}, "humanml3d")
    assert table.rows["real motion"][3][0] == pytest.approx(0, abs=1e-4) and table.rows["generated"][3][0] > 0.01
    assert len(table.columns) == 6


def test_missing_files_are_named(folders, tmp_path):
    with pytest.raises(FileNotFoundError, match="test.txt is missing"):
        official.load_clips(tmp_path / "none", "humanml3d")
    for file in (folders[1] / "meta").iterdir():
        file.unlink()
    with pytest.raises(FileNotFoundError, match="mean.npy"):
        official.PublishedEvaluator("humanml3d", folders[1], Glove(folders[2]))


@pytest.mark.parametrize("motion", [motions.walk(3, turn=60), motions.squat(3), motions.raise_hand("left")])
def test_joints_come_back_from_features(motion):
    original = joints(motion)
    features = humanml3d.encode(original)
    assert features.shape == (len(original) - 1, 263) and np.isfinite(features).all()
    again = joints_from_features(features.astype(np.float64))
    for frames in (original[:-1], again):
        frames -= [frames[0, 0, 0], frames[..., 1].min(), frames[0, 0, 2]]
    start = humanml3d.facing(original[:1], smooth=False).as_matrix()[0]
    np.testing.assert_allclose(again, original[:-1] @ start.T, atol=0.02)


def test_features_do_not_depend_on_place_and_heading():
    motion = motions.walk(2)
    turned = joints(motion) @ np.array([[0.0, 0, -1], [0, 1, 0], [1, 0, 0]]).T + [3.0, 0.5, -2.0]
    np.testing.assert_allclose(humanml3d.encode(turned), humanml3d.encode(joints(motion)), atol=1e-4)


def test_a_body_in_the_rest_pose_has_no_rotations():
    rest = np.zeros((5, 22, 3))
    for chain in humanml3d.CHAINS:
        for parent, joint in zip(chain, chain[1:], strict=False):
            rest[:, joint] = rest[:, parent] + 0.2 * humanml3d.REST[joint]
    found = humanml3d.joint_rotations(rest, humanml3d.facing(rest))
    np.testing.assert_allclose(found, np.broadcast_to([1, 0, 0, 0, 1, 0], found.shape), atol=1e-6)


def test_bones_take_other_lengths_and_keep_their_directions():
    original = joints(motions.walk(2))
    lengths = 1.1 * humanml3d.bone_lengths(original)
    made = humanml3d.with_bone_lengths(original, lengths)
    np.testing.assert_allclose(humanml3d.bone_lengths(made), lengths, atol=1e-6)
    knee, ankle = INDEX["left_knee"], INDEX["left_ankle"]
    np.testing.assert_allclose(
        made[:, ankle] - made[:, knee], 1.1 * (original[:, ankle] - original[:, knee]), atol=1e-4
    )
    with pytest.raises(ValueError, match="joints must be"):
        humanml3d.encode(original[:, :20])

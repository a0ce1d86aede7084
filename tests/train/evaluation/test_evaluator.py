"""The text-motion evaluator: its networks, training, resuming; pairs and retrieval baselines."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from tests import motions
from train.evaluation import inputs
from train.evaluation.evaluator import fit, pairs
from train.evaluation.evaluator.model import Evaluator, build_vocabulary, tokenize
from train.evaluation.evaluator.networks import EvaluatorConfig, SequenceEncoder, contrastive_loss
from train.evaluation.sections.generated import nearest_caption, random_training
from train.loop.record import read_record
from train.loop.state import StateError
from train.recordings.store import Recording, save_motions


def clip(index, split):
    kind = ("walk", "squat", "bow")[index % 3]
    motion = {
        "walk": lambda: motions.walk(2, speed=0.7 + 0.02 * index),
        "squat": lambda: motions.squat(2),
        "bow": lambda: motions.bow(40 + index, 2),
    }[kind]()
    return Recording(
        f"{kind}_{index}", "cmu", split, kind, motion, {"captions": f"a person does a {kind}\n{kind}", "action": kind}
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A file of pairs and an evaluator trained for a few steps."""
    root = tmp_path_factory.mktemp("evaluator")
    clips = [clip(index, "val" if index < 32 else "train" if index < 44 else "test") for index in range(48)]
    save_motions(root / "pairs.npz", clips)
    fit.train(settings(root, "evaluator"))
    return root


def settings(root, name, **more):
    """Two steps of the movement autoencoder, four of the contrastive matching."""
    given = {"pairs": str(root / "pairs.npz"), "out": str(root / name), "state": str(root / f"state_{name}")}
    given |= {"batch": 4, "steps": 6, "movement_share": 0.3, "eval_every": 2, "log_every": 1}
    return fit.EvaluatorSettings(**(given | more))


def test_words_and_vocabulary():
    assert tokenize("A person's 2 left-hand WAVES!") == ["a", "person", "s", "2", "left", "hand", "waves"]
    assert build_vocabulary(["walk on", "walk back"]) == ["<pad>", "<unk>", "walk"]


@pytest.mark.slow
def test_pairs_take_a_split_with_all_its_kinds_and_both_sides(folder):
    assert [len(pairs.load_pairs(folder / "pairs.npz", split)) for split in ("train", "val", "test")] == [12, 32, 4]
    left = pairs.Pair("a", motions.raise_hand("left"), ("raise the left hand",), "left hand")
    assert left.mirrored().captions == ("raise the right hand",)
    np.testing.assert_allclose(left.mirrored().motion.poses, motions.raise_hand("left").mirrored().poses)


def test_a_missing_file_says_how_to_make_it(tmp_path):
    with pytest.raises(FileNotFoundError, match="train.evaluation.evaluator.pairs"):
        pairs.load_pairs(tmp_path / "pairs.npz", "test")
    with pytest.raises(FileNotFoundError, match="train.evaluation.evaluator.fit"):
        Evaluator.from_pretrained(tmp_path)


def test_recordings_become_captioned_pieces_at_the_origin():
    info = {"content": "walk", "style": "normal"}
    made = pairs.cut_and_caption([Recording("w", "bandai_namco", "train", "walk normal", motions.walk(3), info)], 0)
    assert made[0].info["captions"] and made[0].info["action"] == "bandai_namco: walk"
    assert np.abs(made[0].motion.joints()[0, 0, [0, 2]]).max() < 1e-5


def test_the_evaluator_is_saved_loaded_and_embeds_rows_alone_as_in_a_batch(folder):
    evaluator = Evaluator.from_pretrained(folder / "evaluator")
    chosen = [motions.walk(2), motions.squat(3), motions.bow(50, 2)]
    together = evaluator.embed_motions(chosen)
    assert together.shape == (3, evaluator.config.output)
    np.testing.assert_allclose(together[1], evaluator.embed_motions(chosen[1:2])[0], atol=1e-4)
    vectors = evaluator.embed_texts(["a person walks", "squat", ""])
    np.testing.assert_allclose(vectors[1], evaluator.embed_texts(["squat"])[0], atol=1e-4)


def test_both_runs_leave_their_record_and_the_second_keeps_the_movement_encoder(folder):
    record = read_record(folder / "evaluator")["evaluator"]
    assert record["finished"] and record["steps"] == 4 and 0 <= record["validation"]["r3_error"] <= 1
    assert set(record["inputs"]) == {str(folder / "pairs.npz"), str(folder / "evaluator" / "movement.safetensors")}
    first = read_record(folder / "evaluator" / "movement.safetensors")["evaluator_movement"]
    assert first["finished"] and first["steps"] == 2
    kept = load_file(folder / "evaluator" / "movement.safetensors")
    movement = Evaluator.from_pretrained(folder / "evaluator").movement.state_dict()
    assert kept.keys() == movement.keys() and all(torch.equal(kept[name], value) for name, value in movement.items())
    assert fit.complete(folder / "evaluator") and not fit.complete(folder / "elsewhere")


@pytest.mark.slow
def test_training_interrupted_in_each_run_ends_with_equal_weights(folder, monkeypatch):
    again = settings(folder, "again", resume=True)
    fit.train(replace(again, max_minutes=0.0))
    assert not (folder / "again" / "evaluator.json").exists()
    monkeypatch.setattr(fit.TrainingLoop, "_interrupted", lambda loop, progress: loop.step == 2)
    fit.train(again)
    assert not fit.complete(folder / "again")
    monkeypatch.undo()
    fit.train(again)
    whole, parts = (Evaluator.from_pretrained(folder / name).state_dict() for name in ("evaluator", "again"))
    assert all(torch.equal(whole[name], value) for name, value in parts.items())
    monkeypatch.setattr(fit, "read_pairs", None)  # a finished run reads nothing
    assert fit.train(again) == folder / "again"


def test_an_evaluator_is_not_replaced_by_mistake(folder):
    with pytest.raises(StateError, match="--overwrite"):
        fit.train(settings(folder, "evaluator", state=str(folder / "other")))
    with pytest.raises(StateError, match="--resume"):
        fit.train(settings(folder, "evaluator"))


@pytest.mark.slow
def test_a_missing_evaluator_is_trained_before_an_evaluation(folder, monkeypatch):
    monkeypatch.setattr(inputs, "EVALUATOR_STEPS", 2)
    context = SimpleNamespace(
        motions=folder / "pairs.npz", pairs=folder / "pairs.npz", views=folder / "pairs.npz",
        evaluator_folder=folder / "made", state=folder,
    )  # fmt: skip
    inputs.make_missing(context, folder)
    assert fit.complete(folder / "made")


def test_the_contrastive_loss_pulls_pairs_together_and_others_a_margin_apart():
    rows = torch.eye(3) * 100
    no = torch.zeros(3, 3, dtype=torch.bool)
    assert contrastive_loss(rows, rows, no).item() == 0
    assert contrastive_loss(torch.zeros(2, 4), torch.zeros(2, 4), no[:2, :2]).item() == pytest.approx(100)
    assert contrastive_loss(torch.zeros(2, 4), torch.zeros(2, 4), ~no[:2, :2]).item() == 0


def test_an_encoder_reads_no_further_than_the_length():
    torch.manual_seed(0)
    encoder = SequenceEncoder(4, 6, 5).eval()
    rows = torch.randn(1, 7, 4)
    longer = torch.cat([rows[:, :3], torch.randn(1, 4, 4)], dim=1)
    torch.testing.assert_close(encoder(rows, torch.tensor([3])), encoder(longer, torch.tensor([3])))


def test_sizes_are_checked():
    with pytest.raises(ValueError, match="EvaluatorConfig.output"):
        EvaluatorConfig(output=0)


def test_retrieval_baselines(tmp_path):
    chosen = [
        pairs.Pair(kind, motion, (kind,), kind)
        for kind, motion in (("walk", motions.walk(2)), ("bow", motions.bow(40, 2)))
    ]
    table = {"walk": [1.0, 0.0], "bow": [0.0, 1.0], "a stroll": [0.9, 0.1]}
    for _ in range(2):  # the second time from the cache
        found = nearest_caption(chosen, ["a stroll"], lambda texts: np.array([table[text] for text in texts]), tmp_path)
        assert found[0][0] is chosen[0].motion
    drawn = random_training(chosen, 5, 2, seed=1)
    assert [len(row) for row in drawn] == [2] * 5

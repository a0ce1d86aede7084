"""Both training stages run, save, and resume on synthetic clips."""

import json
import random

import pytest
import torch

from hmvlm.config import preset
from hmvlm.language.model import MotionLanguageModel
from hmvlm.motion import features
from hmvlm.tokenizer.model import WEIGHTS, BodyPartTokenizer
from hmvlm.weights import file_sha256
from tests import motions
from tests.tiny import tiny_model
from train.instruct import stage2
from train.instruct.mixture import Mixture
from train.recordings.store import Recording, load_motions, save_motions
from train.segments.prepare import prepare
from train.segments.segment import load_segments
from train.tokenizer import refine_decoders, stage1
from train.tokenizer.metrics import measure


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A data file, a tokenizer trained for a few steps, and encoded segments."""
    root = tmp_path_factory.mktemp("stages")
    info = {"content": "walk", "style": "normal"}
    clips = [
        Recording(
            f"walk_{index}", "bandai_namco", split, "walk normal", motions.walk(3, speed=0.8 + 0.2 * index), info, {}
        )
        for index, split in enumerate(("train", "train", "val"))
    ]
    save_motions(root / "motions.npz", clips)
    options = ["--data", str(root / "motions.npz"), "--out", str(root / "tokenizer"), "--state", str(root / "s1")]
    options += ["--batch", "4", "--window", "32", "--codes", "16", "--log-every", "1"]
    stage1.train(stage1.parser().parse_args([*options, "--steps", "2"]))
    stage1.train(stage1.parser().parse_args([*options, "--steps", "4"]))
    prepare(
        load_motions(root / "motions.npz"), str(root / "tokenizer"), str(root / "stage2.npz"), captions=3, questions=4
    )
    talk = "\n".join(json.dumps({"instruction": f"What is {n}?"}) for n in range(400))
    for name in ("dolly_complete.jsonl", "dolly_prompts_only.jsonl"):
        (root / name).write_text(talk)
    return root


def test_stage_1_logs_every_step_once_over_a_resume(folder):
    steps = [json.loads(line)["step"] for line in (folder / "s1" / "log.jsonl").read_text().splitlines()]
    assert steps == [1, 2, 3, 4]


def test_metrics_cover_sources_and_codebooks(folder):
    table = measure(BodyPartTokenizer.from_pretrained(folder / "tokenizer"), load_motions(folder / "motions.npz"))
    assert {"bandai_namco", "all"} <= set(table) and table["all"]["clips"] == 3
    assert table["all"]["mpjpe_mm"] > 0 and 0 < table["all"]["use_percent"] <= 100


def test_refined_decoders_leave_the_codes_alone(folder, tmp_path):
    old = BodyPartTokenizer.from_pretrained(folder / "tokenizer")
    (tmp_path / "language.json").write_text(
        json.dumps({"tokenizer_sha256": file_sha256(folder / "tokenizer" / WEIGHTS)})
    )
    options = ["--model", str(folder), "--data", str(folder / "motions.npz"), "--out", str(tmp_path / "tokenizer")]
    options += ["--steps", "12", "--batch", "4", "--steps-a-window", "10", "--layers", "4", "--lr", "1e-2"]
    refined = BodyPartTokenizer.from_pretrained(refine_decoders.train(refine_decoders.parser().parse_args(options)))
    clips = load_motions(folder / "motions.npz")
    raw = features.encode(clips[0].motion)
    assert torch.equal(refined.encode_features(raw), old.encode_features(raw))
    assert torch.equal(refined.encode_pose(raw), old.encode_pose(raw))
    assert refined.config.decoder_layers == 4
    assert measure(refined, clips)["all"]["mpjpe_mm"] < measure(old, clips)["all"]["mpjpe_mm"]
    noted = json.loads((tmp_path / "language.json").read_text())["tokenizer_sha256"]
    assert noted == file_sha256(tmp_path / "tokenizer" / WEIGHTS)


def test_segments_hold_both_sides_of_the_mirror(folder):
    segments = load_segments(folder / "stage2.npz")
    assert len(segments) == 2 * 3 and {s.split for s in segments} == {"train", "val"}
    assert all(len(s.codes) == 2 and s.codes[0].shape[1] == 5 and s.captions and s.questions for s in segments)
    assert all(s.mirror.mirror is s and len(s.mirror.captions) == len(s.captions) for s in segments)


def test_cmu_is_encoded_at_more_speeds_and_asked_about_at_its_own(folder, tmp_path):
    walk = motions.walk(6, speed=1.1)
    clip = Recording("cmu_07_01", "cmu", "train", "walk", walk, {}, {})
    prepare([clip], str(folder / "tokenizer"), str(tmp_path / "cmu.npz"), captions=3, questions=4)
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


def test_stage_2_trains_saves_and_resumes(folder, monkeypatch):
    def create(chosen, codebook_size, layout, dtype):
        model = tiny_model(layout)
        model.vocabulary.__init__(model.vocabulary.base_size, model.vocabulary.rows.shape[1], codebook_size)
        model.part_head.__init__(model.vocabulary.rows.shape[1], codebook_size, model.part_head.config)
        return model

    monkeypatch.setattr(MotionLanguageModel, "create", staticmethod(create))
    options = [
        "--segments",
        str(folder / "stage2.npz"),
        "--dialogue",
        str(folder),
        "--tokenizer",
        str(folder / "tokenizer"),
    ]
    options += ["--out", str(folder / "out"), "--state", str(folder / "s2"), "--cpu", "--positions", "300"]
    options += ["--talk-batch", "4", "--log-every", "1", "--eval-every", "2", "--lr", "1e-2"]
    stage2.Trainer(stage2.parser().parse_args([*options, "--steps", "2"])).train()
    resumed = stage2.Trainer(stage2.parser().parse_args([*options, "--steps", "3"]))
    before = resumed.model.vocabulary.rows.clone()
    resumed.train()
    assert resumed.step == 3 and not torch.equal(before, resumed.model.vocabulary.rows)
    rows = [json.loads(line) for line in (folder / "s2" / "log.jsonl").read_text().splitlines()]
    assert [row["step"] for row in rows if "motion" in row] == [1, 2, 3]
    assert any("val_motion" in row for row in rows)
    assert (folder / "out" / "adapter" / "adapter_model.safetensors").is_file()
    assert json.loads((folder / "out" / "language.json").read_text())["preset"] == preset("embedded").name

"""Refined decoders."""

import json

import torch

from hmvlm.checksums import file_sha256
from hmvlm.motion import features
from hmvlm.tokenizer.model import WEIGHTS_FILE, BodyPartTokenizer
from train.recordings.store import load_motions
from train.tokenizer import refine_decoders
from train.tokenizer.coded_windows import coded
from train.tokenizer.metrics import measure


def test_refined_decoders_leave_the_codes_alone(stages, tmp_path):
    old = BodyPartTokenizer.from_pretrained(stages / "tokenizer")
    (tmp_path / "language.json").write_text(
        json.dumps({"tokenizer_sha256": file_sha256(stages / "tokenizer" / WEIGHTS_FILE)})
    )
    settings = refine_decoders.RefineSettings(
        model=str(stages / "tokenizer"), data=str(stages / "motions.npz"), out=str(tmp_path / "tokenizer"),
        state=str(tmp_path / "state"), steps=12, batch=4, steps_a_window=10, layers=4, fine_layers=3, lr=1e-2,
    )  # fmt: skip
    refined = BodyPartTokenizer.from_pretrained(refine_decoders.train(settings))
    clips = load_motions(stages / "motions.npz")
    raw = features.encode(clips[0].motion)
    assert torch.equal(refined.encode_features(raw), old.encode_features(raw))
    assert torch.equal(refined.encode_pose(raw), old.encode_pose(raw))
    assert (refined.config.decoder_layers, refined.config.fine_layers) == (4, 3)
    assert measure(refined, clips)["all"]["mpjpe_mm"] < measure(old, clips)["all"]["mpjpe_mm"]
    noted = json.loads((tmp_path / "language.json").read_text())["tokenizer_sha256"]
    assert noted == file_sha256(tmp_path / "tokenizer" / WEIGHTS_FILE)


def test_the_decoder_of_poses_may_stay_as_it_is(stages, tmp_path):
    settings = refine_decoders.RefineSettings(
        model=str(stages / "tokenizer"), data=str(stages / "motions.npz"), out=str(tmp_path / "tokenizer"),
        state=str(tmp_path / "state"), steps=2, batch=2, steps_a_window=10, poses=False,
    )  # fmt: skip
    old = BodyPartTokenizer.from_pretrained(stages / "tokenizer").state_dict()
    new = BodyPartTokenizer.from_pretrained(refine_decoders.train(settings)).state_dict()
    changed = {name.partition(".")[0] for name, value in new.items() if not torch.equal(value, old[name])}
    assert changed == {"decoder"}


def test_codes_of_clips_encoded_together_are_those_of_each_alone(stages):
    tokenizer = BodyPartTokenizer.from_pretrained(stages / "tokenizer")
    raw = features.encode(load_motions(stages / "motions.npz")[0].motion)
    pieces = [raw[:40], raw[:24], raw[8:48], raw[4:44]]
    motion, poses = coded(tokenizer, pieces, most=2)
    for piece, codes, pose_codes in zip(pieces, motion, poses, strict=True):
        assert torch.equal(codes, tokenizer.encode_features(piece))
        assert torch.equal(pose_codes, tokenizer.encode_pose(piece[::4]))

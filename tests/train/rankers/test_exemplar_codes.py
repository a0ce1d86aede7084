"""Codes of exemplars by analysis and synthesis."""

import numpy as np
import pytest
import torch

from hmvlm.config import TokenizerConfig
from hmvlm.motion import features
from hmvlm.rankers.exemplars import Exemplars
from hmvlm.tokenizer.model import BodyPartTokenizer
from tests import motions
from train.rankers import exemplar_codes
from train.recordings.store import Recording, save_motions


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory) -> BodyPartTokenizer:
    torch.manual_seed(0)
    config = TokenizerConfig(codebook_size=16, decoder_dim=32, joint_dim=16, joint_layers=1, latent_dim=16)
    made = BodyPartTokenizer(config)
    made.train()(torch.stack([features.encode(motions.walk(2.0))] * 2)[:, :40])  # codebooks that fit a walk
    made.save_pretrained(folder := tmp_path_factory.mktemp("saved") / "tokenizer")
    return BodyPartTokenizer.from_pretrained(folder)  # in the precision of a file


def store(codes: list[np.ndarray]) -> Exemplars:
    vectors = np.full((len(codes), 1), 127, np.int8)
    owners = [np.array([number]) for number in range(len(codes))]
    return Exemplars(codes, np.ones(len(codes)), ["a"] * len(codes), vectors, owners, np.zeros(1), np.eye(1))


def test_codes_are_found_that_decode_nearer_to_the_motion(tokenizer):
    raw = features.encode(motions.walk(2.0))[:40]
    raw = torch.stack([raw, raw.flip(0)])
    codes = tokenizer.encode_features(raw)
    better = exemplar_codes.searched(tokenizer, raw, codes, tries=3)
    before, after = (exemplar_codes.distance(tokenizer.decode_features(one), raw).mean() for one in (codes, better))
    assert better.shape == codes.shape and not torch.equal(better, codes) and after < before


def test_a_decoded_motion_has_no_distance_from_itself(tokenizer):
    raw = features.encode(motions.walk(2.0))
    assert exemplar_codes.distance(raw, raw).abs().max() < 1e-5


def test_the_command_finds_the_motions_again_and_leaves_others_as_they_are(tokenizer, tmp_path):
    walk = motions.walk(2.0)
    codes = tokenizer.encode(walk).numpy()
    strange = (codes + 7) % 16
    store([codes, strange]).save(tmp_path)
    tokenizer.save_pretrained(tmp_path / "tokenizer")
    save_motions(tmp_path / "motions.npz", [Recording("walk", "authored", "train", "walk", walk)])
    exemplar_codes.main(
        ["--exemplars", str(tmp_path), "--tokenizer", str(tmp_path / "tokenizer"), "--tries", "3",
         "--data", str(tmp_path / "motions.npz"), "--out", str(tmp_path / "better")]
    )  # fmt: skip
    found = Exemplars.from_pretrained(tmp_path / "better")
    assert np.array_equal(found.codes[1], strange) and not np.array_equal(found.codes[0], codes)
    raw = features.encode(walk)[: 4 * len(codes)]
    old, new = (
        exemplar_codes.distance(tokenizer.decode_features(torch.from_numpy(one.astype(np.int64))), raw).mean()
        for one in (codes, found.codes[0])
    )
    assert new < old

"""Further codes beside those of a trained tokenizer."""

from dataclasses import replace

import pytest
import torch

from hmvlm.config import TokenizerConfig
from hmvlm.motion import features
from hmvlm.tokenizer.model import BodyPartTokenizer
from tests import motions
from train.recordings.store import Recording, save_motions
from train.tokenizer.extend_codebooks import ExtendSettings, extend, main, with_new_centres

SMALL = TokenizerConfig(codebook_size=16, code_dim=8, joint_dim=8, latent_dim=8, decoder_dim=16, pose_decoder_dim=16)


@pytest.fixture(scope="module")
def tokenizer():
    torch.manual_seed(0)
    model = BodyPartTokenizer(SMALL).eval()
    for quantizer in (model.motion_quantizer, model.pose_quantizer):
        for book in quantizer.quantizers:
            book._codebook.embed.normal_()
            book._codebook.initted.fill_(True)
    return model


def test_present_codes_stay_and_the_error_falls(tokenizer):
    walk = features.encode(motions.walk(6.0))
    larger = extend(tokenizer, [walk], ExtendSettings(model="", out="", codes=24))
    assert larger.config == replace(SMALL, codebook_size=24)
    for kind in ("motion_quantizer", "pose_quantizer"):
        pairs = zip(getattr(tokenizer, kind).codebooks(), getattr(larger, kind).codebooks(), strict=True)
        for before, after in pairs:
            assert torch.equal(after[:16], before) and after.shape == (24, 8)
    before, after = tokenizer.encode_features(walk), larger.encode_features(walk)
    assert (after >= 16).any() and torch.equal(after[after < 16], before[after < 16])
    assert torch.equal(larger.decode_features(before), tokenizer.decode_features(before))


def test_new_centres_lie_where_the_points_are_far_from_the_present_ones():
    generator = torch.Generator().manual_seed(0)
    table, cloud = torch.zeros(4, 2), torch.tensor([[10.0, 0.0], [0.0, 10.0]]).repeat(50, 1)
    points = torch.cat([torch.zeros(100, 2), cloud + 0.1 * torch.randn(100, 2, generator=generator)])
    found = with_new_centres(table, points, 6, 10, generator)
    assert torch.equal(found[:4], table)
    assert torch.cdist(found[4:], torch.tensor([[10.0, 0.0], [0.0, 10.0]])).min(dim=0).values.max() < 0.2


def test_fewer_codes_are_refused(tokenizer):
    with pytest.raises(ValueError, match="has 16 already"):
        extend(tokenizer, [], ExtendSettings(model="", out="", codes=16))


def test_the_command_writes_a_tokenizer_once(tokenizer, tmp_path):
    tokenizer.save_pretrained(tmp_path / "old")
    save_motions(tmp_path / "data.npz", [Recording("a", "own", "train", "", motions.walk(3.0))])
    arguments = ["--model", str(tmp_path / "old"), "--data", str(tmp_path / "data.npz"), "--codes", "20"]
    main([*arguments, "--out", str(tmp_path / "new")])
    assert BodyPartTokenizer.from_pretrained(tmp_path / "new").config.codebook_size == 20
    with pytest.raises(Exception, match="exists"):
        main([*arguments, "--out", str(tmp_path / "new")])

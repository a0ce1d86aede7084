"""A model that gets rows for further codes keeps what it knows of the others."""

from dataclasses import replace

import pytest
import torch

from hmvlm.tokenizer.model import BodyPartTokenizer
from tests.tiny import CODES, tiny_model
from tests.train.tokenizer.test_extend_codebooks import SMALL
from train.instruct.growing import grown, nearest


def tokenizer(codes: int) -> BodyPartTokenizer:
    torch.manual_seed(0)
    model = BodyPartTokenizer(replace(SMALL, codebook_size=codes))
    for quantizer in (model.motion_quantizer, model.pose_quantizer):
        for book in quantizer.quantizers:
            book._codebook.embed.normal_()
    return model.eval()


def test_known_codes_keep_their_embeddings_and_logits():
    model, books = tiny_model(), tokenizer(CODES + 3)
    larger = grown(model, books)
    codes = torch.randint(CODES, (6, 5), generator=torch.Generator().manual_seed(0))
    ids = torch.zeros(1, 6, dtype=torch.long)
    assert torch.equal(larger.embed(ids, codes[None]), model.embed(ids, codes[None]))
    hidden = torch.randn(6, model.vocabulary.weight.shape[1])
    for kind in ("motion", "pose"):
        before = model.depth_transformer(hidden, codes[:, :4], model.vocabulary, kind)
        after = larger.depth_transformer(hidden, codes[:, :4], larger.vocabulary, kind)
        torch.testing.assert_close(after[..., :CODES], before[..., :CODES])
        torch.testing.assert_close(after[..., -1], before[..., -1])  # the end of a motion
        assert after.shape[-1] == CODES + 4
    assert torch.equal(larger.vocabulary.weight[:4], model.vocabulary.weight[:4])
    near = nearest(books.motion_quantizer.codebooks()[2], CODES)
    expected = model.vocabulary.table()[2][near].mean(1)
    torch.testing.assert_close(larger.vocabulary.table()[2][CODES:], expected)


def test_a_grown_model_is_saved_with_its_number_of_codes(tmp_path):
    larger = grown(tiny_model(), tokenizer(CODES + 3))
    larger.save_pretrained(tmp_path)
    assert f'"codebook_size": {CODES + 3}' in (tmp_path / "language.json").read_text()
    assert all(one.requires_grad for one in larger.trainable()["tokens"])


def test_other_sizes():
    model = tiny_model()
    assert grown(model, tokenizer(CODES)) is model
    with pytest.raises(ValueError, match="has 4"):
        grown(model, tokenizer(4))

"""Weights laid out for decoding: the same numbers, and rows that do not depend on the rows beside them."""

import torch

from hmvlm.language.moe_lora import set_gate
from hmvlm.language.weight_layout import lay_out_for_decoding
from tests.tiny import tiny_model

ALPHA = torch.tensor([[0.2, 0.5, 0.1, 0.1, 0.1]])


def test_the_numbers_stay():
    plain, turned = tiny_model(), tiny_model()
    lay_out_for_decoding(turned)
    before, after = plain.state_dict(), turned.state_dict()
    assert list(before) == list(after) and all(torch.equal(before[name], after[name]) for name in before)
    assert any(not value.is_contiguous() for value in after.values())
    embeddings = torch.randn(2, 5, turned.vocabulary.weight.shape[1], generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        for gate in (ALPHA, torch.eye(5)[:1]):
            with set_gate(plain.backbone, gate), set_gate(turned.backbone, gate):
                torch.testing.assert_close(turned.hidden(embeddings)[0], plain.hidden(embeddings)[0])


def test_the_output_layer_keeps_the_embeddings_of_tokens_in_one_piece():
    model = tiny_model()
    model.base.lm_head.weight = model.base.get_input_embeddings().weight
    lay_out_for_decoding(model)
    assert model.base.lm_head.weight.is_contiguous()

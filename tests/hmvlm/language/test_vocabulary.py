"""New tokens: ids, names, geometry, and that a user cannot smuggle them in."""

import pytest
import torch

from hmvlm.language.vocabulary import SPECIAL_TOKENS, Vocabulary
from tests.tiny import tiny_tokenizer

VOCABULARY = Vocabulary(base_size=300, width=16, codebook_size=8)


def test_ids_and_names_agree():
    codes = torch.tensor([[0, 1, 2, 3, 7]])
    ids = VOCABULARY.code_ids(codes)[0].tolist()
    assert ids == [304, 313, 322, 331, 343]
    assert [VOCABULARY.name(i) for i in ids] == [
        "<torso_0>",
        "<left_arm_1>",
        "<right_arm_2>",
        "<left_leg_3>",
        "<right_leg_7>",
    ]
    assert VOCABULARY.name(int(VOCABULARY.code_ids(codes, "pose")[0, 1])) == "<pose_left_arm_1>"
    assert [VOCABULARY.name(VOCABULARY.special_id(mark)) for mark in SPECIAL_TOKENS] == list(SPECIAL_TOKENS)
    assert VOCABULARY.size == 300 + 4 + 2 * 5 * 8 + 1
    assert VOCABULARY.name(VOCABULARY.image) == "<image>"
    with pytest.raises(ValueError, match="300 to 384"):
        VOCABULARY.name(299)


def test_a_step_is_the_sum_of_its_parts():
    codes = torch.tensor([[1, 2, 3, 4, 5]])
    expected = sum(VOCABULARY.table()[part, codes[0, part]] for part in range(5))
    assert torch.allclose(VOCABULARY.embed_steps(codes)[0], expected)


def test_rows_start_from_the_codebooks_geometry():
    vocabulary = Vocabulary(300, 16, 8)
    books = {kind: [torch.randn(8, 4) for _ in range(5)] for kind in ("motion", "pose")}
    vocabulary.init_from_codebooks(books, torch.randn(300, 16))
    rows, table = vocabulary.table()[2], books["motion"][2]
    ratio = torch.cdist(rows, rows)[0, 1:] / torch.cdist(table, table)[0, 1:]
    assert torch.allclose(ratio, ratio[0].expand_as(ratio), rtol=1e-3)


def test_the_extended_tokenizer_knows_the_tokens_and_the_plain_one_does_not():
    tokenizer = tiny_tokenizer()
    vocabulary = Vocabulary(len(tokenizer), 16, 8)
    extended = vocabulary.extend(tokenizer)
    wanted = int(vocabulary.code_ids(torch.tensor([0, 3, 0, 0, 0]))[1])
    assert extended.convert_tokens_to_ids("<left_arm_3>") == wanted
    assert max(tokenizer("<left_arm_3><motion>")["input_ids"]) < vocabulary.base_size

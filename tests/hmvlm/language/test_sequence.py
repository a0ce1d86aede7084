"""Sequences put text and motion in one stream, in both layouts, and pack without mixing."""

import pytest
import torch

from hmvlm.language.depth_transformer import IGNORE
from hmvlm.language.packing import PADDING, PackedBatch
from hmvlm.language.sequence import SequenceBuilder, TokenSequence
from hmvlm.language.vocabulary import Vocabulary
from tests.tiny import tiny_tokenizer

TOKENIZER = tiny_tokenizer()
VOCABULARY = Vocabulary(len(TOKENIZER), 16, 8)
CODES = torch.tensor([[1, 2, 3, 4, 5], [5, 4, 3, 2, 1]])


def builder(layout: str) -> SequenceBuilder:
    return SequenceBuilder(TOKENIZER, VOCABULARY, layout, "chatml")


def test_stepwise_has_one_position_a_step_and_ends():
    made = builder("stepwise").motion_answer("jump", CODES)
    prompt = builder("stepwise").prompt("jump")
    assert len(made) == len(prompt) + 1 + 2
    assert made.ids[len(prompt)] == VOCABULARY.special_id("<motion>")
    assert torch.equal(made.codes[-2:], CODES)
    assert torch.equal(made.step_labels[len(prompt) : -1], CODES)
    assert made.step_labels[-1].tolist() == [8, IGNORE, IGNORE, IGNORE, IGNORE]
    assert (made.labels == IGNORE).all() and (made.step_labels[: len(prompt)] == IGNORE).all()


def test_flat_has_one_position_a_token_and_ends():
    made = builder("flat").motion_answer("jump", CODES)
    assert (made.step_labels == IGNORE).all()
    assert made.ids[-10:].tolist() == VOCABULARY.code_ids(CODES).flatten().tolist()
    assert made.labels[-11:].tolist() == [*made.ids[-10:].tolist(), VOCABULARY.special_id("</motion>")]


def test_an_unfinished_motion_does_not_teach_the_end():
    assert (builder("stepwise").motion_answer("jump", CODES, ended=False).step_labels[-1] == IGNORE).all()
    assert builder("flat").motion_answer("jump", CODES, ended=False).labels[-1] == IGNORE


@pytest.mark.parametrize("layout", ["stepwise", "flat"])
def test_the_motion_before_a_continuation_is_no_target(layout):
    whole = builder(layout).motion_answer("jump", CODES)
    made = builder(layout).motion_answer("jump", CODES, context=1)
    assert torch.equal(made.ids, whole.ids) and torch.equal(made.codes, whole.codes)
    ignored = (made.labels != whole.labels) | (made.step_labels != whole.step_labels).any(-1)
    first = len(builder(layout).prompt("jump"))
    assert ignored.nonzero().flatten().tolist() == list(range(first, first + (1 if layout == "stepwise" else 5)))


def test_text_answers_predict_the_answer_and_its_end():
    made = builder("stepwise").text_answer("what?", "walks", motion=CODES)
    answer = made.labels[made.labels != IGNORE]
    assert TOKENIZER.decode(answer[:-1]) == "walks"
    assert answer[-1] == TOKENIZER.convert_tokens_to_ids("<|im_end|>")
    assert (made.codes[:, 0] >= 0).sum() == 2


def test_special_tokens_in_a_users_words_stay_text():
    ids = builder("stepwise").text("<|im_end|><motion>")
    assert TOKENIZER.convert_tokens_to_ids("<|im_end|>") not in ids
    assert max(ids) < VOCABULARY.base_size
    assert TOKENIZER.decode(ids) == "<|im_end|><motion>"


def test_packing_keeps_sequences_apart():
    packed = PackedBatch.from_sequences([TokenSequence.from_ids([1, 2, 3]), TokenSequence.from_ids([4, 5])], row=6)
    assert packed.ids.tolist() == [[1, 2, 3, 4, 5, 0]]
    assert packed.positions.tolist() == [[0, 1, 2, 0, 1, 0]] and packed.segments.tolist() == [[0, 0, 0, 1, 1, PADDING]]
    mask = packed.mask[0, 0]
    assert mask[4].tolist() == [False, False, False, True, True, False]
    assert mask[1].tolist() == [True, True, False, False, False, False] and mask.any(1).all()


def test_packing_fills_rows_longest_first():
    lengths = [3, 5, 2, 4, 1]
    packed = PackedBatch.from_sequences([TokenSequence.from_ids([i + 1] * n) for i, n in enumerate(lengths)], row=6)
    assert packed.ids.tolist() == [[2, 2, 2, 2, 2, 5], [4, 4, 4, 4, 3, 3], [1, 1, 1, 0, 0, 0]]
    wide = PackedBatch.from_sequences([TokenSequence.from_ids([1] * 9), TokenSequence.from_ids([2])], row=6)
    assert wide.ids.shape == (2, 9)


def test_an_unknown_prompt_format_is_named():
    with pytest.raises(ValueError, match="chatml"):
        SequenceBuilder(TOKENIZER, VOCABULARY, "flat", "alpaca")

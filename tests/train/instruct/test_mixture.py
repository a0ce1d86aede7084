"""The task mixture: balanced groups, true labels, packing budget."""

import random
from collections import Counter

import numpy as np
import pytest
import torch

from hmvlm.language.depth_transformer import IGNORE
from hmvlm.language.prompting import UNCONDITIONAL_PROMPT
from hmvlm.language.sequence import SequenceBuilder
from hmvlm.language.vocabulary import Vocabulary
from tests.tiny import CODES, tiny_tokenizer
from train.instruct.mixture import Mixture
from train.segments.segment import Segment

TOKENIZER = tiny_tokenizer()
BUILDER = SequenceBuilder(TOKENIZER, Vocabulary(len(TOKENIZER), 16, CODES), "stepwise", "chatml")


def segment(group: str, steps: int = 6, caption: str = "a person walks") -> Segment:
    return Segment(
        (np.zeros((steps, 5), np.int16),), (caption,), group, "train", (("Does she walk?", "Yes.", "walks forward"),)
    )


@pytest.mark.slow
def test_rare_groups_are_drawn_more_often_than_their_share():
    mixture = Mixture(
        [segment("walk", caption="a person walks")] * 100 + [segment("kick", caption="a person kicks")],
        BUILDER,
        sampling_exponent=0.5,
    )
    rng = random.Random(0)
    drawn = Counter("kick" in mixture.draw(rng)[0].gate_text for _ in range(2000))
    assert 0.05 < drawn[True] / 2000 < 0.12  # 1 / 11 by the square root, less the other tasks


@pytest.mark.slow
def test_tasks_come_in_the_asked_shares():
    mixture = Mixture(
        [segment("walk")], BUILDER, share_captioning=0.25, share_questions=0.0, share_unconditional=0.2, share_timed=0.5
    )
    rng = random.Random(0)
    drawn = [one for _ in range(1500) for one in mixture.draw(rng)]
    captions = [one for one in drawn if one.task == "video_understanding"]
    motions = [one for one in drawn if one.task == "text_to_motion"]
    assert 0.2 < len(captions) / 1500 < 0.3
    assert all(one.media in ("motion", "video", "image") and (one.sequence.labels != IGNORE).any() for one in captions)
    assert all(one.media is None and (one.sequence.step_labels != IGNORE).any() for one in motions)
    assert 0.15 < sum(one.gate_text == UNCONDITIONAL_PROMPT for one in motions) / len(motions) < 0.25


def test_descriptions_are_sentences_about_somebody():
    one = segment("walk")
    one.captions = ("walk ahead", "walking", "A person walks", "someone strolls")
    mixture, rng = Mixture([one], BUILDER, share_captioning=1.0, share_questions=0.0), random.Random(0)
    said = {
        BUILDER.tokenizer.decode([i for i in drawn.sequence.labels.tolist() if i != IGNORE])
        for _ in range(60)
        for drawn in mixture.draw(rng)
    }
    assert {text.removesuffix("<|im_end|>") for text in said} == {"A person walks.", "Someone strolls."}


def test_a_batch_keeps_its_budget_but_is_never_empty():
    mixture = Mixture([segment("walk", steps=9)], BUILDER)
    rng = random.Random(0)
    for budget in (1, 400):
        batch = mixture.batch(budget, rng)
        assert len(batch) == 1 or sum(len(one.sequence) for one in batch) <= budget


def test_no_segments_is_an_error():
    with pytest.raises(ValueError, match="segments"):
        Mixture([], BUILDER)


def test_an_example_with_a_side_comes_with_its_mirror_image():
    left, right = (
        segment("turn", caption="a person turns left"),
        segment("turn", steps=6, caption="a person turns right"),
    )
    right.codes = (np.ones((6, 5), np.int16),)
    left.mirror, right.mirror = right, left
    plain = segment("walk")
    plain.mirror = plain
    mixture = Mixture([left, right, plain], BUILDER, share_unconditional=0.0)
    rng, sizes = random.Random(0), Counter()
    for _ in range(300):
        drawn = mixture.draw(rng)
        words = [one.gate_text for one in drawn]
        sizes[len(drawn)] += 1
        if len(drawn) == 2 and drawn[0].task == "text_to_motion":
            assert words[0] != words[1] and words[0] == words[1].replace("left", "#").replace("right", "left").replace(
                "#", "right"
            )
            assert sorted(int(one.sequence.step_labels.max()) for one in drawn) == [CODES, CODES]
            assert not torch.equal(drawn[0].sequence.step_labels, drawn[1].sequence.step_labels)
    assert sizes[1] > 50 and sizes[2] > 50


@pytest.mark.slow
def test_a_group_factor_draws_an_action_more_often():
    segments = [segment("walk", caption="a person walks"), segment("kick", caption="a person kicks")]
    mixture = Mixture(
        segments,
        BUILDER,
        share_captioning=0.0,
        share_questions=0.0,
        share_unconditional=0.0,
        group_factors={"kick": 4.0},
    )
    rng = random.Random(0)
    drawn = Counter("kick" in mixture.draw(rng)[0].gate_text for _ in range(1000))
    assert 0.75 < drawn[True] / 1000 < 0.85


def test_notes_stand_beside_most_motions_that_are_asked_about():
    mixture = Mixture([segment("walk")], BUILDER, share_captioning=0.0, share_questions=1.0)
    plain = Mixture([segment("walk")], BUILDER, share_captioning=0.0, share_questions=1.0, notes=False)
    rng = random.Random(0)
    lengths = Counter(len(mixture.draw(rng)[0].sequence) for _ in range(400))
    bare = len(plain.draw(rng)[0].sequence)
    assert (
        set(lengths) == {bare, bare + len(BUILDER.text("Seen: walks forward.\n"))} and 0.01 < lengths[bare] / 400 < 0.1
    )


def test_tokens_beside_notes_are_now_and_then_disturbed():
    def changed(notes: bool) -> float:
        mixture = Mixture([segment("walk", steps=20)], BUILDER, share_captioning=0.0, share_questions=1.0, notes=notes)
        rng = random.Random(0)
        drawn = [mixture.draw(rng)[0].sequence.codes for _ in range(300)]
        return sum(bool((codes > 0).any()) for codes in drawn) / 300

    assert changed(notes=False) == 0.0
    assert 0.25 < changed(notes=True) < 0.45


def test_a_clause_of_a_chain_is_a_continuation_and_its_caption_is_about_itself():
    codes = np.repeat(np.arange(12, dtype=np.int16)[:, None] % CODES, 5, axis=1)
    chained = Segment((codes,), ("a person sits down",), "sit", "train", context=(8,))
    mixture = Mixture([chained], BUILDER, 0.3, 0.0, share_timed=1.0)
    rng, lengths = random.Random(0), set()
    for one in (one for _ in range(60) for one in mixture.draw(rng)):
        shown = one.sequence.codes[one.sequence.codes[:, 0] >= 0]
        if one.task == "video_understanding":
            assert len(shown) == 4
            continue
        targets = one.sequence.step_labels[one.sequence.step_labels[:, 0] != IGNORE]
        assert targets[:-1, 0].tolist() == [int(code) for code in codes[8:, 0]] and targets[-1, 0] == CODES
        assert "0.8 seconds" in TOKENIZER.decode(one.sequence.ids)
        lengths.add(len(shown) - 4)
    assert lengths == set(range(3, 9))

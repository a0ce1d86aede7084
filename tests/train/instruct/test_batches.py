"""Batches of stage 2, in the training process and by prefetch workers."""

import itertools
import random

import pytest
import torch

from hmvlm.language.packing import first_fit
from hmvlm.language.sequence import NO_CODE
from tests.tiny import tiny_model
from tests.train.instruct.test_mixture import segment
from train.instruct.batches import Batches, packed_row
from train.instruct.mixture import Mixture
from train.loop.objective import Strided, prefetched


@pytest.fixture(scope="module")
def model():
    return tiny_model()


def test_workers_draw_what_the_mixture_holds(model):
    mixture = Mixture([segment("walk", steps=9)], model.builder)
    source = Batches(mixture, model.gate, 300, 50, dialogue=9, dialogue_batch=4)
    batches = list(itertools.islice(prefetched(source, Strided(3), workers=2), 6))
    assert all(torch.equal(batch.packed.ids, source[3 + n].packed.ids) for n, batch in enumerate(batches))
    for batch in batches:
        assert batch.packed.ids.shape[1] % 8 == 0 and batch.packed.segments.max() == len(batch) - 1
        assert len(batch.texts) == len(batch) and batch.media.shape[0] == len(batch) and len(batch.dialogue) == 4
    assert len({tuple(batch.packed.ids.flatten().tolist()) for batch in batches}) > 1


def test_the_same_seed_draws_the_same_batches(model):
    mixture = Mixture([segment("walk", steps=9), segment("kick", steps=5)], model.builder)
    one, other = (Batches(mixture, model.gate, 300, 50, seed=2)[7] for _ in range(2))
    assert torch.equal(one.packed.ids, other.packed.ids) and one.texts == other.texts


def test_corruption_spoils_what_is_read_and_not_what_is_to_be_said(model):
    mixture = Mixture([segment("walk", steps=40)], model.builder, 0.0, 0.0, corruption_rate=1.0)
    rng, spoilt = random.Random(0), 0
    for _ in range(40):
        sequence = mixture.draw(rng)[0].sequence
        shown = sequence.codes[sequence.codes[:, 0] != NO_CODE]
        wanted = sequence.step_labels[(sequence.step_labels >= 0).all(-1)]
        assert (wanted == 0).all()
        spoilt += bool((shown != 0).any())
    assert 10 < spoilt < 30


def test_rows_are_as_long_as_pads_least():
    rng = random.Random(0)
    for _ in range(20):
        lengths = [rng.randint(20, 70) for _ in range(30)]
        row = packed_row(lengths, 64)
        assert row % 8 == 0 and 72 <= row <= 216
        assert sum(lengths) / (row * len(first_fit(lengths, row))) > 0.92

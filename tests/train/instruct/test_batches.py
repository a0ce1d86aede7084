"""Batches of stage 2 drawn ahead, and the running mean of the weights."""

import itertools
import random

import pytest
import torch
from torch import nn

from hmvlm.language.sequence import NO_CODE
from tests.tiny import tiny_model
from tests.train.instruct.test_mixture import segment
from train.instruct.batches import Batches
from train.instruct.mixture import Mixture
from train.loop.average import Average


@pytest.fixture(scope="module")
def model():
    return tiny_model()


def test_workers_draw_what_the_mixture_holds(model):
    mixture = Mixture([segment("walk", steps=9)], model.builder)
    batches = list(itertools.islice(Batches(mixture, model.gate, 300, 50, "a").ahead(2), 6))
    for batch in batches:
        assert batch.packed.ids.shape[1] % 8 == 0 and batch.packed.segments.max() == len(batch) - 1
        assert len(batch.texts) == len(batch) and batch.media.shape[0] == len(batch)
    assert len({tuple(batch.packed.ids.flatten().tolist()) for batch in batches}) > 1


def test_the_same_seed_draws_the_same_batches(model):
    mixture = Mixture([segment("walk", steps=9), segment("kick", steps=5)], model.builder)
    one, other = (next(Batches(mixture, model.gate, 300, 50, "b").ahead(0)) for _ in range(2))
    assert torch.equal(one.packed.ids, other.packed.ids) and one.texts == other.texts


def test_corruption_spoils_what_is_read_and_not_what_is_to_be_said(model):
    mixture = Mixture([segment("walk", steps=40)], model.builder, 0.0, 0.0, corrupt=1.0)
    rng, spoilt = random.Random(0), 0
    for _ in range(40):
        sequence = mixture.draw(rng)[0].sequence
        shown = sequence.codes[sequence.codes[:, 0] != NO_CODE]
        wanted = sequence.step_labels[(sequence.step_labels >= 0).all(-1)]
        assert (wanted == 0).all()
        spoilt += bool((shown != 0).any())
    assert 10 < spoilt < 30


def test_the_best_mean_is_kept_and_the_weights_come_back():
    weight = nn.Parameter(torch.zeros(1))
    average = Average([weight], 0.5)
    for value, loss in ((1.0, 3.0), (2.0, 1.0), (9.0, 2.0)):
        weight.data.fill_(value)
        average.update()
        average.judge(loss)
    with average.in_place(best=True):
        best = weight.item()
    assert weight.item() == 9.0 and 1.0 < best < 2.0 and average.least == 1.0
    again = Average([weight], 0.5)
    again.load_state_dict(average.state_dict())
    with again.in_place(best=True):
        assert weight.item() == best


def test_without_a_decay_there_is_no_mean():
    weight = nn.Parameter(torch.ones(1))
    average = Average([weight], 0.0)
    average.update()
    average.judge(1.0)
    with average.in_place(best=True):
        assert weight.item() == 1.0

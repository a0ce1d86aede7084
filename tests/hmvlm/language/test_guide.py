"""Guides: the bonus goes to the guide's codes at their step and part, and steers what is drawn."""

import torch

from hmvlm.language.decoding import generate_motion
from hmvlm.language.guide import Guides
from hmvlm.language.sampling import Sampling
from tests.tiny import CODES, tiny_model

ALPHA = torch.tensor([0.4, 0.15, 0.15, 0.15, 0.15])


def test_the_bonus_is_at_the_guides_code_and_then_at_the_end():
    guide = torch.tensor([[1, 2, 3, 4, 5], [5, 4, 3, 2, 1]])
    guides = Guides([None, guide], end=CODES, bonus=2.0)
    logits = torch.zeros(2, CODES + 1)
    for step, part, code in ((0, 0, 1), (1, 3, 2), (2, 0, CODES), (5, 0, CODES)):
        added = guides.add(logits, [0, 1], step, part)
        assert added[0].eq(0).all() and added[1, code] == 2 and added[1].count_nonzero() == 1
    assert guides.add(logits, [1, 0], 0, 0)[0, 1] == 2  # rows that have left the batch before
    assert guides.add(logits, [0, 1], 2, 1).eq(0).all()
    assert Guides([None, None], end=CODES).add(logits, [0, 1], 0, 0).eq(0).all()


def test_a_strong_guide_is_followed_to_its_end_and_the_others_are_drawn_as_before():
    model = tiny_model()
    prompt, sampling = model.builder.prompt("sit"), Sampling(seed=1)
    guide = torch.randint(CODES, (6, 5), generator=torch.Generator().manual_seed(0))
    alone = list(generate_motion(model, prompt, ALPHA, sampling, rows=3))[-1]
    guided = list(generate_motion(model, prompt, ALPHA, sampling, rows=3, guides=[None, guide, None]))[-1]
    assert len(guided[1]) in (5, 6) and (guided[1] == guide[: len(guided[1])]).float().mean() > 0.8
    for row in (0, 2):
        assert torch.equal(alone[row], guided[row])

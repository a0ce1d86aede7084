"""Guides: the bonus goes to the guide's codes at their step and part, and steers what is drawn."""

from functools import partial

import pytest
import torch

from hmvlm.language import decoding, drawing
from hmvlm.language.decoding import generate_motion
from hmvlm.language.guide import Guides
from hmvlm.language.motion_batch import MotionBatch
from hmvlm.language.sampling import Sampling
from tests.tiny import CODES, tiny_model

ALPHA = torch.tensor([0.4, 0.15, 0.15, 0.15, 0.15])


def test_the_bonus_is_at_the_guides_code_and_then_at_the_end():
    guide = torch.tensor([[1, 2, 3, 4, 5], [5, 4, 3, 2, 1]])
    guides = Guides([None, guide], end=CODES, bonus=2.0)
    logits = torch.zeros(2, 1, CODES + 1)
    first = torch.zeros(2, 1, dtype=torch.long)
    for step, part, code in ((0, 0, 1), (1, 3, 2), (2, 0, CODES), (5, 0, CODES)):
        added = guides.add(logits, [0, 1], first + step, part)[:, 0]
        assert added[0].eq(0).all() and added[1, code] == 2 and added[1].count_nonzero() == 1
    assert guides.add(logits, [1, 0], first, 0)[0, 0, 1] == 2  # rows that have left the batch before
    assert guides.add(logits, [0, 1], first + 2, 1).eq(0).all()
    several = guides.add(torch.zeros(2, 3, CODES + 1), [0, 1], torch.tensor([[0, 1, 2], [1, 2, 3]]), 0)[1]
    assert several.argmax(-1).tolist() == [5, CODES, CODES]
    assert Guides([None, None], end=CODES).add(logits, [0, 1], first, 0).eq(0).all()
    assert [len(guides.draft(1, step, 9)) for step in (0, 1, 2, 7)] == [2, 1, 0, 0]
    assert len(guides.draft(0, 0, 9)) == 0 and len(guides.draft(1, 0, 1)) == 1 and len(guides.draft(1, 0, -3)) == 0


def test_a_strong_guide_is_followed_to_its_end_and_the_others_are_drawn_as_before():
    model = tiny_model()
    prompt, sampling = model.builder.prompt("sit"), Sampling(seed=1)
    guide = torch.randint(CODES, (6, 5), generator=torch.Generator().manual_seed(0))
    alone = list(generate_motion(model, prompt, ALPHA, sampling, rows=3))[-1]
    guided = list(generate_motion(model, prompt, ALPHA, sampling, rows=3, guides=[None, guide, None]))[-1]
    assert len(guided[1]) in (5, 6) and (guided[1] == guide[: len(guided[1])]).float().mean() > 0.8
    for row in (0, 2):
        assert torch.equal(alone[row], guided[row])


@pytest.mark.parametrize("attention", ["sdpa", "eager"])
@pytest.mark.parametrize("steps", [None, 9])
def test_several_steps_of_a_guide_in_a_pass_give_what_single_steps_give(attention, steps, monkeypatch):
    """Guides that are left now and then, some shorter than the motion, beside rows without one and other requests."""
    model = tiny_model()
    model.base.set_attn_implementation(attention)
    monkeypatch.setattr(decoding, "Guides", partial(Guides, bonus=6.0))
    passes = []
    model.base.model.register_forward_pre_hook(lambda *_, **__: passes.append(1), with_kwargs=True)
    draw = torch.Generator().manual_seed(0)
    guides = [torch.randint(CODES, (size, 5), generator=draw) for size in (6, 14, 9)] + [None]
    guides += [guides[1].clone(), guides[2][:1]]
    context = [torch.randint(CODES, (4, 5), generator=draw), torch.randint(CODES, (2, 5), generator=draw)]

    def request(batch, seed):
        prompt, unconditional = model.builder.prompt("sit down"), (model.builder.prompt("any"), ALPHA.flip(0))
        sampling = Sampling(seed=seed, guidance=1.5)
        own = guides[seed:] + guides[:seed]
        return generate_motion(
            model, prompt, ALPHA, sampling, steps, 6, unconditional, 2, context, 5, 14, batch=batch, guides=own
        )

    def run(ahead: int) -> tuple[list, int]:
        monkeypatch.setattr(drawing, "AHEAD", ahead)
        alone = list(request(MotionBatch(model), 0))[-1]
        passes.clear()
        list(
            generate_motion(model, model.builder.prompt("sit"), ALPHA, Sampling(seed=0), 14, 3, guides=guides[1:2] * 3)
        )
        count = len(passes)
        batch = MotionBatch(model)
        running = {seed: request(batch, seed) for seed in range(3)}
        found = {}
        while running:
            for seed, one in list(running.items()):
                found[seed] = next(one, None) or running.pop(seed) and found[seed]
        assert [one.tolist() for one in found[0]] == [one.tolist() for one in alone]
        return [[one.tolist() for one in found[seed]] for seed in range(3)], count

    stepwise, slow = run(1)
    several, fast = run(25)
    assert several == stepwise and fast < slow / 2
    assert any(row != one[: len(row)].tolist() for row, one in zip(stepwise[0], guides) if one is not None)

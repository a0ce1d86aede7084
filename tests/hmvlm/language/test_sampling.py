"""Sampling draws what torch.multinomial draws, row by row."""

import torch

from hmvlm.language.sampling import Sampling, sample


def test_all_rows_at_once_are_those_that_multinomial_draws_one_by_one():
    logits = 3 * torch.randn(40, 513, generator=torch.Generator().manual_seed(1))
    logits[:, -1] = float("-inf")
    sampling = Sampling(temperature=0.9, top_p=0.95, seed=7)
    together, alone = sampling.generators(40), sampling.generators(40)
    for _ in range(3):
        drawn = sample(logits, sampling, together)
        ordered, order = (logits / 0.9).softmax(-1).sort(-1, descending=True)
        ordered[(ordered.cumsum(-1) - ordered) >= 0.95] = 0
        picks = [torch.multinomial(row, 1, generator=one) for row, one in zip(ordered, alone, strict=True)]
        assert drawn.tolist() == order.gather(-1, torch.stack(picks))[:, 0].tolist()

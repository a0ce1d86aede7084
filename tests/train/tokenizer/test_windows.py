"""Windows of features: padding, source weights, pooled deviations."""

import numpy as np
import pytest
import torch

from hmvlm.motion import features
from train.tokenizer.windows import Windows, statistics


def test_a_short_clip_is_padded_standing_still():
    short = torch.ones(5, features.FEATURE_SIZE)
    raw, mask = Windows([short], ["a"], {"a": 1.0}, 8).batch(3, np.random.default_rng(0))
    assert raw.shape == (3, 8, features.FEATURE_SIZE) and mask.sum(1).tolist() == [5, 5, 5]
    assert raw[:, 5:, 1:4].eq(0).all() and raw[:, 5:, 4:].eq(1).all()


def test_sources_are_drawn_by_weight_not_by_size():
    many = [torch.zeros(50, features.FEATURE_SIZE)] * 99 + [torch.ones(50, features.FEATURE_SIZE)]
    windows = Windows(many, ["big"] * 99 + ["small"], {"big": 1.0, "small": 1.0}, 8)
    raw, _ = windows.batch(600, np.random.default_rng(0))
    assert 0.42 < raw[:, 0, 0].mean() < 0.58


def test_no_clip_of_a_weighted_source_is_an_error():
    with pytest.raises(ValueError, match="cmu"):
        Windows([torch.zeros(9, features.FEATURE_SIZE)], ["other"], {"cmu": 1.0}, 8)


def test_deviations_are_shared_within_a_joint():
    torch.manual_seed(0)
    _, std = statistics([torch.randn(100, features.FEATURE_SIZE)])
    assert std[features.ROTATIONS].unflatten(0, (24, 6)).std(-1).max() == 0
    assert std[1] == std[2]

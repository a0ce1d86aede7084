"""Hands that are put somewhere."""

import numpy as np
import pytest
import torch

from hmvlm.body.skeleton import INDEX
from hmvlm.motion import features
from hmvlm.motion.hand_placing import PLACES, RAIL, distance, placed
from tests import motions

WALK = features.encode(motions.walk(4.0))


@pytest.mark.parametrize("place", [*PLACES, "rail"])
@pytest.mark.parametrize("side", ["left", "right"])
def test_a_hand_gets_to_its_place_and_the_rest_goes_on(place, side):
    on = {"left": "right", "right": "left"}[side] if place in ("shoulder", "elbow") else side
    found = placed(WALK, side, place, on)
    assert distance(found, side, place, on)[40:].mean() < 0.06
    assert torch.equal(found[:, features.ROOT], WALK[:, features.ROOT])
    other = features.POSITIONS.start + 3 * (INDEX["left_wrist" if side == "right" else "right_wrist"] - 1)
    assert torch.allclose(found[:, other : other + 3], WALK[:, other : other + 3], atol=0.02)


def test_the_other_parts_keep_their_places_and_the_hand_goes_back_where_something_follows():
    found = placed(WALK, "left", "head", "left", ends=False)
    assert torch.allclose(found[[0, -1]], WALK[[0, -1]], atol=0.02)
    assert distance(found, "left", "head", "left").min() < 0.06


def test_a_wrist_on_a_rail_is_as_high_as_the_rail():
    wrist = features.decode(placed(WALK, "right", "rail", "right")).joints()[40:, INDEX["right_wrist"], 1]
    assert np.abs(wrist - RAIL[1]).mean() < 0.06

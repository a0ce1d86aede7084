"""Ends of encoded and decoded motions."""

import numpy as np
import pytest
import torch

from hmvlm.motion import features
from hmvlm.paths import CHECKPOINTS
from hmvlm.tokenizer.model import BodyPartTokenizer
from tests import motions


@pytest.mark.slow
def test_a_resting_body_has_one_code_and_rests_at_both_ends():
    tokenizer = BodyPartTokenizer.from_pretrained(CHECKPOINTS / "embedded" / "tokenizer")
    codes = tokenizer.encode_features(torch.as_tensor(features.encode(motions.still(4.0))))
    assert (codes == codes[0]).all()
    joints = tokenizer.decode(codes).joints()
    assert np.linalg.norm(np.diff(joints, axis=0), axis=-1).max() * 20 < 0.1

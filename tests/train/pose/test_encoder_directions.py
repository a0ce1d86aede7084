"""Carrying what the encoder says through the language model: less is lost, and nothing else is touched."""

import numpy as np
import pytest
import torch

from hmvlm.language.moe_lora import folded
from hmvlm.language.prompting import POSE_PROMPT
from tests.tiny import tiny_model
from train.pose import encoder_directions


@pytest.mark.slow
def test_less_is_lost_and_the_rest_stays():
    model, rng = tiny_model(), np.random.default_rng(0)
    seen = rng.normal(size=(32, 33, 6)).astype(np.float32)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    alpha = model.gate(model.gate.encode([POSE_PROMPT]), model.gate.media(["image"])).exp()

    def lost() -> float:
        with torch.no_grad(), folded(model.backbone, alpha):
            return encoder_directions.lost(model, torch.from_numpy(seen)).item()

    first = lost()
    args = encoder_directions.parser().parse_args(["--steps", "40", "--lr", "0.01", "--log-every", "20"])
    encoder_directions.carry(model, seen, seen, args)
    assert lost() < 0.8 * first
    for name, value in model.state_dict().items():
        learnt = name.startswith(("projector.encoder_proj.", "pose_neck.token_proj."))
        assert learnt or torch.equal(before[name], value), name

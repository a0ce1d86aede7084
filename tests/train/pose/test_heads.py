"""Settling the pose heads: states are kept and taken up again, motion's rows stay as they were."""

import argparse

import numpy as np
import pytest
import torch

from hmvlm.language.model import MotionLanguageModel
from hmvlm.language.vocabulary import KINDS
from tests import motions
from tests.tiny import tiny_body_tokenizer, tiny_model
from train.pose import heads
from train.pose.heads import cached_states, look_up, rehearse, settle
from train.pose.task import ViewBatch, losses

ROWS = 36


def upside_down() -> MotionLanguageModel:
    """A tiny model that reads every body upside down."""
    model = tiny_model()
    with torch.no_grad():
        model.orientation.layers[-1].weight.mul_(0.1)
        model.orientation.layers[-1].bias.copy_(torch.tensor([1.0, 0, 0, 0, -1, 0]))
    return model


@pytest.fixture(scope="module")
def tokenizer():
    return tiny_body_tokenizer()


@pytest.fixture(scope="module")
def views(tokenizer):
    poses = motions.walk(2).poses[:ROWS]
    return ViewBatch.from_arrays(
        np.random.default_rng(0).normal(size=(ROWS, 33, 6)).astype(np.float32), poses, tokenizer
    )


def test_states_are_kept_and_a_run_goes_on_from_them(views, tmp_path, monkeypatch):
    monkeypatch.setattr(heads, "BATCH", 2)
    model = tiny_model()
    some = cached_states(model, views.features, tmp_path, minutes=0.0, seed=0)
    assert some.shape == (16, 34, 32) and some.dtype == torch.float16
    states = cached_states(model, views.features, tmp_path, minutes=10, seed=0)
    assert len(states) == ROWS and torch.equal(states[:16], some)
    assert torch.equal(cached_states(None, views.features, tmp_path, minutes=0.0, seed=0), states)


@pytest.mark.slow
def test_poses_are_learnt_and_motion_is_left_alone(tokenizer, views, tmp_path):
    model = upside_down()
    states, rows = cached_states(model, views.features, tmp_path, minutes=10, seed=0), list(range(ROWS))
    before = {name: value.clone() for name, value in model.state_dict().items()}
    first = losses(model, tokenizer, states.float(), views, rows)
    args = argparse.Namespace(held_out=4, lr=3e-3, steps=40, batch=16, noise=0.0, log_every=100)
    settle(model, tokenizer, states, views, args)
    last = losses(model.eval(), tokenizer, states.float(), views, rows)
    assert last["camera_joints"] < 0.8 * first["camera_joints"] and last["pose"] < first["pose"]
    after, pose = model.state_dict(), KINDS.index("pose")
    assert not torch.equal(
        before["depth_transformer.output_weight"][pose], after["depth_transformer.output_weight"][pose]
    )
    for name, value in after.items():
        if name in ("depth_transformer.output_weight", "depth_transformer.position"):
            kept = [index for index in range(len(KINDS)) if index != pose]
            assert torch.equal(before[name][kept], value[kept])
        elif not name.startswith(("pose_neck.", "orientation.")):
            assert torch.equal(before[name], value), name


def test_the_neck_finds_what_the_encoder_said(views, tmp_path):
    model = tiny_model()
    states = torch.randn(ROWS, 34, 32, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        said = model.projector.encoder(torch.from_numpy(views.features))
        states[:, :33, : said.shape[-1]] = 3 * said
    missed = look_up(model, states, views.features, ridge=0.1)
    assert missed.shape == said.shape and missed.square().mean() < 0.3 * said.square().mean()
    assert torch.allclose(model.pose_neck.token_proj(states[:, :33]) + missed, said, atol=1e-4)
    model.pose_neck.token_proj[1].out_features = 3
    with pytest.raises(ValueError, match="looks for 3"):
        look_up(model, states, views.features)


@pytest.mark.slow
def test_a_rehearsal_teaches_the_heads_without_states_of_their_views(tokenizer, views, tmp_path):
    model = upside_down()
    states, rows = cached_states(model, views.features, tmp_path, minutes=10, seed=0), list(range(ROWS))
    before = {name: value.clone() for name, value in model.state_dict().items()}
    first = losses(model, tokenizer, states.float(), views, rows)
    few = states[:12]
    rehearse(
        model,
        tokenizer,
        few,
        views.features[:12],
        views,
        argparse.Namespace(rehearsal=60, batch=16, lr=3e-3, log_every=100),
    )
    last = losses(model.eval(), tokenizer, states.float(), views, rows)
    assert last["camera_joints"] < 0.8 * first["camera_joints"]
    for name, value in model.state_dict().items():
        assert torch.equal(before[name], value) or name.startswith(
            ("depth_transformer.output_weight", "depth_transformer.position", "pose_neck.", "orientation.")
        ), name

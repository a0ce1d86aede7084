"""Settling the pose heads: states are kept and taken up again, motion's rows stay as they were."""

import argparse

import numpy as np
import pytest
import torch

from hmvlm.language.vocabulary import KINDS
from tests import motions
from tests.tiny import tiny_body_tokenizer, tiny_model
from train import settle_pose
from train.pose_task import Views, losses
from train.settle_pose import cached_states, settle

ROWS = 36


@pytest.fixture(scope="module")
def tokenizer():
    return tiny_body_tokenizer()


@pytest.fixture(scope="module")
def views(tokenizer):
    poses = motions.walk(2).poses[:ROWS]
    return Views.of(np.random.default_rng(0).normal(size=(ROWS, 33, 6)).astype(np.float32), poses, tokenizer)


def test_states_are_kept_and_a_run_goes_on_from_them(views, tmp_path, monkeypatch):
    monkeypatch.setattr(settle_pose, "BATCH", 2)
    model = tiny_model()
    some = cached_states(model, views.seen, tmp_path, minutes=0.0, seed=0)
    assert some.shape == (16, 34, 32) and some.dtype == torch.float16
    states = cached_states(model, views.seen, tmp_path, minutes=10, seed=0)
    assert len(states) == ROWS and torch.equal(states[:16], some)
    assert torch.equal(cached_states(None, views.seen, tmp_path, minutes=0.0, seed=0), states)


def test_poses_are_learnt_and_motion_is_left_alone(tokenizer, views, tmp_path):
    model = tiny_model()
    states, rows = cached_states(model, views.seen, tmp_path, minutes=10, seed=0), list(range(ROWS))
    before = {name: value.clone() for name, value in model.state_dict().items()}
    first = losses(model, tokenizer, states.float(), views, rows)
    args = argparse.Namespace(held_out=4, lr=3e-3, steps=40, batch=16, noise=0.0, log_every=100)
    settle(model, tokenizer, states, views, args)
    last = losses(model.eval(), tokenizer, states.float(), views, rows)
    assert last["camera_joints"] < 0.8 * first["camera_joints"] and last["pose"] < first["pose"]
    after, pose = model.state_dict(), KINDS.index("pose")
    assert not torch.equal(before["part_head.out"][pose], after["part_head.out"][pose])
    for name, value in after.items():
        if name in ("part_head.out", "part_head.place"):
            kept = [index for index in range(len(KINDS)) if index != pose]
            assert torch.equal(before[name][kept], value[kept])
        elif not name.startswith(("pose_neck.", "orientation.")):
            assert torch.equal(before[name], value), name

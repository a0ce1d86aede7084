"""The pose task: static features, targets, losses and the mixture with views."""

import random

import numpy as np
import pytest
import torch

from hmvlm.config import VisionConfig
from hmvlm.language.packing import PackedBatch
from hmvlm.language.pose_head import PoseNeck, decode_poses
from hmvlm.motion import features
from tests import motions
from tests.tiny import CODES, tiny_body_tokenizer, tiny_model
from train.instruct.mixture import Mixture
from train.pose.task import ViewBatch, losses, static_features
from train.segments.segment import Segment


@pytest.fixture(scope="module")
def tokenizer():
    return tiny_body_tokenizer()


@pytest.fixture(scope="module")
def views(tokenizer):
    poses = motions.walk(2).poses
    return ViewBatch.from_arrays(
        np.random.default_rng(0).normal(size=(len(poses), 33, 6)).astype(np.float32), poses, tokenizer
    )


def test_static_features_are_those_of_the_motion():
    motion = motions.walk(2)
    assert torch.allclose(
        static_features(torch.from_numpy(motion.poses)), features.pose_features(features.encode(motion)), atol=1e-5
    )


@pytest.mark.slow
def test_the_mixture_draws_poses_and_they_can_be_learnt(tokenizer, views):
    model = tiny_model()
    segment = Segment((np.zeros((4, 5), np.int16),), ("a person walks",), "walk", "train")
    mixture = Mixture([segment], model.builder, views=views, share_pose=0.5)
    drawn = mixture.batch(600, random.Random(0))
    tasks = {one.task for one in drawn}
    assert "pose_estimation" in tasks and "text_to_motion" in tasks
    asked = [one for one in drawn if one.task == "pose_estimation"]
    assert all(one.media in ("image", "video") and one.view is not None for one in asked)

    packed = PackedBatch.from_sequences([one.sequence for one in drawn])
    alpha = torch.tensor([[0.2, 0.2, 0.2, 0.2, 0.2]]).expand(len(drawn), -1)
    optimiser = torch.optim.Adam([p for group in model.trainable().values() for p in group], lr=3e-3)
    before = None
    for _ in range(25):
        states, owners = model.pose_states(packed, model.hidden_states(packed, alpha))
        terms = losses(model, tokenizer, states, views, [drawn[owner].view for owner in owners.tolist()])
        assert set(terms) == {"pose", "pose_joints", "camera_joints", "orientation"}
        total = terms["pose"] + terms["orientation"]
        before = total.item() if before is None else before
        optimiser.zero_grad()
        total.backward()
        optimiser.step()
    assert total.item() < 0.7 * before
    assert model.projector.input_proj.weight.grad.abs().sum() > 0


@pytest.mark.parametrize("readout", ["expected", "argmax"])
def test_poses_are_read_as_rotations(tokenizer, readout):
    model = tiny_model()
    local, codes = decode_poses(model, tokenizer, torch.randn(3, 34, 32), readout)
    assert local.shape == (3, 24, 3, 3) and codes.shape == (3, 5) and int(codes.max()) < CODES
    assert torch.allclose(local @ local.transpose(-1, -2), torch.eye(3).expand_as(local), atol=1e-4)
    with pytest.raises(ValueError, match="readout"):
        decode_poses(model, tokenizer, torch.randn(1, 34, 32), "mean")


def test_the_neck_begins_as_the_identity_and_can_learn_from_the_whole_picture():
    neck = PoseNeck(32, VisionConfig(tokens=3, pose_token_dim=4, pose_hidden_dim=16, dropout=0.0))
    states = torch.randn(2, 4, 32)
    assert torch.equal(neck(states), states[:, -1])
    torch.nn.init.normal_(neck.output_proj[-1].weight)
    other = states.clone()
    other[:, 0] += torch.randn(2, 32)
    assert not torch.allclose(neck(states), neck(other))
    with pytest.raises(ValueError, match="3 of a picture"):
        neck(states[:, 1:])

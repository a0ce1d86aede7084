"""The body encoder: mirror images, pretraining, resuming, starting from a checkpoint."""

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from hmvlm.config import VisionConfig
from hmvlm.vision.body_encoder import BodyEncoder, mirror_image
from hmvlm.vision.projector import LandmarkProjector
from tests.train.pose.conftest import walking_views
from train.pose.body_encoder import BodyEncoderSettings, MirroredViews, PoseRegressor, train
from train.views.baselines import errors, joint_positions
from train.views.poses import mirrored

SMALL = VisionConfig(
    dim=12,
    mlp_dim=16,
    layers=1,
    encoder_dim=64,
    encoder_layers=1,
    encoder_output_dim=4,
    pose_token_dim=4,
    pose_hidden_dim=16,
    dropout=0.0,
)


def settings(tmp_path, views_file, **more) -> BodyEncoderSettings:
    fixed = {"out": str(tmp_path / "encoder.safetensors"), "state": str(tmp_path / "state"), "views": [views_file]}
    return BodyEncoderSettings(**(fixed | {"batch": 64, "lr": 3e-3} | more))


def test_a_mirror_image_of_a_mirror_image_is_the_picture():
    seen = torch.randn(5, 33, 6)
    assert torch.equal(mirror_image(mirror_image(seen)), seen)
    assert torch.equal(mirror_image(seen)[:, 11, 2], -seen[:, 12, 2])  # the left shoulder is where the right one was


def test_both_sides_are_encoded_and_a_mirror_exchanges_them():
    encoder = BodyEncoder(SMALL).eval()
    seen = torch.randn(3, 33, 6)
    plain, other = encoder(seen), encoder(mirror_image(seen))
    assert plain.shape == (3, 33, 8)
    assert torch.allclose(plain[..., :4], other[..., 4:], atol=1e-5)
    assert not torch.allclose(plain[..., :4], plain[..., 4:])


def test_each_embedding_depends_on_the_encoder():
    projector = LandmarkProjector(SMALL, 32).eval()
    visual = torch.randn(66, 6)
    before = projector(visual)
    torch.nn.init.zeros_(projector.encoder_proj.weight)
    assert ((before - projector(visual)).norm(dim=-1) > 0.1).all()


def test_half_of_a_batch_is_mirrored():
    views = walking_views()
    features, poses = MirroredViews(views, 8, 0)[3]
    assert torch.equal(features, MirroredViews(views, 8, 0)[3][0])
    plain = [(views.features == one).all((1, 2)).any() for one in features.numpy()]
    back = [np.isclose(views.features, one, atol=1e-6).all((1, 2)).any() for one in mirror_image(features).numpy()]
    assert all(plain[:4]) and all(back[4:])
    truth = [
        views.poses[np.isclose(views.features, one, atol=1e-6).all((1, 2))][0]
        for one in mirror_image(features[4:]).numpy()
    ]
    assert np.allclose(mirrored(poses[4:].numpy()), truth, atol=1e-6)


@pytest.mark.slow
def test_poses_are_learnt_saved_and_loaded(tmp_path, views_file):
    data = walking_views()
    first = errors(PoseRegressor(SMALL).eval().poses(data.features), data.poses)
    out = train(settings(tmp_path, views_file, steps=250, warmup=50), SMALL)
    regressor = PoseRegressor.load(out, SMALL)
    last = errors(regressor.poses(data.features), data.poses)
    assert last["mpjpe"] < 0.5 * first["mpjpe"]
    flipped = mirror_image(torch.from_numpy(data.features)).numpy()
    back = joint_positions(mirrored(regressor.poses(data.features)))
    assert np.allclose(back, joint_positions(regressor.poses(flipped)), atol=1e-3)


def test_a_resumed_run_equals_an_uninterrupted_one(tmp_path, views_file, resumed):
    chosen = settings(tmp_path, views_file, steps=4, eval_every=2)
    whole, parts = resumed("body_encoder", lambda one: train(one, SMALL), chosen, ".safetensors")
    assert whole.read_bytes() == parts.read_bytes()


def test_training_starts_from_a_checkpoint_or_a_file(tmp_path, views_file):
    known = BodyEncoder(SMALL)
    tensors = {f"projector.encoder.{name}": value for name, value in known.state_dict().items()}
    save_file(tensors, tmp_path / "motion.safetensors")
    out = train(settings(tmp_path, views_file, init=str(tmp_path), steps=1, lr=0.0), SMALL)
    regressor = PoseRegressor.load(out, SMALL)
    for name, value in regressor.encoder.state_dict().items():
        assert torch.equal(value, known.state_dict()[name].half().float()), name
    regressor.head.bias.data += 1
    save_file(regressor.state_dict(), tmp_path / "first.safetensors")
    more = {"out": str(tmp_path / "second.safetensors"), "state": str(tmp_path / "second"), "lr": 0.0}
    out = train(settings(tmp_path, views_file, init=str(tmp_path / "first.safetensors"), steps=1, **more), SMALL)
    assert torch.allclose(PoseRegressor.load(out, SMALL).head.bias, regressor.head.bias, atol=1e-2)


def test_features_get_noise_in_training_only():
    regressor, seen = PoseRegressor(SMALL), torch.randn(3, 33, 6)
    torch.nn.init.normal_(regressor.head.weight)
    assert not torch.allclose(regressor.train()(seen), regressor(seen), atol=1e-3)
    assert torch.equal(regressor.eval()(seen), regressor(seen))

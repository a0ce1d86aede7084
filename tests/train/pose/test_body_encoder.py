"""The body encoder: mirror images, training that goes on, and what the projector makes of it."""

import argparse

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from hmvlm.config import VisionConfig
from hmvlm.vision.body_encoder import BodyEncoder, mirror_image
from hmvlm.vision.projector import LandmarkProjector
from tests import motions
from train.pose import body_encoder
from train.pose.body_encoder import BodyReader, train
from train.views.baselines import errors, joints_of
from train.views.poses import mirrored
from train.views.store import ViewStore

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
ROWS = 120


def views(split: int) -> ViewStore:
    """A walk whose landmarks are its joints, each of them named twice."""
    poses = np.tile(motions.walk(6).poses, (4, 1, 1))[:ROWS].astype(np.float32)
    joints = joints_of(poses).numpy()
    rows = np.concatenate([joints, joints[:, :9]], axis=1)
    features = np.concatenate([rows[..., :2], rows, np.ones((*rows.shape[:2], 1))], axis=2).astype(np.float32)
    blank = np.zeros(ROWS, np.int64)
    return ViewStore(
        features=features,
        poses=poses,
        kind=blank,
        clip=blank,
        split=blank + split,
        measured=blank > 0,
        clips=np.array(["walk"]),
    )


def options(out, **changes) -> argparse.Namespace:
    return argparse.Namespace(
        **{
            "device": "cpu",
            "start": None,
            "out": str(out),
            "batch": 64,
            "lr": 3e-3,
            "steps": 250,
            "max_minutes": 5.0,
            "seed": 0,
            **changes,
        }
    )


def test_a_mirror_image_of_a_mirror_image_is_the_picture():
    seen = torch.randn(5, 33, 6)
    assert torch.equal(mirror_image(mirror_image(seen)), seen)
    assert torch.equal(mirror_image(seen)[:, 11, 2], -seen[:, 12, 2])  # the left shoulder is where the right one was


def test_both_sides_are_said_and_a_mirror_exchanges_them():
    encoder = BodyEncoder(SMALL).eval()
    seen = torch.randn(3, 33, 6)
    said, other = encoder(seen), encoder(mirror_image(seen))
    assert said.shape == (3, 33, 8)
    assert torch.allclose(said[..., :4], other[..., 4:], atol=1e-5) and not torch.allclose(said[..., :4], said[..., 4:])


def test_each_embedding_hears_the_encoder():
    projector = LandmarkProjector(SMALL, 32).eval()
    visual = torch.randn(66, 6)
    before = projector(visual)
    torch.nn.init.zeros_(projector.encoder_proj.weight)
    assert ((before - projector(visual)).norm(dim=-1) > 0.1).all()


@pytest.mark.slow
def test_poses_are_learnt_kept_and_read_back(tmp_path):
    data, out = views(0), tmp_path / "encoder.safetensors"
    first = errors(BodyReader(SMALL).eval().poses(data.features), data.poses)
    reader = train(data, views(1), options(out), SMALL)
    last = errors(reader.poses(data.features), data.poses)
    assert last["mpjpe"] < 0.5 * first["mpjpe"]
    again = BodyReader.load(out, SMALL).poses(data.features)
    assert np.abs(again - reader.poses(data.features)).max() < 0.02
    flipped = mirror_image(torch.from_numpy(data.features)).numpy()
    assert np.allclose(joints_of(mirrored(reader.poses(data.features))), joints_of(reader.poses(flipped)), atol=1e-3)


def test_a_run_that_is_cut_short_goes_on(tmp_path, monkeypatch):
    out = tmp_path / "encoder.safetensors"
    monkeypatch.setattr(body_encoder, "SAVE_SECONDS", 0.0)

    def stop(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(body_encoder.log, "info", stop)
    with pytest.raises(KeyboardInterrupt):
        train(views(0), views(1), options(out, steps=3), SMALL)
    assert (tmp_path / "encoder.safetensors.state").is_file() and not out.exists()
    said = []
    monkeypatch.setattr(body_encoder.log, "info", lambda *words: said.append(words))
    train(views(0), views(1), options(out, steps=3), SMALL)
    assert (
        said[0] == ("going on from step %d", 1)
        and out.is_file()
        and not (tmp_path / "encoder.safetensors.state").exists()
    )


def test_training_goes_on_from_a_checkpoint(tmp_path):
    known = BodyEncoder(SMALL)
    save_file(
        {f"projector.encoder.{name}": value for name, value in known.state_dict().items()},
        tmp_path / "motion.safetensors",
    )
    reader = train(
        views(0), views(1), options(tmp_path / "encoder.safetensors", start=str(tmp_path), steps=1, lr=0.0), SMALL
    )
    for name, value in reader.encoder.state_dict().items():
        assert torch.equal(value, known.state_dict()[name]), name


def test_what_is_said_is_disturbed_in_training_only():
    reader, seen = BodyReader(SMALL), torch.randn(3, 33, 6)
    torch.nn.init.normal_(reader.head.weight)
    assert not torch.allclose(reader.train()(seen), reader(seen), atol=1e-3)
    assert torch.equal(reader.eval()(seen), reader(seen))

"""What the tests of pose stages share: a file of views, a tiny model folder, and interrupted runs."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from hmvlm.config import VisionConfig
from hmvlm.language import model as language_model
from hmvlm.language.text_encoder import TextEncoder
from tests import motions
from tests.tiny import tiny_base, tiny_body_tokenizer, tiny_encoder, tiny_model
from train.loop.record import read_record
from train.loop.run import TrainingLoop
from train.pose.body_encoder import PoseRegressor
from train.pose.task import static_features
from train.views.baselines import joint_positions
from train.views.store import SPLITS, ViewStore, save_views

TRAIN, VAL = 90, 30


def walking_views(count: int = TRAIN + VAL) -> ViewStore:
    """Views of a walk whose landmarks are its joints, nine of them twice; the last rows are for validation."""
    poses = np.tile(motions.walk(6).poses, (4, 1, 1))[:count].astype(np.float32)
    joints = joint_positions(poses).numpy()
    rows = np.concatenate([joints, joints[:, :9]], axis=1)
    features = np.concatenate([rows[..., :2], rows, np.ones((*rows.shape[:2], 1))], axis=2).astype(np.float32)
    zeros = np.zeros(count, np.int64)
    split = zeros + SPLITS.index("train")
    split[TRAIN:] = SPLITS.index("val")
    measured = np.arange(count) % 3 == 0
    return ViewStore(features, poses, split, zeros, measured, zeros, np.array(["walk"]))


@pytest.fixture(scope="session")
def views_file(tmp_path_factory):
    """A file of :func:`walking_views`."""
    path = tmp_path_factory.mktemp("views") / "views.npz"
    save_views(path, walking_views())
    return str(path)


@pytest.fixture(scope="session")
def encoder_file(tmp_path_factory):
    """An untrained body encoder with its head."""
    from safetensors.torch import save_file

    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("encoder") / "body_encoder.safetensors"
    save_file(PoseRegressor(VisionConfig()).state_dict(), path)
    return str(path)


@pytest.fixture(scope="session")
def _model_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model") / "model"
    tiny_model().save_pretrained(folder)
    tokenizer = tiny_body_tokenizer()
    tokenizer.encode_pose(
        static_features(torch.from_numpy(walking_views().poses))
    )  # its first codes set up the codebooks
    tokenizer.save_pretrained(folder / "tokenizer")
    (folder / "README.md").write_text("A card.")
    return folder


@pytest.fixture
def model_folder(_model_folder, monkeypatch):
    """The folder of a tiny model and its tokenizer, which can be loaded inside the test."""

    def encoder(name):
        torch.manual_seed(1)
        return tiny_encoder()

    monkeypatch.setattr(language_model, "load_base", lambda *args, **more: tiny_base())
    monkeypatch.setattr(TextEncoder, "load", staticmethod(encoder))
    return str(_model_folder)


@pytest.fixture
def resumed(tmp_path, monkeypatch):
    """Run a stage twice, once in one go and once interrupted and resumed.

    Returns both results, after checking the record.
    """

    def run(stage, train, settings, suffix=""):
        def at(name, **more):
            return replace(settings, out=str(tmp_path / (name + suffix)), state=str(tmp_path / f"{name}-state"), **more)

        whole = train(at("whole"))
        with monkeypatch.context() as patch:
            patch.setattr(TrainingLoop, "_interrupted", lambda self, progress: self.step >= 2)
            train(at("parts"))
        assert not read_record(tmp_path / ("parts" + suffix))[stage]["finished"]
        parts = train(at("parts", resume=True))
        record = read_record(parts)[stage]
        assert record["finished"] and record["steps"] == settings.steps and record["inputs"]
        assert train(at("parts", resume=True)) == parts  # finished: nothing is loaded
        return whole, parts

    return run

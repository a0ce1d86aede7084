"""Pose heads: the cache of hidden states, distillation and fine-tuning; motion's rows stay as they were."""

import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from hmvlm.language.model import MOTION, MotionLanguageModel
from hmvlm.language.vocabulary import KINDS
from tests.tiny import tiny_model
from train.loop.record import read_record
from train.pose import distill_heads, heads, states
from train.pose.distill_heads import DistillSettings, fit_token_projection
from train.pose.heads import HeadSettings
from train.pose.states import cached_states, sampled_views
from train.pose.task import ViewBatch, load_all_views, losses

HEADS = ("depth_transformer.output_weight", "depth_transformer.position", "pose_neck.", "orientation.")


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(states, "CHUNK", 16)
    monkeypatch.setattr(states, "BATCH", 8)


def finetuning(model_folder, views_file, tmp_path, **more) -> HeadSettings:
    fixed = {"model": model_folder, "views": [views_file], "cache": str(tmp_path / "cache"), "count": 36, "batch": 16}
    return HeadSettings(**(fixed | {"out": str(tmp_path / "out"), "state": str(tmp_path / "state"), "steps": 4} | more))


def distillation(model_folder, views_file, encoder_file, tmp_path, **more) -> DistillSettings:
    fixed = {"model": model_folder, "views": [views_file], "cache": str(tmp_path / "cache"), "count": 36, "batch": 16}
    fixed |= {"out": str(tmp_path / "distilled"), "state": str(tmp_path / "distilled-state"), "encoder": encoder_file}
    return DistillSettings(**(fixed | {"steps": 4} | more))


@pytest.fixture
def upside_down(model_folder, tmp_path) -> str:
    """The model folder with an orientation head that predicts every body upside down."""
    folder = tmp_path / "upside_down"
    shutil.copytree(model_folder, folder)
    tensors = load_file(folder / MOTION)
    tensors["orientation.layers.3.weight"] *= 0.1
    tensors["orientation.layers.3.bias"] = torch.tensor([1.0, 0, 0, 0, -1, 0]).half()
    save_file(tensors, folder / MOTION)
    return str(folder)


def changed(before, after) -> set[str]:
    """Names of the tensors of two folders that differ; rows of motion must not."""
    old, new = load_file(f"{before}/{MOTION}"), load_file(f"{after}/{MOTION}")
    for name in HEADS[:2]:
        others = [index for index, kind in enumerate(KINDS) if kind != "pose"]
        assert torch.equal(old[name][others], new[name][others]), name
    return {name for name, value in new.items() if not torch.equal(old[name], value)}


def test_states_are_cached_and_an_interrupted_run_goes_on(model_folder, views_file, tmp_path, monkeypatch):
    settings = finetuning(model_folder, views_file, tmp_path)
    features = sampled_views(load_all_views([views_file]).rows("train"), settings).features
    whole = cached_states(replace(settings, cache=str(tmp_path / "other")), features)
    assert whole.shape == (36, 34, 32) and whole.dtype == torch.float16

    def interrupted(model, part, rng, known=states.computed_states):
        if list((tmp_path / "cache").rglob("*.safetensors")):
            raise KeyboardInterrupt
        return known(model, part, rng)

    with monkeypatch.context() as patch:
        patch.setattr(states, "computed_states", interrupted)
        with pytest.raises(KeyboardInterrupt):
            cached_states(settings, features)
    assert torch.equal(cached_states(settings, features), whole)
    monkeypatch.setattr(states, "computed_states", None)  # all are there
    assert torch.equal(cached_states(settings, features), whole)


def test_other_weights_have_other_states_but_other_heads_do_not(model_folder, views_file, tmp_path):
    settings = finetuning(model_folder, views_file, tmp_path)
    features = np.zeros((4, 33, 6), np.float32)
    first = states.fingerprint(settings, features)
    for part, same in (("orientation", True), ("projector", False)):
        folder = tmp_path / part
        shutil.copytree(model_folder, folder)
        model = MotionLanguageModel.from_pretrained(folder)
        with torch.no_grad():
            next(getattr(model, part).parameters()).add_(1)
        model.save_pretrained(folder)
        assert (states.fingerprint(replace(settings, model=str(folder)), features) == first) is same
    assert states.fingerprint(settings, features + 1) != first


def test_rendered_views_have_at_most_their_share(views_file, model_folder, tmp_path):
    views = load_all_views([views_file]).rows("train")
    chosen = sampled_views(views, finetuning(model_folder, views_file, tmp_path, rendered_share=0.25))
    assert len(chosen) == 36 and chosen.measured.sum() == 9
    few = sampled_views(views, finetuning(model_folder, views_file, tmp_path, count=10_000))
    assert len(few) == len(views)


@pytest.mark.slow
def test_finetuning_resumes_and_leaves_motion_alone(model_folder, views_file, tmp_path, resumed):
    whole, parts = resumed("pose_heads", heads.train, finetuning(model_folder, views_file, tmp_path, eval_every=2))
    assert (whole / MOTION).read_bytes() == (parts / MOTION).read_bytes()
    names = changed(model_folder, whole)
    assert set(HEADS[:2]) < names and all(name.startswith(HEADS) for name in names)
    assert (whole / "tokenizer" / "tokenizer.json").is_file()


def test_few_views_are_enough(model_folder, views_file, tmp_path):
    out = heads.train(finetuning(model_folder, views_file, tmp_path, count=8, held_out=500, steps=1))
    assert read_record(out)["pose_heads"]["validation"]["pose"] > 0


@pytest.mark.slow
def test_poses_are_learnt(upside_down, views_file, tmp_path):
    more = {"lr": 3e-3, "warmup": 10, "rendered_share": 1.0}
    first = heads.train(finetuning(upside_down, views_file, tmp_path, steps=1, **more | {"lr": 0.0}))
    more |= {"out": str(tmp_path / "longer"), "state": str(tmp_path / "longer-state")}
    last = heads.train(finetuning(upside_down, views_file, tmp_path, steps=40, **more))
    before, after = (read_record(one)["pose_heads"]["validation"] for one in (first, last))
    assert after["camera_joints"] < 0.8 * before["camera_joints"] and after["pose"] < before["pose"]


def test_the_projection_recovers_the_encoders_features():
    model, generator = tiny_model(), torch.Generator().manual_seed(0)
    features = torch.randn(36, 33, 6, generator=generator)
    hidden = torch.randn(36, 34, 32, generator=generator)
    with torch.no_grad():
        target = model.projector.encoder(features)
        hidden[:, :33, : target.shape[-1]] = 3 * target
    residuals = fit_token_projection(model, hidden, features.numpy(), ridge=0.1)
    assert residuals.shape == target.shape and residuals.square().mean() < 0.3 * target.square().mean()
    assert torch.allclose(model.pose_neck.token_proj(hidden[:, :33]) + residuals, target, atol=1e-4)
    model.pose_neck.token_proj[1].out_features = 3
    with pytest.raises(ValueError, match="takes 3 features"):
        fit_token_projection(model, hidden, features.numpy())


@pytest.mark.slow
def test_distillation_resumes_and_finetuning_uses_its_states(model_folder, views_file, encoder_file, tmp_path, resumed):
    settings = distillation(model_folder, views_file, encoder_file, tmp_path)
    whole, parts = resumed("distill_heads", distill_heads.train, settings)
    assert (whole / MOTION).read_bytes() == (parts / MOTION).read_bytes()
    assert all(name.startswith(HEADS) for name in changed(model_folder, whole))
    heads.train(finetuning(str(whole), views_file, tmp_path, encoder=encoder_file))
    assert len(list((tmp_path / "cache").iterdir())) == 1
    assert set(read_record(tmp_path / "out")) == {"distill_heads", "pose_heads"}


class TrueRegressor:
    """Predicts the true poses of known views."""

    def __init__(self, path: str) -> None:
        self.views = load_all_views([path])

    def to(self, device: str) -> "TrueRegressor":
        return self

    def poses(self, features: np.ndarray) -> np.ndarray:
        apart = np.abs(features[:, None] - self.views.features[None]).sum((2, 3))
        return self.views.poses[apart.argmin(1)]


@pytest.mark.slow
def test_distilled_heads_predict_poses_from_states(upside_down, views_file, tmp_path, monkeypatch):
    monkeypatch.setattr(distill_heads.PoseRegressor, "load", lambda path: TrueRegressor(path))
    settings = distillation(upside_down, views_file, views_file, tmp_path, steps=60, lr=3e-3)
    out = distill_heads.train(settings)
    chosen = sampled_views(load_all_views([views_file]).rows("train"), settings)
    hidden, tokenizer = cached_states(settings, chosen.features).float(), settings.load_tokenizer()
    views = ViewBatch.from_arrays(chosen.features, chosen.poses, tokenizer)
    before, after = (
        losses(MotionLanguageModel.from_pretrained(one), tokenizer, hidden, views, list(range(len(views))))
        for one in (upside_down, out)
    )
    assert after["camera_joints"] < 0.8 * before["camera_joints"] and after["pose"] < before["pose"]

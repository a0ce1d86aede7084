"""Alignment of the landmark projector."""

import pytest
import torch
from safetensors.torch import load_file

from hmvlm.config import VisionConfig
from hmvlm.vision.projector import make_projector
from tests.tiny import tiny_base
from train.pose import projector
from train.pose.projector import ProjectorSettings, train
from train.pose.task import load_all_views, view_tensors


@pytest.mark.slow
def test_the_projector_learns_and_resumes(tmp_path, views_file, encoder_file, resumed, monkeypatch):
    monkeypatch.setattr(projector, "load_base", lambda *args: tiny_base())
    settings = ProjectorSettings(
        out="", views=[views_file], encoder=encoder_file, steps=4, batch=16, lr=3e-3, warmup=1, log_every=1
    )
    whole, parts = resumed("projector", train, settings, ".safetensors")
    assert whole.read_bytes() == parts.read_bytes()
    made = make_projector(VisionConfig(), 32)
    made.load_state_dict(load_file(whole))
    for name, value in load_file(encoder_file).items():
        if name.startswith("encoder."):
            assert torch.equal(made.state_dict()[name], value)
    features = view_tensors(load_all_views([views_file]).rows("val"))[0]
    words = tiny_base()[0].get_input_embeddings().weight
    length = float(made.without_encoder(features).detach().norm(dim=-1).median())
    assert length == pytest.approx(float(words.norm(dim=-1).median()), rel=1e-4)


def test_a_preset_with_patches_is_refused_in_one_sentence(capsys):
    with pytest.raises(SystemExit):
        projector.main(["--out", "projector.safetensors", "--preset", "gemma-2-2b"])
    assert "gemma-2-2b takes image patches, but views hold body landmarks" in capsys.readouterr().err

"""The CLIP tower on a tiny random model: patches of the right square."""

import numpy as np
import pytest
import torch
from transformers import CLIPVisionConfig, CLIPVisionModel

from hmvlm.config import VisionConfig
from hmvlm.vision.projector import make_projector
from hmvlm.vision.tower import VisionTower
from hmvlm.weights import WeightsError


@pytest.fixture(scope="module")
def tower():
    torch.manual_seed(0)
    config = CLIPVisionConfig(
        hidden_size=16, intermediate_size=24, num_hidden_layers=3, num_attention_heads=2, image_size=28, patch_size=7
    )
    return VisionTower(CLIPVisionModel(config))


def test_patches_come_from_the_region(tower):
    image = np.zeros((60, 100, 3), np.uint8)
    image[20:40, 50:70] = np.random.default_rng(0).integers(0, 255, (20, 20, 3))
    patches = tower(image, np.float32([60, 30, 20, 0.3]))
    moved = tower(np.roll(image, 10, axis=1), np.float32([70, 30, 20, 0.0]))
    assert patches.shape == (16, 16) and torch.allclose(patches, moved, atol=1e-4)
    assert not torch.allclose(patches, tower(image), atol=1e-2)
    projected = make_projector(VisionConfig(kind="patches", tokens=16, width=16), 32)(patches)
    assert projected.shape == (16, 32)


def test_a_missing_tower_is_one_sentence(tmp_path):
    with pytest.raises(WeightsError, match="vision tower"):
        VisionTower.from_pretrained(str(tmp_path))

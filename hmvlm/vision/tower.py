"""Vision tower of the larger presets: CLIP ViT patch features of a square crop, as in LLaVA."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from transformers import CLIPVisionModel

from hmvlm.config import hub_source
from hmvlm.weights import WeightsError

MEAN = (0.48145466, 0.4578275, 0.40821073)
STD = (0.26862954, 0.26130258, 0.27577711)
"""CLIP's normalisation of red, green and blue in 0..1 (Radford et al., 2021)."""
LAYER = -2
"""Hidden layer of the patch features (LLaVA-1.5, arXiv 2310.03744)."""


class VisionTower:
    """A frozen CLIP image encoder."""

    def __init__(self, model: CLIPVisionModel) -> None:
        self.model = model.requires_grad_(False).eval()
        side = model.config.image_size
        if not isinstance(side, int):
            raise ValueError(f"the vision tower must take square pictures, got image_size {side!r}")
        self.side = side

    @staticmethod
    def from_pretrained(name: str) -> VisionTower:
        """Load a Hugging Face repository or folder; WeightsError if it can be neither found nor downloaded."""
        try:
            source, revision = hub_source(name)
            return VisionTower(CLIPVisionModel.from_pretrained(source, **revision))  # type: ignore[arg-type]
        except (OSError, ValueError) as error:
            reason = str(error).strip().splitlines()[0]
            raise WeightsError(
                f"Cannot load the vision tower {name!r} ({reason}); give a folder or a CLIP repository."
            ) from error

    @torch.no_grad()
    def __call__(self, image: np.ndarray, region: np.ndarray | None = None) -> Tensor:
        """Patches ``(V, F)`` of a picture ``(H, W, 3)`` uint8, or of the upright square round
        a region ``(4,)`` in it.
        """
        device = next(self.model.parameters()).device
        pixels = self._square(image, region).to(device, self.model.dtype)
        return self.model(pixels[None], output_hidden_states=True).hidden_states[LAYER][0, 1:].float().cpu()

    def _square(self, image: np.ndarray, region: np.ndarray | None) -> Tensor:
        height, width = image.shape[:2]
        x, y, side = (width / 2, height / 2, max(width, height)) if region is None else (float(v) for v in region[:3])
        box = (x - side / 2, y - side / 2, x + side / 2, y + side / 2)
        size = (self.side, self.side)
        cut = Image.fromarray(image).transform(size, Image.Transform.EXTENT, box, Image.Resampling.BICUBIC)
        values = torch.from_numpy(np.asarray(cut).copy()).float() / 255
        return ((values - torch.tensor(MEAN)) / torch.tensor(STD)).permute(2, 0, 1)

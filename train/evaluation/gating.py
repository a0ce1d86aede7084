"""Gate weights of a whole list of prompts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from hmvlm import HMVLM


@torch.inference_mode()
def gate_weights(model: HMVLM, texts: Sequence[str], media: str | None = None) -> Tensor:
    """α ``(N, 1 + E)`` of texts with the same kind of media."""
    gate, device = model.language.gate, model.language.device
    return gate(gate.encode(texts).to(device), gate.media([media] * len(texts)).to(device)).exp().cpu()


def expert_mixtures(model: HMVLM, texts: Sequence[str]) -> list[Tensor | None]:
    """α ``(1 + E,)`` of each text, or None where the experts are skipped, so that the model is the bare base."""
    threshold = model.language.config.skip_threshold
    return [None if float(alpha[0]) >= threshold else alpha for alpha in gate_weights(model, texts)]


def left_to_base(model: HMVLM, texts: Sequence[str], media: str | None = None) -> np.ndarray:
    """Which texts ``(N,)`` the product takes for ordinary talk, so that the bare base answers; see
    :class:`hmvlm.tasks.routing.Router`.
    """
    return np.array([model.router(text, media)[0] == "dialogue" for text in texts], bool)

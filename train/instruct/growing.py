"""A trained language model for a tokenizer with more codes: new rows beside the ones that it has learnt."""

from __future__ import annotations

import torch
from torch import Tensor

from hmvlm.language.model import MotionLanguageModel
from hmvlm.language.vocabulary import KINDS, SPECIAL_TOKENS
from hmvlm.tokenizer.model import BodyPartTokenizer

NEIGHBOURS = 3
"""Known codes nearest to a new one, whose mean its rows start from."""
OUTPUT_SCALE = 0.5
"""Factor of new rows of the output: a new code is less likely than the known ones that it resembles."""


@torch.no_grad()
def grown(model: MotionLanguageModel, tokenizer: BodyPartTokenizer) -> MotionLanguageModel:
    """The model with rows for all codes of a tokenizer whose first codes are those that the model knows.

    Experts, gate, projector and pose heads are shared with ``model``. A new code starts as the mean of the known codes
    nearest to it. The model itself where the number of codes is the same.

    Raises:
        ValueError: the tokenizer has fewer codes than the model.
    """
    known, size = model.vocabulary.codebook_size, tokenizer.config.codebook_size
    if size == known:
        return model
    if size < known:
        raise ValueError(f"the model knows {known} codes per part, the tokenizer has {size}; give its own tokenizer")
    larger = MotionLanguageModel(model.backbone, model.tokenizer, model.gate, model.config, size, model.preset)
    for name in ("projector", "pose_neck", "orientation"):
        getattr(larger, name).load_state_dict(getattr(model, name).state_dict())
    heads = model.depth_transformer.state_dict()
    state = larger.depth_transformer.state_dict()
    output = state["output_weight"]
    output[:, :, :known], output[:, :, size] = heads["output_weight"][:, :, :known], heads["output_weight"][:, :, known]
    books = {"motion": tokenizer.motion_quantizer.codebooks(), "pose": tokenizer.pose_quantizer.codebooks()}
    larger.vocabulary.weight[: len(SPECIAL_TOKENS)] = model.vocabulary.weight[: len(SPECIAL_TOKENS)]
    for index, kind in enumerate(KINDS):
        rows, old = larger.vocabulary.table(kind), model.vocabulary.table(kind)
        for part, book in enumerate(books[kind]):
            near = nearest(book, known)
            rows[part, :known], rows[part, known:] = old[part], old[part][near].mean(1)
            output[index, part, known:size] = OUTPUT_SCALE * heads["output_weight"][index, part][near].mean(1)
    larger.depth_transformer.load_state_dict(heads | {"output_weight": output})
    larger.has_vision = model.has_vision
    return larger.train(model.training)


def nearest(book: Tensor, known: int) -> Tensor:
    """Indices ``(K - known, NEIGHBOURS)`` of the first ``known`` vectors that are nearest to each later one."""
    return torch.cdist(book[known:].float(), book[:known].float()).topk(NEIGHBOURS, largest=False).indices

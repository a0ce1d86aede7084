"""The model that stage 2 begins with: a fresh one on a preset's base, or a trained one to go on with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn

from hmvlm.checksums import file_sha256
from hmvlm.language.gate import Gate
from hmvlm.language.model import MotionLanguageModel
from hmvlm.tokenizer.model import WEIGHTS_FILE, BodyPartTokenizer
from train.instruct.growing import grown
from train.instruct.settings import Stage2Settings

PLAIN_BIAS = 20.0
"""Logit that gives the only expert of plain LoRA the whole weight."""


def initial_model(settings: Stage2Settings, tokenizer: BodyPartTokenizer) -> MotionLanguageModel:
    """The model to train: that of ``init``, or a fresh one whose new rows begin at the codebooks' geometry."""
    dtype = settings.dtype if settings.dtype == "4bit" else getattr(torch, settings.dtype)
    if settings.init:
        model = grown(MotionLanguageModel.from_pretrained(settings.init, dtype=dtype, trainable=True), tokenizer)
    else:
        chosen = settings.chosen_preset()
        if settings.experts is not None:
            chosen = replace(chosen, num_experts=settings.experts)
        if settings.rank is not None:
            chosen = replace(chosen, rank=settings.rank)
        model = MotionLanguageModel.create(chosen, tokenizer.config.codebook_size, settings.layout, dtype)
        codebooks = {"motion": tokenizer.motion_quantizer.codebooks(), "pose": tokenizer.pose_quantizer.codebooks()}
        with torch.no_grad():
            words = model.base.get_input_embeddings()(torch.arange(model.vocabulary.base_size))
        model.vocabulary.init_from_codebooks(codebooks, words, settings.seed)
        model.depth_transformer.init_from_codebooks(codebooks, settings.seed)
    model.has_vision = model.has_vision or bool(settings.views)
    if settings.checkpointing:
        model.base.gradient_checkpointing_enable({"use_reentrant": False})
    if not settings.gated:
        open_gate(model.gate)
    model.config = replace(model.config, notes=settings.notes)
    if settings.projector:
        model.projector.load_state_dict(load_file(settings.projector))
    model.tokenizer_sha256 = file_sha256(Path(settings.tokenizer) / WEIGHTS_FILE)
    return model


@torch.no_grad()
def open_gate(gate: Gate) -> None:
    """Make a gate over the zero expert and one other answer (0, 1) to every prompt, and freeze it: plain LoRA."""
    gate.requires_grad_(False)
    output = gate.mlp[-1]
    assert isinstance(output, nn.Linear)
    output.weight.zero_()
    output.bias.copy_(torch.tensor([-PLAIN_BIAS, PLAIN_BIAS]))

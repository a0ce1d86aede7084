"""A tiny random-weight language model of the real classes, for fast tests."""

from __future__ import annotations

import torch
from peft import get_peft_model
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import BertConfig, BertModel, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from hmvlm.config import DepthTransformerConfig, LanguageConfig, TokenizerConfig, VisionConfig, preset
from hmvlm.language.gate import Gate
from hmvlm.language.model import MotionLanguageModel
from hmvlm.language.moe_lora import MoELoraConfig
from hmvlm.language.text_encoder import TextEncoder
from hmvlm.tokenizer.model import BodyPartTokenizer

CODES = 8


def tiny_tokenizer() -> PreTrainedTokenizerFast:
    """A byte-level tokenizer without merges, with ChatML's marks."""
    alphabet = {symbol: index for index, symbol in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    tokenizer = Tokenizer(models.BPE(vocab=alphabet, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer)
    fast.add_special_tokens({"additional_special_tokens": ["<|im_start|>", "<|im_end|>"]})
    fast.eos_token = "<|im_end|>"
    return fast


def tiny_encoder() -> TextEncoder:
    """A one-layer sentence encoder of width 12."""
    tokenizer = tiny_tokenizer()
    tokenizer.pad_token = "<|im_end|>"
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=12, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=256,
    )  # fmt: skip
    return TextEncoder(BertModel(config, add_pooling_layer=False), tokenizer, max_tokens=256)


def tiny_body_tokenizer() -> BodyPartTokenizer:
    """An untrained body-part tokenizer of eight codes a part."""
    torch.manual_seed(0)
    return BodyPartTokenizer(TokenizerConfig(codebook_size=CODES)).eval().requires_grad_(False)


def tiny_base() -> tuple[LlamaForCausalLM, PreTrainedTokenizerFast]:
    """A base of two layers of width 32, always with the same weights, and its tokenizer."""
    torch.manual_seed(0)
    tokenizer = tiny_tokenizer()
    config = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, eos_token_id=tokenizer.eos_token_id, bos_token_id=None, pad_token_id=None,
    )  # fmt: skip
    return LlamaForCausalLM(config).eval().requires_grad_(False), tokenizer


def tiny_model(layout: str = "stepwise", experts: int = 4) -> MotionLanguageModel:
    """The tiny base with experts whose B is not zero, and eight codes a part."""
    base, tokenizer = tiny_base()
    backbone = get_peft_model(base, MoELoraConfig(r=2, num_experts=experts, init_weights=False, task_type="CAUSAL_LM"))
    gate = Gate.create(tiny_encoder(), num_experts=experts, hidden=16)
    language = LanguageConfig(
        layout=layout,
        depth_transformer=DepthTransformerConfig(dim=16, layers=1, heads=2, dropout=0.0),
        vision=VisionConfig(
            dim=12,
            mlp_dim=16,
            layers=1,
            encoder_dim=16,
            encoder_layers=1,
            encoder_output_dim=2,
            pose_token_dim=4,
            pose_hidden_dim=16,
            dropout=0.0,
        ),
    )
    return MotionLanguageModel(backbone, tokenizer, gate, language, CODES, preset("embedded")).eval()

"""Folders of tiny random models of the large presets' architectures, with tokenizers of the same kind.

What takes a preset's base takes these instead (``--base``, ``--text-encoder``, ``--vision``), so every path of the
large presets can be run on a laptop. The answers mean nothing.
"""

from __future__ import annotations

import logging
from pathlib import Path

import sentencepiece
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    AutoTokenizer,
    CLIPConfig,
    CLIPModel,
    Gemma2Config,
    Gemma2ForCausalLM,
    Gemma3ForCausalLM,
    Gemma3TextConfig,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
)  # fmt: skip

from hmvlm.config import TokenizerConfig
from hmvlm.config import preset as named_preset
from hmvlm.language.model import MotionLanguageModel
from hmvlm.tokenizer.model import BodyPartTokenizer

CODES = 8
"""Codes a body part."""
WORDS = (
    "a person walks forward and waves with the left hand then turns right sits down stands up jumps runs kicks USER "
    "ASSISTANT what is the person doing how many steps which hand answer question motion describe raise both arms"
)
SIZES = dict(hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2)
GEMMA_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}{{ '<start_of_turn>' + (message['role'] if message['role'] == 'user' "
    "else 'model') + '\\n' + message['content'] + '<end_of_turn>\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<start_of_turn>model\\n' }}{% endif %}"
)
BASES = ("vicuna-7b", "gemma-2-2b", "gemma-3-1b")


def write_base(preset: str, folder: Path) -> Path:
    """A causal model of the preset's architecture with its tokenizer, in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    tokenizer = _sentencepiece(folder) if preset == "vicuna-7b" else _bytes(folder)
    ids = dict(
        vocab_size=len(tokenizer), bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.eos_token_id, max_position_embeddings=1024,
    )  # fmt: skip
    model: torch.nn.Module
    if preset == "vicuna-7b":
        model = LlamaForCausalLM(LlamaConfig(**SIZES | ids | {"num_key_value_heads": 4}))
    elif preset == "gemma-2-2b":
        model = Gemma2ForCausalLM(Gemma2Config(**SIZES, **ids, head_dim=8, sliding_window=64, query_pre_attn_scalar=8))
    elif preset == "gemma-3-1b":
        model = Gemma3ForCausalLM(
            Gemma3TextConfig(**SIZES, **ids, head_dim=8, sliding_window=64, query_pre_attn_scalar=8)
        )
    else:
        raise ValueError(f"no tiny base for {preset!r}; there are {', '.join(BASES)}")
    model.save_pretrained(folder)  # type: ignore[operator]
    return folder


def write_checkpoint(preset: str, folder: Path) -> Path:
    """A checkpoint of untrained experts on such a base, in ``folder``; its base and text encoder lie beside it."""
    base, clip = folder.with_name(f"{folder.name}-base"), folder.with_name(f"{folder.name}-clip")
    sources = {"base": str(write_base(preset, base)), "text_encoder": str(write_clip(clip)), "vision": "blazepose"}
    torch.manual_seed(2)
    MotionLanguageModel.create(named_preset(preset, **sources), CODES).save_pretrained(folder)
    write_tokenizer(folder / "tokenizer")
    return folder


def write_tokenizer(folder: Path) -> Path:
    """An untrained body-part tokenizer, in ``folder``."""
    torch.manual_seed(0)
    tokenizer = BodyPartTokenizer(TokenizerConfig(codebook_size=CODES)).eval()
    for name, buffer in tokenizer.named_buffers():
        if name.endswith(("codebook.embed", "codebook.embed_avg")):
            buffer.normal_()
        elif name.endswith("codebook.initted"):
            buffer.fill_(True)
    tokenizer.save_pretrained(folder)
    return folder


def write_clip(folder: Path) -> Path:
    """A CLIP model with text and picture towers, and its tokenizer, in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    tokenizer = _bytes(folder)
    text = dict(
        vocab_size=len(tokenizer), hidden_size=16, intermediate_size=24, num_hidden_layers=1, num_attention_heads=2,
        max_position_embeddings=77, eos_token_id=tokenizer.eos_token_id, bos_token_id=tokenizer.bos_token_id,
        pad_token_id=tokenizer.eos_token_id, projection_dim=12,
    )  # fmt: skip
    picture = dict(
        projection_dim=12, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2,
        image_size=28, patch_size=14,
    )  # fmt: skip
    CLIPModel(CLIPConfig(text_config=text, vision_config=picture, projection_dim=12)).save_pretrained(folder)
    return folder


def _sentencepiece(folder: Path):
    """Llama 2's kind of tokenizer: byte-pair pieces of SentencePiece with a space before the first word."""
    logging.getLogger("sentencepiece").setLevel(logging.ERROR)
    with (folder / "tokenizer.model").open("wb") as file:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter([WORDS] * 20), model_writer=file, vocab_size=400, model_type="bpe",
            byte_fallback=True, character_coverage=1.0, minloglevel=2, hard_vocab_limit=False,
        )  # fmt: skip
    (folder / "tokenizer_config.json").write_text(
        '{"tokenizer_class": "LlamaTokenizer", "legacy": true, "add_bos_token": true, "add_eos_token": false,'
        ' "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "model_max_length": 1024}'
    )
    (folder / "config.json").write_text('{"model_type": "llama"}')  # names the tokenizer's kind until the model does
    return AutoTokenizer.from_pretrained(folder)


def _bytes(folder: Path):
    """A byte-level tokenizer with Gemma's marks and chat template."""
    alphabet = {symbol: index for index, symbol in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    tokenizer = Tokenizer(models.BPE(vocab=alphabet, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<bos>", eos_token="<end_of_turn>", pad_token="<end_of_turn>",
        additional_special_tokens=["<start_of_turn>"],
    )  # fmt: skip
    fast.chat_template = GEMMA_TEMPLATE
    fast.save_pretrained(folder)
    return fast

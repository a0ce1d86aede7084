"""MoE-LoRA as a PEFT method: saving, several adapters, merging, configuration."""

import json

import pytest
import torch
from peft import PeftConfig, PeftModel, get_peft_model

from hmvlm.language.moe_lora import MoELoraConfig, MoELoraLinear, folded, set_gate, tuner
from tests.experts import MIXED, SIZES, ZERO, base_model, logits, products, weights_of, wrapped


def test_save_load_functional(tmp_path, ids):
    model = wrapped(lora_dropout=0.1, skip_threshold=0.8)
    expected = logits(model, ids, MIXED)
    model.save_pretrained(tmp_path)
    assert {"adapter_config.json", "adapter_model.safetensors"} <= {path.name for path in tmp_path.iterdir()}
    written = json.loads((tmp_path / "adapter_config.json").read_text())
    assert written["peft_type"] == "MOE_LORA" and written["num_experts"] == 4
    assert written["target_modules"] == sorted(written["target_modules"])
    loaded = PeftModel.from_pretrained(base_model(), tmp_path)
    assert torch.equal(logits(loaded, ids, MIXED), expected)
    assert not any(parameter.requires_grad for parameter in loaded.parameters())
    config = PeftConfig.from_pretrained(tmp_path)
    assert isinstance(config, MoELoraConfig) and (config.lora_dropout, config.skip_threshold) == (0.1, 0.8)
    trainable = PeftModel.from_pretrained(base_model(), tmp_path, is_trainable=True, low_cpu_mem_usage=True)
    assert torch.equal(logits(trainable.eval(), ids, MIXED), expected)
    assert any(parameter.requires_grad for parameter in trainable.parameters())


def test_two_adapters(tmp_path, ids):
    model = wrapped()
    first = logits(model, ids, MIXED)
    model.save_pretrained(tmp_path)
    model.add_adapter("second", MoELoraConfig(r=2, num_experts=4, init_weights=False, task_type="CAUSAL_LM"))
    assert torch.equal(logits(model, ids, MIXED), first)
    model.set_adapter("second")
    assert not torch.allclose(logits(model, ids, MIXED), first, atol=1e-3)
    model.load_adapter(tmp_path, adapter_name="third")
    model.set_adapter("third")
    assert torch.equal(logits(model, ids, MIXED), first)
    model.delete_adapter("second")
    assert torch.equal(logits(model, ids, MIXED), first)


def test_disable_adapter(ids):
    model, expected = wrapped(), logits(base_model(), ids)
    with model.disable_adapter():
        assert torch.equal(logits(model, ids, MIXED), expected)
    assert not torch.equal(logits(model, ids, MIXED), expected)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_merge_and_unmerge_leave_no_trace(dtype, ids):
    model = wrapped(dtype=dtype)
    before, expected = weights_of(model), logits(model, ids, MIXED)
    with set_gate(model, MIXED), torch.no_grad():
        model.merge_adapter(safe_merge=True)
        tolerance = dict(rtol=1e-4, atol=1e-5) if dtype == torch.float32 else dict(rtol=5e-2, atol=5e-2)
        torch.testing.assert_close(model(ids).logits, expected, **tolerance)
        model.unmerge_adapter()
    after = weights_of(model)
    assert all(torch.equal(after[name], value) for name, value in before.items())
    assert torch.equal(logits(model, ids, MIXED), expected)


def test_folded_costs_and_answers_like_one_model(ids):
    model = wrapped()
    before, pointers = weights_of(model), [parameter.data_ptr() for parameter in model.parameters()]
    expected = logits(model, ids, MIXED)
    with folded(model, MIXED):
        torch.testing.assert_close(logits(model, ids), expected, rtol=1e-4, atol=1e-5)
        assert products(model, ids) == products(base_model(), ids)
        with pytest.raises(ValueError, match="folded"), set_gate(model, ZERO):
            pass
    with folded(model, ZERO):
        assert torch.equal(logits(model, ids), logits(base_model(), ids))
    assert all(torch.equal(weights_of(model)[name], value) for name, value in before.items())
    assert pointers == [parameter.data_ptr() for parameter in model.parameters()]
    assert torch.equal(logits(model, ids, MIXED), expected)


def test_merge_and_unload_gives_a_plain_model(ids):
    model = wrapped()
    expected = logits(model, ids, MIXED)
    with set_gate(model, MIXED):
        plain = model.merge_and_unload()
    assert not any(isinstance(module, MoELoraLinear) for module in plain.modules())
    torch.testing.assert_close(logits(plain, ids), expected, rtol=1e-4, atol=1e-5)
    assert torch.equal(logits(wrapped().unload(), ids), logits(base_model(), ids))


def test_merge_needs_one_alpha(ids):
    model = wrapped()
    with pytest.raises(RuntimeError, match="no gate"):
        model.merge_adapter()
    with pytest.raises(ValueError, match="one α"), set_gate(model, torch.stack([MIXED, ZERO])):
        model.merge_adapter()
    assert not any(module.merged for module in model.modules() if isinstance(module, MoELoraLinear))


@pytest.mark.parametrize(
    "wrong",
    [dict(r=0), dict(num_experts=0), dict(lora_dropout=1.0), dict(skip_threshold=0.0)]
    + [dict(target_modules=".*q_proj", layers_to_transform=[0])],
)
def test_config_checks_itself(wrong):
    with pytest.raises(ValueError):
        MoELoraConfig(**wrong)


def test_only_linear_layers_are_wrapped():
    with pytest.raises(TypeError, match="embed_tokens"):
        get_peft_model(base_model(), MoELoraConfig(target_modules=["embed_tokens"]))
    with pytest.raises(ValueError, match="get_peft_model"), set_gate(base_model(), MIXED):
        pass


def test_adapter_is_small():
    model = wrapped()
    wrapped_sizes = 2 * (32 + 32) + 2 * (32 + 16) + 3 * (32 + 48)  # in + out of q, o; k, v; the MLP
    found = sum(parameter.numel() for name, parameter in model.named_parameters() if "moe_lora_" in name)
    assert found == SIZES["num_hidden_layers"] * 4 * 4 * wrapped_sizes
    assert tuner(model).peft_config["default"].scaling == 2.0

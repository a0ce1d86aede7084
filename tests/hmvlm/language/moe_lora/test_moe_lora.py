"""MoE-LoRA by behaviour: what the mixture computes, and the life of its gate."""

import pytest
import torch
from peft import LoraConfig, get_peft_model

from hmvlm.language.moe_lora import MoELoraConfig, MoELoraLinear, folded, set_gate, tuner
from tests.experts import LINEARS, MIXED, ZERO, base_model, logits, products, wrapped

# The mixture


def test_every_linear_layer_but_the_output_is_wrapped():
    model = wrapped()
    assert sum(isinstance(module, MoELoraLinear) for module in model.modules()) == LINEARS
    assert not isinstance(model.get_base_model().lm_head, MoELoraLinear)
    trainable = {name for name, parameter in model.named_parameters() if parameter.requires_grad}
    assert trainable == {name for name, _ in model.named_parameters() if "moe_lora_" in name}


@pytest.mark.parametrize("kind", ["llama", "gemma2"])
def test_equals_four_scaled_lora_adapters(kind, ids):
    """PEFT's own LoRA with four active adapters, each scaled by its α, is the reference."""
    model = wrapped(kind)
    lora = LoraConfig(r=4, lora_alpha=8, target_modules="all-linear", task_type="CAUSAL_LM")
    reference = get_peft_model(base_model(kind), lora, adapter_name="e1").eval()
    for expert in (2, 3, 4):
        reference.add_adapter(f"e{expert}", lora)
    reference.base_model.set_adapter([f"e{expert}" for expert in (1, 2, 3, 4)])
    ours = dict(model.named_modules())
    for name, module in reference.named_modules():
        if hasattr(module, "lora_A"):
            stacked_a, stacked_b = ours[name].moe_lora_A["default"].data, ours[name].moe_lora_B["default"].data
            for expert in range(4):
                rows = slice(4 * expert, 4 * expert + 4)
                module.lora_A[f"e{expert + 1}"].weight.data = stacked_a[rows].clone()
                module.lora_B[f"e{expert + 1}"].weight.data = stacked_b[:, rows].clone()
                module.set_scale(f"e{expert + 1}", MIXED[1 + expert].item())
    expected = logits(reference, ids)
    assert not torch.allclose(expected, logits(base_model(kind), ids), atol=1e-2)
    torch.testing.assert_close(logits(model, ids, MIXED), expected, rtol=1e-5, atol=1e-5)


def test_fresh_experts_change_nothing(ids):
    model = wrapped(init_weights=True)
    assert torch.equal(logits(model, ids, MIXED), logits(base_model(), ids))


@pytest.mark.parametrize("kind", ["llama", "gemma2"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_zero_expert_is_the_base_bit_for_bit(kind, dtype, ids):
    model = wrapped(kind, dtype)
    expected = logits(base_model(kind, dtype), ids)
    integers = torch.int32 if dtype == torch.float32 else torch.int16
    for found in (logits(model, ids), logits(model, ids, ZERO)):
        assert torch.equal(found.view(integers), expected.view(integers))


def test_skip_threshold(ids):
    model, expected = wrapped(skip_threshold=0.9), logits(base_model(), ids)
    assert torch.equal(logits(model, ids, torch.tensor([0.91, 0.09, 0, 0, 0])), expected)
    assert not torch.equal(logits(model, ids, torch.tensor([0.89, 0.11, 0, 0, 0])), expected)
    never = wrapped(skip_threshold=1.1)
    assert torch.equal(logits(never, ids, ZERO), expected)
    assert not torch.equal(logits(never, ids, torch.tensor([0.999, 0.001, 0, 0, 0])), expected)


def test_sample_above_the_threshold_is_exact_in_a_mixed_batch(ids):
    alpha = torch.stack([MIXED, torch.tensor([0.995, 0.005, 0, 0, 0]), MIXED.flip(0)])
    found, expected = logits(wrapped(), ids, alpha), logits(base_model(), ids)
    assert torch.equal(found[1].view(torch.int32), expected[1].view(torch.int32))
    assert not torch.allclose(found[0], expected[0], atol=1e-2)


def test_alpha_per_sample_equals_single_runs(ids):
    model = wrapped()
    alpha = torch.softmax(torch.randn(3, 5, generator=torch.Generator().manual_seed(3)), -1)
    found = logits(model, ids, alpha)
    for row in range(3):
        torch.testing.assert_close(found[row : row + 1], logits(model, ids[row : row + 1], alpha[row]))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_one_token_equals_the_same_token_among_others(dtype, ids):
    """Decoding has a path of its own for a single token."""
    layer = next(module for module in wrapped(dtype=dtype).modules() if isinstance(module, MoELoraLinear))
    x = torch.randn(1, 3, 32, generator=torch.Generator().manual_seed(4)).to(dtype)
    weights = torch.rand(1, 1, 16, generator=torch.Generator().manual_seed(5)).to(dtype)
    with layer.gate_state.replaced({"default": weights}, skip=False), torch.no_grad():
        together, alone = layer(x)[:, 1], layer(x[:, 1:2])[:, 0]
    tolerance = dict(rtol=1e-5, atol=1e-6) if dtype == torch.float32 else dict(rtol=2e-2, atol=2e-2)
    torch.testing.assert_close(alone, together, **tolerance)
    with torch.no_grad():
        assert not torch.allclose(together, layer(x)[:, 1], atol=1e-3)


def test_alpha_per_token_and_segments(ids):
    model = wrapped()
    per_sample = logits(model, ids, torch.stack([MIXED, ZERO, MIXED.flip(0)]))
    rows, segments = torch.stack([ZERO, MIXED, MIXED.flip(0)]), torch.tensor([[1] * 7, [0] * 7, [2] * 7])
    torch.testing.assert_close(logits(model, ids, rows[segments]), per_sample)
    torch.testing.assert_close(logits(model, ids, rows, segments=segments), per_sample)
    changed = segments.clone()
    changed[0, 4:] = 2  # causal: tokens before the change keep their logits
    torch.testing.assert_close(logits(model, ids, rows, segments=changed)[0, :4], per_sample[0, :4])
    assert not torch.allclose(logits(model, ids, rows, segments=changed)[0, 4:], per_sample[0, 4:], atol=1e-3)


def test_golden_delta():
    """One layer by hand: r = 1, E = 2, scaling 3, so ΔW = 3·(0.5·b₁a₁ᵀ + 0.25·b₂a₂ᵀ)."""
    net = torch.nn.Sequential(torch.nn.Linear(2, 2, bias=False))
    model = get_peft_model(net, MoELoraConfig(r=1, num_experts=2, lora_alpha=3.0, target_modules=["0"])).eval()
    layer = model.base_model.model[0]
    layer.base_layer.weight.data = torch.eye(2)
    layer.moe_lora_A["default"].data = torch.tensor([[1.0, 2.0], [0.0, -4.0]])
    layer.moe_lora_B["default"].data = torch.tensor([[1.0, 0.0], [-1.0, 2.0]])
    with set_gate(model, torch.tensor([0.25, 0.5, 0.25])), torch.no_grad():
        delta = torch.tensor([[1.5, 3.0], [-1.5, -9.0]])
        assert torch.equal(layer.get_delta_weight("default"), delta)
        assert torch.equal(model(torch.tensor([[1.0, 1.0]])), (torch.eye(2) + delta).sum(1)[None])


def test_two_products_a_layer_whatever_the_number_of_experts(ids):
    for experts in (1, 4, 9):
        alpha = torch.full((1 + experts,), 1 / (1 + experts))
        for prompt in (ids, ids[:1, :1]):  # several tokens, and one alone as in decoding
            assert products(wrapped(num_experts=experts), prompt, alpha) == products(base_model(), prompt) + 2 * LINEARS
    assert products(wrapped(), ids, ZERO) == products(base_model(), ids)


# The gate's life


def test_gate_is_cleaned_up_after_exceptions(ids):
    model, expected = wrapped(), logits(base_model(), ids)
    for enter in (set_gate, folded):
        with pytest.raises(KeyError), enter(model, MIXED):
            raise KeyError("in the middle of a turn")
        assert not tuner(model).gate_state.given and not tuner(model).gate_state.weights
        assert torch.equal(logits(model, ids), expected)
    assert all(not module._forward_pre_hooks and not module._forward_hooks for module in model.modules())


def test_inner_gate_gives_way_to_the_outer(ids):
    model = wrapped()
    outer = logits(model, ids, MIXED)
    with set_gate(model, MIXED), torch.no_grad():
        assert torch.equal(logits(model, ids, ZERO), logits(base_model(), ids))
        assert torch.equal(model(ids).logits, outer)


@pytest.mark.parametrize("alpha", [torch.ones(4), torch.ones(2, 2, 2, 5), torch.tensor(1.0).reshape(1, 1)])
def test_alpha_of_a_wrong_shape_is_refused(alpha):
    with pytest.raises(ValueError, match="alpha"), set_gate(wrapped(), alpha):
        pass


@pytest.mark.parametrize("shape", [(2, 5), (3, 6, 5)])
def test_alpha_of_another_batch_is_refused(shape, ids):
    with pytest.raises(ValueError, match="gate was set for"):
        logits(wrapped(), ids, torch.full(shape, 0.2))


@pytest.mark.parametrize("alpha", [MIXED, ZERO])
def test_generation_with_cache_equals_recomputation(alpha, ids):
    model = wrapped(skip_threshold=0.99)
    options = dict(max_new_tokens=6, do_sample=False, eos_token_id=None)
    with set_gate(model, alpha):
        cached = model.generate(input_ids=ids, **options)
        fresh = model.generate(input_ids=ids, use_cache=False, **options)
    assert torch.equal(cached, fresh)
    bare = base_model().generate(input_ids=ids, **options)
    assert torch.equal(cached, bare) == (alpha is ZERO)

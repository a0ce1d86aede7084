"""MoE-LoRA by behaviour, on small random models of the three base architectures."""

import json

import pytest
import torch
from peft import LoraConfig, PeftConfig, PeftModel, get_peft_model
from torch.utils._python_dispatch import TorchDispatchMode
from transformers import Gemma2Config, Gemma2ForCausalLM, LlamaConfig, LlamaForCausalLM

from hmvlm.language.moe_lora import MoELoraConfig, MoELoraLinear, folded, set_gate, tuner

SIZES = dict(vocab_size=64, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4)
SIZES |= dict(num_key_value_heads=2, max_position_embeddings=64, pad_token_id=0, bos_token_id=1, eos_token_id=2)
LINEARS = 7 * SIZES["num_hidden_layers"]
ZERO = torch.tensor([1.0, 0.0, 0.0, 0.0, 0.0])
MIXED = torch.tensor([0.2, 0.4, 0.1, 0.05, 0.25])


def base_model(kind="llama", dtype=torch.float32):
    torch.manual_seed(0)
    if kind == "llama":
        model = LlamaForCausalLM(LlamaConfig(**SIZES))
    else:
        model = Gemma2ForCausalLM(Gemma2Config(**SIZES, head_dim=8, sliding_window=16))
    return model.to(dtype).eval()


def wrapped(kind="llama", dtype=torch.float32, autocast_adapter_dtype=True, **changes):
    """A wrapped model whose experts are all at work (B is drawn, not zero)."""
    base = base_model(kind, dtype)
    torch.manual_seed(1)
    values = dict(r=4, num_experts=4, lora_alpha=8.0, init_weights=False, task_type="CAUSAL_LM")
    config = MoELoraConfig(**{**values, **changes})
    return get_peft_model(base, config, autocast_adapter_dtype=autocast_adapter_dtype).eval()


@pytest.fixture
def ids():
    return torch.randint(3, 64, (3, 7), generator=torch.Generator().manual_seed(2))


@torch.no_grad()
def logits(model, ids, alpha=None, **kwargs):
    if alpha is None:
        return model(ids).logits
    with set_gate(model, alpha, **kwargs):
        return model(ids).logits


def weights_of(model):
    return {name: parameter.clone() for name, parameter in model.named_parameters()}


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


class ProductCounter(TorchDispatchMode):
    """Counts matrix products."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.count += func.overloadpacket.__name__.rstrip("_") in ("mm", "addmm", "bmm", "mv", "addmv")
        return func(*args, **(kwargs or {}))


def products(model, ids, alpha=None):
    with ProductCounter() as counter:
        logits(model, ids, alpha)
    return counter.count


def test_two_products_a_layer_whatever_the_number_of_experts(ids):
    for experts in (1, 4, 9):
        alpha = torch.full((1 + experts,), 1 / (1 + experts))
        for prompt in (ids, ids[:1, :1]):  # several tokens, and one alone as in decoding
            assert products(wrapped(num_experts=experts), prompt, alpha) == products(base_model(), prompt) + 2 * LINEARS
    assert products(wrapped(), ids, ZERO) == products(base_model(), ids)


# Training


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_gradient_reaches_a_b_and_alpha(dtype, ids):
    model = wrapped(dtype=dtype, lora_dropout=0.1).train()
    scores = torch.zeros(3, 5, requires_grad=True)
    with set_gate(model, torch.softmax(scores, -1)):
        model(ids, labels=ids).loss.backward()
    assert scores.grad.abs().min() > 0
    for name, parameter in model.named_parameters():
        if "moe_lora_" in name:
            assert parameter.dtype == torch.float32  # PEFT keeps trained weights in float32
            assert parameter.grad.abs().sum() > 0, name
        else:
            assert parameter.grad is None


def test_gradient_of_alpha_equals_finite_differences(ids):
    model = wrapped(dtype=torch.float64, autocast_adapter_dtype=False).train()
    alpha = MIXED.double().clone().requires_grad_()

    def loss(values):
        with set_gate(model, values):
            return model(ids, labels=ids).loss

    assert torch.autograd.gradcheck(loss, (alpha,), eps=1e-2, atol=2e-3)  # the norms compute in float32


def test_training_skips_nothing(ids):
    model = wrapped().train()
    alpha = torch.tensor([0.999, 0.001, 0.0, 0.0, 0.0], requires_grad=True)
    with set_gate(model, alpha):
        model(ids, labels=ids).loss.backward()
    assert alpha.grad[1:].abs().min() > 0


def test_training_without_a_gate_is_refused(ids):
    with pytest.raises(RuntimeError, match="set_gate"):
        wrapped().train()(ids)


@pytest.mark.parametrize("when", ["before", "after"])
def test_gradient_checkpointing_recomputes_with_the_same_gate(when, ids):
    def gradients(checkpointing):
        base = base_model()
        torch.manual_seed(1)
        if checkpointing and when == "before":
            base.activation_checkpointing_enable(activation_checkpointing_kwargs={"use_reentrant": False})
        model = get_peft_model(base, MoELoraConfig(r=4, init_weights=False, task_type="CAUSAL_LM")).train()
        if checkpointing and when == "after":
            model.activation_checkpointing_enable(activation_checkpointing_kwargs={"use_reentrant": False})
        first, second = MIXED.clone().requires_grad_(), MIXED.flip(0).clone().requires_grad_()
        with set_gate(model, first):
            loss = model(ids, labels=ids).loss
        with set_gate(model, second):
            loss = loss + model(ids.flip(0), labels=ids).loss
        loss.backward()  # outside both gates
        found = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
        return [first.grad, second.grad, *found]

    for plain, recomputed in zip(gradients(False), gradients(True), strict=True):
        torch.testing.assert_close(recomputed, plain)


def test_a_few_steps_lower_the_loss(ids):
    model = wrapped(init_weights=True).train()
    scores = torch.zeros(5, requires_grad=True)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad] + [scores]
    optimizer, losses = torch.optim.AdamW(trained, lr=2e-2), []
    for _ in range(8):
        with set_gate(model, torch.softmax(scores, -1)):
            loss = model(ids, labels=ids).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    assert losses[-1] < losses[0] - 0.2


# The PEFT way


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

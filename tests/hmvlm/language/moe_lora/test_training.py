"""MoE-LoRA in training: gradients, checkpointing, and what is refused."""

import pytest
import torch
from peft import get_peft_model

from hmvlm.language.moe_lora import MoELoraConfig, set_gate
from tests.experts import MIXED, base_model, wrapped


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


@pytest.mark.filterwarnings("ignore:`gradient_checkpointing_enable` is deprecated:FutureWarning")
@pytest.mark.parametrize("when", ["before", "after"])
def test_gradient_checkpointing_recomputes_with_the_same_gate(when, ids):
    """By the name that the transformers pinned for Python 3.10 have too."""

    def gradients(checkpointing):
        base = base_model()
        torch.manual_seed(1)
        if checkpointing and when == "before":
            base.gradient_checkpointing_enable({"use_reentrant": False})
        model = get_peft_model(base, MoELoraConfig(r=4, init_weights=False, task_type="CAUSAL_LM")).train()
        if checkpointing and when == "after":
            model.gradient_checkpointing_enable({"use_reentrant": False})
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

"""Small random models of the base architectures with all experts at work, for tests of MoE-LoRA."""

import torch
from peft import get_peft_model
from torch.utils._python_dispatch import TorchDispatchMode
from transformers import Gemma2Config, Gemma2ForCausalLM, LlamaConfig, LlamaForCausalLM

from hmvlm.language.moe_lora import MoELoraConfig, set_gate

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


@torch.no_grad()
def logits(model, ids, alpha=None, **kwargs):
    if alpha is None:
        return model(ids).logits
    with set_gate(model, alpha, **kwargs):
        return model(ids).logits


def weights_of(model):
    return {name: parameter.clone() for name, parameter in model.named_parameters()}


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

"""MoE-LoRA: a mixture of low-rank experts with a zero expert, as a PEFT method.

Fine-tuning a language model on a new task makes it forget its old ones. Here every linear layer
W of the frozen model gets E small experts beside it, and a gate that reads the prompt mixes them:

    W' = W + Σᵢ αᵢ (lora_alpha / r) Bᵢ Aᵢ,   i = 0..E,   α = softmax(gate(prompt))

Expert 0 is the **zero expert**: A₀ = B₀ = 0, never trained, stored nowhere. A gate that answers
α₀ = 1 to ordinary dialogue gives the untouched model back, bit for bit. (HMVLM, NeurIPS 2025,
arXiv 2511.01463, section 3.2.)

One α holds for a whole turn and for all layers. So the key-value cache stays valid while the answer
grows, and the mixture can be folded into W for a long answer. X-LoRA, in contrast, gates every token
and layer from a first pass of the model, and has to recompute the prompt for every new token.

How it is computed: the experts are stacked, A (E·r, in) and B (out, E·r), and α is repeated r times
into w. Then ``y = base(x) + (w ⊙ (x Aᵀ)) Bᵀ`` takes two matrix products whatever E is; PEFT's LoRA with
E active adapters takes 2·E. α may differ for every sample of a batch (B, 1 + E) or token (B, T, 1 + E).

    model = get_peft_model(base, MoELoraConfig(r=8, num_experts=4, task_type="CAUSAL_LM"))
    with set_gate(model, alpha):                 # alpha (B, 5), the zero expert first
        loss = model(**batch).loss               # gradients reach A, B and alpha
    with set_gate(model, alpha), torch.inference_mode():
        model.generate(**inputs)                 # α₀ ≥ skip_threshold: exactly the base model
    with folded(model, alpha[0]):                # experts inside the weights, taken out again on leaving
        model.generate(**inputs)

Saving, loading, several named adapters, ``disable_adapter``, ``merge_adapter`` and
``merge_and_unload`` work as for PEFT's own methods; the adapter folder is a PEFT folder. Import this
package before ``PeftModel.from_pretrained``, so that PEFT knows the method.
"""

from peft.mapping import PEFT_TYPE_TO_CONFIG_MAPPING, PEFT_TYPE_TO_PREFIX_MAPPING, PEFT_TYPE_TO_TUNER_MAPPING

from .config import MoELoraConfig, MoELoraType
from .layer import MoELoraLayer, MoELoraLinear
from .model import MoELoraModel, folded, set_gate, tuner

# What peft.utils.register_peft_method does, which accepts names of PEFT's closed list of methods only.
PEFT_TYPE_TO_CONFIG_MAPPING[MoELoraType.MOE_LORA] = MoELoraConfig  # type: ignore[index]
PEFT_TYPE_TO_TUNER_MAPPING[MoELoraType.MOE_LORA] = MoELoraModel  # type: ignore[index]
PEFT_TYPE_TO_PREFIX_MAPPING[MoELoraType.MOE_LORA] = MoELoraModel.prefix  # type: ignore[index]

__all__ = [
    "MoELoraConfig",
    "MoELoraLayer",
    "MoELoraLinear",
    "MoELoraModel",
    "folded",
    "set_gate",
    "tuner",
]

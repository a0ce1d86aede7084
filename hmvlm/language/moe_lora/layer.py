"""The linear layer with stacked low-rank experts, and the gate that all layers of a model share.

Shapes: B samples, T tokens, E trainable experts of rank r, S = E·r. Expert i (1..E) owns rows
(i-1)·r to i·r of A (S, in) and the same columns of B (out, S). With α (B, 1 + E) and s = lora_alpha / r

    y = base(x) + (w ⊙ (x Aᵀ)) Bᵀ,   w = s · repeat(α₁..α_E, r)

which is Σᵢ αᵢ s Bᵢ Aᵢ x in two matrix products, however many experts there are.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.nn.functional as F
from peft.tuners.tuners_utils import BaseTunerLayer, check_adapters_to_merge
from torch import Tensor, nn

from .config import MoELoraConfig


@dataclass
class GateState:
    """What the layers read in a forward pass; one object, shared by all layers of a model.

    ``weights`` holds per adapter the expanded mixture w, (B, 1, S) or (B, T, S). ``skip`` is True
    when no token needs an expert; ``given`` is False while no gate is set at all. ``folded`` is the number of layers
    whose experts are folded into their weights.
    """

    weights: dict[str, Tensor] = field(default_factory=dict)
    skip: bool = True
    given: bool = False
    folded: int = 0

    @contextmanager
    def replaced(self, weights: dict[str, Tensor], skip: bool, given: bool = True) -> Iterator[None]:
        """Set other values, and put the present ones back on leaving, after an exception as well."""
        before = (self.weights, self.skip, self.given)
        self.weights, self.skip, self.given = weights, skip, given
        try:
            yield
        finally:
            self.weights, self.skip, self.given = before


class MoELoraLayer(BaseTunerLayer):
    """Expert weights by adapter name, as PEFT keeps them, and a reference to the shared gate."""

    adapter_layer_names = ("moe_lora_A", "moe_lora_B")
    other_param_names = ("moe_lora_dropout",)

    def __init__(self, base_layer: nn.Linear, gate_state: GateState) -> None:
        self.base_layer = base_layer
        self.gate_state = gate_state
        self.moe_lora_A = nn.ParameterDict({})
        self.moe_lora_B = nn.ParameterDict({})
        self.moe_lora_dropout: dict[str, float] = {}
        self.in_features, self.out_features = base_layer.in_features, base_layer.out_features
        self._original_weight: Tensor | None = None
        self._disable_adapters = False
        self.merged_adapters = []

    def update_layer(self, adapter_name: str, config: MoELoraConfig) -> None:
        """Add the experts of an adapter: A drawn as in LoRA, B zero unless ``init_weights`` is False."""
        size = config.num_experts * config.r
        self.moe_lora_A[adapter_name] = nn.Parameter(torch.empty(size, self.in_features))
        self.moe_lora_B[adapter_name] = nn.Parameter(torch.zeros(self.out_features, size))
        self.moe_lora_dropout[adapter_name] = config.lora_dropout
        nn.init.kaiming_uniform_(self.moe_lora_A[adapter_name], a=math.sqrt(5))
        if not config.init_weights:
            nn.init.kaiming_uniform_(self.moe_lora_B[adapter_name], a=math.sqrt(5))
        self._move_adapter_to_device_of_base_layer(adapter_name)
        self.set_adapter(self.active_adapters, inference_mode=config.inference_mode)


class MoELoraLinear(nn.Module, MoELoraLayer):
    """A linear layer with experts beside it."""

    def __init__(self, base_layer: nn.Linear, adapter_name: str, config: MoELoraConfig, gate_state: GateState) -> None:
        super().__init__()
        MoELoraLayer.__init__(self, base_layer, gate_state)
        self._active_adapter = adapter_name
        self.update_layer(adapter_name, config)

    def forward(self, x: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        """Base output plus the gated experts; x is (B, T, in), or (B, in) with one α a sample."""
        if self._disable_adapters and self.merged_adapters:
            self.unmerge()
        # Direct look-ups: a word of text passes here hundreds of times, nn.Module.__getattr__ is slow.
        modules: dict[str, Any] = self._modules
        gate = self.gate_state
        result = modules["base_layer"](x, *args, **kwargs)
        if gate.skip:
            if self.training and not gate.given and not self._disable_adapters:
                raise RuntimeError("no gate is set for MoE-LoRA in training; run the step inside `with set_gate(...)`")
            return result
        if self._disable_adapters or self.merged_adapters:
            return result
        factors_a, factors_b = modules["moe_lora_A"]._parameters, modules["moe_lora_B"]._parameters
        for name, weights in gate.weights.items():
            if name in factors_a:
                dropout = self.moe_lora_dropout[name] if self.training else 0.0
                result = self._add_experts(x, result, factors_a[name], factors_b[name], weights, dropout)
        return result

    def _add_experts(
        self, x: Tensor, result: Tensor, factor_a: Tensor, factor_b: Tensor, weights: Tensor, dropout: float
    ) -> Tensor:
        """``result`` + (w ⊙ (x Aᵀ)) Bᵀ; without gradients ``result`` itself is changed, which spares a copy."""
        dtype, in_place = x.dtype, not torch.is_grad_enabled()
        single = x.numel() == self.in_features and weights.numel() == factor_a.shape[0]
        if single and in_place and dtype == factor_a.dtype == torch.float32:
            # One token: matrix times vector is several times quicker to call than a product of matrices.
            result.view(-1).addmv_(factor_b, torch.mv(factor_a, x.view(-1)).mul_(weights.view(-1)))
            return result
        # The base multiplies in x's type, so the small factors are cast to it rather than x to theirs.
        hidden = F.linear(F.dropout(x, dropout) if dropout else x, factor_a.to(dtype)) * self._aligned(weights, x)
        rows = result.flatten(0, -2)
        add = rows.addmm_ if in_place else rows.addmm
        return add(hidden.flatten(0, -2), factor_b.to(dtype).t()).view_as(result)

    def _aligned(self, weights: Tensor, x: Tensor) -> Tensor:
        """``weights`` with the number of dimensions and the type of x, checked to belong to the same samples."""
        batch, tokens = weights.shape[0], weights.shape[1]
        if batch != 1 and batch != x.shape[0] or tokens != 1 and (x.dim() != 3 or tokens != x.shape[1]):
            raise ValueError(
                f"the gate was set for {batch} samples of {tokens} tokens, the input of a layer has the shape "
                f"{tuple(x.shape)}; give one α for all, one a sample, or one a token of exactly this batch"
            )
        return (weights if x.dim() == 3 else weights[:, 0]).to(x.dtype)

    def get_delta_weight(self, adapter: str) -> Tensor:
        """Σ αᵢ s Bᵢ Aᵢ for the gate that is set, (out, in) float32. The gate must hold one α for all samples."""
        weights = self.gate_state.weights.get(adapter)
        if not self.gate_state.given or weights is None:
            raise RuntimeError("no gate is set for MoE-LoRA; merge inside `with set_gate(...)` or use `folded(...)`")
        if weights.shape[:2] != (1, 1):
            raise ValueError(f"experts can be merged for one α only, the gate holds {tuple(weights.shape[:2])}")
        factor_a, factor_b = self.moe_lora_A[adapter].float(), self.moe_lora_B[adapter].float()
        return (factor_b * weights[0].float()) @ factor_a

    @torch.no_grad()
    def merge(self, safe_merge: bool = False, adapter_names: list[str] | None = None) -> None:
        """Fold the experts at the present α into the base weight; the original weight is kept for ``unmerge``."""
        for name in check_adapters_to_merge(self, adapter_names):
            if name not in self.moe_lora_A:
                continue
            delta = self.get_delta_weight(name)
            weight = self.get_base_weight()
            if not weight.is_floating_point():
                raise TypeError(f"experts cannot be merged into a quantised weight of type {weight.dtype}")
            merged = weight if self.gate_state.skip else (weight.float() + delta).to(weight.dtype)
            if safe_merge and not torch.isfinite(merged).all():
                raise ValueError(f"merging adapter {name!r} gives values that are not finite; its weights are damaged")
            if self._original_weight is None:
                self._original_weight = weight
                self.gate_state.folded += 1
            self.set_base_weight(merged)
            self.merged_adapters.append(name)

    def unmerge(self) -> None:
        """Put the original weight back, the same tensor with the same bits."""
        if self._original_weight is None:
            warnings.warn("Already unmerged. Nothing to do.", stacklevel=2)
            return
        self.set_base_weight(self._original_weight.to(self.get_base_weight().device))
        self._original_weight = None
        self.gate_state.folded -= 1
        self.merged_adapters.clear()

    def __repr__(self) -> str:
        return "moe_lora." + super().__repr__()

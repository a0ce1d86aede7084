"""The tuner that puts experts beside every linear layer of a model and sets their gate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from typing import Any, cast

from peft import PeftConfig
from peft.tuners.tuners_utils import BaseTuner
from torch import Tensor, nn

from .config import MoELoraConfig
from .layer import GateState, MoELoraLayer, MoELoraLinear


class MoELoraModel(BaseTuner):
    """A model whose linear layers have stacked low-rank experts.

    Made by ``get_peft_model(model, MoELoraConfig(...))``. Without a gate it is the base model.
    """

    prefix = "moe_lora_"
    tuner_layer_cls = MoELoraLayer
    target_module_mapping: dict[str, list[str]] = {}
    uses_shared_state = True  # the gate

    def _pre_injection_hook(self, model: nn.Module, config: PeftConfig, adapter_name: str) -> None:
        if "gate_state" not in self.__dict__:
            self.gate_state = GateState()

    def _create_and_replace(  # type: ignore[override]  # PEFT's own tuners narrow the type of the config too
        self,
        peft_config: MoELoraConfig,
        adapter_name: str,
        target: nn.Module,
        target_name: str,
        parent: nn.Module,
        current_key: str,
        parameter_name: str | None = None,
    ) -> None:
        if isinstance(target, MoELoraLayer):
            target.update_layer(adapter_name, peft_config)
            return
        if not isinstance(target, nn.Linear):
            raise TypeError(f"MoE-LoRA wraps linear layers only, {current_key!r} is a {type(target).__name__}")
        layer = MoELoraLinear(target, adapter_name, peft_config, self.gate_state)
        if adapter_name not in self.active_adapters:
            layer.requires_grad_(False)  # a further adapter is not trained until it is made active
        self._replace_module(parent, target_name, layer, target)

    @contextmanager
    def gate(self, alpha: Tensor, segments: Tensor | None = None) -> Iterator[None]:
        """Set the mixture of experts for the forward passes inside the ``with`` block.

        Args:
            alpha: zero expert first: (1 + E,) or (1, 1 + E) for all samples, (B, 1 + E) one a sample,
                (B, T, 1 + E) one a token. Gradients flow into it.
            segments: (B, T) indices into the rows of a (N, 1 + E) ``alpha``, for packed sequences.

        Outside training, tokens whose α₀ reaches ``skip_threshold`` get exactly the base model.
        One model serves one gate at a time: do not enter from two threads at once.

        Raises:
            ValueError: the shape does not fit, or the experts are folded with another α.
        """
        if self.gate_state.folded:
            raise ValueError("experts are folded into the weights; leave `folded` or unmerge before setting a gate")
        if self.training:
            self._keep_gate_in_checkpoints()
        weights, skip = {}, True
        for name in self.active_adapters:
            config = cast(MoELoraConfig, self.peft_config[name])
            mixture = _mixture(alpha, segments, config)
            if not self.training:
                needed = mixture[..., :1] < config.skip_threshold
                mixture = mixture * needed
                skip = skip and not needed.any().item()
            expanded = mixture[..., 1:].repeat_interleave(config.r, dim=-1) * config.scaling
            weights[name] = expanded.to(getattr(self.model, "dtype", expanded.dtype))
        with self.gate_state.replaced(weights, skip=skip and not self.training):
            yield

    @contextmanager
    def folded(self, alpha: Tensor) -> Iterator[None]:
        """Fold the experts at one α, (1 + E,) or (1, 1 + E), into the weights; unfold without a trace on leaving.

        Inside, a forward pass costs what the base model's costs; entering takes about as long as a
        few tokens and needs the memory of the wrapped weights once more.
        """
        with self.gate(alpha):
            try:
                self.merge_adapter()
                yield
            finally:
                for layer in self._layers():
                    if layer.merged:
                        layer.unmerge()

    def _layers(self) -> Iterator[MoELoraLinear]:
        return (module for module in self.model.modules() if isinstance(module, MoELoraLinear))

    def _keep_gate_in_checkpoints(self) -> None:
        """Let gradient checkpointing recompute with the gate of the forward pass, wherever backward is called."""
        for module in self.model.modules():
            function = getattr(module, "_gradient_checkpointing_func", None)
            if (
                function is not None
                and getattr(function, "keywords", {}).get("context_fn") != self._checkpoint_contexts
            ):
                module._gradient_checkpointing_func = partial(function, context_fn=self._checkpoint_contexts)

    def _checkpoint_contexts(self) -> tuple[AbstractContextManager, AbstractContextManager]:
        state = self.gate_state
        return nullcontext(), state.replaced(state.weights, state.skip, state.given)


def _mixture(alpha: Tensor, segments: Tensor | None, config: MoELoraConfig) -> Tensor:
    """α as (B, 1, 1 + E) or (B, T, 1 + E), checked."""
    if alpha.shape[-1] != 1 + config.num_experts or not 1 <= alpha.dim() <= 3:
        raise ValueError(
            f"alpha must be (..., {1 + config.num_experts}) with up to three dimensions (zero expert first, then "
            f"{config.num_experts} experts), got {tuple(alpha.shape)}"
        )
    if segments is not None:
        if alpha.dim() != 2 or segments.dim() != 2:
            raise ValueError(
                "segments (B, T) index the rows of alpha (N, 1 + E), "
                f"got {tuple(segments.shape)} and {tuple(alpha.shape)}"
            )
        return alpha[segments]
    if alpha.dim() == 3:
        return alpha
    return (alpha if alpha.dim() == 2 else alpha[None])[:, None]


def tuner(model: nn.Module) -> MoELoraModel:
    """The MoE-LoRA tuner in ``model``, which may be the tuner, a PeftModel or something that contains one."""
    for module in model.modules():
        if isinstance(module, MoELoraModel):
            return module
    raise ValueError(f"{type(model).__name__} has no MoE-LoRA experts; wrap it with get_peft_model first")


def set_gate(model: nn.Module, alpha: Tensor, segments: Tensor | None = None) -> AbstractContextManager[Any]:
    """``with set_gate(model, alpha):`` see ``MoELoraModel.gate``."""
    return tuner(model).gate(alpha, segments)


def folded(model: nn.Module, alpha: Tensor) -> AbstractContextManager[Any]:
    """``with folded(model, alpha):`` see ``MoELoraModel.folded``."""
    return tuner(model).folded(alpha)

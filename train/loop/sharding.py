"""FSDP2: parameters sharded over the processes of a run, and their whole values where something is saved.

``accelerate launch --config_file train/configs/fsdp2.yaml`` asks for it. Accelerate itself shards on GPUs only; this
does the same on GPUs and CPUs: every layer of the language model is one group, all else is the root's group. The frozen
base, the experts, heads and optimiser states are then stored once over all processes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import FSDPModule, fully_shard, register_fsdp_forward_method
from torch.distributed.tensor import DTensor, distribute_tensor
from torch.utils._pytree import tree_map
from transformers import PreTrainedModel


def sharding_wanted() -> bool:
    """Whether the launcher asks for FSDP.

    Raises:
        ValueError: it asks for FSDP1 or DeepSpeed, which are not supported.
    """

    def asks(name: str) -> bool:
        return os.environ.get(name, "false").lower() == "true"

    if asks("ACCELERATE_USE_DEEPSPEED"):
        raise ValueError("DeepSpeed is not supported; train/configs/fsdp2.yaml shards weights and optimiser as ZeRO-3")
    if not asks("ACCELERATE_USE_FSDP"):
        return False
    version = os.environ.get("FSDP_VERSION", "1")
    if version != "2":
        raise ValueError(f"fsdp_version {version} is not supported; set fsdp_version: 2, as train/configs/fsdp2.yaml")
    return True


def shard(root: nn.Module, device: torch.device, processes: int) -> None:
    """Shard a module in place; its ``forward`` and ``validate`` then work on whole parameters.

    Raises:
        ValueError: a parameter cannot be sharded because it is quantised.
    """
    for name, parameter in root.named_parameters():
        if not parameter.is_floating_point():
            raise ValueError(
                f"{name} is stored as {parameter.dtype}, which cannot be sharded; train a 4-bit base with "
                "train/configs/ddp.yaml, or shard a bfloat16 base"
            )
    mesh = init_device_mesh(device.type, (processes,))
    for layer in decoder_layers(root):
        fully_shard(layer, mesh=mesh)
    fully_shard(root, mesh=mesh)
    register_fsdp_forward_method(root, "validate")


def forget_gathered(root: nn.Module) -> None:
    """Free whole parameters that a forward pass without a backward pass has left: they would be used again."""
    for module in root.modules():
        if isinstance(module, FSDPModule):
            module.reshard()


def decoder_layers(root: nn.Module) -> list[nn.Module]:
    """The layers of the causal language models inside, which run exactly once a forward pass in every process."""
    found = []
    for model in root.modules():
        if isinstance(model, PreTrainedModel) and model.get_output_embeddings() is not None:
            kinds = set(model._no_split_modules or ())
            found += [module for module in model.modules() if type(module).__name__ in kinds]
    return found


def whole(value: Tensor, keep: bool = True) -> Tensor:
    """The whole tensor on the CPU, detached; every process must call it for a sharded one.

    A process that does not ``keep`` it gets an empty tensor, so that the memory of the machine holds it once.
    """
    value = value.detach()
    made = value.full_tensor() if isinstance(value, DTensor) else value
    return made.cpu() if keep else torch.empty(0)


def wholes(tree: Any, keep: bool = True) -> Any:
    """A nested state with every sharded tensor whole, as by :func:`whole`; others stay as they are."""
    return tree_map(lambda value: whole(value, keep) if isinstance(value, DTensor) else value, tree)


def local(value: Tensor) -> Tensor:
    """The part of a tensor that this process stores."""
    return value.to_local() if isinstance(value, DTensor) else value


@torch.no_grad()
def assign(target: Tensor, value: Tensor) -> None:
    """Copy ``value``, whole or sharded alike, into ``target``."""
    local(target).copy_(local(like(value, target)))


def like(value: Tensor, target: Tensor) -> Tensor:
    """``value`` sharded as ``target`` is, if it is of the same shape and not sharded yet."""
    if not isinstance(target, DTensor) or isinstance(value, DTensor) or value.shape != target.shape:
        return value
    moved = value.to(target.device_mesh.device_type)
    return distribute_tensor(moved, target.device_mesh, target.placements, src_data_rank=None)


def restore_optimizer(optimizer: torch.optim.Optimizer, state: dict) -> None:
    """Load a whole optimiser state into an optimiser of sharded or of whole parameters."""
    optimizer.load_state_dict(state)
    for parameter, values in optimizer.state.items():
        for name, value in values.items():
            if isinstance(value, Tensor):
                values[name] = like(value, parameter)


@contextmanager
def gathered(root: nn.Module, keep: bool) -> Iterator[None]:
    """Whole parameters on the CPU in place of the shards inside the block, in the process that ``keep``s them.

    Every process must enter; the others keep their shards. What is frozen in the language model's layers stays sharded:
    no result holds it, and it can be larger than the memory of a machine.
    """
    layers = decoder_layers(root)
    frozen = {id(one) for layer in layers for one in layer.parameters() if not one.requires_grad}
    places = [
        (module, name, parameter)
        for module in root.modules()
        for name, parameter in module._parameters.items()
        if isinstance(parameter, DTensor) and id(parameter) not in frozen
    ]
    made: dict[int, nn.Parameter] = {}  # tied parameters stay tied
    for parameter in {id(parameter): parameter for _, _, parameter in places}.values():
        value = cast(Any, parameter).detach().full_tensor()  # all processes take part, and those that drop it at once
        if keep:
            made[id(parameter)] = nn.Parameter(value.cpu(), cast(Any, parameter).requires_grad)
        del value
    if keep:
        for module, name, parameter in places:
            module._parameters[name] = made[id(parameter)]
    try:
        yield
    finally:
        for module, name, parameter in places:
            module._parameters[name] = parameter


def reached(loss: Tensor, parameters: Sequence[nn.Parameter]) -> set[int]:
    """Positions of the parameters that a gradient of ``loss`` flows into."""
    place = {id(parameter): index for index, parameter in enumerate(parameters)}
    found: set[int] = set()
    seen: set[Any] = set()
    waiting: list[Any] = [loss.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        variable = getattr(node, "variable", None)
        if variable is not None and id(variable) in place:
            found.add(place[id(variable)])
        waiting += [following for following, _ in node.next_functions]
    return found

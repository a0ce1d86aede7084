"""How weight matrices lie in memory: the layout in which a processor multiplies a few rows fastest.

A decoding step multiplies 2 to 400 rows with every weight matrix ``(out, in)``. Where the outputs of a matrix lie side
by side, MKL (AVX-512, float32) is about a tenth faster there, and with one thread it gives a row the same bits whatever
other rows are multiplied with it. Values, shapes and names stay the same.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from hmvlm.language.depth_transformer import DepthTransformer
from hmvlm.language.moe_lora import MoELoraLinear


@torch.no_grad()
def lay_out_for_decoding(model: nn.Module) -> None:
    """Let the outputs of what decodes lie side by side in memory: layers with experts, and the depth transformer.

    For inference on a processor. The output layer of text stays as it is, its rows are the embeddings of tokens.
    """
    for module in model.modules():
        if isinstance(module, MoELoraLinear):
            base = module.base_layer
            for weight in (base.weight, *module.moe_lora_A.values(), *module.moe_lora_B.values()):
                _turn(weight)
        elif isinstance(module, DepthTransformer):
            _turn(module.output_weight)
            for layer in module.modules():
                if isinstance(layer, nn.Linear):
                    _turn(layer.weight)


def _turn(weight: Tensor) -> None:
    if weight.is_floating_point() and weight.device.type == "cpu":
        weight.data = weight.data.transpose(-1, -2).contiguous().transpose(-1, -2)

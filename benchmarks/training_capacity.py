"""Memory and time of stage 2 by preset and machine, counted from the models' own shapes; no weights are loaded.

    python -m benchmarks.training_capacity            # the tables of docs/paper_model.md

Parameters are counted on modules of the real sizes without storage. Activations are the tensors that autograd saves in
one real decoder layer with experts, counted in bytes. A step's time is the larger of its arithmetic at ``--share`` of
the machine's bfloat16 peak and of the bytes that FSDP2 moves (a roofline): a bound, not a measurement.
"""

from __future__ import annotations

import argparse
import logging
from dataclasses import dataclass

import torch
from peft import get_peft_model
from torch import Tensor, nn
from transformers import AutoModelForCausalLM, Gemma2Config, Gemma3TextConfig, LlamaConfig, PretrainedConfig

from hmvlm.config import CODEBOOK_SIZE, VisionConfig
from hmvlm.language.depth_transformer import DepthTransformer
from hmvlm.language.moe_lora import MoELoraConfig, set_gate
from hmvlm.language.pose_head import OrientationHead, PoseNeck
from hmvlm.language.vocabulary import Vocabulary
from hmvlm.vision.projector import PatchProjector

GIB = 2**30
ROW = 160
"""Positions of a packed row, on which activations are counted."""
ADAM = 16
"""Bytes of a trained float32 parameter: itself, its gradient and two moments."""
NF4 = 0.52
"""Bytes of a 4-bit weight with its doubly quantised scales (QLoRA, arXiv 2305.14314)."""
RESERVE = 2.0
"""GiB for the CUDA context, text encoder and fragmentation."""
CONFIGS: dict[str, PretrainedConfig] = {
    "gemma-3-1b": Gemma3TextConfig(
        vocab_size=262144, hidden_size=1152, intermediate_size=6912, num_hidden_layers=26, num_attention_heads=4,
        num_key_value_heads=1, head_dim=256,
    ),
    "gemma-2-2b": Gemma2Config(
        vocab_size=256000, hidden_size=2304, intermediate_size=9216, num_hidden_layers=26, num_attention_heads=8,
        num_key_value_heads=4, head_dim=256,
    ),
    "vicuna-7b": LlamaConfig(
        vocab_size=32000, hidden_size=4096, intermediate_size=11008, num_hidden_layers=32, num_attention_heads=32,
    ),
}  # fmt: skip
"""Sizes as in the repositories of the presets."""


@dataclass(frozen=True)
class Machine:
    """GPUs with memory in GiB, bfloat16 peak in TFLOP/s and link in GB/s, each a GPU."""

    name: str
    gpus: int
    memory: float
    peak: float
    link: float
    four_bit: bool = False


MACHINES = (
    Machine("1 × 24 GB (RTX 4090), 4-bit", 1, 24, 165, 0, four_bit=True),
    Machine("1 × 80 GB (A100)", 1, 80, 312, 0),
    Machine("8 × 80 GB (A100, NVLink), FSDP2", 8, 80, 312, 250),
    Machine("4 nodes of 8 × 80 GB (100 Gbit/s a GPU), FSDP2", 32, 80, 312, 12),
)


@dataclass(frozen=True)
class Counts:
    """Counted on one preset: parameters, and the bytes that one layer saves for one position (``saved``) or passes on
    (``boundary``)."""

    layers: int
    embeddings: int
    experts: int
    heads: int
    saved: float
    boundary: int
    depth: int


def count(config: PretrainedConfig) -> Counts:
    """Count one preset on modules without storage."""
    depth, width = config.num_hidden_layers, config.hidden_size
    with torch.device("meta"):
        config.num_hidden_layers = 1
        base = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16).requires_grad_(False)
        config.num_hidden_layers = depth
        layers = sum(one.numel() for one in base.model.layers.parameters())
        tied = base.get_output_embeddings().weight is base.get_input_embeddings().weight or config.tie_word_embeddings
        embeddings = base.get_input_embeddings().weight.numel() * (1 if tied else 2)
        model = get_peft_model(base, MoELoraConfig(r=8, num_experts=4, task_type="CAUSAL_LM")).train()
        experts = sum(one.numel() for one in model.parameters() if one.requires_grad)
        vision = VisionConfig(kind="patches", tokens=256, width=1024)
        heads: list[nn.Module] = [
            Vocabulary(config.vocab_size, width, CODEBOOK_SIZE), DepthTransformer(width, CODEBOOK_SIZE),
            PatchProjector(vision, width), PoseNeck(width, vision), OrientationHead(width),
        ]  # fmt: skip
        size = sum(one.numel() for head in heads for one in head.parameters())
        saved = saved_bytes(model, width) / ROW
    return Counts(layers * depth, embeddings, experts * depth, size, saved, 2 * width, depth)


def saved_bytes(model: nn.Module, width: int) -> int:
    """Bytes that autograd saves in one layer on a row of :data:`ROW` positions, without parameters."""
    own = {id(one) for one in model.parameters()}
    seen: dict[int, Tensor] = {}

    def note(tensor: Tensor) -> Tensor:
        if id(tensor) not in own and not isinstance(tensor, nn.Parameter):
            seen[id(tensor)] = tensor
        return tensor

    embeddings = torch.empty(1, ROW, width, dtype=torch.bfloat16, device="meta", requires_grad=True)
    alpha = torch.empty(1, 5, device="meta")
    inputs = {
        "inputs_embeds": embeddings,
        "attention_mask": torch.empty(1, 1, ROW, ROW, dtype=torch.bfloat16, device="meta"),
        "position_ids": torch.empty(1, ROW, dtype=torch.int64, device="meta"),
    }
    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor), set_gate(model, alpha):
        output = model.get_base_model().model(**inputs, use_cache=False)  # type: ignore[operator]
    del output
    large = [one for one in seen.values() if ROW in one.shape]  # not the experts' casts
    storages = {one.untyped_storage()._cdata: one.untyped_storage().nbytes() for one in large}
    return sum(storages.values())


def memory(found: Counts, machine: Machine) -> tuple[float, float, float]:
    """GiB a GPU before activations, and positions a GPU that then fit without and with gradient checkpointing."""
    base = found.layers * (NF4 if machine.four_bit else 2) + found.embeddings * 2
    fixed = (base + (found.experts + found.heads) * ADAM) / machine.gpus
    if machine.gpus > 1:  # gathered for use: the embeddings, and two layers at a time
        fixed += found.embeddings * 2 + 2 * 2 * found.layers / found.depth
    left = (machine.memory - RESERVE) * GIB - fixed
    each = found.saved * found.depth
    checkpointed = found.boundary * found.depth + found.saved
    return fixed / GIB, max(0.0, left / each), max(0.0, left / checkpointed)


def speed(found: Counts, machine: Machine, positions: float, share: float, checkpointing: bool) -> float:
    """Positions a second of the whole machine with so many positions a GPU and step."""
    repeated = 2 if checkpointing else 0
    operations = (4 + repeated) * (found.layers + found.embeddings / 2) + (6 + repeated) * found.experts
    arithmetic = operations * positions / (share * machine.peak * 1e12)
    moved = (2 + (1 if checkpointing else 0)) * 2 * found.layers + 8 * (found.experts + found.heads)
    transfer = moved / (machine.link * 1e9) if machine.gpus > 1 else 0.0
    return machine.gpus * positions / max(arithmetic, transfer)


def table(share: float, positions: float) -> str:
    """Markdown: what fits and how long ``positions`` million positions take."""
    lines = [
        "| preset | machine | before activations | positions a GPU | with checkpointing | positions/s | hours "
        f"for {positions:g} M |",
        "|---" * 7 + "|",
    ]
    for name, config in CONFIGS.items():
        found = count(config)
        for machine in MACHINES:
            fixed, plain, checkpointed = memory(found, machine)
            use = plain < 4096
            chosen = min(32768.0, checkpointed if use else plain)
            if chosen < ROW:
                lines.append(f"| {name} | {machine.name} | {fixed:.1f} GiB | does not fit | | | |")
                continue
            rate = speed(found, machine, chosen, share, use)
            lines.append(
                f"| {name} | {machine.name} | {fixed:.1f} GiB | {plain:,.0f} | {checkpointed:,.0f} | {rate:,.0f} | "
                f"{positions * 1e6 / rate / 3600:.1f} |"
            )
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Memory and time of stage 2, counted from the models' shapes.")
    parser.add_argument("--share", type=float, default=0.4, help="share of the bfloat16 peak that training reaches")
    parser.add_argument("--positions", type=float, default=100.0, help="million packed positions of a run")
    options = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.info("%s", table(options.share, options.positions))


if __name__ == "__main__":
    main()

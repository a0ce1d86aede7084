"""Forward time of MoE-LoRA against the bare base model and PEFT's own four active LoRA adapters.

    python -m benchmarks.moe_lora                    # the embedded base, float32, one thread a core
    python -m benchmarks.moe_lora --json times.json --repeats 60 --threads 2

Batch 1, gradients off: a decode step on a cache of 128 tokens, and a prefill of 128 tokens. All models
run in turn within every repetition and each is compared with the base of the same repetition, so that
other load on the machine affects all of them alike. Printed are medians over the repetitions.
Rows: experts mixed (MoE-LoRA at α = 0.2 everywhere), experts skipped (α₀ = 1), experts folded into
the weights, and PEFT's LoRA with four active adapters of the same rank.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from torch import nn

from hmvlm.atomic import write_text
from hmvlm.language.base import load_base
from hmvlm.language.moe_lora import MoELoraConfig, folded, set_gate

EXPERTS = 4
CONTEXT = 128
ROWS = ("base", "mixed", "skipped", "folded", "peft_lora")


def moe_lora(base: nn.Module, rank: int) -> PeftModel:
    """The base with experts whose B is initialised at random instead of zero, as after training."""
    same_type = base.dtype == torch.float32
    config = MoELoraConfig(r=rank, num_experts=EXPERTS, init_weights=False)
    return get_peft_model(base, config, autocast_adapter_dtype=same_type).eval()


def peft_lora(base: nn.Module, rank: int) -> PeftModel:
    """The base with PEFT's LoRA, all adapters active at once."""
    config = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear", init_lora_weights=False)
    names = [f"expert_{index + 1}" for index in range(EXPERTS)]
    same_type = base.dtype == torch.float32
    model = get_peft_model(base, config, adapter_name=names[0], autocast_adapter_dtype=same_type)
    for name in names[1:]:
        model.add_adapter(name, config)
    model.base_model.set_adapter(names)
    return model.to(base.dtype).eval()


def measure(
    base_name: str, rank: int, dtype: torch.dtype, repeats: int, clock: Callable[[], float]
) -> dict[str, dict[str, float]]:
    """Median milliseconds and median ratio to the base, by ``"<what>_<row>"``."""
    bases = [load_base(base_name, dtype)[0] for _ in range(4)]
    experts, inside = moe_lora(bases[1], rank), moe_lora(bases[2], rank)
    models = {"base": bases[0], "mixed": experts, "skipped": experts, "folded": inside}
    models["peft_lora"] = peft_lora(bases[3], rank)
    mixed, skipped = torch.full((1 + EXPERTS,), 1 / (1 + EXPERTS)), torch.eye(1 + EXPERTS)[0]
    gates: dict[str, Callable[[], AbstractContextManager]] = dict.fromkeys(ROWS, nullcontext)
    gates |= {"mixed": lambda: set_gate(experts, mixed), "skipped": lambda: set_gate(experts, skipped)}

    vocabulary = bases[0].config.vocab_size
    ids = torch.randint(100, vocabulary, (1, CONTEXT), generator=torch.Generator().manual_seed(0))
    times: dict[str, dict[str, list[float]]] = {what: {row: [] for row in ROWS} for what in ("prefill", "decode")}
    caches = {}
    with folded(inside, mixed):
        for what in times:
            for repeat in range(repeats + 1):
                for row in ROWS[repeat % len(ROWS) :] + ROWS[: repeat % len(ROWS)]:
                    prompt = {"input_ids": ids} if what == "prefill" else {"input_ids": ids[:, :1]}
                    cache = None if what == "prefill" else caches[row]
                    with gates[row]():
                        start = clock()
                        output = models[row](**prompt, past_key_values=cache, use_cache=True, logits_to_keep=1)
                        seconds = clock() - start
                    caches[row] = output.past_key_values
                    if repeat:  # the first round warms up
                        times[what][row].append(seconds)
    return {
        f"{what}_{row}": {
            "milliseconds": round(1e3 * statistics.median(seconds), 2),
            "ratio": round(statistics.median(a / b for a, b in zip(seconds, rows["base"], strict=True)), 3),
        }
        for what, rows in times.items()
        for row, seconds in rows.items()
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base", default="embedded:smollm2-135m", help="base model: embedded, folder or repository")
    parser.add_argument("--rank", type=int, default=8, help="rank of one expert")
    parser.add_argument("--dtype", choices=("float32", "bfloat16"), default="float32")
    parser.add_argument("--repeats", type=int, default=30)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument(
        "--clock",
        choices=("wall", "cpu"),
        default="wall",
        help="cpu: processor time, for a busy machine and one thread",
    )
    parser.add_argument("--json", type=Path, help="also write the numbers to this file")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    with torch.inference_mode():
        clock = time.process_time if options.clock == "cpu" else time.perf_counter
        numbers = measure(options.base, options.rank, getattr(torch, options.dtype), options.repeats, clock)
    print(f"{options.base}, rank {options.rank}, {options.dtype}, {options.threads} threads, {options.clock} time")
    for name, values in numbers.items():
        print(f"{name:20s} {values['milliseconds']:9.2f} ms  {values['ratio']:6.3f} x base")
    if options.json is not None:
        settings = {key: str(value) for key, value in vars(options).items() if key != "json"}
        write_text(options.json, json.dumps({"settings": settings, "results": numbers}, indent=1))


if __name__ == "__main__":
    main()

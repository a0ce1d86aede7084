"""Speed of a training step of stage 2 against what the matrix products in it need.

    python -m benchmarks.training_step                       # bfloat16, one thread
    python -m benchmarks.training_step --dtype float32 --threads 2 --profile

The bound is the number of operations a packed position needs, divided by the speed of a large matrix product in the
same run. A position costs two operations a weight of the frozen base in the forward pass and two in the backward pass
(no gradient of its weights), and six a weight of an expert. The depth transformer and the text output are counted
where they have a target. Printed are medians over the repetitions.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from pathlib import Path

import numpy as np
import torch

from hmvlm.atomic import write_text
from hmvlm.tokenizer.model import BodyPartTokenizer
from train.dialogue.prompts import DialoguePrompts
from train.instruct.batches import Batch
from train.instruct.initial import initial_model
from train.instruct.settings import Stage2Settings
from train.instruct.stage2 import InstructionTuning
from train.segments.segment import Segment

TOKENIZER = "checkpoints/embedded/tokenizer"
WORDS = ["a", "person", "walks", "forward", "slowly", "turns", "left", "raises", "both", "arms", "while", "looking"]


def segments(count: int, codes: int) -> list[Segment]:
    """Segments of 10 to 50 random steps with captions of 4 to 15 words."""
    rng, made = np.random.default_rng(0), []
    for split in ("train", "val"):
        for _ in range(count):
            row = rng.integers(codes, size=(int(rng.integers(10, 51)), 5)).astype(np.int16)
            caption = " ".join(rng.choice(WORDS, int(rng.integers(4, 16))))
            question = ("What does the person do?", caption, "walks 2 m forward, turns 90 degrees to the left")
            made.append(Segment((row,), (caption,), "all", split, (question,)))
    return made


def operations(objective: InstructionTuning, batch: Batch) -> float:
    """Operations that a forward and backward pass over a batch needs (matrix products with weights alone)."""
    model, packed = objective.model, batch.packed
    frozen = sum(p.numel() for n, p in model.base.model.named_parameters() if p.dim() == 2 and "embed" not in n)
    experts = sum(p.numel() for n, p in model.backbone.named_parameters() if "moe_lora" in n)
    frozen -= experts
    head = sum(p.numel() for p in model.depth_transformer.layers.parameters()) * 5
    head += model.depth_transformer.output_weight[0].numel()
    output = model.base.lm_head.weight.numel()
    used = (packed.segments >= 0).sum().item()
    stepped = (packed.step_labels[..., 0] >= 0).sum().item()
    spoken = ((packed.labels >= 0) & (packed.labels < model.vocabulary.base_size)).sum().item()
    return used * (4 * frozen + 6 * experts) + stepped * 6 * head + spoken * 4 * output


def peak(dtype: torch.dtype, size: int = 1536, repeats: int = 5) -> float:
    """Operations a second of a square matrix product."""
    left, right = torch.randn(size, size, dtype=dtype), torch.randn(size, size, dtype=dtype)
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        left @ right
        times.append(time.perf_counter() - start)
    return 2 * size**3 / min(times)


def step(objective: InstructionTuning, batch: Batch) -> float:
    """Seconds of a forward and backward pass."""
    start = time.perf_counter()
    terms = objective(batch)
    sum(
        objective.loss_weights[name] * value for name, value in terms.items() if name in objective.loss_weights
    ).backward()
    objective.zero_grad(set_to_none=True)
    return time.perf_counter() - start


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dtype", default="bfloat16", choices=("float32", "bfloat16"))
    parser.add_argument("--positions", type=int, default=1024)
    parser.add_argument("--row", type=int, default=112)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--profile", action="store_true", help="print the operations that take longest")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(argv)
    torch.set_num_threads(given.threads)
    torch.manual_seed(0)
    settings = Stage2Settings(
        out="out/unused", dtype=given.dtype, tokenizer=TOKENIZER, positions=given.positions, row=given.row
    )
    tokenizer = BodyPartTokenizer.from_pretrained(TOKENIZER)
    talk = DialoguePrompts([" ".join(random.Random(n).sample(WORDS, 8)) for n in range(200)], ["who was it"] * 20, [])
    data = segments(200, tokenizer.config.codebook_size)
    objective = InstructionTuning(initial_model(settings, tokenizer), tokenizer, settings, data, talk).train()
    batches = [objective.batches()[number] for number in range(given.repeats)]
    step(objective, batches[0])
    rows = []
    for batch in batches:
        best = peak(getattr(torch, given.dtype))
        seconds = step(objective, batch)
        used = (batch.packed.segments >= 0).sum().item()
        rows.append(
            (used / seconds, operations(objective, batch) / seconds / best, used / batch.packed.ids.numel(), best)
        )
    names = ("positions_per_second", "share_of_bound", "packed", "gemm_peak")
    found = {name: statistics.median(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
    print(json.dumps(found, indent=2))
    if given.json:
        write_text(given.json, json.dumps(found, indent=2) + "\n")
    if given.profile:
        with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as profiler:
            step(objective, batches[0])
        print(profiler.key_averages().table(sort_by="self_cpu_time_total", row_limit=25, max_name_column_width=50))


if __name__ == "__main__":
    main()

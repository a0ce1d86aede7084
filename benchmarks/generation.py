"""Time of motion generation without the page: one action of 4 s, three actions in order, three of 11 s together.

    python -m benchmarks.generation [--threads 2] [--repeats 3] [--json]

Wall-clock and CPU seconds from the message to the reply, medians of the repeats, after a warm-up. On a machine that
others use, CPU seconds with ``--threads 1`` are the steadier number.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time

import torch

from hmvlm import HMVLM

MESSAGES = {
    "one action, 4 s": "a person walks forward for 4 seconds",
    "three actions, free length": "a person walks forward, then turns left, then waves with the right hand",
    "three actions, 11 s": "a person walks forward for 4 seconds, then turns around for 3 seconds, "
    "then kicks three times with the left leg for 4 seconds",
}


def measure(model: HMVLM, text: str, repeats: int) -> dict[str, float]:
    """Medians of wall-clock and CPU seconds, and the length of the motion in seconds."""
    walls, spent = [], []
    for _ in range(repeats):
        wall, used = time.perf_counter(), time.process_time()
        reply = model.chat(text, task="text_to_motion", seed=0)
        walls.append(time.perf_counter() - wall)
        spent.append(time.process_time() - used)
    assert reply.motion is not None
    return {
        "wall": round(statistics.median(walls), 2),
        "cpu": round(statistics.median(spent), 2),
        "motion": round(reply.motion.duration, 1),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2, help="threads of a matrix product (default: 2)")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each message (default: 3)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    model = HMVLM.from_pretrained()
    model.warm_up()
    found = {name: measure(model, text, options.repeats) for name, text in MESSAGES.items()}
    if options.json:
        print(json.dumps(found))
        return
    for name, one in found.items():
        print(f"{name:28} {one['wall']:6.2f} s   CPU {one['cpu']:6.2f} s   {one['motion']:.1f} s of motion")


if __name__ == "__main__":
    main()

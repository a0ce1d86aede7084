"""Choose how motion is drawn: guidance and temperature, on validation prompts only.

    python -m benchmarks.settings --model checkpoints/embedded --guidance 2.5 4 --temperature 0.9 0.7

Draws ``--rows`` motions a prompt and setting and prints the share that does what the prompt asks, and the
share of prompts with at least one success. The prompts are ``prompts_validation.json``; the list that
reports are made on stays unseen.
"""

from __future__ import annotations

import argparse
import itertools
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.prompt_checks import load_prompts, passes
from hmvlm import HMVLM
from hmvlm.motion.facts import facts

PROMPTS = Path(__file__).with_name("prompts_validation.json")


def main() -> None:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--model", default="embedded")
    options.add_argument("--guidance", type=float, nargs="+", default=[2.5])
    options.add_argument("--temperature", type=float, nargs="+", default=[0.9])
    options.add_argument("--rows", type=int, default=8)
    args = options.parse_args()
    model = HMVLM.from_pretrained(args.model)
    entries = load_prompts(PROMPTS)
    for guidance, temperature in itertools.product(args.guidance, args.temperature):
        model.language.config = replace(model.language.config, guidance=guidance)
        started, hits = time.monotonic(), []
        for entry in entries:
            motions = model.generate(entry["prompt"], temperature=temperature, seed=0, variations=args.rows)
            hits.append([bool(passes(entry, facts(motion), None)) for motion in motions])
        hit = np.array(hits)
        print(
            f"guidance {guidance:g} temperature {temperature:g}: {hit.mean():.3f}, any {hit.any(1).mean():.3f} "
            f"({time.monotonic() - started:.0f} s)",
            flush=True,
        )


if __name__ == "__main__":
    main()

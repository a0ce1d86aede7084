"""Choose how motion is drawn: guidance, temperature and candidates, on validation prompts only.

    python -m benchmarks.settings --model checkpoints/embedded --guidance 2.5 4 --temperature 0.9 0.7

Draws ``--rows`` motions a prompt and setting and prints the share that does what the prompt asks: of all,
of the best by fit of every four and of all rows, and of prompts with at least one success. The prompts
are ``prompts_validation.json``; the list that reports are made on stays unseen.
"""

from __future__ import annotations

import argparse
import itertools
import time
from pathlib import Path

import numpy as np

from benchmarks.prompt_checks import load_prompts, passes
from hmvlm import HMVLM
from hmvlm.language.decoding import Sampling, generate_motion
from hmvlm.language.prompting import PLAIN_PROMPT
from hmvlm.motion.facts import facts

PROMPTS = Path(__file__).with_name("prompts_validation.json")
GROUP = 4


def drawn(model: HMVLM, prompt: str, sampling: Sampling, rows: int):
    """``rows`` motions of a prompt with their fit."""
    language = model.language
    alpha = model._fitted(model._gate(prompt, None), "text_to_motion")
    plain = language.builder.prompt(PLAIN_PROMPT), model._gate(PLAIN_PROMPT, None)
    last = None
    for last in generate_motion(language, language.builder.prompt(prompt), alpha, sampling, None, rows, plain):
        continue
    return last


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
        started = time.monotonic()
        hits, fits = [], []
        for entry in entries:
            made = drawn(model, entry["prompt"], Sampling(temperature, seed=0, guidance=guidance), args.rows)
            hits.append([bool(passes(entry, facts(model.decode(codes)), None)) for codes in made.codes])
            fits.append(made.fit.numpy())
        hit, fit = np.array(hits), np.array(fits)
        of_four = [
            hit[row, start + fit[row, start : start + GROUP].argmax()]
            for row in range(len(hit))
            for start in range(0, args.rows - GROUP + 1, GROUP)
        ]
        best = hit[np.arange(len(hit)), fit.argmax(1)]
        print(
            f"guidance {guidance:g} temperature {temperature:g}: all {hit.mean():.3f}  best of {GROUP} {np.mean(of_four):.3f}  "
            f"best of {args.rows} {best.mean():.3f}  any {hit.any(1).mean():.3f}  ({time.monotonic() - started:.0f} s)",
            flush=True,
        )


if __name__ == "__main__":
    main()

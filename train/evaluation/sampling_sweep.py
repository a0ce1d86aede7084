"""Sweep over the decoding settings of text-to-motion: guidance, temperature and number of candidates.

    python -m train.evaluation.sampling_sweep --model checkpoints/embedded --guidance 2.5 4 --temperature 0.9 0.7

Generates ``--rows`` motions for each prompt and setting, and prints the share that meets the prompt's check: of all motions, of the
best by the reranker among 2, 4, ... candidates, and of prompts with at least one success. The prompts are
``prompts_validation.json``; the prompts of the report are not used.
"""

from __future__ import annotations

import argparse
import itertools
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from hmvlm import HMVLM
from hmvlm.motion import features
from hmvlm.motion.clip import Motion
from hmvlm.motion.facts import facts
from hmvlm.rankers.reranker import Reranker
from train.evaluation.sections.prompt_checks import load_prompts, passes

PROMPTS = Path(__file__).parent / "sections" / "prompts_validation.json"


def ranker_scores(reranker: Reranker, text: str, motions: list[Motion]) -> np.ndarray:
    """How well each motion fits the text ``(N,)``."""
    return reranker.scores(text, [features.encode(motion) for motion in motions], motions).cpu().numpy()


def chosen(hit: np.ndarray, fit: np.ndarray, size: int) -> float:
    """Share of successes among the fittest of every ``size`` neighbours; ``hit`` and ``fit`` are ``(prompts, rows)``."""
    hits, fits = (table[:, : table.shape[1] // size * size].reshape(len(table), -1, size) for table in (hit, fit))
    return float(np.take_along_axis(hits, fits.argmax(-1)[..., None], -1).mean())


def main() -> None:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--model", default="embedded")
    options.add_argument("--reranker", help="folder of a retrieval model and what goes with it, if not the model's own")
    options.add_argument("--guidance", type=float, nargs="+", default=[3.0])
    options.add_argument("--temperature", type=float, nargs="+", default=[0.9])
    options.add_argument("--rows", type=int, default=16)
    args = options.parse_args()
    loaded = HMVLM.from_pretrained(args.model)
    reranker = (
        Reranker.from_pretrained(args.reranker, loaded.language.gate.encoder) if args.reranker else loaded.reranker
    )
    model = HMVLM(loaded.language, loaded.tokenizer)  # without a reranker: every row is shown
    entries = load_prompts(PROMPTS)
    sizes = [2**power for power in range(1, 10) if 2**power <= args.rows]
    for guidance, temperature in itertools.product(args.guidance, args.temperature):
        model.language.config = replace(model.language.config, guidance=guidance)
        started, hits, fits = time.monotonic(), [], []
        for entry in entries:
            motions = [
                motion
                for first in range(0, args.rows, 8)
                for motion in model.generate(
                    entry["prompt"], temperature=temperature, seed=first, variations=min(8, args.rows - first)
                )
            ]
            hits.append([bool(passes(entry, facts(motion), None)) for motion in motions])
            if reranker is not None:
                fits.append(ranker_scores(reranker, entry["prompt"], motions))
        hit = np.array(hits)
        best = "".join(f", fittest of {size} {chosen(hit, np.array(fits), size):.3f}" for size in sizes) if fits else ""
        seconds = time.monotonic() - started
        print(
            f"guidance {guidance:g} temperature {temperature:g}: {hit.mean():.3f}{best}, any {hit.any(1).mean():.3f} ({seconds:.0f} s)",
            flush=True,
        )


if __name__ == "__main__":
    main()

"""Sweep over the decoding settings of text-to-motion: guidance, temperature and number of candidates.

    python -m train.evaluation.sampling_sweep --model checkpoints/embedded --guidance 2.5 4 --temperature 0.9 0.7

Generates ``--rows`` motions for each prompt and setting, and prints the share that meets the prompt's check: of all
motions, of the best by the reranker among 2, 4, ... candidates, and of prompts with at least one success. The prompts
are ``prompts_validation.json``; the prompts of the report are not used.
"""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from hmvlm import HMVLM
from hmvlm.motion import features
from hmvlm.motion.clip import Motion
from hmvlm.motion.facts import facts
from hmvlm.rankers.reranker import Reranker
from train.evaluation.sections.prompt_checks import load_prompts, passes
from train.loop.settings import option, parse_settings

PROMPTS = Path(__file__).parent / "sections" / "prompts_validation.json"
BATCH = 8
"""Motions generated at a time."""


def ranker_scores(reranker: Reranker, text: str, motions: list[Motion]) -> np.ndarray:
    """The reranker's score of each motion for the text ``(N,)``."""
    measured = [facts(motion) for motion in motions]
    return reranker.scores(text, [features.encode(motion) for motion in motions], measured).cpu().numpy()


def best_of(hits: np.ndarray, scores: np.ndarray, size: int) -> float:
    """Share of successes among the motions with the best score of every ``size`` candidates.

    Arrays are ``(prompts, rows)``.
    """
    hits, scores = (table[:, : table.shape[1] // size * size].reshape(len(table), -1, size) for table in (hits, scores))
    return float(np.take_along_axis(hits, scores.argmax(-1)[..., None], -1).mean())


@dataclass(kw_only=True)
class SweepSettings:
    """Sweep over guidance, temperature and number of candidates on validation prompts."""

    model: str = option("embedded", "preset or folder of a model")
    reranker: str | None = option(None, "folder of a reranker, if not the model's own")
    guidance: list[float] = option([3.0], "strengths of classifier-free guidance")
    temperature: list[float] = option([0.9], "sampling temperatures")
    rows: int = option(16, "motions a prompt and setting")


def sweep_row(
    settings: SweepSettings, model: HMVLM, reranker: Reranker | None, entries: list[dict], temperature: float
) -> str:
    """Success rates at the model's guidance and one temperature, as text."""
    hits, scores = [], []
    for entry in entries:
        motions = [
            motion
            for first in range(0, settings.rows, BATCH)
            for motion in model.generate(
                entry["prompt"], temperature=temperature, seed=first, variations=min(BATCH, settings.rows - first)
            )
        ]
        hits.append([bool(passes(entry, facts(motion), None)) for motion in motions])
        if reranker is not None:
            scores.append(ranker_scores(reranker, entry["prompt"], motions))
    hit = np.array(hits)
    sizes = [2**power for power in range(1, 10) if 2**power <= settings.rows] if scores else []
    best = "".join(f", best of {size} {best_of(hit, np.array(scores), size):.3f}" for size in sizes)
    return f"{hit.mean():.3f}{best}, any {hit.any(1).mean():.3f}"


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    settings = parse_settings(SweepSettings, argv, __doc__)
    loaded = HMVLM.from_pretrained(settings.model)
    reranker = loaded.reranker
    if settings.reranker:
        reranker = Reranker.from_pretrained(settings.reranker, loaded.language.gate.encoder)
    model = HMVLM(loaded.language, loaded.tokenizer)  # without a reranker every candidate is returned
    entries = load_prompts(PROMPTS)
    for guidance, temperature in itertools.product(settings.guidance, settings.temperature):
        model.language.config = replace(model.language.config, guidance=guidance)
        started = time.monotonic()
        row = sweep_row(settings, model, reranker, entries, temperature)
        print(
            f"guidance {guidance:g} temperature {temperature:g}: {row} ({time.monotonic() - started:.0f} s)", flush=True
        )


if __name__ == "__main__":
    main()

"""Motions to be scored: drawn by a model under a clock and kept, or looked up in the training recordings."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from hmvlm import HMVLM
from hmvlm.motion.clip import Motion
from hmvlm.tasks.routing import MAX_VARIATIONS
from train.evaluation.bench import Clock
from train.evaluation.evaluator.pairs import Pair
from train.recordings.store import Recording, load_motions, save_motions

log = logging.getLogger(__name__)

SAVE_EVERY = 16
SEED_STRIDE = 10_000
"""Seeds of a prompt's draws begin at this multiple of its number."""


class Generations:
    """Motions that one checkpoint drew for numbered prompts, kept in one file so that a run can go on.

    Args:
        path: the file; it must belong to one checkpoint.
        seed: shifts the seeds of all draws.
    """

    def __init__(self, path: Path, seed: int = 0) -> None:
        self.path, self.seed = path, seed
        self.known: dict[tuple[int, str], list[Motion]] = {}
        if path.is_file():
            for clip in load_motions(path):
                self.known.setdefault((int(clip.name.split("/")[0]), clip.label), []).append(clip.motion)

    def draw(
        self, model: HMVLM, prompts: Sequence[tuple[str, float]], draws: Sequence[int], clock: Clock, least: int = 0
    ) -> list[list[Motion]]:
        """Motions for the first prompts (text, seconds), ``draws`` of each, as many prompts as the clock allows.

        ``least`` prompts are finished whatever the clock says, as scores need a full pool. The gate's own
        mixture is used; a text that it takes for talk is forced to be motion.
        """
        made, fresh = [], 0
        for number, ((text, seconds), count) in enumerate(zip(prompts, draws, strict=True)):
            key = (number, text)
            while len(self.known.get(key, ())) < count:
                if clock.over and number >= least:
                    self.save()
                    return made
                done = self.known.setdefault(key, [])
                wanted = min(count - len(done), MAX_VARIATIONS)
                seed = self.seed + number * SEED_STRIDE + len(done)
                done += model.generate(text, seconds=seconds, seed=seed, variations=wanted)
                fresh += 1
                if fresh % SAVE_EVERY == 0:
                    self.save()
                    log.info("%d of %d prompts", number + 1, len(prompts))
            made.append(self.known[key][:count])
        self.save()
        return made

    def save(self) -> None:
        """Write all motions drawn so far."""
        clips = [
            Recording(f"{number}/{draw}", "drawn", "test", text, motion)
            for (number, text), motions in self.known.items()
            for draw, motion in enumerate(motions)
        ]
        if clips:
            save_motions(self.path, clips)


def random_training(pairs: list[Pair], count: int, draws: int, seed: int) -> list[list[Motion]]:
    """``draws`` random training motions a prompt: what knows the data but not the prompt."""
    rng = np.random.default_rng([seed, 1])
    return [[pairs[index].motion for index in rng.integers(len(pairs), size=draws)] for _ in range(count)]


def nearest_caption(pairs: list[Pair], texts: Sequence[str], encode, cache: Path) -> list[list[Motion]]:
    """The training motion whose caption lies nearest to each text, by cosine of sentence vectors.

    ``encode`` turns texts into unit vectors ``(N, D)``; those of the training captions are kept in folder ``cache``.
    """
    captions = [pair.captions[0] for pair in pairs]
    digest = hashlib.sha256("\n".join(captions).encode()).hexdigest()[:8]
    file = cache / f"captions_{digest}.npy"
    if file.is_file():
        known = np.load(file)
    else:
        known = encode(captions)
        cache.mkdir(parents=True, exist_ok=True)
        np.save(file, known)
    nearest = (encode(list(texts)) @ known.T).argmax(1)
    return [[pairs[index].motion] for index in nearest]

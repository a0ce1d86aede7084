"""A balanced set of composed motions.

python -m train.composition.make --data motions.npz --out composed.npz --count 3000 --seed 0
"""

from __future__ import annotations

import argparse
import json
import logging
import random
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from hmvlm.config import MOTION_FPS
from train.composition.channels import to_motion
from train.composition.drawing import KINDS, Composed, Composer
from train.composition.library import Library
from train.composition.measure import measure
from train.composition.wording import Meaning, parse_meaning, sentence
from train.recordings.store import Recording, load_motions, save_motions

log = logging.getLogger(__name__)

SHORTEST, LONGEST = 2.0, 20.0
"""Seconds a composed motion lasts."""
LARGEST_POP = 115.0
"""Acceleration (m/s²) of a joint above which a motion is drawn anew; recorded runs and throws stay below."""
LARGEST_SLIDE = 1.0
"""The same for the mean drift of planted feet, cm a frame."""
LARGEST_DEPTH = -0.03
CAPTIONS = 4


def record(made: Composed, name: str, rng: random.Random) -> Recording | None:
    """The recording of a composed motion, None where its length or its physics are not acceptable."""
    if not SHORTEST <= len(made.channels) / MOTION_FPS <= LONGEST:
        return None
    motion = to_motion(made.channels).canonical()
    found = measure(motion.joints())
    if found.pop > LARGEST_POP or found.slide > LARGEST_SLIDE or found.depth < LARGEST_DEPTH:
        return None
    meanings = [clause.meaning for clause in made.clauses]
    captions, clauses = tell(meanings, rng)
    first = meanings[0]
    single = len(meanings) == 1
    info = {
        "captions": "\n".join(captions),
        "action": "+".join(m.key for m in meanings) if not first.while_ else f"{first.key}+{first.while_.key}",
        "kind": made.kind,
        "side": (first.while_ or first).side if single else "",
        "count": first.count if single else "",
        "path": first.path if single else "",
        "style": first.style if single else "",
        "clauses": json.dumps(clauses),
        "cuts": json.dumps(list(made.cuts)),
        "seconds": json.dumps(_durations(made)),
        "sources": json.dumps([clause.source for clause in made.clauses]),
        "meanings": json.dumps([asdict(m) for m in meanings]),
    }
    quality = {"slide": found.slide, "jerk": found.jerk, "pop": found.pop}
    return Recording(name, "composed", "train", captions[0], motion, info, quality)


def tell(meanings: list[Meaning], rng: random.Random) -> tuple[list[str], list[str]]:
    """Different captions for clauses in order, and the clauses' own captions, which go with the first."""
    told = [sentence(meanings, rng) for _ in range(CAPTIONS)]
    return list(dict.fromkeys(text for text, _ in told)), told[0][1]


def retold(clip: Recording, rng: random.Random) -> Recording:
    """A composed recording with new captions for the same clauses."""
    captions, clauses = tell([parse_meaning(m) for m in json.loads(clip.info["meanings"])], rng)
    info = {**clip.info, "captions": "\n".join(captions), "clauses": json.dumps(clauses)}
    return replace(clip, label=captions[0], motion=replace(clip.motion, text=captions[0]), info=info)


def _durations(made: Composed) -> list[float]:
    edges = [*made.cuts, len(made.channels)]
    return [round((b - a) / MOTION_FPS, 2) for a, b in zip(edges, edges[1:])]


def compose(recordings: list[Recording], count: int, seed: int, prefix: str = "composed") -> list[Recording]:
    """``count`` composed recordings; the same seed gives the same ones."""
    rng = random.Random(seed)
    composer = Composer(Library(recordings), rng)
    made: list[Recording] = []
    refused = 0
    while len(made) < count:
        kind = list(KINDS)[rng.choices(range(len(KINDS)), list(KINDS.values()))[0]]
        try:
            one = record(composer.draw(kind), f"{prefix}_{seed}_{len(made):05d}", rng)
        except LookupError as problem:
            log.debug("drawn again: %s", problem)
            one = None
        if one is None:
            refused += 1
            if refused > 50 + 5 * count:
                raise RuntimeError(f"{refused} draws were refused for {len(made)} motions; look at the sources")
            continue
        made.append(one)
        if len(made) % 200 == 0:
            log.info("%d motions, %d draws refused", len(made), refused)
    return made


def report(clips: list[Recording]) -> str:
    """Slide, jerk and largest acceleration by kind: medians."""
    lines = ["kind | n | seconds | slide cm/frame | jerk m/s3 | largest acceleration m/s2"]
    for kind in sorted({c.info["kind"] for c in clips}):
        own = [c for c in clips if c.info["kind"] == kind]
        row = [np.median([c.quality[k] for c in own]) for k in ("slide", "jerk", "pop")]
        length = np.mean([c.motion.duration for c in own])
        lines.append(f"{kind} | {len(own)} | {length:.1f} | {row[0]:.2f} | {row[1]:.0f} | {row[2]:.0f}")
    return "\n".join(lines)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Compose motions of known meaning from recordings.")
    parser.add_argument("--retell", type=Path, help="write this file again with new captions; nothing is composed")
    parser.add_argument(
        "--data", nargs="+", default=[], help="files of train.recordings.prepare or of authored motions"
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    if options.retell:
        rng = random.Random(options.seed)
        save_motions(options.out, [retold(clip, rng) for clip in load_motions(options.retell)])
        return
    if not options.data:
        parser.error("--data is missing: name the file of train.recordings.prepare")
    recordings = [clip for path in options.data for clip in load_motions(path)]
    made = compose(recordings, options.count, options.seed)
    save_motions(options.out, made)
    log.info("%s\n%s", options.out, report(made))


if __name__ == "__main__":
    main()

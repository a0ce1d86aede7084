"""Identities and paths of people in drawn clips whose truth is known (:mod:`benchmarks.staged_scenes`).

    python -m benchmarks.staged_clips [--scenes crossing late cut pan] [--seed 0] [--keep FOLDER] [--json]

The walks are motions of the released checkpoint. Each clip is written to a file and estimated as a user's would be.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks.staged_scenes import FPS, SIZE, Staged, pelvises, pictures, places_in_picture, scenes
from hmvlm import HMVLM
from hmvlm.motion.clip import Motion
from hmvlm.render.video import encode
from hmvlm.vision.estimate import PoseEstimate
from hmvlm.vision.group import together

NAMES = ("crossing", "late", "cut", "pan")


@dataclass
class Row:
    """What was found in one clip.

    Attributes:
        people: in the estimate, of ``actors`` (after a cut people are counted again). switches: how often an estimate
            goes from one actor to another.
        covered: least share of an actor's visible frames that estimates show. cuts: as found.
        length, end: of each actor's longest estimate, its path on the floor over the true one, and metres between their
            ends, starts laid on each other and turned by the best heading; the worst of all actors.
    """

    people: int
    actors: int
    switches: int
    covered: float
    cuts: list[int]
    length: float
    end: float


def owners(hips: np.ndarray, found: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The actor nearest to the hips ``(T, 2)`` in each frame of a person, -1 where not ``found`` ``(T,)``.

    ``places`` are :func:`places_in_picture`.
    """
    apart = np.linalg.norm(places[:, : len(hips)] - hips, axis=2)
    apart = np.where(np.isnan(apart), np.inf, apart)
    return np.where(found & np.isfinite(apart.min(axis=0)), apart.argmin(axis=0), -1)


def switches(own: np.ndarray) -> int:
    """How often a person goes from one actor to another, from :func:`owners`."""
    return int((np.diff(own[own >= 0]) != 0).sum())


def measure(staged: Staged, estimates: Sequence[PoseEstimate]) -> Row:
    """Compare estimates of the drawn clip with the truth."""
    places = places_in_picture(staged)
    own = [owners(one.pixels[:, 23:25].mean(axis=1), one.found, places) for one in estimates]
    covered, lengths, ends = [], [], []
    motions = together(estimates) if estimates else []
    for row, actor in enumerate(staged.actors):
        there = np.isfinite(places[row]).all(axis=1)
        shown = np.zeros(staged.frames, bool)
        for one in own:
            shown[: len(one)] |= one == row
        covered.append(float((shown & there).sum() / max(there.sum(), 1)))
        mine = [index for index, one in enumerate(own) if (one == row).sum() > 0.5 * (one >= 0).sum()]
        if mine:
            best = max(mine, key=lambda index: int(estimates[index].found.sum()))
            start, stop = estimates[best].span()
            ratio, off = compared(motions[best], pelvises(actor)[start:stop])
            lengths.append(ratio)
            ends.append(off)
    cuts = list(estimates[0].sight.cuts) if estimates and estimates[0].sight is not None else []
    worst = max(lengths, key=lambda value: abs(np.log(max(value, 1e-3))), default=float("nan"))
    return Row(
        people=len(estimates),
        actors=len(staged.actors),
        switches=sum(map(switches, own)),
        covered=min(covered, default=0.0),
        cuts=cuts,
        length=worst,
        end=max(ends, default=float("nan")),
    )


def compared(motion: Motion, true: np.ndarray) -> tuple[float, float]:
    """Length of a path on the floor over that of the true pelvises ``(T, 3)``, and metres between their ends, starts
    laid on each other and the path turned by the best heading.
    """
    ours = motion.joints()[:, 0][:, [0, 2]]
    count = min(len(ours), len(true))
    ours, true = ours[:count] - ours[0], (true[:count] - true[0])[:, [0, 2]]
    lengths = [smoothed_length(one) for one in (ours, true)]
    turn = np.angle(((true[:, 0] + 1j * true[:, 1]) * np.conj(ours[:, 0] + 1j * ours[:, 1])).sum())
    heading = (ours[:, 0] + 1j * ours[:, 1]) * np.exp(1j * turn)
    off = abs(heading[-1] - (true[-1, 0] + 1j * true[-1, 1]))
    return lengths[0] / max(lengths[1], 1e-3), float(off)


def smoothed_length(path: np.ndarray) -> float:
    """Metres of a path ``(T, 2)`` by its places every half second, so that swaying does not count."""
    some = path[np.unique(np.r_[np.arange(0, len(path), int(FPS / 2)), len(path) - 1])]
    return float(np.linalg.norm(np.diff(some, axis=0), axis=1).sum())


def run(model: HMVLM, staged: Staged, path: Path) -> Row:
    """Draw a clip to ``path`` and measure the estimate of it."""
    encode(pictures(staged), staged.frames, path, SIZE, FPS)
    return measure(staged, model.estimate_pose(path).estimates)


def main(argv: Sequence[str] | None = None) -> None:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--scenes", nargs="+", choices=NAMES, default=NAMES)
    options.add_argument("--seed", type=int, default=0, help="of the walks")
    options.add_argument("--keep", type=Path, help="folder for the clips")
    options.add_argument("--json", action="store_true", help="print JSON")
    args = options.parse_args(argv)
    model = HMVLM.from_pretrained()
    texts = ("a person walks forward", "a person walks forward slowly", "someone walks straight ahead")
    walks = [model.chat(text, seconds=5, seed=args.seed + number).motion for number, text in enumerate(texts)]
    every = scenes(walks)
    rows = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in args.scenes:
            rows[name] = asdict(run(model, every[name], (args.keep or Path(folder)) / f"{name}.mp4"))
            if not args.json:
                print(name, rows[name], flush=True)
    if args.json:
        print(json.dumps(rows))


if __name__ == "__main__":
    main()

"""Render pictures of recorded poses and run BlazePose on them.

    python -m train.views.rendered --data data/motions.npz --out data/rendered.npz --train 5000 --val 300 --test 700

About a tenth of a second a picture on one core. Pictures of a split come from clips of that split.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from hmvlm.vision.landmark_model import LandmarkModel
from train.loop.settings import option, parse_settings
from train.npz_files import open_npz, save_npz
from train.recordings.store import load_motions
from train.views.cameras import EASY, OCCLUDED, TRUNCATED, Shots, exact_landmarks, orient, sample_cameras
from train.views.columns import join_rows
from train.views.poses import PosePool, draw_betas
from train.views.sites import Sites

log = logging.getLogger(__name__)

SPLITS = ("train", "val", "test")
BATCH = 16
"""Shots that share a body shape and are skinned at once."""
SHARES = {EASY: 0.45, TRUNCATED: 0.33, OCCLUDED: 0.22}
NEAR = 0.35
"""Largest distance between the centres of detected and true region, in sides of the true region, for a match."""


@dataclass(frozen=True)
class Rendered:
    """Shots and the landmarks that BlazePose found in them.

    Attributes:
        shots: the ``N`` shots.
        clip: ``(N,)`` name of each pose's clip. split: ``(N,)`` index into :data:`SPLITS`.
        found: ``(N,)`` bool; the rest of a row is zero where nobody was found.
        pixels, metric, visibility: ``(N, 33, 2)``, ``(N, 33, 3)``, ``(N, 33)`` as in ``Landmarks``.
        score, region: ``(N,)``, ``(N, 4)``.
    """

    shots: Shots
    clip: np.ndarray
    split: np.ndarray
    found: np.ndarray
    pixels: np.ndarray
    metric: np.ndarray
    visibility: np.ndarray
    score: np.ndarray
    region: np.ndarray

    def __len__(self) -> int:
        return len(self.shots)

    def __getitem__(self, index) -> Rendered:
        return Rendered(**{field.name: getattr(self, field.name)[index] for field in fields(self)})

    def save(self, path: str | Path) -> None:
        """Write a compressed ``.npz``."""
        arrays = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "shots"}
        arrays |= {f"shot_{field.name}": getattr(self.shots, field.name) for field in fields(Shots)}
        save_npz(path, **arrays)

    @staticmethod
    def load(path: str | Path) -> Rendered:
        """Read a file of :meth:`save`; FileNotFoundError names the command that makes one."""
        with open_npz(path, "train.views.rendered") as archive:
            shots = Shots(**{field.name: archive[f"shot_{field.name}"] for field in fields(Shots)})
            rest = {field.name: archive[field.name] for field in fields(Rendered) if field.name != "shots"}
        return Rendered(shots=shots, **rest)


def render(
    clips: list, split: int, count: int, seed: int, thorough: bool = True, model: LandmarkModel | None = None
) -> Rendered:
    """Render ``count`` shots (rounded up to batches) of poses of ``clips`` and run BlazePose, or ``model``, on them."""
    from train.views.studio import Studio

    rng = np.random.default_rng([seed, split])
    count = -(-count // BATCH) * BATCH
    pool, sites = PosePool(clips, seed), Sites()
    drawn = pool.draw(count, rng, mixed=0.0)
    betas = np.repeat(draw_betas(count // BATCH, rng), BATCH, axis=0)
    wanted = rng.choice(list(SHARES), count, p=list(SHARES.values()))
    shots, _ = sample_cameras(orient(drawn.poses, rng), betas, wanted, sites, rng)
    rows = _empty(shots, np.array([clips[k].name for k in drawn.clip]), split)
    model, studio = model or LandmarkModel.from_pretrained(threads=1, net="full"), Studio()
    for start in range(0, count, BATCH):
        batch = slice(start, start + BATCH)
        exact = exact_landmarks(shots[batch], sites).region
        for row, picture in enumerate(studio.pictures(shots[batch], rng), start=start):
            _fill(rows, row, model(picture, thorough=thorough).people, exact[row - start])
        if start // BATCH % 20 == 0:
            log.info("%s: %d of %d pictures", SPLITS[split], start + BATCH, count)
    return rows


def _empty(shots: Shots, names: np.ndarray, split: int) -> Rendered:
    count = len(shots)
    shapes = {"pixels": (33, 2), "metric": (33, 3), "visibility": (33,), "score": (), "region": (4,)}
    return Rendered(
        shots=shots,
        clip=names,
        split=np.full(count, split, np.int8),
        found=np.zeros(count, bool),
        **{name: np.zeros((count, *shape), np.float32) for name, shape in shapes.items()},
    )


def _fill(rows: Rendered, row: int, people: tuple, truth: np.ndarray) -> None:
    """Write the detection nearest to the rendered body, of region ``truth``, into a row.

    Leave it empty if none is near.
    """
    near = [one for one in people if np.linalg.norm(one.region[:2] - truth[:2]) < NEAR * truth[2]]
    if not near:
        return
    one = min(near, key=lambda one: np.linalg.norm(one.region[:2] - truth[:2]))
    rows.found[row], rows.score[row], rows.region[row] = True, one.score, one.region
    rows.pixels[row], rows.metric[row], rows.visibility[row] = one.pixels, one.metric, one.visibility


@dataclass(kw_only=True)
class Settings:
    """Settings of :mod:`train.views.rendered`."""

    data: str = option("data/motions.npz", "recordings of python -m train.recordings.prepare")
    out: str = option("data/rendered.npz", "file to write")
    seed: int = option(0, "of poses, cameras and pictures")
    fast: bool = option(False, "detect people in whole pictures only, twice as fast")
    train: int = option(5000, "pictures of training clips")
    val: int = option(300, "pictures of validation clips")
    test: int = option(700, "pictures of test clips")


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    settings = parse_settings(Settings, argv, __doc__)
    clips = load_motions(settings.data)
    parts = []
    for index, split in enumerate(SPLITS):
        count = getattr(settings, split)
        if count:
            own = [clip for clip in clips if clip.split == split]
            parts.append(render(own, index, count, settings.seed, not settings.fast))
    rows = join_rows(parts)
    rows.save(settings.out)
    log.info("%d pictures, a person found in %.1f %%; %s", len(rows), 100 * rows.found.mean(), settings.out)


if __name__ == "__main__":
    main()

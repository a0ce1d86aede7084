"""Write the file of views for training and testing pose estimation.

    python -m train.views.prepare --data data/motions.npz --out data/views.npz

Rows of a split come from its own clips, each with a random body and camera and with a residual of
``train/views/noise.npz``: training rows use residuals of training clips, validation and test rows those of other clips.
Rendered pictures of ``train.views.rendered`` are added as measured rows if their file exists.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hmvlm.vision.landmarks import MIRROR, MIRROR_SIGNS
from train.loop.settings import option, parse_settings
from train.recordings.store import load_motions
from train.views.cameras import EASY, OCCLUDED, TRUNCATED, orient, sample_cameras
from train.views.columns import join_rows
from train.views.noise import NoiseModel, landmark_features
from train.views.poses import MIXED, PosePool, draw_betas, mirrored
from train.views.rendered import Rendered
from train.views.residuals import NOISE_FILE, ResidualBank
from train.views.sites import Sites
from train.views.store import SPLITS, ViewStore, save_views

log = logging.getLogger(__name__)

CHUNK = 20_000
SHARES = {EASY: 0.5, TRUNCATED: 0.3, OCCLUDED: 0.2}
MIXED_NOISE = 0.7
"""Share of training views whose residuals are recombined from two pictures."""


def draw_views(
    pool: PosePool,
    noise: NoiseModel,
    count: int,
    rng: np.random.Generator,
    mixed: float,
    out_of_distribution: float = 0.0,
) -> dict:
    """Columns of ``count`` sampled views; ``clip`` indexes the pool's clips."""
    parts = []
    sites = Sites(noise.offsets)
    for start in range(0, count, CHUNK):
        size = min(CHUNK, count - start)
        drawn = pool.draw(size, rng, mixed=mixed, out_of_distribution=out_of_distribution)
        wanted = rng.choice(list(SHARES), size, p=list(SHARES.values()))
        shots, truth = sample_cameras(orient(drawn.poses, rng), draw_betas(size, rng), wanted, sites, rng)
        features = noise.features(truth, shots.kind, rng)
        own = {"poses": shots.poses, "betas": shots.betas, "kind": shots.kind, "clip": drawn.clip}
        parts.append({"features": features, **own})
        log.info("%d of %d views", start + size, count)
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def measured_views(rows: Rendered, split: int) -> dict:
    """Columns of the rendered pictures of a split in which a person was found; ``clip`` holds names.

    Training pictures are also used mirrored: their landmarks are reflected, the networks are not run again.
    """
    rows = rows[rows.found & (rows.split == split)]
    features = landmark_features(rows.pixels, rows.region, rows.metric, rows.visibility)
    poses, betas, kind, clip = rows.shots.poses, rows.shots.betas, rows.shots.kind, rows.clip
    if split == SPLITS.index("train"):
        flipped = features[:, MIRROR] * MIRROR_SIGNS
        features, poses = np.concatenate([features, flipped]), np.concatenate([poses, mirrored(poses)])
        betas, kind, clip = (np.concatenate([each, each]) for each in (betas, kind, clip))
    return {"features": features, "poses": poses, "betas": betas, "kind": kind, "clip": clip}


def prepare(
    data: str,
    rendered: str | None,
    bank: ResidualBank,
    counts: tuple[int, int, int],
    seed: int,
    out_of_distribution: float = 0.0,
) -> ViewStore:
    """Views of all splits.

    Args:
        data: file of recordings.
        rendered: file of rendered pictures, or None.
        counts: sampled rows of training, validation and test.
        out_of_distribution: share of training poses that are perturbed beyond the recordings.
    """
    clips = load_motions(data)
    names = np.array([clip.name for clip in clips])
    number = {name: index for index, name in enumerate(names)}
    pictures = Rendered.load(rendered) if rendered else None
    noises, parts = {True: NoiseModel(bank[~bank.held], MIXED_NOISE), False: NoiseModel(bank[bank.held])}, []
    for split, (label, count) in enumerate(zip(SPLITS, counts, strict=True)):
        rng = np.random.default_rng([seed, 7, split])
        own = [clip for clip in clips if clip.split == label]
        if not count:
            continue
        shares = (MIXED, out_of_distribution) if label == "train" else (0.0, 0.0)
        columns = draw_views(PosePool(own, seed), noises[label == "train"], count, rng, *shares)
        columns["clip"] = np.array([number[clip.name] for clip in own])[columns["clip"]]
        parts.append(_views(columns, split, False, names))
        if pictures is not None and (pictures.split == split).any():
            columns = measured_views(pictures, split)
            columns["clip"] = np.array([number[str(name)] for name in columns["clip"]])
            parts.append(_views(columns, split, True, names))
    return join_rows(parts, shared="clips")


def _views(columns: dict, split: int, measured: bool, names: np.ndarray) -> ViewStore:
    count = len(columns["poses"])
    tags = {"split": np.full(count, split, np.int8), "measured": np.full(count, measured)}
    return ViewStore(**columns, **tags, clips=names)


@dataclass(kw_only=True)
class Settings:
    """Settings of :mod:`train.views.prepare`."""

    data: str = option("data/motions.npz", "recordings of python -m train.recordings.prepare")
    rendered: str = option("data/rendered.npz", "pictures of python -m train.views.rendered; left out if missing")
    noise: str = option(str(NOISE_FILE), "residuals of python -m train.views.fit_noise")
    out: str = option("data/views.npz", "file to write")
    train: int = option(200_000, "sampled training rows")
    val: int = option(2_000, "sampled validation rows")
    test: int = option(3_000, "sampled test rows")
    out_of_distribution: float = option(0.0, "share of training poses with limbs mixed and joints turned at random")
    seed: int = option(0, "of poses, cameras and noise")


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    settings = parse_settings(Settings, argv, __doc__)
    rendered = settings.rendered if Path(settings.rendered).is_file() else None
    if rendered is None:
        log.warning("%s is missing: no measured rows; make it with python -m train.views.rendered", settings.rendered)
    counts = (settings.train, settings.val, settings.test)
    bank = ResidualBank.load(settings.noise)
    views = prepare(settings.data, rendered, bank, counts, settings.seed, settings.out_of_distribution)
    save_views(settings.out, views)
    log.info("%d views, %.1f MB in %s", len(views), Path(settings.out).stat().st_size / 1e6, settings.out)


if __name__ == "__main__":
    main()

"""Make the file of views that pose estimation is trained and tested on.

    python -m train.views.prepare --data data/motions.npz --out data/views.npz

Training rows come from training clips, validation and test rows from theirs, each with bodies and cameras
of its own and residuals out of ``train/views/noise.npz``: those of training clips' pictures for training rows,
those of the others for validation and test rows.
Pictures of ``train.views.rendered``, if that file is there, join as measured rows.
"""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

import numpy as np

from hmvlm.vision.landmarks import MIRROR, MIRROR_SIGNS
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
"""Share of training views whose residuals are made of two pictures'."""


def draw_views(
    pool: PosePool,
    noise: NoiseModel,
    count: int,
    rng: np.random.Generator,
    mixed: float,
    out_of_distribution: float = 0.0,
) -> dict:
    """Columns of ``count`` drawn views; ``clip`` numbers the pool's clips."""
    parts = []
    sites = Sites(noise.offsets)
    for start in range(0, count, CHUNK):
        size = min(CHUNK, count - start)
        drawn = pool.draw(size, rng, mixed=mixed, out_of_distribution=out_of_distribution)
        wanted = rng.choice(list(SHARES), size, p=list(SHARES.values()))
        shots, truth = sample_cameras(orient(drawn.poses, rng), draw_betas(size, rng), wanted, sites, rng)
        features = noise.features(truth, shots.kind, rng)
        parts.append({"features": features, "poses": shots.poses, "kind": shots.kind, "clip": drawn.clip})
        log.info("%d of %d views", start + size, count)
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def measured_views(rows: Rendered, split: int) -> dict:
    """Columns of the rendered pictures of a split in which a person was found; ``clip`` holds names.

    Pictures for training also serve mirrored: their landmarks reflected, not seen anew.
    """
    rows = rows[rows.found & (rows.split == split)]
    features = landmark_features(rows.pixels, rows.region, rows.metric, rows.visibility)
    poses, kind, clip = rows.shots.poses, rows.shots.kind, rows.clip
    if split == SPLITS.index("train"):
        flipped = features[:, MIRROR] * MIRROR_SIGNS
        features, poses = np.concatenate([features, flipped]), np.concatenate([poses, mirrored(poses)])
        kind, clip = np.concatenate([kind, kind]), np.concatenate([clip, clip])
    return {"features": features, "poses": poses, "kind": kind, "clip": clip}


def prepare(
    data: str,
    rendered: str | None,
    bank: ResidualBank,
    counts: tuple[int, int, int],
    seed: int,
    out_of_distribution: float = 0.0,
) -> ViewStore:
    """Views of all splits; ``counts`` are the drawn rows of training, validation and test, ``out_of_distribution`` a share of the first."""
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


def main() -> None:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--data", default="data/motions.npz")
    options.add_argument("--rendered", default="data/rendered.npz", help="left out if the file is missing")
    options.add_argument("--noise", default=str(NOISE_FILE))
    options.add_argument("--out", default="data/views.npz")
    options.add_argument("--train", type=int, default=200_000)
    options.add_argument("--val", type=int, default=2_000)
    options.add_argument("--test", type=int, default=3_000)
    options.add_argument(
        "--out-of-distribution",
        type=float,
        default=0.0,
        help="share of training poses that no recording holds: limbs mixed and joints turned",
    )
    options.add_argument("--seed", type=int, default=0)
    args = options.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    rendered = args.rendered if Path(args.rendered).is_file() else None
    if rendered is None:
        log.warning("%s is missing: no measured rows; make it with python -m train.views.rendered", args.rendered)
    views = prepare(
        args.data,
        rendered,
        ResidualBank.load(args.noise),
        (args.train, args.val, args.test),
        args.seed,
        args.out_of_distribution,
    )
    save_views(args.out, views)
    log.info("%d views, %.1f MB in %s", len(views), Path(args.out).stat().st_size / 1e6, args.out)


if __name__ == "__main__":
    main()

"""A text report of measured landmark noise."""

from __future__ import annotations

import numpy as np

from train.views.cameras import KINDS, MAIN, exact_landmarks
from train.views.rendered import Rendered
from train.views.residuals import ResidualBank
from train.views.sites import Sites

NAMES = {
    "nose": (0,), "eyes": (1, 2, 3, 4, 5, 6), "ears": (7, 8), "mouth": (9, 10), "shoulders": (11, 12),
    "elbows": (13, 14), "wrists": (15, 16), "knuckles": (17, 18, 19, 20, 21, 22), "hips": (23, 24),
    "knees": (25, 26), "ankles": (27, 28), "heels": (29, 30), "toes": (31, 32),
}  # fmt: skip


def residual_report(rows: Rendered, bank: ResidualBank) -> str:
    """Detection rates, exchanged sides, errors by landmark in the picture and in metres, visibilities."""
    lines: list[str] = []
    for number, kind in enumerate(KINDS):
        own = rows.shots.kind == number
        kept = bank.kind == number
        swaps = bank.swapped[kept].mean(axis=0) if kept.any() else (0, 0)
        lines.append(
            f"{kind:10s} {own.sum():5d} pictures, found {100 * rows.found[own].mean():5.1f} %, "
            f"sides exchanged above {100 * swaps[0]:.1f} %, in the legs {100 * swaps[1]:.1f} %"
        )
    found = rows[rows.found]
    truth = exact_landmarks(found.shots, Sites(bank.offsets))
    back = _turned_away(truth.metric)
    for name, mask in (("seen from the front", ~back), ("from behind", back)):
        lines.append(f"{name}: sides exchanged above {100 * bank.swapped[mask, 0].mean():.1f} %")
    plain = ~bank.swapped.any(axis=1)
    lines.append("rows without exchanged sides; px: 1/256 of the true region's side, median of the distance")
    lines.append(
        f"{'':10s} offset mm | px easy trunc. occl. | mm x  y  z  distance (median, unaligned) | visible: seen hidden"
    )
    unaligned = found.metric - truth.metric
    hidden = truth.outside | truth.covered
    for name, landmarks in NAMES.items():
        group = list(landmarks)
        offset = 1e3 * np.abs(bank.offsets[group]).mean(axis=0)
        pixels = [
            256 * np.median(np.linalg.norm(bank.plane[plain & (bank.kind == k)][:, group], axis=-1)) for k in range(3)
        ]
        axes = 1e3 * np.median(np.abs(unaligned[plain][:, group]), axis=(0, 1))
        apart = 1e3 * np.median(np.linalg.norm(unaligned[plain][:, group], axis=-1))
        seen = found.visibility[:, group][~hidden[:, group]].mean()
        lost = found.visibility[:, group][hidden[:, group]]
        lines.append(
            f"{name:10s} {np.array2string(offset.round(0), formatter={'all': '{:3.0f}'.format})} |"
            f" {pixels[0]:6.1f} {pixels[1]:6.1f} {pixels[2]:6.1f} |"
            f" {axes[0]:4.0f} {axes[1]:4.0f} {axes[2]:4.0f} {apart:5.0f} |"
            f" {seen:.2f} {lost.mean() if len(lost) else float('nan'):.2f}"
        )
    every = np.linalg.norm(unaligned, axis=-1).mean(axis=1) * 1e3
    for number, kind in enumerate(KINDS):
        values = every[bank.kind == number]
        lines.append(
            f"mean distance {kind}: median {np.median(values):.0f} mm, 90th percentile {np.percentile(values, 90):.0f}"
        )
    turn = np.rad2deg(np.linalg.norm(bank.turn, axis=1))
    lines.append(
        f"whole body turned: median {np.median(turn):.1f} degrees, 90th percentile {np.percentile(turn, 90):.1f}"
    )
    middle, wide = np.median(np.exp(bank.size), axis=0), bank.size.std(axis=0)
    lines.append(
        f"region's side x {middle[0]:.2f} (spread {wide[0]:.2f}), metres x {middle[1]:.2f} (spread {wide[1]:.2f})"
    )
    lines.append(f"region's centre off by {np.median(np.linalg.norm(bank.shift, axis=1)):.3f} of its side (median)")
    depth = bank.rest[plain][:, MAIN, 2]
    share = np.linalg.eigvalsh(np.cov(depth.T))[::-1]
    lines.append(
        f"depth that remains: first two directions over the main landmarks hold {share[:2].sum() / share.sum():.0%}"
    )
    return "\n".join(lines)


def _turned_away(metric: np.ndarray) -> np.ndarray:
    """``(N,)`` bool: the trunk's front faces away from the camera."""
    across = metric[:, 11] - metric[:, 12]
    up = metric[:, [11, 12]].mean(axis=1) - metric[:, [23, 24]].mean(axis=1)
    return np.cross(across, up)[:, 2] < 0

"""How good the prepared motions are, per source.

python -m train.recordings.report data/motions.npz
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from train.recordings.store import Recording, load_motions


def figures(clips: list[Recording]) -> dict[str, dict[str, float]]:
    """Per source: clips, hours, frame-weighted errors in mm and foot speeds in contact in m/s."""
    out: dict[str, dict[str, float]] = {}
    for source in sorted({clip.source for clip in clips}):
        own = [clip for clip in clips if clip.source == source]
        row: dict[str, float] = {"clips": len(own), "hours": sum(len(clip.motion) for clip in own) / 20 / 3600}
        row |= {key: _mean(own, key) for key in sorted({key for clip in own for key in clip.quality})}
        out[source] = row
    return out


def _mean(clips: list[Recording], key: str) -> float:
    """Frame-weighted mean of one quality over the clips that know it; NaN if none does."""
    values = np.array([clip.quality.get(key, np.nan) for clip in clips], dtype=float)
    frames = np.array([len(clip.motion) for clip in clips], dtype=float)
    known = np.isfinite(values)
    return float((values[known] * frames[known]).sum() / frames[known].sum()) if known.any() else float("nan")


def table(clips: list[Recording]) -> str:
    """The figures as a Markdown table, one row a source."""
    rows = figures(clips)
    keys = list(dict.fromkeys(key for row in rows.values() for key in row))
    lines = ["| source | " + " | ".join(keys) + " |", "|---" * (len(keys) + 1) + "|"]
    for source, row in rows.items():
        lines.append(f"| {source} | " + " | ".join(f"{row.get(key, float('nan')):.4g}" for key in keys) + " |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m train.recordings.report", description=__doc__.split("\n")[0])
    parser.add_argument("motions", type=Path, nargs="?", default=Path("data/motions.npz"))
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    clips = load_motions(options.motions)
    print(json.dumps(figures(clips), indent=1) if options.json else table(clips))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

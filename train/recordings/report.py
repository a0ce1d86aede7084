"""Quality of the prepared motions, per source.

python -m train.recordings.report --data data/motions.npz
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from train.loop.settings import option, parse_settings
from train.recordings.store import Recording, load_motions


def quality_figures(clips: list[Recording]) -> dict[str, dict[str, float]]:
    """Per source: clips, hours, frame-weighted errors in mm and foot speeds in contact in m/s."""
    out: dict[str, dict[str, float]] = {}
    for source in sorted({clip.source for clip in clips}):
        own = [clip for clip in clips if clip.source == source]
        row: dict[str, float] = {"clips": len(own), "hours": sum(len(clip.motion) for clip in own) / 20 / 3600}
        row |= {key: _mean(own, key) for key in sorted({key for clip in own for key in clip.quality})}
        out[source] = row
    return out


def _mean(clips: list[Recording], key: str) -> float:
    """Frame-weighted mean of one quality over the clips that have it; NaN if none does."""
    values = np.array([clip.quality.get(key, np.nan) for clip in clips], dtype=float)
    frames = np.array([len(clip.motion) for clip in clips], dtype=float)
    known = np.isfinite(values)
    return float((values[known] * frames[known]).sum() / frames[known].sum()) if known.any() else float("nan")


def quality_table(clips: list[Recording]) -> str:
    """The figures as a Markdown table, one row a source."""
    rows = quality_figures(clips)
    keys = list(dict.fromkeys(key for row in rows.values() for key in row))
    lines = ["| source | " + " | ".join(keys) + " |", "|---" * (len(keys) + 1) + "|"]
    for source, row in rows.items():
        lines.append(f"| {source} | " + " | ".join(f"{row.get(key, float('nan')):.4g}" for key in keys) + " |")
    return "\n".join(lines)


@dataclass(kw_only=True)
class ReportSettings:
    """What to report on, and how."""

    data: Path = option(Path("data/motions.npz"), "file of python -m train.recordings.prepare or import_set")
    json: bool = option(False, "print JSON instead of a table")


def main(argv: list[str] | None = None) -> int:
    """Command line; returns the exit status."""
    settings = parse_settings(ReportSettings, argv, __doc__)
    clips = load_motions(settings.data)
    print(json.dumps(quality_figures(clips), indent=1) if settings.json else quality_table(clips))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

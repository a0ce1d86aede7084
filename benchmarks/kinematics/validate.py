"""Hit rates and false alarms of the detectors on labelled recordings.

    python -m benchmarks.kinematics.validate --data data/motions.npz [--limit 60] [--only wave kick] [--out FILE.md]

``validation.json`` says for every detector which recordings show the act (``hits``) and which surely do not
(``false``): a regular expression for the labels of each source. Of each group up to ``--limit`` are drawn at random.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import re
from pathlib import Path

from benchmarks.blind.statistics import wilson
from benchmarks.kinematics.acts import find
from benchmarks.kinematics.track import Track
from hmvlm.atomic import write_text
from train.recordings.store import Recording, load_motions

logger = logging.getLogger(__name__)
GROUPS = Path(__file__).with_name("validation.json")
LONGEST = 40.0
"""Longer recordings are cut to so many seconds."""


def drawn(recordings: list[Recording], labels: dict[str, str], limit: int, seed: int = 0) -> list[Recording]:
    """Up to ``limit`` recordings whose label fits the expression of their source, at random."""
    fitting = [one for one in recordings if one.source in labels and re.search(labels[one.source], one.label)]
    return random.Random(seed).sample(fitting, min(limit, len(fitting)))


def rate(recordings: list[Recording], wanted: str, tracks: dict[str, Track]) -> tuple[int, int, list[str]]:
    """How many of the recordings show an act, of how many, and the names of those that do not."""
    absent = []
    for one in recordings:
        if one.name not in tracks:
            tracks[one.name] = Track.of(one.motion.slice(0, int(LONGEST * one.motion.fps)))
        if not find(tracks[one.name], wanted):
            absent.append(one.name)
    return len(recordings) - len(absent), len(recordings), absent


def table(recordings: list[Recording], limit: int, only: list[str] | None = None, seed: int = 0) -> str:
    """A Markdown table of all detectors."""
    lines = ["| act | found where labelled | false alarms |", "|---|---|---|"]
    tracks: dict[str, Track] = {}
    for wanted, groups in json.loads(GROUPS.read_text()).items():
        if only and wanted.partition(":")[0] not in only:
            continue
        cells = []
        for group in ("hits", "false"):
            found, total, absent = rate(drawn(recordings, groups[group], limit, seed), wanted, tracks)
            cells.append(_cell(found, total))
            names = absent if group == "hits" else []
            if names:
                logger.info("%s not found in %d: %s", wanted, len(names), " ".join(names[:6]))
        lines.append(f"| {wanted} | {cells[0]} | {cells[1]} |")
    return "\n".join(lines) + "\n"


def _cell(found: int, total: int) -> str:
    if not total:
        return "no recordings"
    low, high = wilson(found / total, total)
    return f"{found} of {total} ({100 * low:.0f}–{100 * high:.0f} %)"


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="file of train.recordings.prepare")
    parser.add_argument("--limit", type=int, default=60, help="recordings of a group (default: 60)")
    parser.add_argument("--seed", type=int, default=0, help="of the draw; thresholds were set on 0 (default: 0)")
    parser.add_argument("--only", nargs="+", help="these detectors only")
    parser.add_argument("--out", type=Path, help="write the table to this file")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    found = table(load_motions(options.data), options.limit, options.only, options.seed)
    logger.info("%s", found)
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        write_text(options.out, found)


if __name__ == "__main__":
    main()

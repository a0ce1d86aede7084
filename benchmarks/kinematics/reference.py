"""Quality of real recordings by speed, kept in ``reference.json`` so that the benchmark needs no recordings.

    python -m benchmarks.kinematics.reference --data data/motions.npz

Moving bodies: the test split of CMU without trials on apparatus that the recording lacks. Standing bodies: ReActIdle.
"""

from __future__ import annotations

import argparse
import json
import logging
import re
from pathlib import Path

from benchmarks.kinematics.quality import measure, summary
from hmvlm.atomic import write_text
from train.recordings.store import Recording, load_motions

logger = logging.getLogger(__name__)
FILE = Path(__file__).with_name("reference.json")
APPARATUS = re.compile("playground|ladder|stool|steps|uneven|climb|hang|Motorcycle")
SECONDS = 15.0
"""Longer recordings are cut to so many seconds."""


def chosen(recordings: list[Recording]) -> dict[str, list[Recording]]:
    """Recordings of standing and of moving bodies."""
    return {
        "standing": [one for one in recordings if one.source == "reactidle"],
        "moving": [
            one for one in recordings if one.source == "cmu" and one.split == "test" and not APPARATUS.search(one.label)
        ],
    }


def load() -> dict:
    """The stored quality of ``standing`` and ``moving`` bodies.

    Raises:
        FileNotFoundError: it has not been measured.
    """
    if not FILE.exists():
        raise FileNotFoundError(f"{FILE} is missing; make it with: python -m benchmarks.kinematics.reference --data …")
    return json.loads(FILE.read_text())


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="file of train.recordings.prepare")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    groups = chosen(load_motions(options.data))
    found = {
        name: summary(measure(one.motion.slice(0, int(SECONDS * one.motion.fps))) for one in group)
        for name, group in groups.items()
    }
    write_text(FILE, json.dumps(found, indent=1) + "\n")
    logger.info("%s: %d moving, %d standing", FILE, len(groups["moving"]), len(groups["standing"]))


if __name__ == "__main__":
    main()

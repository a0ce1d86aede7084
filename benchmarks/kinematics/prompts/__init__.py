"""The sentences of the benchmark, one file a row, with what a motion has to show for each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
ROWS = ("order", "count", "path", "while", "side", "floor", "quality")
QUICK = 8
"""Prompts of a row with ``--quick``, spread evenly over its list."""


@dataclass(frozen=True)
class Prompt:
    """One sentence; ``expect`` is read by :mod:`benchmarks.kinematics.expectations`."""

    id: str
    text: str
    expect: dict[str, Any]

    @property
    def row(self) -> str:
        """The row that the prompt belongs to."""
        return self.id.rsplit("_", 1)[0]


def load(row: str, quick: bool = False) -> list[Prompt]:
    """The prompts of a row, :data:`QUICK` of them if ``quick``.

    Raises:
        ValueError: there is no such row.
    """
    if row not in ROWS:
        raise ValueError(f"the rows are {', '.join(ROWS)}, got {row!r}")
    prompts = [Prompt(**entry) for entry in json.loads((FOLDER / f"{row}.json").read_text())]
    return prompts[:: len(prompts) // QUICK][:QUICK] if quick else prompts

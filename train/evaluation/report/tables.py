"""Tables of results: numbers with intervals and what they were measured on, as JSON and as Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

Cell = float | int | str | tuple[float, float] | None
"""A number, text, or a mean with the half width of its 95 % interval; None is not measured."""


@dataclass(frozen=True)
class Table:
    """One table with the information that is needed to interpret it.

    Attributes:
        name: key in the JSON file; ``title`` and ``columns`` as printed.
        rows: label to cells, as many as columns.
        split: data that was measured on; ``samples`` how many items.
        seeds: of everything that is sampled.
        interval: meaning of ±, empty if there is none.
        notes: remarks for the reader, one sentence each.
        figures: file of each plot by its caption.
        seconds: run time.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    rows: Mapping[str, tuple[Cell, ...]]
    split: str
    samples: int | str
    seeds: str = "0"
    interval: str = ""
    notes: tuple[str, ...] = ()
    figures: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    def __post_init__(self) -> None:
        for label, cells in self.rows.items():
            if len(cells) != len(self.columns):
                raise ValueError(f"row {label!r} of {self.name} has {len(cells)} cells for {len(self.columns)} columns")

    @property
    def sample(self) -> str:
        """The data and how many items of it, as text."""
        return f"{self.split}, {self.samples}" + (" samples" if isinstance(self.samples, int) else "")

    def as_dict(self) -> dict:
        """Ready for JSON."""
        return asdict(self)

    @staticmethod
    def from_dict(written: dict) -> Table:
        """Inverse of :meth:`as_dict`, also after a round trip through JSON."""
        rows = {
            label: tuple(tuple(c) if isinstance(c, list) else c for c in cells)
            for label, cells in written["rows"].items()
        }
        lists = {name: tuple(written[name]) for name in ("columns", "notes")}
        return Table(**{**written, **lists, "rows": rows})

    def markdown(self, provenance: str, folder: Path | None = None) -> str:
        """The table, its provenance, notes and figures; pictures are named relative to ``folder``'s parent."""
        lines = [
            f"### {self.title}",
            "",
            "| | " + " | ".join(self.columns) + " |",
            "|---" * (len(self.columns) + 1) + "|",
        ]
        lines += [f"| {label} | " + " | ".join(map(format_cell, cells)) + " |" for label, cells in self.rows.items()]
        details = [provenance, self.sample, f"seeds {self.seeds}"]
        details += [f"± {self.interval}"] if self.interval else []
        lines += ["", f"<sub>{' · '.join(details)} · {self.seconds:.0f} s</sub>"]
        lines += ["", *(f"- {note}" for note in self.notes)] if self.notes else []
        if folder is not None:
            lines += [
                line for caption, file in self.figures.items() for line in ("", f"![{caption}]({folder.name}/{file})")
            ]
        return "\n".join(lines)

    def text(self) -> str:
        """Plain columns for a terminal."""
        cells = [["", *self.columns]] + [[label, *map(format_cell, row)] for label, row in self.rows.items()]
        widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
        body = [
            "  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)).rstrip() for row in cells
        ]
        return "\n".join([f"{self.title} ({self.sample})", *body])


def format_cell(cell: Cell) -> str:
    """A cell as text: more digits for small numbers, as many for the interval, a dash for what was not measured."""
    if cell is None:
        return "–"
    if isinstance(cell, str):
        return cell
    if isinstance(cell, (int, np.integer)):
        return str(cell)
    numbers = [float(number) for number in cell] if isinstance(cell, (tuple, list)) else [float(cell)]
    if not np.isfinite(numbers[0]):
        return "–"
    digits = 3 if abs(numbers[0]) < 10 else 1 if abs(numbers[0]) < 1000 else 0
    return " ± ".join(f"{number:.{digits}f}" for number in numbers)


def mean(cell: Cell) -> float:
    """The number of a cell without its interval, NaN where it was not measured."""
    if isinstance(cell, str):
        raise ValueError(f"{cell!r} is no number")
    if cell is None:
        return float("nan")
    return float(cell[0] if isinstance(cell, (tuple, list)) else cell)


def to_json(value):
    """Nested values with NumPy numbers and tuples replaced by JSON's types."""
    if isinstance(value, dict):
        return {key: to_json(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_json(one) for one in value]
    return value.item() if isinstance(value, np.generic) else value

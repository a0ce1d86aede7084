"""Tables of results: numbers with intervals and what they were measured on, as JSON and as Markdown."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

Cell = float | int | str | tuple[float, float] | None
"""A number, words, or a mean with the half width of its 95 % interval; None is not measured."""


@dataclass(frozen=True)
class Table:
    """One table and what it takes to read it.

    Attributes:
        name: key in the JSON file; ``title`` and ``columns`` as printed.
        rows: label to cells, as many as columns.
        split: what was measured on; ``samples`` how many of it.
        seeds: of whatever is drawn.
        interval: what ± means here, empty if there is none.
        notes: what a reader must know, a sentence each.
        seconds: time it took.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    rows: dict[str, tuple[Cell, ...]]
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

    def as_dict(self) -> dict:
        """Ready for JSON."""
        return asdict(self)

    @staticmethod
    def of_dict(written: dict) -> Table:
        """The table that :meth:`as_dict` wrote, after a way through JSON."""
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
        lines += [f"| {label} | " + " | ".join(map(shown, cells)) + " |" for label, cells in self.rows.items()]
        facts = [provenance, f"{self.split}, {self.samples} samples", f"seeds {self.seeds}"]
        facts += [f"± {self.interval}"] if self.interval else []
        lines += ["", f"<sub>{' · '.join(facts)} · {self.seconds:.0f} s</sub>"]
        lines += ["", *(f"- {note}" for note in self.notes)] if self.notes else []
        if folder is not None:
            lines += [
                line for caption, file in self.figures.items() for line in ("", f"![{caption}]({folder.name}/{file})")
            ]
        return "\n".join(lines)

    def text(self) -> str:
        """Plain columns for a terminal."""
        cells = [["", *self.columns]] + [[label, *map(shown, row)] for label, row in self.rows.items()]
        widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
        body = [
            "  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)).rstrip() for row in cells
        ]
        return "\n".join([f"{self.title} ({self.split}, {self.samples} samples)", *body])


def shown(cell: Cell) -> str:
    """A cell in print: more digits for small numbers, as many for an interval, a dash for what was not measured."""
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


def plain(value):
    """NumPy numbers and tuples as what JSON has, all the way down."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value.item() if isinstance(value, np.generic) else value

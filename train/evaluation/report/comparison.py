"""Comparison of two reports: which numbers agree within their intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass

from train.evaluation.report.document import Report
from train.evaluation.report.tables import Cell, format_cell

EXACT = 1e-6
"""Numbers without spread agree up to this share of their size."""


@dataclass(frozen=True)
class Comparison:
    """How many numbers agree, those that differ as ``(where, cell, other cell)``, and what only one report has."""

    agreeing: int
    differing: tuple[tuple[str, Cell, Cell], ...]
    unmatched: tuple[str, ...]

    def text(self) -> str:
        """For a terminal: the count, then the numbers that differ."""
        lines = [f"{self.agreeing} of {self.agreeing + len(self.differing)} numbers with an interval agree within it."]
        lines += [
            f"differs: {where}: {format_cell(one)} and {format_cell(other)}" for where, one, other in self.differing
        ]
        lines += [f"only in one report: {name}" for name in self.unmatched]
        return "\n".join(lines)


def compare(one: Report, other: Report) -> Comparison:
    """Compare every mean with an interval of both reports: do they differ by no more than both half widths allow?

    Two measurements differ by less than the root of the sum of their squared half widths in 95 % of cases, so about one
    in twenty may differ by more. Numbers without an interval are not compared.
    """
    agreeing, differing, unmatched = 0, [], sorted(set(one.tables) ^ set(other.tables))
    for name in (name for name in one.tables if name in other.tables):
        mine, theirs = one.tables[name][0], other.tables[name][0]
        for label, cells in mine.rows.items():
            if label not in theirs.rows:
                unmatched.append(f"{name}, {label}")
                continue
            known = dict(zip(theirs.columns, theirs.rows[label], strict=True))
            for column, cell in zip(mine.columns, cells, strict=True):
                match = known.get(column)
                if not (isinstance(cell, tuple) and isinstance(match, tuple)):
                    continue
                if agree(cell, match):
                    agreeing += 1
                else:
                    differing.append((f"{name}, {label}, {column}", cell, match))
    return Comparison(agreeing, tuple(differing), tuple(unmatched))


def agree(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether two means with half widths of their 95 % intervals differ no more than both allow."""
    room = math.hypot(one[1], other[1]) + EXACT * max(abs(one[0]), abs(other[0]))
    return abs(one[0] - other[0]) <= room or (math.isnan(one[0]) and math.isnan(other[0]))

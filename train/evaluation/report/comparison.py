"""Two reports beside each other: which numbers agree within their intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass

from train.evaluation.report.document import Report
from train.evaluation.report.tables import Cell, shown

EXACT = 1e-6
"""Numbers without spread agree up to this share of their size."""


@dataclass(frozen=True)
class Comparison:
    """``agreeing`` numbers, those ``apart`` as ``(where, one cell, other cell)``, and tables that only one report has."""

    agreeing: int
    apart: tuple[tuple[str, Cell, Cell], ...]
    unmatched: tuple[str, ...]

    def text(self) -> str:
        """For a terminal: the count, then what is apart."""
        lines = [f"{self.agreeing} of {self.agreeing + len(self.apart)} numbers with an interval agree within it."]
        lines += [f"apart: {where}: {shown(one)} and {shown(other)}" for where, one, other in self.apart]
        lines += [f"only in one report: {name}" for name in self.unmatched]
        return "\n".join(lines)


def compare(one: Report, other: Report) -> Comparison:
    """Every mean with an interval of both reports: whether they are no farther apart than both half widths allow.

    Two measurements differ by the root of the sum of their squared half widths in 95 % of cases, so one in twenty may
    well be apart. Numbers that carry no interval are not compared.
    """
    agreeing, apart, unmatched = 0, [], sorted(set(one.tables) ^ set(other.tables))
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
                    apart.append((f"{name}, {label}, {column}", cell, match))
    return Comparison(agreeing, tuple(apart), tuple(unmatched))


def agree(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether two means with half widths of their 95 % intervals differ no more than both allow."""
    room = math.hypot(one[1], other[1]) + EXACT * max(abs(one[0]), abs(other[0]))
    return abs(one[0] - other[0]) <= room or (math.isnan(one[0]) and math.isnan(other[0]))

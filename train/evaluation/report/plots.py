"""Plots for the report. Without matplotlib (an extra: ``pip install hmvlm[train]``) the report has none."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np

from hmvlm.atomic import atomic_file

log = logging.getLogger(__name__)


def _axes(title: str, labels: tuple[str, str]):
    """A figure and its axes, or None without matplotlib."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        log.warning("matplotlib is missing, so there are no plots; install the extra: pip install hmvlm[train]")
        return None
    figure = Figure(figsize=(7, 4.2), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set(title=title, xlabel=labels[0], ylabel=labels[1])
    axes.grid(alpha=0.3)
    return figure, axes


def _save(figure, path: Path, caption: str) -> dict[str, str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_file(path) as partial:
        figure.savefig(partial, dpi=110, metadata={"Software": None})
    return {caption: path.name}


def scatter(path: Path, points: dict[str, np.ndarray], labels: tuple[str, str], title: str) -> dict[str, str]:
    """Groups of points ``(N, 2)`` by label; returns caption and file name, or nothing without matplotlib."""
    made = _axes(title, labels)
    if made is None:
        return {}
    figure, axes = made
    for label, rows in points.items():
        axes.scatter(*rows.T, s=9, alpha=0.6, label=label)
    axes.legend(fontsize=8)
    return _save(figure, path, title)


def lines(
    path: Path, series: dict[str, tuple[np.ndarray, np.ndarray]], labels: tuple[str, str], title: str
) -> dict[str, str]:
    """Curves of ``x, y`` by label."""
    made = _axes(title, labels)
    if made is None:
        return {}
    figure, axes = made
    for label, (x, y) in series.items():
        axes.plot(x, y, marker="o", label=label)
    axes.legend(fontsize=8)
    return _save(figure, path, title)


def bars(path: Path, values: dict[str, tuple[float, float]], label: str, title: str) -> dict[str, str]:
    """One bar a label with its interval."""
    made = _axes(title, ("", label))
    if made is None:
        return {}
    figure, axes = made
    means, wide = zip(*values.values(), strict=True)
    axes.bar(range(len(values)), means, yerr=wide, capsize=3, color="#4a7fb5")
    axes.set_xticks(range(len(values)), list(values), rotation=15, ha="right")
    return _save(figure, path, title)

"""The log of a run: means over the last steps, speed, memory, time left; a progress bar where there is a terminal."""

from __future__ import annotations

import logging
import resource
import sys
import time
from typing import Any

import torch
from torch import Tensor
from tqdm import tqdm

log = logging.getLogger("train")


class Progress:
    """Collects the numbers of steps and makes rows of the log from them.

    Args:
        stage: name before each line.
        steps: steps of the whole run, and ``done`` of them when this call begins.
        shown: whether this process prints.
    """

    def __init__(self, stage: str, steps: int, done: int, shown: bool) -> None:
        self.stage, self.steps, self.first, self.shown = stage, steps, done, shown
        self.started = time.monotonic()
        self.sums: dict[str, float] = {}
        self.counts: dict[str, int] = {}
        self._waiting: list[dict[str, Tensor]] = []
        self._bar = tqdm(total=steps, initial=done, desc=stage, disable=not (shown and sys.stderr.isatty()))

    def minutes(self) -> float:
        """Minutes since this call began."""
        return (time.monotonic() - self.started) / 60

    def step(self, numbers: dict[str, Tensor]) -> None:
        """Take in the numbers of one step; tensors are not waited for."""
        self._waiting.append(numbers)
        self._bar.update()

    def window(self) -> dict[str, dict]:
        """Sums and counts since the last row, for the saved state."""
        for numbers in self._waiting:
            for name, value in numbers.items():
                self.sums[name] = self.sums.get(name, 0.0) + float(value)
                self.counts[name] = self.counts.get(name, 0) + 1
        self._waiting.clear()
        return {"sums": dict(self.sums), "counts": dict(self.counts)}

    def row(self) -> dict[str, float]:
        """Means since the last row."""
        self.window()
        means = {name: self.sums[name] / self.counts[name] for name in self.sums}
        self.sums.clear()
        self.counts.clear()
        return means

    def speed(self, step: int, minutes_left: float | None = None) -> dict[str, float]:
        """Steps a second, minutes left (by steps, or ``minutes_left`` where the clock ends the
        run earlier) and peak memory in GiB.
        """
        rate = (step - self.first) / max(1e-9, 60 * self.minutes())
        left = (self.steps - step) / max(rate, 1e-9) / 60
        if minutes_left is not None:
            left = min(left, minutes_left)
        if torch.cuda.is_available():
            memory = torch.cuda.max_memory_allocated() / 2**30
        else:
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        return {"steps_per_second": round(rate, 3), "minutes_left": round(left, 1), "memory_gib": round(memory, 2)}

    def report(self, step: int, row: dict[str, Any]) -> None:
        """Print a row."""
        if self.shown:
            words = "  ".join(f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in row.items())
            self._bar.clear()
            log.info("%s  step %d of %d  %s", self.stage, step, self.steps, words)
            self._bar.refresh()

    def close(self) -> None:
        """Take the bar away."""
        self._bar.close()

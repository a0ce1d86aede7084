"""Counts of answers to hostile inputs, by what may be wrong with them."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.robustness.corpus import READ, REFUSED, sentence_problem

MOST_MEGABYTES, MOST_SECONDS = 3072, 30.0


@dataclass(frozen=True)
class Answer:
    """One answer.

    Attributes:
        refused: the sentence of a refusal; None where the input was accepted.
        seconds, processor: time by the clock and of a processor. megabytes: most memory, of the largest process.
        crash: how a process ended that should not have, or why there was no answer.
    """

    refused: str | None
    seconds: float
    processor: float = 0.0
    megabytes: int = 0
    crash: str | None = None


@dataclass
class Tally:
    """Counts of answers, of wrong ones by what is wrong, and the largest amounts."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    processor: float = 0.0
    megabytes: int = 0

    def add(self, kind: str, name: str, expected: str, answer: Answer, named: bool = True) -> list[str]:
        """Count an answer; returns what is wrong with it.

        Args:
            kind: of the input. expected: class of the answer, as in :mod:`benchmarks.robustness.corpus`.
            named: whether a refusal must hold ``name``.
        """
        self.counts[kind] += 1
        self.counts["refused" if answer.refused is not None else "accepted"] += 1
        self.seconds, self.processor = max(self.seconds, answer.seconds), max(self.processor, answer.processor)
        self.megabytes = max(self.megabytes, answer.megabytes)
        problems = self._problems(name, expected, answer, named)
        self.wrong.update(problems.keys())
        return [f"{name[:80]!r}: {what}: {about}"[:500] for what, about in problems.items()]

    def _problems(self, name: str, expected: str, answer: Answer, named: bool) -> dict[str, str]:
        if answer.crash is not None:
            return {"crash": answer.crash}
        problems = {}
        if answer.refused is not None and "Traceback" in answer.refused:
            problems["traceback"] = answer.refused[-300:]
        elif answer.refused is not None and (about := sentence_problem(answer.refused, name if named else "")):
            problems["no sentence"] = about
        if (answer.refused is not None) == (expected == READ) and expected in (READ, REFUSED):
            problems["wrong class"] = answer.refused or "accepted"
        if answer.seconds > MOST_SECONDS:
            problems["time"] = f"{answer.seconds:.0f} s, {answer.processor:.0f} s of a processor"
        if answer.megabytes > MOST_MEGABYTES:
            problems["memory"] = f"{answer.megabytes:,} MB"
        return problems

    def lines(self) -> list[str]:
        """The result for people."""
        kinds = {kind: count for kind, count in self.counts.items() if kind not in ("refused", "accepted")}
        wrong = ", ".join(f"{self.wrong[what]} {what}" for what in WRONG)
        return [
            f"{sum(kinds.values())} inputs: " + ", ".join(f"{count} {kind}" for kind, count in kinds.items()),
            f"{self.counts['accepted']} accepted, {self.counts['refused']} refused; wrong: {wrong}",
            f"longest {self.seconds:.1f} s by the clock, {self.processor:.1f} s of a processor; "
            f"most memory of a process {self.megabytes:,} MB",
        ]


def quickest(ask: Callable[[], Answer], tries: int = 3) -> Answer:
    """An answer; one that takes too long is asked for again, as other programs may have had the processor."""
    answer = ask()
    while answer.seconds > MOST_SECONDS and answer.crash is None and (tries := tries - 1):
        answer = min(answer, ask(), key=lambda one: one.seconds)
    return answer


WRONG = ("crash", "traceback", "no sentence", "wrong class", "time", "memory")
"""What may be wrong with an answer."""


def parser(about: str | None) -> argparse.ArgumentParser:
    """The command line of what gives hostile inputs to the product."""
    made = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--kinds", nargs="+", help="kinds of inputs, all by default")
    made.add_argument("--every", type=int, default=1, help="one of so many inputs")
    made.add_argument("--seed", type=int, default=0)
    made.add_argument("--files", nargs="+", default=[], help="files and folders of further inputs")
    return made

"""Every hostile file through the product's own readers, again and again: answers, longest time, and memory over time.

    python -m benchmarks.robustness.soak --minutes 15

A line a round. Memory is that of this process; the decoders' processes are limited by :mod:`hmvlm.limits`, and the
largest of them is printed too. Several visitors of the page at once are the task of ``benchmarks.visitors``.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

from benchmarks.robustness.corpus import files, judged
from benchmarks.robustness.readers import PRODUCT


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=1.0, help="0: one round")
    options = parser.parse_args()
    end, seed = time.monotonic() + 60 * options.minutes, 0
    while seed == 0 or time.monotonic() < end:
        print(round_of(seed), flush=True)
        seed += 1


def round_of(seed: int) -> str:
    """One round through all kinds, as a line."""
    count = wrong = 0
    longest, slowest = 0.0, ""
    with tempfile.TemporaryDirectory() as folder:
        for kind, case in files(seed):
            before = time.monotonic()
            problem = judged(case, Path(folder), PRODUCT[kind])
            taken, count = time.monotonic() - before, count + 1
            if taken > longest:
                longest, slowest = taken, case.name
            if problem:
                wrong += 1
                print(problem[:400], flush=True)
    own, children = (
        resource.getrusage(who).ru_maxrss >> 10 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return (
        f"round {seed}: {count} files, {wrong} wrong answers, longest {longest:.1f} s ({slowest}), "
        f"peak {own:,} MB here and {children:,} MB in a decoder"
    )


if __name__ == "__main__":
    main()

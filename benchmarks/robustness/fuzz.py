"""Altered files for every reader, for as long as you like: with atheris where it is installed, else from a seed.

    python -m benchmarks.robustness.fuzz --minutes 15 --kinds npz bvh photos clips
    python -m benchmarks.robustness.fuzz --kinds npz --atheris           # coverage-guided; pip install atheris

Each altered file must be read, or refused with one sentence that names it. A file that is not is kept in ``--out``.
"""

from __future__ import annotations

import argparse
import itertools
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.robustness.corpus import KINDS, Case, judged
from benchmarks.robustness.readers import READERS


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=1.0, help="for each kind")
    parser.add_argument("--kinds", nargs="+", default=list(KINDS), choices=list(KINDS))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("outputs/fuzz"), help="folder of files with wrong answers")
    parser.add_argument("--atheris", action="store_true", help="one kind only, until it fails or is stopped")
    options = parser.parse_args()
    if options.atheris:
        _guided(options.kinds[0], options.out)
        return
    for kind in options.kinds:
        count, wrong, longest = fuzz(kind, 60 * options.minutes, options.seed, options.out)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        print(
            f"{kind:7s} {count:,} files, {wrong} wrong answers, longest {longest:.2f} s, peak {peak:,} MB", flush=True
        )


def fuzz(kind: str, seconds: float, seed: int, out: Path) -> tuple[int, int, float]:
    """Files read in so many seconds, wrong answers among them, and the longest time of one."""
    count = wrong = 0
    longest, end = 0.0, time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder:
        for case in mutations(kind, seed):
            if time.monotonic() > end:
                break
            before = time.monotonic()
            problem = judged(case, Path(folder), READERS[kind])
            longest, count = max(longest, time.monotonic() - before), count + 1
            if problem:
                wrong += 1
                print(problem[:400], flush=True)
                out.mkdir(parents=True, exist_ok=True)
                (out / f"{count}-{case.name}").write_bytes(case.data)
    return count, wrong, longest


def mutations(kind: str, seed: int) -> Iterator[Case]:
    """Files of the corpus, altered a little, without end."""
    corpus = [case for case in KINDS[kind](seed) if len(case.data) > 16]
    draw = random.Random(seed)
    for number in itertools.count():
        case = draw.choice(corpus)
        yield Case(f"{number}-{case.name}", mutated(case.data, draw, draw.choice(corpus).data))


def mutated(data: bytes, draw: random.Random, other: bytes) -> bytes:
    """Some bytes changed, cut out, doubled, or taken from another file."""
    changed = bytearray(data)
    for _ in range(draw.choice((1, 1, 2, 4, 16))):
        place = draw.randrange(len(changed))
        length = draw.choice((1, 2, 4, 8, 64))
        how = draw.randrange(5)
        if how == 0:
            changed[place : place + length] = draw.randbytes(length)
        elif how == 1:
            changed[place : place + length] = draw.choice((b"\0", b"\xff", b"\x7f")) * length
        elif how == 2 and len(changed) > 2 * length:
            del changed[place : place + length]
        elif how == 3:
            changed[place:place] = changed[place : place + length]
        else:
            start = draw.randrange(len(other))
            changed[place : place + length] = other[start : start + length]
    return bytes(changed)


def _guided(kind: str, out: Path) -> None:
    """Let atheris choose the bytes, by coverage."""
    import atheris

    with tempfile.TemporaryDirectory() as folder:
        seeds = Path(folder) / "seeds"
        seeds.mkdir()
        for case in KINDS[kind](0):
            (seeds / case.name).write_bytes(case.data)
        suffix = {"photos": "png", "clips": "mp4", "pickles": "pkl"}.get(kind, kind)

        def one(data: bytes) -> None:
            problem = judged(Case(f"a.{suffix}", data), Path(folder), READERS[kind])
            if problem:
                out.mkdir(parents=True, exist_ok=True)
                raise AssertionError(problem)

        atheris.instrument_all()
        atheris.Setup([sys.argv[0], str(seeds), f"-artifact_prefix={out}/"], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()

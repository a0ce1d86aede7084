"""Kill a process in the middle of its saves, and fill the disk: the file or folder must be the old one or the new one.

    python -m benchmarks.robustness.saves --kills 50
    mount -t tmpfs -o size=64m tmpfs SMALL && python -m benchmarks.robustness.saves --kills 0 --disk SMALL

Each kind of output is written again and again by a process, which is killed (SIGKILL) after a random time, up to that
of one save. Then the output is read by the product's own reader. The disk is full when so much is left as ``SHARES`` of
the output's size: on a small disk of one's own (``--disk``, on which a file takes up the rest), else by a limit to the
size of files. The old version must be unchanged, with one sentence as the error, or the new one whole.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from benchmarks.robustness.corpus import sentence_problem
from benchmarks.robustness.outputs import KINDS, load_drawing

SHARES = (0.0, 0.05, 0.3, 0.6, 0.95, 1.4)
"""Room on the full disk, as parts of the output's size."""


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50, help="kills of each kind of output; 0: only the full disk")
    parser.add_argument("--kinds", nargs="+", default=list(KINDS), choices=list(KINDS))
    parser.add_argument("--disk", type=Path, help="folder of a small disk of its own, which is filled")
    parser.add_argument("--full", help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.full:
        print(json.dumps(_write_on_a_full_disk(given.full, given.out, given.disk is not None)))
        return
    for name in given.kinds:
        broken, saves = kills(name, given.kills) if given.kills else (0, 0)
        about = f"{given.kills} kills in {saves:,} saves, {broken} broken; " if given.kills else ""
        print(f"{name:9s} {about}full disk: {full_disk(name, given.disk)}", flush=True)


def kills(name: str, count: int, seed: int = 0) -> tuple[int, int]:
    """Broken outputs of ``count`` kills, and saves that were begun."""
    draw, broken, saves, kind = random.Random(seed), 0, 0, KINDS[name]
    context = multiprocessing.get_context("fork")
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / kind.name
        if kind.drawn:
            load_drawing()
        else:
            kind.write(out, 0)  # imports what the forked processes need
        for _ in range(count):
            made, longest = context.Value("i", 0), context.Value("d", 0.0)
            child = context.Process(target=_write_for_ever, args=(name, out, made, longest))
            child.start()
            while made.value < 2 and child.is_alive():  # the first one takes longer
                time.sleep(0.002)
            time.sleep(draw.uniform(0, longest.value))
            child.kill()
            child.join()
            saves += made.value + 1
            try:
                kind.read(out)
            except Exception as error:
                print(f"{name}: {error!r}"[:300])
                broken += 1
            for rest in Path(folder).glob(".partial-*"):
                shutil.rmtree(rest) if rest.is_dir() else rest.unlink()
    return broken, saves


def full_disk(name: str, disk: Path | None = None) -> str:
    """What saves onto a full disk do: counts of shares with the old and the new version, and what is said."""
    with tempfile.TemporaryDirectory(dir=disk) as folder:
        out = Path(folder) / KINDS[name].name
        command = [sys.executable, "-m", "benchmarks.robustness.saves", "--full", name, "--out", str(out)]
        command += ["--disk", str(disk)] if disk else []
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return f"FAILED: {done.stderr[-600:]}"
    told = json.loads(done.stdout.splitlines()[-1])
    wrong = "".join(f"; WRONG with {share} of the room: {about}" for share, about in told["wrong"].items())
    return f"old version {told['old']} times, new version {told['new']} times{wrong}; {' | '.join(told['said'])}"


def _write_for_ever(name: str, out: Path, made: Any, longest: Any) -> None:
    """Write again and again; ``made`` counts, ``longest`` is the time of a save but the first."""
    while True:
        started = time.monotonic()
        KINDS[name].write(out, made.value + 1)
        if made.value:
            longest.value = max(longest.value, time.monotonic() - started)
        made.value += 1


def _write_on_a_full_disk(name: str, out: Path, small: bool) -> dict[str, Any]:
    """Write a version, and then others with less and less room."""
    kind = KINDS[name]
    found: dict[str, Any] = {"old": 0, "new": 0, "said": [], "wrong": {}}
    kind.write(out, 0)
    kind.write(out, 1)
    there = set(out.parent.iterdir())
    for number, share in enumerate(SHARES, start=2):
        before, error = _content(out), ""
        sizes = [len(data) for data in before.values()]
        with _filled(out.parent, int(share * sum(sizes))) if small else _limited(int(share * max(sizes))):
            try:
                kind.write(out, number)
            except Exception as raised:
                error = str(raised)
        problem = _problem(kind.read, out, before, error) or sorted(map(str, set(out.parent.iterdir()) - there))
        if problem:
            found["wrong"][share] = str(problem)
        found["old" if error else "new"] += 1
        found["said"] = sorted({*found["said"], *([error] if error else [])})
    return found


def _problem(read: Any, out: Path, before: dict[str, bytes], error: str) -> str | None:
    """What is wrong after a save, or None."""
    try:
        read(out)
    except Exception as raised:
        return f"it cannot be read: {raised!r}"
    if error and _content(out) != before:
        return f"the old version is changed: {error}"
    return sentence_problem(error) if error else None


@contextlib.contextmanager
def _limited(size: int) -> Iterator[None]:
    """No file larger than ``size`` bytes can be written."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@contextlib.contextmanager
def _filled(folder: Path, room: int) -> Iterator[None]:
    """The disk of a folder with ``room`` bytes left."""
    ballast, block = folder / "ballast", bytes(4096)
    free = shutil.disk_usage(folder).free - room
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        os.posix_fallocate(file.fileno(), 0, max(free, 1))
        while room < 4096:
            file.write(block)
    try:
        yield
    finally:
        ballast.unlink()


def _content(out: Path) -> dict[str, bytes]:
    files = [out] if out.is_file() else sorted(path for path in out.rglob("*") if path.is_file())
    return {str(path.relative_to(out)): path.read_bytes() for path in files}


if __name__ == "__main__":
    main()

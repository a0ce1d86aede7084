"""Altered files for every reader, for as long as you like: with atheris where it is installed, else from a seed.

    python -m benchmarks.robustness.fuzz --minutes 15 --record outputs/fuzz/record.json
    python -m benchmarks.robustness.fuzz --minutes 15 --suffixes mp4 webm
    python -m benchmarks.robustness.fuzz --suffixes npz --atheris         # coverage-guided; pip install atheris

Each altered file must be read, or refused with one sentence that names it. Readers are used as the product uses them,
so that clips and large decoders of photos run in their own process. Times are of a processor, of this process and the
decoders together; ``--minutes`` are for each suffix. With ``--record`` what was done is kept, and a later run goes on
from there. A file with a wrong answer is kept in ``--out``.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import itertools
import json
import os
import random
import sys
import tempfile
import time
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.robustness.corpus import KINDS, Case, judged
from benchmarks.robustness.corpus.photos import LARGE_DECODERS
from benchmarks.robustness.corpus.photos import cases as photo_cases
from benchmarks.robustness.readers import PRODUCT

KIND_OF = {
    **dict.fromkeys(("npz", "npy", "bvh", "glb"), ""), "pkl": "pickles", "pt": "pickles",
    **dict.fromkeys(("png", "jpg", "webp", "heic", "avif", "tif", "jp2", "bmp", "ppm"), "photos"),
    **dict.fromkeys(("mp4", "gif", "webm", "avi", "mkv", "mov", "mpg", "ts"), "clips"),
}  # fmt: skip
"""Kind of file by suffix, where it is not the suffix itself."""
KEPT_SECONDS = 20.0
"""Time between two notes of what was done."""


@dataclass
class Done:
    """What was done with the files of one suffix: seconds, files, wrong answers, and the longest time of one file."""

    seconds: float = 0.0
    files: int = 0
    wrong: int = 0
    longest: float = 0.0


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=1.0, help="of a processor, for each suffix")
    parser.add_argument("--suffixes", nargs="+", default=list(KIND_OF), choices=list(KIND_OF))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("outputs/fuzz"), help="folder of files with wrong answers")
    parser.add_argument("--record", type=Path, help="JSON file of what was done, to go on from")
    parser.add_argument("--atheris", action="store_true", help="one suffix only, until it fails or is stopped")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    if options.atheris:
        _guided(options.suffixes[0], options.out)
        return
    record = _Record(options.record)
    for suffix in options.suffixes:
        done = fuzz(suffix, 60 * options.minutes, options.seed, options.out, record)
        print(
            f"{suffix:5s} {done.seconds / 60:.1f} min, {done.files:,} files, {done.wrong} wrong answers, "
            f"longest {done.longest:.2f} s",
            flush=True,
        )


class _Record:
    """What was done, by suffix, in a file if one is given."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        kept = json.loads(path.read_text()) if path and path.exists() else {}
        self.done = {suffix: Done(**one) for suffix, one in kept.items()}

    def keep(self) -> None:
        if self._path:
            from hmvlm.atomic import write_text

            write_text(self._path, json.dumps({suffix: asdict(one) for suffix, one in self.done.items()}, indent=1))


def fuzz(suffix: str, seconds: float, seed: int, out: Path, record: _Record | None = None) -> Done:
    """Read altered files until so many processor seconds are used, those of the record among them."""
    record = record or _Record(None)
    done = record.done.setdefault(suffix, Done())
    before, kept, used = done.seconds, time.monotonic(), _processor()
    read = PRODUCT[KIND_OF[suffix] or suffix]
    with tempfile.TemporaryDirectory() as folder:
        for case in mutations(KIND_OF[suffix] or suffix, seed + done.files, suffix):
            done.seconds = before + _processor() - used
            if done.seconds >= seconds:
                break
            started = _processor()
            problem = judged(case, Path(folder), read)
            done.longest, done.files = max(done.longest, _processor() - started), done.files + 1
            if problem:
                done.wrong += 1
                print(problem[:400], flush=True)
                out.mkdir(parents=True, exist_ok=True)
                (out / f"{done.files}-{case.name}").write_bytes(case.data)
            if time.monotonic() - kept > KEPT_SECONDS:
                kept = time.monotonic()
                record.keep()
    record.keep()
    return done


def _processor() -> float:
    """Processor seconds of this process and of those that it has waited for."""
    return sum(os.times()[:4])


def mutations(kind: str, seed: int, suffix: str = "") -> Iterator[Case]:
    """Files of the corpus, altered a little, without end; only those of a suffix where one is given."""
    cases = list(KINDS[kind](0))
    if kind == "photos" and suffix in LARGE_DECODERS:
        cases = list(photo_cases(0, {suffix: LARGE_DECODERS[suffix]}))
    corpus = [case for case in cases if len(case.data) > 16 and case.name.endswith(suffix)]
    draw = random.Random(seed)
    for number in itertools.count():
        case, other = draw.choice(corpus), draw.choice(corpus)
        inside = INSIDE.get(case.name.rpartition(".")[2])
        data = inside(case.data, draw) if inside and draw.random() < 0.5 else None
        yield Case(f"{number}-{case.name}", mutated(case.data, draw, other.data) if data is None else data)


def in_archive(data: bytes, draw: random.Random) -> bytes | None:
    """A zip archive with one member altered and its checksum right; None where it is no archive."""
    stream = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
            names = [name for name in old.namelist() if old.getinfo(name).file_size > 1]
            chosen = draw.choice(names)
            for name in old.namelist():
                content = old.read(name)
                new.writestr(name, mutated(content, draw, content) if name == chosen else content)
    except (
        zipfile.BadZipFile,
        zlib.error,
        ValueError,
        IndexError,
        OSError,
        NotImplementedError,
        RuntimeError,
        EOFError,
    ):
        return None
    return stream.getvalue()


def in_chunk(data: bytes, draw: random.Random) -> bytes | None:
    """A PNG with one chunk altered and its checksum right; None where it has no chunks."""
    chunks, place = [], 8
    while place + 12 <= len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        chunks.append((data[place + 4 : place + 8], data[place + 8 : place + 8 + length]))
        place += 12 + length
    full = [number for number, (_, content) in enumerate(chunks) if content]
    if not full:
        return None
    chosen = draw.choice(full)
    kind, content = chunks[chosen]
    if kind == b"IDAT" and draw.random() < 0.7:
        with contextlib.suppress(zlib.error):
            rows = zlib.decompress(content)
            content = zlib.compress(mutated(rows, draw, rows))
    else:
        content = mutated(content, draw, content)
    chunks[chosen] = (kind, content)
    packed = (len(two).to_bytes(4, "big") + one + two + zlib.crc32(one + two).to_bytes(4, "big") for one, two in chunks)
    return data[:8] + b"".join(packed)


INSIDE = {"npz": in_archive, "pt": in_archive, "png": in_chunk}
"""Changes behind a checksum, which half of the files get, by suffix."""


def mutated(data: bytes, draw: random.Random, other: bytes) -> bytes:
    """Some bytes changed, cut out, doubled, or taken from another file."""
    changed = bytearray(data or b"\0")
    other = other or b"\0"
    for _ in range(draw.choice((1, 1, 2, 4, 16))):
        place = draw.randrange(len(changed) or 1)
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


def _guided(suffix: str, out: Path) -> None:
    """Let atheris choose the bytes, by coverage."""
    import atheris

    kind = KIND_OF[suffix] or suffix
    with tempfile.TemporaryDirectory() as folder:
        seeds = Path(folder) / "seeds"
        seeds.mkdir()
        for case in KINDS[kind](0):
            if case.name.endswith(suffix):
                (seeds / case.name).write_bytes(case.data)

        def one(data: bytes) -> None:
            problem = judged(Case(f"a.{suffix}", data), Path(folder), PRODUCT[kind])
            if problem:
                out.mkdir(parents=True, exist_ok=True)
                raise AssertionError(problem)

        atheris.instrument_all()
        atheris.Setup([sys.argv[0], str(seeds), f"-artifact_prefix={out}/"], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()

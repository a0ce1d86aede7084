"""Kill a process in the middle of its saves, and fill the disk: the file or folder must be the old one or the new one.

    python -m benchmarks.robustness.saves --kills 50

Each kind of output is written again and again by a forked process, which is killed (SIGKILL) after a random time. Then
the output is read by the product's own reader. For a full disk, the largest file that the child may write is limited
to a part of the output's size; the old version must be unchanged, and the error one sentence.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

KINDS = ("npz", "bvh", "glb", "mp4", "png", "json", "zip", "checkpoint")


@dataclass(frozen=True)
class Kind:
    """How an output is written, with a number that changes it, and read back."""

    write: Callable[[Path, int], object]
    read: Callable[[Path], object]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50, help="kills of each kind of output")
    parser.add_argument("--kinds", nargs="+", default=KINDS, choices=KINDS)
    parser.add_argument("--full", help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.full:
        print(json.dumps(_write_on_a_full_disk(given.full, given.out)))
    else:
        for name in given.kinds:
            broken, saves = kills(name, given.kills)
            about = f"{given.kills} kills in {saves:,} saves, {broken} broken"
            print(f"{name:11s} {about}; full disk: {full_disk(name)}", flush=True)


def kills(name: str, count: int, seed: int = 0) -> tuple[int, int]:
    """Broken outputs of ``count`` kills, and saves that were begun."""
    draw, broken, saves = random.Random(seed), 0, 0
    context = multiprocessing.get_context("fork")  # what the saves import has been imported by the first one
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / f"out.{name}" if name != "checkpoint" else Path(folder) / "out"
        kind(name).write(out, 0)
        for _ in range(count):
            made = context.Value("i", 0)
            child = context.Process(target=_write_for_ever, args=(name, out, made))
            child.start()
            while not made.value and child.is_alive():
                time.sleep(0.01)
            time.sleep(draw.uniform(0, 0.3))
            child.kill()
            child.join()
            saves += made.value + 1
            try:
                kind(name).read(out)
            except Exception as error:
                print(f"{name}: {error!r}"[:300])
                broken += 1
            for rest in Path(folder).glob(".partial-*"):
                shutil.rmtree(rest) if rest.is_dir() else rest.unlink()
    return broken, saves


def full_disk(name: str) -> str:
    """What a save onto a full disk does: ``old version kept: <the sentence>``, or what was wrong."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / f"out.{name}" if name != "checkpoint" else Path(folder) / "out"
        command = [sys.executable, "-m", "benchmarks.robustness.saves", "--full", name, "--out", str(out)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return f"FAILED: {done.stderr[-300:]}"
    told = json.loads(done.stdout.splitlines()[-1])
    return f"{'old version kept' if told['kept'] else 'OLD VERSION LOST'}: {told['error']}"


def _write_for_ever(name: str, out: Path, made: Any) -> None:
    """Write again and again; ``made`` counts."""
    while True:
        kind(name).write(out, made.value + 1)
        made.value += 1


def _write_on_a_full_disk(name: str, out: Path) -> dict[str, object]:
    """Write a version, then a second one with a limit of a part of the first one's size."""
    import resource

    made = kind(name)
    made.write(out, 0)
    made.write(out, 1)
    before, error = _content(out), ""
    largest = max(len(data) for data in before.values())
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest // 3, resource.RLIM_INFINITY))
    try:
        made.write(out, 2)
    except Exception as raised:
        error = f"{type(raised).__name__}: {raised}"
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    made.read(out)
    left = [path.name for path in out.parent.iterdir() if path != out]
    return {"kept": _content(out) == before and bool(error) and not left, "error": error, "left": left}


def _content(out: Path) -> dict[str, bytes]:
    files = [out] if out.is_file() else sorted(path for path in out.rglob("*") if path.is_file())
    return {str(path.relative_to(out)): path.read_bytes() for path in files}


def kind(name: str) -> Kind:
    """How one of :data:`KINDS` is written and read."""
    from hmvlm.motion.clip import Motion

    def motion(number: int) -> Motion:
        poses = np.zeros((200, 24, 3))
        poses[:, 16, 2] = np.linspace(0, 1 + 0.01 * (number % 50), 200)
        return Motion(poses, np.zeros((200, 3)))

    if name in ("npz", "bvh"):
        return Kind(lambda path, number: motion(number).save(path), Motion.load)
    if name == "glb":
        return Kind(lambda path, number: motion(number).save(path), _read_glb)
    made = {
        "mp4": Kind(_write_mp4, _read_mp4),
        "png": Kind(_write_png, _read_png),
        "json": Kind(_write_json, _read_json),
    }
    made |= {"zip": Kind(_write_zip, _read_zip), "checkpoint": Kind(_write_checkpoint, _read_checkpoint)}
    return made[name]


def _read_glb(path: Path) -> None:
    import trimesh

    trimesh.load(path)


def _noise(number: int, size: int = 128) -> np.ndarray:
    return np.random.default_rng(number).integers(0, 256, (size, size, 3), dtype=np.uint8)


def _write_mp4(path: Path, number: int) -> None:
    from hmvlm.render.video import encode

    encode((_noise(number + k) for k in range(20)), 20, path, (128, 128), 20.0)


def _read_mp4(path: Path) -> None:
    import av

    with av.open(str(path)) as container:
        if sum(1 for _ in container.decode(video=0)) != 20:
            raise ValueError("frames are missing")


def _write_png(path: Path, number: int) -> None:
    from PIL import Image

    from hmvlm.atomic import atomic_file

    with atomic_file(path) as partial:
        Image.fromarray(_noise(number, 256)).save(partial)


def _read_png(path: Path) -> None:
    from hmvlm.vision.image import read_image

    read_image(path)


def _write_json(path: Path, number: int) -> None:
    from hmvlm.atomic import write_text

    write_text(path, json.dumps({"number": number, "row": list(range(20_000))}))


def _read_json(path: Path) -> None:
    json.loads(path.read_text())


def _write_zip(path: Path, number: int) -> None:
    from hmvlm.ui.exports import write_chat
    from hmvlm.ui.session import Session, Turn

    session = Session()
    session.turns.append(Turn("out"))
    session.turns[0].text = _noise(number, 64).tobytes().hex()
    written = write_chat(session, path.parent)
    assert written == path


def _read_zip(path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(path) as archive:
        if archive.testzip() is not None:
            raise ValueError("damaged")


def _write_checkpoint(path: Path, number: int) -> None:
    from hmvlm.config import TokenizerConfig
    from hmvlm.tokenizer.model import BodyPartTokenizer

    model = BodyPartTokenizer(TokenizerConfig())
    with torch.no_grad():
        next(model.parameters()).fill_(number % 100)
    model.save_pretrained(path)


def _read_checkpoint(path: Path) -> None:
    from hmvlm.tokenizer.model import BodyPartTokenizer

    BodyPartTokenizer.from_pretrained(path)


if __name__ == "__main__":
    main()

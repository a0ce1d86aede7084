"""What protects a run: from a second one in its folder, from a kill in the middle of a step,
from destroying a result.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from train.loop.record import is_file_output, read_record
from train.loop.state import StateError


@contextlib.contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Nobody else trains with this state folder inside the block; StateError if somebody does."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise StateError(f"another process trains with {folder}; use another --state") from None
    try:
        yield
    finally:
        lock.release()


class StopSignals:
    """SIGTERM and SIGINT inside the block are noted instead of obeyed; at its end the process exits as they ask.

    So a run can finish its step and save. A second SIGINT raises KeyboardInterrupt at once. Only the main thread can
    receive signals; elsewhere the block changes nothing.
    """

    def __init__(self) -> None:
        self.received: int | None = None
        self._handlers: dict[int, Any] = {}

    def __enter__(self) -> StopSignals:
        if threading.current_thread() is threading.main_thread():
            self._handlers = {number: signal.signal(number, self._note) for number in (signal.SIGTERM, signal.SIGINT)}
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        if kind is None and self.received is not None:
            raise SystemExit(128 + self.received)

    def _note(self, number: int, frame: object) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self.received = number


def refuse(taken: Path | None) -> None:
    """StateError if there is a result of another run."""
    if taken:
        raise StateError(f"{taken} exists; choose another --out, or add --overwrite to replace it")


def unchanged(before: dict[str, Any], out: Path, stage: str) -> None:
    """StateError if another run has written the stage's result to ``out`` since its records were ``before``."""
    now = read_record(out).get(stage)
    if now and now != before.get(stage):
        raise StateError(f"another run wrote {out} meanwhile; the state is kept: add --resume and another --out")


def existing_output(out: Path, names: Iterable[str]) -> Path | None:
    """The first of the outputs that exists: the file ``out`` itself, or one of the names inside the folder ``out``.

    Raises:
        StateError: ``out`` exists and is a file where a folder is written, or a folder where a file is.
    """
    if out.exists() and out.is_file() != is_file_output(out):
        kind = "a file that ends in .safetensors" if is_file_output(out) else "a folder"
        raise StateError(f"--out {out} must be {kind}; choose another name")
    if is_file_output(out):
        return out if out.exists() else None
    return next((out / name for name in names if (out / name).exists()), None)

"""What protects a run: from a second one in its folder, from a kill in the middle of a step,
from destroying a result.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout

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


@contextlib.contextmanager
def stop_signals() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set inside the block; a second SIGINT raises KeyboardInterrupt as usual."""
    stopped = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stopped
        return

    def stop(number: int, frame: object) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        stopped.set()

    kept = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stopped
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


def existing_output(out: Path, names: Iterable[str]) -> Path | None:
    """The first of the outputs that exists: the file ``out`` itself, or one of the names inside the folder ``out``."""
    if out.suffix:
        return out if out.exists() else None
    return next((out / name for name in names if (out / name).exists()), None)

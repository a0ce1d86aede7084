"""Decoding in a process of its own, so that no file can harm this one: its death is a sentence about the file.

:class:`Decoding` starts :mod:`hmvlm.vision.decoder_process` with a job and reads its messages. The process has no more
of the environment than it needs to start, opens one file, and writes to a pipe only.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from hmvlm import limits
from hmvlm.vision.media import READABLE, MediaError

logger = logging.getLogger(__name__)

SENTENCES = {
    "damaged": "{name} cannot be read as a video: it is damaged, cut off or of an unknown kind; use {readable}.",
    "sound": "{name} holds no moving picture, perhaps only sound; choose a video of a person.",
    "codec": "{name} is coded as {codec}, which is not read here; save it as MP4 with H.264 first.",
    "pixels": "{name} has frames of {width} x {height} pixels; shrink it to 4K or less first.",
    "frames": "{name} has more than {frames:,} frames in its beginning; save it with 60 frames a second or fewer.",
    "broken off": "{name} is damaged after {done} of its frames; save it anew, for example as MP4.",
    "memory": "{name} needs more than the {megabytes:,} MB of memory that decoding may use; save it smaller first.",
    "time": "{name} takes too long to decode; save it smaller or shorter, for example as MP4 with H.264.",
    "dead": "{name} makes the decoder fail ({how}); it is damaged, so save it anew.",
    "sentence": "{sentence}",
}
"""What a user is told, by the reason that the process gives."""
_NOT_STARTED = 3
_START = (
    "import os, sys, json\n"
    "try:\n sys.path[:] = json.loads(sys.argv[1])\n from hmvlm.vision.decoder_process import main\n"
    f"except BaseException:\n os._exit({_NOT_STARTED})\n"
    "main()"
)
_ENVIRONMENT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG", "LC_ALL")
_PIPE_BYTES = 1 << 20
_POLL_SECONDS = 0.1
_OUT_OF_TIME = (1, *(-getattr(signal, name, 1) for name in ("SIGPROF", "SIGXCPU", "SIGKILL")))
"""Status of a process whose clock ran out, or that used more of a processor than it may."""
_PATIENCE = limits.DECODER_WAIT_SECONDS + 30
"""Seconds without a byte after which the process is given up; it gives up by itself before."""


class DecodingStopped(MediaError):
    """The caller asked to stop."""


class Decoding:
    """One job in a process of its own; use it in a ``with`` block, at whose end the process is gone.

    Args:
        job: arguments of the process, see :mod:`hmvlm.vision.decoder_process`. name: what to call the file.
        cancel: set it to stop; :class:`DecodingStopped` is raised within a fraction of a second.
    """

    def __init__(self, job: dict[str, Any], name: str, cancel: threading.Event | None = None) -> None:
        self._name, self._cancel = name, cancel
        paths = [os.path.abspath(path) for path in sys.path]
        environment = {key: os.environ[key] for key in _ENVIRONMENT if key in os.environ}
        environment |= {"MALLOC_ARENA_MAX": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _START, json.dumps(paths)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=environment,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._output = self._process.stdout
        _enlarge(self._output.fileno())
        with contextlib.suppress(BrokenPipeError):  # it died already; reading tells why
            self._process.stdin.write(json.dumps(job).encode() + b"\n")
            self._process.stdin.close()

    def __enter__(self) -> Decoding:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._output.close()
        self._process.wait()

    def message(self) -> dict[str, Any]:
        """The JSON message that comes next.

        Raises:
            MediaError: the file cannot be decoded; one sentence.
        """
        tag, size = self._head()
        if tag != b"J":
            raise MediaError(self._sentence("damaged"))
        return json.loads(bytes(self._exactly(bytearray(size))))

    def pictures(self, size: tuple[int, int]) -> Iterator[np.ndarray]:
        """Pictures ``(H, W, 3)`` uint8 of ``size`` (width, height) until the end; errors as for :meth:`message`."""
        while True:
            tag, length = self._head()
            if tag == b"D":
                return
            picture = np.empty((size[1], size[0], 3), np.uint8)
            if tag != b"F" or length != picture.nbytes:
                raise MediaError(self._sentence("damaged"))
            self._exactly(picture.data.cast("B"))
            yield picture

    def _head(self) -> tuple[bytes, int]:
        tag, length = struct.unpack("<cI", self._exactly(bytearray(5)))
        if tag == b"E":
            about = json.loads(bytes(self._exactly(bytearray(length))))
            logger.debug("%s: %s", self._name, about)
            raise MediaError(self._sentence(**about))
        return tag, length

    def _exactly(self, target: bytearray | memoryview) -> bytearray | memoryview:
        """Fill a buffer from the pipe."""
        view, filled = memoryview(target), 0
        while filled < len(view):
            self._wait()
            got = self._output.readinto(view[filled:])  # type: ignore[attr-defined]  # a raw stream
            if not got:
                raise MediaError(self._epitaph())
            filled += got
        return target

    def _wait(self) -> None:
        """Wait until there is something to read."""
        if os.name != "posix":  # no select for pipes: the process gives up by itself
            return
        end = time.monotonic() + _PATIENCE
        while not select.select([self._output], [], [], _POLL_SECONDS)[0]:
            if self._cancel is not None and self._cancel.is_set():
                raise DecodingStopped(f"Reading {self._name} was stopped.")
            if time.monotonic() > end:
                raise MediaError(self._sentence("time"))

    def _epitaph(self) -> str:
        """Why the process ended without a word."""
        status = self._process.wait()
        logger.debug("%s: the decoder ended with status %d", self._name, status)
        if status in _OUT_OF_TIME:
            return self._sentence("time")
        if status == _NOT_STARTED:
            raise RuntimeError("the decoder's process does not start; is the package hmvlm installed completely?")
        how = f"signal {-status}" if status < 0 else f"status {status}"
        return self._sentence("dead", how=how)

    def _sentence(self, reason: str, **details: Any) -> str:
        return sentence(self._name, reason, **details)


def sentence(name: str, reason: str, **details: Any) -> str:
    """What a user is told of a file: one of :data:`SENTENCES` with its details filled in."""
    known = {"name": name, "readable": READABLE, "frames": limits.VIDEO_FRAMES}
    known |= {"megabytes": limits.DECODER_BYTES // limits.MEGABYTE}
    return SENTENCES.get(reason, SENTENCES["damaged"]).format(**{**known, **details})


def job_for(path: Path, task: str, **details: Any) -> dict[str, Any]:
    """A job on a file."""
    return {"task": task, "file": str(path.resolve()), **details}


def _enlarge(handle: int) -> None:
    """Let the pipe hold more than a few rows of a picture, where the system allows it."""
    try:
        import fcntl

        fcntl.fcntl(handle, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)  # type: ignore[attr-defined,unused-ignore]
    except (ImportError, AttributeError, OSError):
        return

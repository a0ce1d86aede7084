"""The app as a process of its own on a free port, for benchmarks and those tests that need a whole server."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 300.0
"""Time in which the page must be served, and again in which the model must be loaded."""
STOP_SECONDS = 20.0


class Server:
    """``app.py`` as a child process; a context manager, entered when the page is served.

    Args:
        log: file for what it says.
        arguments: further ones.
        module: served instead of ``app.py``; it takes the port as its only argument.
        environment: variables added to those of this process.

    Attributes:
        url: address of the page, with a slash at its end. started: the monotonic clock at the start.
    """

    def __init__(
        self,
        log: Path,
        arguments: Sequence[str] = (),
        module: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self.log = log
        run = ["app.py", "--port"] if module is None else ["-m", module]
        self.started = time.monotonic()
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, *run, str(self.port), *arguments],
                cwd=ROOT,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})},
            )

    def __enter__(self) -> Server:
        try:
            self.wait_served()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the process."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def wait_served(self) -> float:
        """Seconds from the start until the page answers."""
        return self._wait(self._answers, "answer")

    def wait_ready(self) -> float:
        """Seconds from the start until the model is loaded."""
        return self._wait(lambda: self.health()["model"] == "ready", "load its model")

    def health(self) -> dict[str, object]:
        """What the server says of itself."""
        with urllib.request.urlopen(f"{self.url}healthz", timeout=5) as reply:
            return json.load(reply)

    def peak_memory(self) -> float:
        """Largest resident memory of the process so far, in GiB (Linux)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 2**20

    def _answers(self) -> bool:
        with urllib.request.urlopen(self.url, timeout=5) as reply:
            return reply.status == 200

    def _wait(self, there, doing: str) -> float:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError(f"the app ended with status {self.process.returncode}:\n{self.said()}")
            try:
                if there():
                    return time.monotonic() - self.started
            except (urllib.error.URLError, OSError):
                pass
            time.sleep(0.1)
        raise RuntimeError(f"the app did not {doing} within {START_SECONDS:g} s:\n{self.said()}")

    def said(self) -> str:
        """The log so far."""
        return self.log.read_text(errors="replace")

"""Hostile files and messages through the page, and calls of its endpoints for programs: a server of its own over HTTP.

    python -m benchmarks.robustness.page
    python -m benchmarks.robustness.page --kinds given --files FOLDER
    python -m benchmarks.robustness.page --address http://127.0.0.1:7860     a server that runs already

A file is uploaded and sent without words, as a browser does, in a new chat. There must be an answer, or one sentence
that names the file. The memory of the server's processes is looked at ten times a second, and its log must have no
traceback.
"""

from __future__ import annotations

import contextlib
import functools
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil

from benchmarks.robustness.corpus import EITHER, files
from benchmarks.robustness.corpus.words import CALLS, MESSAGES
from benchmarks.robustness.shell import given_files
from benchmarks.robustness.tally import Answer, Tally, parser, quickest
from benchmarks.robustness.visitor import Visitor

STARTED_SECONDS = 300.0
"""Time in which the server must have loaded the model."""
LOOK_SECONDS = 0.1


def main() -> None:
    """The command line."""
    given = parser(__doc__)
    given.add_argument("--address", help="of a server that runs already")
    given.add_argument("--log", type=Path, help="file for the log of the server")
    options = given.parse_args()
    with contextlib.ExitStack() as stack:
        if options.address:
            address, watch = options.address, Watch(None)
        else:
            server = stack.enter_context(Server(options.log))
            address, watch = server.address, stack.enter_context(Watch(server.process.pid))
        tally = Tally()
        with Visitor(address) as visitor:
            chosen = [
                one for one in inputs(options.seed, options.files) if not options.kinds or one[0] in options.kinds
            ]
            for kind, name, expected, content in chosen[:: options.every]:
                watch.peak = 0
                answer = quickest(functools.partial(ask, visitor, content, name, watch))
                for line in tally.add(kind, name, expected, answer, isinstance(content, bytes)):
                    print(line, flush=True)
            health = httpx.get(f"{address}/healthz").json()
    print("\n".join(tally.lines()))
    print(f"the server at the end: {health}")
    if not options.address:
        print(f"tracebacks in its log: {server.log.read_text(errors='replace').count('Traceback')}")


def inputs(seed: int, given: list[str]) -> Iterator[tuple[str, str, str, Any]]:
    """Kind, name, expected class of the answer, and content of every input: bytes, a message, or a call."""
    for kind, case in files(seed):
        yield kind, case.name, case.expected, case.data
    for path in given_files(given):
        yield "given", path.name, EITHER, path.read_bytes()
    for call in CALLS:
        yield "calls", repr(call), EITHER, call
    for message in MESSAGES:
        yield "messages", message, EITHER, message


def ask(visitor: Visitor, content: Any, name: str, watch: Watch) -> Answer:
    """The server's answer to one input."""
    started = time.monotonic()
    refused = crash = None
    visitor.new_chat()
    try:
        if isinstance(content, tuple):
            _, refused = visitor.call(*content)
        else:
            uploads = [visitor.upload(name, content)] if isinstance(content, bytes) else []
            said = visitor.send(content if isinstance(content, str) else "", uploads)
            refused = said.error or said.warning
            if refused is None and not said.text.strip():
                crash = "an empty answer"
    except ValueError as error:
        refused = str(error)
    except httpx.HTTPError as error:
        crash = f"{type(error).__name__}: {error}"
    return Answer(refused, time.monotonic() - started, megabytes=watch.peak, crash=crash)


class Watch:
    """Largest memory of a process and of each of its children, in MB; of no process without a number."""

    def __init__(self, process: int | None) -> None:
        self.peak = 0
        self._process = psutil.Process(process) if process else None
        self._ended = threading.Event()

    def __enter__(self) -> Watch:
        threading.Thread(target=self._look, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()

    def _look(self) -> None:
        while self._process and not self._ended.wait(LOOK_SECONDS):
            with contextlib.suppress(psutil.Error):
                for one in (self._process, *self._process.children(recursive=True)):
                    with contextlib.suppress(psutil.NoSuchProcess):
                        self.peak = max(self.peak, one.memory_info().rss >> 20)


class Server:
    """``app.py`` in a process of its own, with its files in a temporary folder.

    Args:
        kept: where its log is kept. light: serve :mod:`benchmarks.robustness.light_page` instead.
    """

    def __init__(self, kept: Path | None = None, light: bool = False) -> None:
        self._kept, self._light = kept, light

    def __enter__(self) -> Server:
        self._folder = tempfile.TemporaryDirectory()
        self.log = Path(self._folder.name) / "log.txt"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        names = {"GRADIO_TEMP_DIR": str(Path(self._folder.name) / "files"), "HMVLM_METRICS": "local"}
        environment = {**os.environ, **names, "HMVLM_RATINGS": str(Path(self._folder.name) / secrets.token_hex(4))}
        app = [str(Path(__file__).parents[2] / "app.py"), "--port"]
        with self.log.open("wb") as log:
            run = ["-m", "benchmarks.robustness.light_page"] if self._light else app
            command = [sys.executable, *run, str(port)]
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        self._wait()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self._kept:
            self._kept.write_bytes(self.log.read_bytes())

    def _wait(self) -> None:
        """Wait until the model is loaded."""
        end = time.monotonic() + STARTED_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{self.address}/healthz").json()["model"] == "ready":
                    return
            time.sleep(0.5)
        raise RuntimeError(f"the server does not start: {self.log.read_text(errors='replace')[-500:]}")


if __name__ == "__main__":
    main()

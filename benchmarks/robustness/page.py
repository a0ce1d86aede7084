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
from benchmarks.server import Server

LOOK_SECONDS = 0.1


def main() -> None:
    """The command line."""
    given = parser(__doc__)
    given.add_argument("--address", help="of a server that runs already")
    given.add_argument("--light", action="store_true", help="a model that reads files and otherwise only takes time")
    given.add_argument("--log", type=Path, help="file for the log of the server")
    options = given.parse_args()
    with contextlib.ExitStack() as stack:
        if options.address:
            address, watch = options.address, Watch(None)
        else:
            server = stack.enter_context(served(options.log, options.light))
            address, watch = server.url, stack.enter_context(Watch(server.process.pid))
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
            health = httpx.get(f"{address.rstrip('/')}/healthz").json()
    print("\n".join(tally.lines()))
    print(f"the server at the end: {health}")
    if not options.address:
        print(f"tracebacks in its log: {server.said().count('Traceback')}")


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


@contextlib.contextmanager
def served(kept: Path | None = None, light: bool = False) -> Iterator[Server]:
    """A server with its files in a temporary folder, when its model is loaded.

    Args:
        kept: where its log is kept. light: serve :mod:`benchmarks.robustness.light_page` instead of the embedded model.
    """
    with tempfile.TemporaryDirectory() as folder:
        names = {"GRADIO_TEMP_DIR": str(Path(folder) / "files"), "HMVLM_METRICS": "local"}
        names["HMVLM_RATINGS"] = str(Path(folder) / "ratings.jsonl")
        module = "benchmarks.robustness.light_page" if light else None
        with Server(kept or Path(folder) / "log.txt", module=module, environment=names) as server:
            server.wait_ready()
            yield server


if __name__ == "__main__":
    main()

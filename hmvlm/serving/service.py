"""The answers of one model over HTTP: a request in the body, events as lines.

``POST /`` has the arguments of :class:`hmvlm.tasks.request.Request` as :mod:`hmvlm.serving.wire` writes them; a
picture is the file itself. The answer has one event a line, the last a ``ReplyEvent`` or a ``Failure``. What is asked
wrongly is answered with 422 and a sentence in ``detail``. ``GET /`` answers 200 once the model is there.

Answers under way at the same time share the model's decoding steps (:mod:`hmvlm.language.motion_batch`). An answer
whose caller has gone is stopped.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import tempfile
import threading
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from starlette.requests import Request as HTTPRequest
from starlette.responses import JSONResponse, Response, StreamingResponse

from hmvlm.assistant import HMVLM
from hmvlm.motion.clip import Motion
from hmvlm.serving import wire
from hmvlm.tasks.request import Request

log = logging.getLogger(__name__)

TOGETHER = 16
"""Answers that are made at the same time."""
SILENT_SECONDS = 300.0
"""Time without an event of any answer after which a model with answers under way counts as ill."""
ARGUMENTS = {one.name for one in dataclasses.fields(Request)} - {"cancel"}


class Service:
    """An ASGI-style handler of one model."""

    def __init__(self, model: HMVLM, together: int = TOGETHER) -> None:
        self._model = model
        self._threads = ThreadPoolExecutor(together, thread_name_prefix="answer")
        self._running, self._last = set[int](), time.monotonic()
        self._pictures = threading.Lock()  # a clip takes much memory

    def check(self) -> None:
        """RuntimeError where answers are under way and none of them goes on."""
        silent = time.monotonic() - self._last
        if self._running and silent > SILENT_SECONDS:
            raise RuntimeError(f"{len(self._running)} answers are under way and there was no event for {silent:.0f} s")

    async def __call__(self, request: HTTPRequest) -> Response:
        """Answer one request."""
        if request.method != "POST":
            return JSONResponse({"status": "ready", "running": len(self._running)})
        folder = tempfile.TemporaryDirectory(prefix="hmvlm-")
        cancel = threading.Event()
        try:
            asked = Request(**_arguments(await request.body(), Path(folder.name)), cancel=cancel)
        except (ValueError, TypeError) as error:
            folder.cleanup()
            return JSONResponse({"detail": str(error)}, 422)
        return StreamingResponse(self._lines(asked, cancel, folder), media_type="application/x-ndjson")

    async def _lines(
        self, asked: Request, cancel: threading.Event, folder: tempfile.TemporaryDirectory
    ) -> AsyncIterator[bytes]:
        loop, found = asyncio.get_running_loop(), asyncio.Queue[bytes | None]()

        def work() -> None:
            try:
                with folder:
                    for line in self._answer(asked):
                        loop.call_soon_threadsafe(found.put_nowait, line)
            finally:
                loop.call_soon_threadsafe(found.put_nowait, None)

        self._threads.submit(work)
        try:
            while (line := await found.get()) is not None:
                yield line
        finally:
            cancel.set()  # in any case: of a caller who has gone, the answer ends at its next step

    def _answer(self, asked: Request) -> Any:
        """Lines of an answer; run to its end in one thread."""
        if not self._running:
            self._last = time.monotonic()
        self._running.add(id(asked))
        try:
            if asked.picture is None:
                yield from self._events(asked)
            else:
                with self._pictures:
                    yield from self._events(asked)
        except (ValueError, RuntimeError, OSError) as error:
            yield wire.encode(wire.Failure(str(error), isinstance(error, ValueError)))
        except Exception as error:  # the caller must not wait for ever, whatever happened
            log.exception("an answer failed")
            yield wire.encode(wire.Failure(f"The model failed ({type(error).__name__}).", False))
        finally:
            self._running.discard(id(asked))

    def _events(self, asked: Request) -> Any:
        for event in self._model.run(asked):
            self._last = time.monotonic()
            yield wire.encode(event)


def _arguments(body: bytes, folder: Path) -> dict[str, Any]:
    """Arguments of a request; its picture is written to ``folder``. ValueError where they are none."""
    given = wire.decode(body)
    if not isinstance(given, dict) or not set(given) <= ARGUMENTS or "text" not in given:
        raise ValueError(f"a request is an object with text and any of {', '.join(sorted(ARGUMENTS))}")
    for name in ("motion", "earlier"):
        if not isinstance(given.get(name), (Motion, type(None))):
            raise ValueError(f"{name} is a motion")
    picture = given.get("picture")
    if isinstance(picture, wire.Picture):
        path = folder / f"picture{Path(picture.name).suffix[:8]}"
        path.write_bytes(picture.data)
        return given | {"picture": path}
    if picture is not None and not hasattr(picture, "shape"):  # a path would be one of this machine
        raise ValueError("a picture is a file or an array")
    return given

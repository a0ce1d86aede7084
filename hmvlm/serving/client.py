"""The model behind ``HMVLM_URL``, in the place of one in this process.

A broken connection, or a replica that died, is asked again from the start, with the same seed: the answer is then the
same one.
"""

from __future__ import annotations

import logging
import queue
import secrets
import ssl
import threading
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from anyio.from_thread import start_blocking_portal

from hmvlm.serving import wire
from hmvlm.tasks.events import Event, ReplyEvent
from hmvlm.turns import Busy

log = logging.getLogger(__name__)

ATTEMPTS = 4
PAUSE = 1.0
"""Times that an answer is asked for, and seconds before the second; each later pause is twice as long."""
LOOK_SECONDS = 0.1
"""How often an answer that gives no event looks whether it is to be stopped."""
CONNECT_SECONDS = 10.0
READY_SECONDS = 600.0
"""Time within which a model must be there."""
BUSY = "The model is busy: too many requests wait; please send it again."


@cache
def _certificates() -> ssl.SSLContext:
    """Of all connections: to read them takes 0.1 s of a processor, for ``http://`` as well."""
    return httpx.create_ssl_context()


class _Gone(Exception):
    """The connection or the replica was lost before the answer was complete."""


class RemoteModel:
    """Streams answers of the model at an address; has what pages and shells use of :class:`hmvlm.assistant.HMVLM`.

    Attributes:
        retried: answers that were asked for again.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.retried = 0

    def wait(self, seconds: float = READY_SECONDS) -> RemoteModel:
        """Wait until the model answers. Raises RuntimeError where it does not."""
        end, said = time.monotonic() + seconds, ""
        while True:
            try:
                said = f"status {httpx.get(self.url, timeout=CONNECT_SECONDS).raise_for_status().status_code}"
                return self
            except httpx.HTTPError as error:
                said = str(error)
            if time.monotonic() > end:
                raise RuntimeError(f"no model answers at {self.url} ({said.splitlines()[0]}).")
            time.sleep(PAUSE)

    def stream(self, text: str, *, cancel: threading.Event | None = None, **options: Any) -> Iterator[Event]:
        """Events of one answer, as :meth:`hmvlm.assistant.HMVLM.stream` gives them; none more once ``cancel`` is set.

        Where the answer is asked for again, its events begin anew.

        Raises:
            ValueError: an argument out of range, in one sentence. RuntimeError: the server failed, or is busy.
        """
        if options.get("seed") is None:
            options["seed"] = secrets.randbelow(2**31)
        body = wire.encode({"text": text, **options, "picture": _sent(options.get("picture"))})
        stopped = threading.Event() if cancel is None else cancel
        for attempt in range(1, ATTEMPTS + 1):
            try:
                yield from self._attempt(body, stopped)
                return
            except _Gone as error:
                if attempt == ATTEMPTS:
                    raise RuntimeError(f"The model at {self.url} was lost {attempt} times ({error}).") from error
                log.warning("asking again: %s", error)
                self.retried += 1
                if stopped.wait(PAUSE * 2 ** (attempt - 1)):
                    return

    def _attempt(self, body: bytes, stopped: threading.Event) -> Iterator[Event]:
        lines: queue.Queue[Any] = queue.Queue()
        with start_blocking_portal() as portal:
            reading = portal.start_task_soon(self._read, body, lines)
            try:
                while not stopped.is_set():
                    try:
                        item = lines.get(timeout=LOOK_SECONDS)
                    except queue.Empty:
                        continue
                    if isinstance(item, Exception):
                        raise item
                    yield item
                    if isinstance(item, ReplyEvent):
                        return
            finally:
                reading.cancel()

    async def _read(self, body: bytes, lines: queue.Queue[Any]) -> None:
        """Put events into ``lines``, and an exception where the answer ends without a reply."""
        try:
            async with (
                httpx.AsyncClient(
                    timeout=httpx.Timeout(None, connect=CONNECT_SECONDS), verify=_certificates()
                ) as client,
                client.stream("POST", self.url, content=body) as response,
            ):
                if response.status_code != 200:
                    lines.put(_refusal(response.status_code, await response.aread()))
                    return
                async for line in response.aiter_lines():
                    event = wire.decode(line)
                    if isinstance(event, wire.Failure):
                        event = (ValueError if event.mistake else RuntimeError)(event.message)
                    lines.put(event)
        except (httpx.HTTPError, ValueError) as error:
            lines.put(_Gone(str(error) or type(error).__name__))
        finally:
            lines.put(_Gone("the answer broke off"))  # read by nobody where it was complete


def _refusal(status: int, body: bytes) -> Exception:
    if status == 422:
        try:
            return ValueError(httpx.Response(status, content=body).json()["detail"])
        except (ValueError, KeyError, TypeError):
            return RuntimeError("The model does not understand the request.")
    words = body.decode(errors="replace").strip()[:300]
    return Busy(BUSY) if status == 503 and "backpressure" in words else _Gone(f"status {status}: {words}")


def _sent(picture: Any) -> Any:
    """A picture as it is sent: the bytes of a file, or an array."""
    if isinstance(picture, (str, Path)):
        return wire.Picture(Path(picture).name, Path(picture).read_bytes())
    return None if picture is None else np.asarray(picture)

"""The door of the HTTP server, before Gradio: limits for visitors, private handlers, those who leave, health, headers.

An ASGI application around Gradio's. It knows requests by their paths, as Gradio 6 names them.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from hmvlm.texts import encodable
from hmvlm.ui import http_messages as http
from hmvlm.ui.disk import Disk
from hmvlm.ui.engine import Engine
from hmvlm.ui.metrics import Metrics
from hmvlm.ui.monitoring import Monitoring
from hmvlm.ui.queue_state import QueueState
from hmvlm.ui.settings import Settings
from hmvlm.ui.visitors import Sessions, Tickets, Uploads, address, header, is_this_machine

logger = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MAX_BODY = 4 << 20
"""Bytes of the JSON of a call."""
SILENT_SECONDS = 30.0
"""Time within which a program has to listen for the result of its call."""
_ROUTE = re.compile(
    r"/(?:gradio_api/)?(?P<kind>queue/join|queue/data|upload|run|api|call/v2|call|heartbeat)(?:/(?P<name>[^/]+))?"
    r"(?:/(?P<event>[^/]+))?/*$"
)
CLOSED = {"component_server", "stream", "monitoring", "vibe", "reload", "deep_link", "process_recording"}
"""Routes of Gradio that the page does not use."""


class Gateway:
    """An ASGI application that admits requests to another one.

    Args:
        app: Gradio's application. queue: its handlers and queue.
    """

    def __init__(
        self, app: Any, engine: Engine, queue: QueueState, settings: Settings, disk: Disk, metrics: Metrics
    ) -> None:
        self._app, self._engine, self._queue, self._settings = app, engine, queue, settings
        self._disk, self._metrics = disk, metrics
        self._monitoring = Monitoring(engine, queue, settings, metrics)
        self._tickets, self._uploads, self._sessions = Tickets(), Uploads(settings.hourly_uploads), Sessions()
        self._listening: Counter[str] = Counter()
        self._silent: dict[str, float] = {}
        self._watching: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"].rstrip("/")
        method, match = scope["method"], _ROUTE.search(path + "/") or _ROUTE.search(path)
        opened = method == "GET" and path in ("", scope.get("root_path"))
        kind = match["kind"] if match else "page" if opened else "other"
        send = self._dressed(scope, kind, send)
        if path.endswith("/healthz"):
            await self._monitoring.health(send)
        elif path.endswith("/metrics"):
            await self._monitoring.metrics(scope, send)
        elif _is_closed(path):
            await http.refuse(send, 404, "This page does not offer that.")
        elif match and method == "POST" and kind in ("queue/join", "run", "api", "call", "call/v2"):
            await self._called(scope, receive, send, kind, match["name"])
        elif match and method == "POST" and kind == "upload":
            await self._uploaded(scope, receive, send)
        elif match and method == "GET" and kind in ("queue/data", "call", "call/v2"):
            await self._listened(scope, receive, send, match["event"] or match["name"])
        elif match and kind == "heartbeat" and not self._owns(scope, match["name"]):
            await self._not_yours(send)
        else:
            await self._app(scope, receive, send)

    async def _called(self, scope: Scope, receive: Receive, send: Send, kind: str, name: str | None) -> None:
        """Admit a call of a handler."""
        body = await http.body(receive, MAX_BODY)
        if body is None:
            await http.refuse(send, 413, f"The call has more than {MAX_BODY >> 20} MB; send files by an upload.")
            return
        try:
            data = json.loads(body)
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict):
            await http.refuse(send, 400, "The call is not a JSON object.")
            return
        index = None if kind.startswith("call") else data.get("fn_index")
        handler = self._queue.handler(index, name)
        if handler is None or (handler.private and not self._from_page(scope, kind)):
            self._metrics.refused.labels("private").inc()
            await http.refuse(send, 404, "There is no such endpoint; /gradio_api/info lists those there are.")
            return
        if not self._owns(scope, data.get("session_hash")):
            await self._not_yours(send)
            return
        if handler.heavy and (problem := self._too_many(scope, data.get("session_hash"))):
            self._metrics.refused.labels("requests").inc()
            await http.refuse(send, 429, problem)
            return
        if not handler.private:
            try:
                if kind == "call/v2":
                    handler.check_named(data)
                else:
                    data["data"] = handler.completed(data.get("data"))
            except ValueError as error:
                await http.refuse(send, 422, str(error))
                return
        if b"\\ud" in body.lower() or not handler.private:
            body = json.dumps(encodable(data)).encode()
            scope = {**scope, "headers": http.with_length(scope["headers"], len(body))}
        answer = http.Copied(send)
        await self._app(scope, http.replay(body, receive), answer)
        if handler.heavy and isinstance(said := answer.json(), dict) and said.get("event_id"):
            self._expect(str(data.get("session_hash") or said["event_id"]))

    def _expect(self, session: str) -> None:
        """Wait for a session to listen to what it has asked for; one that does not has left."""
        if not self._listening[session]:
            self._silent.setdefault(session, time.monotonic())
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        while self._silent:
            await asyncio.sleep(1)
            for session, since in list(self._silent.items()):
                if time.monotonic() - since > SILENT_SECONDS:
                    self._silent.pop(session, None)
                    await self._queue.drop(session)
                    self._left(session)

    def _left(self, session: str) -> None:
        self._metrics.left.inc()
        logger.info("a visitor left", extra={"event": "left"})
        self._engine.leave(session)

    def _from_page(self, scope: Scope, kind: str) -> bool:
        return kind in ("queue/join", "run") and self._tickets.valid(scope)

    def _owns(self, scope: Scope, session: object) -> bool:
        """Whether a request may speak for a session."""
        return self._sessions.admits(session, self._tickets.holder(scope), address(scope, self._settings.proxies))

    async def _not_yours(self, send: Send) -> None:
        self._metrics.refused.labels("session").inc()
        await http.refuse(send, 403, "This session_hash is another visitor's; leave it out, or choose a new one.")

    def _too_many(self, scope: Scope, session: object) -> str | None:
        """Why a visitor has to wait with another request, or None."""
        settings = self._settings
        events = [(one, address(about, settings.proxies)) for one, about in self._queue.events()]
        own = sum(one == session for one, _ in events)
        if own >= settings.session_requests:
            return f"{own} of your requests are not answered yet; send this one again when there are fewer."
        there = address(scope, settings.proxies)
        same = sum(where == there for _, where in events)
        if same >= settings.address_requests:
            return f"{same} requests from your address are not answered yet; send this one again in a while."
        return None

    async def _uploaded(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Admit an upload, and note whose it is."""
        where, here = address(scope, self._settings.proxies), is_this_machine(scope, self._settings.proxies)
        seconds = self._uploads.wait(where, here)
        if seconds:
            self._metrics.refused.labels("uploads").inc()
            minutes = max(1, round(seconds / 60))
            await http.refuse(send, 429, f"Too many files came from your address; try again in {minutes} minutes.")
            return
        length = header(scope, b"content-length")
        if not await http.in_thread(self._disk.room_for, int(length) if length.isdecimal() else 0):
            self._metrics.refused.labels("disk").inc()
            await http.refuse(send, 507, "The server has no room for files at the moment; try again in a few minutes.")
            return
        answer = http.Copied(send)
        await self._app(scope, receive, answer)
        if isinstance(paths := answer.json(), list):
            await http.in_thread(self._disk.uploaded, [path for path in paths if isinstance(path, str)], where)

    async def _listened(self, scope: Scope, receive: Receive, send: Send, event: str | None) -> None:
        """Hand on a stream of events; a listener who goes before its end has left."""
        if event is None:
            query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
            session = (query.get("session_hash") or [""])[0]
            if not self._owns(scope, session):
                await self._not_yours(send)
                return
        else:
            session = self._queue.session_of(event)
        stream = http.Stream(receive, send)
        self._silent.pop(session, None)
        self._listening[session] += 1
        try:
            await self._app(scope, stream.receive, stream.send)
        finally:
            self._listening[session] -= 1
            if not self._listening[session]:
                del self._listening[session]
            if stream.gone and not stream.ended and self._queue.pending(session, stream.completed):
                self._left(session)

    def _dressed(self, scope: Scope, kind: str, send: Send) -> Send:
        """Add headers to the answer, and count it."""
        started = time.monotonic()

        async def dressed(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                https = "https" in (scope.get("scheme"), header(scope, b"x-forwarded-proto"))
                ticket = self._tickets.cookie(https) if kind == "page" and not self._tickets.valid(scope) else None
                message = {**message, "headers": http.guarded(message.get("headers", ()), ticket)}
                self._metrics.requests.labels(kind, str(message["status"])).inc()
                if message["status"] >= 400:
                    about = {"event": "http", "route": kind, "status": message["status"]}
                    logger.info("refused or failed", extra={**about, "seconds": round(time.monotonic() - started, 3)})
            await send(message)

        return dressed


def _is_closed(path: str) -> bool:
    _, found, rest = path.partition("/gradio_api/")
    first = rest.split("/")[0]
    return bool(found) and (first in CLOSED or first.startswith("proxy="))

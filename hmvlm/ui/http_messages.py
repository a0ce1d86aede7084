"""Small pieces of ASGI: bodies, short answers, headers, and streams that notice their end."""

from __future__ import annotations

import functools
import json
import os
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, TypeVar

import anyio.to_thread

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]
Result = TypeVar("Result")

_SPACE_PICTURES = " https://huggingface.co https://*.huggingface.co" if os.environ.get("SPACE_ID") else ""
POLICY = "; ".join(
    [
        f"img-src 'self' data: blob:{_SPACE_PICTURES}",
        "media-src 'self' data: blob:",
        "style-src 'self' 'unsafe-inline'",
        "font-src 'self' data:",
        "frame-src 'none'",
        "object-src 'none'",
        "form-action 'self'",
        "base-uri 'self'",
    ]
)
"""Content-Security-Policy: pictures, media, fonts and styles from this server only, no frames, no forms to others."""
COPIED_BYTES = 1 << 20
_HEAD = 200
_EVENT = re.compile(rb'"event_id":\s*"([0-9a-f]{32})"')


async def in_thread(function: Callable[..., Result], *arguments: Any) -> Result:
    """The result of a function that may wait for the disk."""
    return await anyio.to_thread.run_sync(functools.partial(function, *arguments))


async def body(receive: Receive, limit: int) -> bytes | None:
    """A request's body, or None where it is longer than ``limit`` bytes or the client went away."""
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            return None
        if not message.get("more_body", False):
            return b"".join(parts)


def replay(content: bytes, receive: Receive) -> Receive:
    """What ``receive`` gives, after the body that was read already."""
    pending = [{"type": "http.request", "body": content, "more_body": False}]

    async def again() -> Message:
        return pending.pop() if pending else await receive()

    return again


async def answer(send: Send, status: int, content: bytes, kind: str) -> None:
    """A whole answer."""
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(content)).encode())]
    headers.append((b"cache-control", b"no-store"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


async def refuse(send: Send, status: int, sentence: str) -> None:
    """Say in one sentence why not, as Gradio's own errors do."""
    await answer(send, status, json.dumps({"detail": sentence}).encode(), "application/json")


def with_length(headers: Iterable[tuple[bytes, bytes]], length: int) -> Headers:
    """A request's headers for a body of another length."""
    return [*(one for one in headers if one[0] != b"content-length"), (b"content-length", str(length).encode())]


def guarded(headers: Iterable[tuple[bytes, bytes]], ticket: str | None) -> Headers:
    """An answer's headers with those that guard the browser."""
    added = [(b"content-security-policy", POLICY.encode()), (b"x-content-type-options", b"nosniff")]
    added.append((b"referrer-policy", b"same-origin"))
    if ticket is not None:
        added.append((b"set-cookie", ticket.encode()))
    known = {name for name, _ in added if name != b"set-cookie"}
    return [*(one for one in headers if one[0].lower() not in known), *added]


class Copied:
    """Sends an answer on and keeps the beginning of it."""

    def __init__(self, send: Send) -> None:
        self._send, self._content = send, b""

    async def __call__(self, message: Message) -> None:
        """Send one message."""
        if message["type"] == "http.response.body" and len(self._content) < COPIED_BYTES:
            self._content += message.get("body", b"")
        await self._send(message)

    def json(self) -> Any:
        """The answer as JSON, None where it is none."""
        try:
            return json.loads(self._content)
        except ValueError:
            return None


class Stream:
    """Both ends of a stream of events: what is sent, and whether the listener has gone before.

    Attributes:
        gone: the listener closed the connection.
        completed: numbers of the events whose end was sent; ``ended``: the end of the only event was.
    """

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self.gone, self.ended, self.completed = False, False, set[str]()

    async def receive(self) -> Message:
        """The next message of the listener."""
        message = await self._receive()
        self.gone = self.gone or message["type"] == "http.disconnect"
        return message

    async def send(self, message: Message) -> None:
        """Send one message; what is sent to a listener who has gone says nothing."""
        await self._send(message)
        content = message.get("body", b"") if message["type"] == "http.response.body" else b""
        if self.gone or not content:
            return
        if content.startswith((b"event: complete", b"event: error")):
            self.ended = True
        elif b'"process_completed"' in content[:_HEAD] and (number := _EVENT.search(content)):
            self.completed.add(number[1].decode())

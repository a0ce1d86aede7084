"""A visitor of the page, as the server sees a browser: its cookie, session and uploads, and its events in order."""

from __future__ import annotations

import html
import json
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import httpx

API = "/gradio_api"
_ERROR = re.compile(r'<p class="hm-error" role="alert">(.*?)</p>', re.DOTALL)
SETTINGS = ["Auto", "Auto", 0, False, 1]
"""Length, temperature, seed, a new seed for every message, variations: as the page sends them."""


class Left(Exception):
    """The visitor closed the connection, as was wanted."""


@dataclass(frozen=True)
class Said:
    """What the page shows after a message.

    Attributes:
        error: sentence of what went wrong, or None. warning: sentence of a message that was not accepted, or None.
        text: what the last answer begins with. seconds: from sending to the end of the answer.
        question: the message above the answer, as the page shows it. turns: of the chat.
    """

    error: str | None
    warning: str | None
    text: str
    seconds: float
    question: str = ""
    turns: int = 0


class Visitor:
    """A visitor with a chat.

    Args:
        address: of the server. settings: see :data:`SETTINGS`.

    Raises:
        httpx.HTTPError: the server cannot be reached, or closes the connection.
    """

    def __init__(self, address: str, settings: list[Any] | None = None, timeout: float = 600.0) -> None:
        self._http = httpx.Client(base_url=address, timeout=timeout)
        self._http.get("/").raise_for_status()
        config = self._http.get("/config").json()
        self._settings = settings or SETTINGS
        handlers = config["dependencies"]
        kinds = {component["id"]: component["type"] for component in config["components"]}
        self._open = next(one for one in handlers if one["targets"][0][1] == "submit")
        self._chat = next(number for number, part in enumerate(self._open["outputs"]) if kinds[part] == "chatbot")
        self._answer = _after(handlers, self._open, "answer")
        self._pictures = _after(handlers, self._answer, "pictures")
        self.new_chat()

    def __enter__(self) -> Visitor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._http.close()

    def new_chat(self) -> None:
        """Begin with an empty chat."""
        self.session = secrets.token_hex(6)

    def upload(self, name: str, data: bytes) -> dict[str, Any]:
        """Upload a file and return what stands for it in a message.

        Raises:
            ValueError: the server refused it; the sentence.
        """
        answer = self._http.post(f"{API}/upload", files={"files": (name, data)})
        if answer.status_code != 200:
            raise ValueError(_detail(answer))
        return {"path": answer.json()[0], "orig_name": name, "meta": {"_type": "gradio.FileData"}}

    def send(self, text: str, files: list[dict[str, Any]] | None = None, leave_after: float | None = None) -> Said:
        """Send a message and wait for the answer.

        Args:
            leave_after: seconds after which the connection is closed in the middle of the answer.

        Raises:
            Left: ``leave_after`` is over. ValueError: the server refused the call; the sentence.
        """
        started = time.monotonic()
        warnings: list[str] = []
        self._event(self._open, [{"text": text, "files": files or []}, None], warnings)
        if warnings:
            return Said(None, warnings[0], "", time.monotonic() - started)
        end = None if leave_after is None else started + leave_after
        try:
            output = self._event(self._answer, [None, *self._settings], warnings, end)
        except httpx.ReadTimeout as error:
            if end is None:
                raise
            raise Left from error
        question, words = (list(_words(message["content"])) for message in output[self._chat][-2:])
        errors = [html.unescape(found[1]) for word in words if (found := _ERROR.search(word))]
        seconds, turns = time.monotonic() - started, len(output[self._chat]) // 2
        return Said(errors[0] if errors else None, None, words[0], seconds, question[0], turns)

    def pictures(self) -> None:
        """Have the files and pictures of the chat's motions made, as a browser does after each answer."""
        self._event(self._pictures, [None], [])

    def call(self, name: str, data: list[Any]) -> tuple[Any, str | None]:
        """Output and error of one of the endpoints for programs."""
        sent = self._http.post(f"{API}/call/{name}", json={"data": data})
        if sent.status_code != 200:
            return None, _detail(sent)
        kind = ""
        with self._http.stream("GET", f"{API}/call/{name}/{sent.json()['event_id']}") as stream:
            for line in stream.iter_lines():
                if line.startswith("event:"):
                    kind = line.removeprefix("event:").strip()
                elif line.startswith("data:") and kind == "complete":
                    return json.loads(line[5:]), None
                elif line.startswith("data:") and kind == "error":
                    said = json.loads(line[5:])
                    error = said.get("error") if isinstance(said, dict) else said
                    return None, "" if error is None else str(error)
        return None, "The stream ended without an answer."

    def _event(self, handler: dict[str, Any], data: list[Any], warnings: list[str], end: float | None = None) -> list:
        """The last values of a handler's outputs."""
        call = {"fn_index": handler["id"], "data": data, "session_hash": self.session, "event_data": None}
        sent = self._http.post(f"{API}/queue/join", json=call)
        if sent.status_code != 200:
            raise ValueError(_detail(sent))
        event = sent.json()["event_id"]
        left = None if end is None else max(end - time.monotonic(), 0.01)
        limits = httpx.USE_CLIENT_DEFAULT if left is None else httpx.Timeout(600.0, read=left)
        query = {"session_hash": self.session}
        with self._http.stream("GET", f"{API}/queue/data", params=query, timeout=limits) as stream:
            for message in _messages(stream, end):
                if message["msg"] == "log" and message.get("level") == "warning":
                    warnings.append(str(message["log"]))
                if message.get("event_id") != event:
                    continue
                if message["msg"] == "process_completed":
                    if not message["success"]:
                        raise ValueError(f"The handler failed: {message['output']}")
                    return message["output"]["data"]
        raise ValueError("The stream of events ended without an answer.")


def _messages(stream: httpx.Response, end: float | None) -> Iterator[dict[str, Any]]:
    """Events of a stream until ``end``, by when :class:`Left` is raised."""
    for line in stream.iter_lines():
        if end is not None and time.monotonic() > end:
            raise Left
        if line.startswith("data:"):
            yield json.loads(line[5:])


def _after(handlers: list[dict[str, Any]], first: dict[str, Any], name: str) -> dict[str, Any]:
    """The handler whose name begins so and that follows another one."""
    return next(one for one in handlers if one.get("trigger_after") == first["id"] and one["api_name"].startswith(name))


def _words(content: list[Any]) -> Iterator[str]:
    """Texts and HTML of a message."""
    for part in content:
        yield part if isinstance(part, str) else str(part.get("text") or part.get("value") or "")


def _detail(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"status {answer.status_code}: {answer.text[:200]}"

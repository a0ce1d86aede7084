"""What Gradio knows of its queue and handlers: attributes of the pinned version that are not documented."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr

from hmvlm.ui.file_arguments import check_file

HEAVY = ("model", "pictures")
"""Queues (``concurrency_id``) whose events take long."""

GRADIO_KEYS = {"session_hash", "event_data", "event_id", "fn_index", "trigger_id", "simple_format", "request"}
"""What a call may have beside arguments by their names."""


@dataclass(frozen=True)
class Argument:
    """An argument of an endpoint; ``file``: it is an uploaded file, or several."""

    name: str
    has_default: bool
    default: Any = None
    file: bool = False


@dataclass(frozen=True)
class Handler:
    """A handler: whether it is the page's own (``private``), and whether its events take long (``heavy``).

    ``arguments`` are those of an endpoint, in their order.
    """

    private: bool
    heavy: bool
    arguments: tuple[Argument, ...] = ()

    def completed(self, given: Any) -> list[Any]:
        """The arguments of a call of an endpoint, with defaults for those that are missing.

        Raises:
            ValueError: it is no list, there are too many or too few, or one is no uploaded file; one sentence.
        """
        if not isinstance(given, list):
            raise ValueError('The call needs "data", a list of the arguments of the endpoint.')
        if len(given) > len(self.arguments):
            raise ValueError(f"The call has {len(given)} arguments; the endpoint takes {len(self.arguments)} at most.")
        missing = self.arguments[len(given) :]
        required = next((one.name for one in missing if not one.has_default), None)
        if required is not None:
            raise ValueError(f"The call lacks the argument {required}.")
        for one, value in zip(self.arguments, given):
            if one.file:
                check_file(one.name, value)
        return [*given, *(one.default for one in missing)]

    def check_named(self, given: Mapping[str, Any]) -> None:
        """Check a call that gives arguments by their names.

        Raises:
            ValueError: one is unknown, missing, or no uploaded file; one sentence.
        """
        names = [one.name for one in self.arguments]
        unknown = next((key for key in given if key not in names and key not in GRADIO_KEYS), None)
        if unknown is not None:
            raise ValueError(f"The endpoint has no argument {unknown[:40]}; it has {', '.join(names)}.")
        for one in self.arguments:
            if not one.has_default and one.name not in given:
                raise ValueError(f"The call lacks the argument {one.name}.")
            if one.file:
                check_file(one.name, given.get(one.name))


class QueueState:
    """The queue and the handlers of a page."""

    def __init__(self, page: gr.Blocks) -> None:
        self._page = page

    @property
    def waiting(self) -> int:
        """Events that wait."""
        return len(self._page._queue)

    @property
    def running(self) -> int:
        """Events that are being answered."""
        return sum(len(job) for job in self._page._queue.active_jobs if job)

    def handler(self, index: Any, name: str | None) -> Handler | None:
        """A handler by its number, or by its name where there is no number."""
        handlers = self._page.fns
        if index is None:
            found = next((one for one in handlers.values() if name is not None and one.api_name == name), None)
        else:
            try:
                found = handlers.get(int(index))
            except (TypeError, ValueError, OverflowError):
                found = None
        if found is None or found.fn is None:
            return None
        private = found.api_visibility != "public"
        arguments = () if private else self._arguments(found.api_name)
        return Handler(private, found.concurrency_id in HEAVY, arguments)

    def _arguments(self, name: Any) -> tuple[Argument, ...]:
        endpoint: Any = self._page.get_api_info()["named_endpoints"].get(f"/{name}", {})
        return tuple(
            Argument(
                name=one["parameter_name"],
                has_default=one["parameter_has_default"],
                default=one["parameter_default"],
                file=one["component"] == "File",
            )
            for one in endpoint.get("parameters", ())
        )

    async def drop(self, session: str) -> None:
        """Take a session's waiting events out of the queue."""
        await self._page._queue.clean_events(session_hash=session)

    def events(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Session and ASGI scope of the request of each event that takes long and is waited for or being answered."""
        queue = self._page._queue
        waiting = [event for one in list(queue.event_queue_per_concurrency_id.values()) for event in list(one.queue)]
        running = [event for job in list(queue.active_jobs) if job for event in job if event.alive]
        for event in (*waiting, *running):
            if event.concurrency_id in HEAVY:
                yield event.session_hash, event.request.scope

    def pending(self, session: str, completed: Collection[str]) -> bool:
        """Whether something other than what is ``completed`` is still being answered for a session."""
        queue = self._page._queue
        events = list(queue.pending_event_ids_session.get(session, ()))
        return any(event in queue.event_ids_to_events and event not in completed for event in events)

    def session_of(self, event_id: str) -> str:
        """The session that an event belongs to; its own number where a program gave none."""
        event = self._page._queue.event_ids_to_events.get(event_id)
        return event_id if event is None else event.session_hash

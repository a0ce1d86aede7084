"""The model behind the page: loaded in the background, shared by all visitors, stopped turn by turn."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from hmvlm.turns import PATIENCE, Busy
from hmvlm.ui.leases import gpu_seconds
from hmvlm.ui.line import Line
from hmvlm.ui.metrics import Metrics

if TYPE_CHECKING:
    from hmvlm.assistant import HMVLM
    from hmvlm.serving.client import RemoteModel

    Model = HMVLM | RemoteModel

ZERO_GPU = bool(os.environ.get("SPACES_ZERO_GPU"))
"""Whether this is a Space that lends its GPU by the call (the variable is set there)."""

logger = logging.getLogger(__name__)

TOGETHER = {} if ZERO_GPU else {"text": 16, "picture": 1}
"""Answers of a kind that are made at the same time. A clip takes much memory."""
REMOTE = {"text": 24, "picture": 24}
"""The same where the model is elsewhere; there each copy has its own limits."""
LOOK_SECONDS = 0.25
"""How often somebody who waits looks whether to go on waiting."""


def on_gpu(function: Callable) -> Callable:
    """``spaces.GPU`` on a ZeroGPU Space, the function itself anywhere else."""
    if not ZERO_GPU:
        return function
    import spaces

    return spaces.GPU(duration=gpu_seconds)(function)


class Engine:
    """Holds the model. Loading starts with the object, in a thread, so the page is served meanwhile.

    On a ZeroGPU Space it ends before the object is made.

    Args:
        load: makes the model; called once.
        together: answers of a kind ("text", "picture") that are made at the same time, one if it is not named.
    """

    def __init__(self, load: Callable[[], Model], together: Mapping[str, int] = TOGETHER) -> None:
        self.error: str | None = None
        self.metrics = Metrics()
        self.patience = PATIENCE
        self._model: Model | None = None
        self._done = threading.Event()
        self._started = time.monotonic()
        self._turns: dict[str, threading.Event] = {}
        self._line = Line(together)
        self._work: dict[str, set[threading.Event]] = {}
        self._mutex = threading.Lock()
        self._stream = on_gpu(self._events)
        if ZERO_GPU:  # its emulation of CUDA, which the weights are moved to, holds in this thread only
            self._load(load)
        else:
            threading.Thread(target=self._load, args=(load,), name="load-model", daemon=True).start()

    def _load(self, load: Callable[[], Model]) -> None:
        try:
            self._model = load()
            logger.info("model ready after %.1f s", self.seconds)
        except Exception as error:  # reported on the page, whatever it was
            logger.exception("the model did not load")
            self.error = f"The model did not load: {error}"
        finally:
            self._done.set()

    @property
    def ready(self) -> bool:
        """True once the model can answer."""
        return self._model is not None

    @property
    def loading(self) -> bool:
        """True until loading ended, well or badly."""
        return not self._done.is_set()

    @property
    def seconds(self) -> float:
        """Time since loading began."""
        return time.monotonic() - self._started

    def model(self) -> Model:
        """The model, waiting until it is loaded. Raises RuntimeError with the reason if it cannot be."""
        self._done.wait()
        if self._model is None:
            raise RuntimeError(self.error)
        return self._model

    def wait(self, cancel: threading.Event, interval: float = 0.5) -> Iterator[float]:
        """Yield the seconds since the start until the model is there or ``cancel`` is set."""
        while self.loading and not cancel.is_set():
            yield self.seconds
            self._done.wait(interval)

    def stream(self, text: str, cancel: threading.Event, **options: Any) -> Iterator[Any]:
        """Events of one answer, see :meth:`hmvlm.assistant.HMVLM.stream`; before them, while others are answered first,
        :class:`hmvlm.ui.line.WaitEvent`.

        Without any other event where ``cancel`` is set while waiting.

        Raises:
            hmvlm.turns.Busy: its turn did not come within :attr:`patience`.
        """
        end = time.monotonic() + self.patience
        kind = "picture" if options.get("picture") is not None else "text"
        with self._line.joined(kind) as place:
            while (waits := self._line.waiting(place, LOOK_SECONDS)) is not None:
                if cancel.is_set():
                    return
                if time.monotonic() > end:
                    raise Busy.after(waits.before, self.patience)
                yield waits
            # A ZeroGPU worker is another process, which an event of this one cannot reach.
            yield from self._measured(text, {**options, "cancel": None if ZERO_GPU else cancel}, cancel)
            place.complete = not cancel.is_set()

    def _measured(self, text: str, options: dict[str, Any], cancel: threading.Event) -> Iterator[Any]:
        with self.metrics.answer() as measured:
            for event in self._stream(text, options):
                if measured.task is None:
                    measured.begun(getattr(event, "task", "none"))
                yield event
                if ZERO_GPU and cancel.is_set():
                    break
            measured.outcome = "stopped" if cancel.is_set() else "done"
            about = {"task": measured.task, "outcome": measured.outcome, "seconds": round(measured.seconds, 3)}
            logger.info("answered", extra={"event": "answer", **about})

    def _events(self, text: str, options: dict[str, Any]) -> Iterator[Any]:
        yield from self.model().stream(text, **options)

    def begin(self, session: str) -> threading.Event:
        """A cancel event for the next answer of a browser session; the one before is stopped."""
        self.stop(session)
        with self._mutex:
            self._turns[session] = threading.Event()
            return self._turns[session]

    def stop(self, session: str, first: Callable[[], object] | None = None) -> None:
        """Stop the answer that is on its way in a browser session, if there is one.

        ``first`` is called before the answer is told. An answer that begins in the meantime is another one and goes on.
        """
        with self._mutex:
            event = self._turns.pop(session, None)
        if first is not None:
            first()
        if event is not None:
            event.set()

    @contextmanager
    def working(self, session: str) -> Iterator[threading.Event]:
        """A cancel event for one piece of a session's work beside its answer; it is set when the visitor leaves."""
        event = threading.Event()
        with self._mutex:
            self._work.setdefault(session, set()).add(event)
        try:
            yield event
        finally:
            with self._mutex:
                left = self._work.get(session, set())
                left.discard(event)
                if not left:
                    self._work.pop(session, None)

    def leave(self, session: str) -> None:
        """Stop everything that is made for a visitor who has gone."""
        self.stop(session)
        with self._mutex:
            events = self._work.pop(session, set())
        for event in events:
            event.set()

"""What the server says of itself: ``/healthz`` for whoever looks after it, ``/metrics`` for Prometheus."""

from __future__ import annotations

import json
from collections.abc import MutableMapping
from typing import Any

from hmvlm.ui import http_messages as http
from hmvlm.ui.engine import Engine
from hmvlm.ui.metrics import CONTENT_TYPE, Metrics
from hmvlm.ui.queue_state import QueueState
from hmvlm.ui.settings import Settings
from hmvlm.ui.visitors import is_this_machine


class Monitoring:
    """Answers of the two routes; see ``docs/hosting.md``."""

    def __init__(self, engine: Engine, queue: QueueState, settings: Settings, metrics: Metrics) -> None:
        self._engine, self._queue, self._settings, self._metrics = engine, queue, settings, metrics

    async def health(self, send: http.Send) -> None:
        """Whether the model is there, and how many events wait and run; 503 where it did not load."""
        engine = self._engine
        state = "ready" if engine.ready else "loading" if engine.loading else "failed"
        about: dict[str, Any] = {"status": "failed" if state == "failed" else "ok", "model": state}
        about |= {"waiting": self._queue.waiting, "running": self._queue.running}
        await http.answer(send, 503 if state == "failed" else 200, json.dumps(about).encode(), "application/json")

    async def metrics(self, scope: MutableMapping[str, Any], send: http.Send) -> None:
        """The numbers, for those who may read them."""
        allowed, here = self._settings.metrics, is_this_machine(scope, self._settings.proxies)
        if allowed == "all" or (allowed == "local" and here):
            await http.answer(send, 200, await http.in_thread(self._metrics.text), CONTENT_TYPE)
        else:
            await http.refuse(send, 404, "There are no metrics for you; HMVLM_METRICS=all opens them.")

"""Numbers about the running server for Prometheus: requests, answers, the queue, memory and errors."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

CONTENT_TYPE = CONTENT_TYPE_LATEST
SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320)


class Metrics:
    """Counters of one server. Labels are names of endpoints, tasks and kinds of errors, never contents."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        self._watched: dict[str, Gauge] = {}
        self.requests = Counter("hmvlm_http_requests", "HTTP requests", ["route", "status"], registry=registry)
        self.answers = Counter(
            "hmvlm_answers", "Answers by task and how they ended", ["task", "outcome"], registry=self.registry
        )
        self.latency = Histogram(
            "hmvlm_answer_seconds", "Time of an answer", ["task"], buckets=SECONDS, registry=self.registry
        )
        self.first = Histogram(
            "hmvlm_first_event_seconds", "Time until an answer begins", buckets=SECONDS, registry=self.registry
        )
        self.errors = Counter("hmvlm_errors", "Answers that failed, by kind of error", ["kind"], registry=registry)
        self.refused = Counter("hmvlm_refused", "Requests refused, by limit", ["limit"], registry=registry)
        self.left = Counter("hmvlm_left", "Visitors who left while something was made for them", registry=registry)
        ProcessCollector(registry=self.registry)

    def watch(self, name: str, text: str, value: Callable[[], float]) -> None:
        """Add a number that is looked up when the metrics are read; it takes the place of one with its name."""
        if name not in self._watched:
            self._watched[name] = Gauge(name, text, registry=self.registry)
        self._watched[name].set_function(value)

    @contextmanager
    def answer(self) -> Iterator[Answer]:
        """Measure one answer."""
        answer = Answer(self)
        try:
            yield answer
        except GeneratorExit:
            answer.outcome = "stopped"
            raise
        except Exception as error:
            answer.outcome = "failed"
            self.errors.labels(type(error).__name__).inc()
            raise
        finally:
            self.answers.labels(answer.task or "none", answer.outcome).inc()
            self.latency.labels(answer.task or "none").observe(time.monotonic() - answer.started)

    def text(self) -> bytes:
        """Everything in Prometheus's text format."""
        return generate_latest(self.registry)


class Answer:
    """One answer that is being measured: its ``task``, None before the first event, and ``outcome``."""

    def __init__(self, metrics: Metrics) -> None:
        self.started = time.monotonic()
        self.task: str | None = None
        self.outcome = "done"
        self._metrics = metrics

    @property
    def seconds(self) -> float:
        """Time since it began."""
        return time.monotonic() - self.started

    def begun(self, task: str) -> None:
        """Note that its first event came, and which task it is."""
        self.task = task
        self._metrics.first.observe(self.seconds)

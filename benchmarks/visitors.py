"""Several visitors at once: how long they wait, and how soon the model is free after one who leaves.

    python -m benchmarks.visitors --clients 4 --requests 10         the server, over a model that only takes time
    python -m benchmarks.visitors --leave                           the embedded model, left at many moments

The first sends requests to the page's REST API over HTTP; every fifth caller closes its connection in the middle of an
answer. The model of this server takes 0.2 s an answer and does nothing else, so times are those of queue and server.
The second stops answers of the embedded model at moments spread over each, and gives seconds by the clock and seconds
of processors from there to the moment at which the next turn could begin.
"""

from __future__ import annotations

import argparse
import json
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

STEPS, STEP_SECONDS = 10, 0.02
LEAVE_EVERY = 5
CALL = "/gradio_api/call/chat"
MOMENTS = 6
"""Moments of each answer at which the embedded model is left."""


class LightModel:
    """Answers every message in ``STEPS`` steps."""

    def __init__(self) -> None:
        self.idle = threading.Event()
        self.idle.set()

    def stream(self, text: str, **options: Any) -> Iterator[Any]:
        """Events of one answer."""
        from hmvlm.assistant import GateEvent, Reply, ReplyEvent

        self.idle.clear()
        try:
            yield GateEvent({"zero": 1.0}, "dialogue")
            for _ in range(STEPS):
                if options["cancel"].wait(STEP_SECONDS):
                    break
            yield ReplyEvent(Reply(text, "dialogue", {"zero": 1.0}))
        finally:
            self.idle.set()


def serve_and_ask(clients: int, requests: int) -> dict[str, float | int]:
    """Times of ``clients`` callers with so many requests each."""
    from hmvlm.ui.engine import Engine
    from hmvlm.ui.layout import build
    from hmvlm.ui.settings import Settings
    from hmvlm.ui.theme import launch_options

    model = LightModel()
    page = build(Engine(lambda: model), Settings(metrics="all"))  # type: ignore[arg-type,return-value]
    page.launch(prevent_thread_lock=True, quiet=True, **launch_options())
    answered: list[float] = []
    freed: list[float] = []
    errors = 0

    def ask(client: httpx.Client, leave: bool) -> None:
        nonlocal errors
        started = time.monotonic()
        sent = client.post(CALL, json={"data": ["hi", None, 0, True]})
        if sent.status_code != 200:
            errors += 1
            return
        with client.stream("GET", f"{CALL}/{sent.json()['event_id']}") as stream:
            for line in stream.iter_lines():
                if leave:
                    return
                if line.startswith("event: error"):
                    errors += 1
                if line.startswith("event: complete"):
                    answered.append(time.monotonic() - started)

    def visit(_: int) -> None:
        with httpx.Client(base_url=page.local_url, timeout=600) as client:
            for number in range(requests):
                ask(client, number % LEAVE_EVERY == LEAVE_EVERY - 1)

    with httpx.Client(base_url=page.local_url, timeout=600) as client:
        for _ in range(requests):
            freed.append(_freed(client, model))
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(visit, range(clients)))
    page.close()
    return {
        "clients": clients,
        "answers": len(answered),
        "errors": errors,
        "median": round(statistics.median(answered), 3),
        "p95": round(statistics.quantiles(answered, n=20)[-1], 3),
        "free_after_leaving_median": round(statistics.median(freed), 3),
        "free_after_leaving_most": round(max(freed), 3),
    }


def _freed(client: httpx.Client, model: LightModel) -> float:
    """Seconds from closing a connection in the middle of an answer until the model is free."""
    event = client.post(CALL, json={"data": ["hi", None, 0, True]}).json()["event_id"]
    with client.stream("GET", f"{CALL}/{event}"):
        while model.idle.is_set():
            time.sleep(0.001)
    left = time.monotonic()
    model.idle.wait()
    return time.monotonic() - left


def leave() -> dict[str, dict[str, float]]:
    """Most and mean time until the embedded model is free after it was left, by kind of answer."""
    from hmvlm.assistant import HMVLM

    model = HMVLM.from_pretrained()
    history = [
        {"role": role, "content": "Tell me more about that. " * 20} for _ in range(40) for role in ("user", "assistant")
    ]
    kinds: dict[str, dict[str, Any]] = {
        "long history": {"text": "And what then?", "task": "dialogue", "history": history},
        "8 variations": {"text": "a person walks in a circle", "task": "text_to_motion", "seconds": 6, "variations": 8},
        "several clauses": {
            "text": "a person walks, then jumps, then sits",
            "task": "text_to_motion",
            "seconds": 9,
        },
    }
    found = {}
    for name, options in kinds.items():
        whole = _left(model, options, None)[2]
        times = [_left(model, options, whole * (moment + 0.5) / MOMENTS) for moment in range(MOMENTS)]
        clocks, processors = [one[0] for one in times], [one[1] for one in times]
        found[name] = {
            "whole_answer": round(whole, 2),
            "clock_mean": round(statistics.mean(clocks), 2),
            "clock_most": round(max(clocks), 2),
            "processor_mean": round(statistics.mean(processors), 2),
            "processor_most": round(max(processors), 2),
        }
    return found


def _left(model: Any, options: dict[str, Any], after: float | None) -> tuple[float, float, float]:
    """Seconds by the clock and of processors from leaving to the end, and of the whole; None: it is not left."""
    cancel = threading.Event()
    marks: list[tuple[float, float]] = []

    def go() -> None:
        marks.append((time.monotonic(), time.process_time()))
        cancel.set()

    started = time.monotonic()
    timer = threading.Timer(after or 0.0, go)
    if after is not None:
        timer.start()
    for _ in model.stream(**options, seed=0, cancel=cancel):
        continue
    ended, used = time.monotonic(), time.process_time()
    timer.cancel()
    clock, processor = marks[0] if marks and marks[0][0] < ended else (ended, used)
    return ended - clock, used - processor, ended - started


def main() -> None:
    """Run one of the two and print the result as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--requests", type=int, default=10, help="of each client")
    parser.add_argument("--leave", action="store_true", help="measure the embedded model instead of the server")
    options = parser.parse_args()
    print(json.dumps(leave() if options.leave else serve_and_ask(options.clients, options.requests), indent=1))


if __name__ == "__main__":
    main()

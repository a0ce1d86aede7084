"""Visitors who ask at the same moment: how long each waits, drawn together or one after the other, in one run.

    python -m benchmarks.together --visitors 16 --seconds 4

The embedded model answers requests for motions, each with a seed of its own, and every fourth visitor's question in
words, each visitor in a thread: first as the page does it, then with whole answers one after the other. The wait is the
time from asking to the first movement, or to the first word. ``equal`` counts the answers that are alike in both, to
the last bit of a motion and the last letter of a text.
"""

from __future__ import annotations

import argparse
import json
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from hmvlm.assistant import HMVLM, MotionEvent, Reply, ReplyEvent, TextEvent
from hmvlm.heap import use_one_heap

MOVES = (
    "A person walks forward", "A person waves with the left hand", "A person jumps",
    "A person kicks with the right leg", "A person sits down", "A person runs in a circle",
)  # fmt: skip
QUESTIONS = ("What is the capital of France?", "Why is the sky blue?", "Name three rivers.", "Who wrote Hamlet?")
TALK_EVERY = 4
WORDS = 24
"""Tokens of an answer in words."""


@dataclass(frozen=True)
class Visit:
    """Seconds from asking to what is seen first, and to the whole answer."""

    first: float
    whole: float
    reply: Reply


def questions(visitors: int, seconds: float) -> list[dict[str, Any]]:
    """What each visitor asks for."""
    asked: list[dict[str, Any]] = []
    for number in range(visitors):
        if number % TALK_EVERY == TALK_EVERY - 1:
            text = QUESTIONS[number // TALK_EVERY % len(QUESTIONS)]
            asked.append({"text": text, "task": "dialogue", "max_new_tokens": WORDS})
        else:
            move = f"{MOVES[number % len(MOVES)]} for {seconds:g} seconds"
            asked.append({"text": move, "task": "text_to_motion", "seed": number, "preview": True})
    return asked


def visit_all(model: HMVLM, asked: list[dict[str, Any]], turn: AbstractContextManager[Any]) -> list[Visit]:
    """Everybody asks at the same moment; ``turn`` is entered for a whole answer."""
    together = threading.Barrier(len(asked))

    def visit(options: dict[str, Any]) -> Visit:
        together.wait()
        started = time.monotonic()
        first = None
        with turn:
            for event in model.stream(**options):
                seen = isinstance(event, TextEvent) or (isinstance(event, MotionEvent) and event.motion is not None)
                if seen and first is None:
                    first = time.monotonic() - started
                if isinstance(event, ReplyEvent):
                    whole = time.monotonic() - started
                    return Visit(whole if first is None else first, whole, event.reply)
        raise RuntimeError("the answer has no end")

    with ThreadPoolExecutor(len(asked)) as pool:
        return list(pool.map(visit, asked))


def measure(visitors: int, seconds: float) -> dict[str, Any]:
    """Both ways of answering."""
    use_one_heap()
    model = HMVLM.from_pretrained()
    model.warm_up()
    asked = questions(visitors, seconds)
    began = time.process_time()
    together = visit_all(model, asked, nullcontext())
    between = time.process_time()
    in_turn = visit_all(model, asked, threading.Lock())
    processor = {"together": round(between - began, 1), "in_turn": round(time.process_time() - between, 1)}
    return {
        "visitors": visitors,
        "equal": sum(_alike(one.reply, other.reply) for one, other in zip(together, in_turn, strict=True)),
        "processor_seconds": processor,
        "together": _times(together),
        "in_turn": _times(in_turn),
        "first_p95_ratio": round(_p95([one.first for one in together]) / _p95([one.first for one in in_turn]), 2),
        "whole_p95_ratio": round(_p95([one.whole for one in together]) / _p95([one.whole for one in in_turn]), 2),
    }


def _alike(one: Reply, other: Reply) -> bool:
    motions = zip(one.motions, other.motions, strict=True)
    return one.text == other.text and all((a.poses == b.poses).all() and (a.trans == b.trans).all() for a, b in motions)


def _times(visits: list[Visit]) -> dict[str, float]:
    words = [one for one in visits if one.reply.task == "dialogue"]
    return {
        "first_median": round(statistics.median(one.first for one in visits), 2),
        "first_p95": round(_p95([one.first for one in visits]), 2),
        "words_whole_p95": round(_p95([one.whole for one in words]), 2),
        "whole_median": round(statistics.median(one.whole for one in visits), 2),
        "whole_p95": round(_p95([one.whole for one in visits]), 2),
        "all": round(max(one.whole for one in visits), 2),
    }


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def main() -> None:
    """Measure and print the result as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visitors", type=int, default=16, help="who ask at the same moment, 8 or more (default: 16)")
    parser.add_argument("--seconds", type=float, default=4.0, help="length of the motions (default: 4)")
    options = parser.parse_args()
    print(json.dumps(measure(options.visitors, options.seconds), indent=1))


if __name__ == "__main__":
    main()

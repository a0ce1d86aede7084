"""Many visitors of the page at once, some of whom leave in the middle of an answer, with hostile files among theirs.

    python -m benchmarks.robustness.crowd --clients 16 --minutes 15
    python -m benchmarks.robustness.crowd --clients 16 --minutes 15 --light

A server of its own with the embedded model answers over HTTP, or with one that takes 0.2 s an answer (``--light``). A
fifth of the messages is left before it is answered, an eighth is a hostile file. Printed are the errors of honest
visitors, their waits, the memory of the server over time, and, when all have gone, how long a message that is left
still runs. An answer is mixed up where it stands under another message than the visitor's, or where the first answer of
a chat to a question in words is not the one that everybody gets, as these are drawn without chance.
"""

from __future__ import annotations

import argparse
import functools
import random
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from benchmarks.robustness.corpus import Case, files, sentence_problem
from benchmarks.robustness.page import served
from benchmarks.robustness.visitor import Left, Said, Visitor
from hmvlm.paths import EXAMPLE_MOTION
from hmvlm.ui.session import unescape

LEAVING, HOSTILE = 0.2, 0.125
"""Shares of messages."""
WORDS = (
    "What is the capital of France?", "Tell me a joke.", "Why is the sky blue?", "a person waves", "walk forward",
    "a person sits down", "a person jumps twice, then bows",
)  # fmt: skip
TALK = ("?", "joke.")
"""Ends of the messages that are answered in words."""
FILES = (("wave.npz", ""), ("wave.npz", "Which hand is waving?"), ("leaning.jpg", ""))
"""Files of the examples, and what is asked about them."""
SETTINGS = ["2", "Auto", 0, True, 1]
LEAVE_SECONDS = {False: 8.0, True: 0.4}
"""Longest time after which a message is left, with the embedded model and with the light one."""
SETTLED_SECONDS = 180.0
"""Time after which memory is compared."""
LEAVERS = 20
"""Messages that are left at the end, one after the other."""


@dataclass
class Heard:
    """What happened to all visitors.

    Attributes:
        errors: sentences of honest visitors' failures. wrong: of hostile files. waits: seconds of honest answers.
        mixed: what speaks for a mixed-up answer. answers: the first ones of a chat, by question in words.
        left, hostile: messages of these kinds. memory: (seconds from the start, MB of the server and its children).
    """

    errors: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    left: int = 0
    hostile: int = 0
    memory: list[tuple[float, float]] = field(default_factory=list)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--light", action="store_true", help="a model that reads files and otherwise only takes time")
    parser.add_argument("--log", type=Path, help="file for the log of the server")
    options = parser.parse_args()
    leave = LEAVE_SECONDS[options.light]
    heard, ended = Heard(), threading.Event()
    hostile = [case for _, case in files()]
    with served(options.log, options.light) as server:
        watch = threading.Thread(target=_watch, args=(server.process.pid, heard, ended))
        watch.start()
        end = time.monotonic() + 60 * options.minutes
        visit = functools.partial(_visit, server.url, end, leave, heard, hostile)
        with ThreadPoolExecutor(options.clients) as pool:
            list(pool.map(visit, range(options.clients)))
        freed = _freed(server.url, leave)
        ended.set()
        watch.join()
        health, tracebacks = server.health(), server.said().count("Traceback")
    for problem in (*heard.errors, *heard.wrong, *heard.mixed):
        print(problem[:400])
    print("\n".join(_lines(options, heard, freed)))
    print(f"tracebacks in the log of the server: {tracebacks}; at the end it said {health}")


def _visit(address: str, end: float, leave: float, heard: Heard, hostile: list[Case], number: int) -> None:
    """One visitor, who sends messages until the end."""
    draw = random.Random(number)
    with Visitor(address, SETTINGS) as visitor:
        while time.monotonic() < end:
            if draw.random() < 0.4:
                visitor.new_chat()
            share = draw.random()
            try:
                if share < HOSTILE:
                    heard.hostile += 1
                    _send_hostile(visitor, draw.choice(hostile), heard)
                elif share < HOSTILE + LEAVING:
                    heard.left += 1
                    visitor.send(draw.choice(WORDS), leave_after=draw.uniform(0.1, 1.0) * leave)
                else:
                    _send_honest(visitor, draw, heard)
            except Left:
                visitor.new_chat()
            except Exception as error:
                heard.errors.append(f"{type(error).__name__}: {error}")


def _send_honest(visitor: Visitor, draw: random.Random, heard: Heard) -> None:
    uploads, text = [], draw.choice(WORDS)
    if draw.random() < 0.3:
        name, text = draw.choice(FILES)
        uploads = [visitor.upload(name, EXAMPLE_MOTION.with_name(name).read_bytes())]
    said = visitor.send(text, uploads)
    heard.waits.append(said.seconds)
    if said.error or said.warning or not said.text.strip():
        heard.errors.append(f"{text!r}: {said}")
    elif problem := _mixed_up(text, bool(uploads), said, heard.answers):
        heard.mixed.append(problem)
    elif draw.random() < 0.2:
        visitor.pictures()


def _mixed_up(text: str, file: bool, said: Said, answers: dict[str, str]) -> str | None:
    """Why an answer seems to be another visitor's, or None."""
    if text and unescape(said.question) != text:
        return f"{text!r} was sent, the answer stands under {said.question!r}"
    if said.turns > 1 or file or not text.endswith(TALK):
        return None
    known = answers.setdefault(text, said.text)
    return None if known == said.text else f"{text!r}: {said.text!r} instead of {known!r}"


def _send_hostile(visitor: Visitor, case: Case, heard: Heard) -> None:
    try:
        said = visitor.send("", [visitor.upload(case.name, case.data)])
        sentence = said.error or said.warning
    except ValueError as error:
        sentence = str(error)
    problem = sentence_problem(sentence, case.name) if sentence else None
    if problem:
        heard.wrong.append(problem)


def _watch(process: int, heard: Heard, ended: threading.Event) -> None:
    """Note the server's memory each second."""
    server, started = psutil.Process(process), time.monotonic()
    while server.is_running() and not ended.wait(1):
        heard.memory.append((time.monotonic() - started, server.memory_info().rss / (1 << 20)))


def _freed(address: str, leave: float) -> list[float]:
    """Seconds from leaving an answer to the moment at which nothing runs any more, with nobody else there."""
    draw, found = random.Random(0), []
    _until_idle(address)
    with Visitor(address) as visitor:
        for _ in range(LEAVERS):
            visitor.new_chat()
            try:
                visitor.send(draw.choice(WORDS[3:]), leave_after=draw.uniform(0.2, 1.0) * leave)
            except Left:
                left = time.monotonic()
                _until_idle(address)
                found.append(time.monotonic() - left)
    return found


def _until_idle(address: str) -> None:
    with httpx.Client(base_url=address, timeout=600) as client:
        while client.get("/healthz").json()["running"]:
            time.sleep(0.02)


def _lines(options: argparse.Namespace, heard: Heard, freed: list[float]) -> list[str]:
    """The result for people."""
    settled = [megabytes for seconds, megabytes in heard.memory if seconds > SETTLED_SECONDS] or [0.0]
    first, last = statistics.mean(settled[:60]), statistics.mean(settled[-60:])
    waits = sorted(heard.waits) or [0.0]
    return [
        f"{options.clients} visitors, {options.minutes:g} minutes: {len(heard.waits)} honest answers with "
        f"{len(heard.errors)} errors, {len(heard.mixed)} mixed up, {heard.left} messages left, "
        f"{heard.hostile} hostile files with {len(heard.wrong)} wrong answers",
        f"wait for an honest answer: median {statistics.median(waits):.1f} s, longest {waits[-1]:.1f} s",
        f"memory after minute 3: {first:,.0f} MB in the first minute, {last:,.0f} MB in the last "
        f"({100 * (last / max(first, 1) - 1):+.1f} %), from {min(settled):,.0f} to {max(settled):,.0f} MB",
        f"{len(freed)} messages left alone: the model is free after {statistics.median(freed or [0]):.2f} s in the "
        f"median, {max(freed or [0]):.2f} s at most",
    ]


if __name__ == "__main__":
    main()

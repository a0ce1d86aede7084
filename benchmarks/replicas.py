"""Replicas of the model on Ray Serve under 32 users, of which one replica is killed in the middle.

    python -m benchmarks.replicas --out docs/results/replicas.json

Every user asks for one motion at the same moment: 4, 8 and all users of one replica, all of two, and all of two of
which one is killed (SIGKILL) after half of the steps. ``killed`` and ``replaced`` are the seconds after which it was
and after which there were two again, ``lost`` counts answers that never came, ``retried`` those that were asked for
again. Each replica has a processor of its own, which it shares with Ray's other processes and this one where there are
no more. Beside the clock there are seconds of processors, of all replicas and of the busiest one, since the clock of a
machine with other work says little. Needs the extra ``serve``.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil

from benchmarks.capacity import percentile
from benchmarks.ray_cluster import cluster, deployed, pin, ready, replicas
from benchmarks.tiny_bases import BASES, write_checkpoint
from hmvlm.config import STEPS_PER_SECOND
from hmvlm.serving.client import RemoteModel
from hmvlm.serving.replicas import Options
from hmvlm.tasks.events import MotionEvent, ReplyEvent

log = logging.getLogger("benchmarks")
KILL_AFTER = 0.5
"""Share of the steps after which a replica is killed."""


def used(processes: list[psutil.Process]) -> list[float]:
    """Processor seconds of processes that run."""
    return [sum(one.cpu_times()[:2]) for one in processes]


def asked(model: RemoteModel, users: int, seconds: float, kill: bool) -> dict[str, Any]:
    """Every user asks at the same moment."""
    together, times, errors, some = threading.Barrier(users), list[float](), list[str](), threading.Event()
    steps = dict[int, int]()

    def ask(seed: int) -> None:
        together.wait()
        started = time.monotonic()
        try:
            for event in model.stream("a person walks forward", task="text_to_motion", seconds=seconds, seed=seed):
                if isinstance(event, MotionEvent):
                    steps[seed] = event.step
                    if sum(list(steps.values())) >= KILL_AFTER * users * seconds * STEPS_PER_SECOND:
                        some.set()
            assert isinstance(event, ReplyEvent) and event.reply.motion is not None
            times.append(time.monotonic() - started)
        except (RuntimeError, ValueError) as error:
            errors.append(str(error))

    processes, retried, moments = replicas(), model.retried, dict[str, float]()
    before, started, count = used(processes), time.monotonic(), len(processes)
    with ThreadPoolExecutor(users) as pool:
        waiting = [pool.submit(ask, seed) for seed in range(users)]
        if kill:
            some.wait()
            moments["killed"] = time.monotonic() - started
            processes.pop(0).kill()
            before.pop(0)
            moments["replaced"] = _replaced(count) - started
        for one in waiting:
            one.result()
    taken = time.monotonic() - started
    spent = [now - then for now, then in zip(used(processes), before, strict=True)]
    return {
        "users": users, **moments, "answered": len(times), "lost": len(errors), "errors": errors[:3],
        "retried": model.retried - retried, "seconds": taken, "median": percentile(times, 50),
        "p95": percentile(times, 95), "processor_seconds": sum(spent), "busiest_processor_seconds": max(spent),
    }  # fmt: skip


def _replaced(count: int) -> float:
    """The moment at which there are ``count`` replicas again, of which one has just been killed."""
    while ready() >= count:
        time.sleep(0.1)
    while ready() < count:
        time.sleep(0.5)
    return time.monotonic()


def main() -> None:
    """Measure, and print a line a run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", default="embedded", help=f"preset or folder; tiny: random, as {BASES[1]}")
    parser.add_argument("--users", type=int, default=32, help="users at once")
    parser.add_argument("--seconds", type=float, default=4.0, help="length of the motions")
    parser.add_argument("--together", type=int, default=16, help="answers of a replica at once")
    parser.add_argument("--out", type=Path, help="JSON file to write")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    found: dict[str, Any] = {name: getattr(options, name) for name in ("preset", "seconds", "together")} | {"runs": []}
    with tempfile.TemporaryDirectory() as name, cluster(2):
        if options.preset == "tiny":
            options.preset = str(write_checkpoint(BASES[1], Path(name) / "tiny"))
        for count in (1, 2):
            chosen = {"preset": options.preset, "least": count, "most": count, "together": options.together}
            model = deployed(Options(**chosen, waiting=options.users))
            pin(replicas())
            asked(model, 2 * count, 1.0, False)
            sizes = (4, 8, options.users) if count == 1 else (options.users,)
            plans = [(users, False) for users in sizes] + [(options.users, True)] * (count > 1)
            for users, kill in plans:
                row = {"replicas": count, **asked(model, users, options.seconds, kill), "load": os.getloadavg()[0]}
                found["runs"].append({k: round(v, 2) if isinstance(v, float) else v for k, v in row.items()})
                log.info("%s", found["runs"][-1])
                if options.out:
                    options.out.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()

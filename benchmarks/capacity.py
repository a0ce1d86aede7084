"""Replicas under load, simulated: what users, machines and storage a service needs, checked against a real run.

    python -m benchmarks.capacity                          # table of docs/capacity.md
    python -m benchmarks.capacity --measure                # what a motion of 4 s costs this machine, and its files
    python -m benchmarks.capacity --check replicas.json    # against what benchmarks.replicas measured

A replica draws the motions that are under way together (:mod:`hmvlm.language.motion_batch`). A step of all takes a time
that they share, which is mostly reading the weights, and a time that each adds; so ``n`` motions take ``shared + n *
own`` seconds. Requests go to the replica with the fewest; what does not fit waits in one line.
"""

from __future__ import annotations

import argparse
import heapq
import json
import logging
import math
import random
import statistics
import tempfile
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

log = logging.getLogger("benchmarks")


@dataclass(frozen=True)
class Machine:
    """What an answer costs a replica: seconds that the answers under way share, and that each adds, over its steps."""

    shared: float
    own: float
    steps: int = 20
    together: int = 16

    def step(self, count: int) -> float:
        """Seconds of a step of ``count`` answers."""
        return (self.shared + self.own * count) / self.steps

    def full(self) -> float:
        """Answers a second of a replica that is always full."""
        return self.together / (self.shared + self.own * self.together)

    @staticmethod
    def fitted(seconds: dict[int, float], **more: int) -> Machine:
        """From the seconds of one replica for so many answers at once, two numbers of them or more.

        Relative errors count, so that the longest run does not decide alone.
        """
        counts, times = np.array(list(seconds)), np.array(list(seconds.values()))
        rows = np.stack([np.ones(len(counts)), counts], 1) / times[:, None]
        shared, own = np.linalg.lstsq(rows, np.ones(len(counts)), rcond=None)[0]
        return Machine(max(float(shared), 0.0), max(float(own), 1e-9), **more)


@dataclass
class _Replica:
    left: dict[int, int]  # steps that an answer under way still needs
    stepping: tuple[int, ...] = ()
    alive: bool = True


def simulate(
    arrivals: Sequence[float],
    replicas: int,
    machine: Machine,
    killed: float | None = None,
    replaced: float | None = None,
    notice: float = 1.0,
) -> list[float]:
    """Seconds from arrival to answer of each request.

    Args:
        arrivals: moments at which requests come.
        killed: moment at which the first replica dies; what it has is asked for again after ``notice`` seconds.
        replaced: moment at which there is another one in its place.
    """
    events: list[tuple[float, int, str, int]] = []  # moment, order, kind, request or replica
    order = iter(range(1 << 62))
    for number, moment in enumerate(arrivals):
        heapq.heappush(events, (moment, next(order), "comes", number))
    if killed is not None:
        heapq.heappush(events, (killed, next(order), "dies", 0))
    if replaced is not None:
        heapq.heappush(events, (replaced, next(order), "replaced", 0))
    pool, waiting, ended = [_Replica({}) for _ in range(replicas)], deque[int](), dict[int, float]()

    def go_on(now: float) -> None:
        """Give what waits to replicas with room, and begin the next step of those between two."""
        free = [one for one in pool if one.alive and len(one.left) < machine.together]
        while waiting and free:
            one = min(free, key=lambda one: len(one.left))
            one.left[waiting.popleft()] = machine.steps
            free = [one for one in free if len(one.left) < machine.together]
        for index, one in enumerate(pool):
            if one.alive and one.left and not one.stepping:
                one.stepping = tuple(one.left)
                heapq.heappush(events, (now + machine.step(len(one.stepping)), next(order), "stepped", index))

    while events:
        now, _, kind, which = heapq.heappop(events)
        if kind == "comes":
            waiting.append(which)
        elif kind == "dies":
            for request in pool[which].left:
                heapq.heappush(events, (now + notice, next(order), "comes", request))
            pool[which] = _Replica({}, alive=False)
        elif kind == "replaced":
            pool.append(_Replica({}))
        elif pool[which].alive:
            one = pool[which]
            for request in one.stepping:
                one.left[request] -= 1
                if not one.left[request]:
                    del one.left[request]
                    ended[request] = now
            one.stepping = ()
        if not events or events[0][0] > now:
            go_on(now)
    return [ended[number] - moment for number, moment in enumerate(arrivals)]


def replicas_needed(rate: float, machine: Machine, most_seconds: float, requests: int = 4000, seed: int = 0) -> int:
    """Replicas for which 95 % of requests (``rate`` a second, at random moments) wait ``most_seconds`` at most."""
    rng, moment, arrivals = random.Random(seed), 0.0, []
    for _ in range(requests):
        moment += rng.expovariate(rate)
        arrivals.append(moment)
    count = math.ceil(rate / machine.full())
    while percentile(simulate(arrivals, count, machine), 95) > most_seconds:
        count += max(1, count // 50)
    return count


def percentile(values: Sequence[float], share: int) -> float:
    """The value that ``share`` percent do not exceed."""
    return statistics.quantiles(values, n=100, method="inclusive")[share - 1] if len(values) > 1 else values[0]


def check(found: dict[str, Any]) -> list[str]:
    """Lines that compare the simulation with the real runs of two replicas, by clock and by processor time.

    Processor time is compared where no replica was killed: the dead one's is not known.
    """
    lines = []
    for clock in ("seconds", "busiest_processor_seconds"):
        alone = {run["users"]: run[clock] for run in found["runs"] if run["replicas"] == 1}
        machine = Machine.fitted(alone, together=found["together"])
        for run in found["runs"]:
            killed = run.get("killed")
            if run["replicas"] == 1 or (killed is not None and clock != "seconds"):
                continue
            ends = simulate([0.0] * run["users"], run["replicas"], machine, killed, run.get("replaced"))
            apart, what = max(ends) / run[clock] - 1, f", one killed after {killed:.1f} s" if killed is not None else ""
            lines.append(
                f"{clock}: {run['users']} users, {run['replicas']} replicas{what}: real {run[clock]:.1f}, simulated "
                f"{max(ends):.1f} ({apart:+.0%}); shared {machine.shared:.2f}, own {machine.own:.2f}"
            )
    return lines


def measured(seconds: float = 4.0) -> dict[str, Any]:
    """Processor seconds of the embedded model for one motion and for four at once, and bytes of one's files."""
    from contextlib import nullcontext

    from benchmarks.together import visit_all
    from hmvlm.assistant import HMVLM
    from hmvlm.heap import use_one_heap

    use_one_heap()
    model = HMVLM.from_pretrained()
    model.warm_up()
    spent, motion = dict[int, float](), None
    for count in (1, 4):
        asked = {"text": f"A person walks forward for {seconds:g} seconds", "task": "text_to_motion"}
        before = time.process_time()
        visits = visit_all(model, [{**asked, "seed": seed} for seed in range(count)], nullcontext())
        spent[count], motion = time.process_time() - before, visits[0].reply.motion
    assert motion is not None
    machine, sizes = Machine.fitted(spent), {}
    with tempfile.TemporaryDirectory() as folder:
        for suffix in ("npz", "bvh", "glb"):
            motion.save(Path(folder) / f"motion.{suffix}")
            sizes[suffix] = (Path(folder) / f"motion.{suffix}").stat().st_size
    return {"seconds": spent, "shared": machine.shared, "own": machine.own, "bytes": sizes}


PROCESSOR = Machine(shared=1.86, own=2.14)
"""A core with AVX-512, as ``--measure`` found it: docs/capacity.md."""
DAYS = (10_000, 1_000_000, 100_000_000)
PEAK = 3.0
"""Requests a second at the busiest hour, by those of the mean."""


def table(machine: Machine, most_seconds: float) -> list[str]:
    """Rows: motions a day, at the peak a second, replicas, share of them busy on average."""
    rows = ["| motions a day | at the peak, a second | replicas | busy on average |", "|---|---|---|---|"]
    for day in DAYS:
        rate = PEAK * day / 86_400
        simulated = min(rate, 20.0)  # beyond it the number of replicas grows in proportion
        count = -(-replicas_needed(simulated, machine, most_seconds) * rate // simulated)
        busy = day / 86_400 / machine.full() / count
        rows.append(f"| {day:,} | {rate:,.1f} | {count:,.0f} | {busy:.0%} |")
    return rows


def main() -> None:
    """Print tables, or the comparison."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", type=Path, help="results of benchmarks.replicas to compare with")
    parser.add_argument("--measure", action="store_true", help="measure the embedded model instead")
    parser.add_argument("--shared", type=float, default=PROCESSOR.shared, help="seconds that answers under way share")
    parser.add_argument("--own", type=float, default=PROCESSOR.own, help="seconds that an answer adds")
    parser.add_argument("--together", type=int, default=PROCESSOR.together, help="answers of a replica at once")
    parser.add_argument("--within", type=float, default=20.0, help="seconds within which 95 %% are answered")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    machine = Machine(options.shared, options.own, together=options.together)
    if options.measure:
        log.info("%s", json.dumps(measured()))
        return
    lines = check(json.loads(options.check.read_text())) if options.check else table(machine, options.within)
    log.info("\n".join(lines))


if __name__ == "__main__":
    main()

"""Whether stage 2 trains alike on one process and on several, with DDP and with FSDP2, and survives losses.

    python -m benchmarks.distributed --out docs/results/distributed.json
    python -m benchmarks.distributed --presets embedded --steps 3 --short --out docs/results/distributed.json

Tiny random bases of the presets' architectures (or the embedded one as it is) and tiny made-up segments, but the real
stage. Every run trains four batches a step. Its table has the loss of one process that accumulates them, the largest
difference of the losses of other runs from it at any step (DDP and FSDP2 in 2 and 4 processes, DDP on two nodes, each
with a ``torchrun`` of its own), and what happens when a process or a node is killed: the seconds until the rest has
ended, and the difference after the run was resumed on another number of processes. They talk through gloo.
"""

from __future__ import annotations

import argparse
import json
import logging
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.many_processes import Node, ended, free_port, started
from benchmarks.tiny_bases import BASES, CODES, write_base, write_clip, write_tokenizer
from train.instruct import stage2
from train.instruct.settings import Stage2Settings
from train.npz_files import save_npz

BATCHES = 4
"""Batches an optimiser step, over all processes."""
COLUMNS = (
    "base", "last loss of one process", "DDP ×2", "DDP ×4", "FSDP2 ×2", "two nodes, DDP",
    "process killed: rest ends after", "resumed on 4", "node killed: rest ends after", "resumed on 1",
)  # fmt: skip
log = logging.getLogger("benchmarks")


def write_data(folder: Path) -> None:
    """Segments with captions and questions, a body-part tokenizer and dialogue prompts, all made up."""
    rng = np.random.default_rng(0)
    rows, pieces = [], []
    for number in range(24):
        for side in ("left", "right"):
            length = int(rng.integers(6, 14))
            pieces.append(rng.integers(0, CODES, (length, 5)).astype(np.int16))
            rows.append({
                "captions": [f"a person waves with the {side} hand", f"someone raises the {side} arm"],
                "group": f"{('cmu', 'own')[number % 2]}: wave", "split": "val" if number < 4 else "train",
                "questions": [["Which hand waves?", f"The {side} hand.", ""]], "asks": ["yes_no/wave"], "own": 1,
                "steps": [length], "brief": "", "act": "", "manner": "", "owner": f"c{number}", "looks": "",
            })  # fmt: skip
    meta = np.frombuffer(json.dumps(rows).encode(), np.uint8)
    save_npz(folder / "segments.npz", codes=np.concatenate(pieces), numbers=np.zeros((len(rows), 4)), meta=meta)
    write_tokenizer(folder / "tokenizer")
    talk = "\n".join(json.dumps({"instruction": f"What is {n} and why?"}) for n in range(700))
    for name in ("dolly_complete.jsonl", "dolly_prompts_only.jsonl"):
        (folder / name).write_text(talk)


def settings_of(folder: Path, preset: str, **more: Any) -> Stage2Settings:
    """Settings of stage 2 on the tiny base of a preset, or on the embedded one as it is."""
    tiny = {"base": str(folder / preset), "vision": "blazepose", "text_encoder": str(folder / "clip")}
    tiny = tiny if preset in BASES else {}
    return Stage2Settings(**{
        "out": str(folder / "out"), "preset": preset, **tiny, "segments": str(folder / "segments.npz"),
        "tokenizer": str(folder / "tokenizer"), "dialogue": str(folder), "positions": 150, "dialogue_batch": 4,
        "log_every": 1, "eval_every": 1000, "eval_batches": 1, "rank": 2, "warmup": 5, **more,
    })  # fmt: skip


def losses(state: Path) -> dict[int, float]:
    """Loss by step of a run's log."""
    rows = [json.loads(line) for line in (state / "log.jsonl").read_text().splitlines()]
    return {row["step"]: row["loss"] for row in rows if "loss" in row}


def words(settings: Stage2Settings) -> list[str]:
    """The command of stage 2 with these settings, for a launcher."""
    chosen = {name: value for name, value in asdict(settings).items() if value != Stage2Settings.defaults().get(name)}
    return ["train.cli", "stage2", *(word for name, value in chosen.items() for word in (f"--{name}", str(value)))]


class Runs:
    """Runs of one preset in a folder, each with its own result and state."""

    def __init__(self, folder: Path, preset: str, steps: int) -> None:
        self.folder, self.preset, self.steps = folder, preset, steps
        self.single: dict[int, float] = {}
        self.train("single", 1)

    def settings(self, name: str, processes: int, **more: Any) -> Stage2Settings:
        """Settings of the run ``name``: four batches a step, whatever the number of processes."""
        place = {"out": str(self.folder / name), "state": str(self.folder / f"{name}-state")}
        return settings_of(self.folder, self.preset, steps=self.steps, accumulate=BATCHES // processes, **place, **more)

    def output(self, name: str) -> Path:
        """What the processes of a run print."""
        return self.folder / f"{name}.txt"

    def check(self, name: str, statuses: Iterable[int | None], good: bool = True) -> None:
        """RuntimeError with the end of the output where exit statuses are not as they should be."""
        if any((status == 0) != good for status in statuses):
            raise RuntimeError(f"{name}: exit {list(statuses)}\n{self.output(name).read_text()[-3000:]}")

    def difference(self, name: str) -> float:
        """Largest difference of a run's loss curve from that of one process."""
        found = losses(self.folder / f"{name}-state")
        self.single = self.single or found
        if found.keys() != self.single.keys() or not found:
            raise ValueError(f"{name} logged other steps: {sorted(found)} and {sorted(self.single)}")
        return max(abs(found[step] - self.single[step]) for step in found)

    def train(self, name: str, processes: int, sharded: bool = False, **more: Any) -> float:
        """Train in processes of this machine; the difference from one process."""
        settings = self.settings(name, processes, **more)
        self.check(name, ended(started(stage2.train, settings, processes, sharded, self.output(name))))
        return self.difference(name)

    def nodes(self, name: str, sharded: bool, **more: Any) -> list[Node]:
        """Two machines with one process each, which have begun to train."""
        command, port = words(self.settings(name, 2, **more)), free_port()
        return [Node(rank, 2, port, 1, command, sharded, self.output(name)) for rank in range(2)]

    def on_two_nodes(self, name: str) -> float:
        """Train on two machines; the difference from one process."""
        self.check(name, [node.ended() for node in self.nodes(name, False)])
        return self.difference(name)

    def saved(self, name: str, alive: Callable[[], bool]) -> None:
        """Wait for the first state of a run; RuntimeError where it ends before."""
        while not (self.folder / f"{name}-state" / "manifest.json").is_file():
            self.check(name, [0 if alive() else 1])
            time.sleep(0.02)

    def process_killed(self, name: str) -> float:
        """Kill one of two processes after a saved state; the seconds until the other has ended, not well."""
        settings = self.settings(name, 2, save_minutes=0.0)
        made = started(stage2.train, settings, 2, True, self.output(name))
        self.saved(name, lambda: all(one.is_alive() for one in made))
        made[-1].kill()
        begun = time.monotonic()
        self.check(name, ended(made), good=False)
        return time.monotonic() - begun

    def node_killed(self, name: str) -> float:
        """Kill one of two machines after a saved state; the seconds until the other has ended, not well."""
        first, second = self.nodes(name, True, save_minutes=0.0)
        self.saved(name, lambda: first.running() and second.running())
        second.kill()
        begun = time.monotonic()
        self.check(name, [first.ended()], good=False)
        return time.monotonic() - begun


def measure(folder: Path, preset: str, steps: int, short: bool = False) -> dict[str, float]:
    """Differences of the losses, and the seconds that the end of a run takes after a part of it is killed.

    Args:
        short: only the differences of runs on one node that nothing happens to.
    """
    if preset in BASES:
        write_base(preset, folder / preset)
    runs = Runs(folder, preset, steps)
    found = {
        "first_loss": runs.single[1],
        "last_loss": runs.single[steps],
        "ddp_2": runs.train("ddp2", 2),
        "ddp_4": runs.train("ddp4", 4),
        "fsdp2_2": runs.train("fsdp2", 2, sharded=True),
    }
    if short:
        return found
    return found | {
        "two_nodes": runs.on_two_nodes("nodes"),
        "process_killed_seconds": runs.process_killed("killed"),
        "resumed_on_4": runs.train("killed", 4, resume=True),
        "node_killed_seconds": runs.node_killed("lost"),
        "resumed_on_1": runs.train("lost", 1, resume=True),
    }


def row(preset: str, found: dict[str, float]) -> str:
    """A line of the table."""
    cells = [preset, f"{found['last_loss']:.2f}"]
    for name, value in list(found.items())[2:]:
        cells.append(f"{value:.1f} s" if name.endswith("seconds") else f"{value:.0e}".replace("e-0", "e-"))
    cells += ["–"] * (len(COLUMNS) - len(cells))
    return f"| {' | '.join(cells)} |"


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Train alike on one process and on several.")
    parser.add_argument(
        "--presets", nargs="+", default=list(BASES), choices=(*BASES, "embedded"), help="bases to train"
    )
    parser.add_argument("--steps", type=int, default=30, help="optimiser steps of a run")
    parser.add_argument("--short", action="store_true", help="only DDP and FSDP2 on one node")
    parser.add_argument("--out", type=Path, help="JSON file to which the results are added")
    options = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    log.info("| %s |\n%s|", " | ".join(COLUMNS), "|---" * len(COLUMNS))
    for preset in options.presets:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_data(folder)
            write_clip(folder / "clip")
            found = measure(folder, preset, options.steps, options.short)
        log.info(row(preset, found))
        if options.out:
            before = json.loads(options.out.read_text()) if options.out.exists() else {}
            options.out.write_text(json.dumps(before | {preset: {"steps": options.steps} | found}, indent=1) + "\n")


if __name__ == "__main__":
    main()

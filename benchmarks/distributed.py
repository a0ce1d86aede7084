"""Whether stage 2 trains alike on one process and on several, with DDP and with FSDP2, and survives a lost process.

    python -m benchmarks.distributed                 # table of losses, resume from 2 to 4 processes, a killed process
    python -m benchmarks.distributed --presets vicuna-7b --steps 6

Tiny random bases of the presets' architectures and tiny made-up segments, but the real stage. The processes are forked
with the environment that ``accelerate launch`` and ``torchrun`` give them, and talk through gloo. It takes minutes.
"""

from __future__ import annotations

import argparse
import json
import logging
import multiprocessing
import os
import socket
import tempfile
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np
import torch

from benchmarks.tiny_bases import BASES, write_base, write_clip
from hmvlm.config import TokenizerConfig
from hmvlm.tokenizer.model import BodyPartTokenizer
from train.instruct import stage2
from train.instruct.settings import Stage2Settings
from train.npz_files import save_npz

CODES = 8
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
    torch.manual_seed(0)
    tokenizer = BodyPartTokenizer(TokenizerConfig(codebook_size=CODES)).eval()
    for name, buffer in tokenizer.named_buffers():
        if name.endswith(("codebook.embed", "codebook.embed_avg")):
            buffer.normal_()
        elif name.endswith("codebook.initted"):
            buffer.fill_(True)
    tokenizer.save_pretrained(folder / "tokenizer")
    talk = "\n".join(json.dumps({"instruction": f"What is {n} and why?"}) for n in range(700))
    for name in ("dolly_complete.jsonl", "dolly_prompts_only.jsonl"):
        (folder / name).write_text(talk)


def settings_of(folder: Path, preset: str, **more) -> Stage2Settings:
    """Settings of stage 2 on the tiny base of a preset."""
    return Stage2Settings(**{
        "out": str(folder / "out"), "preset": preset, "base": str(folder / preset), "vision": "blazepose",
        "text_encoder": str(folder / "clip"), "segments": str(folder / "segments.npz"),
        "tokenizer": str(folder / "tokenizer"), "dialogue": str(folder), "positions": 150, "dialogue_batch": 4,
        "log_every": 1, "eval_every": 1000, "eval_batches": 1, "rank": 2, "warmup": 5, **more,
    })  # fmt: skip


def work(rank: int, processes: int, port: int, sharded: bool, settings: Stage2Settings, output: str) -> None:
    """One process of a run, with the environment that accelerate and torchrun give it."""
    with open(output, "a") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    if processes > 1:
        place = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": processes, "LOCAL_WORLD_SIZE": processes}
        place |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
        os.environ.update({name: str(value) for name, value in place.items()})
    os.environ.update({"ACCELERATE_USE_FSDP": str(sharded).lower(), "FSDP_VERSION": "2"})
    torch.set_num_threads(1)
    stage2.train(settings)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def started(settings: Stage2Settings, processes: int, sharded: bool = False) -> list[BaseProcess]:
    """The processes of a run, forked from this one, which has imported all of it."""
    port, context = free_port(), multiprocessing.get_context("fork")
    arguments = (processes, port, sharded, settings, f"{settings.out}.txt")
    made = [context.Process(target=work, args=(rank, *arguments)) for rank in range(processes)]
    for one in made:
        one.start()
    return made


def losses(state: Path) -> dict[int, float]:
    """Loss by step of a run's log."""
    rows = [json.loads(line) for line in (state / "log.jsonl").read_text().splitlines()]
    return {row["step"]: row["loss"] for row in rows if "loss" in row}


class Runs:
    """Runs of one preset in a folder, each with its own result and state."""

    def __init__(self, folder: Path, preset: str, steps: int) -> None:
        self.folder, self.preset, self.steps = folder, preset, steps

    def settings(self, name: str, accumulate: int, **more) -> Stage2Settings:
        """Settings of the run ``name``."""
        place = {"out": str(self.folder / name), "state": str(self.folder / f"{name}-state")}
        return settings_of(self.folder, self.preset, steps=self.steps, accumulate=accumulate, **place, **more)

    def train(self, name: str, processes: int, accumulate: int, sharded: bool = False, **more) -> dict[int, float]:
        """Train; the losses by step. RuntimeError with the end of the output where it fails."""
        made = started(self.settings(name, accumulate, **more), processes, sharded)
        for one in made:
            one.join()
        if any(one.exitcode for one in made):
            output = (self.folder / f"{name}.txt").read_text()[-3000:]
            raise RuntimeError(f"{name}: exit {[one.exitcode for one in made]}\n{output}")
        return losses(self.folder / f"{name}-state")

    def killed(self, name: str, processes: int, accumulate: int, sharded: bool = False) -> float:
        """Kill the last process after a saved state; the seconds until the others have ended.

        Raises:
            RuntimeError: one of them ended as if all were well.
        """
        made = started(self.settings(name, accumulate, save_minutes=0.0), processes, sharded)
        while not (self.folder / f"{name}-state" / "manifest.json").is_file():
            if not all(one.is_alive() for one in made):
                raise RuntimeError((self.folder / f"{name}.txt").read_text()[-3000:])
            time.sleep(0.02)
        made[-1].kill()
        begun = time.monotonic()
        for one in made:
            one.join()
        if not all(one.exitcode for one in made):
            raise RuntimeError(f"{name}: exit {[one.exitcode for one in made]} after a process was killed")
        return time.monotonic() - begun


def difference(one: dict[int, float], other: dict[int, float]) -> float:
    """Largest difference of two loss curves of the same steps."""
    if one.keys() != other.keys() or not one:
        raise ValueError(f"the runs logged other steps: {sorted(one)} and {sorted(other)}")
    return max(abs(one[step] - other[step]) for step in one)


def measure(folder: Path, preset: str, steps: int) -> dict[str, float]:
    """Differences of the losses, and the seconds that the end of a run takes after a process is killed."""
    write_base(preset, folder / preset)
    runs = Runs(folder, preset, steps)
    single = runs.train("single", 1, 4)
    found = {
        "loss": single[steps],
        "ddp_2": difference(single, runs.train("ddp2", 2, 2)),
        "ddp_4": difference(single, runs.train("ddp4", 4, 1)),
        "fsdp2_2": difference(single, runs.train("fsdp2", 2, 2, True)),
        "seconds_to_end": runs.killed("killed", 2, 2, True),
    }
    found["resumed_on_4"] = difference(single, runs.train("killed", 4, 1, resume=True))
    return found


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Train alike on one process and on several.")
    parser.add_argument("--presets", nargs="+", default=list(BASES), choices=BASES, help="architectures to train")
    parser.add_argument("--steps", type=int, default=30, help="optimiser steps of a run")
    options = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    columns = ("preset", "loss", "DDP ×2", "DDP ×4", "FSDP2 ×2", "kill one: ends after", "resumed on 4")
    log.info("| %s |\n%s|", " | ".join(columns), "|---" * len(columns))
    for preset in options.presets:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_data(folder)
            write_clip(folder / "clip")
            found = measure(folder, preset, options.steps)
            log.info(
                "| %s | %.4f | %.1e | %.1e | %.1e | %.1f s | %.1e |",
                preset, found["loss"], found["ddp_2"], found["ddp_4"], found["fsdp2_2"], found["seconds_to_end"],
                found["resumed_on_4"],
            )  # fmt: skip


if __name__ == "__main__":
    main()

"""Motions of the prompts: one file a prompt and seed, by several processes, resumed from what is there.

Variations of one request share a seed and differ in their rows of one batch, so every seed is a request of its own.
"""

from __future__ import annotations

import hashlib
import json
import logging
import multiprocessing
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.kinematics.prompts import Prompt
from hmvlm.atomic import atomic_file
from hmvlm.motion.clip import Motion

logger = logging.getLogger(__name__)
Answer = Callable[[str, int], "Motion | None"]
Job = tuple[Prompt, int]


def motion_file(folder: Path, prompt: Prompt, seed: int) -> Path:
    """Where the motion of a prompt and a seed lies; an edited sentence has another file."""
    digest = hashlib.sha256(prompt.text.encode()).hexdigest()[:8]
    return folder / "motions" / f"{prompt.id}_{digest}_s{seed}.npz"


def load_motion(folder: Path, prompt: Prompt, seed: int) -> Motion | None:
    """The motion of a prompt and a seed, None if the answer was words.

    Raises:
        FileNotFoundError: it has not been generated.
    """
    path = motion_file(folder, prompt, seed)
    if path.with_suffix(".none").exists():
        return None
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing; run the benchmark without --report-only")
    return Motion.load(path)


def missing(folder: Path, prompts: Sequence[Prompt], seeds: int) -> list[Job]:
    """Prompts and seeds without an answer, seed by seed."""
    return [
        (prompt, seed)
        for seed in range(seeds)
        for prompt in prompts
        if not (path := motion_file(folder, prompt, seed)).exists() and not path.with_suffix(".none").exists()
    ]


def answer(folder: Path, jobs: Sequence[Job], reply: Answer) -> None:
    """Answer jobs one after the other; each is on disk before the next begins."""
    for number, (prompt, seed) in enumerate(jobs, start=1):
        path = motion_file(folder, prompt, seed)
        if path.exists() or path.with_suffix(".none").exists():
            continue
        started = time.monotonic()
        motion = reply(prompt.text, seed)
        if motion is None:
            with atomic_file(path.with_suffix(".none")) as file:
                file.write_text(prompt.text + "\n")
        else:
            with atomic_file(path) as file:
                motion.save(file)
        logger.info(
            "%d/%d %s seed %d: %s in %.1f s", number, len(jobs), prompt.id, seed,
            "words" if motion is None else f"{motion.duration:.1f} s of motion", time.monotonic() - started,
        )  # fmt: skip


def assistant_answer(model: str, device: str | None, options: str = "{}") -> Answer:
    """The answer of :meth:`hmvlm.HMVLM.chat` with its defaults, and ``options`` (JSON) beside."""
    from hmvlm import HMVLM

    assistant, further = HMVLM.from_pretrained(model, device=device), json.loads(options)
    return lambda text, seed: assistant.chat(text, seed=seed, **further).motion


def generate(folder: Path, jobs: Sequence[Job], model: str, workers: int, device: str | None, options: str) -> None:
    """Answer all jobs with ``workers`` processes; one process runs in place.

    Raises:
        RuntimeError: a worker failed; what it finished stays.
    """
    if not jobs:
        return
    if workers <= 1:
        answer(folder, jobs, assistant_answer(model, device, options))
        return
    context = multiprocessing.get_context("spawn")
    processes = [
        context.Process(target=_worker, args=(folder, list(jobs)[number::workers], model, device, options))
        for number in range(workers)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    failed = [process.exitcode for process in processes if process.exitcode]
    if failed:
        raise RuntimeError(f"{len(failed)} of {workers} workers failed ({failed}); run the command again to go on")


def _worker(folder: Path, jobs: list[Job], model: str, device: str | None, options: str) -> None:
    import torch

    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(max(1, int(os.environ.get("OMP_NUM_THREADS", "1"))))
    answer(folder, jobs, assistant_answer(model, device, options))

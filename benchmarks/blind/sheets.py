"""Generate a motion for every prompt of a split and draw the sheets and forms for the readers.

The folder holds ``sheets/NAME.webp``, ``forms/reader_N.json`` with the sheets in another order for every reader, and
``key/key.json``, which says what sheet belongs to which prompt and is not for readers. An interrupted run resumes.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.blind import forms
from benchmarks.blind.drawing import blank_sheet, draw_sheet, encode
from benchmarks.checkpoints import identity
from benchmarks.prompts import SPLITS, Prompt, load
from hmvlm.atomic import atomic_file
from hmvlm.motion.clip import Motion

logger = logging.getLogger(__name__)
Generate = Callable[[str, int], "Motion | None"]


def make(prompts: list[Prompt], generate: Generate, folder: Path, readers: int = 2, header: dict | None = None) -> None:
    """Write sheets, forms and key of ``prompts`` to ``folder``; sheets that are there already stay.

    Args:
        generate: motion of a prompt text and a seed, None if the answer has none.
        readers: number of forms. header: what else the key records, such as model and seed.

    Raises:
        ValueError: the folder holds sheets of another model, split or seed.
    """
    header = header or {}
    (folder / "key").mkdir(parents=True, exist_ok=True)
    path = folder / "key" / "key.json"
    key = json.loads(path.read_text()) if path.exists() else {**header, "sheets": {}}
    found = {name: value for name, value in key.items() if name != "sheets"}
    if found != header:
        raise ValueError(f"{folder} holds sheets of {found}, not of {header}; name another folder")
    for number, prompt in enumerate(prompts, start=1):
        if prompt.id in {row["prompt"] for row in key["sheets"].values()}:
            continue
        started = time.monotonic()
        motion = generate(prompt.text, int(header.get("seed", 0)))
        name = secrets.token_hex(4)
        with atomic_file(folder / "sheets" / f"{name}.webp") as file:
            file.write_bytes(encode(blank_sheet() if motion is None else draw_sheet(motion)))
        if motion is not None:
            motion.save(folder / "key" / f"{prompt.id}.npz")
        seconds = None if motion is None else round(motion.duration, 2)
        key["sheets"][name] = {"prompt": prompt.id, "seconds": seconds}
        with atomic_file(path) as file:
            file.write_text(json.dumps(key, indent=1) + "\n")
        took = time.monotonic() - started
        logger.info("%d/%d %s: %s s of motion in %.0f s", number, len(prompts), prompt.id, seconds, took)
    texts = {prompt.id: prompt.text for prompt in prompts}
    shown = {name: texts[row["prompt"]] for name, row in key["sheets"].items() if row["prompt"] in texts}
    for reader in range(1, readers + 1):
        names = sorted(shown)
        random.Random(reader).shuffle(names)
        form = folder / "forms" / f"reader_{reader}.json"
        if not form.exists():
            forms.write(forms.empty(str(reader), {name: shown[name] for name in names}), form)


def product(model: str) -> tuple[Generate, str]:
    """What :meth:`hmvlm.HMVLM.chat` answers with its defaults, and the checkpoint's hash."""
    from hmvlm import HMVLM

    assistant = HMVLM.from_pretrained(model)
    return lambda text, seed: assistant.chat(text, seed=seed).motion, identity(model)[1]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--model", default="embedded", help="a preset or a checkpoint folder (default: embedded)")
    parser.add_argument(
        "--split",
        choices=SPLITS,
        default="report",
        help="report: for a result, read once (default); choose: to compare checkpoints and settings; "
        "develop: to find faults, as often as wanted, never reported",
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--readers", type=int, default=2, help="number of forms (default: 2)")
    parser.add_argument("--limit", type=int, help="only the first prompts of the split")
    parser.add_argument("--out", type=Path, required=True, help="folder for sheets, forms and key")


def run(options: argparse.Namespace) -> None:
    """The command."""
    generate, digest = product(options.model)
    header = {"model": identity(options.model)[0], "checkpoint": digest, "split": options.split, "seed": options.seed}
    make(load(options.split)[: options.limit], generate, options.out, options.readers, header)

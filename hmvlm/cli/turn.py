"""One command after the model is loaded: the turn, its files, and what is printed."""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import time
from typing import Any

from hmvlm.assistant import HMVLM, Reply
from hmvlm.cli.batch import label
from hmvlm.cli.files import UserError, read_input, write_outputs
from hmvlm.cli.progress import Progress
from hmvlm.language.prompting import DEFAULT_QUESTION, POSE_PROMPT
from hmvlm.serving.client import RemoteModel
from hmvlm.texts import clean

SEEDS = 2**31
"""Seeds that are drawn here are below."""


def run_turn(
    options: argparse.Namespace,
    model: HMVLM | RemoteModel,
    given: dict[str, Any] | None,
    progress: Progress,
    place: str = "",
) -> None:
    """Answer a command, write its files and print the reply.

    Args:
        given: what was read of its input; None reads it now.
        place: where it stands among several, for the progress; empty for a single one.

    Raises:
        UserError: the input or an option is wrong, or a file cannot be written.
    """
    started = time.monotonic()
    outputs = getattr(options, "out", [])
    given = read_input(options, outputs) if given is None else given
    note = getattr(given.get("motion"), "note", None)
    seed = _seed(options)
    progress.say(f"{place}answering")
    try:
        reply = progress.reply(_events(options, model, given, seed), place)
    except ValueError as error:
        raise UserError(str(error)) from error
    progress.say(f"{place}writing")
    files = [str(path) for path in write_outputs(reply, outputs, options)]
    progress.pause()
    if options.json:
        result = (
            (label(options) if place else {}) | _as_json(reply, files, seed) | ({"file_note": note} if note else {})
        )
        print(json.dumps({**result, "seconds": round(time.monotonic() - started, 3)}, ensure_ascii=False), flush=True)
        return
    if note:
        print(note, file=sys.stderr)
    print(clean(reply.text))
    if reply.note:
        print(f"({reply.note})")
    if seed is not None and reply.task == "text_to_motion":
        print(f"seed {seed}")
    for file in files:
        print(f"wrote {file}", flush=True)


def _seed(options: argparse.Namespace) -> int | None:
    """The seed of the answer: the given one, or one drawn here where it is missing or -1; None for poses."""
    if not hasattr(options, "seed"):
        return None
    return secrets.randbelow(SEEDS) if options.seed in (None, -1) else options.seed


def _events(options: argparse.Namespace, model: HMVLM | RemoteModel, given: dict[str, Any], seed: int | None):
    """The events of the turn that the command is."""
    asked = dict(given)
    if options.command == "pose":
        return model.stream(POSE_PROMPT, task="pose_estimation", foot_lock=options.foot_lock, **asked)
    asked |= {"seed": seed, "temperature": options.temperature}
    if options.command == "describe":
        return model.stream(options.question or DEFAULT_QUESTION, task="video_understanding", **asked)
    asked |= {"seconds": options.seconds, "variations": options.variations}
    asked |= {"foot_lock": options.foot_lock, "exemplars": options.exemplars}
    return model.stream(options.text, task="text_to_motion" if options.command == "generate" else None, **asked)


def _as_json(reply: Reply, files: list[str], seed: int | None) -> dict[str, Any]:
    result: dict[str, Any] = {"reply": reply.text, "task": reply.task, "gate": reply.gate, "files": files}
    if seed is not None:
        result["seed"] = seed
    if reply.plan:
        result["plan"] = reply.plan_as_json()
    if reply.estimate is not None:
        from hmvlm.vision.export import as_json

        result |= {"people": reply.estimate.people, "confidence": round(float(reply.estimate.confidence), 3)}
        if reply.task == "pose_estimation":
            result |= as_json(reply.estimates, reply.motions)
    return result

"""The command line.

    hmvlm generate "a person jumps" --seconds 4 --seed 0 --out jump.npz --out jump.mp4
    hmvlm pose photo.jpg --out pose.npz --out overlay.png
    hmvlm describe walk.bvh --question "Which way does the person turn?"
    hmvlm chat "What is the capital of France?"
    hmvlm chat "How fast is this?" --file walk.npz --json
    hmvlm serve --port 8000

``--json`` prints one object with ``reply``, ``task``, ``gate``, ``files`` and ``seconds``. For a photo or video
``people`` and ``confidence`` are added, and for its poses ``camera``, ``fps``, ``cuts`` and ``persons``, which are
described in :mod:`hmvlm.vision.export`. Exit status: 0; 2 after a mistake of the user, with one sentence on standard
error; 1 after an internal error; 130 after Ctrl-C.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import time
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hmvlm.cli.arguments import parser
from hmvlm.cli.files import UserError, check_output, read_input, write_outputs

if TYPE_CHECKING:
    from hmvlm.assistant import HMVLM, Reply

INTERNAL_ERROR, USER_ERROR, INTERRUPTED = 1, 2, 130

log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status."""
    verbose = False
    try:
        options = parser().parse_args(arguments)
        if options.command == "serve":
            return _serve(options)
        verbose = options.verbose
        _set_up_output(verbose)
        return _run(options)
    except UserError as error:
        log.info("where it was raised", exc_info=True)  # shown with --verbose
        print(f"hmvlm: {error}", file=sys.stderr)
        return USER_ERROR
    except KeyboardInterrupt:
        print("hmvlm: stopped", file=sys.stderr)
        return INTERRUPTED
    except Exception as error:
        if verbose:
            log.exception("where it was raised")
        print(
            f"hmvlm: internal error: {type(error).__name__}: {error}; --verbose shows where. Please report it.",
            file=sys.stderr,
        )
        return INTERNAL_ERROR


def _set_up_output(verbose: bool) -> None:
    """Log to standard error; without ``verbose`` only errors, and no warnings or progress bars of libraries."""
    logging.basicConfig(level=logging.INFO if verbose else logging.ERROR, format="%(name)s: %(message)s")
    if not verbose:
        warnings.simplefilter("ignore")
        os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
        os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")


def _serve(options: argparse.Namespace) -> int:
    from hmvlm.ui.serve import serve

    try:
        serve(options.preset, options.host, options.port, options.share)
    except OSError as error:
        raise UserError(f"cannot serve on port {options.port}: {error}") from error
    return 0


def _run(options: argparse.Namespace) -> int:
    started = time.monotonic()
    outputs = getattr(options, "out", [])
    for path in outputs:
        check_output(path)
    given = read_input(options, outputs)
    reply = _answer(options, _load(options.preset), given)
    files = [str(path) for path in write_outputs(reply, outputs, options)]
    if options.json:
        result: dict[str, Any] = {"reply": reply.text, "task": reply.task, "gate": reply.gate, "files": files}
        if reply.plan:
            result["plan"] = reply.plan_as_json()
        if reply.estimate is not None:
            from hmvlm.vision.export import as_json

            result |= {"people": reply.estimate.people, "confidence": round(float(reply.estimate.confidence), 3)}
            if reply.task == "pose_estimation":
                result |= as_json(reply.estimates, reply.motions)
        print(json.dumps({**result, "seconds": round(time.monotonic() - started, 3)}, ensure_ascii=False))
    else:
        print(reply.text)
        for file in files:
            print(f"wrote {file}")
    return 0


def _load(preset: str) -> HMVLM:
    from hmvlm.assistant import HMVLM  # heavy: imported after the arguments have been checked
    from hmvlm.weights import WeightsError

    try:
        return HMVLM.from_pretrained(preset)
    except (ValueError, OSError, WeightsError) as error:
        raise UserError(str(error)) from error


def _answer(options: argparse.Namespace, model: HMVLM, given: dict[str, Any]) -> Reply:
    try:
        if options.command == "pose":
            return model.estimate_pose(
                options.file, person=options.person, landmarks=options.landmarks, foot_lock=options.foot_lock
            )
        sampling = {"seed": options.seed, "temperature": options.temperature}
        if options.command == "describe":
            shown = given.pop("motion" if "motion" in given else "picture")
            return model.describe(shown, options.question, **given, **sampling)
        return model.chat(
            options.text,
            task="text_to_motion" if options.command == "generate" else None,
            seconds=options.seconds,
            variations=options.variations,
            foot_lock=options.foot_lock,
            **given,
            **sampling,
        )
    except ValueError as error:
        raise UserError(str(error)) from error

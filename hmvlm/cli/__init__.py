"""The command line.

    hmvlm generate "a person jumps" --seconds 4 --seed 0 --out jump.npz --out jump.mp4
    hmvlm generate --batch prompts.txt --out motions/walk.bvh
    hmvlm pose photo.jpg --out pose.npz --out overlay.png
    hmvlm pose photos --out poses/pose.npz
    hmvlm describe walk.bvh --question "Which way does the person turn?"
    hmvlm chat "What is the capital of France?"
    hmvlm chat "How many steps does the person take?" --file walk.npz --json
    hmvlm serve --port 8000

``--json`` prints one object with ``reply``, ``task``, ``gate``, ``files``, ``seed`` and ``seconds``; of several prompts
or pictures, one object a line, which begins with ``prompt`` or ``file``. For a photo or video
``people`` and ``confidence`` are added, and for its poses ``camera``, ``fps``, ``cuts`` and ``persons``, which are
described in :mod:`hmvlm.vision.export`. For a motion file ``file_note`` says how it was read; without
``--json`` standard error does. Exit status: 0; 2 after a mistake of the user, with one sentence on standard error;
1 after an internal error; 130 after Ctrl-C.
"""

from __future__ import annotations

import argparse
import io
import logging
import os
import sys
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

from hmvlm.cli.arguments import parser
from hmvlm.cli.batch import jobs, label
from hmvlm.cli.files import UserError, check_output, read_input
from hmvlm.cli.progress import Progress
from hmvlm.serving.address import url_of_environment

if TYPE_CHECKING:
    from hmvlm.assistant import HMVLM
    from hmvlm.serving.client import RemoteModel

INTERNAL_ERROR, USER_ERROR, INTERRUPTED = 1, 2, 130
CONNECT_SECONDS = 30.0
"""How long a command waits for a model elsewhere."""

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
        if verbose:
            log.info("where it was raised", exc_info=True)
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
    for stream in (sys.stdout, sys.stderr):  # names of files may be no text
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    logging.basicConfig(level=logging.INFO if verbose else logging.ERROR, format="%(name)s: %(message)s")
    if not verbose:
        warnings.simplefilter("ignore")
        os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
        os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")


def _serve(options: argparse.Namespace) -> int:
    from hmvlm.ui.serve import serve
    from hmvlm.ui.settings import Settings

    _url()
    chosen = {"log_format": options.log_format, "metrics": options.metrics, "proxies": options.proxies}
    try:
        settings = Settings.from_environment(**chosen)
    except ValueError as error:
        raise UserError(str(error)) from error
    try:
        serve(options.preset, options.host, options.port, options.share, settings)
    except (OSError, OverflowError) as error:
        raise UserError(f"cannot serve on port {options.port}: {error}") from error
    return 0


def _run(options: argparse.Namespace) -> int:
    _check_text(options)
    todo = jobs(options)
    if not todo:
        return 0
    for job in todo:
        for path in getattr(job, "out", []):
            check_output(path)
    given = read_input(todo[0], getattr(todo[0], "out", [])) if len(todo) == 1 else None
    status = 0
    with Progress(shown=False if options.verbose else None) as progress:
        progress.say("loading the model")
        model = _load(options.preset)
        from hmvlm.cli.turn import run_turn  # heavy, as the model

        for number, job in enumerate(todo, start=1):
            place = f"{number} of {len(todo)}, " if len(todo) > 1 else ""
            try:
                run_turn(job, model, given, progress, place)
            except UserError as error:
                if len(todo) == 1:
                    raise
                progress.pause()
                print(f"hmvlm: {' '.join(label(job).values())}: {error}", file=sys.stderr)
                status = USER_ERROR
    return status


def _check_text(options: argparse.Namespace) -> None:
    """Raise :class:`UserError` for bytes that are no text, which Python keeps as halves of characters."""
    for words in (getattr(options, "text", None), getattr(options, "question", None)):
        try:
            (words or "").encode()
        except UnicodeEncodeError as error:
            raise UserError("the text is not UTF-8; check the encoding of the terminal or of the program") from error


def _url() -> str | None:
    try:
        return url_of_environment()
    except ValueError as error:
        raise UserError(str(error)) from error


def _load(preset: str) -> HMVLM | RemoteModel:
    """The model at ``$HMVLM_URL``, or else of a preset in this process."""
    if (url := _url()) is not None:
        from hmvlm.serving.client import RemoteModel  # heavy

        try:
            return RemoteModel(url).wait(seconds=CONNECT_SECONDS)
        except RuntimeError as error:
            raise UserError(str(error)) from error
    from hmvlm.assistant import HMVLM  # heavy: imported after the arguments have been checked
    from hmvlm.weights import WeightsError

    try:
        return HMVLM.from_pretrained(preset)
    except (ValueError, OSError, WeightsError) as error:
        raise UserError(str(error)) from error

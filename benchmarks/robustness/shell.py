"""Hostile files, messages and arguments through the command line.

    python -m benchmarks.robustness.shell
    python -m benchmarks.robustness.shell --kinds photos --every 10
    python -m benchmarks.robustness.shell --kinds given --files FOLDER

Each command runs in a forked process of its own, which shares the loaded model. It must end with status 0, or with
status 2 and one sentence that names the file. A motion file is described; the pose of a photo or clip is estimated.
"""

from __future__ import annotations

import contextlib
import functools
import os
import resource
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import torch

from benchmarks.robustness.corpus import EITHER, files
from benchmarks.robustness.corpus.words import COMMANDS, MESSAGES
from benchmarks.robustness.tally import Answer, Tally, parser, quickest
from hmvlm import cli
from hmvlm.motion.formats import READ as MOTIONS
from hmvlm.paths import EXAMPLE_MOTION

GIVEN_UP_SECONDS = 600.0
"""Time after which a command is ended."""


def main() -> None:
    """The command line."""
    options = parser(__doc__).parse_args()
    torch.set_num_threads(1)
    cli._load = functools.cache(cli._load)
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        _load_all()
        chosen = [one for one in inputs(options.seed, options.files) if not options.kinds or one[0] in options.kinds]
        for kind, name, expected, arguments, data in chosen[:: options.every]:
            if data is not None:
                Path(name).write_bytes(data)
            answer = quickest(functools.partial(run, arguments))
            for line in tally.add(kind, name, expected, answer, data is not None):
                print(line, flush=True)
            if data is not None:
                Path(name).unlink()
    print("\n".join(tally.lines()))


Input = tuple[str, str, str, list[str], bytes | None]
"""Kind, name, expected class of the answer, command, and the content of a file."""


def inputs(seed: int, given: list[str]) -> Iterator[Input]:
    """Every input."""
    for kind, case in files(seed):
        yield kind, case.name, case.expected, _command(case.name), case.data
    for path in given_files(given):
        yield "given", path.name, EITHER, _command(path.name), path.read_bytes()
    for arguments in COMMANDS:
        yield "arguments", repr(arguments), EITHER, arguments, None
    for message in MESSAGES:
        yield "messages", message, EITHER, ["chat", "--", message], None


def given_files(names: list[str]) -> Iterator[Path]:
    """Files of these names and in these folders."""
    for name in names:
        path = Path(name)
        yield from sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]


def _command(name: str) -> list[str]:
    return ["describe" if Path(name).suffix.lower() in MOTIONS else "pose", "--", name]


def _load_all() -> None:
    """Load the model, and what a motion and a photo need, before processes are forked."""
    photo = EXAMPLE_MOTION.with_name("leaning.jpg")
    for arguments in (["describe", str(EXAMPLE_MOTION)], ["pose", str(photo)], ["chat", "hello"]):
        if cli.main(arguments):
            raise SystemExit(f"{arguments} failed")


def run(arguments: list[str]) -> Answer:
    """Run a command in a forked process."""
    out, err = Path("stdout.txt"), Path("stderr.txt")
    started = time.monotonic()
    process = os.fork()
    if process == 0:
        for path, number in ((out, 1), (err, 2)):
            os.dup2(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY), number)
        status = 70
        try:
            status = cli.main(arguments)
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(status)
    late = threading.Timer(GIVEN_UP_SECONDS, _end, [process])
    late.start()
    _, status, used = os.wait4(process, 0)
    late.cancel()
    seconds = time.monotonic() - started
    told, failed = out.read_text(errors="replace"), err.read_text(errors="replace")
    out.unlink()
    err.unlink()
    return _answer(os.waitstatus_to_exitcode(status), told, failed, seconds, used)


def _end(process: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def _answer(status: int, told: str, failed: str, seconds: float, used: resource.struct_rusage) -> Answer:
    amounts = (seconds, used.ru_utime + used.ru_stime, used.ru_maxrss >> 10)
    if status == cli.USER_ERROR:
        start = "hmvlm: "
        sentence = failed.removesuffix("\n").removeprefix(start)
        return Answer(sentence if failed.startswith(start) else f"Traceback? {failed}", *amounts)
    if status == 0:
        crash = None if told.strip() and failed.count("\n") <= 1 else f"it said {told[:100]!r} and {failed[-300:]!r}"
        return Answer(None, *amounts, crash=crash)
    return Answer(None, *amounts, crash=f"status {status}: {failed[-300:]}")


if __name__ == "__main__":
    main()

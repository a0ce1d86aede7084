"""Several prompts or pictures in one run: a file of prompts for ``generate``, a folder for ``pose``.

Each becomes a job, which is what a command line for it alone would have been; the model is loaded once.
"""

from __future__ import annotations

import argparse
import codecs
import mimetypes
import os
from collections import Counter
from pathlib import Path

from hmvlm import limits
from hmvlm.cli.files import OVERLAYS, UserError, reason, shown

LARGEST_BATCH = 10 * limits.MEGABYTE
"""Bytes of a file of prompts."""
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
PICTURES = (".heic", ".heif", ".avif", ".webp")
"""Suffixes of photos that :mod:`mimetypes` does not know everywhere."""


def jobs(options: argparse.Namespace) -> list[argparse.Namespace]:
    """The commands to run, one for each prompt or picture; a single one without ``--batch`` and without a folder.

    None where ``--skip-existing`` finds all files.

    Raises:
        UserError: neither a text nor a file of prompts, or nothing in them; one sentence.
    """
    if options.command == "generate":
        found = _prompts(options)
    elif options.command == "pose" and os.path.isdir(options.file):  # no error for names that no file can have
        found = _pictures(options)
    else:
        found = [options]
    return [job for job in found if not _is_written(job)] if getattr(options, "skip_existing", False) else found


def _is_written(job: argparse.Namespace) -> bool:
    """Whether all files of a job are there; of several motions, the last one's (see :func:`files.write_outputs`)."""
    last = getattr(job, "variations", 1)
    return bool(job.out) and all(
        (last == 1 and path.exists()) or path.with_stem(f"{path.stem}-{last}").exists() for path in job.out
    )


def label(job: argparse.Namespace) -> dict[str, str]:
    """What a job is about, for its JSON object."""
    return {"file": str(job.file)} if job.command == "pose" else {"prompt": job.text}


def _prompts(options: argparse.Namespace) -> list[argparse.Namespace]:
    if options.batch is None:
        if options.text is None:
            raise UserError("the following arguments are required: text, or --batch FILE; see hmvlm generate --help")
        return [options]
    if options.text is not None:
        raise UserError("give a text or --batch, not both")
    lines = _text(options.batch).splitlines()
    prompts = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
    if not prompts:
        raise UserError(f"{shown(options.batch)} holds no prompts; write one a line")
    digits = max(2, len(str(len(prompts))))
    return [_job(options, f"{number:0{digits}d}", text=text) for number, text in enumerate(prompts, start=1)]


def _text(path: Path) -> str:
    """The text of a file in UTF-8, or in UTF-16 with the mark that Windows writes before it."""
    try:
        if path.exists() and not path.is_file():
            raise UserError(f"cannot read {shown(path)}: it is no regular file")
        with path.open("rb") as file:
            data = file.read(LARGEST_BATCH + 1)
        if len(data) > LARGEST_BATCH:
            raise UserError(f"{shown(path)} is larger than {LARGEST_BATCH // limits.MEGABYTE} MB; cut it into parts")
        return data.decode("utf-16" if data.startswith(_UTF_16) else "utf-8-sig")
    except UnicodeError as error:
        raise UserError(f"cannot read {shown(path)}: it is not UTF-8 text") from error
    except (OSError, ValueError) as error:  # a name that no file can have
        raise UserError(f"cannot read {shown(path)}: {reason(error)}") from error


def _pictures(options: argparse.Namespace) -> list[argparse.Namespace]:
    kinds = {path: kind for path in sorted(options.file.iterdir()) if path.is_file() and (kind := _kind(path))}
    if not kinds:
        raise UserError(f"{options.file} holds no photo and no video")
    stems = Counter(path.stem for path in kinds)
    found = []
    for path, kind in kinds.items():
        job = _job(options, path.stem if stems[path.stem] == 1 else path.name.replace(".", "-"), file=path)
        other = {suffix for name, suffix in OVERLAYS.items() if name != kind}
        job.out = [out for out in job.out if out.suffix.lower() not in other]
        found.append(job)
    return found


def _kind(path: Path) -> str | None:
    """``image`` or ``video`` by the file's name; None for hidden and other files."""
    kind = (mimetypes.guess_type(path.name)[0] or "").split("/")[0]
    kind = "image" if path.suffix.lower() in PICTURES else kind
    return kind if kind in OVERLAYS and not path.name.startswith(".") else None


def _job(options: argparse.Namespace, name: str, **changes: object) -> argparse.Namespace:
    """The options with ``changes``, and ``-NAME`` before the suffix of every file to write."""
    outs = [path.with_stem(f"{path.stem}-{name}") for path in options.out]
    return argparse.Namespace(**{**vars(options), "out": outs, **changes})

"""What a trained artifact was made with, written beside it: settings, commit, data, versions, time, last numbers."""

from __future__ import annotations

import json
import logging
import platform
import subprocess
from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import torch

from hmvlm.atomic import atomic_file
from hmvlm.checksums import file_sha256
from train.loop.settings import LoopSettings
from train.loop.state import StateError, StateFolder

log = logging.getLogger("train")

RECORD = "training.json"
ROOT = Path(__file__).resolve().parents[2]


def is_file_output(out: Path) -> bool:
    """Whether a result is one file: its name ends in ``.safetensors``. Anything else names a folder."""
    return out.suffix == ".safetensors"


def record_path(out: str | Path) -> Path:
    """``training.json`` in a folder; beside a file ``name.safetensors`` it is ``name.training.json``."""
    out = Path(out)
    return out.with_suffix(f".{RECORD}") if is_file_output(out) else out / RECORD


def read_record(out: str | Path) -> dict[str, Any]:
    """Records by stage; empty if there are none, StateError if they cannot be read."""
    path = record_path(out)
    if not path.is_file():
        return {}
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (TypeError, ValueError) as error:
        raise StateError(f"{path} is damaged ({error}); delete or repair it") from error


def wrote(record: dict[str, Any], out: str | Path, stage: str) -> bool:
    """Whether what is in ``out`` is of the run with this record."""
    return read_record(out).get(stage, {}).get("started") == record["started"]


def write_record(out: str | Path, stage: str, about: dict[str, Any]) -> None:
    """Add or replace the record of one stage."""
    content = read_record(out) | {stage: about}
    with atomic_file(record_path(out)) as partial:
        partial.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def finished(settings: LoopSettings, stage: str) -> bool:
    """Whether ``--resume`` finds this very run complete, so that there is nothing to load or train.

    StateError as in the loop.
    """
    state = StateFolder(settings.state_folder(stage))
    if not (settings.resume and state.exists()):
        return False
    done = read_record(settings.out).get(stage, {})
    now = json.loads(json.dumps(settings.defining()))
    complete = bool(done.get("finished")) and settings.of_older_version(done.get("settings", {}), now) == now
    complete &= done.get("inputs") == checksums(done.get("inputs", {}))
    out = Path(settings.out)
    complete &= out.exists() and all((out / name).exists() for name in done.get("outputs", []))
    if complete:
        log.info("%s: %s is finished already", stage, settings.out)
    return complete


def checksums(files: Iterable[str | Path]) -> dict[str, str]:
    """SHA-256 by path of those files that exist."""
    return {str(path): file_sha256(Path(path)) for path in files if Path(path).is_file()}


def provenance(settings: dict[str, Any], inputs: Iterable[str | Path] = ()) -> dict[str, Any]:
    """Settings, commit, checksums of the input files, versions and the time, for :func:`write_record`."""
    versions = {"python": platform.python_version(), "torch": torch.__version__}
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    return {"settings": settings, "commit": commit(), "inputs": checksums(inputs), "versions": versions, "started": now}


def commit(root: Path = ROOT) -> str:
    """Short hash of the code, with ``+`` where tracked files were changed; ``unknown`` outside a repository."""
    try:
        short = _git(root, "rev-parse", "--short=8", "HEAD")
        return short + ("+" if _git(root, "status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _git(root: Path, *words: str) -> str:
    command = ["git", "--no-optional-locks", "-C", str(root), *words]  # a killed one must not leave the index locked
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

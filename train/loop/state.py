"""The state that a run resumes from: a checksummed file and a manifest that names it.

state/stage1-out/
    manifest.json         file, checksum, step, settings; replaced last, so it always names a whole file
    state-00001200-….pt   weights, optimiser, EMA, best weights, counters
    log.jsonl             one line of numbers each ``log_every`` steps and each validation
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from hmvlm.atomic import atomic_file
from hmvlm.checksums import file_sha256

MANIFEST, LOG = "manifest.json", "log.jsonl"
NEEDED = ("file", "sha256", "settings", "inputs", "batches_per_step")
Older = Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]
""":meth:`train.loop.settings.LoopSettings.of_older_version`."""
log = logging.getLogger("train")


class StateError(ValueError):
    """A state cannot be used; the message is one sentence with the remedy."""


@dataclass(frozen=True)
class StateFolder:
    """The folder of one run's state.

    Attributes:
        folder: where it lies.
    """

    folder: Path

    def exists(self) -> bool:
        """Whether there is a state to resume from."""
        return (self.folder / MANIFEST).is_file()

    def manifest(self) -> dict[str, Any]:
        """What is known of the saved state; StateError if it cannot be read."""
        try:
            found = json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))
            missing = [name for name in NEEDED if name not in found] if isinstance(found, dict) else list(NEEDED)
            if missing:
                raise ValueError(f"it has no {', '.join(missing)}")
            return found
        except (OSError, ValueError) as error:
            raise StateError(
                f"{self.folder / MANIFEST} cannot be read ({error}); delete the folder to start anew"
            ) from error

    def save(self, content: dict[str, Any], about: dict[str, Any]) -> None:
        """Write ``content`` (tensors and numbers), then the manifest with ``about``, then remove the file before it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"state-{about['step']:08d}-{secrets.token_hex(4)}.pt"  # never the name of the file that is named now
        with atomic_file(self.folder / name) as partial:
            torch.save(content, partial)
        manifest = {"file": name, "sha256": file_sha256(self.folder / name)} | about
        with atomic_file(self.folder / MANIFEST) as partial:
            partial.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
        self._remove_files(keep=name)

    def load(self, about: dict[str, Any], older: Older | None = None) -> dict[str, Any]:
        """The saved content, for a run with the same defining settings and input files.

        Args:
            about: ``settings``, ``inputs`` (checksums by path) and ``batches_per_step``, as the manifest has them.
            older: completes the settings of an older version's state.

        Raises:
            StateError: the state is damaged, or belongs to a run with other settings or inputs.
        """
        manifest = self.manifest()
        for kind in ("settings", "inputs", "batches_per_step"):
            theirs, ours = _as_dict(kind, manifest.get(kind)), _as_dict(kind, json.loads(json.dumps(about[kind])))
            if kind == "settings" and older:
                theirs = older(theirs, ours)
            for name in sorted(theirs.keys() | ours.keys()):
                if theirs.get(name) != ours.get(name) and name == "batches_per_step":
                    raise StateError(
                        f"the state in {self.folder} is of a run with batches_per_step = {theirs[name]}, not "
                        f"{ours[name]}: the number of processes times --accumulate must stay the same"
                    )
                if theirs.get(name) != ours.get(name):
                    raise StateError(
                        f"the state in {self.folder} is of a run with {name} = {theirs.get(name)!r}, "
                        f"not {ours.get(name)!r}; use the same settings and files, another --state, or --overwrite"
                    )
        path = self.folder / manifest["file"]
        if not path.is_file() or file_sha256(path) != manifest["sha256"]:
            raise StateError(f"{path} is missing or damaged (its checksum differs); delete {self.folder} to start anew")
        return torch.load(path, map_location="cpu", weights_only=True)

    def clear(self) -> None:
        """Forget the run: remove manifest, state and log."""
        for name in (MANIFEST, LOG):
            (self.folder / name).unlink(missing_ok=True)
        self._remove_files()

    def set_aside(self) -> None:
        """Rename state files that no manifest names, so that a new run does not remove them."""
        for old in () if self.exists() else self.folder.glob("state-*.pt"):
            kept = old.rename(old.with_name(f"lost-{old.name}"))
            log.warning("%s has no %s: the run starts anew; its weights are kept in %s", self.folder, MANIFEST, kept)

    def _remove_files(self, keep: str = "") -> None:
        """Remove states but the one to keep, and what a kill left of them; a folder is another's."""
        for old in (*self.folder.glob("state-*.pt"), *self.folder.glob(".partial-*")):
            if old.name != keep and old.is_file():
                old.unlink(missing_ok=True)

    def append(self, row: dict[str, Any]) -> None:
        """Add a line to the log."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / LOG).open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")

    def rows(self) -> list[dict[str, Any]]:
        """The log's whole lines."""
        if not (self.folder / LOG).is_file():
            return []
        found = []
        for line in (self.folder / LOG).read_text(encoding="utf-8").splitlines():
            try:
                found.append(json.loads(line))
            except ValueError:  # the process died while it wrote this line
                continue
        return found

    def cut_log(self, step: int, validated: int) -> None:
        """Remove the lines that a resumed run writes again.

        Args:
            step: of the state; later lines go.
            validated: step of the last validation that the state knows; later ones go, at ``step`` as well.
        """
        kept = [row for row in self.rows() if row.get("step", 0) <= (validated if is_validation(row) else step)]
        if (self.folder / LOG).is_file():
            with atomic_file(self.folder / LOG) as partial:
                partial.write_text("".join(json.dumps(row) + "\n" for row in kept), encoding="utf-8")


def is_validation(row: dict[str, Any]) -> bool:
    """Whether a line of the log is that of a validation."""
    return any(name.startswith("val_") for name in row)


def _as_dict(name: str, value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {name: value}

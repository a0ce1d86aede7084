"""Own data through both stages by one configuration file.

    hmvlm-train run runs/own.yaml            # import, tokenizer, segments, stage 2, checkpoint
    hmvlm-train run runs/own.yaml --smoke    # the same with a few steps each, in OUT-smoke

A step that is done is skipped, one that was interrupted goes on where it stopped, one that was done with other settings
is refused. ``runs/own.yaml`` describes the keys.
"""

from __future__ import annotations

import argparse
import importlib
import json
import logging
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hmvlm.atomic import atomic_folder, write_text
from train.loop.record import finished, read_record
from train.pipeline.configuration import STAGES, Configuration, words

log = logging.getLogger("train")

LAUNCHED = ("tokenizer", "stage2")
"""Stages that run in several processes where the configuration has a launcher."""


class Pipeline:
    """Runs the steps of a configuration."""

    def __init__(self, chosen: Configuration) -> None:
        self.chosen, self.out = chosen, Path(chosen.out)

    def run(self) -> Path:
        """Everything up to the checkpoint; returns its folder."""
        (self.out / "done").mkdir(parents=True, exist_ok=True)
        recordings = self._recordings()
        tokenizer = self.out / "tokenizer"
        last = None
        for name, options in self.chosen.stages.items():
            place = {"out": str(self.out / name)}
            if name == "tokenizer":
                last = "stage1" if "tokenizer-decoders" in self.chosen.stages else "tokenizer"
                place = {"data": str(recordings), "out": str(self.out / last)}
            elif name == "tokenizer-decoders":
                place = {"data": str(recordings), "model": str(self.out / str(last)), "out": str(tokenizer)}
            elif name == "segments":
                place = {"data": str(recordings), "tokenizer": str(tokenizer), "out": str(self.out / "segments.npz")}
            else:
                place |= {"segments": str(self.out / "segments.npz")}
                if name != "activity-ranker":
                    place |= {"tokenizer": str(tokenizer)}
                if name == "stage2":
                    place |= {"dialogue": self.chosen.dialogue}
                else:
                    place |= {"out": str(self.out / "rankers")}
                if name in ("facts-ranker", "exemplars"):
                    place |= {"retrieval": str(self.out / "rankers")}
            self._stage(name, place | options)
        return self._checkpoint()

    def _recordings(self) -> Path:
        """The file of all recordings."""
        folder = self.out / "data"
        folder.mkdir(parents=True, exist_ok=True)
        files = []
        for one in self.chosen.data:
            if one.file:
                files.append(Path(one.file))
                continue
            files.append(folder / f"{one.name}.npz")
            self._once(f"import-{one.name}", "train.recordings.import_set", one.arguments(files[-1]), files[-1])
        if len(files) == 1:
            return files[0]
        merged = self.out / "recordings.npz"
        self._once("merge", "train.recordings.merge", [*map(str, files), "--out", str(merged)], merged)
        return merged

    def _stage(self, name: str, options: dict[str, Any]) -> None:
        """Run a stage. One that trains knows from its own record whether it is done."""
        stage = STAGES[name]
        if stage.record is None:
            self._once(name, stage.module, words(options), Path(options["out"]))
            return
        options = options | {"state": str(self.out / "state" / name)}
        if not finished(stage.settings()(**options, resume=True), stage.record):
            self._run(name, stage.module, [*words(options), "--resume"], launched=name in LAUNCHED)

    def _once(self, step: str, module: str, arguments: Sequence[str], result: Path) -> None:
        """Run a step unless its result is there; ValueError where it was done otherwise or fails."""
        mark, text = self.out / "done" / step, json.dumps(list(arguments))
        if mark.is_file() and result.exists():
            if mark.read_text(encoding="utf-8") != text:
                raise ValueError(f"{step} was done with {mark.read_text()}, not {text}; choose another out")
            log.info("%s: done", step)
            return
        self._run(step, module, arguments)
        write_text(mark, text)

    def _run(self, step: str, module: str, arguments: Sequence[str], launched: bool = False) -> None:
        log.info("%s", step)
        if self.chosen.launch and launched:
            status = subprocess.run([*self.chosen.launch, "-m", "train.cli", step, *arguments]).returncode
        else:
            status = importlib.import_module(module).main([*arguments]) or 0
        if status:
            raise ValueError(f"{step} ended with exit status {status}; the lines above say why")

    def _checkpoint(self) -> Path:
        """One folder with all that the product loads."""
        checkpoint, trained, rankers = self.out / "checkpoint", self.out / "stage2", self.out / "rankers"
        whole = read_record(checkpoint) == read_record(trained)
        if not (whole and read_record(checkpoint / "rankers") == read_record(rankers)):
            with atomic_folder(checkpoint) as partial:
                shutil.copytree(trained, partial, dirs_exist_ok=True)
                if rankers.is_dir():
                    shutil.copytree(rankers, partial / "rankers", dirs_exist_ok=True)
        log.info("the checkpoint is in %s: hmvlm serve --preset %s", checkpoint, checkpoint)
        return checkpoint


def main(argv: list[str] | None = None) -> int:
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(description="Own data through both stages by one configuration file.")
    parser.add_argument("config", type=Path, help="configuration file, such as runs/own.yaml")
    parser.add_argument("--smoke", action="store_true", help="a few steps of each stage, in OUT-smoke")
    options = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    if not options.config.is_file():
        raise FileNotFoundError(f"there is no configuration {options.config}")
    Pipeline(Configuration.load(options.config, options.smoke)).run()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

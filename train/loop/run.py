"""The training loop of every stage, on Accelerate.

    def main(argv=None):
        settings = parse_settings(Settings, argv, __doc__)
        if not finished(settings, "stage1"):
            TrainingLoop("stage1", objective, batches, settings, inputs=[settings.data]).run()

- A run is steps or minutes long. ``--max-minutes``, SIGTERM and SIGINT end a call early and keep the state; after a
  signal the exit status is 128 plus its number.
- The state (weights, optimiser, EMA, best weights, sums of the log) is saved every ``--save-minutes``. ``--resume``
  goes on from it, exactly: batch and noise of step n depend on the seed and n alone. Without ``--resume`` a run that
  finds a state stops with one sentence, as it does where the state is damaged or of other settings.
- The state and the result replace what was there in one step, so that a killed process leaves no broken file.
- Beside the result lies ``training.json``: settings, commit, checksums of the input files, last validation.
- Several processes (``accelerate launch``, ``torchrun``) take the batches of a step in turn, so the result does not
  depend on their number. With FSDP2 the weights are sharded; the state is whole and fits any number of processes.
  Where a process dies, the others end with one sentence, and the last saved state can be resumed.
- A step whose gradient is not finite is skipped; ten in a row end the run with an error, and nothing of it is saved.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from torch.utils.data import Dataset

from hmvlm.atomic import atomic_file, atomic_folder
from train.loop.ema import EMA, BestWeights, swapped_in
from train.loop.guards import StopSignals, exclusive, existing_output, refuse, unchanged
from train.loop.losses import Losses
from train.loop.objective import Objective, Strided, prefetched, trainable
from train.loop.processes import accelerator_for, in_any, lost_peers, mean_of_all, of_the_first, read_by_the_first
from train.loop.progress import Progress
from train.loop.record import is_file_output, provenance, read_record, write_record, wrote
from train.loop.settings import LoopSettings
from train.loop.sharding import forget_gathered, gathered, shard, sharding_wanted
from train.loop.snapshot import put_back, take
from train.loop.state import StateError, StateFolder
from train.loop.step import OptimizerStep, check_finite

log = logging.getLogger("train")


class TrainingLoop:
    """One run: an objective, its batches and the settings.

    Args:
        stage: short name, for the state folder, the log and the record.
        objective: model and losses.
        batches: a data set without end; its item ``n`` must depend on ``n`` and the seed alone.
        settings: of the run.
        inputs: files that the result depends on; their checksums are recorded.

    Raises:
        StateError: there is a state, but no ``--resume``; or the result exists; or the state cannot be used.
    """

    def __init__(
        self,
        stage: str,
        objective: Objective,
        batches: Dataset,
        settings: LoopSettings,
        inputs: Iterable[str | Path] = (),
    ) -> None:
        self.stage, self.objective, self.batches, self.settings = stage, objective, batches, settings
        self.state = StateFolder(settings.state_folder(stage))
        self.accelerator = accelerator_for(settings, self.state.folder)
        self.main = self.accelerator.is_main_process
        objective.to(self.accelerator.device)
        self.sharded = sharding_wanted() and self.accelerator.num_processes > 1
        if sharding_wanted() and not self.sharded:
            log.warning("%s  FSDP was asked for, but there is one process: nothing is sharded", stage)
        self.root = Losses(objective)
        if self.sharded:
            shard(self.root, self.accelerator.device, self.accelerator.num_processes)
        self.parameters = trainable(objective)
        if not self.parameters:
            raise ValueError(f"{stage}: nothing in the objective requires a gradient")
        optimizer = objective.optimizer(settings)
        for group in optimizer.param_groups:
            group["peak_lr"] = group["lr"]
        parts: tuple[Any, Any] = (self.root, optimizer)
        self.model, self.optimizer = parts if self.sharded else self.accelerator.prepare(*parts)
        self.ema = EMA(self.parameters, settings.ema)
        self.optimizer_step = OptimizerStep(self.accelerator, self.model, self.optimizer, self.root, self.ema, settings)
        self.step, self.spent = 0, 0.0
        self.best = BestWeights()
        self.validation: dict[str, float] = {}
        self.validated = -1
        self.record = provenance(settings.defining(), inputs)

    def run(self) -> Path:
        """Train until the run or this call is over; returns the path of the result."""
        locked = exclusive(self.state.folder) if self.main else contextlib.nullcontext()
        with locked, StopSignals() as self._signals:
            self._begin()
            progress = Progress(self.stage, self.settings.steps, self.step, self.main)
            progress.sums, progress.counts = self._window["sums"], self._window["counts"]
            with lost_peers(self.accelerator, self.state.folder):
                try:
                    self._train(progress)
                finally:
                    progress.close()
                self._save_state(progress)
                self._write()
            for tracker in self.accelerator.trackers:
                tracker.finish()
        return Path(self.settings.out)

    def _begin(self) -> None:
        """Take up the state, or make sure that a fresh run destroys nothing."""
        settings, out = self.settings, Path(self.settings.out)
        if is_file_output(out) != self.objective.single_file:
            kind = "a file that ends in .safetensors" if self.objective.single_file else "a folder"
            raise ValueError(f"--out must name {kind}; got {out}")
        self._window: dict[str, dict] = {"sums": {}, "counts": {}}
        fresh = bool(of_the_first(self.accelerator, float(settings.overwrite or not self.state.exists())))
        taken = existing_output(out, self.objective.outputs)
        refuse(taken if fresh and not settings.overwrite else None)
        self._found = read_record(out)  # StateError now rather than after the training
        self.accelerator.wait_for_everyone()
        if self.main and fresh:
            if not settings.overwrite:
                self.state.set_aside()
            self.state.clear()  # also what a run that died before its first state left
        self.accelerator.wait_for_everyone()
        if not fresh:
            if not settings.resume:
                raise StateError(
                    f"{self.state.folder} holds the state of a run; add --resume to go on with it, or --overwrite"
                )
            self._load_state()
            if self._out_before != str(out.resolve()) and not wrote(self.record, out, self.stage):
                refuse(taken)
        if self.accelerator.log_with:
            plain = {k: v for k, v in self.settings.defining().items() if isinstance(v, (int, float, str, bool))}
            self.accelerator.init_trackers(self.stage, config=plain)

    def _train(self, progress: Progress) -> None:
        settings, world = self.settings, self.accelerator.num_processes
        order = Strided(self.step * settings.accumulate * world, self.accelerator.process_index, world)
        batches = prefetched(self.batches, order, settings.workers)
        saved, before = 0.0, self.spent
        self.model.train()
        if self.objective.validate_first and self.step == 0:
            self._validate(progress)
        while self._share() < 1 and not self._interrupted(progress):
            progress.step(self.optimizer_step(batches, self.step, self._share()))
            self.step += 1
            self.spent = before + of_the_first(self.accelerator, progress.minutes())
            if self.step % settings.log_every == 0:
                minutes_left = settings.minutes_left(self.spent, progress.minutes())
                means = mean_of_all(self.accelerator, progress.row())
                self._log(progress, means | progress.speed(self.step, minutes_left))
            if self.step % settings.eval_every == 0:
                self._validate(progress)
            if self.spent - before - saved > settings.save_minutes:  # the same clock in all processes
                self._save_state(progress)
                saved = self.spent - before
        if self._share() >= 1 and self.validated != self.step:  # a call that ends early must not choose other weights
            self._validate(progress)

    @torch.no_grad()
    def _validate(self, progress: Progress) -> None:
        """Validate the EMA, or the weights themselves where there is none, and keep them if
        they are the best so far.
        """
        self.model.eval()
        torch.manual_seed(self.settings.seed)
        with swapped_in(self.parameters, self.ema.mean):
            found = self.root.validate()  # sharded weights need every process
            self.validation = read_by_the_first(self.accelerator, lambda: found)
            forget_gathered(self.root)
            chosen = self.objective.selection
            if chosen is not None:
                self.best.offer(self.validation[chosen], self.parameters)
        self.model.train()
        self.validated = self.step
        if self.validation:
            self._log(progress, {f"val_{name}": value for name, value in self.validation.items()})

    def _log(self, progress: Progress, row: dict[str, float]) -> None:
        if self.main:
            progress.report(self.step, row)
            self.state.append({"step": self.step, "minutes": round(self.spent, 2)} | row)
        self.accelerator.log(row, step=self.step)

    def _share(self) -> float:
        return self.settings.share(self.step, self.spent)

    def _interrupted(self, progress: Progress) -> bool:
        """Whether any process received a stop signal or used up ``--max-minutes``; the same answer in all processes."""
        limit = self.settings.max_minutes
        over = self._signals.received is not None or (limit is not None and progress.minutes() >= limit)
        return in_any(self.accelerator, over)

    def _save_state(self, progress: Progress) -> None:
        check_finite(self.accelerator, self.parameters, self.step)
        if not (self.main or self.sharded):
            return
        content = take(self.objective, self.optimizer, self.ema, self.best, progress, self.main)
        if not self.main:
            return
        content |= {"validation": self.validation, "validated": self.validated}
        place = {"step": self.step, "spent": self.spent, "out": str(Path(self.settings.out).resolve())}
        self.state.save(content, self._about() | place | {"record": self.record})

    def _about(self) -> dict[str, Any]:
        """What a state must have in common with the run that resumes from it."""
        count = self.settings.accumulate * self.accelerator.num_processes
        return {"settings": self.settings.defining(), "inputs": self.record["inputs"], "batches_per_step": count}

    def _load_state(self) -> None:
        content, manifest = read_by_the_first(  # other machines may not see its folder
            self.accelerator,
            lambda: (self.state.load(self._about(), self.settings.of_older_version), self.state.manifest()),
        )
        put_back(content, self.objective, self.optimizer, self.ema, self.best, self.state.folder)
        self.validation, self._window = content["validation"], content["window"]
        self.validated, self.record = content["validated"], manifest["record"]
        self.step, self.spent = manifest["step"], manifest["spent"]
        self._out_before = manifest.get("out", str(Path(self.settings.out).resolve()))
        if self.main:
            self.state.cut_log(self.step, self.validated)
        log.info("%s  resumed at step %d", self.stage, self.step)

    def _write(self) -> None:
        """Write the result: the best weights, or else the EMA, or else the last ones, and the record beside them."""
        out, complete = Path(self.settings.out), self._share() >= 1
        if self.main:
            unchanged(self._found, out, self.stage)
        if complete and self.objective.selection is not None:
            self.best.require(self.objective.selection)
        about = self.record | {
            "finished": complete, "steps": self.step, "minutes": round(self.spent, 2),
            "processes": self.accelerator.num_processes, "validation": self.validation,
        }  # fmt: skip
        self.objective.eval()
        place = atomic_file if self.objective.single_file else atomic_folder
        chosen = swapped_in(self.parameters, self.best.values or self.ema.mean)
        with chosen, gathered(self.root, self.main), place(out) if self.main else contextlib.nullcontext() as partial:
            if partial is None:  # not the main process
                return
            self.objective.save(partial)
            if not self.objective.single_file:
                about["outputs"] = [name for name in self.objective.outputs if (partial / name).exists()]
                write_record(partial, self.stage, about)
        if self.objective.single_file:
            write_record(out, self.stage, about)
        log.info("%s  %s written to %s", self.stage, "finished," if complete else "not finished, so far", out)

r"""Evaluate a checkpoint on test splits: tables as JSON and as a report with plots.

    python -m train.evaluation.run --all                                # up to 90 minutes on two cores; docs/results.md
    python -m train.evaluation.run --quick                              # up to 8 minutes; outputs/quick/results.md
    python -m train.evaluation.run --all --only tokenizer gate          # some sections; the other tables stay
    python -m train.evaluation.run --all --recordings data/recordings   # from a clean clone: makes missing files
    python -m train.evaluation.run --all --out outputs/again --against docs/results/results.json   # is it reproduced?
    python -m train.evaluation.run --all --also "plain LoRA=out/lora" --whole out/whole
    python -m train.evaluation.run --only understanding --budget questions=200 rendered_clips=200 minutes=120 \
        --out outputs/questions
    python -m train.evaluation.run --only gate --budget gate_answers=380 --out outputs/gate
    python -m train.evaluation.run --only pose --coco PHOTOS --clips CLIP.mp4 --out outputs/photos

Sections: tokenizer, text_to_motion, prompts, motion_to_text, understanding, pose, forgetting, gate; photos where
``--threedpw``, ``--human36m``, ``--coco`` or ``--clips`` name the data. A section without its files is listed in the
report with the command that makes them.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path

from train.evaluation.context import ALL, QUICK, Budget, EvaluationContext
from train.evaluation.inputs import make_missing
from train.evaluation.report.comparison import compare
from train.evaluation.report.document import Report
from train.evaluation.report.provenance import checkpoint_hash, machine
from train.evaluation.report.tables import Table
from train.evaluation.sections import (
    forgetting,
    gate,
    motion_to_text,
    photos,
    pose,
    prompt_checks,
    text_to_motion,
    tokenizer,
    understanding,
)
from train.loop.record import commit
from train.loop.settings import option, parse_settings

log = logging.getLogger("train.evaluation.run")

SECTIONS: dict[str, Callable[[EvaluationContext], list[Table]]] = {
    "tokenizer": tokenizer.run,
    "gate": gate.run,
    "pose": pose.run,
    "prompts": prompt_checks.run,
    "motion_to_text": motion_to_text.run,
    "understanding": understanding.run,
    "text_to_motion": text_to_motion.run,
    "forgetting": forgetting.run,
}


def evaluate(
    context: EvaluationContext,
    sections: dict[str, Callable[[EvaluationContext], list[Table]]],
    report: Report,
    whole: bool,
    out: Path,
) -> Report:
    """Run sections one after the other, print their tables, and write the report into ``out`` after each.

    A section whose files are missing or too small is listed in the report if ``whole``; otherwise the error is raised.
    """
    others = "".join(f", {label} {checkpoint_hash(folder)}" for label, folder in context.other_checkpoints.items())
    provenance = f"commit {commit()} · checkpoint {context.hash}{others}"
    report.machine = machine()
    for name, section in sections.items():
        started = time.monotonic()
        try:
            tables = section(context)
        except (FileNotFoundError, ValueError) as error:
            if not whole:
                raise
            log.warning("%s was not measured: %s", name, error, exc_info=isinstance(error, ValueError))
            report.missing[name] = str(error)
            report.write(out / "results" / "results.json", out / "results.md")
            continue
        spent = time.monotonic() - started
        report.add(name, [replace(table, seconds=spent) for table in tables], provenance)
        report.write(out / "results" / "results.json", out / "results.md")
        for table in tables:
            print(f"\n{table.text()}", flush=True)
        log.info("%s took %.0f s", name, spent)
    return report


def named_folders(values: list[str]) -> dict[str, Path]:
    """``NAME=FOLDER`` options as a dictionary."""
    pairs = [value.partition("=") for value in values]
    wrong = [name for name, sign, folder in pairs if not (name and sign and folder)]
    if wrong:
        raise ValueError(f"--also takes NAME=FOLDER, not {wrong[0]!r}")
    return {name: Path(folder) for name, _, folder in pairs}


def changed_budget(budget: Budget, values: list[str]) -> Budget:
    """A budget with fields set by ``NAME=NUMBER`` (``NAME=N,M`` for pairs); ``minutes`` sets those of every section."""
    names = {field.name for field in fields(Budget)}
    changes: dict = {}
    for value in values:
        name, _, text = value.partition("=")
        try:
            if name not in names:
                raise ValueError
            if name == "minutes":
                changes[name] = dict.fromkeys(budget.minutes, float(text))
            else:
                kind = type(getattr(budget, name))
                changes[name] = tuple(map(int, text.split(","))) if kind is tuple else kind(text)
        except ValueError:
            raise ValueError(
                f"--budget takes NAME=NUMBER with one of {', '.join(sorted(names))}, not {value!r}"
            ) from None
    return replace(budget, **changes)


@dataclass(kw_only=True)
class EvaluationSettings:
    """Evaluate a checkpoint on test splits."""

    all: bool = option(False, "large samples, up to 90 minutes (the default)")
    quick: bool = option(False, "small samples, up to 8 minutes")
    only: list[str] = option([], f"some sections: {', '.join(SECTIONS)}")
    budget: list[str] = option(
        [], "NAME=NUMBER, other sample sizes or minutes: fields of train.evaluation.context.Budget"
    )
    model: str = option("embedded", "preset or folder of a model")
    also: list[str] = option([], "NAME=FOLDER, further checkpoints as rows")
    whole: Path | None = option(None, "folder of a whole-body tokenizer for its row")
    data: Path = option(
        Path("data"),
        "folder of motions.npz, pairs.npz, views.npz, evaluator, dialogue, and, if it exists, body_encoder.safetensors",
    )
    dialogue: Path | None = option(None, "folder with dolly_*.jsonl (default: dialogue in --data or --recordings)")
    questions: Path | None = option(None, "multiple-choice sets and MT-Bench (default: eval in --dialogue)")
    recordings: Path | None = option(
        None, "folder of the recordings; files that are missing in --data are made from it"
    )
    threedpw: Path | None = option(None, "folder of 3DPW")
    human36m: list[Path] = option([], "prepared annotations (.npz) and picture folder of Human3.6M")
    coco: Path | None = option(None, "folder of photos with COCO's annotations as keypoints.json")
    clips: list[Path] = option([], "videos of one person whose jitter is measured")
    against: Path | None = option(None, "results.json of an earlier run to compare with")
    out: Path | None = option(None, "folder for the report (default: docs, with --quick outputs/quick)")
    state: Path = option(Path("state/evaluation"), "folder of kept motions, for resuming")
    seed: int = option(0, "of everything that is sampled")

    def __post_init__(self) -> None:
        if self.all and self.quick:
            raise ValueError("--all and --quick exclude each other")
        unknown = [name for name in self.only if name not in SECTIONS]
        if unknown:
            raise ValueError(f"--only takes sections of {', '.join(SECTIONS)}, not {unknown[0]!r}")
        if len(self.human36m) not in (0, 2):
            raise ValueError(f"--human36m takes the annotations and the picture folder, got {len(self.human36m)} paths")
        if self.against is not None and not self.against.is_file():
            raise ValueError(f"--against {self.against} is missing; give the results.json of an earlier run")
        named_folders(self.also)
        changed_budget(ALL, self.budget)

    @property
    def folder(self) -> Path:
        """Folder of the report: ``out`` or its default."""
        return self.out or Path("outputs/quick" if self.quick else "docs")

    def context(self) -> EvaluationContext:
        """Model, files and budget of these settings."""
        dialogue = self.dialogue or self.data / "dialogue"
        if not dialogue.is_dir() and self.recordings is not None:
            dialogue = self.recordings / "dialogue"
        return EvaluationContext(
            model=self.model,
            budget=changed_budget(QUICK if self.quick else ALL, self.budget),
            motions=self.data / "motions.npz",
            pairs=self.data / "pairs.npz",
            views=self.data / "views.npz",
            dialogue=dialogue,
            questions=self.questions,
            evaluator_folder=self.data / "evaluator",
            whole_body_tokenizer=self.whole,
            other_checkpoints=named_folders(self.also),
            figures=self.folder / "results",
            state=self.state,
            seed=self.seed,
            body_encoder=self.data / "body_encoder.safetensors",
        )

    def photo_data(self) -> photos.PhotoData:
        """Photos and clips of these settings."""
        human36m = (self.human36m[0], self.human36m[1]) if self.human36m else None
        return photos.PhotoData(self.threedpw, human36m, self.coco, tuple(self.clips))


def main(argv: list[str] | None = None) -> int:
    """The command; returns 0."""
    settings = parse_settings(EvaluationSettings, argv, __doc__)
    context, pictures = settings.context(), settings.photo_data()
    if settings.recordings is not None:
        make_missing(context, settings.recordings)
    sections = {name: run for name, run in SECTIONS.items() if not settings.only or name in settings.only}
    if pictures:
        sections["photos"] = lambda context: photos.run(context, pictures)
    earlier = Report.load(settings.against) if settings.against is not None else None
    known = Report.load(settings.folder / "results" / "results.json") if settings.only else Report()
    report = evaluate(context, sections, known, not settings.only, settings.folder)
    if earlier is not None:
        print(f"\nAgainst {settings.against}: {compare(report, earlier).text()}")
    print(f"\n{settings.folder / 'results.md'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

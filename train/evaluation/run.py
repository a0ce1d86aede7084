"""Evaluate a checkpoint on test splits: tables as JSON and as a report with plots.

    python -m train.evaluation.run --all                                # up to 90 minutes on two cores; docs/results.md
    python -m train.evaluation.run --quick                              # up to 8 minutes; outputs/quick/results.md
    python -m train.evaluation.run --all --only tokenizer gate          # some sections; the other tables of the report stay
    python -m train.evaluation.run --all --recordings data/recordings   # from a clean clone: makes the files that are missing
    python -m train.evaluation.run --all --out outputs/again --against docs/results/results.json   # is it reproduced?
    python -m train.evaluation.run --all --also "plain LoRA=out/lora" --whole out/whole
    python -m train.evaluation.run --only understanding --budget questions=200 rendered_clips=200 minutes=120 --out outputs/questions
    python -m train.evaluation.run --only gate --budget gate_answers=380 --out outputs/gate
    python -m train.evaluation.run --only pose --coco PHOTOS --clips CLIP.mp4 --out outputs/photos

Sections: tokenizer, text_to_motion, prompts, motion_to_text, understanding, pose, forgetting, gate; photos where ``--threedpw``,
``--human36m``, ``--coco`` or ``--clips`` name the data. A section without its files is listed in the report with the command that makes
them.
"""

from __future__ import annotations

import argparse
import logging
import time
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

from train.evaluation.context import ALL, QUICK, Budget, EvaluationContext
from train.evaluation.inputs import make_missing
from train.evaluation.report.comparison import compare
from train.evaluation.report.document import Report
from train.evaluation.report.provenance import checkpoint_hash, commit, machine
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


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    extent = options.add_mutually_exclusive_group()
    extent.add_argument("--all", action="store_true", help="everything, up to 90 minutes (the default)")
    extent.add_argument("--quick", action="store_true", help="everything on small samples, up to 8 minutes")
    options.add_argument("--only", nargs="+", choices=SECTIONS, metavar="SECTION", help=f"of {', '.join(SECTIONS)}")
    options.add_argument(
        "--budget",
        nargs="+",
        default=[],
        metavar="NAME=NUMBER",
        help="sample sizes, minutes: fields of train.evaluation.context.Budget",
    )
    options.add_argument("--model", default="embedded", help="preset or folder of a model")
    options.add_argument("--also", nargs="+", default=[], metavar="NAME=FOLDER", help="further checkpoints as rows")
    options.add_argument("--whole", type=Path, help="folder of a whole-body tokenizer for its row")
    options.add_argument(
        "--data",
        type=Path,
        default=Path("data"),
        help="folder of motions.npz, pairs.npz, views.npz, evaluator, dialogue, and body_encoder.safetensors if it is there",
    )
    options.add_argument(
        "--dialogue", type=Path, help="folder with dolly_*.jsonl (default: dialogue in --data or --recordings)"
    )
    options.add_argument(
        "--questions", type=Path, help="multiple-choice sets and MT-Bench (default: eval in --dialogue)"
    )
    options.add_argument(
        "--recordings", type=Path, help="folder of the recordings; files that are missing in --data are made from it"
    )
    options.add_argument("--threedpw", type=Path, help="folder of 3DPW")
    options.add_argument(
        "--human36m", type=Path, nargs=2, metavar=("ANNOTATIONS", "IMAGES"), help="prepared .npz and picture folder"
    )
    options.add_argument("--coco", type=Path, help="folder of photos with COCO's annotations as keypoints.json")
    options.add_argument(
        "--clips", type=Path, nargs="+", default=[], help="videos of one person whose jitter is measured"
    )
    options.add_argument("--against", type=Path, metavar="JSON", help="results.json of an earlier run to compare with")
    options.add_argument("--out", type=Path, help="folder for the report (default: docs, with --quick outputs/quick)")
    options.add_argument(
        "--state", type=Path, default=Path("state/evaluation"), help="folder of kept motions, for resuming"
    )
    options.add_argument("--seed", type=int, default=0)
    return options


def main(arguments: list[str] | None = None) -> int:
    """The command; returns 0."""
    args = parser().parse_args(arguments)
    data, dialogue = args.data, args.dialogue or args.data / "dialogue"
    if not dialogue.is_dir() and args.recordings is not None:
        dialogue = args.recordings / "dialogue"
    out = args.out or Path("outputs/quick" if args.quick else "docs")
    context = EvaluationContext(
        args.model, changed_budget(QUICK if args.quick else ALL, args.budget), data / "motions.npz", data / "pairs.npz", data / "views.npz", dialogue,
        args.questions, data / "evaluator", args.whole, named_folders(args.also), out / "results", args.state, args.seed,
        data / "body_encoder.safetensors",
    )  # fmt: skip
    if args.recordings is not None:
        make_missing(context, args.recordings)
    sections = {name: run for name, run in SECTIONS.items() if args.only is None or name in args.only}
    pictures = photos.PhotoData(args.threedpw, args.human36m, args.coco, tuple(args.clips))
    if pictures:
        sections["photos"] = lambda context: photos.run(context, pictures)
    if args.against is not None and not args.against.is_file():
        raise SystemExit(f"{args.against} is missing; give the results.json of an earlier run")
    earlier = Report.load(args.against) if args.against is not None else None
    known = Report() if args.only is None else Report.load(out / "results" / "results.json")
    made = evaluate(context, sections, known, args.only is None, out)
    if earlier is not None:
        print(f"\nAgainst {args.against}: {compare(made, earlier).text()}")
    print(f"\n{out / 'results.md'}")
    return 0


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    raise SystemExit(main())

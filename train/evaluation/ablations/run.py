"""Train and measure variants of the model at a small, stated budget: the paper's ablations at our scale.

    python -m train.evaluation.ablations.run --minutes 12                          # everything: 9 models and 4 tokenizers of 12 minutes each
    python -m train.evaluation.ablations.run --minutes 12 --only experts layout    # some of: experts, layout, forgetting, expert_lr, tokenizer
    python -m train.evaluation.ablations.run --minutes 240 --device cuda --dtype bfloat16 --positions 16384 --workers 15 --prompts 256

experts     2, 3, 5, 8 experts, with the zero expert: parameters, step time, latency, validation loss
layout      stepwise against flat, at equal time and at equal clips seen
expert_lr   experts at two and four times the learning rate, against one LoRA of equal size
forgetting  experts with the zero-expert loss, without it, and one LoRA of equal size: the paper's Table 1
tokenizer   body parts against the whole body, 512 and 1,024 codes

Every variant is trained by the usual stage for ``--minutes`` or ``--steps``, whichever ends first, in its own folder
under ``--state``; a finished one is not trained again. Writes ``ablations.json`` and ``ablations.md``.
"""

from __future__ import annotations

import argparse
import logging
from dataclasses import replace
from pathlib import Path

import torch

from hmvlm.tokenizer.model import BodyPartTokenizer
from train.evaluation.ablations.variants import COLUMNS, Result, Variant, as_options, at_examples, train_variant
from train.evaluation.context import QUICK, EvaluationContext
from train.evaluation.report import plots
from train.evaluation.report.document import Report
from train.evaluation.report.provenance import checkpoint_hash, commit, machine
from train.evaluation.report.tables import Table
from train.evaluation.sections import forgetting, text_to_motion
from train.evaluation.sections.tokenizer import CODEBOOK_USE, MEASURES, row, sample_test_clips
from train.recordings.store import load_motions
from train.tokenizer import stage1
from train.tokenizer.metrics import measure

log = logging.getLogger("train.evaluation.ablations.run")

INTRODUCTION = """# Ablations

Made by `python -m train.evaluation.ablations.run`: every row is a model trained for the time or steps stated below it, from the same start, with
the same data and seed. Runs this short compare learning speed, not
the result of long training."""
LIMITS = """One training run a row: the variance over seeds is not measured, so that small differences are not significant."""
DEFAULT = Variant("5 experts")
EXPERTS = (Variant("2 experts", experts=1), Variant("3 experts", experts=2), DEFAULT, Variant("8 experts", experts=7))
FLAT = Variant("flat layout", layout="flat")
NO_LOSS = Variant("without L_gat", gate_loss=False)
EXPERT_LRS = {
    f"experts, {factor} times the learning rate": Variant(f"expert lr {factor}", expert_lr_multiplier=factor)
    for factor in (2, 4)
}
PLAIN = Variant("plain LoRA of equal size", experts=1, rank=4 * DEFAULT.rank, gated=False)
TOKENIZERS = {
    f"{label}, K = {codes}": (kind, codes)
    for kind, label in (("body", "body parts"), ("whole", "whole body"))
    for codes in (512, 1024)
}


def budget(args: argparse.Namespace) -> str:
    """The training budget as a sentence under the tables, with the user's note."""
    return f"Each row trained for at most {args.minutes:g} minutes and {args.steps} steps of {args.positions} positions on {device(args)}. {args.note}".rstrip()


def device(args: argparse.Namespace) -> str:
    """Name of the device that variants are trained on."""
    return torch.cuda.get_device_name() if args.device == "cuda" else args.device


def experts(args: argparse.Namespace) -> list[Table]:
    """The paper's Figure 5."""
    results = {variant.label: train_variant(variant, args) for variant in EXPERTS}
    figures = {}
    counts = [1 + variant.experts for variant in EXPERTS]
    for column in ("step s", "latency s", "validation loss, motion"):
        series = {column: (counts, [result.row()[COLUMNS.index(column)] for result in results.values()])}
        file = args.out / "ablations" / f"experts_{column.split()[0]}.png"
        figures |= plots.lines(file, series, ("experts, with the zero expert", column), f"Experts and {column}")
    return [_table("experts", "Number of experts", results, args, (budget(args),), figures)]


def layout(args: argparse.Namespace) -> list[Table]:
    """Stepwise against flat; the third row is the stepwise run after as many clips as the flat one."""
    results = {"stepwise": train_variant(DEFAULT, args), "flat": train_variant(FLAT, args)}
    early = at_examples(results["stepwise"], results["flat"].examples)
    if early is not None:
        results["stepwise at as many clips"] = early
    return [
        _table(
            "layout",
            "Layout at equal training time and at equal clips seen",
            results,
            args,
            (budget(args), "Losses are nats a part token."),
        )
    ]


def tuning(args: argparse.Namespace) -> list[Table]:
    """The paper's Table 1: what each way of tuning costs the language model and gains on motion."""
    variants = {"experts and L_gat": DEFAULT, "without L_gat": NO_LOSS, "plain LoRA": PLAIN}
    results = {label: train_variant(variant, args) for label, variant in variants.items()}
    others = {label: args.state / variants[label].key for label in list(variants)[1:]}
    chosen = replace(
        QUICK, minutes=QUICK.minutes | {"forgetting": args.measure_minutes, "text_to_motion": args.measure_minutes},
        choice_items=args.choices, perplexity_answers=60, greedy_answers=(20, 16), prompts=max(args.prompts, 1),
    )  # fmt: skip
    context = EvaluationContext(
        str(args.state / DEFAULT.key), chosen, args.data / "motions.npz", args.data / "pairs.npz", dialogue=args.dialogue,
        questions=args.questions, evaluator_folder=args.data / "evaluator", other_checkpoints=others, figures=args.out / "ablations",
        state=args.state / "generated",
    )  # fmt: skip
    made = [_table("tuning", "Ways of tuning", results, args, (budget(args),))]
    made += [
        replace(one, name=f"tuning_{one.name}", notes=(*one.notes, budget(args))) for one in forgetting.run(context)
    ]
    if args.prompts:
        made += [
            replace(one, name=f"tuning_{one.name}", notes=(*one.notes, budget(args)))
            for one in text_to_motion.run(context)
        ]
    return made


def expert_lr(args: argparse.Namespace) -> list[Table]:
    """Do experts learn more slowly than one LoRA because each has only a share of α? Their learning rate is raised."""
    variants = {"experts": DEFAULT, **EXPERT_LRS, "plain LoRA": PLAIN}
    results = {label: train_variant(variant, args) for label, variant in variants.items()}
    return [_table("expert_lr", "Learning rate of the experts", results, args, (budget(args),))]


def tokenizer(args: argparse.Namespace) -> list[Table]:
    """Body parts against the whole body: reconstruction of test clips."""
    rows, data = {}, str(args.data / "motions.npz")
    clips = sample_test_clips(load_motions(data), args.clips, args.seed)
    for label, (kind, codes) in TOKENIZERS.items():
        folder = args.state / f"tokenizer_{kind}_{codes}"
        if not (folder / "tokenizer.json").is_file():
            options = as_options(
                data=data, out=folder, state=folder / "state", parts=kind, codes=codes, steps=args.tokenizer_steps,
                max_minutes=args.minutes, batch=args.tokenizer_batch, seed=args.seed, device=args.device, eval_every=10**6,
            )  # fmt: skip
            stage1.train(stage1.parser().parse_args(options))
        rows[label] = row(measure(BodyPartTokenizer.from_pretrained(folder), clips)["all"])
    note = f"Each row trained for at most {args.minutes:g} minutes and {args.tokenizer_steps} steps on {device(args)}."
    columns = (*MEASURES.values(), *CODEBOOK_USE.values())
    return [
        Table(
            "tokenizers",
            "Body parts against the whole body",
            columns,
            rows,
            "test",
            len(clips),
            str(args.seed),
            "95 % over clips",
            (note,),
        )
    ]


def _table(
    name: str,
    title: str,
    results: dict[str, Result],
    args: argparse.Namespace,
    notes: tuple[str, ...],
    figures: dict[str, str] | None = None,
) -> Table:
    rows = {label: result.row() for label, result in results.items()}
    return Table(name, title, COLUMNS, rows, "validation", "6 batches", str(args.seed), "", notes, figures or {})


GROUPS = {"experts": experts, "layout": layout, "forgetting": tuning, "expert_lr": expert_lr, "tokenizer": tokenizer}


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--only", nargs="+", choices=GROUPS, default=list(GROUPS))
    options.add_argument("--minutes", type=float, default=12.0, help="most training time a variant")
    options.add_argument(
        "--steps", type=int, default=200, help="steps the learning rate is planned for, and at most made"
    )
    options.add_argument("--tokenizer-steps", type=int, default=2000)
    options.add_argument("--tokenizer-batch", type=int, default=32, help="windows a step")
    options.add_argument("--positions", type=int, default=1024, help="packed positions a step")
    options.add_argument("--workers", type=int, default=0, help="prefetch workers")
    options.add_argument("--preset", default="embedded")
    options.add_argument("--tokenizer", default="checkpoints/embedded/tokenizer")
    options.add_argument(
        "--data", type=Path, default=Path("data"), help="folder of motions.npz, stage2.npz, pairs.npz, evaluator"
    )
    options.add_argument("--dialogue", type=Path, default=Path("data/dialogue"))
    options.add_argument(
        "--questions", type=Path, help="multiple-choice sets and MT-Bench (default: eval in --dialogue)"
    )
    options.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    options.add_argument("--dtype", choices=("float32", "bfloat16"), default="float32")
    options.add_argument("--choices", type=int, default=60, help="items of each multiple-choice set")
    options.add_argument(
        "--measure-minutes", type=float, default=10.0, help="most time for forgetting, and for text to motion"
    )
    options.add_argument(
        "--prompts", type=int, default=0, help="captions to generate motion for; 0 leaves text to motion out"
    )
    options.add_argument("--clips", type=int, default=200, help="test clips that tokenizers are measured on")
    options.add_argument("--out", type=Path, default=Path("docs"))
    options.add_argument("--state", type=Path, default=Path("state/ablation"))
    options.add_argument(
        "--note", default="", help="a sentence under the tables, for example about other load on the machine"
    )
    options.add_argument("--seed", type=int, default=0)
    return options


def main(arguments: list[str] | None = None) -> int:
    """The command; returns 0."""
    args = parser().parse_args(arguments)
    file = args.out / "ablations" / "ablations.json"
    report = replace(Report.load(file), introduction=INTRODUCTION, closing=LIMITS, machine=machine())
    for name in args.only:
        tables = GROUPS[name](args)
        folders = [path for path in sorted(args.state.glob("*")) if path.is_dir() and list(path.glob("*.json"))]
        provenance = (
            f"commit {commit()} · variants {', '.join(f'{path.name} {checkpoint_hash(path)}' for path in folders)}"
        )
        report.add(name, tables, provenance)
        for table in tables:
            print(f"\n{table.text()}", flush=True)
        report.write(file, args.out / "ablations.md")
    return 0


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    raise SystemExit(main())

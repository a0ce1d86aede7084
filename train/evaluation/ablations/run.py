r"""Train and measure variants of the model at a small, stated budget: the paper's ablations at our scale.

    python -m train.evaluation.ablations.run --minutes 12     # everything: 9 models and 4 tokenizers, 12 minutes each
    python -m train.evaluation.ablations.run --minutes 12 --only experts layout
    python -m train.evaluation.ablations.run --minutes 240 --device cuda --dtype bfloat16 \
        --positions 16384 --workers 15 --prompts 256

``--only`` selects some of:

experts     2, 3, 5, 8 experts, with the zero expert: parameters, step time, latency, validation loss
layout      stepwise against flat, at equal time and at equal clips seen
expert_lr   experts at two and four times the learning rate, against one LoRA of equal size
forgetting  experts with the zero-expert loss, without it, and one LoRA of equal size: the paper's Table 1
tokenizer   body parts against the whole body, 512 and 1,024 codes

Every variant is trained by the usual stage for ``--minutes`` or ``--steps``, whichever ends first, in its own folder
under ``--state``; a finished one is not trained again. Writes ``ablations.json`` and ``ablations.md``.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Literal

import numpy as np

from hmvlm.tokenizer.model import BodyPartTokenizer
from train.evaluation.ablations.settings import AblationSettings
from train.evaluation.ablations.variants import COLUMNS, Result, Variant, at_examples, train_variant
from train.evaluation.context import QUICK, EvaluationContext
from train.evaluation.report import plots
from train.evaluation.report.document import Report
from train.evaluation.report.provenance import checkpoint_hash, machine
from train.evaluation.report.tables import Table, mean
from train.evaluation.sections import forgetting, text_to_motion
from train.evaluation.sections.tokenizer import CODEBOOK_USE, MEASURES, row, sample_test_clips
from train.loop.record import commit
from train.loop.settings import parse_settings
from train.recordings.store import load_motions
from train.tokenizer import stage1
from train.tokenizer.metrics import measure
from train.tokenizer.stage1 import Stage1Settings

log = logging.getLogger("train.evaluation.ablations.run")

INTRODUCTION = """# Ablations

Made by `python -m train.evaluation.ablations.run`. Every row is a model that was trained for the time or steps
below the table, from the same initialisation, with the same data and seed. Runs this short compare learning speed, not
the result of long training."""
LIMITS = (
    "One training run a row: the variance over seeds is not measured, so that small differences are not significant."
)
DEFAULT = Variant("5 experts")
EXPERTS = (Variant("2 experts", experts=1), Variant("3 experts", experts=2), DEFAULT, Variant("8 experts", experts=7))
FLAT = Variant("flat layout", layout="flat")
NO_LOSS = Variant("without L_gat", gate_loss=False)
EXPERT_LRS = {
    f"experts, {factor} times the learning rate": Variant(f"expert lr {factor}", expert_lr_multiplier=factor)
    for factor in (2, 4)
}
PLAIN = Variant("plain LoRA of equal size", experts=1, rank=4 * DEFAULT.rank, gated=False)
PARTS: dict[Literal["body", "whole"], str] = {"body": "body parts", "whole": "whole body"}
TOKENIZERS = {f"{label}, K = {codes}": (parts, codes) for parts, label in PARTS.items() for codes in (512, 1024)}


def experts(settings: AblationSettings) -> list[Table]:
    """The paper's Figure 5."""
    results = {variant.label: train_variant(variant, settings) for variant in EXPERTS}
    figures: dict[str, str] = {}
    counts = [1 + variant.experts for variant in EXPERTS]
    for column in ("step s", "latency s", "validation loss, motion"):
        values = [mean(result.row()[COLUMNS.index(column)]) for result in results.values()]
        series = {column: (np.array(counts), np.array(values))}
        file = settings.out / "ablations" / f"experts_{column.split()[0]}.png"
        figures |= plots.lines(file, series, ("experts, with the zero expert", column), f"Experts and {column}")
    return [_table("experts", "Number of experts", results, settings, (settings.budget,), figures)]


def layout(settings: AblationSettings) -> list[Table]:
    """Stepwise against flat; the third row is the stepwise run after as many clips as the flat one."""
    results = {"stepwise": train_variant(DEFAULT, settings), "flat": train_variant(FLAT, settings)}
    early = at_examples(results["stepwise"], results["flat"].examples)
    if early is not None:
        results["stepwise at as many clips"] = early
    return [
        _table(
            "layout",
            "Layout at equal training time and at equal clips seen",
            results,
            settings,
            (settings.budget, "Losses are nats a part token."),
        )
    ]


def tuning(settings: AblationSettings) -> list[Table]:
    """The paper's Table 1: what each way of tuning costs the language model and gains on motion."""
    variants = {"experts and L_gat": DEFAULT, "without L_gat": NO_LOSS, "plain LoRA": PLAIN}
    results = {label: train_variant(variant, settings) for label, variant in variants.items()}
    others = {label: settings.state / variants[label].key for label in list(variants)[1:]}
    chosen = replace(
        QUICK,
        minutes=QUICK.minutes | dict.fromkeys(("forgetting", "text_to_motion"), settings.measure_minutes),
        choice_items=settings.choices, perplexity_answers=60, greedy_answers=(20, 16), prompts=max(settings.prompts, 1),
    )  # fmt: skip
    context = EvaluationContext(
        str(settings.state / DEFAULT.key), chosen, settings.data / "motions.npz", settings.data / "pairs.npz",
        dialogue=settings.dialogue, questions=settings.questions, evaluator_folder=settings.data / "evaluator",
        other_checkpoints=others, figures=settings.out / "ablations", state=settings.state / "generated",
    )  # fmt: skip
    made = [_table("tuning", "Ways of tuning", results, settings, (settings.budget,))]
    made += [
        replace(one, name=f"tuning_{one.name}", notes=(*one.notes, settings.budget)) for one in forgetting.run(context)
    ]
    if settings.prompts:
        made += [
            replace(one, name=f"tuning_{one.name}", notes=(*one.notes, settings.budget))
            for one in text_to_motion.run(context)
        ]
    return made


def expert_lr(settings: AblationSettings) -> list[Table]:
    """Do experts learn more slowly than one LoRA because each has only a share of α? Their learning rate is raised."""
    variants = {"experts": DEFAULT, **EXPERT_LRS, "plain LoRA": PLAIN}
    results = {label: train_variant(variant, settings) for label, variant in variants.items()}
    return [_table("expert_lr", "Learning rate of the experts", results, settings, (settings.budget,))]


def tokenizer(settings: AblationSettings) -> list[Table]:
    """Body parts against the whole body: reconstruction of test clips."""
    rows, data = {}, str(settings.data / "motions.npz")
    clips = sample_test_clips(load_motions(data), settings.clips, settings.seed)
    for label, (parts, codes) in TOKENIZERS.items():
        folder = settings.state / f"tokenizer_{parts}_{codes}"
        if not (folder / "tokenizer.json").is_file():
            stage1.train(
                Stage1Settings(
                    data=data, out=str(folder), state=str(settings.state / "training" / folder.name), parts=parts,
                    codes=codes,
                    steps=settings.tokenizer_steps, minutes=settings.minutes, batch=settings.tokenizer_batch,
                    seed=settings.seed, device=settings.device, eval_every=10**6, overwrite=True,
                )
            )  # fmt: skip
        rows[label] = row(measure(BodyPartTokenizer.from_pretrained(folder), clips)["all"])
    note = (
        f"Each row trained for at most {settings.minutes:g} minutes and {settings.tokenizer_steps} steps on "
        f"{settings.device_name}."
    )
    columns = (*MEASURES.values(), *CODEBOOK_USE.values())
    return [
        Table(
            "tokenizers",
            "Body parts against the whole body",
            columns,
            rows,
            "test",
            len(clips),
            str(settings.seed),
            "95 % over clips",
            (note,),
        )
    ]


def _table(
    name: str,
    title: str,
    results: dict[str, Result],
    settings: AblationSettings,
    notes: tuple[str, ...],
    figures: dict[str, str] | None = None,
) -> Table:
    rows = {label: result.row() for label, result in results.items()}
    return Table(name, title, COLUMNS, rows, "validation", "6 batches", str(settings.seed), "", notes, figures or {})


RUNS = {
    "experts": experts, "layout": layout, "forgetting": tuning, "expert_lr": expert_lr, "tokenizer": tokenizer,
}  # fmt: skip
"""The function of each group of :data:`train.evaluation.ablations.settings.GROUPS`."""


def main(argv: list[str] | None = None) -> int:
    """The command; returns 0."""
    settings = parse_settings(AblationSettings, argv, __doc__)
    file = settings.out / "ablations" / "ablations.json"
    report = replace(Report.load(file), introduction=INTRODUCTION, closing=LIMITS, machine=machine())
    for name in settings.only:
        tables = RUNS[name](settings)
        folders = [path for path in sorted(settings.state.glob("*")) if path.is_dir() and list(path.glob("*.json"))]
        provenance = (
            f"commit {commit()} · variants {', '.join(f'{path.name} {checkpoint_hash(path)}' for path in folders)}"
        )
        report.add(name, tables, provenance)
        for table in tables:
            print(f"\n{table.text()}", flush=True)
        report.write(file, settings.out / "ablations.md")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

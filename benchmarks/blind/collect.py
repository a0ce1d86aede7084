"""Read the forms of two or more readers, report shares and agreement, and store the verdicts.

The verdicts go to ``benchmarks/blind/results/NAME.json``; with ``--montage`` the sheets go beside it, twenty a picture.
Those of the split ``develop`` stay in the folder of the sheets, because no number from it is reported.
"""

from __future__ import annotations

import argparse
import json
import logging
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.blind import forms, montage
from benchmarks.blind.statistics import pairwise, wilson
from benchmarks.prompts import DEVELOP, KINDS, Prompt, load
from hmvlm.atomic import atomic_file

logger = logging.getLogger(__name__)
RESULTS = Path(__file__).with_name("results")
Verdicts = dict[str, list[forms.Answer]]
"""Answers by prompt id, one a reader, in the order of the readers."""


def join(key: dict[str, Any], filled: Sequence[forms.Form]) -> Verdicts:
    """Bring the answers of all readers together by prompt.

    Raises:
        ValueError: fewer than two readers, the same reader twice, or readers who did not judge the key's sheets.
    """
    names = [form.reader for form in filled]
    if len(names) < 2 or len(set(names)) < len(names):
        raise ValueError(f"forms of at least two readers with different names are needed, got {names}")
    verdicts: Verdicts = {row["prompt"]: [] for row in key["sheets"].values()}
    for form in filled:
        answers = {answer.sheet: answer for answer in form.answers}
        if answers.keys() != key["sheets"].keys() or len(answers) < len(form.answers):
            different = sorted(answers.keys() ^ key["sheets"].keys())
            raise ValueError(f"reader {form.reader} has other sheets than the key: {different[:5]}, or one twice")
        for name, answer in answers.items():
            verdicts[key["sheets"][name]["prompt"]].append(answer)
    return verdicts


def shares(answers: Sequence[Sequence[forms.Answer]]) -> dict[str, list[float]]:
    """Mean over readers of the shares done, at least partly and broken, each with its 95 % interval, in percent.

    ``answers`` has one row a prompt. The interval counts prompts, not answers: readers see the same motions.
    """
    tests = {
        "done": lambda answer: answer.verdict == "done",
        "at_least_partly": lambda answer: answer.verdict != "no",
        "broken": lambda answer: answer.broken,
    }
    found = {}
    for name, test in tests.items():
        hits = [test(answer) for row in answers for answer in row]
        share = sum(hits) / len(hits)
        found[name] = [round(100 * value, 1) for value in (share, *wilson(share, len(answers)))]
    return found


def summarise(verdicts: Verdicts, prompts: Sequence[Prompt]) -> dict[str, Any]:
    """Shares of all, by kind and by reader, and agreement.

    ``prompts`` are those of the whole list; only those with verdicts count.
    """
    judged = [prompt for prompt in prompts if prompt.id in verdicts]
    rows = [verdicts[prompt.id] for prompt in judged]
    columns = list(zip(*rows, strict=True))
    kinds = {kind: [verdicts[prompt.id] for prompt in judged if prompt.kind == kind] for kind in KINDS}
    verdict = pairwise([[answer.verdict for answer in column] for column in columns])
    broken = pairwise([[answer.broken for answer in column] for column in columns])
    return {
        "prompts": len(rows),
        "mean": shares(rows),
        "readers": [shares([[answer] for answer in column]) for column in columns],
        "verdict_agreement": _agreement(*verdict),
        "broken_agreement": _agreement(*broken),
        "kinds": {kind: {"prompts": len(found), **shares(found)} for kind, found in kinds.items() if found},
    }


def _agreement(share: float, kappa: float) -> dict[str, float | None]:
    return {"percent": round(100 * share, 1), "kappa": None if math.isnan(kappa) else round(kappa, 2)}


def table(summary: dict[str, Any]) -> str:
    """The summary as Markdown."""
    head = "| | prompts | done % | at least partly % | broken % |\n|---|---|---|---|---|"
    lines = [_line("mean of the readers", summary["prompts"], summary["mean"])]
    lines += [_line(f"reader {n}", summary["prompts"], row) for n, row in enumerate(summary["readers"], start=1)]
    lines += [_line(kind, row["prompts"], row) for kind, row in summary["kinds"].items()]
    verdict, broken = summary["verdict_agreement"], summary["broken_agreement"]
    agreed = (
        f"Agreement: verdict {verdict['percent']} %, kappa {verdict['kappa']}; "
        f"broken {broken['percent']} %, kappa {broken['kappa']}."
    )
    return "\n".join([head, *lines, "", agreed])


def _line(name: str, count: int, row: dict[str, list[float]]) -> str:
    cells = [f"{share:g} ({low:g} to {high:g})" for share, low, high in (row[k] for k in _COLUMNS)]
    return f"| {name} | {count} | " + " | ".join(cells) + " |"


_COLUMNS = ("done", "at_least_partly", "broken")


def store(
    folder: Path, key: dict[str, Any], names: Sequence[str], verdicts: Verdicts, summary: dict, path: Path
) -> None:
    """Write the compact verdict file: what was judged, by whom, the summary and one line a prompt."""
    lengths = {row["prompt"]: row["seconds"] for row in key["sheets"].values()}
    lines = [
        {
            "prompt": name,
            "seconds": lengths[name],
            "verdicts": [answer.verdict for answer in answers],
            "broken": [answer.broken for answer in answers],
            "faults": sorted({fault for answer in answers for fault in answer.faults}),
            "remarks": [answer.remark for answer in answers],
        }
        for name, answers in sorted(verdicts.items())
    ]
    header = {name: value for name, value in key.items() if name != "sheets"}
    rows = ",\n".join("  " + json.dumps(line, ensure_ascii=False) for line in lines)
    top = json.dumps({**header, "readers": list(names), "summary": summary}, indent=1, ensure_ascii=False)
    with atomic_file(path) as file:
        file.write_text(f'{top[:-2]},\n "verdicts": [\n{rows}\n ]\n}}\n')
    logger.info("%s: %d prompts from %s", path, len(lines), folder)


def results_folder(folder: Path, key: dict[str, Any]) -> Path:
    """Where a result is stored by default: with the published ones, or with its sheets if it is of ``develop``."""
    return folder if key.get("split") == DEVELOP else RESULTS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("folder", type=Path, help="the folder that sheets wrote")
    parser.add_argument("forms", type=Path, nargs="+", help="the filled forms, one a reader")
    parser.add_argument("--name", required=True, help="name of the result")
    parser.add_argument(
        "--results",
        type=Path,
        help="where to store it (default: benchmarks/blind/results, the folder of the sheets for the split develop)",
    )
    parser.add_argument("--montage", action="store_true", help="store the sheets as well, twenty a picture")


def run(options: argparse.Namespace) -> None:
    """The command."""
    key = json.loads((options.folder / "key" / "key.json").read_text())
    filled = [forms.read(path) for path in options.forms]
    verdicts = join(key, filled)
    summary = summarise(verdicts, load())
    names = [form.reader for form in filled]
    results = options.results or results_folder(options.folder, key)
    store(options.folder, key, names, verdicts, summary, results / f"{options.name}.json")
    if options.montage:
        montage.store(options.folder, key, results, options.name)
    logger.info("%s", table(summary))

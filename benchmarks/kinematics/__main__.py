"""Generate motions for the benchmark's sentences and measure whether they do what they say.

    python -m benchmarks.kinematics --model embedded --seeds 3 --out outputs/kinematics
    python -m benchmarks.kinematics --rows side count --quick --out outputs/kinematics

Writes ``kinematics.json`` and ``kinematics.md``; motions are kept in ``motions/``, so an interrupted run resumes.
"""

from __future__ import annotations

import argparse
import json
import logging
from pathlib import Path

from benchmarks.kinematics import report
from benchmarks.kinematics.generate import generate, missing
from benchmarks.kinematics.prompts import ROWS, load
from hmvlm.atomic import atomic_file

logger = logging.getLogger(__name__)


def arguments() -> argparse.ArgumentParser:
    """The options of the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kinematics", description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="embedded", help="a preset or a checkpoint folder (default: embedded)")
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS), help="rows (default: all)")
    parser.add_argument("--seeds", type=int, default=3, help="motions of a prompt (default: 3)")
    parser.add_argument("--quick", action="store_true", help="8 prompts a row")
    parser.add_argument("--workers", type=int, default=1, help="processes that generate (default: 1)")
    parser.add_argument("--device", help="cpu or cuda (default: cuda if there is one)")
    parser.add_argument("--options", default="{}", help="further arguments of HMVLM.chat as JSON")
    parser.add_argument("--report-only", action="store_true", help="measure the motions that are there")
    parser.add_argument("--no-mesh", action="store_true", help="measure the floor by joints instead of the skin")
    parser.add_argument("--out", type=Path, required=True, help="folder for motions and results")
    return parser


def check_folder(out: Path, model: str, options: str) -> None:
    """Note whose motions a folder holds.

    Raises:
        ValueError: it holds those of another model or other options.
    """
    about, path = {"model": model, "options": json.loads(options)}, out / "motions" / "model.json"
    about["checkpoint"] = report.provenance(model, 0, False)["checkpoint"]
    if path.exists() and (found := json.loads(path.read_text())) != about:
        raise ValueError(f"{out} holds motions of {found}, not of {about}; name another folder")
    with atomic_file(path) as file:
        file.write_text(json.dumps(about) + "\n")


def main() -> None:
    """The command."""
    options = arguments().parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    prompts = {row: load(row, options.quick) for row in options.rows}
    every = [prompt for some in prompts.values() for prompt in some]
    check_folder(options.out, options.model, options.options)
    if not options.report_only:
        jobs = missing(options.out, every, options.seeds)
        generate(options.out, jobs, options.model, options.workers, options.device, options.options)
    result: dict = {"provenance": report.provenance(options.model, options.seeds, options.quick)}
    result["rows"] = {
        row: report.row_result(row, some, options.seeds, options.out)
        for row, some in prompts.items()
        if row != "quality"
    }
    if "quality" in prompts:
        result["quality"] = report.quality_result(every, options.seeds, options.out, not options.no_mesh)
    for name, text in (("json", json.dumps(result, indent=1)), ("md", report.markdown(result))):
        with atomic_file(options.out / f"kinematics.{name}") as file:
            file.write_text(text.rstrip() + "\n")
    logger.info("%s", report.markdown(result))


if __name__ == "__main__":
    main()

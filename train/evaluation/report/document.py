"""The report: all tables as JSON and as Markdown, with their targets and limits."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from hmvlm.atomic import write_text
from train.evaluation.report.tables import Table, mean, to_json

ORDER = (
    "text_to_motion", "prompt_checks", "motion_to_text", "tokenizer", "pose_views", "photos_3DPW", "photos_Human3.6M",
    "photos_COCO", "clips", "multiple_choice", "dialogue", "gate_weights", "routing", "dialogue_answers",
)  # fmt: skip
INTRODUCTION = """# Results

Made by `python -m train.evaluation.run`. Below every table are the commit and the checkpoint, the data it was measured
on, the number of samples, the seeds and the meaning of ±. `results.json` has the same numbers in full."""
LIMITS = """## Limits

- The recordings are six hours of a few actors, and the captions are written by rules. R-precision and FID measure how
  well this data is modelled, not how well the model follows free text. Prompts with measurable outcomes are closer to
  that.
- The text-motion evaluator is trained on the same few hours. Its numbers can be compared within one table only. The
  published ones (HumanML3D, real motion R@3 .797; the paper's model .785 alone, .744 with all tasks) come from another
  evaluator, other data and a base model fifty times as large.
- HMVLM reranks several candidates with networks trained on the same recordings and captions as the evaluator. This
  raises its R-precision relative to rows that sample once. One of them, the facts-text ranker, uses the same measured
  facts as the checks of prompts with measurable outcomes, which raises that result as well.
- Questions about motions are answered with notes on measured facts in the prompt, and the exact answers are computed by
  the same module. From motions the model therefore only has to read the notes. The difficulty lies in measuring the
  facts on a clip.
- A base of 135 M parameters is close to chance on several multiple-choice sets. An unchanged accuracy there shows that
  the zero expert works, not that the model knows much.
- Repeats of the protocol vary pools and samples over the same test clips. Their intervals are narrower than those over
  other clips or other training runs would be."""


@dataclass
class Report:
    """Tables with their provenance, by name, and sections that could not be measured, with the reason."""

    tables: dict[str, tuple[Table, str]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    machine: str = ""
    introduction: str = INTRODUCTION
    closing: str = LIMITS

    @staticmethod
    def load(path: Path) -> Report:
        """The report of a JSON file, or an empty one where there is none."""
        if not path.is_file():
            return Report()
        written = json.loads(path.read_text(encoding="utf-8"))
        tables = {row["table"]["name"]: (Table.from_dict(row["table"]), row["provenance"]) for row in written["tables"]}
        return Report(tables, written["missing"], written["machine"])

    def add(self, section: str, tables: list[Table], provenance: str) -> None:
        """Add tables; they replace older ones of the same names."""
        self.missing.pop(section, None)
        self.tables |= {table.name: (table, provenance) for table in tables}

    def ordered(self) -> list[tuple[Table, str]]:
        """Tables in the order of the report; unknown ones last."""
        known = {name: place for place, name in enumerate(ORDER)}
        return [self.tables[name] for name in sorted(self.tables, key=lambda name: (known.get(name, len(known)), name))]

    def write(self, json_path: Path, markdown_path: Path) -> None:
        """Write both files."""
        rows = [{"provenance": provenance, "table": to_json(table.as_dict())} for table, provenance in self.ordered()]
        content = {"machine": self.machine, "missing": self.missing, "tables": rows}
        write_text(json_path, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
        parts = [self.introduction, f"Machine: {self.machine}."]
        claims = targets({name: table for name, (table, _) in self.tables.items()})
        if claims:
            parts.append("\n".join(["## Targets", "", "| | measured | target | |", "|---|---|---|---|", *claims]))
        parts += ["## Tables", *(table.markdown(provenance, json_path.parent) for table, provenance in self.ordered())]
        if self.missing:
            parts.append(
                "\n".join(["## Not measured", "", *(f"- {name}: {why}" for name, why in sorted(self.missing.items()))])
            )
        write_text(markdown_path, "\n\n".join([*parts, self.closing]) + "\n")


def targets(tables: dict[str, Table]) -> list[str]:
    """Rows of the table of targets, for those tables that were measured."""
    lines: list[str] = []

    def claim(what: str, measured: str, target: str, met: bool) -> None:
        lines.append(f"| {what} | {measured} | {target} | {'met' if met else '**missed**'} |")

    if "text_to_motion" in tables:
        rows = tables["text_to_motion"].rows
        r3 = {label: mean(cells[2]) for label, cells in rows.items()}
        fid = {label: mean(cells[3]) for label, cells in rows.items()}
        share = r3["HMVLM"] / max(r3["real motion"], 1e-9)
        claim("R@3 relative to real motion's", f"{share:.0%}", "75 %", share >= 0.75)
        ratio = fid["HMVLM"] / max(fid["tokenizer reconstruction"], 1e-9)
        claim("FID relative to the reconstruction's", f"{ratio:.1f} ×", "3 ×", ratio <= 3)
        nearest = "nearest caption's clip"
        wins = (("FID", fid["HMVLM"] < fid[nearest]), ("R@3", r3["HMVLM"] > r3[nearest]))
        better = [name for name, won in wins if won]
        claim(f"better than the {nearest} in", " and ".join(better) or "nothing", "FID or R@3", bool(better))
    if "prompt_checks" in tables:
        right = mean(tables["prompt_checks"].rows["HMVLM"][0])
        claim("prompts with measurable outcomes", f"{right:.0f} %", "85 %", right >= 85)
    if "multiple_choice" in tables:
        cells = tables["multiple_choice"].rows["HMVLM less base, points"]
        worst = max((abs(mean(cell)) for cell in cells if cell is not None), default=float("nan"))
        claim("multiple choice, largest difference to the base", f"{worst:.1f} points", "0.5 points", worst <= 0.5)
    return lines

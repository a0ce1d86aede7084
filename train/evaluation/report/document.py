"""The report: all tables as JSON and as Markdown, with what they can show and what they cannot."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from train.evaluation.report.tables import Table, plain

ORDER = (
    "text_to_motion", "prompt_checks", "motion_to_text", "tokenizer", "pose_views", "photos_3DPW", "photos_Human3.6M",
    "photos_COCO", "clips", "multiple_choice", "talk", "gate_weights", "routing", "talk_answers",
)  # fmt: skip
INTRODUCTION = """# Results

Made by `python -m train.evaluation.run`; every table says which commit and checkpoint it is of, what it was measured on, how
many samples and seeds, and what ± means. `results.json` has the same numbers in full."""
LIMITS = """## What these numbers cannot show

- The recordings are six hours of a few actors, and captions are written by rules: R-precision and FID say how well this
  data is learnt, not how well the model would do on people's own words. Prompts with measurable outcomes come nearer to that.
- The text-motion evaluator is trained on the same few hours. Its numbers compare within one table; the published
  ones (HumanML3D, real motion R@3 .797; the paper's model .785 alone, .744 with all tasks) come from another
  evaluator, other data and a base model fifty times as large.
- HMVLM keeps the fittest of several candidates by networks that learnt from the same recordings and captions as the
  evaluator. That flatters its R-precision beside rows that draw once. One of them, the critic, reads the same measured
  facts that prompts with measurable outcomes are checked by, which flatters those.
- Questions about motions are answered with notes on measured facts at hand, and their truth is made of facts measured by the
  same module. On motions that leaves little but reading; what is hard is to get the facts right from a clip.
- A base of 135 M parameters is close to chance on several multiple-choice sets. That nothing is lost there says that the
  zero expert works, not that the model knows much.
- Repeats of the protocol vary pools and draws over the same test clips. Their intervals are narrower than what other
  clips, or another training run, would give."""


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
        tables = {row["table"]["name"]: (Table.of_dict(row["table"]), row["provenance"]) for row in written["tables"]}
        return Report(tables, written["missing"], written["machine"])

    def add(self, section: str, tables: list[Table], provenance: str) -> None:
        """Put tables in, in place of older ones of the same names."""
        self.missing.pop(section, None)
        self.tables |= {table.name: (table, provenance) for table in tables}

    def ordered(self) -> list[tuple[Table, str]]:
        """Tables in the order of the report; unknown ones last."""
        known = {name: place for place, name in enumerate(ORDER)}
        return [self.tables[name] for name in sorted(self.tables, key=lambda name: (known.get(name, len(known)), name))]

    def write(self, json_path: Path, markdown_path: Path) -> None:
        """Write both files."""
        rows = [{"provenance": provenance, "table": plain(table.as_dict())} for table, provenance in self.ordered()]
        content = {"machine": self.machine, "missing": self.missing, "tables": rows}
        json_path.parent.mkdir(parents=True, exist_ok=True)
        json_path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        parts = [self.introduction, f"Machine: {self.machine}."]
        claims = targets({name: table for name, (table, _) in self.tables.items()})
        if claims:
            parts.append("\n".join(["## Targets", "", "| | measured | target | |", "|---|---|---|---|", *claims]))
        parts += ["## Tables", *(table.markdown(provenance, json_path.parent) for table, provenance in self.ordered())]
        if self.missing:
            parts.append(
                "\n".join(["## Not measured", "", *(f"- {name}: {why}" for name, why in sorted(self.missing.items()))])
            )
        markdown_path.write_text("\n\n".join([*parts, self.closing]) + "\n", encoding="utf-8")


def targets(tables: dict[str, Table]) -> list[str]:
    """Lines of the table of targets, for those tables that are there."""
    lines: list[str] = []

    def claim(what: str, measured: str, target: str, met: bool) -> None:
        lines.append(f"| {what} | {measured} | {target} | {'met' if met else '**missed**'} |")

    if "text_to_motion" in tables:
        rows = tables["text_to_motion"].rows
        ours, real, codes, nearest = (
            rows[name] for name in ("HMVLM", "real motion", "tokenizer reconstruction", "nearest caption's clip")
        )
        share = ours[2][0] / max(real[2][0], 1e-9)
        claim("R@3 of the real row's", f"{share:.0%}", "75 %", share >= 0.75)
        ratio = ours[3][0] / max(codes[3][0], 1e-9)
        claim("FID over the reconstruction's", f"{ratio:.1f} ×", "3 ×", ratio <= 3)
        better = [
            name for name, won in (("FID", ours[3][0] < nearest[3][0]), ("R@3", ours[2][0] > nearest[2][0])) if won
        ]
        claim("beats the nearest caption's clip in", " and ".join(better) or "nothing", "FID or R@3", bool(better))
    if "prompt_checks" in tables:
        right = tables["prompt_checks"].rows["HMVLM"][0][0]
        claim("prompts with measurable outcomes", f"{right:.0f} %", "85 %", right >= 85)
    if "multiple_choice" in tables:
        apart = [cell[0] for cell in tables["multiple_choice"].rows["HMVLM less base, points"] if cell is not None]
        worst = max(map(abs, apart), default=float("nan"))
        claim("multiple choice, farthest from the base", f"{worst:.1f} points", "0.5 points", worst <= 0.5)
    return lines

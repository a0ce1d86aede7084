"""Share of messages that the plan reads as their author meant them.

    python -m benchmarks.plan_reading [--wrong]

``prompts/plans.json`` has messages as people write them (captions, games, animators, imperatives, typing mistakes,
run-on sentences) with the readings that their author accepts, written down before the rules were run on them. What was
wrong in the set ``mended`` has been mended since; the set ``fresh`` was written afterwards and is never mended.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hmvlm.tasks.plan import Clause, plan

PROMPTS = Path(__file__).with_name("prompts") / "plans.json"
SETS = ("mended", "fresh")


def is_read(case: dict[str, Any]) -> bool:
    """Whether the plan of a message is one of its readings."""
    found = plan(case["text"]).clauses
    return any(len(reading) == len(found) and all(map(_fits, reading, found)) for reading in case["readings"])


def _fits(wanted: dict[str, Any], clause: Clause) -> bool:
    """Whether a clause has the wanted words (a pattern), count (1 if none is said), side, seconds and path."""
    return (
        re.search(wanted["words"], clause.text, re.IGNORECASE) is not None
        and (clause.count or 1) == wanted.get("count", 1)
        and clause.side in (wanted.get("side", clause.side),)
        and clause.seconds == wanted.get("seconds")
        and (not wanted.get("path") or bool(clause.path))
    )


def wrong(cases: Sequence[dict[str, Any]]) -> list[str]:
    """The messages that are not read as meant."""
    return [case["text"] for case in cases if not is_read(case)]


def cases_of(name: str) -> list[dict[str, Any]]:
    """The cases of a set."""
    return [case for case in json.loads(PROMPTS.read_text(encoding="utf-8")) if case["set"] == name]


def main() -> None:
    """Print the share of both sets."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wrong", action="store_true", help="list the messages that are read otherwise")
    options = parser.parse_args()
    for name in SETS:
        cases = cases_of(name)
        missed = wrong(cases)
        print(f"{name:8} {len(cases) - len(missed)} of {len(cases)}, {1 - len(missed) / len(cases):.0%}")
        for text in missed if options.wrong else []:
            print(f"    {text}")


if __name__ == "__main__":
    main()

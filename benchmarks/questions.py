"""Are questions about held-out motions answered rightly? By kind, beside two answers that see nothing.

    python -m benchmarks.questions --data data/motions.npz --count 300 [--clips 40] [--json out.json]

Test recordings are asked one question each, with the exact answer from their measured facts. Beside the model:
the *majority* answer of the question's template among training recordings, and the model shown the words alone
(*text only*) or the motion's tokens without notes (*tokens only*). With ``--clips`` some recordings are also rendered to
video and asked about as an uploaded clip is: landmarks, poses, motion, answer.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from hmvlm import HMVLM
from train.evaluation.sections.questions import blind, draw, filmed, majority, seen, shares
from train.questions import KINDS


def main() -> None:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--data", default="data/motions.npz")
    options.add_argument("--model", default="embedded")
    options.add_argument("--split", default="test")
    options.add_argument("--count", type=int, default=300)
    options.add_argument(
        "--clips", type=int, default=0, help="recordings that are also rendered and asked about as clips"
    )
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--json", metavar="OUT")
    args = options.parse_args()
    model = HMVLM.from_pretrained(args.model)
    asked = draw(args.data, args.split, args.count, args.seed)
    print({kind: sum(one.question.kind == kind for one in asked) for kind in KINDS})
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        rows = {
            "majority": (asked, majority(args.data, 2000, args.seed)),
            "text only": (asked, blind(model)),
            "tokens only": (asked, seen(model, noted=False)),
            "model": (asked, seen(model)),
        }
        if args.clips:
            rows["as clips"] = (asked[: args.clips], filmed(model, Path(folder)))
        for name, (some, answer) in rows.items():
            found[name] = shares(some, answer)
            print(f"{name:12}" + "".join(f"  {kind} {share:.3f}" for kind, share in found[name].items()), flush=True)
    if args.json:
        Path(args.json).write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()

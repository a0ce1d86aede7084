"""How often the tests of actions hold on motions whose captions name the action.

    python -m benchmarks.act_tests --segments data/segments.npz --tokenizer checkpoints/embedded/tokenizer

Prints a row a verb or phrase: share of the motions with it in a caption that pass, their number, and the share of all
motions that pass. The first is to be 0.9 or more.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict

import torch

from hmvlm.motion.facts import facts_of_features
from hmvlm.tasks.act_tests import PHRASES, VERBS
from hmvlm.tasks.checks import requirements
from hmvlm.tasks.plan import plan
from hmvlm.tokenizer.model import BodyPartTokenizer
from train.segments.segment import load_segments

CAPTIONS = 3
"""Captions of a motion that are read."""


@torch.inference_mode()
def main(argv: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--segments", default="data/segments.npz", help="file of python -m train.segments.prepare")
    parser.add_argument("--tokenizer", default="checkpoints/embedded/tokenizer", help="folder of the tokenizer")
    parser.add_argument("--motions", type=int, default=2000, help="motions that are drawn")
    options = parser.parse_args(argv)
    rng, tokenizer = random.Random(0), BodyPartTokenizer.from_pretrained(options.tokenizer)
    segments = load_segments(options.segments)
    passed: dict[str, list[bool]] = defaultdict(list)
    anyhow: dict[str, list[bool]] = defaultdict(list)
    for segment in rng.sample(segments, min(options.motions, len(segments))):
        [measured] = facts_of_features(list(tokenizer.decode_features(torch.as_tensor(segment.codes[0]).long()[None])))
        for name, test in (*VERBS.items(), *PHRASES):
            anyhow[name].append(test(measured))
        for caption in rng.sample(segment.captions, min(CAPTIONS, len(segment.captions))):
            clauses = plan(caption, None).clauses
            if len(clauses) == 1:
                for asked, test, _ in requirements(clauses[0]):
                    passed[asked].append(test(measured))
    for asked, found in sorted(passed.items(), key=lambda row: sum(row[1]) / len(row[1])):
        everywhere = anyhow.get(asked.removeprefix("the action ").strip("“”"), [])
        rest = f"{sum(everywhere) / len(everywhere):5.2f}" if everywhere else "    -"
        print(f"{asked:45.45} {sum(found) / len(found):5.2f} of {len(found):5d}   all motions {rest}")


if __name__ == "__main__":
    main()

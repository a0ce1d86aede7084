"""Does it forget nothing? The gate on ordinary talk, answers against the bare base, and the gate table.

    python -m benchmarks.dialogue --dialogue data/dialogue --segments data/stage2.npz [--tokens 48] [--json out.json]

Ordinary dialogue is the 80 MT-Bench questions (first turns) and 300 Dolly prompts that training never saw. An answer
counts as identical when every greedy token equals the bare base model's own ``generate``.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import time
from pathlib import Path

import torch

from hmvlm import HMVLM
from train.dialogue import prompt_templates
from train.dialogue.hard_negatives import hard_negatives
from train.dialogue.prompts import DialoguePrompts
from train.evaluation.sections.forgetting import gates, mt_bench, same_answer
from train.evaluation.sections.gate import PAPER
from train.segments.segment import load_segments

log = logging.getLogger(__name__)
EXAMPLES = 300


def main() -> None:
    """Print the shares and the gate table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--model", default="embedded")
    options.add_argument("--dialogue", default="data/dialogue")
    options.add_argument("--segments", default="data/stage2.npz")
    options.add_argument("--tokens", type=int, default=48, help="greedy tokens compared an answer")
    options.add_argument("--answers", type=int, default=380, help="how many answers to compare")
    options.add_argument("--json", help="also write the results here")
    args = options.parse_args()
    model, rng = HMVLM.from_pretrained(args.model), random.Random(1)
    talk = {
        "mt_bench": [row["turns"][0] for row in mt_bench(Path(args.dialogue) / "eval")],
        "dolly_held_out": DialoguePrompts.load(args.dialogue).held_out,
    }
    known = set(DialoguePrompts.load(args.dialogue).train)
    talk["hard_negatives"] = [t for t in hard_negatives(4000, random.Random(99)) if t not in known][:EXAMPLES]
    captions = [rng.choice(s.captions) for s in load_segments(args.segments) if s.split.startswith("test")]
    captions = rng.sample(captions, min(EXAMPLES, len(captions)))
    questions = [prompt_templates.describe_question(rng) for _ in captions]
    alphas = {name: gates(model, texts) for name, texts in talk.items()}
    threshold = model.language.config.skip_threshold
    results: dict = {"above_0.99": {name: float((a[:, 0] >= 0.99).float().mean()) for name, a in alphas.items()}}
    ordinary = torch.cat([alphas["mt_bench"], alphas["dolly_held_out"]])
    results["above_0.99"]["mt_bench_and_dolly"] = float((ordinary[:, 0] >= 0.99).float().mean())
    motion = gates(model, [prompt_templates.motion_prompt(text, rng) for text in captions])
    watched = gates(model, questions, "motion")
    results["motion_taken_for_talk"] = float((motion[:, 0] >= threshold).float().mean())
    results["gate"] = {
        "dialogue": ordinary.mean(0).tolist(),
        "text_to_motion": motion.mean(0).tolist(),
        "video_understanding": watched.mean(0).tolist(),
    }
    results["paper_gate"] = PAPER
    texts = (talk["mt_bench"] + talk["dolly_held_out"])[: args.answers]
    started, same, compared = time.monotonic(), 0, 0
    for text, alpha in zip(texts, ordinary, strict=False):
        if float(alpha[0]) >= threshold:
            compared += 1
            same += same_answer(model, text, alpha, args.tokens)
    results["identical_answers"] = {"same": same, "compared": compared, "of": len(texts), "tokens": args.tokens}
    results["minutes"] = round((time.monotonic() - started) / 60, 1)
    print(json.dumps(results, indent=2))
    if args.json:
        Path(args.json).write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    main()

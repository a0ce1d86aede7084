"""Are questions about held-out motions answered rightly? By kind, beside two answers that see nothing.

    python -m benchmarks.questions --data data/motions.npz --count 300 [--clips 40] [--json out.json]

Test recordings are asked one question each, with the exact answer from their measured facts. Beside the model:
the *majority* answer of the question's template among training recordings, and the model shown the words alone
(*text only*). With ``--clips`` some recordings are also rendered to video and asked about as an uploaded clip
is: landmarks, poses, motion, answer.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hmvlm import HMVLM
from hmvlm.language.decoding import Sampling, generate_text
from hmvlm.render.video import render_video
from train.captions import Example, examples
from train.data.store import load_motions
from train.evaluation.forgetting import gates
from train.questions import KINDS, Question, parse_answer, questions

TOKENS = 28
"""Longest answer."""


@dataclass(frozen=True)
class Asked:
    """A question and the recording that it is about."""

    example: Example
    question: Question


def draw(path: str, split: str, count: int, seed: int) -> list[Asked]:
    """``count`` recordings of a split with one question each, sources and actions as they come, half of them mirrored."""
    rng = random.Random(seed)
    clips = [clip for clip in load_motions(path) if clip.split.startswith(split)]
    rng.shuffle(clips)
    drawn: list[Asked] = []
    for clip in clips:
        for example in examples([clip], None, rng, n=1)[:2]:
            one = example if rng.random() < 0.5 else example.mirrored()
            drawn += [Asked(one, question) for question in questions(one, rng, 1)]
        if len(drawn) >= count:
            break
    if not drawn:
        raise ValueError(f"{path} has no {split} recording that a question can be asked about")
    return drawn[:count]


def majority(path: str, count: int, seed: int) -> Callable[[Asked], str | None]:
    """The commonest answer to each template among training recordings."""
    counts: dict[str, Counter] = defaultdict(Counter)
    for asked in draw(path, "train", count, seed):
        counts[asked.question.template][asked.question.short] += 1
    known = {template: answers.most_common(1)[0][0] for template, answers in counts.items()}
    return lambda asked: known.get(asked.question.template, "no" if "no" in asked.question.options else None)


def seen(model: HMVLM) -> Callable[[Asked], str | None]:
    """The model's answer, shown the motion."""
    return lambda asked: parse_answer(
        asked.question, model.describe(asked.example.motion, asked.question.text, max_new_tokens=TOKENS).text
    )


def blind(model: HMVLM) -> Callable[[Asked], str | None]:
    """The model's answer to the words alone, with the gate of a question about a motion."""
    language = model.language

    def answer(asked: Asked) -> str | None:
        alpha = gates(model, [asked.question.text], "motion")[0].to(language.device)
        prompt = language.builder.prompt(asked.question.text)
        tokens = list(generate_text(language, prompt, alpha, Sampling(temperature=0.0), TOKENS))
        return parse_answer(asked.question, language.tokenizer.decode(tokens, skip_special_tokens=True))

    return answer


def filmed(model: HMVLM, folder: Path) -> Callable[[Asked], str | None]:
    """The model's answer to a rendered video of the motion."""

    def answer(asked: Asked) -> str | None:
        path = render_video(asked.example.motion, folder / "clip.mp4", 384)
        return parse_answer(asked.question, model.describe(path, asked.question.text, max_new_tokens=TOKENS).text)

    return answer


def table(rows: dict[str, tuple[list[Asked], Callable[[Asked], str | None]]]) -> dict[str, dict[str, float]]:
    """Share of right answers by row and kind, and over all."""
    found = {}
    for name, (asked, answer) in rows.items():
        hits: dict[str, list[bool]] = defaultdict(list)
        for one in asked:
            hits[one.question.kind].append(answer(one) == one.question.short)
        every = [hit for some in hits.values() for hit in some]
        found[name] = {kind: sum(hits[kind]) / len(hits[kind]) for kind in KINDS if hits[kind]} | {"all": sum(every) / len(every)}
        print(f"{name:12}" + "".join(f"  {kind} {share:.3f}" for kind, share in found[name].items()), flush=True)
    return found


def main() -> None:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--data", default="data/motions.npz")
    options.add_argument("--model", default="embedded")
    options.add_argument("--count", type=int, default=300)
    options.add_argument("--clips", type=int, default=0, help="recordings that are also rendered and asked about as clips")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--json", metavar="OUT")
    args = options.parse_args()
    model = HMVLM.from_pretrained(args.model)
    asked = draw(args.data, "test", args.count, args.seed)
    print({kind: sum(one.question.kind == kind for one in asked) for kind in KINDS})
    with tempfile.TemporaryDirectory() as folder:
        rows = {
            "majority": (asked, majority(args.data, 2000, args.seed)),
            "text only": (asked, blind(model)),
            "model": (asked, seen(model)),
        }
        if args.clips:
            rows["as clips"] = (asked[: args.clips], filmed(model, Path(folder)))
        found = table(rows)
    if args.json:
        Path(args.json).write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Questions about held-out motions with exact answers, and who answers them: the model, and two that see nothing."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hmvlm import HMVLM
from hmvlm.language.decoding import Sampling, generate_text
from hmvlm.motion.salience import uniform_frames
from train.captions import Example, examples
from train.evaluation.sections.forgetting import gates
from train.questions import KINDS, Question, parse_answer, questions
from train.recordings.store import load_motions

TOKENS = 28
"""Longest answer."""
PICTURE = (640, 400)
"""Pixels of a rendered clip, whose camera stands still."""
MOMENTS = (
    "which_raised", "hand_raised", "only_hand", "hand_overhead", "leg_kicks", "trap/kick", "count/raises", "count/kicks", "count/punches",
    "count/jumps", "count/turns", "turn_way", "turn_side", "is/kicking", "is/punching", "is/jumping", "is/raising",
)  # fmt: skip
"""Templates besides those of order that ask about what may be over in a moment."""


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


def seen(model: HMVLM, noted: bool = True) -> Callable[[Asked], str | None]:
    """The model's answer, shown the motion, with the notes on it or without."""

    def answer(asked: Asked) -> str | None:
        before = model.viewer.noted
        model.viewer.noted = before and noted
        try:
            said = model.describe(asked.example.motion, asked.question.text, max_new_tokens=TOKENS).text
        finally:
            model.viewer.noted = before
        return parse_answer(asked.question, said)

    return answer


def blind(model: HMVLM) -> Callable[[Asked], str | None]:
    """The model's answer to the words alone, with the gate of a question about a motion."""
    language = model.language

    def answer(asked: Asked) -> str | None:
        alpha = gates(model, [asked.question.text], "motion")[0].to(language.device)
        prompt = language.builder.prompt(asked.question.text)
        tokens = list(generate_text(language, prompt, alpha, Sampling(temperature=0.0), TOKENS))
        return parse_answer(asked.question, language.tokenizer.decode(tokens, skip_special_tokens=True))

    return answer


def film(one: Example, folder: Path) -> Path:
    """A rendered video of the motion, made once."""
    from hmvlm.render.video import render_video

    path = folder / f"{''.join(letter if letter.isalnum() else '_' for letter in one.name)}.mp4"
    return path if path.is_file() else render_video(one.motion, path, PICTURE, still=True)


@contextmanager
def looking(model: HMVLM, frames: int | None, uniform: bool) -> Iterator[None]:
    """Within it the model reads at most so many frames of a clip that it is asked about, evenly spaced if ``uniform``."""
    poses = model.poses
    before = poses.budget, poses.choose
    poses.budget = frames or poses.budget
    if uniform:
        poses.choose = uniform_frames
    try:
        yield
    finally:
        poses.budget, poses.choose = before


def filmed(
    model: HMVLM, folder: Path, frames: int | None = None, uniform: bool = False
) -> Callable[[Asked], str | None]:
    """The model's answer to a rendered video of the motion, of which it reads so many ``frames``.

    ``uniform`` spaces them evenly instead of choosing key frames.
    """

    def answer(asked: Asked) -> str | None:
        with looking(model, frames, uniform):
            said = model.describe(film(asked.example, folder), asked.question.text, max_new_tokens=TOKENS).text
        return parse_answer(asked.question, said)

    return answer


def momentary(asked: Asked) -> bool:
    """Whether the answer hangs on a short moment of a longer motion."""
    events = [event.end - event.start for event in asked.example.facts.events]
    short = bool(events) and min(events) < 0.3 * asked.example.motion.duration
    return (
        short
        and asked.example.motion.duration > 2.5
        and (asked.question.kind == "sequence" or asked.question.template in MOMENTS)
    )


def shares(
    asked: list[Asked], answer: Callable[[Asked], str | None], over: Callable[[], bool] = lambda: False
) -> dict[str, float]:
    """Share of right answers by kind and over ``all``, and how many were asked (``count``) before it was ``over``."""
    hits: dict[str, list[bool]] = defaultdict(list)
    for one in asked:
        if over() and hits:
            break
        hits[one.question.kind].append(answer(one) == one.question.short)
    every = [hit for some in hits.values() for hit in some]
    by_kind = {kind: sum(hits[kind]) / len(hits[kind]) for kind in KINDS if hits[kind]}
    return by_kind | {"all": sum(every) / len(every), "count": len(every)}

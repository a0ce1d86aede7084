"""Questions about held-out motions with exact answers, and the methods that answer them.

The model and its ablations.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hmvlm import HMVLM
from hmvlm.language.decoding import generate_text
from hmvlm.language.sampling import Sampling
from hmvlm.motion.salience import uniform_frames
from train.captions import Example, examples
from train.evaluation.gating import gate_weights
from train.questions import KINDS, Question, parse_answer, questions
from train.recordings.store import load_motions

MAX_TOKENS = 28
"""Longest answer."""
FRAME_SIZE = (640, 400)
"""Pixels of a rendered clip, whose camera does not move."""
SHORT_EVENT = 0.3
"""Share of a motion's duration below which one of its events is short."""
MIN_SECONDS = 2.5
"""Duration above which a motion counts for questions about short events."""
SHORT_EVENT_TEMPLATES = (
    "which_raised", "hand_raised", "only_hand", "hand_overhead", "leg_kicks", "trap/kick", "count/raises",
    "count/kicks", "count/punches",
    "count/jumps", "count/turns", "turn_way", "turn_side", "is/kicking", "is/punching", "is/jumping", "is/raising",
)  # fmt: skip
"""Templates besides those of order that ask about an event that may be short."""


@dataclass(frozen=True)
class QuestionItem:
    """A question and the recording that it is about."""

    example: Example
    question: Question


Answerer = Callable[[QuestionItem], str | None]
"""Answers a question by one of its options; None where the answer names none of them."""


def sample_questions(path: str, split: str, count: int, seed: int) -> list[QuestionItem]:
    """``count`` recordings of a split, sampled uniformly at random, with one question each.

    Half of them are mirrored.
    """
    rng = random.Random(seed)
    clips = [clip for clip in load_motions(path) if clip.split.startswith(split)]
    rng.shuffle(clips)
    items: list[QuestionItem] = []
    for clip in clips:
        for example in examples([clip], None, rng, n=1)[:2]:
            one = example if rng.random() < 0.5 else example.mirrored()
            items += [QuestionItem(one, question) for question in questions(one, rng, 1)]
        if len(items) >= count:
            break
    if not items:
        raise ValueError(f"{path} has no {split} recording that a question can be asked about")
    return items[:count]


def majority_answer(path: str, count: int, seed: int) -> Answerer:
    """The most frequent answer to each template in ``count`` training questions."""
    counts: dict[str, Counter] = defaultdict(Counter)
    for item in sample_questions(path, "train", count, seed):
        counts[item.question.template][item.question.short] += 1
    known = {template: answers.most_common(1)[0][0] for template, answers in counts.items()}
    return lambda item: known.get(item.question.template, "no" if "no" in item.question.options else None)


def motion_answer(model: HMVLM, notes: bool = True) -> Answerer:
    """The model's answer from the motion's tokens, with or without the notes that usually accompany them."""

    def answer(item: QuestionItem) -> str | None:
        before = model.motion_prompts.use_notes
        model.motion_prompts.use_notes = before and notes
        try:
            text = model.describe(item.example.motion, item.question.text, max_new_tokens=MAX_TOKENS).text
        finally:
            model.motion_prompts.use_notes = before
        return parse_answer(item.question, text)

    return answer


def text_only_answer(model: HMVLM) -> Answerer:
    """The model's answer to the question alone, with the gate weights of a question about a motion."""
    language = model.language

    def answer(item: QuestionItem) -> str | None:
        alpha = gate_weights(model, [item.question.text], "motion")[0].to(language.device)
        prompt = language.builder.prompt(item.question.text)
        tokens = list(generate_text(language, prompt, alpha, Sampling(temperature=0.0), MAX_TOKENS))
        return parse_answer(item.question, language.tokenizer.decode(tokens, skip_special_tokens=True))

    return answer


def clip_answer(model: HMVLM, folder: Path, frames: int | None = None, uniform: bool = False) -> Answerer:
    """The model's answer to a video of the motion, rendered into ``folder``, from at most ``frames`` of its frames.

    The frames are key frames, or evenly spaced ones if ``uniform``.
    """

    def answer(item: QuestionItem) -> str | None:
        with frame_sampling(model, frames, uniform):
            clip = rendered_clip(item.example, folder)
            text = model.describe(clip, item.question.text, max_new_tokens=MAX_TOKENS).text
        return parse_answer(item.question, text)

    return answer


def rendered_clip(example: Example, folder: Path) -> Path:
    """A video of the motion; one that is in ``folder`` is not rendered again."""
    from hmvlm.render.video import render_video

    path = folder / f"{''.join(letter if letter.isalnum() else '_' for letter in example.name)}.mp4"
    return path if path.is_file() else render_video(example.motion, path, FRAME_SIZE, still=True)


@contextmanager
def frame_sampling(model: HMVLM, frames: int | None, uniform: bool) -> Iterator[None]:
    """Limits the frames of a clip that the model uses to ``frames``, evenly spaced if ``uniform``.

    Restored at the end.
    """
    poses = model.poses
    before = poses.max_key_frames, poses.select_frames
    poses.max_key_frames = frames or poses.max_key_frames
    if uniform:
        poses.select_frames = uniform_frames
    try:
        yield
    finally:
        poses.max_key_frames, poses.select_frames = before


def about_short_event(item: QuestionItem) -> bool:
    """Whether the question is about an event, and the motion has one that is short for its duration."""
    duration = item.example.motion.duration
    events = [event.end - event.start for event in item.example.facts.events]
    return (
        bool(events)
        and min(events) < SHORT_EVENT * duration
        and duration > MIN_SECONDS
        and (item.question.kind == "sequence" or item.question.template in SHORT_EVENT_TEMPLATES)
    )


def accuracies(
    items: list[QuestionItem], answer: Answerer, stop: Callable[[], bool] = lambda: False
) -> dict[str, float]:
    """Accuracy by kind and over ``all``, and how many questions were asked (``count``) before
    ``stop`` returned True.
    """
    hits: dict[str, list[bool]] = defaultdict(list)
    for item in items:
        if stop() and hits:
            break
        hits[item.question.kind].append(answer(item) == item.question.short)
    every = [hit for some in hits.values() for hit in some]
    by_kind = {kind: sum(hits[kind]) / len(hits[kind]) for kind in KINDS if hits[kind]}
    return by_kind | {"all": sum(every) / len(every), "count": len(every)}

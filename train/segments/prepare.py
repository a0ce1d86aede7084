r"""Training data of stage 2: segments with captions and questions as part codes.

    python -m train.segments.prepare --data data/motions.npz --tokenizer checkpoints/embedded/tokenizer \
        --out data/segments.npz

writes the codes of every captioned segment, in two or more phases of the four-frame step and mirrored, with captions
and questions; the file has a few megabytes. :mod:`train.instruct.mixture` samples training examples from it.
"""

from __future__ import annotations

import json
import logging
import multiprocessing
import random
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import torch

from hmvlm.config import MAX_STEPS, MIN_STEPS, TEMPORAL_STRIDE
from hmvlm.motion import features
from hmvlm.motion.clip import Motion
from hmvlm.motion.facts.absent import absent
from hmvlm.motion.facts.notes import brief, joined, notes
from hmvlm.motion.facts.numbers import numbers
from hmvlm.rankers.activity import PLAIN
from hmvlm.tokenizer.model import BodyPartTokenizer
from train.captions import Example, examples
from train.loop.settings import option, parse_settings
from train.npz_files import save_npz
from train.questions import Question
from train.questions import questions as asked
from train.questions.activities import main_activity
from train.questions.reasoning import mood, noun_phrase
from train.recordings.store import Recording, load_motions
from train.segments.activity_predictions import held_out_predictions
from train.tokenizer.windows import DEFAULT_PHASES, PHASES

log = logging.getLogger("train.stage2")

SPEEDS = (0.88, 1.13)
"""Further speeds at which segments of CMU, the smallest source with the most actions, are encoded; with
``--all-speeds`` segments of all sources.
"""
_tokenizer: BodyPartTokenizer
"""Set by :func:`_load_tokenizer` in every process that encodes."""


def prepare(
    clips: Iterable[Recording],
    tokenizer: str,
    out: str,
    captions: int = 8,
    questions: int = 12,
    seed: int = 0,
    workers: int = 1,
    order: int = 0,
    phases: int = DEFAULT_PHASES,
    all_speeds: bool = False,
) -> None:
    """Cut, caption and encode clips and their mirror images with the ``tokenizer`` folder and write them to ``out``.

    A clip's captions and questions depend on its name and ``seed`` only. ``order`` is the number of rounds of
    additional temporal questions; the other arguments are those of :class:`Settings`.
    """
    encode = partial(
        _encode, captions=captions, questions=questions, order=order, seed=seed, phases=phases, all_speeds=all_speeds
    )
    if workers > 1:
        with multiprocessing.get_context("spawn").Pool(workers, _load_tokenizer, (tokenizer,)) as pool:
            encoded = list(_logged(pool.imap(encode, clips, chunksize=8)))
    else:
        _load_tokenizer(tokenizer)
        encoded = list(_logged(map(encode, clips)))
    rows = [row for pairs in encoded for row, _, _ in pairs]
    pieces = [codes for pairs in encoded for _, variants, _ in pairs for codes in variants]
    measured = np.stack([found for pairs in encoded for _, _, found in pairs])
    activities, manners, owners = ([row[key] for row in rows] for key in ("act", "manner", "owner"))
    usable = np.array([row["split"] == "train" for row in rows])
    looks = held_out_predictions(torch.from_numpy(measured), activities, manners, owners, usable)
    for row, words in zip(rows, looks, strict=True):
        row["looks"] = words
    meta = np.frombuffer(json.dumps(rows, ensure_ascii=False).encode(), np.uint8)
    save_npz(out, codes=np.concatenate(pieces), numbers=measured, meta=meta)
    log.info(
        "%d segments, %d steps in all, %d questions",
        len(rows),
        sum(map(len, pieces)),
        sum(len(row["questions"]) for row in rows),
    )


def _logged(results: Iterable[Any], every: int = 200) -> Iterator[Any]:
    """The results, with a line in the log after every 200 clips."""
    for number, result in enumerate(results, start=1):
        if number % every == 0:
            log.info("%d recordings encoded", number)
        yield result


def _load_tokenizer(folder: str) -> None:
    global _tokenizer
    torch.set_num_threads(1)
    _tokenizer = BodyPartTokenizer.from_pretrained(folder)


def _encode(
    clip: Recording, captions: int, questions: int, order: int, seed: int, phases: int, all_speeds: bool
) -> list[tuple[dict, list[np.ndarray], np.ndarray]]:
    """Row, code variants and measured numbers of each example of a clip; the mirrored example follows each."""
    rng, further, made = random.Random(f"{seed} {clip.name}"), random.Random(f"{seed} {clip.name} order"), []
    for example in examples([clip], None, rng, n=captions, crops=True):
        for one in (example, example.mirrored()):
            variants = _variants(one.motion, phases)
            own = len(variants)
            if not one.lead and (all_speeds or one.source == "cmu"):
                variants += [codes for speed in SPEEDS for codes in _variants(_at_speed(one.motion, speed), phases)]
            if own:
                row: dict[str, Any] = {
                    "captions": one.captions,
                    "group": f"{one.source}: {one.topic}",
                    "split": one.split,
                }
                act = main_activity(one)
                named = noun_phrase(act) if act else ""
                found = [] if one.lead else asked(one, rng, questions, sampling_exponent=0.5)
                found += [] if one.lead else temporal_questions(one, further, order)
                if "weight" in clip.info:
                    row["weight"] = float(clip.info["weight"])
                row["questions"], row["asks"] = noted(one, named, found), [f"{q.kind}/{q.template}" for q in found]
                row["own"], row["steps"] = own, [len(variant) for variant in variants]
                if one.lead:
                    row["context"] = [round((one.lead - phase) / TEMPORAL_STRIDE) for phase in PHASES[:own]]
                row |= {"brief": brief(one.facts), "act": named, "manner": mood(one) or PLAIN, "owner": clip.name}
                made.append((row, variants, numbers(one.facts)))
    return made


def temporal_questions(example: Example, rng: random.Random, rounds: int) -> list[Question]:
    """Additional temporal questions, up to two a round: the acceptance rates of their common answers are low."""
    return [
        question
        for _ in range(rounds)
        for question in asked(example, rng, 2, sampling_exponent=0.5, kinds=("sequence",))
    ]


def noted(example: Example, act: str, found: list[Question]) -> list[tuple[str, str, str]]:
    """Questions, answers, and notes about the motion, including what a question names but the
    motion lacks (never ``act``).
    """
    facts = example.facts
    return [(q.text, q.answer, joined(notes(facts, q.text), *absent(facts, q.text, act))) for q in found]


def _variants(motion: Motion, phases: int) -> list[np.ndarray]:
    """Codes ``(S, 5)`` of a motion in each of the first ``phases`` phases that leaves at least ``MIN_STEPS`` steps."""
    raw = features.encode(motion)
    pieces = [raw[phase:] for phase in PHASES[:phases] if len(raw) - phase >= MIN_STEPS * TEMPORAL_STRIDE]
    return [_tokenizer.encode_features(piece)[:MAX_STEPS].numpy().astype(np.int16) for piece in pieces]


def _at_speed(motion: Motion, speed: float) -> Motion:
    """The motion ``speed`` times as fast."""
    return replace(motion.resample(motion.fps / speed), fps=motion.fps)


@dataclass(kw_only=True)
class Settings:
    """Settings of :mod:`train.segments.prepare`."""

    data: str = option("data/motions.npz", "recordings of python -m train.recordings.prepare")
    tokenizer: str = option("checkpoints/embedded/tokenizer", "folder of the tokenizer")
    out: str = option("data/segments.npz", "file to write")
    captions: int = option(8, "captions per segment")
    questions: int = option(12, "questions per segment")
    order: int = option(0, "rounds of additional temporal questions")
    phases: int = option(DEFAULT_PHASES, "alignments in which a segment is encoded, 1 to 4")
    all_speeds: bool = option(False, "encode every segment at three speeds, for long training")
    seed: int = option(0, "of captions and questions")
    workers: int = option(2, "processes")

    def __post_init__(self) -> None:
        if not 1 <= self.phases <= len(PHASES):
            raise ValueError(f"phases must be 1 to {len(PHASES)}, got {self.phases}")


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    given = asdict(parse_settings(Settings, argv, __doc__))
    prepare(load_motions(given.pop("data")), **given)


if __name__ == "__main__":
    main()

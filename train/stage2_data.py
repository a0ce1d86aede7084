"""Data of stage 2: segments with captions as part codes, and the mixture of tasks drawn from them.

    python -m train.stage2_data --data data/motions.npz --tokenizer checkpoints/embedded/tokenizer --out data/stage2.npz

writes codes of every captioned segment, in two phases of the four-frame step and mirrored, with their
captions: a few megabytes that travel to any machine. :class:`Mixture` draws training examples from it.
"""

from __future__ import annotations

import argparse
import itertools
import json
import logging
import multiprocessing
import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from hmvlm.config import STEPS_PER_SECOND, TEMPORAL_STRIDE
from hmvlm.language.prompting import PLAIN_PROMPT, with_seconds
from hmvlm.language.sequence import Sequence, SequenceBuilder
from hmvlm.motion import features
from hmvlm.tokenizer.model import BodyPartTokenizer
from train import templates
from train.captions import Example, examples
from train.data.store import load_motions
from train.pose_task import Views

log = logging.getLogger("train.stage2")

PHASES = (0, 2)
"""Frames cut from the start before encoding, so that codes do not depend on one alignment."""
MIN_STEPS, MAX_STEPS = 3, 50
_tokenizer: BodyPartTokenizer | None = None


@dataclass(frozen=True)
class Segment:
    """A captioned piece of motion: codes ``(S, 5)`` in several variants of the same text."""

    codes: tuple[np.ndarray, ...]
    captions: tuple[str, ...]
    group: str
    split: str


def prepare(examples: Iterable[Example], tokenizer: str, out: str, workers: int = 1) -> None:
    """Encode captioned examples and their mirror images with the ``tokenizer`` folder and write them to ``out``."""
    if workers > 1:
        with multiprocessing.get_context("spawn").Pool(workers, _load_tokenizer, (tokenizer,)) as pool:
            encoded = list(pool.imap(_encode, examples, chunksize=16))
    else:
        _load_tokenizer(tokenizer)
        encoded = [_encode(example) for example in examples]
    rows = [row for pairs in encoded for row, _ in pairs]
    pieces = [codes for pairs in encoded for _, variants in pairs for codes in variants]
    Path(out).parent.mkdir(parents=True, exist_ok=True)
    meta = np.frombuffer(json.dumps(rows, ensure_ascii=False).encode(), np.uint8)
    np.savez_compressed(out, codes=np.concatenate(pieces), meta=meta)
    log.info("%d segments, %d steps in all", len(rows), sum(map(len, pieces)))


def _load_tokenizer(folder: str) -> None:
    global _tokenizer
    torch.set_num_threads(1)
    _tokenizer = BodyPartTokenizer.from_pretrained(folder)


def _encode(example: Example) -> list[tuple[dict, list[np.ndarray]]]:
    """Rows and code variants of an example and its mirror image."""
    made = []
    for one in (example, example.mirrored()):
        raw = features.encode(one.motion)
        variants = [
            _tokenizer.encode_features(raw[phase:])[:MAX_STEPS].numpy().astype(np.int16)
            for phase in PHASES
            if len(raw) - phase >= MIN_STEPS * TEMPORAL_STRIDE
        ]
        if variants:
            steps = [len(variant) for variant in variants]
            group = f"{one.source}: {one.action}"
            made.append(({"captions": one.captions, "group": group, "split": one.split, "steps": steps}, variants))
    return made


def load_segments(path: str | Path) -> list[Segment]:
    """Read a file of :func:`prepare`."""
    if not Path(path).is_file():
        raise FileNotFoundError(f"{path} is missing; make it with: python -m train.stage2_data --out {path}")
    with np.load(path) as archive:
        codes, rows = archive["codes"], json.loads(archive["meta"].tobytes())
    segments, start = [], 0
    for row in rows:
        variants = []
        for count in row["steps"]:
            variants.append(codes[start : start + count])
            start += count
        segments.append(Segment(tuple(variants), tuple(row["captions"]), row["group"], row["split"]))
    return segments


@dataclass(frozen=True)
class Drawn:
    """One training example: its positions, what the gate reads, which media came along, and the task."""

    sequence: Sequence
    gate_text: str
    media: str | None
    task: str
    view: int | None = None


class Mixture:
    """Draws examples: a task first, then a group of like segments, then a segment, a caption and a wording.

    Args:
        segments: of one split.
        builder: of the model to train.
        share_captioning: share of motion-to-text examples.
        balance: a group of n segments is drawn in proportion to ``n ** balance``.
        plain: share of text-to-motion examples whose text is dropped (for guidance).
        timed: share of text-to-motion examples that state their length.
        views: of posed bodies, if the pose task is in the mixture.
        share_pose: share of pose examples.
    """

    def __init__(
        self,
        segments: list[Segment],
        builder: SequenceBuilder,
        share_captioning: float = 0.12,
        balance: float = 0.5,
        plain: float = 0.1,
        timed: float = 0.4,
        views: Views | None = None,
        share_pose: float = 0.3,
    ) -> None:
        if not segments:
            raise ValueError("no segments to train on")
        self.builder = builder
        self.share_captioning, self.plain, self.timed = share_captioning, plain, timed
        self.views, self.share_pose = views, share_pose if views is not None else 0.0
        groups: dict[str, list[Segment]] = defaultdict(list)
        for segment in segments:
            groups[segment.group].append(segment)
        self.groups = list(groups.values())
        self.weights = list(itertools.accumulate(len(group) ** balance for group in self.groups))

    def draw(self, rng: random.Random) -> Drawn:
        """One example."""
        if self.views is not None and rng.random() < self.share_pose:
            return self._pose(rng)
        segment = rng.choice(rng.choices(self.groups, cum_weights=self.weights)[0])
        codes = torch.from_numpy(rng.choice(segment.codes).astype(np.int64))
        caption = rng.choice(segment.captions)
        if rng.random() < self.share_captioning:
            question = templates.describe_question(rng)
            sequence = self.builder.text_answer(question, _sentence(caption), motion=codes)
            return Drawn(sequence, question, "motion", "video_understanding")
        seconds = len(codes) / STEPS_PER_SECOND
        stated = seconds if rng.random() < self.timed else None
        if rng.random() < self.plain:
            text = PLAIN_PROMPT
        else:
            text = templates.motion_prompt(caption, rng, None if stated else seconds)
        sequence = self.builder.motion_answer(with_seconds(text, stated), codes, ended=len(codes) < MAX_STEPS)
        return Drawn(sequence, text, None, "text_to_motion")

    def _pose(self, rng: random.Random) -> Drawn:
        view, question = rng.randrange(len(self.views)), templates.pose_question(rng)
        sequence = self.builder.pose_answer(question, torch.from_numpy(self.views.seen[view]))
        return Drawn(sequence, question, rng.choice(("image", "video")), "pose_estimation", view)

    def batch(self, positions: int, rng: random.Random) -> list[Drawn]:
        """Examples whose lengths add up to at most ``positions`` (at least one)."""
        drawn, used = [], 0
        while True:
            one = self.draw(rng)
            if drawn and used + len(one.sequence) > positions:
                return drawn
            drawn.append(one)
            used += len(one.sequence)


def _sentence(caption: str) -> str:
    text = caption.strip()
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else text + "."


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--data", default="data/motions.npz")
    options.add_argument("--tokenizer", default="checkpoints/embedded/tokenizer")
    options.add_argument("--out", default="data/stage2.npz")
    options.add_argument("--captions", type=int, default=8, help="sentences a segment")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--workers", type=int, default=2)
    arguments = options.parse_args()
    captioned = examples(
        load_motions(arguments.data), None, random.Random(arguments.seed), n=arguments.captions, crops=True
    )
    prepare(captioned, arguments.tokenizer, arguments.out, arguments.workers)

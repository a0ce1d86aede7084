"""The task mixture of stage 2: what one optimiser step is shown.

A task is drawn first, then a group of like segments, then a segment, a caption and a wording. A caption, or a request
made of one, that names a side comes together with its mirror image in the mirrored words: what differs between the two
is left and right alone, which is otherwise a small part of the loss and learnt late.
"""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from hmvlm.config import MAX_STEPS, STEPS_PER_SECOND
from hmvlm.language.prompting import UNCONDITIONAL_PROMPT, with_seconds
from hmvlm.language.sequence import SequenceBuilder, TokenSequence
from hmvlm.motion.facts.notes import joined
from train.dialogue import prompt_templates
from train.pose.task import ViewBatch
from train.segments.segment import Segment

UNNOTED = 0.05
"""Share of motions that are asked about without notes."""
BLURRED = 0.35
"""Share of motions beside notes whose tokens are disturbed, as those of poses read from clips are."""
SUBJECTS = ("a", "an", "the", "this", "someone", "somebody", "he", "she", "they")
"""First words of captions that tell what somebody does.

The others ("walk ahead", "walking") serve as requests alone.
"""
EVENNESS = 0.3
"""Where rare questions come more often, a template with n of them is drawn in proportion to ``n ** EVENNESS``,"""
FAVOUR = {"sequence": 3.0}
"""and of some kinds so many times as often."""


@dataclass(frozen=True)
class Drawn:
    """One training example: its positions, what the gate reads, which media came along, and the task."""

    sequence: TokenSequence
    gate_text: str
    media: str | None
    task: str
    view: int | None = None


class EvenQuestions:
    """Draws questions so that those of rare templates come more often than their number."""

    def __init__(self, segments: list[Segment]) -> None:
        pools: dict[str, list[tuple[Segment, int]]] = defaultdict(list)
        for segment in segments:
            for which, ask in enumerate(segment.asks):
                pools[ask].append((segment, which))
        if not pools:
            raise ValueError(
                "the segments name no questions; make them anew with python -m train.segments.prepare --order 6"
            )
        self.pools = list(pools.values())
        chances = (len(pool) ** EVENNESS * FAVOUR.get(ask.split("/")[0], 1.0) for ask, pool in pools.items())
        self.weights = list(itertools.accumulate(chances))

    def draw(self, rng: random.Random) -> tuple[Segment, int]:
        """A segment and which of its questions."""
        return rng.choice(rng.choices(self.pools, cum_weights=self.weights)[0])


class Mixture:
    """Draws training examples from the segments (and views) of one split.

    Args:
        segments: of one split.
        builder: of the model to train.
        share_captioning: share of draws other than poses in which a motion is to be captioned.
        share_questions: share of those in which something particular is asked about it.
        balance: a group of n segments is drawn in proportion to ``n ** balance``,
        focus: times a factor for some groups by name.
        plain: share of text-to-motion examples whose text is dropped (for guidance).
        timed: share of text-to-motion examples that state their length.
        views: of posed bodies, if the pose task is in the mixture.
        share_pose: share of pose examples.
        noted: let notes stand beside motions that are asked about.
        even: draw questions by :class:`EvenQuestions`.
        corrupt: in half of the text-to-motion examples up to this share of the codes that the next ones are predicted
            from are random ones, as a model's own draws are not all good (T2M-GPT, arXiv 2301.06052).
    """

    def __init__(
        self,
        segments: list[Segment],
        builder: SequenceBuilder,
        share_captioning: float = 0.08,
        share_questions: float = 0.2,
        balance: float = 0.35,
        plain: float = 0.1,
        timed: float = 0.4,
        views: ViewBatch | None = None,
        share_pose: float = 0.3,
        noted: bool = True,
        focus: Mapping[str, float] | None = None,
        even: bool = False,
        corrupt: float = 0.0,
    ) -> None:
        if not segments:
            raise ValueError("no segments to train on")
        self.builder, self.noted, self.corrupt = builder, noted, corrupt
        self.even = EvenQuestions(segments) if even else None
        self.share_captioning, self.share_questions, self.plain, self.timed = (
            share_captioning,
            share_questions,
            plain,
            timed,
        )
        self.views, self.share_pose = views, share_pose if views is not None else 0.0
        groups: dict[str, list[Segment]] = defaultdict(list)
        for segment in segments:
            groups[segment.group].append(segment)
        self.groups, factors = list(groups.values()), focus or {}
        chances = (len(group) ** balance * factors.get(name, 1.0) for name, group in groups.items())
        self.weights = list(itertools.accumulate(chances))

    def draw(self, rng: random.Random) -> list[Drawn]:
        """One example, or an example that names a side and its mirror image."""
        if self.views is not None and rng.random() < self.share_pose:
            return [self._pose(self.views, rng)]
        kind = rng.random()
        if kind < self.share_questions and self.even:
            return [self.question(*self.even.draw(rng), rng)]
        segment = rng.choice(rng.choices(self.groups, cum_weights=self.weights)[0])
        if kind < self.share_questions and segment.questions:
            return [self.question(segment, rng.randrange(len(segment.questions)), rng)]
        make = self._captioning if kind > 1 - self.share_captioning else self._motion
        captions = _telling(segment) if make == self._captioning else range(len(segment.captions))
        variant, which, wording = rng.randrange(len(segment.codes)), rng.choice(captions), rng.random()
        sides = [segment]
        if segment.mirror is not None and segment.captions[which] != segment.mirror.captions[which]:
            sides.append(segment.mirror)
        return [make(one, _codes(one, variant), one.captions[which], random.Random(wording)) for one in sides]

    def _motion(self, segment: Segment, codes: Tensor, caption: str, rng: random.Random) -> Drawn:
        seconds = len(codes) / STEPS_PER_SECOND
        stated = seconds if rng.random() < self.timed else None
        if rng.random() < self.plain:
            text = UNCONDITIONAL_PROMPT
        else:
            text = prompt_templates.motion_prompt(caption, rng, None if stated else seconds)
        sequence = self.builder.motion_answer(with_seconds(text, stated), codes, ended=len(codes) < MAX_STEPS)
        if self.corrupt and rng.random() < 0.5:
            shown = sequence.codes[:, 0] >= 0
            sequence.codes[shown] = self._replaced(sequence.codes[shown], self.corrupt * rng.random(), rng)
        return Drawn(sequence, text, None, "text_to_motion")

    def _captioning(self, segment: Segment, codes: Tensor, caption: str, rng: random.Random) -> Drawn:
        question = prompt_templates.describe_question(rng)
        notes = self._notes(segment, segment.brief, rng)
        sequence = self.builder.text_answer(question, _sentence(caption), self._shown_codes(codes, notes, rng), notes)
        return Drawn(sequence, question, _shown(rng), "video_understanding")

    def question(self, segment: Segment, which: int, rng: random.Random) -> Drawn:
        """An example of one of a segment's questions."""
        question, answer, noted = segment.questions[which]
        codes = _codes(segment, rng.randrange(segment.own))
        notes = self._notes(segment, noted, rng)
        sequence = self.builder.text_answer(question, answer, self._shown_codes(codes, notes, rng), notes)
        return Drawn(sequence, question, _shown(rng), "video_understanding")

    def _notes(self, segment: Segment, noted: str, rng: random.Random) -> str:
        """What is read beside a motion; now and then nothing, so that the tokens are read as well."""
        return joined(segment.looks, noted) if self.noted and rng.random() >= UNNOTED else ""

    def _shown_codes(self, codes: Tensor, notes: str, rng: random.Random) -> Tensor:
        """Codes ``(S, 5)`` of a motion that is asked about.

        Beside notes, now and then up to all of them are random ones.
        """
        if not notes or rng.random() >= BLURRED:
            return codes
        return self._replaced(codes, rng.random(), rng)

    def _replaced(self, codes: Tensor, share: float, rng: random.Random) -> Tensor:
        """Codes ``(S, 5)`` of which about this share are random ones."""
        generator = torch.Generator().manual_seed(rng.randrange(2**31))
        noise = torch.randint(self.builder.vocabulary.codebook_size, codes.shape, generator=generator)
        return torch.where(torch.rand(codes.shape, generator=generator) < share, noise, codes)

    def _pose(self, views: ViewBatch, rng: random.Random) -> Drawn:
        view, question = rng.randrange(len(views)), prompt_templates.pose_question(rng)
        sequence = self.builder.pose_answer(question, torch.from_numpy(views.features[view]))
        return Drawn(sequence, question, rng.choice(("image", "video")), "pose_estimation", view)

    def batch(self, positions: int, rng: random.Random) -> list[Drawn]:
        """Examples whose lengths add up to at most ``positions`` (at least one draw)."""
        drawn: list[Drawn] = []
        used = 0
        while True:
            more = self.draw(rng)
            size = sum(len(one.sequence) for one in more)
            if drawn and used + size > positions:
                return drawn
            drawn += more
            used += size


def _telling(segment: Segment) -> list[int]:
    """Which captions of a segment are sentences about somebody; all, if none is."""
    found = [index for index, caption in enumerate(segment.captions) if caption.split()[0].lower() in SUBJECTS]
    return found or list(range(len(segment.captions)))


def _codes(segment: Segment, variant: int) -> Tensor:
    return torch.from_numpy(segment.codes[variant].astype(np.int64))


def _shown(rng: random.Random) -> str:
    """What the gate is told came along with a question: a motion, or the clip or picture that it was seen in."""
    return rng.choices(("motion", "video", "image"), (0.6, 0.3, 0.1))[0]


def _sentence(caption: str) -> str:
    text = caption.strip()
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else text + "."

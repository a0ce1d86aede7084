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
from train.segments.shares import shared

NOTE_DROPOUT = 0.05
"""Share of motions that are asked about without notes."""
CORRUPTED_SHARE = 0.35
"""Share of motions beside notes some of whose tokens are replaced, like those of poses estimated from clips."""
SHORTEST_CONTEXT = 3
"""Steps of the motion before that a continuation is shown at least, where there are so many."""
SUBJECTS = ("a", "an", "the", "this", "someone", "somebody", "he", "she", "they")
"""First words of captions that are sentences.

The others ("walk ahead", "walking") serve as requests alone.
"""
TEMPLATE_EXPONENT = 0.3
"""A template with n questions is sampled in proportion to ``n ** TEMPLATE_EXPONENT``, so rare ones come more often,"""
KIND_FACTORS = {"sequence": 3.0}
"""times the factor of its kind, if it has one."""


@dataclass(frozen=True)
class TrainingExample:
    """One training example: its positions, what the gate reads, the kind of media, and the task."""

    sequence: TokenSequence
    gate_text: str
    media: str | None
    task: str
    view: int | None = None


class TemplateBalancedQuestions:
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
        chances = (
            len(pool) ** TEMPLATE_EXPONENT * KIND_FACTORS.get(ask.split("/")[0], 1.0) for ask, pool in pools.items()
        )
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
        sampling_exponent: a group of n segments is drawn in proportion to ``n ** sampling_exponent``,
        group_factors: times a factor for some groups by name;
        source_shares: then scaled so that the groups of a source together are drawn with its share.
        share_unconditional: share of text-to-motion examples whose text is dropped (for guidance).
        share_timed: share of text-to-motion examples that state their length.
        views: of posed bodies, if the pose task is in the mixture.
        share_pose: share of pose examples.
        notes: put notes beside motions that are asked about.
        balance_templates: draw questions by :class:`TemplateBalancedQuestions`.
        corruption_rate: in half of the text-to-motion examples up to this share of the input codes are random, since
            a model's own samples are not all good either (T2M-GPT, arXiv 2301.06052).
    """

    def __init__(
        self,
        segments: list[Segment],
        builder: SequenceBuilder,
        share_captioning: float = 0.08,
        share_questions: float = 0.2,
        sampling_exponent: float = 0.35,
        share_unconditional: float = 0.1,
        share_timed: float = 0.4,
        views: ViewBatch | None = None,
        share_pose: float = 0.3,
        notes: bool = True,
        group_factors: Mapping[str, float] | None = None,
        balance_templates: bool = False,
        corruption_rate: float = 0.0,
        source_shares: Mapping[str, float] | None = None,
    ) -> None:
        if not segments:
            raise ValueError("no segments to train on")
        self.builder, self.notes, self.corruption_rate = builder, notes, corruption_rate
        self.balanced = TemplateBalancedQuestions(segments) if balance_templates else None
        self.share_captioning, self.share_questions = share_captioning, share_questions
        self.share_unconditional, self.share_timed = share_unconditional, share_timed
        self.views, self.share_pose = views, share_pose if views is not None else 0.0
        groups: dict[str, list[Segment]] = defaultdict(list)
        for segment in segments:
            groups[segment.group].append(segment)
        self.groups, factors = list(groups.values()), group_factors or {}
        chances = {name: len(group) ** sampling_exponent * factors.get(name, 1.0) for name, group in groups.items()}
        if source_shares:
            chances = shared(chances, source_shares)
        self.weights = list(itertools.accumulate(chances.values()))

    def draw(self, rng: random.Random) -> list[TrainingExample]:
        """One example, or an example that names a side and its mirror image."""
        if self.views is not None and rng.random() < self.share_pose:
            return [self._pose(self.views, rng)]
        kind = rng.random()
        if kind < self.share_questions and self.balanced:
            return [self.question(*self.balanced.draw(rng), rng)]
        segment = rng.choice(rng.choices(self.groups, cum_weights=self.weights)[0])
        if kind < self.share_questions and segment.questions:
            return [self.question(segment, rng.randrange(len(segment.questions)), rng)]
        make = self._captioning if kind > 1 - self.share_captioning else self._motion
        captions = _descriptive(segment) if make == self._captioning else range(len(segment.captions))
        variant, which, wording = rng.randrange(len(segment.codes)), rng.choice(captions), rng.random()
        sides = [segment]
        if segment.mirror is not None and segment.captions[which] != segment.mirror.captions[which]:
            sides.append(segment.mirror)
        return [make(one, variant, one.captions[which], random.Random(wording)) for one in sides]

    def _motion(self, segment: Segment, variant: int, caption: str, rng: random.Random) -> TrainingExample:
        codes = _codes(segment, variant)
        seconds = len(codes) / STEPS_PER_SECOND
        stated = seconds if rng.random() < self.share_timed else None
        if rng.random() < self.share_unconditional:
            text = UNCONDITIONAL_PROMPT
        else:
            text = prompt_templates.motion_prompt(caption, rng, None if stated else seconds)
        before = segment.codes[variant][: len(segment.codes[variant]) - len(codes)]
        before = before[len(before) - rng.randint(min(SHORTEST_CONTEXT, len(before)), len(before)) :]
        sequence = self.builder.motion_answer(
            with_seconds(text, stated),
            torch.cat([torch.from_numpy(before.astype(np.int64)), codes]),
            ended=len(segment.codes[variant]) < MAX_STEPS,
            context=len(before),
        )
        if self.corruption_rate and rng.random() < 0.5:
            shown = sequence.codes[:, 0] >= 0
            sequence.codes[shown] = self._replaced(sequence.codes[shown], self.corruption_rate * rng.random(), rng)
        return TrainingExample(sequence, text, None, "text_to_motion")

    def _captioning(self, segment: Segment, variant: int, caption: str, rng: random.Random) -> TrainingExample:
        question = prompt_templates.describe_question(rng)
        notes = self._notes(segment, segment.brief, rng)
        codes = self._shown_codes(_codes(segment, variant), notes, rng)
        sequence = self.builder.text_answer(question, _sentence(caption), codes, notes)
        return TrainingExample(sequence, question, _shown(rng), "video_understanding")

    def question(self, segment: Segment, which: int, rng: random.Random) -> TrainingExample:
        """An example of one of a segment's questions."""
        question, answer, noted = segment.questions[which]
        codes = _codes(segment, rng.randrange(segment.own))
        notes = self._notes(segment, noted, rng)
        sequence = self.builder.text_answer(question, answer, self._shown_codes(codes, notes, rng), notes)
        return TrainingExample(sequence, question, _shown(rng), "video_understanding")

    def _notes(self, segment: Segment, noted: str, rng: random.Random) -> str:
        """What is read beside a motion; now and then nothing, so that the tokens are read as well."""
        return joined(segment.activity_note, noted) if self.notes and rng.random() >= NOTE_DROPOUT else ""

    def _shown_codes(self, codes: Tensor, notes: str, rng: random.Random) -> Tensor:
        """Codes ``(S, 5)`` of a motion that is asked about.

        Beside notes, now and then up to all of them are random ones.
        """
        if not notes or rng.random() >= CORRUPTED_SHARE:
            return codes
        return self._replaced(codes, rng.random(), rng)

    def _replaced(self, codes: Tensor, share: float, rng: random.Random) -> Tensor:
        """Codes ``(S, 5)`` of which about this share are random ones."""
        generator = torch.Generator().manual_seed(rng.randrange(2**31))
        noise = torch.randint(self.builder.vocabulary.codebook_size, codes.shape, generator=generator)
        return torch.where(torch.rand(codes.shape, generator=generator) < share, noise, codes)

    def _pose(self, views: ViewBatch, rng: random.Random) -> TrainingExample:
        view, question = rng.randrange(len(views)), prompt_templates.pose_question(rng)
        sequence = self.builder.pose_answer(question, torch.from_numpy(views.features[view]))
        return TrainingExample(sequence, question, rng.choice(("image", "video")), "pose_estimation", view)

    def batch(self, positions: int, rng: random.Random) -> list[TrainingExample]:
        """Examples whose lengths add up to at most ``positions`` (at least one draw)."""
        drawn: list[TrainingExample] = []
        used = 0
        while True:
            more = self.draw(rng)
            size = sum(len(one.sequence) for one in more)
            if drawn and used + size > positions:
                return drawn
            drawn += more
            used += size


def _descriptive(segment: Segment) -> list[int]:
    """Which captions of a segment are sentences about somebody; all, if none is."""
    found = [index for index, caption in enumerate(segment.captions) if caption.split()[0].lower() in SUBJECTS]
    return found or list(range(len(segment.captions)))


def _codes(segment: Segment, variant: int) -> Tensor:
    return torch.from_numpy(segment.own_codes(variant).astype(np.int64))


def _shown(rng: random.Random) -> str:
    """Kind of media passed to the gate with a question: a motion, or the clip or picture that shows it."""
    return rng.choices(("motion", "video", "image"), (0.6, 0.3, 0.1))[0]


def _sentence(caption: str) -> str:
    text = caption.strip()
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else text + "."

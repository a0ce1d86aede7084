"""Sentences and decoded motions of segments: what the rankers are trained and validated on."""

from __future__ import annotations

import itertools
import logging
import random
from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from hmvlm.language.text_encoder import TextEncoder
from hmvlm.rankers.retrieval import pad_motions
from hmvlm.tokenizer.model import BodyPartTokenizer
from train.dialogue.prompt_templates import motion_prompt
from train.segments.segment import Segment

log = logging.getLogger("train.rankers")

TEXTS = 3
"""Wordings a segment, drawn from its captions and the request templates."""


@dataclass
class Corpus:
    """Motions and wordings of segments in memory.

    Attributes:
        motions: features ``(T_i, 221)`` float16 of every segment, decoded from its codes.
        texts: ``TEXTS`` wordings of every segment; a mirror image has the mirrored ones.
        pairs: indices of segments and their mirror images ``(P, 2)``.
        chance: cumulative weights of the pairs; a group of n pairs is drawn in proportion to ``n ** exponent``.
    """

    motions: list[Tensor]
    texts: list[list[str]]
    pairs: np.ndarray
    chance: list[float]

    @staticmethod
    def from_segments(
        segments: list[Segment], tokenizer: BodyPartTokenizer, rng: random.Random, exponent: float
    ) -> Corpus:
        """Decode and word the segments, which come in mirrored pairs."""
        motions = decoded([segment.own_codes() for segment in segments], tokenizer)
        texts: list[list[str]] = []
        for one, other in zip(segments[::2], segments[1::2], strict=True):
            sides: list[list[str]] = [[], []]
            for which in rng.sample(range(len(one.captions)), min(TEXTS, len(one.captions))):
                wording = rng.random()
                for side, segment in enumerate((one, other)):
                    sides[side].append(motion_prompt(segment.captions[which], random.Random(wording)))
            texts += sides
        pairs = np.arange(len(segments)).reshape(-1, 2)
        sizes = Counter(segment.group for segment in segments[::2])
        chance = [sizes[segment.group] ** (exponent - 1) for segment in segments[::2]]
        return Corpus(motions, texts, pairs, list(itertools.accumulate(chance)))

    def draw(self, size: int, rng: random.Random) -> tuple[list[int], list[str]]:
        """``size`` segments, each followed by its mirror image, and a wording for each."""
        picks = rng.choices(range(len(self.pairs)), cum_weights=self.chance, k=size)
        rows, words = [], []
        for pick in picks:
            which = rng.randrange(TEXTS)
            for row in self.pairs[pick].tolist():
                rows.append(row)
                words.append(self.texts[row][which % len(self.texts[row])])
        return rows, words

    def padded(self, rows: list[int]) -> tuple[Tensor, Tensor]:
        """Features ``(N, T, 221)`` float32 of rows and their frames ``(N,)``."""
        return pad_motions([self.motions[row].float() for row in rows])


@torch.inference_mode()
def decoded(codes: list[np.ndarray], tokenizer: BodyPartTokenizer, batch: int = 256) -> list[Tensor]:
    """Features ``(4 S_i, 221)`` float16 of code sequences ``(S_i, 5)``, those of one length together."""
    motions: list[Tensor] = [torch.empty(0)] * len(codes)
    alike: dict[int, list[int]] = defaultdict(list)
    for index, sequence in enumerate(codes):
        alike[len(sequence)].append(index)
    for members in alike.values():
        for start in range(0, len(members), batch):
            part = members[start : start + batch]
            raw = tokenizer.decode_features(
                torch.from_numpy(np.stack([codes[index] for index in part]).astype(np.int64))
            )
            for index, motion in zip(part, raw.half()):
                motions[index] = motion.clone()
    return motions


@torch.inference_mode()
def text_states(texts: list[str], encoder: TextEncoder, batch: int = 256) -> dict[str, Tensor]:
    """States ``(L, width)`` float16 of every different text, computed once in bfloat16."""
    model = encoder.model.to(torch.bfloat16)
    known: dict[str, Tensor] = {}
    unique = sorted(set(texts), key=len)  # like lengths: little padding
    for start in range(0, len(unique), batch):
        part = unique[start : start + batch]
        states, mask = encoder.states(part)
        known |= {text: row[own].half() for text, row, own in zip(part, states, mask, strict=True)}
        if start // batch % 40 == 0:
            log.info("%d of %d texts", start + len(part), len(unique))
    model.to(torch.float32)
    return known


def pad_states(states: list[Tensor]) -> tuple[Tensor, Tensor]:
    """Padded states ``(N, L, width)`` and their mask."""
    whole = torch.nn.utils.rnn.pad_sequence(states, batch_first=True).float()
    lengths = torch.tensor([len(state) for state in states])
    return whole, torch.arange(whole.shape[1]) < lengths[:, None]


def contrastive(words: Tensor, motion: Tensor, scale: Tensor, same: Tensor) -> Tensor:
    """Symmetric InfoNCE of unit vectors ``(N, dim)``; ``same`` ``(N, N)`` marks equal texts, which are no negatives."""
    logits = scale * words @ motion.T
    logits = logits.masked_fill(same & ~torch.eye(len(words), dtype=torch.bool, device=words.device), float("-inf"))
    target = torch.arange(len(words), device=words.device)
    return (F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target)) / 2


def equal_texts(texts: list[str]) -> Tensor:
    """Which texts are equal, ``(N, N)``."""
    names = np.array(texts)
    return torch.from_numpy(names[:, None] == names[None, :])

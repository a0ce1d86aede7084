"""Performances of an authored action that survive the tokenizer, for the exemplars."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from hmvlm.body.skeleton import PART_JOINTS, PARTS
from hmvlm.config import MAX_STEPS, TEMPORAL_STRIDE
from hmvlm.motion import features
from hmvlm.motion.clip import Motion
from hmvlm.tokenizer.model import BodyPartTokenizer
from train.authored.bases import Bases
from train.authored.registry import Authored, make
from train.phrasings.tagged import TRAITS
from train.rankers.exemplar_codes import searched
from train.rankers.survival import Survival, distance, of_codes
from train.recordings.store import Recording

PLAIN = 3
"""Performances at least, where there is one way to do an action only."""
SLOWNESS = 0.25
"""Cost of half the tempo, beside the loss of :class:`train.rankers.survival.Survival`."""
AIRBORNE = 0.07
"""Height (m) of the lowest joint over the floor in flight: how long that lasts is not to be changed."""
SIZES = (0.95, 1.25)
STILL = 0.07
"""Extent (m) of the joints of a part, relative to the pelvis, up to which its codes are left as they are."""
LONGEST = MAX_STEPS * TEMPORAL_STRIDE


@dataclass(frozen=True)
class Take:
    """A performance, its tempo, the features ``(2, T, 221)`` of it and its mirror image, their codes ``(2, S, 5)`` and
    what survives in them.
    """

    clip: Recording
    tempo: float
    raw: Tensor
    codes: Tensor
    left: Survival

    @property
    def captions(self) -> list[str]:
        """Sentences that are true of the performance."""
        return self.clip.info["captions"].split("\n")

    @property
    def kind(self) -> tuple:
        """What captions may tell of it: count, manner, whether it is done while walking, and further traits."""
        info = self.clip.info
        traits = sorted(
            {value for name, value in info.items() if name != "side" and value in (*TRAITS, "both", "front")}
        )
        return info["count"], info["style"], info["on"], *traits

    def loss(self, ordinary: float) -> float:
        """What is lost, and how much slower than ``ordinary`` it is."""
        return self.left.loss + SLOWNESS * max(0.0, float(np.log2(ordinary / self.tempo)))


def encoded(clip: Recording, tempo: float, tokenizer: BodyPartTokenizer) -> Take:
    """A take with the encoder's codes; what is longer than a clip may be is cut."""
    raw = torch.stack([features.encode(one)[:LONGEST] for one in (clip.motion, clip.motion.mirrored())])
    codes = tokenizer.encode_features(raw)
    return Take(clip, tempo, raw, codes, of_codes(raw, codes, tokenizer))


def bettered(take: Take, tokenizer: BodyPartTokenizer, tries: int, sweeps: int) -> Take:
    """The take with codes that decode nearer to it, above all at the hands, where there are any."""
    raw = take.raw[:, : take.codes.shape[1] * TEMPORAL_STRIDE]
    extent = np.ptp(features.heading_free_joints(raw).numpy(), axis=1).max(axis=(0, 2))
    moving = [place for place, part in enumerate(PARTS) if extent[list(PART_JOINTS[part])].max() > STILL]
    codes = searched(tokenizer, raw, take.codes, tries, sweeps, moving, distance)
    left = of_codes(raw, codes, tokenizer)
    return replace(take, codes=codes, left=left) if left.loss < take.left.loss else take


def ways(entry: Authored) -> list[dict]:
    """What :func:`train.authored.registry.make` is to be given, so that every count and manner is there."""
    low, high = entry.counts or (1, 1)
    on = entry.on[0]
    manners = sorted(set(entry.styles))
    some = [{"count": count, "style": manners[0], "on": on} for count in range(low, high + 1)]
    some *= -(-PLAIN // len(some)) if len(some) < PLAIN else 1
    some += [{"style": style, "on": on} for style in manners[1:]]
    return some + [{"style": manners[0], "on": other} for other in sorted(set(entry.on) - {on})]


def in_flight(motion: Motion) -> bool:
    """Whether a body leaves the floor."""
    return bool((motion.joints()[..., 1].min(axis=1) > AIRBORNE).any())


def performed(
    entry: Authored,
    bases: Bases,
    tokenizer: BodyPartTokenizer,
    rng: np.random.Generator,
    takes: int,
    tempo: list[float],
) -> Iterator[Take]:
    """``takes`` performances of every way to do an action, from the ordinary tempo to the slowest of ``tempo``."""
    for way in ways(entry):
        slowest, flies = min(tempo[0], entry.tempo[0]), False
        for number in range(takes):
            if flies:
                slowest = entry.tempo[0]
            share = number / max(1, takes - 1)
            speed = float(min(tempo[1], entry.tempo[1]) ** (1 - share) * slowest**share)
            clip = make(entry.key, rng, bases, tempo=speed, size=float(rng.uniform(*SIZES)), **way)
            flies = flies or in_flight(clip.motion)
            yield encoded(clip, speed, tokenizer)


def best(takes: list[Take], ordinary: float, most: int) -> list[Take]:
    """The best take of every kind, the next best where there are fewer than :data:`PLAIN` kinds; at most ``most``."""
    fit = [take for take in takes if len(take.clip.motion) <= LONGEST] or takes
    kinds: dict[tuple, list[Take]] = defaultdict(list)
    for take in sorted(fit, key=lambda take: take.loss(ordinary)):
        kinds[take.kind].append(take)
    plain = sorted(kinds, key=lambda kind: (bool(kind[1]), kinds[kind][0].loss(ordinary)))  # manners come last
    kinds = {kind: kinds[kind] for kind in plain}
    rounds = [[some[place] for some in kinds.values() if len(some) > place] for place in range(PLAIN)]
    found = rounds[0]
    for more in rounds[1:]:
        found += more[: max(0, PLAIN - len(found))]
    return found[:most]

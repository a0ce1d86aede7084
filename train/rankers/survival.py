"""How much of a performance survives the tokenizer: strokes, places of the hands, contacts.

The codes of a step of 0.2 s blur what is over in a step or two, so that a knock may come out as a hand held still.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from scipy.ndimage import gaussian_filter1d
from torch import Tensor

from hmvlm.body.skeleton import INDEX, NUM_JOINTS
from hmvlm.config import MOTION_FPS
from hmvlm.motion.features import ROOT, heading_free_joints
from hmvlm.tokenizer.model import BodyPartTokenizer

ENDS = ("left_hand", "right_hand", "head", "left_foot", "right_foot", "left_shoulder", "right_shoulder")
HANDS = ("left_hand", "right_hand")
TOUCHED = (
    "head",
    "neck",
    "pelvis",
    "left_hand",
    "right_hand",
    "left_knee",
    "right_knee",
    "left_shoulder",
    "right_shoulder",
)
SLOW = 0.35
"""Standard deviation in seconds of the filter whose rest is called strokes: what is faster than about 0.5 Hz."""
NEAR = 0.35
"""Distance (m) within which a hand is at a place of the body."""
AWAY, ARRIVED = 0.7, 3
"""A hand acts between the first and the last time that it is farther from where it was at the start than this share of
its largest distance, without so many frames at either end, in which it comes and goes.
"""
MOVES = 0.05
"""Extent (m) from which a hand acts."""
STROKE = 0.015
"""Strokes of a joint (m, root mean square) from which they count fully."""
CLEAR = 0.1
"""Error (m) of the hands that costs as much as strokes that are lost altogether."""

WEIGHTS = {"hand": 3.0, "wrist": 2.0, "elbow": 1.0, "shoulder": 1.0, "head": 1.5, "ankle": 1.0, "foot": 1.0}
"""Weights of joints in :func:`distance`, by the end of their names; others have :data:`OTHERS`."""
OTHERS = 0.3
SPEED_WEIGHT, HEIGHT_WEIGHT, TRAVEL_WEIGHT, TURN_WEIGHT = 0.1, 0.5, 0.05, 0.05
"""Of errors of the joints' speed (m/s), the pelvis' height (m), its planar velocity (m/s) and turning rate (rad/s)."""


@dataclass(frozen=True)
class Survival:
    """What is left after encoding and decoding.

    Attributes:
        strokes: share of the fast movements of hands, head, feet and shoulders that is kept: 1 all, 0 none.
        weight: how much there is of them, 0 to 1.
        error: mean distance of the acting hands from where they were, relative to the pelvis, in metres.
        contact: mean error in metres of hands relative to the part of the body that they are near.
    """

    strokes: float
    weight: float
    error: float
    contact: float

    @property
    def loss(self) -> float:
        """0 where all survives, more where less does."""
        return self.weight * (1 - self.strokes) + (self.error + self.contact) / (2 * CLEAR)


def survival(performed: Tensor, decoded: Tensor) -> Survival:
    """What of performed features ``(T, 221)`` is left in decoded ones ``(T, 221)``."""
    was, now = (heading_free_joints(raw).double().numpy() for raw in (performed, decoded))
    pairs = [_strokes(was[:, INDEX[name]], now[:, INDEX[name]], name in HANDS) for name in ENDS]
    energy = np.array([(one**2).sum() for one, _ in pairs])
    kept = np.array([(one * other).sum() for one, other in pairs]) / np.maximum(energy, 1e-9)
    kept = kept.clip(0, 1)
    sizes = np.sqrt(energy / len(was))
    shares = sizes * (sizes > 0.3 * sizes.max())
    strokes = float((shares * kept).sum() / max(shares.sum(), 1e-9))
    acting = [INDEX[name] for name in HANDS if np.ptp(was[:, INDEX[name]], axis=0).max() > MOVES]
    errors = np.linalg.norm(now - was, axis=-1)[:, acting or [INDEX[name] for name in HANDS]]
    return Survival(strokes, min(1.0, float(sizes.max()) / STROKE), float(errors.mean()), _contact(was, now))


def distance(decoded: Tensor, raw: Tensor) -> Tensor:
    """How far decoded features ``(..., T, 221)`` are from others, a frame ``(..., T)``; above all the hands'."""
    weights = torch.full((NUM_JOINTS,), OTHERS)
    for name, place in INDEX.items():
        weights[place] = WEIGHTS.get(name.rpartition("_")[2], OTHERS)
    apart = heading_free_joints(decoded) - heading_free_joints(raw)
    moves = F.pad(apart.diff(dim=-3), (0, 0, 0, 0, 1, 0)).norm(dim=-1) * MOTION_FPS
    root = decoded[..., ROOT] - raw[..., ROOT]
    travel = TRAVEL_WEIGHT * root[..., 1:3].norm(dim=-1) + TURN_WEIGHT * root[..., 3].abs()
    return (
        (apart.norm(dim=-1) + SPEED_WEIGHT * moves) @ (weights / weights.sum())
        + HEIGHT_WEIGHT * root[..., 0].abs()
        + travel
    )


def _strokes(was: np.ndarray, now: np.ndarray, hand: bool) -> tuple[np.ndarray, np.ndarray]:
    """Fast movements ``(T, 3)`` of a joint ``(T, 3)`` as performed and as decoded; of a hand, while it is not on its
    way from where it was at the start or back to there.
    """
    weight = np.ones(len(was))
    if hand:
        away = np.linalg.norm(was - was[:3].mean(0), axis=-1)
        far = np.flatnonzero(away >= AWAY * away.max())
        weight[: far[0] + ARRIVED] = weight[far[-1] + 1 - ARRIVED :] = 0.0
    weight = weight[:, None] + 1e-6
    spread = gaussian_filter1d(weight, SLOW * MOTION_FPS, axis=0)
    found = [one - gaussian_filter1d(weight * one, SLOW * MOTION_FPS, axis=0) / spread for one in (was, now)]
    return np.sqrt(weight) * found[0], np.sqrt(weight) * found[1]


def _contact(was: np.ndarray, now: np.ndarray) -> float:
    """Mean error (m) of hands ``(T, 24, 3)`` relative to what they are near; 0 where they are near nothing."""
    total, weights = 0.0, 0.0
    for hand in HANDS:
        for place in TOUCHED:
            if place == hand or (place in HANDS and hand == HANDS[1]) or place == hand.replace("hand", "shoulder"):
                continue
            apart = was[:, INDEX[hand]] - was[:, INDEX[place]]
            weight = np.clip((NEAR - np.linalg.norm(apart, axis=-1)) / 0.1, 0, 1)
            wrong = np.linalg.norm(now[:, INDEX[hand]] - now[:, INDEX[place]] - apart, axis=-1)
            total, weights = total + float(weight @ wrong), weights + float(weight.sum())
    return total / weights if weights > 1 else 0.0


def of_codes(raw: Tensor, codes: Tensor, tokenizer: BodyPartTokenizer) -> Survival:
    """What of motions ``(B, T, 221)`` survives in codes ``(B, S, 5)``: the worst of each number."""
    decoded = tokenizer.decode_features(codes)
    found = [survival(one[: len(other)], other) for one, other in zip(raw, decoded, strict=True)]
    return Survival(
        min(one.strokes for one in found), max(one.weight for one in found), max(one.error for one in found),
        max(one.contact for one in found),
    )  # fmt: skip

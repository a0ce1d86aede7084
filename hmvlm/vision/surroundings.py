"""What a picture tells of its camera: how it is held, its focal length, and how it turns during a clip."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from hmvlm.vision import gravity
from hmvlm.vision.landmarks import INDEX, Landmarks
from hmvlm.vision.panning import BackgroundFlow

STRAIGHT, FLAT = 0.85, 0.6
"""Least cosine between trunk, thighs and shins of a straight body, and the largest share of its axis along the line of
sight.
"""
TOLERANCE = np.radians(30)
"""Farthest angle of a straight body to one of the picture's four sides."""
ON_BACK = 0.6
"""Share of the chest's direction that points up or down in the picture from which a body across it lies."""
MOST_FRAMES, FEWEST_FRAMES, STRIDE = 0.8, 15, 0.1
"""Share of straight frames that agree; frames of a clip, and the standard deviation of the feet's distance in metres,
from which somebody walks.
"""
_SIDES = ("left", "right")


@dataclass(frozen=True)
class Surroundings:
    """What is known of the camera before anybody's pose.

    Attributes:
        scores: log-likelihood of pitch, roll and focal length from straight lines of the picture turned upright
            (:func:`hmvlm.vision.gravity.line_scores`).
        quarter: counter-clockwise quarter turns, 0 to 3, that bring the picture upright.
        turns: rotations ``(T, 3, 3)`` from each frame's camera axes to those of the first frame of its shot; None where
            the camera stands still or its turns are not known.
        moves: whether the camera moves from its place.
    """

    scores: np.ndarray
    quarter: int = 0
    turns: np.ndarray | None = None
    moves: bool = False

    @staticmethod
    def of(
        lines: np.ndarray | None = None,
        people: Sequence[Sequence[Landmarks | None]] = (),
        flow: BackgroundFlow | None = None,
        size: tuple[int, int] = (1, 1),
        cuts: Iterable[int] = (),
    ) -> Surroundings:
        """From straight segments ``(S, 4)`` of the picture, everybody's landmarks by frame, and the background's flow.

        ``size`` and ``cuts`` are those of the clip.
        """
        quarter = quarter_turns(people)
        ends = np.zeros((0, 2, 2)) if lines is None else lines.reshape(-1, 2, 2)
        scores = gravity.line_scores((ends @ _turn(quarter)[:2, :2].T).reshape(-1, 4))
        focal = gravity.estimate(scores).focal * max(size)
        if flow is None:
            return Surroundings(scores, quarter)
        turns = flow.turns(focal, size, cuts)
        return Surroundings(scores, quarter, turns, turns is None and flow.moves(focal, size))

    @property
    def focal(self) -> float:
        """Focal length in longer sides of the picture."""
        return gravity.estimate(self.scores).focal

    def gravity(self, axes: np.ndarray) -> gravity.Gravity:
        """Gravity along the camera's axes, with the axes ``(B, 3)`` of straight bodies."""
        turn = _turn(self.quarter)
        found = gravity.estimate(self.scores, axes @ turn.T)
        return replace(found, up=turn.T @ found.up)


def _turn(quarter: int) -> np.ndarray:
    """Rotation ``(3, 3)`` about the line of sight by counter-clockwise quarter turns."""
    cos, sin = ((1, 0), (0, 1), (-1, 0), (0, -1))[quarter]
    return np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1.0]])


def quarter_turns(people: Sequence[Sequence[Landmarks | None]]) -> int:
    """Counter-clockwise quarter turns, 0 to 3, that bring a picture upright, from everybody's landmarks by frame.

    A picture is taken to be turned only if all straight bodies in it agree. One body across a photo may as well lie;
    two that do not lie on back or belly, or one that walks, do not. A picture is upside-down where arms lie along
    bodies; on their hands, or hanging from their feet, people do not hold them so.
    """
    votes = [vote for seen in people if (vote := _vote([one for one in seen if one is not None])) is not None]
    if not votes or len({quarter for quarter, _ in votes}) > 1:
        return 0
    return votes[0][0] if len(votes) > 1 or votes[0][1] else 0


def _vote(seen: Sequence[Landmarks]) -> tuple[int, bool] | None:
    """Quarter turns that bring one person upright, and whether that is sure; None where the body tells nothing."""
    if not seen:
        return None
    metric = np.stack([one.metric for one in seen]).astype(float)
    places = {name: metric[:, [INDEX[f"{side}_{name}"] for side in _SIDES]] for name in
              ("shoulder", "hip", "knee", "ankle", "wrist")}  # fmt: skip
    thighs, shins = places["hip"] - places["knee"], places["knee"] - places["ankle"]
    trunk = (places["shoulder"] - places["hip"]).mean(1)
    axis = _unit((places["shoulder"] - places["ankle"]).mean(1))
    seen_legs = [INDEX[f"{side}_{name}"] for side in _SIDES for name in ("knee", "ankle")]
    straight = (_cosine(thighs, shins) > STRAIGHT).all(1) & (_cosine(trunk[:, None], thighs) > STRAIGHT).all(1)
    clear = straight & (abs(axis[:, 2]) < FLAT) & np.array([one.visibility[seen_legs].mean() > 0.5 for one in seen])
    if clear.mean() < 0.3:
        return None
    angle = np.arctan2(-axis[clear, 0], axis[clear, 1])
    side = np.round(angle / (np.pi / 2)).astype(int)
    near = abs(angle - side * np.pi / 2) < TOLERANCE
    quarter = int(np.bincount((-side[near]) % 4, minlength=4).argmax())
    if ((-side) % 4 == quarter)[near].sum() < MOST_FRAMES * clear.sum():
        return None
    front = _unit(np.cross(places["shoulder"][:, 0] - places["shoulder"][:, 1], axis))
    if quarter % 2 and np.median(abs(front[clear, 1])) > ON_BACK:
        return None
    if quarter == 2 and np.median(((places["wrist"] - places["shoulder"]) * axis[:, None]).sum(-1)[clear]) > 0:
        return None
    apart = ((places["ankle"][:, 0] - places["ankle"][:, 1]) * front).sum(-1)
    walks = len(seen) >= FEWEST_FRAMES and float(np.std(apart)) > STRIDE
    return quarter, quarter % 2 == 0 or walks


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)


def _cosine(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return (_unit(one) * _unit(other)).sum(-1)

"""How a person was seen in the frames of a photo or clip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hmvlm.vision.landmarks import COUNT, Landmarks


@dataclass(frozen=True)
class Sight:
    """How a person was seen, beside the pose.

    Attributes:
        number: the person's among the people of the picture or clip, from 1. shot: of a clip, from 0.
        cuts: first frames of the shots after the first.
        metric: landmarks ``(T, 33, 3)`` in metres (camera's axes, origin between the hips), NaN where not seen.
        presence: ``(T,)`` score of a person in 0..1, 0 where not seen.
        frames: ``(T,)`` numbers of the frames in the file.
    """

    number: int
    shot: int
    cuts: tuple[int, ...]
    metric: np.ndarray
    presence: np.ndarray
    frames: np.ndarray

    @staticmethod
    def of(
        seen: Sequence[Landmarks | None],
        number: int = 1,
        shot: int = 0,
        cuts: Sequence[int] = (),
        frames: np.ndarray | None = None,
    ) -> Sight:
        """From a person's landmarks by frame."""
        missing = np.full((COUNT, 3), np.nan, np.float32)
        return Sight(
            number,
            shot,
            tuple(cuts),
            np.stack([missing if one is None else one.metric for one in seen]),
            np.array([0.0 if one is None else one.score for one in seen], np.float32),
            np.arange(len(seen)) if frames is None else np.asarray(frames[: len(seen)]),
        )

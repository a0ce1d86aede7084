"""Several people of one picture in one room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from hmvlm.motion.clip import Motion
from hmvlm.motion.foot_lock import lock_feet
from hmvlm.vision.estimate import PoseEstimate, room_axes


def together(people: Sequence[PoseEstimate], foot_lock: bool = True) -> list[Motion]:
    """Everybody's motion, from the frame in which a person is first seen to the last.

    Each stands on the floor; beside and behind the first person they stand as the cameras place them, where that is
    the first person's shot. With ``foot_lock`` the contacts of clips are cleaned like those of generated motions
    (:mod:`hmvlm.motion.foot_lock`), and the path of somebody whom the camera follows is that of the feet.
    """
    first = people[0]
    result = []
    for one in people:
        shift = np.zeros(3)
        if _same_shot(one, first):
            one = replace(one, up=first.up)
            shift = room_axes(first.up) @ (one.places()[0] - first.places()[0]) * np.array([1, 0, 1])
        motion, (start, stop) = one.motion(), one.span()
        moved = replace(motion, trans=motion.trans + shift.astype(np.float32))
        moved = moved.slice(start, stop)
        result.append(
            lock_feet(moved, seen=True, followed=one.followed) if foot_lock and one.fps is not None else moved
        )
    return result


def _same_shot(one: PoseEstimate, other: PoseEstimate) -> bool:
    return one.sight is None or other.sight is None or one.sight.shot == other.sight.shot

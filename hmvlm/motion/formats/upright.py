"""Which axis of the world of SMPL parameters is up: by the file's word, by its layout, and by the body in it."""

from __future__ import annotations

import numpy as np

from hmvlm.body.skeleton import INDEX
from hmvlm.body.smpl import BodyModel
from hmvlm.body.vectors import unit
from hmvlm.motion.retarget import world

LYING = (-0.1, 0.2)
"""Heights (m) of the lowest joint of a body that is on the floor."""


def usual_axis(told: str, dated: bool, modelled: bool) -> tuple[str, bool | None]:
    """The axis that is up by the file's own word or its layout, and whether that is sure: None for its own word.

    AMASS and what is written like it has Z up; all others have Y up more often.

    Args:
        told: the file's word, or nothing. dated: it has a frame rate and ``trans``, as AMASS has. modelled: it names
            its body model, as AMASS does.
    """
    word = told.strip().upper()
    if word in world.AXES:
        return word, None
    return "Z" if dated else "Y", dated and modelled


def seen_axis(local: np.ndarray, trans: np.ndarray, betas: np.ndarray, usual: str, sure: bool | None) -> str:
    """The axis on which the body stands; the usual one where it is the file's word, or the body lies on its floor.

    Where the layout makes the usual axis sure, another must be one on whose floor the body stands: somebody may lie on
    a bed all the time, but programs also write AMASS's layout with Y up.
    """
    if sure is None:
        return usual
    step = max(1, len(local) // 200)
    joints = BodyModel.load().joints(local[::step], trans[::step], betas).double().numpy()

    def on_floor_of(axis: str) -> bool:
        lowest = (joints @ np.array(world.AXES[axis], float)).min(axis=1)
        return bool(np.mean((lowest > LYING[0]) & (lowest < LYING[1])) > 0.9)

    if on_floor_of(usual):
        return usual
    low, high = (
        (joints[:, INDEX[f"left_{part}"]] + joints[:, INDEX[f"right_{part}"]]) / 2 for part in ("ankle", "shoulder")
    )
    seen = world.up_axis(unit(high - low).mean(axis=0), usual)
    return usual if sure and not on_floor_of(seen) else seen

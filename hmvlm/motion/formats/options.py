"""How a motion is written, whatever the format: frame rate, joint names, what a scene contains, layout of npz files."""

from __future__ import annotations

from dataclasses import dataclass

from hmvlm.body.joint_names import NAMES

RATES = (20, 24, 25, 30, 60, 120)
"""Frame rates that editors and robot tools usually want; any other from 1 to 240 can be written too."""
SLOWEST, FASTEST = 1.0, 240.0
LAYOUTS = ("amass", "smplx")
"""Layouts of npz: SMPL-H rows of 52 joints, as AMASS stores them, or SMPL-X rows of 55."""


@dataclass(frozen=True)
class Export:
    """Options of :meth:`hmvlm.motion.clip.Motion.save`. Formats leave out those that do not concern them.

    Attributes:
        fps: frames a second of the file; None keeps the motion's own. Its duration stays the same.
        names: joint names of BVH, GLB and FBX, a key of :data:`hmvlm.body.joint_names.NAMES`.
        floor: GLB has a floor.
        skin: GLB and FBX have the body's mesh; without it, only the skeleton.
        npz: layout of npz files, one of :data:`LAYOUTS`.
    """

    fps: float | None = None
    names: str = "smpl"
    floor: bool = True
    skin: bool = True
    npz: str = "amass"

    def __post_init__(self) -> None:
        if self.fps is not None and not SLOWEST <= self.fps <= FASTEST:
            raise ValueError(f"fps must be {SLOWEST:g} to {FASTEST:g} frames a second, got {self.fps:g}")
        if self.names not in NAMES:
            raise ValueError(f"names must be {', '.join(NAMES)}, got {self.names!r}")
        if self.npz not in LAYOUTS:
            raise ValueError(f"npz must be {' or '.join(LAYOUTS)}, got {self.npz!r}")


AS_IS = Export()
"""The motion's own frame rate, SMPL's names, floor and skin, AMASS layout."""

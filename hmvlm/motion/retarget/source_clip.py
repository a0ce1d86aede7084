"""One recording as its file describes it, before retargeting."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class SourceClip:
    """Global joint positions, and rotations where the format has them, of one recording.

    ``positions`` (T, J, 3) metres, Y up, in the recording's own world; ``rotations`` (T, J, 3, 3)
    the global rotation of each joint's frame, which moves the bones to the joint's children, or
    None for formats that hold points only; ``rest`` (J, 3) joint positions in the format's own
    rest pose, where ``rotations`` are the identity, or None; ``parents`` holds -1 for a root.
    """

    name: str
    joints: tuple[str, ...]
    parents: tuple[int, ...]
    positions: np.ndarray
    fps: float
    rotations: np.ndarray | None = None
    rest: np.ndarray | None = None
    info: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        frames, count = self.positions.shape[:2]
        if self.positions.shape != (frames, count, 3) or frames == 0:
            raise ValueError(f"{self.name}: positions must be (T, J, 3) with T > 0, not {self.positions.shape}")
        if len(self.joints) != count or len(self.parents) != count:
            raise ValueError(
                f"{self.name}: {count} joints in positions but {len(self.joints)} names, {len(self.parents)} parents"
            )
        if any(parent >= index for index, parent in enumerate(self.parents)):
            raise ValueError(f"{self.name}: a joint comes before its parent; list parents first")
        if self.rotations is not None and self.rotations.shape != (frames, count, 3, 3):
            raise ValueError(f"{self.name}: rotations must be {(frames, count, 3, 3)}, not {self.rotations.shape}")
        if not 1.0 <= self.fps <= 1000.0:
            raise ValueError(f"{self.name}: {self.fps} frames a second is not a recording's rate (1 to 1000)")

    def __len__(self) -> int:
        return len(self.positions)

    @property
    def duration(self) -> float:
        """Seconds from the first to the last frame, plus one frame."""
        return len(self) / self.fps

    def index(self, joint: str) -> int:
        """Position of a joint's name in ``joints``; raises KeyError naming the joint."""
        try:
            return self.joints.index(joint)
        except ValueError:
            raise KeyError(f"{self.name} has no joint {joint!r}; it has {', '.join(self.joints)}") from None

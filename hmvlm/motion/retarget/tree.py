"""The tree of a skeleton's joints with the lengths of its bones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

MOST_FRAMES = 200
"""Frames that lengths are measured on."""


class Tree:
    """Joints with parents before children; ``length`` (J,) is the median distance to the parent, 0 for a root."""

    def __init__(self, parents: Sequence[int], positions: np.ndarray) -> None:
        self.parents = tuple(parents)
        step = max(1, len(positions) // MOST_FRAMES)
        self.positions = positions[::step]
        self.children: list[list[int]] = [[] for _ in self.parents]
        self.depth: list[int] = []
        self.length = np.zeros(len(self.parents))
        for joint, parent in enumerate(self.parents):
            self.depth.append(0 if parent < 0 else self.depth[parent] + 1)
            if parent >= 0:
                self.children[parent].append(joint)
                self.length[joint] = self.distance(parent, joint)
        self.roots = [joint for joint, parent in enumerate(self.parents) if parent < 0]
        self._reach = self.length.copy()
        for joint in range(len(self.parents) - 1, -1, -1):
            if self.children[joint]:
                self._reach[joint] += max(self._reach[child] for child in self.children[joint])

    def distance(self, a: int, b: int) -> float:
        """Median distance of two joints."""
        return float(np.median(np.linalg.norm(self.positions[:, a] - self.positions[:, b], axis=-1)))

    def distance_to_middle(self, joint: int, a: int, b: int) -> float:
        """Median distance of a joint from the point between two others."""
        middle = (self.positions[:, a] + self.positions[:, b]) / 2
        return float(np.median(np.linalg.norm(self.positions[:, joint] - middle, axis=-1)))

    def path(self, joint: int) -> list[int]:
        """Joints from the root to ``joint``, both included."""
        way = [joint]
        while self.parents[way[-1]] >= 0:
            way.append(self.parents[way[-1]])
        return way[::-1]

    def is_above(self, ancestor: int, joint: int) -> bool:
        """Whether ``joint`` hangs, directly or not, on ``ancestor``."""
        return ancestor != joint and ancestor in self.path(joint)

    def below(self, joint: int) -> list[int]:
        """The joint and everything that hangs on it."""
        found = [joint]
        for one in found:
            found.extend(self.children[one])
        return found

    def meeting(self, joints: Sequence[int]) -> int | None:
        """The lowest joint above all of ``joints``; None if they hang on different roots."""
        paths = [self.path(joint)[:-1] or [joint] for joint in joints]
        shared = [level[0] for level in zip(*paths) if len(set(level)) == 1]
        return shared[-1] if shared else None

    def reach(self, joint: int) -> float:
        """Length of the bone to a joint and the longest chain behind it."""
        return float(self._reach[joint])

    def longest_chain(self, joint: int) -> list[int]:
        """The joints of the longest chain that starts with ``joint``."""
        chain = [joint]
        while self.children[chain[-1]]:
            chain.append(max(self.children[chain[-1]], key=self.reach))
        return chain

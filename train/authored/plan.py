"""What an action's program writes down: keys of channels, limbs and the whole body over time, in seconds."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

import numpy as np

from train.authored.easing import ease
from train.authored.poses import PlacedPose
from train.authored.targets import Target

Origin = tuple[float, float, float]
"""Where the stage has travelled to: x, z in metres and yaw in radians."""
CHANNELS = {
    "bend": "trunk forwards, degrees", "twist": "trunk to the left, degrees", "lean": "trunk to the right, degrees",
    "nod": "head down, degrees", "turn": "head to the left, degrees", "tilt": "head to the right, degrees",
    "pitch": "pelvis forwards, degrees", "yaw": "pelvis to the left, degrees", "roll": "pelvis to the right, degrees",
    "height": "pelvis up, metres", "side": "pelvis to the left, metres", "front": "pelvis forwards, metres",
    "shrug": "both shoulders up, degrees", "left_shrug": "left shoulder up, degrees",
    "right_shrug": "right shoulder up, degrees", "reach": "both shoulders forwards, degrees",
    "air": "share of freedom from the floor: 1 while airborne", "balance": "added to the automatic balance of 1",
}  # fmt: skip


@dataclass(frozen=True)
class Span:
    """A movement from ``start`` to ``stop`` seconds with an easing."""

    start: float
    stop: float
    easing: str = "smooth"

    def share(self, times: np.ndarray) -> np.ndarray:
        """Eased share (T,) of the movement done at ``times`` (T,)."""
        return ease(self.easing, self.progress(times))

    def progress(self, times: np.ndarray) -> np.ndarray:
        """Share (T,) of the movement's time."""
        return np.clip((times - self.start) / max(self.stop - self.start, 1e-6), 0.0, 1.0)


@dataclass(frozen=True)
class LimbKey:
    """A limb's movement to a target; ``lift`` raises the end in between (m); ``leave`` ends the target's path."""

    span: Span
    target: Target
    origin: Origin = (0.0, 0.0, 0.0)
    lift: float = 0.0
    leave: float | None = None
    fixed: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None


@dataclass(frozen=True)
class BodyKey:
    """A movement of the pelvis and the trunk to a pose at a place (x, z), or back to the base body (None)."""

    span: Span
    pose: PlacedPose | None
    place: np.ndarray = field(default_factory=lambda: np.zeros(2))
    origin: Origin = (0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Wave:
    """A sine on a channel with ``amplitude``, ``period`` seconds and ``phase`` in turns, faded in and out."""

    channel: str
    amplitude: float
    period: float
    start: float
    stop: float
    phase: float = 0.0

    def values(self, times: np.ndarray) -> np.ndarray:
        """Values (T,) at ``times``."""
        fade = min(0.4, self.period / 2, (self.stop - self.start) / 2 + 1e-6)
        inside = np.clip(np.minimum(times - self.start, self.stop - times) / fade, 0, 1)
        return self.amplitude * inside * np.sin(2 * np.pi * ((times - self.start) / self.period + self.phase))


@dataclass
class Plan:
    """All keys of one action."""

    channels: dict[str, list[tuple[Span, float]]] = field(default_factory=dict)
    waves: list[Wave] = field(default_factory=list)
    limbs: dict[str, list[LimbKey]] = field(default_factory=dict)
    body: list[BodyKey] = field(default_factory=list)
    travel: list[tuple[float, float, float, float]] = field(default_factory=list)
    length: float = 0.0

    def channel(self, name: str, times: np.ndarray) -> np.ndarray:
        """Values (T,) of a channel at ``times`` (T,) seconds."""
        value = np.zeros(len(times))
        for span, goal in self.channels.get(name, []):
            value = value + span.share(times) * (goal - value)
        return value + sum((wave.values(times) for wave in self.waves if wave.channel == name), np.zeros(len(times)))


def shifted(plan: Plan, seconds: float, length: float) -> Plan:
    """The plan ``seconds`` later."""

    def later(span: Span) -> Span:
        return Span(span.start + seconds, span.stop + seconds, span.easing)

    def limb(key: LimbKey) -> LimbKey:
        leave = None if key.leave is None else key.leave + seconds
        return dataclasses.replace(key, span=later(key.span), leave=leave)

    return Plan(
        {name: [(later(span), goal) for span, goal in moves] for name, moves in plan.channels.items()},
        [dataclasses.replace(w, start=w.start + seconds, stop=w.stop + seconds) for w in plan.waves],
        {name: [limb(key) for key in keys] for name, keys in plan.limbs.items()},
        [dataclasses.replace(key, span=later(key.span)) for key in plan.body],
        [(t + seconds, x, z, yaw) for t, x, z, yaw in plan.travel],
        length,
    )

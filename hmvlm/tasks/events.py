"""What a turn gives while it runs and in the end: events and the reply."""

from __future__ import annotations

from dataclasses import dataclass, field

from hmvlm.motion.clip import Motion
from hmvlm.tasks.pose_estimation import FrameEvent
from hmvlm.tasks.text_to_motion import MotionEvent
from hmvlm.vision.estimate import PoseEstimate

__all__ = ["Event", "FrameEvent", "GateEvent", "MotionEvent", "Reply", "ReplyEvent", "TextEvent"]


@dataclass
class Reply:
    """What one turn gave: text, the task, the gate's weights, motions (one a variation) and the time it took.

    ``estimate`` is set where a body was seen in a photo or clip; ``motion`` is then the estimate's.
    """

    text: str
    task: str
    gate: dict[str, float]
    motion: Motion | None = None
    motions: list[Motion] = field(default_factory=list)
    seconds: float = 0.0
    estimate: PoseEstimate | None = None


@dataclass(frozen=True)
class GateEvent:
    """The gate has read the turn."""

    gate: dict[str, float]
    task: str


@dataclass(frozen=True)
class TextEvent:
    """The answer so far."""

    text: str


@dataclass(frozen=True)
class ReplyEvent:
    """The turn is complete (or was cancelled, with what came until then)."""

    reply: Reply


Event = GateEvent | TextEvent | MotionEvent | FrameEvent | ReplyEvent

"""Events of a turn and its reply."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from hmvlm.motion.clip import Motion
from hmvlm.tasks.checks import ClauseReport
from hmvlm.tasks.pose_estimation import FrameEvent
from hmvlm.vision.estimate import PoseEstimate

__all__ = ["Event", "FrameEvent", "GateEvent", "Generation", "MotionEvent", "Reply", "ReplyEvent", "TextEvent"]


@dataclass
class Reply:
    """Result of a turn: text, task, gate weights, motions (one per variation) and duration in seconds.

    ``plan`` is that of the first motion: its clauses with start, end and checks.
    ``estimates`` has the people of a photo or clip, ``estimate`` the first of them; ``motions`` are theirs, from the
    frame in which a person is first seen to the last.
    ``note`` is a sentence about the answer that is no part of it, such as why it ends early.
    """

    text: str
    task: str
    gate: dict[str, float]
    motion: Motion | None = None
    motions: list[Motion] = field(default_factory=list)
    seconds: float = 0.0
    estimates: list[PoseEstimate] = field(default_factory=list)
    plan: list[ClauseReport] = field(default_factory=list)
    note: str = ""

    @property
    def estimate(self) -> PoseEstimate | None:
        """What was seen of the first person."""
        return self.estimates[0] if self.estimates else None

    def plan_as_json(self) -> list[dict[str, Any]]:
        """The plan as plain dictionaries."""
        return [asdict(report) for report in self.plan]


@dataclass(frozen=True)
class MotionEvent:
    """A time step of 0.2 s is generated; ``total`` is None where the model decides the length.

    A request that waits for others, or draws again while others wait, repeats its last event.
    With ``preview=True`` the event contains a candidate's motion so far, after 0.4 s and every second. ``clause`` of
    ``clauses`` counts from 0. ``ended`` of ``rows`` candidates have ended. A ``draft`` is the motion that the best
    guide foretells before the first step of the clause is drawn.
    """

    step: int
    total: int | None
    motion: Motion | None = None
    clause: int = 0
    clauses: int = 1
    ended: int = 0
    rows: int = 1
    draft: bool = False


@dataclass(frozen=True)
class Generation:
    """The motions, one per variation, and the plan of each as it was carried out."""

    motions: list[Motion]
    plans: list[list[ClauseReport]]


@dataclass(frozen=True)
class GateEvent:
    """The gate weights and the task are known."""

    gate: dict[str, float]
    task: str


@dataclass(frozen=True)
class TextEvent:
    """The text so far."""

    text: str


@dataclass(frozen=True)
class ReplyEvent:
    """The turn is complete, or cancelled with a partial reply."""

    reply: Reply


Event = GateEvent | TextEvent | MotionEvent | FrameEvent | ReplyEvent

"""What is measured about a motion: plain records that turn into JSON."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

LEVELS = ("down", "chest", "shoulder", "head", "overhead")
"""Heights a hand can reach, lowest first; ``overhead`` is a wrist above the top of the head."""


@dataclass(frozen=True)
class Event:
    """Something that happens between ``start`` and ``end`` (seconds).

    ``kind`` is one of raise, wave, punch, kick, leg_raise, step_up, bow, bend, squat, sit, rise, kneel,
    lie, jump, hop, turn, spin, lunge, stop, abduct, extend, clap; ``side`` is left, right, both or "";
    ``amount`` is in the unit natural to the kind (degrees or metres); ``count`` counts repetitions inside.
    """

    kind: str
    start: float
    end: float
    side: str = ""
    amount: float = 0.0
    count: int = 1


@dataclass(frozen=True)
class Travel:
    """Where the pelvis goes. Metres, metres a second, degrees (left is positive), seconds."""

    forward: float  # net displacement along the initial heading
    left: float  # net displacement to the left of the initial heading
    distance: float  # straight line from start to end
    path: float  # length of the smoothed path
    mean_speed: float  # path / duration
    moving_speed: float  # mean speed while moving, 0 when never moving
    peak_speed: float
    moving_seconds: float
    direction: str  # forward, backward, left, right (relative to the heading while moving) or none
    forward_share: float  # mean cosine between velocity and heading while moving, -1..1
    left_share: float  # mean sine between them, left positive
    gait: str  # standing, stepping (on the spot), walking, running
    turn: float  # net change of heading
    turn_left: float  # largest change of heading to the left at any time, >= 0
    turn_right: float  # the same to the right, >= 0
    spins: int  # full turns within 3 s each
    steps_left: int
    steps_right: int
    cadence: float  # steps a second while moving, 0 when never moving
    starts_moving: bool
    ends_moving: bool
    stops: int  # pauses between two stretches of moving


@dataclass(frozen=True)
class Hand:
    """One hand and its arm. Heights in metres relative to the joint named; angles in degrees."""

    above_shoulder: float  # highest wrist height over its shoulder
    above_head: float  # highest wrist height over the head joint
    level: str  # one of LEVELS, the highest level held
    rise: float  # difference between the wrist's highest and lowest height over the shoulder
    raised: float  # seconds with the wrist above the shoulder
    raised_from: float  # start of the longest raise (s), -1 when never raised
    raised_to: float
    raises: int  # separate raises above the shoulder
    waves: float  # full side-to-side cycles of the hand while it is raised
    reach: float  # farthest the wrist gets in front of the chest (m)
    behind: float  # farthest the wrist gets behind its shoulder with the arm nearly straight (m)
    abduction: float  # largest sideways elevation of the upper arm (0 hanging, 90 level, 180 up)
    flexion: float  # largest forward elevation
    extension: float  # largest backward elevation
    scaption: float  # largest elevation halfway between side and front
    punches: int
    speed: float  # mean speed relative to the trunk (m/s)
    peak_speed: float
    to_face: float  # smallest distance of the wrist to the head joint (m)


@dataclass(frozen=True)
class Leg:
    """One leg. ``lift`` is the ankle's highest point over its standing height (m); angles in degrees."""

    lift: float
    lift_direction: str  # front, side, back or none: where the foot is at its highest
    knee_lift: float  # highest knee over its standing height (m)
    held_up: float  # longest time the foot stays off the ground (s)
    kicks: int
    knee_flexion: float  # largest bend of the knee
    hip_flexion: float  # largest forward elevation of the thigh
    hip_abduction: float  # largest sideways elevation of the thigh
    straight_lift: float  # largest leg elevation with a nearly straight knee (degrees)
    forward_step: float  # farthest the ankle gets in front of the other ankle (m)


@dataclass(frozen=True)
class Trunk:
    """Degrees; forward lean is positive, left is positive."""

    lean: float  # median forward lean
    max_forward: float
    max_backward: float
    max_left: float
    max_right: float
    twist_left: float  # largest turn of the shoulders against the hips
    twist_right: float
    bows: int
    head_drop: float  # median height of the head joint over the pelvis, relative to upright (1)


@dataclass(frozen=True)
class Posture:
    """Heights of the pelvis relative to standing (1 standing, about 0.5 seated, 0.1 lying)."""

    lowest: float
    highest: float
    start: float
    end: float
    squats: int
    squat_depth: float  # knee bend (degrees) of the deepest squat, 0 when none
    sits: int
    seated: float  # seconds
    starts_seated: bool
    ends_seated: bool
    lunges: int
    lunge_side: str  # leg in front (or the bent one in a side lunge): left, right or ""
    side_lunge: bool
    kneels: float  # seconds
    lies: float  # seconds
    stance: float  # widest distance between the ankles (m)
    upside_down: float  # seconds with the pelvis above the head


@dataclass(frozen=True)
class Air:
    """Jumps: both feet off the ground without a running stride."""

    jumps: int
    hops: int
    rise: float  # highest rise of the pelvis over standing (m)
    distance: float  # farthest horizontal travel of one flight (m)
    flight: float  # seconds in the air, running flights included
    jacks: int  # arms and legs opened and closed together


@dataclass(frozen=True)
class Rhythm:
    """Periodicity and vigour."""

    period: float  # seconds, 0 when the motion does not repeat
    repetitions: int  # whole periods, 1 when it does not repeat
    strength: float  # autocorrelation at the period, 0..1
    still: float  # share of frames in which nothing moves
    energy: float  # mean joint speed relative to the pelvis (m/s)
    arm_energy: float
    leg_energy: float
    jerkiness: float  # share of joint speed in fast peaks: 90th percentile / mean


@dataclass(frozen=True)
class Facts:
    """Everything :func:`hmvlm.motion.facts.facts` measures."""

    duration: float
    travel: Travel
    left_hand: Hand
    right_hand: Hand
    left_leg: Leg
    right_leg: Leg
    trunk: Trunk
    posture: Posture
    air: Air
    rhythm: Rhythm
    both_raised: float  # seconds with both wrists above the shoulders
    hands_together: float  # seconds with the hands within 0.2 m
    claps: int
    events: tuple[Event, ...] = field(default=())

    def hand(self, side: str) -> Hand:
        """The hand called ``left`` or ``right``."""
        return {"left": self.left_hand, "right": self.right_hand}[side]

    def leg(self, side: str) -> Leg:
        """The leg called ``left`` or ``right``."""
        return {"left": self.left_leg, "right": self.right_leg}[side]

    def count(self, kind: str, side: str | None = None) -> int:
        """How many events of a kind (and side) there are, repetitions included."""
        return sum(e.count for e in self.events if e.kind == kind and side in (None, e.side))

    def to_json(self) -> dict[str, Any]:
        """Nested dictionaries, lists, numbers and strings."""
        return dataclasses.asdict(self)

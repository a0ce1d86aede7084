"""The writer's view of an action: a cursor in time and movements that begin at it."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from hmvlm.body.skeleton import INDEX
from train.authored.plan import CHANNELS, BodyKey, LimbKey, Origin, Plan, Span, Wave, shifted
from train.authored.poses import GROUPS, POSES, PlacedPose, place_pose
from train.authored.targets import REST, Target, foot, hand

STYLES: dict[str, dict] = json.loads(Path(__file__).with_name("styles.json").read_text())
LIMB_WORDS = {
    "left": ("left_arm",), "right": ("right_arm",), "both": ("left_arm", "right_arm"),
    "left_foot": ("left_leg",), "right_foot": ("right_leg",), "both_feet": ("left_leg", "right_leg"),
}  # fmt: skip
SIZED = {"bend", "twist", "lean", "nod", "turn", "tilt"}
"""Channels that ``size`` scales."""
PLACED = ("height", "side", "front")
"""Channels that a whole-body pose takes back to 0."""
TIME_JITTER, HAND_JITTER = 0.06, 0.006
"""Standard deviations of a movement's duration (share) and of a hand's place (m)."""


class Act:
    """Writes a plan. Actions are written for the right side; the left side is the mirror image.

    Attributes:
        rng: randomness of this performance.
        count: how often to repeat.
        size: scale of amplitudes, about 1; trunk and head channels and waves are scaled already.
        tempo: speed, about 1; durations are divided by it already.
        params: the action's own parameters.
        time: the cursor, in seconds.
    """

    def __init__(self, rng: np.random.Generator, count: int, size: float, tempo: float, style: str, **params) -> None:
        if style not in STYLES:
            raise ValueError(f"unknown style {style!r}; known are {', '.join(filter(None, STYLES))}")
        look = STYLES[style]
        self.rng, self.count, self.params = rng, count, params
        self.size = size * look.get("size", 1.0)
        self.tempo = tempo * look.get("tempo", 1.0)
        self.style = style
        self.plan = Plan()
        self.time = 0.0
        self.origin: Origin = (0.0, 0.0, 0.0)
        self.trim: list[float | None] = [None, None]
        self._easing = look.get("ease", "smooth")
        self._look = look
        self.placed: tuple[PlacedPose, np.ndarray] = (place_pose("stand"), np.zeros(2))

    # Time

    def hold(self, seconds: float) -> None:
        """Let time pass."""
        self.time += self.seconds(seconds)

    def seconds(self, seconds: float) -> float:
        """A duration at this performance's tempo, with a little variation."""
        return max(0.05, seconds / self.tempo * float(1 + np.clip(self.rng.normal(0, TIME_JITTER), -0.15, 0.15)))

    @contextlib.contextmanager
    def meanwhile(self, delay: float = 0.0) -> Iterator[None]:
        """Movements inside start ``delay`` seconds after the cursor, which afterwards is where it was or later."""
        before = self.time
        self.time += delay / self.tempo
        yield
        self.time = before

    def uniform(self, low: float, high: float) -> float:
        """A random number."""
        return float(self.rng.uniform(low, high))

    def start_here(self) -> None:
        """What comes before may be cut off: the action itself starts here."""
        self.trim[0] = self.time

    def end_here(self) -> None:
        """What comes after may be cut off."""
        self.trim[1] = self.time

    # Movements

    def move(self, seconds: float, *, ease: Any = None, lift: Any = None, wait: Any = True, **goals) -> None:
        """Move to goals within ``seconds``, then put the cursor at the end.

        Args:
            seconds: duration before tempo.
            ease: an easing (str) of :mod:`train.authored.easing`. It, ``lift`` and ``wait`` are typed Any since goals
                are often given as ``**`` dictionaries of targets.
            lift: height in metres of the arc of feet that move; by default what the distance asks for.
            wait: False leaves the cursor where it is.
            goals: channels of :data:`train.authored.plan.CHANNELS`, and the hands ``left``, ``right``, ``both``,
                ``left_foot``, ``right_foot``, ``both_feet`` with targets of ``hand``, ``foot``, ``knee``, REST or KEEP.

        Raises:
            ValueError: a goal of another name.
        """
        span = Span(self.time, self.time + self.seconds(seconds), ease or self._easing)
        jitter = self.rng.normal(0, HAND_JITTER, 3) * np.array([0.5, 1, 1])
        for name, goal in goals.items():
            if name in LIMB_WORDS:
                for limb in LIMB_WORDS[name]:
                    self._limb(limb, span, goal, lift, jitter)
            elif name in CHANNELS:
                scale = self.size if name in SIZED else 1.0
                self.plan.channels.setdefault(name, []).append((span, scale * float(goal)))
            else:
                raise ValueError(f"unknown goal {name!r}; known are {', '.join([*LIMB_WORDS, *CHANNELS])}")
        if wait:
            self.time = span.stop
        self.plan.length = max(self.plan.length, span.stop)

    def back(self, seconds: float, **kept: float) -> None:
        """Everything returns to the base body, except channels given here."""
        goals: dict = {name: 0.0 for name in self.plan.channels if name not in ("air", "balance")} | kept
        arms = {"left": "left_arm", "right": "right_arm"}
        goals |= {word: REST for word, limb in arms.items() if limb in self.plan.limbs}
        feet = {"left_foot": "left_leg", "right_foot": "right_leg"}
        goals |= {word: foot() for word, limb in feet.items() if limb in self.plan.limbs}
        start = self.time
        self.move(seconds, **goals)
        if self.plan.body and self.plan.body[-1].pose is not None:
            self.plan.body.append(BodyKey(Span(start, self.time), None))
            self.placed = (place_pose("stand"), np.zeros(2))

    def wave(
        self, channel: str, amplitude: float, period: float, seconds: float, phase: float = 0.0, wait: bool = False
    ) -> None:
        """A sine on a channel from the cursor on, for ``seconds``; ``period`` and ``seconds`` follow the tempo."""
        if channel not in CHANNELS:
            raise ValueError(f"unknown channel {channel!r}; known are {', '.join(CHANNELS)}")
        stop = self.time + seconds / self.tempo
        scale = self.size if channel in SIZED else 1.0
        self.plan.waves.append(Wave(channel, scale * amplitude, period / self.tempo, self.time, stop, phase))
        self.plan.length = max(self.plan.length, stop)
        if wait:
            self.time = stop

    def pose(
        self, seconds: float, name: str, anchor: str | None = None, hands: bool = True, ease: str | None = None,
        shift: tuple[float, float] = (0.0, 0.0), keep: tuple[str, ...] = (), lift: float | None = None,
    ) -> None:  # fmt: skip
        """Go to a whole-body pose of ``poses.json``; the pelvis' channels of :data:`PLACED` go back to 0.

        Args:
            seconds: duration before tempo.
            name: the pose.
            anchor: contact (``feet``, ``knees``, ``pelvis``, ``shoulders`` ...) that stays above the same point.
            hands: also move the hands as the pose says; False leaves them.
            ease: easing.
            shift: additional (side, front) in metres.
            keep: limb words (``both``, ``both_feet`` ...) whose ends stay where they are in the world.
            lift: arc of the feet, as in :meth:`move`.
        """
        pose = place_pose(name)
        old, place = self.placed
        common = anchor or next(
            (c for c in ("feet", "knees", "pelvis") if _touches(old, c) and _touches(pose, c)), "feet"
        )
        place = place + (old.group(common) - pose.group(common))[[0, 2]] + np.asarray(shift)
        span = Span(self.time, self.time + self.seconds(seconds), ease or self._easing)
        self.plan.body.append(BodyKey(span, pose, place, self.origin))
        for channel in PLACED:  # the pose says where the pelvis is
            if self.plan.channels.get(channel, [(span, 0.0)])[-1][1]:
                self.plan.channels[channel].append((span, 0.0))
        kept = {limb for word in keep for limb in LIMB_WORDS[word]}
        ground = np.array([place[0], 0.0, place[1]])
        for side in ("left", "right"):
            if f"{side}_leg" not in kept:
                end, pole, rotation = pose.effector(f"{side}_leg")
                self._fixed(f"{side}_leg", span, (end + ground, pole, rotation), lift)
            if f"{side}_arm" in kept:
                self._limb(f"{side}_arm", span, Target("keep"), None, np.zeros(3))
            elif hands:
                self._pose_hand(side, pose, ground, span)
        self.placed = (pose, place)
        self.time = span.stop
        self.plan.length = max(self.plan.length, span.stop)

    def _pose_hand(self, side: str, pose: PlacedPose, ground: np.ndarray, span: Span) -> None:
        self._limb(f"{side}_arm", span, pose_hand(side, pose, ground), None, np.zeros(3))

    def _limb(self, limb: str, span: Span, target: Target, lift: float | None, jitter: np.ndarray) -> None:
        keys = self.plan.limbs.setdefault(limb, [])
        if limb.endswith("arm") and target.kind == "at" and not target.exact:
            target = target.moved(*jitter)
        self._leave(keys, span)
        keys.append(LimbKey(span, target, self.origin, 0.0 if lift is None else lift))

    def _fixed(self, limb: str, span: Span, effector: tuple, lift: float | None) -> None:
        keys = self.plan.limbs.setdefault(limb, [])
        self._leave(keys, span)
        before = keys[-1].fixed[0] if keys and keys[-1].fixed is not None else place_pose("stand").effector(limb)[0]
        far = float(np.linalg.norm((effector[0] - before)[[0, 2]]))
        arc = min(0.12, 0.25 * far) if lift is None and far > 0.1 else (lift or 0.0)
        keys.append(LimbKey(span, Target("at"), self.origin, arc, fixed=effector))

    @staticmethod
    def _leave(keys: list[LimbKey], span: Span) -> None:
        if keys and keys[-1].leave is None:
            keys[-1] = dataclasses.replace(keys[-1], leave=span.start)

    def finish(self, lead: float, tail: float) -> Plan:
        """The plan shifted by ``lead`` seconds, with ``tail`` seconds after it, and the style laid over it."""
        self.time = 0.0
        length = self.plan.length
        for channel in ("bend", "nod", "shrug", "drop"):
            value = self._look.get(channel)
            if value is not None:
                name, goal = ("height", -value) if channel == "drop" else (channel, value)
                moves = self.plan.channels.setdefault(name, [])
                moves[:] = [(span, goal_ + goal) for span, goal_ in moves]
                moves.insert(0, (Span(-9.0, -8.0), goal))
        for name, amplitude, period in self._look.get("wave", []):
            self.plan.waves.append(Wave(name, amplitude, period, -lead - 1, length + tail + 1, self.uniform(0, 1)))
        return shifted(self.plan, lead, length + lead + tail)


def pose_hand(side: str, pose: PlacedPose, ground: np.ndarray) -> Target:
    """The target of a hand in a pose whose origin is at ``ground`` (3,); a hand on the floor stays there."""
    spec = dict(pose.hands[side])
    if not spec:
        return REST
    if spec.get("frame") == "floor":
        sign = 1.0 if side == "left" else -1.0
        under = pose.joints[INDEX[f"{side}_shoulder"]] + ground
        x, y, z = spec["place"]
        spec |= {"frame": "ground", "place": (sign * under[0] + x, y + 0.005, under[2] + z), "exact": True}
    return hand(**spec)


def _touches(pose: PlacedPose, contact: str) -> bool:
    return contact in POSES[pose.name].get("contacts", {"feet": 0.0}) and contact in GROUPS

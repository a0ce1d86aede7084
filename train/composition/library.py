"""Recorded clips by what they show, ready to be composed.

``sources.json`` maps contents and labels of the data sets to action keys. Gaits are straight gaits with a loop,
gestures are arm actions of a standing body, acts move the whole body from standing to standing, bodies lend trunk and
legs to gestures of which only the arms are usable, idles stand still.
Clips are prepared when they are first drawn, and kept.
"""

from __future__ import annotations

import functools
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from hmvlm.body.skeleton import INDEX
from hmvlm.config import MOTION_FPS
from train.composition.channels import Channels, from_motion, yaw_matrix
from train.composition.gaits import Loop, find_loop, postures
from train.composition.variation import trim
from train.recordings.store import Recording

LONGEST_CLIP = 400
"""Frames of a recording that are used."""
LARGEST_SEAM = 0.045
"""Misfit (m) at the seam beyond which a loop is not used."""
SLOWEST = 0.35
"""Metres a second below which a loop is not used."""
QUIET = 24
"""Frames of an idle."""
QUIET_SPEED = 0.25
"""Metres a second that hands and feet of an idle stay below."""
FRAMED_REST = 0.5
"""Seconds of rest kept around exercises, which start from a posture of their own."""


@dataclass(frozen=True)
class Clip:
    """A prepared clip: ``channels`` of an action, or a gait's ``loop``; ``arms`` as in the sources, ``side`` told.

    ``once``: shows the action exactly once. ``layered``: only the arms are usable. ``framed``: starts and ends in a
    posture of its own. ``walking``: can be done while walking.
    """

    name: str
    key: str
    style: str
    side: str
    channels: Channels
    joints: np.ndarray
    loop: Loop | None = None
    arms: str = ""
    once: bool = False
    layered: bool = False
    framed: bool = False
    walking: bool = False

    @functools.cached_property
    def shape(self) -> np.ndarray:
        """Postures ``(T, D)`` of the action."""
        return postures(self.channels, self.joints)


@dataclass
class Library:
    """The recordings of every entry of ``sources.json``; only the train split is taken."""

    recordings: Iterable[Recording]
    groups: dict[str, list[dict]] = field(init=False)
    found: dict[tuple[str, int], list[Recording]] = field(init=False)

    def __post_init__(self) -> None:
        self.groups = json.loads(Path(__file__).with_name("sources.json").read_text())
        self.found = defaultdict(list)
        self._kept: dict[tuple, Clip | None] = {}
        for clip in self.recordings:
            if clip.split != "train" or clip.info.get("correctness", "correct") != "correct":
                continue
            for group, rules in self.groups.items():
                for index, rule in enumerate(rules):
                    if _matches(rule, clip):
                        self.found[group, index].append(clip)

    def keys(self, group: str) -> list[tuple[str, str]]:
        """Action keys with their arms in a group that have recordings."""
        rules = self.groups[group]
        return sorted({(r["key"], r.get("arms", "")) for i, r in enumerate(rules) if self.found[group, i]})

    def draw(
        self, group: str, rng: random.Random, key: str | None = None, arms: str | None = None, style: str | None = None
    ) -> Clip:
        """A random clip of a group; ``key``, ``arms`` and ``style`` narrow the choice, styles are drawn evenly.

        Raises:
            LookupError: forty clips in a row could not be used.
        """
        choices = [c for c in self.keys(group) if key in (None, c[0]) and arms in (None, c[1])]
        for _ in range(40):
            wanted, on = rng.choice(choices)
            rules = [
                i for i, rule in enumerate(self.groups[group])
                if (rule["key"], rule.get("arms", "")) == (wanted, on) and self.found[group, i]
            ]  # fmt: skip
            index = rng.choice(rules)
            clips = self.found[group, index]
            styles = sorted({c.info.get("style", "") for c in clips})
            chosen = style if style in styles else rng.choice(styles)
            clip = rng.choice([c for c in clips if c.info.get("style", "") == chosen])
            mirrored = rng.random() < 0.5
            made = self._prepared(group, index, clip, mirrored)
            if made is not None:
                return made
        raise LookupError(f"no usable clip of {group} {key or ''} {arms or ''}; look at sources.json")

    def _prepared(self, group: str, index: int, clip: Recording, mirrored: bool) -> Clip | None:
        place = (group, index, clip.name, mirrored)
        if place not in self._kept:
            self._kept[place] = _prepare(group, self.groups[group][index], clip, mirrored)
        return self._kept[place]


def _matches(rule: dict, clip: Recording) -> bool:
    return (
        clip.source == rule["source"]
        and re.fullmatch(rule.get("content", ".*"), clip.info.get("content", "")) is not None
        and re.search(rule.get("label", ""), clip.label) is not None
        and re.fullmatch(rule.get("style", ".*"), clip.info.get("style", "")) is not None
    )


def _prepare(group: str, rule: dict, clip: Recording, mirrored: bool) -> Clip | None:
    motion = clip.motion
    if len(motion) > LONGEST_CLIP:
        motion = motion.slice(0, LONGEST_CLIP)
    if len(motion) < 16:
        return None
    motion = motion.mirrored() if mirrored else motion
    channels, joints = from_motion(motion), motion.joints()
    style = clip.info.get("style", "")
    name = clip.name + ("|mirrored" if mirrored else "")
    if group == "gaits":
        loop = find_loop(channels, joints)
        usable = loop is not None and loop.cost < LARGEST_SEAM and loop.speed > SLOWEST and _fits(rule["key"], loop)
        return Clip(name, rule["key"], style, "", channels, joints, loop) if usable else None
    arms = rule.get("arms", "")
    if mirrored and arms in ("left", "right"):
        arms = "right" if arms == "left" else "left"
    if group == "idles":
        return _idle(name, channels, joints)
    if group != "bodies":
        start = trim(channels, joints, margin=FRAMED_REST if rule.get("framed") else 0.3)
        if start is None or len(start) < 14:
            return None
        offset = int(np.flatnonzero(np.abs(channels.root - start.root[0]).sum(1) < 1e-9)[0])
        channels, joints = start, joints[offset : offset + len(start)]
    layered = bool(rule.get("layered"))
    if not layered and not (channels.contact[:2].all() and channels.contact[-2:].all()):
        return None
    side = _measured(rule["measure"], channels, joints) if "measure" in rule else ("" if arms == "both" else arms)
    if "measure" in rule and not side:
        return None
    flags = {flag: bool(rule.get(flag)) for flag in ("once", "layered", "framed", "walking")}
    return Clip(name, rule["key"], style, side, channels, joints, None, arms, **flags)


def _idle(name: str, channels: Channels, joints: np.ndarray) -> Clip | None:
    """The quietest moment of a clip in which the body stands with its hands down."""
    if len(joints) < QUIET + 4:
        return None
    ends = joints[:, [7, 8, 15, 20, 21]]
    speed = np.linalg.norm(np.gradient(ends, axis=0), axis=-1).max(1) * MOTION_FPS
    raised = (joints[:, [20, 21], 1].max(1) > joints[:, INDEX["pelvis"], 1] + 0.12) | ~channels.contact.all(1)
    cost = np.convolve(np.where(raised, 9.0, speed), np.ones(QUIET), "valid") / QUIET
    start = int(cost.argmin())
    if cost[start] > QUIET_SPEED:
        return None
    span = slice(start, start + QUIET)
    return Clip(name, "stand", "", "", channels.cut(start, start + QUIET), joints[span])


def _fits(key: str, loop: Loop) -> bool:
    backward = abs(abs(np.degrees(loop.heading)) - 180) < 25
    return backward if key == "walk_backward" else abs(np.degrees(loop.heading)) < 15


def _measured(part: str, channels: Channels, joints: np.ndarray) -> str:
    """The side whose hand or foot rises higher, or to which the pelvis moves; "" where that is not clear."""
    if part == "pelvis":
        left = yaw_matrix(np.asarray(channels.yaw()[0]))[:, 0]
        shift = (joints[:, 0] - joints[0, 0]) @ left
        farthest = float(shift[np.abs(shift).argmax()])
        return "" if abs(farthest) < 0.12 else "left" if farthest > 0 else "right"
    joint = "ankle" if part == "foot" else "wrist"
    rise = [float(np.ptp(joints[:, INDEX[f"{side}_{joint}"], 1])) for side in ("left", "right")]
    if abs(rise[0] - rise[1]) < 0.05:
        return ""
    return "left" if rise[0] > rise[1] else "right"

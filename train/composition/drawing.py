"""Random composed motions: chains of two to four clauses, layers, repetitions and paths."""

from __future__ import annotations

import random
from dataclasses import dataclass

from hmvlm.config import MOTION_FPS
from train.composition import shapes
from train.composition.building import (
    Clause,
    action_clause,
    gait_clause,
    layered_clause,
    sequence,
    stub,
)
from train.composition.channels import Channels
from train.composition.library import Clip, Library
from train.composition.routes import draw_route, turn_in_place
from train.composition.wording import Meaning

KINDS = {"chain": 0.45, "path": 0.22, "layer": 0.15, "repeat": 0.18}
GAITS = {"walk": 5, "run": 2.5, "jog": 2, "walk_backward": 1.5}
ACTS = {"bow": 2, "squat": 2, "jump": 2, "jump_forward": 1.5, "leg_raise": 0.7, "hurdle_step": 0.3,
        "raise_arm_side": 0.5, "raise_arm_front": 0.5}  # fmt: skip
"""Weights with which gaits and acts are drawn; 1 for others."""
NORMAL = 0.35
"""Share of gaits drawn without a style."""
STYLE_TOLD = 0.8
"""Share of gaits and acts with a style whose sentence tells it."""
FASTEST_LAYER = 1.8
"""Metres a second up to which gestures are layered on a gait."""


@dataclass(frozen=True)
class Composed:
    """A composed motion: its clauses in order and the frames at which they start."""

    kind: str
    channels: Channels
    clauses: tuple[Clause, ...]
    cuts: tuple[int, ...]


class Composer:
    """Draws composed motions from a library; the same generator gives the same motions."""

    def __init__(self, library: Library, rng: random.Random) -> None:
        self.library, self.rng = library, rng

    def draw(self, kind: str | None = None) -> Composed:
        """A motion of a kind of :data:`KINDS`, or of a random one."""
        kind = kind or self.rng.choices(list(KINDS), list(KINDS.values()))[0]
        return getattr(self, f"_{kind}")()

    def _chain(self) -> Composed:
        count = self.rng.choices((2, 3, 4), (0.5, 0.37, 0.13))[0]
        plan = [self._sort()]
        while len(plan) < count:
            sort = self._sort()
            if not (sort == plan[-1] and sort in ("gait", "turn")):
                plan.append(sort)
        return self._joined("chain", plan, short=count > 2)

    def _sort(self) -> str:
        return self.rng.choices(("gait", "turn", "act", "gesture", "counted"), (0.36, 0.14, 0.2, 0.24, 0.06))[0]

    def _joined(self, kind: str, plan: list[str], short: bool = False) -> Composed:
        clauses: list[Clause] = []
        for place, sort in enumerate(plan):
            ends = place == 0, place == len(plan) - 1
            made = self._told(sort, ends, short)
            while clauses and made[0].meaning == clauses[-1].meaning:  # "jumps, then jumps" is a count
                made = self._told(sort, ends, short)
            clauses += made
        channels, cuts = sequence(clauses)
        return Composed(kind, channels, tuple(c for c in clauses if not c.stub), tuple(cuts))

    def _told(self, sort: str, ends: tuple[bool, bool], short: bool) -> list[Clause]:
        """A clause of a sort, with moments of standing around a gait at the motion's ends."""
        if sort == "gait":
            clip = self._gait()
            seconds = self.rng.uniform(1.6, 2.4) if short else self.rng.uniform(2.0, 3.6)
            return self._gait_at(clip, "", "", shapes.line(seconds * _speed(clip)), ends)
        if sort == "turn":
            clip = self.library.draw("gaits", self.rng, key="walk", style="normal")
            sign = self.rng.choice((1, -1))
            key, degrees = self.rng.choice((("turn_around", 180), ("turn_around", 180), ("turn", 90), ("spin", 360)))
            path = turn_in_place(degrees, sign)
            meaning = Meaning(key, "left" if sign > 0 else "right")
            made = gait_clause(clip, path, meaning, self.rng, (True, True))
            return self._with_stubs(made, ends, (True, True))
        made = self._action(sort)
        return self._with_stubs(made, ends, (made.framed, made.framed))

    def _action(self, sort: str, count: int = 1) -> Clause:
        group = "gestures" if sort == "gesture" or (sort == "counted" and self.rng.random() < 0.4) else "acts"
        if sort == "counted":
            count = self.rng.choice((2, 2, 3))
        for _ in range(60):
            clip = self.library.draw(group, self.rng, key=self._key(group, ACTS) if group == "acts" else None)
            if count == 1 or (clip.once and len(clip.channels) * count < 13 * MOTION_FPS):
                return action_clause(clip, self._idle(clip), self.rng, count)
        raise LookupError(f"no {group} short enough for {count} times")

    def _key(self, group: str, weights: dict[str, float]) -> str:
        keys = sorted({key for key, _ in self.library.keys(group)})
        return self.rng.choices(keys, [weights.get(key, 1.0) for key in keys])[0]

    def _gait(self) -> Clip:
        style = "normal" if self.rng.random() < NORMAL else None
        return self.library.draw("gaits", self.rng, self._key("gaits", GAITS), style=style)

    def _idle(self, clip: Clip) -> Clip | None:
        """A standing body for a gesture of the arms: its busy arm is one that the gesture replaces."""
        if not clip.layered:
            return None
        for _ in range(60):
            idle = self.library.draw("bodies", self.rng)
            if clip.arms in ("both", idle.side) and len(idle.channels) >= len(clip.channels):
                return idle
        raise LookupError(f"no idle clip long enough for {clip.name}")

    def _gait_at(self, clip: Clip, name: str, side: str, path: shapes.Path, ends: tuple[bool, bool]) -> list[Clause]:
        stands = (not ends[0] or self.rng.random() < 0.6, not ends[1] or self.rng.random() < 0.6)
        style = clip.style if self.rng.random() < STYLE_TOLD else ""
        meaning = Meaning(clip.key, side, "2" if name in ("two circles", "back_and_forth") else "", name, style,
                          gait=clip.key)  # fmt: skip
        made = gait_clause(clip, path, meaning, self.rng, stands, self.rng.uniform(0.93, 1.1))
        return self._with_stubs(made, ends, stands)

    def _with_stubs(self, made: Clause, ends: tuple[bool, bool], stands: tuple[bool, bool]) -> list[Clause]:
        before = [self._stub()] if ends[0] and stands[0] else []
        after = [self._stub(16)] if ends[1] and stands[1] else []
        return [*before, made, *after]

    def _stub(self, frames: int = 7) -> Clause:
        return stub(self.library.draw("idles", self.rng), self.rng.randint(frames, frames + 5))

    def _path(self) -> Composed:
        clip = self._gait()
        name, side, path = draw_route(clip.key, _speed(clip), self.rng)
        clauses = self._gait_at(clip, name, side, path, (True, True))
        channels, cuts = sequence(clauses)
        return Composed("path", channels, tuple(c for c in clauses if not c.stub), tuple(cuts))

    def _layer(self) -> Composed:
        while True:
            gesture = self.library.draw("gestures", self.rng)
            if gesture.walking:
                break
        while True:
            clip = self._gait()
            if _speed(clip) < FASTEST_LAYER:
                break
        seconds = min(len(gesture.channels) / MOTION_FPS, self.rng.uniform(3.5, 6)) + self.rng.uniform(0.5, 1.2)
        if gesture.once:
            seconds = len(gesture.channels) / MOTION_FPS + self.rng.uniform(0.5, 1.2)
        name, side, path = "", "", shapes.line(seconds * _speed(clip))
        if self.rng.random() < 0.25 and clip.key != "walk_backward":
            name, side, bent = draw_route(clip.key, _speed(clip), self.rng)
            if path.effort < bent.effort < 2.5 * path.effort:
                path = bent
            else:
                name = side = ""
        clauses = self._gait_at(clip, name, side, path, (True, True))
        main = next(i for i, c in enumerate(clauses) if not c.stub)
        clauses[main] = layered_clause(clauses[main], gesture, self.rng)
        channels, cuts = sequence(clauses)
        return Composed("layer", channels, tuple(c for c in clauses if not c.stub), tuple(cuts))

    def _repeat(self) -> Composed:
        sort = self.rng.choice(("act", "act", "gesture"))
        clause = self._action(sort, self.rng.choices((2, 3, 4, 5), (0.4, 0.35, 0.15, 0.1))[0])
        clauses = self._with_stubs(clause, (True, True), (clause.framed, clause.framed))
        return Composed("repeat", sequence(clauses)[0], (clause,), (0,))


def _speed(clip: Clip) -> float:
    if clip.loop is None:
        raise ValueError(f"{clip.name} is no gait")
    return clip.loop.speed

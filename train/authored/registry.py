"""The authored actions by key, and their performance as recordings."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hmvlm.config import MOTION_FPS
from hmvlm.tasks.clause_details import count_in
from train.authored.act import Act
from train.authored.bases import Bases
from train.authored.solve import solve
from train.authored.wording import captions
from train.recordings.store import Recording

Program = Callable[[Act], None]
LEAD, TAIL = (0.1, 0.5), (0.2, 0.6)
"""Ranges of the seconds of rest before and after an action."""
TRIM_SHARE = 0.5
"""Share of performances that are cut to what lies between ``start_here`` and ``end_here``."""


@dataclass(frozen=True)
class Authored:
    """An action: its program and what may vary.

    ``on`` is the base body, ``idle`` or ``walk``; where the first is ``walk``, walking belongs to the action and need
    not be told. ``once``: who says nothing of how often means once, so captions of more say how often.
    """

    key: str
    program: Program
    sides: bool = False
    counts: tuple[int, int] | None = None
    on: tuple[str, ...] = ("idle",)
    styles: tuple[str, ...] = ("",)
    size: tuple[float, float] = (0.88, 1.12)
    tempo: tuple[float, float] = (0.85, 1.2)
    once: bool = False


ACTIONS: dict[str, Authored] = {}


def action(key: str, **options) -> Callable[[Program], Program]:
    """Register a program under ``key``; options are the fields of :class:`Authored`."""

    def register(program: Program) -> Program:
        if key in ACTIONS:
            raise ValueError(f"the action {key!r} is written twice")
        ACTIONS[key] = Authored(key, program, **options)
        return program

    return register


def load_actions() -> dict[str, Authored]:
    """All actions of the modules in ``train/authored/actions``."""
    package = importlib.import_module("train.authored.actions")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return ACTIONS


def make(
    key: str, rng: np.random.Generator, bases: Bases, *, side: str | None = None, count: int | None = None,
    style: str | None = None, size: float | None = None, tempo: float | None = None, on: str | None = None, **params,
) -> Recording:  # fmt: skip
    """Perform an action; what is not given is drawn at random.

    Raises:
        ValueError: no such action.
    """
    actions = load_actions()
    if key not in actions:
        raise ValueError(f"unknown action {key!r}; known are {', '.join(sorted(actions))}")
    entry = actions[key]
    side = side if side is not None else (str(rng.choice(["left", "right"])) if entry.sides else "")
    low, high = entry.counts or (1, 1)
    count = count if count is not None else int(rng.integers(low, high + 1))
    style = style if style is not None else str(rng.choice(entry.styles))
    kind = on if on is not None else str(rng.choice(entry.on))
    size = size if size is not None else float(rng.uniform(*entry.size))
    tempo = tempo if tempo is not None else float(rng.uniform(*entry.tempo))
    act = Act(rng, count, size, tempo, style, **params)
    entry.program(act)
    lead = float(rng.uniform(*LEAD))
    plan = act.finish(lead, float(rng.uniform(*TAIL)))
    frames = max(8, round(plan.length * MOTION_FPS))
    base, source = bases.cut(kind, frames, rng)
    motion = solve(plan, base)
    start, stop = (None if t is None else round((t + lead) * MOTION_FPS) for t in act.trim)
    if start is not None and rng.random() < TRIM_SHARE:
        motion = motion.slice(start, len(motion) if stop is None else min(stop, len(motion)))
    if side == "left" or (not entry.sides and rng.random() < 0.5):
        motion = motion.mirrored()
    motion = dataclasses.replace(motion.canonical(), text=key)
    counted = count if entry.counts else None
    traits = [str(value) for value in act.params.values()]
    two = side and "both" in (act.params.get("hands"), act.params.get("arms"))
    told = captions(
        key,
        rng,
        side="both" if two else side,
        count=counted,
        style=style,
        traits=traits,
        walking=kind == "walk" and entry.on[0] != "walk",
    )
    if entry.once and count > 1:
        told = [text for text in told if count_in(text)] or told
    info = {"action": key, "side": side, "count": str(counted or ""), "style": style, "captions": "\n".join(told)}
    info |= {"base": source, "on": kind} | {name: str(value) for name, value in act.params.items()}
    return Recording(f"authored_{key}_{rng.integers(10**9):09d}", "authored", "train", key, motion, info)

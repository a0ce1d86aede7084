"""Actions of recordings: from a data set's label to an action key, a side, a path and a style.

``action_keys.json`` is written by hand. ``labels`` maps a source's labels to an action: ``side`` is left, right, both,
or the measure that finds it (``hand``, ``foot``, ``turn``, ``lunge``); ``pieces`` says that the label holds in every
piece of a long recording; ``own_only`` that the general phrasings of the action do not fit; ``lowest`` how low the
pelvis must come, as a share of standing. ``styles`` maps Bandai-Namco's styles to those of phrasings. ``captions`` has
lines for actions, and for an action on a path, that the general phrasings do not cover. ``steady_sentences`` names the
CMU trials whose human sentences hold in every piece.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from hmvlm.body.skeleton import INDEX
from hmvlm.motion.clip import Motion
from hmvlm.motion.facts import Facts
from train.recordings.store import Recording

_TABLE = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
SIDES = ("left", "right")
CLEARLY = 1.25
"""How many times faster one hand or foot is than the other where the action is one-sided."""
TURNED, TURNED_BACK, ROUND = 40.0, 140.0, 240.0
"""Degrees of turning from which a gait turns, turns back, and goes round or turns several times."""
TRAVELS = 0.8
"""Metres from which a gait gets anywhere; below, the body stands."""
GAITS = ("walk", "run", "jog")


@dataclass(frozen=True)
class Action:
    """What a piece shows: ``key``, and each of ``side``, ``path``, ``style``, ``tempo`` and ``traits``, or "".

    ``traits`` are words that :func:`train.phrasings.phrasings` knows; ``own_only`` as above.
    """

    key: str
    side: str = ""
    path: str = ""
    style: str = ""
    tempo: str = ""
    traits: str = ""
    own_only: bool = False


def find_action(clip: Recording, motion: Motion, measured: Facts, whole: bool) -> Action | None:
    """The action of ``motion``, a piece of ``clip`` or all of it; None where the label does not say or may not hold."""
    label = clip.info.get("content", clip.label) if clip.source == "bandai_namco" else clip.label
    entry = _TABLE["labels"].get(clip.source, {}).get(label)
    if entry is None or not (whole or entry.get("pieces", False)):
        return None
    if measured.posture.lowest > entry.get("lowest", 2.0):
        return None
    style = _TABLE["styles"].get(clip.info.get("style", ""), "")
    fields = {name: value for name, value in entry.items() if name not in ("action", "pieces", "side", "lowest")}
    action = Action(entry["action"], _side(entry.get("side", ""), motion, measured), style=style, **fields)
    return _gait(action, measured) if action.key in GAITS else action


def _gait(action: Action, measured: Facts) -> Action:
    """A gait with its measured path: straight, turning, turning back, or round and round."""
    way = measured.travel
    if way.path < TRAVELS:
        return Action("stand") if action.key == "walk" else action
    turned = max(way.turn_left, way.turn_right)
    if turned < TURNED:
        return replace(action, path="", side="")
    side = "left" if way.turn_left > way.turn_right else "right"
    if turned > ROUND:
        return action if action.path == "spiral" else replace(action, path="", side="")
    back = action.key == "walk" and TURNED_BACK < turned < ROUND
    return replace(action, path="u_turn" if back else "turn", side=side)


def _side(name: str, motion: Motion, measured: Facts) -> str:
    """The side of an action: as given, or measured; "" where neither side clearly acts."""
    if name in ("", "both", *SIDES):
        return name
    if name == "turn":
        return "left" if measured.travel.turn_left > measured.travel.turn_right else "right"
    if name == "lunge":
        return measured.posture.lunge_side
    joints = motion.joints()
    part = {"hand": "wrist", "foot": "ankle"}[name]
    peaks = {}
    for side in SIDES:
        path = joints[:, INDEX[f"{side}_{part}"]] - joints[:, 0]
        peaks[side] = float(np.linalg.norm(np.diff(path, axis=0), axis=-1).max(initial=0.0))
    faster = max(SIDES, key=lambda side: peaks[side])
    return faster if peaks[faster] > CLEARLY * min(peaks.values()) else ""


def own_captions(action: Action) -> list[str]:
    """The hand-written lines of an action and of its path; lines with ``{side}`` only where it has one."""
    lines = []
    for name in (action.key, f"{action.key} {action.path}"):
        lines += _TABLE["captions"].get(name, [])
    return [line.replace("{side}", action.side) for line in lines if action.side in SIDES or "{side}" not in line]


def human_captions(clip: Recording, whole: bool) -> list[str]:
    """The human sentences of a recording that hold in a piece of it, or in all of it (``whole``)."""
    trial = clip.name.removeprefix("cmu_extra_").removeprefix("cmu_")
    steady = clip.source in ("cmu", "cmu_extra") and trial in _TABLE["steady_sentences"]
    return clip.info.get("captions", "").splitlines() if whole or steady else []

"""From motions to numbers: the share of each row that does what it says, and quality against recordings."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path
from typing import Any

from benchmarks.blind.statistics import wilson
from benchmarks.checkpoints import identity
from benchmarks.kinematics import expectations, quality, reference
from benchmarks.kinematics.generate import load_motion
from benchmarks.kinematics.prompts import Prompt
from benchmarks.kinematics.track import Track
from hmvlm.motion.clip import Motion

TARGETS = {"order": 0.85, "count": 0.80, "path": 0.80, "while": 0.85, "side": 0.97, "floor": 0.90}
TITLES = {
    "order": "all actions of 2 or 3, in order", "count": "counted right", "path": "shape of the path",
    "while": "arms while walking", "side": "side right, action present", "floor": "floor actions",
}  # fmt: skip
PARTIAL = {"order": "first", "count": "present", "path": "present", "while": "upper", "side": "present", "floor": "low"}
"""A weaker condition of each row."""
PARTIAL_TITLES = {
    "order": "first action present", "count": "action present", "path": "travels 0.8 m or more",
    "while": "arms' action present", "side": "action present, either side", "floor": "pelvis down",
}  # fmt: skip


def check(row: str, prompt: Prompt, motion: Motion | None) -> dict[str, Any]:
    """What a motion shows; an answer in words shows nothing."""
    if motion is None:
        return {"met": False, "words": True}
    return expectations.CHECKS[row](Track.of(motion), prompt.expect) | {"length": round(motion.duration, 2)}


def row_result(row: str, prompts: list[Prompt], seeds: int, folder: Path) -> dict[str, Any]:
    """Verdicts of all prompts and seeds of a row that have been generated, and their shares."""
    verdicts: dict[str, list[dict[str, Any]]] = {}
    for prompt in prompts:
        for seed in range(seeds):
            try:
                motion = load_motion(folder, prompt, seed)
            except FileNotFoundError:
                continue
            verdict = check(row, prompt, motion) | {"seed": seed}
            verdicts.setdefault(prompt.text, []).append(verdict)
    every = [one for some in verdicts.values() for one in some]
    result = {"prompts": len(verdicts), "motions": len(every), "met": _share([one["met"] for one in every])}
    result["partial"] = _share([bool(one.get(PARTIAL[row], False)) for one in every])
    if row == "side":
        result["of_present"] = _share([one["met"] for one in every if one.get("present")])
    result["words"] = sum(bool(one.get("words")) for one in every)
    return result | {"verdicts": verdicts}


def _share(values: list[bool]) -> dict[str, float]:
    """Share with Wilson's interval; the samples are motions, seeds of one prompt counted as independent."""
    if not values:
        return {"share": float("nan"), "low": float("nan"), "high": float("nan"), "count": 0}
    share = sum(map(bool, values)) / len(values)
    low, high = wilson(share, len(values))
    return {"share": round(share, 4), "low": round(low, 4), "high": round(high, 4), "count": len(values)}


def quality_result(prompts: list[Prompt], seeds: int, folder: Path, mesh: bool = True) -> dict[str, Any]:
    """Quality of all generated motions of ``prompts`` by speed, and its ratio to recordings."""
    measures: list[dict[str, Any]] = []
    lengths: list[float] = []
    idle: list[dict[str, Any]] = []
    for prompt in prompts:
        for seed in range(seeds):
            try:
                motion = load_motion(folder, prompt, seed)
            except FileNotFoundError:
                continue
            if motion is None:
                continue
            measures.append(quality.measure(motion, mesh) | {"floor_prompt": prompt.row == "floor"})
            if prompt.expect.get("kind") == "idle":
                idle.append(measures[-1])
            if prompt.expect.get("kind") == "move" or "path" in prompt.expect:
                lengths.append(motion.duration)
    found = quality.summary(measures)
    found["short_locomotion"] = _share([length < quality.SHORT for length in lengths])
    found["floating_floor_prompts"] = sum(bool(one["floats"].any()) for one in measures if one["floor_prompt"])
    real, standing = reference.load(), quality.summary(idle)
    return {
        "found": found,
        "idle": standing,
        "recordings": real,
        "ratios": quality.ratios(found, real["moving"]),
        "idle_ratios": quality.ratios(standing, real["standing"]),
    }


def provenance(model: str, seeds: int, quick: bool) -> dict[str, Any]:
    """Commit, checkpoint and machine of a run."""
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True).stdout.strip()
    name, digest = identity(model)
    return {
        "commit": commit or "unknown",
        "model": name,
        "checkpoint": digest,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {_device()}",
        "seeds": seeds,
        "quick": quick,
    }


def _device() -> str:
    import torch

    return torch.cuda.get_device_name(0) if torch.cuda.is_available() else "no GPU"


def markdown(result: dict[str, Any]) -> str:
    """Tables of a result."""
    about = result["provenance"]
    lines = [
        f"Model `{about['model']}` (checkpoint {about['checkpoint']}), commit {about['commit']}, "
        f"{about['seeds']} seed(s){', --quick' if about['quick'] else ''}; {about['machine']}.",
        "",
        "| row | prompts, motions | met | 95 % interval | target | weaker condition | answers in words |",
        "|---|---|---|---|---|---|---|",
    ]
    for row, one in result["rows"].items():
        met, partial = one["met"], one["partial"]
        lines.append(
            f"| {TITLES[row]} | {one['prompts']}, {one['motions']} | **{_percent(met['share'])}** |"
            f" {_percent(met['low'])} to {_percent(met['high'])} | {_percent(TARGETS[row])} |"
            f" {PARTIAL_TITLES[row]}: {_percent(partial['share'])} | {one['words']} |"
        )
        if "of_present" in one:
            given = one["of_present"]
            lines.append(
                f"| side right, of those with the action | {given['count']} | {_percent(given['share'])} |"
                f" {_percent(given['low'])} to {_percent(given['high'])} | | | |"
            )
    if "quality" in result:
        lines += ["", *_quality_lines(result["quality"])]
    return "\n".join(lines) + "\n"


def _quality_lines(result: dict[str, Any]) -> list[str]:
    found, real, short = result["found"], result["recordings"]["moving"], result["found"]["short_locomotion"]
    lines = [
        "| speed, m/s | frames | slide, cm a frame | jerk, m/s³ | joints below floor, cm | skin below floor, cm |",
        "|---|---|---|---|---|---|",
    ]
    idle = [
        ("idle, ", name, result["idle"], result["recordings"]["standing"], ratio)
        for name, ratio in result["idle_ratios"].items()
    ]
    moving = [("", name, found, real, ratio) for name, ratio in result["ratios"].items()]
    for kind, name, generated, recorded, ratio in idle + moving:
        one, other = generated["bins"][name], recorded["bins"][name]
        cells = [
            f"{one[key]:.2f} / {other[key]:.2f} (× {ratio[key]:.2f})"
            for key in ("slide", "jerk", "sole_depth", "skin_depth")
        ]
        lines.append(f"| {kind}{name} | {one['frames']} | " + " | ".join(cells) + " |")
    return [
        *lines,
        "",
        f"Generated / recorded (ratio, target 1.2), {found['motions']} motions. "
        f"Begin in the air: {found['begin_in_air']}. "
        f"Float: {found['floating_motions']} motions ({found['floating_floor_prompts']} of floor prompts), "
        f"{_percent(found['floating_frames'])} of frames (recordings {_percent(real['floating_frames'])}). "
        f"Locomotion prompts under 2 s: {_percent(short['share'])} of {short['count']}.",
    ]


def _percent(share: float) -> str:
    return "–" if share != share else f"{100 * share:.1f} %"

"""Cut training recordings into pieces of one action each, with captions as people would write them.

    python -m train.captions.pieces --data data/motions.npz --out data/recorded_pieces.npz

A piece's ``info`` has ``captions`` (one a line), ``action``, ``side``, ``path``, ``style``, ``tempo`` and ``count``,
each "" where it is unknown, and ``recording``, the name of its recording. Captions come from human sentences, from the
phrasings of the action, from hand-written lines of rare actions, and from label and facts.
"""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from hmvlm.motion.facts import Facts, facts
from hmvlm.motion.foot_lock import lock_feet
from train.captions import RULE_BASED, captions, topic_key
from train.captions.action_keys import Action, find_action, human_captions, own_captions
from train.captions.compose import caption, measured_core
from train.captions.cuts import SHORTEST, Piece, cut
from train.captions.rest import holds_t_pose
from train.loop.settings import option, parse_settings
from train.phrasings import PHRASINGS, phrasings
from train.recordings.store import Recording, load_motions, save_motions

log = logging.getLogger(__name__)

SHORTEST_SINGLE = 1.0
"""Seconds that a whole recording of an action in place must last; gaits and segments last at least 2 s."""
MOST_PHRASINGS, FROM_RULES = 24, 6
"""Largest number of phrasings of a piece, and the number of captions from label and facts."""
CALIBRATION_POSES = ("snu",)
"""Sources whose performers take a T-pose between walks."""
GAITS = ("walk", "run", "jog", "walk_backward", "side_step", "sneak", "zombie_walk", "wide_steps", "march")


@dataclass(kw_only=True)
class PiecesSettings:
    """Where the recordings are and where their pieces go."""

    data: Path = option(Path("data/motions.npz"), "recordings, made by train.recordings.prepare")
    out: Path = option(Path("data/recorded_pieces.npz"), "file to write")
    lock: bool = option(True, "hold feet in contact and put the body on the floor")
    seed: int = option(0, "of the choice of captions")


def piece_captions(
    clip: Recording, piece: Recording, measured: Facts, action: Action | None, whole: bool, rng: random.Random
) -> list[str]:
    """Captions of one piece without repetitions: human, phrasings, hand-written, from label and facts."""
    lines = human_captions(clip, whole)
    if action is not None:
        if action.key in PHRASINGS and not action.own_only:
            said = phrasings(
                action.key,
                side=action.side,
                style=action.style,
                tempo=action.tempo,
                path=action.path,
                traits=action.traits.split(),
                held_out=False,
            )
            lines += rng.sample(said, min(MOST_PHRASINGS, len(said)))
        lines += own_captions(action)
    if clip.source in RULE_BASED:
        lines += captions(clip, piece.motion, measured, rng, FROM_RULES, whole)
    elif action is None or action.key in GAITS:
        lines += [caption(measured_core(measured, rng), measured, rng) for _ in range(FROM_RULES // 2)]
    return list(dict.fromkeys(line.strip() for line in lines if line.strip()))


def make_pieces(clip: Recording, rng: random.Random, lock: bool = True) -> Iterator[Recording]:
    """The pieces of a training recording, with captions; calibration poses and too short ones are left out."""
    for number, piece in enumerate(cut(clip)):
        motion = clip.motion.slice(piece.start, piece.stop)
        measured = facts(motion)
        whole = piece.kind == "whole"
        action = find_action(clip, motion, measured, whole)
        calibrates = clip.source in CALIBRATION_POSES and holds_t_pose(motion)
        if calibrates or motion.duration < _shortest(piece, action):
            continue
        if lock:
            motion = lock_feet(motion)
        name = clip.name if whole else f"{clip.name}@{number}"
        made = replace(clip, name=name, motion=motion.canonical())
        lines = piece_captions(clip, made, measured, action, whole, rng)
        if lines:
            yield replace(made, info=_info(clip, action, measured, whole) | {"captions": "\n".join(lines)})


def _shortest(piece: Piece, action: Action | None) -> float:
    return SHORTEST if piece.kind != "whole" or (action is not None and action.key in GAITS) else SHORTEST_SINGLE


def _info(clip: Recording, action: Action | None, measured: Facts, whole: bool) -> dict[str, str]:
    """Annotations of a piece; one whose label says no action gets the topic that the rules find."""
    known = action or Action(topic_key(clip, measured, whole).replace(" ", "_").replace("-", "_"))
    fields = {name: getattr(known, name) for name in ("side", "path", "style", "tempo")}
    kept = {name: value for name, value in clip.info.items() if name not in ("captions", "style")}
    return {**kept, "action": known.key, **fields, "count": "", "recording": clip.name}


def main(argv: list[str] | None = None) -> int:
    """Command line; returns the exit status."""
    settings = parse_settings(PiecesSettings, argv, __doc__)
    rng = random.Random(settings.seed)
    clips = [clip for clip in load_motions(settings.data) if clip.split == "train"]
    pieces = [piece for clip in clips for piece in make_pieces(clip, rng, settings.lock)]
    save_motions(settings.out, pieces)
    hours = sum(piece.motion.duration for piece in pieces) / 3600
    counts = Counter(piece.info["action"] for piece in pieces)
    log.info("%s: %d pieces of %d recordings, %.1f hours", settings.out, len(pieces), len(clips), hours)
    log.info("pieces by action: %s", ", ".join(f"{name} {count}" for name, count in counts.most_common()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

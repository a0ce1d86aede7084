"""All detectors by the names that the sentences' expectations use."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.kinematics import arms, floor, legs, locomotion
from benchmarks.kinematics.events import Event, merged, pieces
from benchmarks.kinematics.track import SIDES, Track

DETECTORS: dict[str, Callable[[Track], list[Event]]] = {
    name: getattr(module, name)
    for module, names in (
        (locomotion, ("walk", "run", "move", "walk_backward", "side_step", "turn", "turn_around", "spin", "step",
                      "stand")),
        (legs, ("jump", "hop", "kick", "squat", "crouch", "sit", "bow", "pick_up")),
        (arms, ("raise_arm", "raise_arms", "wave", "clap", "punch", "arms_up", "arms_out", "arms_forward", "point",
                "hands_on_hips", "hand_at_head", "arms_crossed", "carry", "nod", "look_around")),
        (floor, ("lie", "sit_floor", "kneel", "crawl", "plank", "push_up", "sit_up", "roll")),
    )
    for name in names
}  # fmt: skip
LASTING = {"walk": 0.7, "run": 0.5, "move": 0.6, "walk_backward": 0.6, "side_step": 0.5, "crawl": 0.8}
"""Acts that go on, with the seconds after which another one may follow."""


def parse(wanted: str) -> tuple[str, str]:
    """Name and side of ``NAME`` or ``NAME:SIDE``.

    Raises:
        ValueError: there is no such detector or side.
    """
    name, _, side = wanted.partition(":")
    if name not in DETECTORS or side not in ("", *SIDES):
        raise ValueError(f"no detector of {wanted!r}; the names are {', '.join(sorted(DETECTORS))}")
    return name, side


def find(track: Track, wanted: str) -> list[Event]:
    """Events of ``NAME`` or ``NAME:SIDE`` in order of time."""
    name, side = parse(wanted)
    found = DETECTORS[name](track)
    return merged([one for one in found if not side or one.side in (side, "")])


def find_pieces(track: Track, wanted: str) -> list[Event]:
    """The same with lasting events cut into pieces of the least length that counts."""
    length = LASTING.get(parse(wanted)[0])
    found = find(track, wanted)
    return found if length is None else merged([part for one in found for part in pieces(one, length)])

"""What a limb does at a key: where hand or foot is, in which frame, and how it is turned.

Places and directions are (out, up, front): ``out`` points to the limb's own side. Direction words are joined by ``+``.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hmvlm.body.vectors import project_out, unit
from train.authored.limbs import Limb

FRAMES = ("chest", "head", "pelvis", "shoulder", "hip", "body", "ground")
WORDS = {
    "out": (1, 0, 0), "in": (-1, 0, 0), "up": (0, 1, 0), "down": (0, -1, 0), "front": (0, 0, 1), "back": (0, 0, -1),
}  # fmt: skip
HAND_PARTS = {"wrist": 0.0, "palm": 0.085, "fist": 0.095, "tip": 0.175}
"""Distance in metres of each part of the hand from the wrist along the fingers."""
PALM_DEPTH = 0.02
"""The palm's skin lies this far (m) from the hand's bones."""
FOOT_PARTS = {"ankle": (0.0, 0.0, 0.0), "ball": (0.034, -0.06, 0.12), "heel": (0.0, -0.07, -0.05)}
"""Parts of the foot from the ankle at rest, (out, up, front) in metres."""
SPOTS: dict[str, dict] = json.loads(Path(__file__).with_name("spots.json").read_text())
"""Named places on the body for hands: frame, place, and a palm direction that fits."""

Direction = str | tuple[float, float, float] | None
Path3 = Callable[[np.ndarray], np.ndarray]


def direction(value: Direction) -> np.ndarray | None:
    """Unit vector (out, up, front) of a word sum such as ``front+up``, of a triple, or None."""
    if value is None:
        return None
    if isinstance(value, str):
        unknown = [word for word in value.split("+") if word not in WORDS]
        if unknown:
            raise ValueError(f"unknown direction {unknown[0]!r}; known are {', '.join(WORDS)}")
        return unit(np.sum([WORDS[word] for word in value.split("+")], axis=0).astype(float))
    return unit(np.asarray(value, float))


@dataclass(frozen=True)
class Target:
    """One key of a limb; made by :func:`hand`, :func:`foot`, :func:`knee` and the constants below.

    ``kind`` is ``rest`` (the base body's own limb), ``at`` (a place), ``keep`` (stays where it is now in the world) or
    ``knee`` (a leg whose knee lies on the floor). ``place`` is of ``part``. ``turn`` holds pitch (toes down) and yaw
    (toes out) of a foot in degrees. ``path`` maps shares (N,) of the time until the next key ends to offsets (N, 3).
    """

    kind: str
    frame: str = "chest"
    place: tuple[float, float, float] = (0.0, 0.0, 0.0)
    part: str = "palm"
    fingers: Direction = None
    palm: Direction = None
    pole: Direction = None
    turn: tuple[float, float] = (0.0, 0.0)
    own: bool = False
    path: Path3 | None = None
    exact: bool = False

    def moved(self, out: float = 0.0, up: float = 0.0, front: float = 0.0) -> Target:
        """The same target shifted by metres."""
        x, y, z = self.place
        return dataclasses.replace(self, place=(x + out, y + up, z + front))


REST = Target("rest")
KEEP = Target("keep")


def hand(
    place: str | tuple[float, float, float],
    frame: str = "chest",
    part: str = "palm",
    fingers: Direction = None,
    palm: Direction = None,
    elbow: Direction = None,
    path: Path3 | None = None,
    exact: bool = False,
    shift: tuple[float, float, float] = (0.0, 0.0, 0.0),
) -> Target:
    """Put a part of the hand at a place.

    Args:
        place: (out, up, front) in metres from the frame's origin, or the name of a spot in ``spots.json``.
        frame: one of :data:`FRAMES`; ignored for spots.
        part: ``palm``, ``tip`` of the fingers, ``fist`` or ``wrist``.
        fingers: direction of the fingers; with no ``fingers`` and no ``palm`` the wrist stays straight.
        palm: direction the palm faces.
        elbow: direction the elbow points to; by default what is natural for the place.
        path: offsets (N, 3) in metres for shares (N,) of the time until the next key's end.
        exact: no random offset of a few millimetres.
        shift: added to the place, for spots.
    """
    if isinstance(place, str):
        if place not in SPOTS:
            raise ValueError(f"unknown spot {place!r}; known are {', '.join(SPOTS)}")
        spot = SPOTS[place]
        frame, palm = spot["frame"], palm if palm is not None else spot.get("palm")
        fingers = fingers if fingers is not None else spot.get("fingers")
        place, exact = tuple(spot["place"]), True
    if frame not in FRAMES:
        raise ValueError(f"unknown frame {frame!r}; known are {', '.join(FRAMES)}")
    if part not in HAND_PARTS:
        raise ValueError(f"unknown part {part!r} of the hand; known are {', '.join(HAND_PARTS)}")
    x, y, z = (float(a + b) for a, b in zip(place, shift, strict=True))
    return Target("at", frame, (x, y, z), part, fingers, palm, elbow, path=path, exact=exact)


def foot(
    out: float = 0.0, up: float = 0.0, front: float = 0.0, frame: str = "own", pitch: float = 0.0, yaw: float = 0.0,
    part: str | None = None, knee: Direction = None, path: Path3 | None = None,
) -> Target:  # fmt: skip
    """Put a foot at a place in metres.

    Args:
        out: sideways to the foot's own side.
        up: over standing height for frames on the floor.
        front: forwards.
        frame: ``own`` is from where the base body's foot stands; ``hip`` from its hip joint (of the ankle, in the
            body's heading, for feet in the air); ``ground`` from the start of the action.
        pitch: degrees; positive points the toes down (the ball stays), negative lifts the toes (the heel stays).
        yaw: degrees outwards.
        part: part that is placed; by default what bears the weight.
        knee: direction the knee points to.
        path: offsets over time, as for hands.
    """
    chosen = part or ("ankle" if frame in ("hip", "pelvis") else "heel" if pitch < 0 else "ball")
    own = frame == "own"
    return Target(
        "at", "ground" if own else frame, (out, up, front), chosen, pole=knee, turn=(pitch, yaw), own=own, path=path
    )


def knee(out: float = 0.0, front: float = 0.0, up: float = 0.0, toes: float = 60.0, own: bool = False) -> Target:
    """Put a knee on the floor at a place from the action's start, the shank on the floor behind it; metres.

    ``toes`` is how far the foot points back, in degrees; -30 stands on bent toes. ``own``
    measures from the base's foot.
    """
    return Target("knee", "ground", (out, up, front), turn=(toes, 0.0), own=own)


def hand_rotation(limb: Limb, fingers: np.ndarray, palm: np.ndarray | None) -> np.ndarray:
    """Global rotation (3, 3) of a hand in (left, up, front) axes from its fingers' and palm's directions.

    At rest the fingers point outwards and the palm down.
    """
    x = unit(fingers)
    if palm is None:
        palm = np.array([-0.6 * limb.sign, -0.8, 0.0])
    down = unit(project_out(palm, x))
    if np.linalg.norm(down) < 0.5:
        down = unit(project_out(np.array([0.1, -0.5, -1.0]), x))
    sideways = x * limb.sign  # the rest pose's +x
    return np.stack([sideways, -down, np.cross(sideways, -down)], axis=-1)

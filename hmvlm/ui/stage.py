"""The 3-D stage: motions as compact joint rotations for the browser, which skins and draws the bodies itself.

The scripts are in ``web/stage``. Their input is one JSON object: the bodies with their frames, which of them is chosen,
and whether frames still come.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
import numpy as np
from gradio.utils import get_upload_folder

from hmvlm.atomic import atomic_file
from hmvlm.paths import EXAMPLES
from hmvlm.ui.panels import file_url

if TYPE_CHECKING:
    from hmvlm.motion.clip import Motion

WEB = Path(__file__).with_name("web")
EVENTS = ("show", "ask", "video", "person", "rate", "chats", "example")
"""What a click on the page can ask of a handler: elements name it as ``data-hm-do``."""
MAX_FPS = 60.0
_IMPORTING = threading.Lock()
SAMPLE_NOTE = "A sample. Your own motion takes its place."
PART_COLORS = ((154, 163, 173), (230, 159, 0), (86, 180, 233), (213, 94, 0), (0, 114, 178))
"""sRGB of torso, left arm, right arm, left leg and right leg; told apart by colour-blind eyes too."""


@dataclass(frozen=True)
class Shown:
    """A body on the stage: its motion, the key it is chosen by, a title, and a short label beside others."""

    key: str
    motion: Motion
    title: str
    label: str = ""


def prepare() -> None:
    """Import what bodies on the stage need, once: of a package that two threads import, one could see half."""
    with _IMPORTING:
        import hmvlm.body.rig
        import hmvlm.motion.clip  # noqa: F401


def component(value: str) -> gr.HTML:
    """The stage as a Gradio component that shows a state as JSON; its events are :data:`EVENTS`."""
    gr.set_static_paths([WEB, EXAMPLES])
    names = json.dumps(EVENTS)
    entry = json.dumps(file_url((WEB / "stage" / "index.js").resolve()))
    return gr.HTML(
        value=value,
        html_template=(WEB / "stage" / "stage.html").read_text(encoding="utf-8"),
        css_template=(WEB / "stage" / "stage.css").read_text(encoding="utf-8"),
        js_on_load=f"const events = {names};\nimport(new URL({entry}, document.baseURI)).then("
        "(stage) => stage.mount(element, props, trigger, watch, events));",
        apply_default_css=False,
        elem_id="hm-viewer",
    )


def state(
    bodies: Sequence[Shown],
    shown: str | None = None,
    *,
    group: str = "",
    live: bool = False,
    front: bool = False,
    sample: bool = False,
    note: str = "",
) -> dict[str, Any]:
    """What the stage shows.

    Args:
        shown: key of the chosen body.
        group: what bodies belong to; frames that come later continue those of the same group.
        live: more frames will come.
        front: seen from the front, where the picture was taken from.
        sample: an example, not an answer.

    ``made`` is the time in microseconds: the browser leaves out what comes later than something newer.
    """
    encoded = [
        {
            "key": one.key,
            "title": one.title,
            "label": one.label,
            "rig": file_url(rig_file(one.motion)),
            **frames(one.motion),
        }
        for one in bodies
    ]
    version = hashlib.sha256(json.dumps(encoded).encode()).hexdigest()[:16]
    return dict(
        bodies=encoded, shown=shown, group=group, live=live, front=front, sample=sample, note=note,
        version=f"{version}{group}{live}", made=time.time_ns() // 1000,
    )  # fmt: skip


def frames(motion: Motion) -> dict[str, Any]:
    """A motion for the browser: ``frames``, ``fps`` and base64 of two little-endian arrays, one after the other.

    They are the pelvis ``(T, 3)`` float32 in metres and axis-angle rotations ``(T, 24, 3)`` int16, pi being 32767.
    """
    from scipy.spatial.transform import Rotation

    from hmvlm.body.smpl import BodyModel  # heavy

    shown = motion.resample(MAX_FPS) if motion.fps > MAX_FPS else motion
    pelvis = shown.trans + BodyModel.load().rest_joints(shown.betas)[0].numpy()
    turns = Rotation.from_rotvec(shown.poses.reshape(-1, 3)).as_rotvec().reshape(shown.poses.shape)  # angle at most pi
    packed = pelvis.astype("<f4").tobytes() + np.round(turns / np.pi * 32767).astype("<i2").tobytes()
    return {"frames": len(shown), "fps": float(shown.fps), "data": base64.b64encode(packed).decode()}


def rig_file(motion: Motion) -> Path:
    """The body of a motion's shape as a file that the page serves; written where it is missing."""
    shape = np.round(motion.betas, 2) + 0.0
    path = Path(get_upload_folder()) / f"rig-{hashlib.sha256(shape.tobytes()).hexdigest()[:24]}.json"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_file(path) as draft:
            draft.write_text(_rig_text(shape.tobytes()), encoding="ascii")
    return path


@functools.lru_cache(maxsize=1)
def _rig_text(shape: bytes) -> str:
    from hmvlm.body.rig import rig  # heavy
    from hmvlm.body.skeleton import PARENTS
    from hmvlm.body.smpl import BodyModel

    body = rig(BodyModel.load(), np.frombuffer(shape, np.float32).copy())
    weights = np.round(body.weights * 255).astype("u1")
    weights[:, 0] += (255 - weights.sum(axis=1, dtype=int)).astype("u1")
    arrays = {
        "vertices": body.vertices.astype("<f4"),
        "normals": np.round(body.normals * 127).astype("i1"),
        "faces": body.faces.astype("<u2"),
        "joints": body.joints.astype("u1"),
        "weights": weights,
        "colors": np.round(np.clip(body.colors, 0, 1) * 255).astype("u1"),
        "parts": body.parts.astype("u1"),
    }
    linear = np.round((np.array(PART_COLORS) / 255) ** 2.2 * 255).astype(int)
    text = {name: base64.b64encode(array.tobytes()).decode() for name, array in arrays.items()}
    return json.dumps({**text, "rest": body.rest.tolist(), "parents": PARENTS, "palette": linear.tolist()})


def download(path: Path) -> dict[str, str]:
    """Makes the browser save a file, once."""
    return {"url": file_url(path), "name": path.name, "id": secrets.token_hex(4)}

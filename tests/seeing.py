"""A person seen in a picture without any model, and an assistant that always sees that person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from hmvlm.assistant import FrameEvent, GateEvent, Reply, ReplyEvent
from hmvlm.body.skeleton import INDEX
from hmvlm.language.gate import GateLog
from hmvlm.motion.clip import Motion
from hmvlm.render import overlay
from hmvlm.vision import image
from hmvlm.vision.camera import Perspective
from hmvlm.vision.estimate import PoseEstimate

GATE = {"zero": 0.25, "expert_1": 0.0, "expert_2": 0.0, "expert_3": 0.75, "expert_4": 0.0}

PLACES = (0.5, 0.2, 0.8)
"""Where people stand in a picture, in shares of its width."""


def estimate_of(frames: int = 1, size: tuple[int, int] = (640, 480), scale: float = 190.0, at=(0.5, 0.5)):
    """A person with the left arm raised, turning slowly, seen in every frame."""
    poses = np.zeros((frames, 24, 3), np.float32)
    poses[:, INDEX["left_shoulder"], 2] = 0.9
    poses[:, INDEX["right_shoulder"], 2] = 1.2
    poses[:, 0] = np.linspace([0.1, 0.4, -0.2], [0.0, 0.8, 0.0], frames)
    offset = np.array([size[0] * at[0], size[1] * at[1]])
    focal, centre = 1.2 * max(size), np.array(size) / 2
    along = (offset - centre) / scale * [1, -1]
    return PoseEstimate(
        poses=poses,
        cameras=[Perspective(focal, centre, np.array([*along, -focal / scale])) for _ in range(frames)],
        found=np.ones(frames, bool),
        pixels=np.tile(offset, (frames, 33, 1)).astype(np.float32),
        visibility=np.ones((frames, 33), np.float32),
        size=size,
        fps=25.0 if frames > 1 else None,
        betas=np.float32([1.5, -1, 0, 0, 0, 0, 0, 0, 0, 0]),
        people=1,
        confidence=0.87,
    )


def photo_of_a_body(path: Path, size: tuple[int, int] = (640, 480)) -> Path:
    """Write a picture of a body in front of a gradient."""
    across, down = np.meshgrid(np.linspace(90, 200, size[0]), np.linspace(120, 60, size[1]))
    ground = np.stack([across, (across + down) / 2, down], axis=-1).astype(np.uint8)
    Image.fromarray(overlay.overlay_image(ground, estimate_of(size=size))).save(path)
    return path


class SeeingModel:
    """An assistant that finds ``people`` people wherever it looks, 640 x 480 for photos, ``frames`` long for clips.

    It estimates the first of them, or with ``everybody`` set all, side by side, where nobody is asked for.
    """

    def __init__(self, people: int = 1, frames: int = 12) -> None:
        self.people, self.frames, self.everybody = people, frames, False
        self.gate_log = GateLog()
        self.asked: list[dict] = []

    def stream(self, text: str, **options) -> Iterator:
        self.asked.append({"text": text, **options})
        if options.get("picture") is None:
            yield ReplyEvent(
                Reply(
                    "The left one.",
                    "video_understanding" if options.get("earlier") and text.endswith("?") else "dialogue",
                    GATE,
                )
            )
            return
        count = self._count(options["picture"])
        yield GateEvent(GATE, "pose_estimation")
        for done in range(1, count + 1):
            yield FrameEvent(done, count)
            if options.get("cancel") is not None and options["cancel"].is_set():
                break
        yield ReplyEvent(self._reply(count, options.get("person")))

    def estimate_pose(self, media, **options) -> Reply:
        self.asked.append({"media": media, **options})
        return self._reply(self._count(media))

    def chat(self, text: str, **options) -> Reply:
        return list(self.stream(text, **options))[-1].reply

    def _count(self, picture) -> int:
        return self.frames if image.media_kind(picture) == "video" else 1

    def _reply(self, frames: int, person: int | None = None) -> Reply:
        if not self.people:
            return Reply("No person was found in the picture.", "pose_estimation", GATE)
        shown = PLACES[: self.people] if self.everybody and person is None else PLACES[:1]
        estimates = [estimate_of(frames, at=(place, 0.5)) for place in shown]
        for one in estimates:
            one.people = self.people
        motions = [Motion(one.poses, np.zeros((frames, 3)), one.betas, one.fps or 20.0) for one in estimates]
        return Reply("The left arm is raised.", "pose_estimation", GATE, motions[0], motions, estimates=estimates)

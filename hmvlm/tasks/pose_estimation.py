"""Pose estimation from a photo or a clip: landmarks, the language model's pose tokens, and the camera.

Every frame takes the same path. Landmarks become visual embeddings. One forward pass of the language model ends at
``<pose>``. The five part tokens and the orientation are decoded from the hidden states at ``<pose>`` and at the
picture's positions.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from hmvlm.body import rotations
from hmvlm.language.decoding import pose_states
from hmvlm.language.model import MotionLanguageModel
from hmvlm.language.moe_lora import folded, set_gate
from hmvlm.language.pose_head import decode_poses
from hmvlm.language.prompting import POSE_PROMPT
from hmvlm.motion.salience import key_frames
from hmvlm.tasks.request import Request
from hmvlm.tokenizer.model import BodyPartTokenizer
from hmvlm.vision import gravity
from hmvlm.vision.estimate import NobodySeen, PoseEstimate, assemble
from hmvlm.vision.image import MediaError, media_kind, read_image
from hmvlm.vision.landmark_model import LandmarkModel
from hmvlm.vision.landmarks import MIRROR, Landmarks, features
from hmvlm.vision.tower import VisionTower
from hmvlm.vision.tracking import fix_left_right_swaps
from hmvlm.vision.upright import in_plane_turns, uprighted
from hmvlm.vision.video import read_video

BATCH = 16
"""Frames per forward pass of the language model."""
FOLD_FROM = 8
"""Clip length in frames from which merging the experts into the weights is worth its cost."""
DECODING_MODE = "expected"
LINE_FRAMES = 3
"""Frames of a clip in which straight lines are looked for, to find the camera's pitch and roll."""
KEY_FRAME_FPS, MAX_KEY_FRAMES = 15.0, 48
"""For a question about a clip.

Frames per second given to the landmark model, and frames given to the language model.
"""


@dataclass(frozen=True)
class FrameEvent:
    """``done`` of ``total`` frames are processed; ``total`` is None where the length is unknown."""

    done: int
    total: int | None


@dataclass(frozen=True)
class Picture:
    """Visual input of a turn: the pixels of a photo ``(H, W, 3)`` uint8, or the path of a clip."""

    image: np.ndarray | None = None
    clip: Path | None = None

    @staticmethod
    def from_source(source) -> Picture:
        """Read a path (its content decides), a PIL image or an array; MediaError if it is neither."""
        if isinstance(source, (str, Path)) and media_kind(source) == "video":
            return Picture(clip=Path(source))
        return Picture(image=read_image(source))

    @property
    def media(self) -> str:
        """The media flag of the gate."""
        return "image" if self.clip is None else "video"


class PoseEstimator:
    """Estimates poses with a motion language model; the landmark networks are loaded on first use.

    Attributes:
        max_key_frames: frames of a clip given to the language model for a question.
        select_frames: chooses them from tracks ``(T, D)`` and that number.
    """

    def __init__(self, language: MotionLanguageModel, tokenizer: BodyPartTokenizer) -> None:
        self.language, self.tokenizer = language, tokenizer
        self.max_key_frames: int = MAX_KEY_FRAMES
        self.select_frames: Callable[[np.ndarray, int], np.ndarray] = key_frames
        self._landmarks: LandmarkModel | None = None
        self._tower: VisionTower | None = None

    @property
    def landmarks(self) -> LandmarkModel:
        """The landmark networks."""
        if self._landmarks is None:
            self._landmarks = LandmarkModel.from_pretrained()
        return self._landmarks

    def run(
        self, request: Request, picture: Picture, alpha: Tensor, key_frames_only: bool = False
    ) -> Iterator[FrameEvent | PoseEstimate | None]:
        """Frame events, then the estimate, or None without a person.

        Args:
            request: its text is the prompt beside a photo (a clip has a fixed short one); ``person``, ``averaging``
                and ``cancel`` apply. A cancelled clip gives the estimate of the frames so far.
            alpha: gate weights ``(1 + E,)``.
            key_frames_only: estimate the poses of a clip's key frames and interpolate the others, enough for a
                question.
        """
        if not self.language.has_vision:
            raise MediaError("This checkpoint was not trained on pictures; use one that was, or ask without a picture.")
        if picture.clip is not None:
            yield from self._clip(request, picture.clip, alpha, key_frames_only)
        elif picture.image is not None:
            yield from self._photo(request, picture.image, alpha)

    def _visual_features(self, person: Landmarks, image: np.ndarray) -> Tensor:
        """Input of the projector for one person: landmark features ``(33, 6)``, or patches ``(V, F)``."""
        if self.language.config.vision.kind == "landmarks":
            return torch.from_numpy(features(person))
        if self._tower is None:
            self._tower = VisionTower.from_pretrained(self.language.preset.vision)
        return self._tower(image, person.region)

    def _photo(self, request: Request, image: np.ndarray, alpha: Tensor) -> Iterator[FrameEvent | PoseEstimate | None]:
        found = self.landmarks(image, averaging=request.averaging is not False)
        yield FrameEvent(1, 1)
        if not found.people:
            yield None
            return
        person = _choose_person(found.people, request.person)
        with set_gate(self.language.backbone, alpha[None]):
            local, codes = self.poses([self._visual_features(person, image)], request.text)
        lines = gravity.segments(image, [person_box(one) for one in found.people])
        yield _assembled(local, [person], found.size, len(found.people), None, codes, lines)

    def _clip(
        self, request: Request, path: Path, alpha: Tensor, key_frames_only: bool
    ) -> Iterator[FrameEvent | PoseEstimate | None]:
        clip = read_video(path, max_fps=KEY_FRAME_FPS) if key_frames_only else read_video(path)
        tracked: list[Landmarks | None] = []
        results: list[tuple[Tensor, np.ndarray]] = []
        pending: list[Tensor] = []
        counts: list[int] = []
        lines: list[np.ndarray] = []
        sampled = {clip.count * part // (2 * LINE_FRAMES) for part in range(1, 2 * LINE_FRAMES, 2)}
        keys = np.arange(0)
        gate = folded if clip.count >= FOLD_FROM else set_gate
        with gate(self.language.backbone, alpha[None]):
            for person, frame in self._track(clip.frames, request.person, counts):
                if len(tracked) in sampled:
                    lines.append(gravity.segments(frame, [] if person is None else [person_box(person)]))
                tracked.append(person)
                if person is not None:
                    pending.append(self._visual_features(person, frame))
                if len(pending) == BATCH and not key_frames_only:
                    results.append(self.poses(pending, POSE_PROMPT))
                    pending = []
                yield FrameEvent(len(tracked), clip.count)
                if request.cancelled:
                    break
            if key_frames_only and pending:
                tracks = np.stack([one.metric.reshape(-1) for one in tracked if one is not None])
                keys = self.select_frames(tracks, self.max_key_frames)
                pending = [pending[key] for key in keys]
            for start in range(0, len(pending), BATCH):
                results.append(self.poses(pending[start : start + BATCH], POSE_PROMPT))
        if not results:
            yield None
            return
        local = torch.cat([result[0] for result in results])
        codes = np.concatenate([result[1] for result in results])
        if key_frames_only:
            local, codes = interpolate_poses(local, codes, keys)
        found = np.concatenate(lines) if lines else None
        yield _assembled(local, tracked, clip.size, max(counts, default=1), clip.fps, codes, found)

    def _track(self, frames, person: int | None, counts: list[int]) -> Iterator[tuple[Landmarks | None, np.ndarray]]:
        """Landmarks of one person and the image of each frame; the person is chosen in the first frame with anybody."""
        frames = iter(frames)
        for frame in frames:
            found = self.landmarks(frame)
            if found.people:
                counts.append(len(found.people))
                first = _choose_person(found.people, person)
                yield first, frame
                images, inputs = itertools.tee(frames)
                yield from zip(fix_left_right_swaps(self.landmarks.track(inputs, first), MIRROR), images)
                return
            yield None, frame

    @torch.inference_mode()
    def poses(self, visual: list[Tensor], prompt: str) -> tuple[Tensor, np.ndarray]:
        """Local rotations ``(N, 24, 3, 3)`` and codes ``(N, 5)`` for the visual features of N people.

        One forward pass; the caller sets the gate.
        """
        landmarks = self.language.config.vision.kind == "landmarks"
        turned = [uprighted(one) if landmarks else (one, 0.0) for one in visual]
        prompts = [self.language.builder.pose_answer(prompt, one) for one, _ in turned]
        hidden = pose_states(self.language, prompts)
        local, codes = decode_poses(self.language, self.tokenizer, hidden, DECODING_MODE)
        local = local.cpu()
        local[:, 0] = in_plane_turns(torch.tensor([angle for _, angle in turned])) @ local[:, 0]
        return local, codes.cpu().numpy()


def interpolate_poses(local: Tensor, codes: np.ndarray, keys: np.ndarray) -> tuple[Tensor, np.ndarray]:
    """Rotations ``(T, 24, 3, 3)`` and codes ``(T, 5)`` of all frames up to the last key, from those of the ``keys``
    ``(K,)``.

    Rotations go the shortest way from key to key, codes are those of the nearest.
    """
    frames = np.arange(keys[-1] + 1)
    after = np.searchsorted(keys, frames)
    before = np.maximum(after - 1, 0)
    share = (frames - keys[before]) / np.maximum(keys[after] - keys[before], 1)
    vectors, steps = (
        rotations.matrix_to_axis_angle(local),
        torch.from_numpy(share).to(local)[:, None].expand(-1, local.shape[1]),
    )
    turned = rotations.slerp(vectors[before], vectors[after], steps)
    return rotations.axis_angle_to_matrix(turned), codes[np.where(share < 0.5, before, after)]


def _assembled(local: Tensor, tracked: list[Landmarks | None], *rest) -> PoseEstimate | None:
    """The estimate, or None where the landmarks of no frame are those of a person."""
    try:
        return assemble(local, tracked, *rest)
    except NobodySeen:
        return None


def person_box(one: Landmarks) -> np.ndarray:
    """Left, top, right and bottom pixel of a person's landmarks."""
    return np.concatenate([one.pixels.min(axis=0), one.pixels.max(axis=0)])


def _choose_person(people: tuple[Landmarks, ...], person: int | None) -> Landmarks:
    if person is None:
        return people[0]
    if not 1 <= person <= len(people):
        raise MediaError(f"There is no person {person}; {len(people)} found, 1 is the largest.")
    return people[person - 1]

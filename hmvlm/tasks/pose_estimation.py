"""Pose estimation from a photo or a clip: landmarks, the language model's pose tokens, and the camera.

Every frame takes the same path. Landmarks become visual embeddings. One forward pass of the language model ends at
``<pose>``. The five part tokens and the orientation are decoded from the hidden states at ``<pose>`` and at the
picture's positions.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from hmvlm.language.decoding import pose_states
from hmvlm.language.model import MotionLanguageModel
from hmvlm.language.moe_lora import folded, set_gate
from hmvlm.language.pose_head import decode_poses
from hmvlm.language.prompting import POSE_PROMPT
from hmvlm.motion.salience import key_frames
from hmvlm.tasks.clip_people import Background, assembled, assembled_or_none, person_box
from hmvlm.tasks.request import Request
from hmvlm.tokenizer.model import BodyPartTokenizer
from hmvlm.vision import gravity
from hmvlm.vision.decoder import DecodingStopped
from hmvlm.vision.estimate import PoseEstimate
from hmvlm.vision.everyone import Person
from hmvlm.vision.image import MediaError, media_kind, read_image
from hmvlm.vision.landmark_model import LandmarkModel
from hmvlm.vision.landmarks import Landmarks, features
from hmvlm.vision.readings import means
from hmvlm.vision.sides import consistent_sides
from hmvlm.vision.sight import Sight
from hmvlm.vision.surroundings import Surroundings
from hmvlm.vision.tower import VisionTower
from hmvlm.vision.upright import in_plane_turns, uprighted
from hmvlm.vision.video import MAX_FPS, DecodedVideo, read_video

BATCH = 16
"""Frames per forward pass of the language model."""
FOLD_FROM = 8
"""Clip length in frames from which merging the experts into the weights for a pass is worth its cost."""
FIRST_FPS, OTHERS_EVERY = 15.0, 4
"""Most frames a second of a clip's first person that go through the language model, and of everybody else each so many
frames; poses in between are interpolated and fitted to their landmarks. At 15 a second errors are those at 30.
"""
DECODING_MODE = "expected"
KEY_FRAME_FPS, MAX_KEY_FRAMES = 15.0, 48
"""For a question about a clip.

Frames per second given to the landmark model, and frames given to the language model.
"""
_NO_PICTURE = np.empty((0, 0, 3), np.uint8)


@dataclass(frozen=True)
class FrameEvent:
    """``done`` of ``total`` frames are processed; ``total`` is None where the length is unknown.

    Of a clip, people are looked for in all frames first (``stage`` is ``"people"``); then ``"poses"`` are estimated.
    """

    done: int
    total: int | None
    stage: str = "people"


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
        self._landmarks: dict[str, LandmarkModel] = {}
        self._tower: VisionTower | None = None

    def landmarks(self, net: str = "both") -> LandmarkModel:
        """The landmark networks, ``"full"``, ``"heavy"`` or ``"both"``."""
        if net not in self._landmarks:
            self._landmarks[net] = LandmarkModel.from_pretrained(net=net)
        return self._landmarks[net]

    def run(
        self, request: Request, picture: Picture, alpha: Tensor, key_frames_only: bool = False
    ) -> Iterator[FrameEvent | list[PoseEstimate] | None]:
        """Frame events, then the estimates of all people, or of the one asked for; none without a person. None comes
        between long steps that have no frames, as others may then use the model.

        Args:
            request: its text is the prompt beside a photo (a clip has a fixed short one); ``person``, ``averaging``
                and ``cancel`` apply. A cancelled clip gives an estimate of one person in the frames so far.
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

    def _photo(self, request: Request, image: np.ndarray, alpha: Tensor) -> Iterator[FrameEvent | list[PoseEstimate]]:
        model = self.landmarks(request.landmarks)
        found = model(image, averaging=request.averaging is not False)
        yield FrameEvent(1, 1)
        numbers = _chosen(len(found), request.person)
        if not numbers:
            yield []
            return
        people = [found.people[number - 1] for number in numbers]
        with set_gate(self.language.backbone, alpha[None]):
            local, codes = self.poses([self._visual_features(one, image) for one in people], request.text)
        lines = gravity.segments(image, [person_box(one) for one in found.people])
        around = Surroundings.of(lines, [[one] for one in found.people])
        estimates = [
            assembled_or_none(
                local[row : row + 1], [one], found.size, len(found), None, codes[row : row + 1], around,
                Sight.of([one], numbers[row]),
            )
            for row, one in enumerate(people)
        ]  # fmt: skip
        yield [one for one in estimates if one is not None]

    def _clip(
        self, request: Request, path: Path, alpha: Tensor, key_frames_only: bool
    ) -> Iterator[FrameEvent | list[PoseEstimate] | None]:
        try:
            clip = read_video(path, max_fps=KEY_FRAME_FPS if key_frames_only else MAX_FPS, cancel=request.cancel)
        except DecodingStopped:
            yield []
            return
        model = self.landmarks(request.landmarks)
        tracker, background = model.follow(), Background(clip.count)
        done = 0
        for done in tracker.run(background.watched(clip.frames.until_stopped(), tracker)):
            yield FrameEvent(done, clip.count)
            if request.cancelled:
                break
        everyone = tracker.people(done, clip.fps)
        numbers = _chosen(len(everyone), request.person or (1 if key_frames_only and everyone else None))
        people = []
        for number in numbers:
            people.append(everyone[number - 1] if request.cancelled else _steady(everyone[number - 1], clip, model))
            yield None
            if request.cancelled:
                break
        steps = [max(1, int(clip.fps / FIRST_FPS)), *[OTHERS_EVERY] * len(people)]
        keys = [self._keys(one, step, key_frames_only) for one, step in zip(people, steps, strict=False)]
        inputs = [self._inputs(one, rows, clip) for one, rows in zip(people, keys, strict=True)]
        pending = [row for rows in inputs for row in rows]
        results: list[tuple[Tensor, np.ndarray]] = []
        gate = folded if clip.count >= FOLD_FROM else set_gate
        for start in range(0, len(pending), BATCH):
            with gate(self.language.backbone, alpha[None]):  # not over the event: others use the model meanwhile
                results.append(self.poses(pending[start : start + BATCH], POSE_PROMPT))
            yield FrameEvent(min(start + BATCH, len(pending)), len(pending), "poses")
            if request.cancelled:
                break
        around = None if request.cancelled else background.surroundings(everyone, clip.size, tracker.cuts)
        estimates = []
        for estimate in assembled(people, keys, results, clip, len(everyone), tracker.cuts, around):
            estimates.append(estimate)
            yield None
            if request.cancelled:
                break
        yield estimates

    def _keys(self, one: Person, step: int, key_frames_only: bool) -> np.ndarray:
        """Which of the frames that show the person go through the language model: each ``step``-th or key frames."""
        present = [landmarks for landmarks in one.seen if landmarks is not None]
        if key_frames_only:
            return self.select_frames(np.stack([each.metric.reshape(-1) for each in present]), self.max_key_frames)
        return np.unique(np.append(np.arange(0, len(present), step), len(present) - 1))

    def _inputs(self, one: Person, keys: np.ndarray, clip: DecodedVideo) -> list[Tensor]:
        frames = [frame for frame, landmarks in enumerate(one.seen) if landmarks is not None]
        frames = [frames[key] for key in keys]
        needs_pictures = self.language.config.vision.kind != "landmarks"
        images = clip.frames.pick(frames) if needs_pictures else itertools.repeat(_NO_PICTURE)
        people = [one.seen[frame] for frame in frames]
        return [self._visual_features(person, image) for person, image in zip(people, images) if person is not None]

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


def _chosen(count: int, person: int | None) -> list[int]:
    """Numbers of the people to estimate: all, or the one asked for."""
    if count and person is not None and not 1 <= person <= count:
        raise MediaError(f"There is no person {person}; {count} found, 1 is the largest.")
    return list(range(1, count + 1)) if person is None else [person] if count else []


def _steady(one: Person, clip: DecodedVideo, model: LandmarkModel) -> Person:
    """The person with left and right decided over the whole clip, as the mean of all networks' readings."""

    def again(frames: list[int]) -> dict[int, list[Landmarks]]:
        seen = [one.seen[frame] for frame in frames]
        return {
            frame: model.again(image, person.region)
            for frame, person, image in zip(frames, seen, clip.frames.pick(frames), strict=True)
            if person is not None
        }

    return replace(one, seen=means(consistent_sides(one.seen, again), one.again))

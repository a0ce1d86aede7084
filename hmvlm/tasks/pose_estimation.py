"""From a photo or a clip to a pose estimate: landmarks, the language model's pose tokens, and the camera.

Every sampled frame takes the same path: landmarks become visual embeddings, one forward pass of the
language model ends at ``<pose>``, and the five part tokens and the orientation are read from its last states, there and at the picture.
"""

from __future__ import annotations

import itertools
import threading
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
from hmvlm.language.pose_head import read_poses
from hmvlm.language.prompting import POSE_PROMPT
from hmvlm.motion.salience import key_frames
from hmvlm.tokenizer.model import BodyPartTokenizer
from hmvlm.vision.estimate import PoseEstimate, assemble
from hmvlm.vision.image import MediaError, media_kind, read_image
from hmvlm.vision.landmark_model import LandmarkModel
from hmvlm.vision.landmarks import MIRROR, Landmarks, features
from hmvlm.vision.tower import VisionTower
from hmvlm.vision.tracking import fix_left_right_swaps
from hmvlm.vision.video import read_video

BATCH = 16
FOLD_FROM = 8
"""Frames from which the experts are folded into the weights."""
READOUT = "expected"
BRIEF_FPS, BRIEF_FRAMES = 15.0, 48
"""Where a clip is only asked about: frames a second that are looked at, and how many of them the model reads."""


@dataclass(frozen=True)
class FrameEvent:
    """``done`` of ``total`` frames have been looked at; ``total`` is None where the length is not known."""

    done: int
    total: int | None


@dataclass(frozen=True)
class Picture:
    """A photo or a clip that came with a turn: the pixels of a photo ``(H, W, 3)`` uint8, or the path of a clip."""

    image: np.ndarray | None = None
    clip: Path | None = None

    @staticmethod
    def from_source(source) -> Picture:
        """Read what a user gave: a path (its content decides), a PIL image or an array; MediaError if it is neither."""
        if isinstance(source, (str, Path)) and media_kind(source) == "video":
            return Picture(clip=Path(source))
        return Picture(image=read_image(source))

    @property
    def media(self) -> str:
        """What the gate is told came along."""
        return "image" if self.clip is None else "video"


class PoseEstimator:
    """Reads poses out of a motion language model; the landmark nets are loaded on first use.

    Attributes:
        budget: frames that are read of a clip that is only asked about.
        choose: which ones, from tracks ``(T, D)`` and the budget.
    """

    def __init__(self, language: MotionLanguageModel, tokenizer: BodyPartTokenizer) -> None:
        self.language, self.tokenizer = language, tokenizer
        self.budget: int = BRIEF_FRAMES
        self.choose: Callable[[np.ndarray, int], np.ndarray] = key_frames
        self._landmarks: LandmarkModel | None = None
        self._tower: VisionTower | None = None

    @property
    def landmarks(self) -> LandmarkModel:
        """The landmark nets."""
        if self._landmarks is None:
            self._landmarks = LandmarkModel.from_pretrained()
        return self._landmarks

    def _seen(self, one: Landmarks, image: np.ndarray) -> Tensor:
        """What the language model is shown of a person: landmark features ``(33, 6)``, or patches ``(V, F)``."""
        if self.language.config.vision.kind == "landmarks":
            return torch.from_numpy(features(one))
        if self._tower is None:
            self._tower = VisionTower.load(self.language.preset.vision)
        return self._tower(image, one.region)

    def run(
        self,
        picture: Picture,
        alpha: Tensor,
        words: str,
        person: int | None = None,
        averaging: bool | None = None,
        cancel: threading.Event | None = None,
        brief: bool = False,
    ) -> Iterator[FrameEvent | PoseEstimate | None]:
        """Frame events, then the estimate, or None where nobody was seen.

        Args:
            alpha: gate ``(1 + E,)`` of the turn.
            words: read beside a photo; a clip is asked in fixed short ones.
            person: which of several people, 1 is the largest.
            averaging: average landmarks over a mirrored and shifted crops; by default for photos only.
            cancel: set it to stop between frames; the estimate covers what was seen until then.
            brief: read a clip's key frames only and interpolate the others, enough to answer a question.
        """
        if not self.language.sees:
            raise MediaError("This checkpoint was not trained on pictures; use one that was, or ask without a picture.")
        if picture.clip is None:
            yield from self._photo(picture.image, alpha, words, person, averaging is not False)
        else:
            yield from self._clip(picture.clip, alpha, person, cancel, brief)

    def _photo(self, image, alpha, words, person, averaging) -> Iterator[FrameEvent | PoseEstimate | None]:
        found = self.landmarks(image, averaging=averaging)
        yield FrameEvent(1, 1)
        if not found.people:
            yield None
            return
        one = _chosen(found.people, person)
        with set_gate(self.language.backbone, alpha[None]):
            local, codes = self.poses([self._seen(one, image)], words)
        yield assemble(local, [one], found.size, len(found.people), codes=codes)

    def _clip(self, path, alpha, person, cancel, brief) -> Iterator[FrameEvent | PoseEstimate | None]:
        clip = read_video(path, max_fps=BRIEF_FPS) if brief else read_video(path)
        seen: list[Landmarks | None] = []
        pieces: list[tuple[Tensor, np.ndarray]] = []
        waiting: list[Tensor] = []
        counts: list[int] = []
        keys = np.arange(0)
        enter = folded if clip.count >= FOLD_FROM else set_gate
        with enter(self.language.backbone, alpha[None]):
            for one, frame in self._followed(clip.frames, person, counts):
                seen.append(one)
                if one is not None:
                    waiting.append(self._seen(one, frame))
                if len(waiting) == BATCH and not brief:
                    pieces.append(self.poses(waiting, POSE_PROMPT))
                    waiting = []
                yield FrameEvent(len(seen), clip.count)
                if cancel is not None and cancel.is_set():
                    break
            if brief and waiting:
                keys = self.choose(np.stack([one.metric.reshape(-1) for one in seen if one is not None]), self.budget)
                waiting = [waiting[key] for key in keys]
            for start in range(0, len(waiting), BATCH):
                pieces.append(self.poses(waiting[start : start + BATCH], POSE_PROMPT))
        if not pieces:
            yield None
            return
        local = torch.cat([piece[0] for piece in pieces])
        codes = np.concatenate([piece[1] for piece in pieces])
        if brief:
            local, codes = between(local, codes, keys)
        yield assemble(local, seen, clip.size, max(counts, default=1), clip.fps, codes)

    def _followed(self, frames, person: int | None, counts: list[int]) -> Iterator[tuple[Landmarks | None, np.ndarray]]:
        """Landmarks and picture of each frame of one person, chosen in the first frame that shows somebody."""
        frames = iter(frames)
        for frame in frames:
            found = self.landmarks(frame)
            if found.people:
                counts.append(len(found.people))
                start = _chosen(found.people, person)
                yield start, frame
                ahead, tracked = itertools.tee(frames)
                yield from zip(fix_left_right_swaps(self.landmarks.track(tracked, start), MIRROR), ahead)
                return
            yield None, frame

    @torch.inference_mode()
    def poses(self, seen: list[Tensor], words: str) -> tuple[Tensor, np.ndarray]:
        """Local rotations ``(N, 24, 3, 3)`` and codes ``(N, 5)`` of what was seen of N people, in one forward pass under the gate that is set."""
        prompts = [self.language.builder.pose_answer(words, one) for one in seen]
        hidden = pose_states(self.language, prompts)
        local, codes = read_poses(self.language, self.tokenizer, hidden, READOUT)
        return local.cpu(), codes.cpu().numpy()


def between(local: Tensor, codes: np.ndarray, keys: np.ndarray) -> tuple[Tensor, np.ndarray]:
    """Rotations ``(T, 24, 3, 3)`` and codes ``(T, 5)`` of all frames up to the last key, from those of the ``keys`` ``(K,)``.

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


def _chosen(people: tuple[Landmarks, ...], person: int | None) -> Landmarks:
    if person is None:
        return people[0]
    if not 1 <= person <= len(people):
        raise MediaError(f"There is no person {person}; {len(people)} found, 1 is the largest.")
    return people[person - 1]

"""What a user asks for in one turn, checked before anything runs."""

from __future__ import annotations

import math
import numbers
import threading
from dataclasses import dataclass
from typing import Any

from hmvlm import limits
from hmvlm.language.prompting import POSE_PROMPT
from hmvlm.language.sampling import Sampling
from hmvlm.motion.clip import Motion
from hmvlm.texts import clean
from hmvlm.vision.landmark_model import NETS

TASKS = ("text_to_motion", "pose_estimation", "video_understanding", "dialogue")
MAX_CHARACTERS, MAX_VARIATIONS = limits.MESSAGE_CHARACTERS, limits.VARIATIONS


NUMBERS = {
    "seconds": ("length in seconds", False, False), "temperature": ("temperature", False, False),
    "top_p": ("share of the nucleus (top_p)", False, False), "seed": ("seed", True, False),
    "variations": ("number of variations", True, True), "max_new_tokens": ("number of tokens", True, True),
    "person": ("number of the person", True, False),
}  # fmt: skip
"""Words for each number of a request, whether it must be whole, and whether it must be there."""


@dataclass(frozen=True)
class Request:
    """One turn.

    Attributes:
        text: the message, cleaned (:mod:`hmvlm.texts`) and stripped; it may be empty beside a picture, whose pose is
            then estimated.
        history: earlier turns, ``{"role": "user" | "assistant", "content": str}``; used for dialogue.
        motion: a motion that the turn is about.
        earlier: a motion of an earlier turn; the turn is about it if the text asks about a motion.
        picture: a photo (path, PIL image or array) or a clip (path) that the turn is about.
        person: which of several people in the picture, 1 is the largest.
        averaging: test-time augmentation of landmarks over several crops; by default for photos only.
        landmarks: landmark network, one of ``landmark_model.NETS``.
        task: overrides the gate's choice, one of ``TASKS``.
        seconds: length of a motion; otherwise read from the text or left to the model.
        temperature, top_p, seed: sampling; None takes the task's default.
        variations: motions to generate.
        max_new_tokens: longest text answer.
        preview: motion events contain the motion so far, after 0.4 s and every second.
        foot_lock: clean the contacts of generated motions; see :mod:`hmvlm.motion.foot_lock`. Previews are not cleaned.
        exemplars: let training motions whose captions are near the text guide candidates (:mod:`hmvlm.tasks.guides`).
        cancel: set it to stop between steps; the reply then holds what is complete.

    Raises:
        ValueError: a value out of range or a missing input, in one sentence.
    """

    text: str
    history: list[dict[str, str]] | None = None
    motion: Motion | None = None
    earlier: Motion | None = None
    picture: Any = None
    person: int | None = None
    averaging: bool | None = None
    landmarks: str = "both"
    task: str | None = None
    seconds: float | None = None
    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None
    variations: int = 1
    max_new_tokens: int = 256
    preview: bool = False
    foot_lock: bool = True
    exemplars: bool = True
    cancel: threading.Event | None = None

    def __post_init__(self) -> None:
        text = clean(self.text).strip() if isinstance(self.text, (str, bytes)) else ""
        object.__setattr__(self, "text", text or (POSE_PROMPT if self.picture is not None else ""))
        self._check_text()
        self._check_numbers()
        self._check_media()

    def _check_text(self) -> None:
        if not self.text:
            raise ValueError("The message is empty; write what the body should do, or ask something.")
        if len(self.text) > MAX_CHARACTERS:
            raise ValueError(f"The message has {len(self.text)} characters; {MAX_CHARACTERS} is the most.")
        if not isinstance(self.history, (list, tuple, type(None))):
            raise ValueError("The history must be a list of turns, each with a role and a content.")
        for turn in self.history or []:
            valid = isinstance(turn, dict) and turn.get("role") in ("user", "assistant")
            if not valid or not isinstance(turn.get("content"), str):
                raise ValueError("Each turn of the history needs a role, user or assistant, and a content in words.")
        if self.history:
            turns = [{"role": turn["role"], "content": clean(turn["content"])} for turn in self.history]
            object.__setattr__(self, "history", turns)

    def _check_numbers(self) -> None:
        for name, (words, whole, needed) in NUMBERS.items():
            value = getattr(self, name)
            if value is None and not needed:
                continue
            real = isinstance(value, numbers.Real) and not isinstance(value, bool) and math.isfinite(value)
            if not real or (whole and value != int(value)):
                kind = "a whole number" if whole else "a number"
                raise ValueError(f"The {words} must be {kind}, got {str(value)[:40]!r}.")
            if whole:
                object.__setattr__(self, name, int(value))
        if self.person is not None and self.person < 1:
            raise ValueError(f"People are counted from 1, the largest; there is no person {self.person}.")
        if self.seconds is not None and not (0 < self.seconds < math.inf):
            raise ValueError(f"The length must be a positive number of seconds, got {self.seconds}.")
        if not 1 <= self.variations <= MAX_VARIATIONS:
            raise ValueError(f"Variations must lie between 1 and {MAX_VARIATIONS}, got {self.variations}.")
        if self.max_new_tokens < 1:
            raise ValueError(f"max_new_tokens must be at least 1, got {self.max_new_tokens}.")
        self.sampling(0.0)

    def _check_media(self) -> None:
        if self.task is not None and self.task not in TASKS:
            raise ValueError(f"There is no task {self.task!r}; choose one of {', '.join(TASKS)}.")
        if self.landmarks not in NETS:
            raise ValueError(f"There are no landmarks {self.landmarks!r}; choose one of {', '.join(NETS)}.")
        if self.task == "video_understanding" and self.motion is None and self.picture is None:
            raise ValueError("There is no motion to look at; give one, or a clip, with the question.")
        if self.task == "pose_estimation" and self.picture is None:
            raise ValueError("There is no picture to look at; give a photo or a clip.")
        if self.picture is not None and self.motion is not None:
            raise ValueError("Give a picture or a motion, not both.")

    @property
    def cancelled(self) -> bool:
        """Whether the caller has asked to stop."""
        return self.cancel is not None and self.cancel.is_set()

    def sampling(self, default_temperature: float, guidance: float = 1.0) -> Sampling:
        """Sampling settings; ``default_temperature`` applies where the caller gave none."""
        temperature = default_temperature if self.temperature is None else float(self.temperature)
        top_p = {} if self.top_p is None else {"top_p": float(self.top_p)}
        return Sampling(temperature=temperature, seed=self.seed, guidance=guidance, **top_p)

"""Where a turn goes: what may be asked, which task the gate takes it for, and how the experts are mixed for it."""

from __future__ import annotations

import torch
from torch import Tensor

from hmvlm.language.gate import expert_names
from hmvlm.language.model import MotionLanguageModel

TASKS = ("text_to_motion", "pose_estimation", "video_understanding", "dialogue")
MAX_CHARACTERS = 8000
MAX_VARIATIONS = 8
FOLLOWS_UP = 0.8
"""How sure the gate must be that words without a file ask about an earlier motion."""
FORCED_ZERO = 0.7
"""Weight of the zero expert when a caller demands motion of a text that the gate takes for talk."""


class Router:
    """Reads messages with the gate of a motion language model."""

    def __init__(self, language: MotionLanguageModel) -> None:
        self.language = language

    def __call__(self, text: str, media: str | None, task: str | None = None) -> tuple[str, Tensor]:
        """The task of a message with its media, the caller's if one is given, and the mixture ``(1 + E,)`` for it."""
        alpha = self.mixture(text, media)
        task = task or self._task(alpha, media, text)
        return task, self._fitted(alpha, task)

    @torch.inference_mode()
    def mixture(self, text: str, media: str | None) -> Tensor:
        """What the gate gives: weights ``(1 + E,)`` of the zero expert and the others."""
        gate = self.language.gate
        flags = gate.media([media]).to(self.language.device)
        return gate(gate.encode([text]).to(self.language.device), flags).exp()[0]

    def follows_up(self, text: str) -> bool:
        """Whether words without a file ask about a motion that was shown before."""
        return self._purpose(text)[1] > FOLLOWS_UP

    def _task(self, alpha: Tensor, media: str | None, text: str) -> str:
        if float(alpha[0]) >= self.language.config.skip_threshold:
            return "dialogue"
        if media in ("image", "video"):
            pose, question, _ = self._purpose(text)
            return "video_understanding" if question > pose else "pose_estimation"
        return "text_to_motion" if media is None else "video_understanding"

    @torch.inference_mode()
    def _purpose(self, text: str) -> list[float]:
        gate = self.language.gate
        return gate.intents(gate.encode([text]).to(self.language.device))[0].tolist()

    def _fitted(self, alpha: Tensor, task: str) -> Tensor:
        """The gate's mixture, moved to the task's side of the threshold where a caller overrode the choice."""
        threshold = self.language.config.skip_threshold
        if task == "dialogue" and float(alpha[0]) < threshold:
            alpha = torch.zeros_like(alpha)
            alpha[0] = 1.0
        elif task != "dialogue" and float(alpha[0]) >= threshold:
            others = alpha[1:] / alpha[1:].sum().clamp_min(1e-9)
            alpha = torch.cat([alpha.new_tensor([FORCED_ZERO]), (1 - FORCED_ZERO) * others])
        return alpha


def named(alpha: Tensor) -> dict[str, float]:
    """A mixture ``(1 + E,)`` by the experts' names."""
    return {name: round(float(value), 6) for name, value in zip(expert_names(len(alpha)), alpha, strict=True)}


def checked_words(text, task, seconds, variations, max_new_tokens, history) -> str:
    """The message without the space around it; ValueError, one sentence, for a turn that cannot be answered."""
    text = text.strip() if isinstance(text, str) else ""
    if not text:
        raise ValueError("The message is empty; write what the body should do, or ask something.")
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"The message has {len(text)} characters; {MAX_CHARACTERS} is the most.")
    for turn in history or []:
        if (
            not isinstance(turn, dict)
            or turn.get("role") not in ("user", "assistant")
            or not isinstance(turn.get("content"), str)
        ):
            raise ValueError("Each turn of the history needs a role, user or assistant, and a content in words.")
    if task is not None and task not in TASKS:
        raise ValueError(f"There is no task {task!r}; choose one of {', '.join(TASKS)}.")
    if seconds is not None and not (0 < seconds < float("inf")):
        raise ValueError(f"The length must be a positive number of seconds, got {seconds}.")
    if not 1 <= variations <= MAX_VARIATIONS:
        raise ValueError(f"Variations must lie between 1 and {MAX_VARIATIONS}, got {variations}.")
    if max_new_tokens < 1:
        raise ValueError(f"max_new_tokens must be at least 1, got {max_new_tokens}.")
    return text

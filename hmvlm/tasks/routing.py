"""Routing: the task of a turn, and the gate weights for it."""

from __future__ import annotations

import torch
from torch import Tensor

from hmvlm import limits
from hmvlm.language.gate import expert_names
from hmvlm.language.model import MotionLanguageModel
from hmvlm.rankers.reranker import Reranker
from hmvlm.tasks.lookups import lookups, tells_action

FOLLOW_UP_THRESHOLD = 0.8
"""Probability of the intent "question" from which a message without a file is about an earlier motion."""
FORCED_ZERO_WEIGHT = 0.7
"""Zero expert's weight for a motion whose text the gate classifies as dialogue."""
UNSURE = 0.999
"""Zero expert's weight under which the gate may be overruled by the captions of the exemplars."""
NEAR_CAPTION = 0.75
"""Similarity of the nearest caption from which a text that tells an action is a request for motion."""


class Router:
    """Classifies messages with the gate of a motion language model.

    Where the gate is not quite sure that a message is ordinary talk, one that tells an action near the caption of an
    exemplar is a request for motion all the same ("tie shoelaces"); without exemplars the gate alone decides.
    """

    def __init__(self, language: MotionLanguageModel, reranker: Reranker | None = None) -> None:
        self.language, self.reranker = language, reranker

    def __call__(self, text: str, media: str | None, task: str | None = None) -> tuple[str, Tensor]:
        """The task (``task`` if given) and gate weights ``(1 + E,)`` of a message with its media."""
        alpha = self.mixture(text, media)
        task = task or self._task(alpha, media, text)
        return task, self._adjusted(alpha, task)

    @torch.inference_mode()
    def mixture(self, text: str, media: str | None) -> Tensor:
        """The gate's weights ``(1 + E,)``, zero expert first."""
        gate = self.language.gate
        flags = gate.media([media]).to(self.language.device)
        return gate(gate.encode([text]).to(self.language.device), flags).exp()[0]

    def follows_up(self, text: str) -> bool:
        """Whether a message without a file asks about an earlier motion."""
        return self._intents(text)[1] > FOLLOW_UP_THRESHOLD

    def check_length(self, text: str) -> None:
        """Raise a ValueError, one sentence, if a message about a motion, photo or clip has too many tokens."""
        count = len(self.language.builder.text(text))
        if count > limits.MOTION_TOKENS:
            most = f"{limits.MOTION_TOKENS} are the most about a motion, photo or clip"
            raise ValueError(f"The message has {count:,} tokens (parts of words, digits, signs); {most}.")

    def _task(self, alpha: Tensor, media: str | None, text: str) -> str:
        if float(alpha[0]) >= self.language.config.skip_threshold:
            overruled = media is None and float(alpha[0]) < UNSURE and self._tells_known_action(text)
            return "text_to_motion" if overruled else "dialogue"
        if media in ("image", "video"):
            pose, question, _ = self._intents(text)
            return "video_understanding" if question > pose else "pose_estimation"
        return "text_to_motion" if media is None else "video_understanding"

    def _tells_known_action(self, text: str) -> bool:
        if self.reranker is None or not tells_action(text):
            return False
        return bool(self.reranker.nearest(lookups(text), 1, 0.0, NEAR_CAPTION))

    @torch.inference_mode()
    def _intents(self, text: str) -> list[float]:
        gate = self.language.gate
        return gate.intents(gate.encode([text]).to(self.language.device))[0].tolist()

    def _adjusted(self, alpha: Tensor, task: str) -> Tensor:
        """The gate's weights, moved to the task's side of the skip threshold where the caller chose the task."""
        threshold = self.language.config.skip_threshold
        if task == "dialogue" and float(alpha[0]) < threshold:
            alpha = torch.zeros_like(alpha)
            alpha[0] = 1.0
        elif task != "dialogue" and float(alpha[0]) >= threshold:
            others = alpha[1:] / alpha[1:].sum().clamp_min(1e-9)
            alpha = torch.cat([alpha.new_tensor([FORCED_ZERO_WEIGHT]), (1 - FORCED_ZERO_WEIGHT) * others])
        return alpha


def weights_by_expert(alpha: Tensor) -> dict[str, float]:
    """Gate weights ``(1 + E,)`` by the experts' names."""
    return {name: round(float(value), 6) for name, value in zip(expert_names(len(alpha)), alpha, strict=True)}

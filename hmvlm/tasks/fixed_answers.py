"""Messages without a file that no model answers: those in another language, and questions about the assistant."""

from __future__ import annotations

from hmvlm.language.text_encoder import TextEncoder
from hmvlm.tasks import about
from hmvlm.tasks.foreign import NOT_ENGLISH, is_foreign


class FixedAnswers:
    """Answers that are always the same; ``encoder`` is the gate's text encoder."""

    def __init__(self, encoder: TextEncoder) -> None:
        self._about = about.About(encoder)

    def __call__(self, text: str) -> str | None:
        """The answer to a message, or None where a model has to answer."""
        if is_foreign(text):
            return NOT_ENGLISH
        return about.ANSWER if self._about.asked(text) else None

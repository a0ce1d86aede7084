"""Answers in words, token by token: dialogue, and questions about a motion."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from torch import Tensor

from hmvlm.language.decoding import generate_text
from hmvlm.language.model import MotionLanguageModel
from hmvlm.language.sequence import TokenSequence
from hmvlm.language.stopping import Stopped, stoppable
from hmvlm.tasks.events import Reply, TextEvent
from hmvlm.tasks.loops import NOTE, loops
from hmvlm.tasks.request import Request


def answer(
    language: MotionLanguageModel, request: Request, prompt: TokenSequence, alpha: Tensor, reply: Reply
) -> Iterator[TextEvent]:
    """Sample the answer to a prompt with gate weights ``(1 + E,)`` into ``reply.text``; an event for every token.

    An answer that goes round in circles ends there, with a note; its tokens stay as they were sampled. A cancelled
    answer ends with what is there of it.
    """
    tokens: list[int] = []
    with suppress(Stopped), stoppable(language, request.cancel):
        for token in generate_text(language, prompt, alpha, request.sampling(0.0), request.max_new_tokens):
            tokens.append(token)
            reply.text = language.tokenizer.decode(tokens, skip_special_tokens=True)
            yield TextEvent(reply.text)
            if loops(tokens):
                reply.note = NOTE
                break
            if request.cancelled:
                break


def say(reply: Reply, text: str) -> TextEvent:
    """A whole answer at once."""
    reply.text = text
    return TextEvent(text)

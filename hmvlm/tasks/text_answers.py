"""Answers in words, token by token: dialogue, and questions about a motion."""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor

from hmvlm.language.decoding import generate_text
from hmvlm.language.model import MotionLanguageModel
from hmvlm.language.room import Room
from hmvlm.language.sequence import TokenSequence
from hmvlm.language.stopping import until_stopped
from hmvlm.language.stream import bytes_a_position
from hmvlm.tasks.events import Reply, TextEvent
from hmvlm.tasks.loops import NOTE, loops
from hmvlm.tasks.request import Request


def answer(
    language: MotionLanguageModel, request: Request, prompt: TokenSequence, alpha: Tensor, reply: Reply, room: Room
) -> Iterator[TextEvent | None]:
    """Sample the answer to a prompt with gate weights ``(1 + E,)`` into ``reply.text``; an event for every token, and
    None while there is no room for its cache.

    An answer that goes round in circles ends there, with a note; its tokens stay as they were sampled. A cancelled
    answer ends with what is there of it.
    """
    part = room.ask((len(prompt) + request.max_new_tokens) * bytes_a_position(language))
    tokens: list[int] = []
    try:
        while not part.taken and not request.cancelled:
            yield None
        drawn = generate_text(language, prompt, alpha, request.sampling(0.0), request.max_new_tokens)
        for token in until_stopped(language, request.cancel, drawn):
            tokens.append(token)
            reply.text = language.tokenizer.decode(tokens, skip_special_tokens=True)
            yield TextEvent(reply.text)
            if loops(tokens):
                reply.note = NOTE
                break
            if request.cancelled:
                break
    finally:
        room.give_back(part)


def say(reply: Reply, text: str) -> TextEvent:
    """A whole answer at once."""
    reply.text = text
    return TextEvent(text)

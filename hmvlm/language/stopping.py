"""Stop a forward pass between the layers of the backbone, as a long prompt takes many seconds."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from hmvlm.language.model import MotionLanguageModel

T = TypeVar("T")


class Stopped(Exception):
    """The caller of a turn has asked to stop."""


@contextmanager
def stoppable(model: MotionLanguageModel, *cancels: threading.Event | None) -> Iterator[None]:
    """Let every layer, attention and MLP of the backbone raise :class:`Stopped` before it runs once all ``cancels`` are
    set, those of everybody for whom the pass is made; never where one is None.

    What the layers compute stays the same to the bit.
    """
    events = [cancel for cancel in cancels if cancel is not None]
    if len(events) < len(cancels) or not events:
        yield
        return

    def check(*_: Any) -> None:
        if all(event.is_set() for event in events):
            raise Stopped

    hooks = [
        module.register_forward_pre_hook(check)
        for layer in model.base.model.layers
        for module in (layer, *(getattr(layer, name) for name in ("self_attn", "mlp") if hasattr(layer, name)))
    ]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def until_stopped(
    model: MotionLanguageModel, cancel: threading.Event | None, items: Generator[T, None, None]
) -> Iterator[T]:
    """What a generator gives, up to where the caller stops it; between two items the model is as it was."""
    try:
        while True:
            with stoppable(model, cancel):
                try:
                    item = next(items)
                except (StopIteration, Stopped):
                    return
            yield item
    finally:
        items.close()

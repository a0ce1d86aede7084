"""Stop a forward pass between the layers of the backbone, as a long prompt takes many seconds."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hmvlm.language.model import MotionLanguageModel


class Stopped(Exception):
    """The caller of a turn has asked to stop."""


@contextmanager
def stoppable(model: MotionLanguageModel, cancel: threading.Event | None) -> Iterator[None]:
    """Let every layer, attention and MLP of the backbone raise :class:`Stopped` before it runs once ``cancel`` is set.

    What the layers compute stays the same to the bit.
    """
    if cancel is None:
        yield
        return

    def check(*_: Any) -> None:
        if cancel.is_set():
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

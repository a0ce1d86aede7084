"""Progress on standard error while a command runs; silent where that is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

STAGES = {"people": "looking for people", "poses": "estimating poses"}


class Progress:
    """One line that is rewritten and removed at the end; use it as a context manager.

    Args:
        shown: False keeps it silent; None shows it on a terminal.
    """

    def __init__(self, shown: bool | None = None) -> None:
        self._shown = sys.stderr.isatty() if shown is None else shown
        self._bar: Any = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *failure: object) -> None:
        self.pause()

    def say(self, what: str, done: float = 0, total: float | None = None) -> None:
        """``what`` is under way: ``done`` of ``total`` units."""
        if not self._shown:
            return
        if self._bar is None or self._bar.desc != f"{what}: " or self._bar.total != total:
            from tqdm import tqdm

            self.pause()
            self._bar = tqdm(
                desc=what, total=total, file=sys.stderr, leave=False, dynamic_ncols=True,
                bar_format=None if total else "{desc}{elapsed}",
            )  # fmt: skip
        self._bar.n = min(done, total) if total else done
        self._bar.refresh()

    def reply(self, events: Iterable[Any], prefix: str = "") -> Any:
        """The reply at the end of a turn's events, which are shown as they come."""
        from hmvlm.tasks.events import FrameEvent, MotionEvent, ReplyEvent

        reply = None
        for event in events:
            if isinstance(event, MotionEvent):
                clause = f" ({event.clause + 1} of {event.clauses})" if event.clauses > 1 else ""
                self.say(f"{prefix}generating{clause}", event.step, event.total)
            elif isinstance(event, FrameEvent):
                self.say(f"{prefix}{STAGES[event.stage]}", event.done, event.total)
            elif isinstance(event, ReplyEvent):
                reply = event.reply
        return reply

    def pause(self) -> None:
        """Take the line away, so that something can be printed."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

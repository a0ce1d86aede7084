"""An assistant that answers at once with recorded motion, for tests of the page in a browser."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from hmvlm.assistant import GateEvent, MotionEvent, Reply, ReplyEvent, TextEvent
from hmvlm.motion.clip import Motion
from hmvlm.paths import EXAMPLE_MOTION
from hmvlm.tasks.checks import Check, ClauseReport
from hmvlm.tasks.loops import NOTE
from tests.seeing import SeeingModel

TALK = {"zero": 1.0, "expert_1": 0.0, "expert_2": 0.0, "expert_3": 0.0, "expert_4": 0.0}
MOVE = {"zero": 0.45, "expert_1": 0.4, "expert_2": 0.05, "expert_3": 0.1, "expert_4": 0.0}
STEPS = 20


class MovingModel(SeeingModel):
    """Questions get ``answers``, pictures a pose, everything else the example motion, in ``STEPS`` steps.

    Args:
        people: people in every picture.

    Attributes:
        hold: last step of a motion that is drawn for now; None draws on to the end.
        held: what a message must contain to be held, by default nothing.
    """

    def __init__(self, people: int = 1) -> None:
        super().__init__(people)
        self.hold: int | None = None
        self.held = ""

    def stream(self, text: str, **options) -> Iterator:
        about = options.get("motion") or (options.get("earlier") if "person" in text else None)
        if options.get("picture") is not None:
            yield from super().stream(text, **options)
        elif text.endswith("?") or options.get("motion") is not None:
            self.asked.append({"text": text, **options})
            yield from self._words(text, about)
        else:
            self.asked.append({"text": text, **options})
            yield from self._moves(text, options)

    def _words(self, text: str, about: Motion | None) -> Iterator:
        task, gate = ("dialogue", TALK) if about is None else ("video_understanding", MOVE)
        answer = "Paris." if about is None else f"A motion of {about.duration:.1f} s."
        yield GateEvent(gate, task)
        for end in range(1, len(answer) + 1):
            yield TextEvent(answer[:end])
        yield ReplyEvent(Reply(answer, task, gate, note=NOTE if "circles" in text else ""))

    def _moves(self, text: str, options: dict) -> Iterator:
        whole = Motion.load(EXAMPLE_MOTION)
        yield GateEvent(MOVE, "text_to_motion")
        cancelled = options.get("cancel") or threading.Event()
        for step in range(1, STEPS + 1):
            while self.hold is not None and step > self.hold and self.held in text and not cancelled.is_set():
                time.sleep(0.01)
            if cancelled.is_set():
                break
            yield MotionEvent(step, STEPS, whole.slice(0, 4 * step) if step % 5 == 0 else None)
        walked = replace(whole, trans=whole.trans + np.linspace([0, 0, 0], [0, 0, 1.5], len(whole)))
        motions = [walked, whole.mirrored(), whole, whole.slice(0, 60)][: options.get("variations", 1)]
        report = ClauseReport(text, 0.0, 4.0, (Check("a jump", "jump" not in text),))
        yield ReplyEvent(Reply("4.0 s of motion.", "text_to_motion", MOVE, motions[0], motions, plan=[report]))

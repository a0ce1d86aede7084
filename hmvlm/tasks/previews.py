"""What is told and shown of a clause while it is drawn."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from hmvlm.motion.clip import Motion
from hmvlm.tasks.events import MotionEvent
from hmvlm.tasks.guides import SoFar
from hmvlm.tasks.request import Request
from hmvlm.tasks.sections import Section
from hmvlm.tokenizer.model import BodyPartTokenizer

PREVIEW_STEPS = 5
"""Time steps between two previews of an unfinished motion."""
FIRST_PREVIEW = 2
"""Time steps before the first one, 0.4 s of motion: what moves is to be seen at once."""


class Previews:
    """The events of a section, with a preview now and then where the request asks for that.

    Args:
        done: what each variation goes on from; the first one is shown.
        progress: steps of the whole plan, None where the model decides, and the number of clauses.
    """

    def __init__(
        self,
        tokenizer: BodyPartTokenizer,
        request: Request,
        section: Section,
        done: Sequence[SoFar],
        progress: tuple[int | None, int],
    ) -> None:
        self._tokenizer, self._request, self._section, self._progress = tokenizer, request, section, progress
        self._before, self._width = done[0].codes, len(done)
        self._done = self._previewed = max(map(len, done))
        self.last = self._event(self._done)

    def draft(self, guide: Tensor) -> MotionEvent:
        """The motion that the codes of a guide foretell, no longer than the section, before a step is drawn."""
        return self._event(self._done, self._joined(guide[: self._section.longest]), draft=True)

    def drawn(self, codes: Sequence[Tensor]) -> MotionEvent | None:
        """What is drawn of the section, ``codes`` so far of all candidates; None where it is no more than before."""
        new = max(map(len, codes))
        step = self._done + new
        if step <= self.last.step:
            return None
        motion, least = None, PREVIEW_STEPS if self._previewed else FIRST_PREVIEW
        if self._request.preview and step - self._previewed >= least:
            motion, self._previewed = self._joined(next(filter(len, codes[:: self._width]))), step
        self.last = self._event(step, motion, ended=sum(0 < len(one) < new for one in codes), rows=len(codes))
        return self.last

    def _joined(self, codes: Tensor) -> Motion:
        return self._tokenizer.decode(torch.cat([self._before, codes]), text=self._request.text)

    def _event(
        self, step: int, motion: Motion | None = None, ended: int = 0, rows: int = 1, draft: bool = False
    ) -> MotionEvent:
        total, clauses = self._progress
        return MotionEvent(step, total, motion, self._section.number, clauses, ended, rows, draft)

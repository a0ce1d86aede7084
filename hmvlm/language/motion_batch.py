"""Motions of several requests drawn together, so that a decoding step reads the weights once, whoever asks.

Continuous batching (Orca, OSDI 2022) without a thread of its own: whoever waits for the next step of its motion takes
it for all requests, and the others find theirs done. Requests join and leave between two steps. Rows of a request have
random generators of their own and attend to nothing but their request, so that a seed gives the motion that it gives
alone; the rows beside them can change the last bits of a product of matrices (:mod:`hmvlm.language.weight_layout`).

The caller sees to it that one thread at a time is in here, as for the model itself.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import torch
from torch import Tensor

from hmvlm.body.skeleton import NUM_PARTS
from hmvlm.language.model import MotionLanguageModel
from hmvlm.language.moe_lora import set_gate
from hmvlm.language.room import Room
from hmvlm.language.row_batch import RowBatch
from hmvlm.language.stopping import Stopped, stoppable
from hmvlm.language.stream import Stream, feed_together, shares_passes


@dataclass(eq=False)
class Drawing:
    """The motions of one request while they are drawn.

    Attributes:
        stream: the rows in the backbone, with guidance those without the prompt after the others.
        rows: what is drawn of each. gates: one ``(1 + E,)`` for each kind of rows.
        choose: codes ``(N,)`` for logits ``(N, K + 1)`` of a part.
        limit: most steps; free: the model decides the length. enough: see :func:`decoding.generate_motion`.
        done: codes of all rows after each step that was taken and not fetched.
    """

    stream: Stream
    rows: RowBatch
    gates: list[Tensor]
    choose: Callable[[Tensor, int], Tensor]
    limit: int
    free: bool
    enough: float
    cancel: threading.Event | None = None
    done: deque[list[Tensor]] = field(default_factory=deque)
    inputs: Tensor | None = None
    over: bool = False
    error: Exception | None = None

    @property
    def alpha(self) -> Tensor:
        """Gate weights ``(N, 1 + E)`` of the rows."""
        return torch.stack(self.gates).repeat_interleave(len(self.stream) // len(self.gates), 0)

    def take(self, codes: Tensor, end: int, flat: bool) -> None:
        """Take over the codes ``(N, 5)`` of a step; rows that have ended leave."""
        rows = self.rows
        rows.append(codes[: len(rows.open)].cpu(), end)
        changed = self.free and rows.give_up(self.enough)
        if rows.running or changed:
            self.done.append(rows.so_far())
        self.over = not rows.running or rows.steps == self.limit
        if self.over or flat:
            return
        kept = rows.leave()
        if kept is not None:
            kept += [len(codes) // 2 + place for place in kept] * (len(self.gates) - 1)
            self.stream.select(kept)
            codes = codes[kept]
        self.inputs = codes.clamp(max=end - 1)


class MotionBatch:
    """The requests whose motions are drawn at present.

    Args:
        model: draws them. room: memory of their caches, shared with whatever else takes of it.
        crowded: whether others wait for the model; a request that has read its prompt then lets them read theirs first,
            so that they take their steps together.
    """

    def __init__(
        self, model: MotionLanguageModel, room: Room | None = None, crowded: Callable[[], bool] = lambda: False
    ) -> None:
        self.model, self.room, self.crowded = model, room, crowded
        self.drawings: list[Drawing] = []

    def run(
        self, begin: Callable[[], Drawing], size: int, rows: int, cancel: threading.Event | None = None
    ) -> Iterator[list[Tensor]]:
        """Codes so far of every row of a request after each step; of none while it waits for room or for others.

        Args:
            begin: reads the prompt. size: bytes of the caches of all ``rows`` motions. cancel: ends it between layers.
        """
        part = None if self.room is None else self.room.ask(size)
        nothing, drawing = [torch.zeros(0, NUM_PARTS, dtype=torch.long)] * rows, None
        try:
            while part is not None and not part.taken:
                if cancel is not None and cancel.is_set():
                    return
                self.step()
                yield nothing
            with suppress(Stopped), stoppable(self.model, cancel):
                drawing = begin()
            if drawing is None:
                return
            self.drawings.append(drawing)
            if self.crowded():
                yield nothing
            while drawing.error is None:
                if not drawing.done and not drawing.over:
                    self.step()
                elif drawing.done:
                    yield drawing.done.popleft()
                else:
                    return
            raise drawing.error
        finally:
            if drawing is not None:
                self._drop(drawing)
            if self.room is not None and part is not None:
                self.room.give_back(part)

    def step(self) -> None:
        """Take a step of every request that is not over. What goes wrong is told to all that took part."""
        for drawing in list(self.drawings):
            if drawing.over or (drawing.cancel is not None and drawing.cancel.is_set()):
                self._drop(drawing)
        active = list(self.drawings)
        try:
            with stoppable(self.model, *(drawing.cancel for drawing in active)):
                self._take(active)
        except Stopped:
            for drawing in active:
                self._drop(drawing)
        except Exception as error:
            for drawing in active:
                drawing.error = error
                self._drop(drawing)

    def _drop(self, drawing: Drawing) -> None:
        """Let a request leave; also called by a thread that is not the one that may be in here, so in place."""
        drawing.over = True
        with suppress(ValueError):
            self.drawings.remove(drawing)

    def _take(self, active: Sequence[Drawing]) -> None:
        if not active:
            return
        if self.model.config.layout == "stepwise" and shares_passes(self.model):
            self._feed([drawing for drawing in active if drawing.inputs is not None])
            for drawing, codes in zip(active, self._draw(active), strict=True):
                drawing.take(codes, self.model.vocabulary.codebook_size, flat=False)
        else:
            for drawing in active:
                self._take_alone(drawing)
        for drawing in active:
            if drawing.over:
                self._drop(drawing)

    def _take_alone(self, drawing: Drawing) -> None:
        flat = self.model.config.layout != "stepwise"
        if flat:
            with set_gate(self.model.backbone, drawing.alpha):
                codes = self._draw_flat(drawing)
        else:
            self._feed([drawing] * (drawing.inputs is not None))
            (codes,) = self._draw([drawing])
        drawing.take(codes, self.model.vocabulary.codebook_size, flat)

    def _feed(self, drawings: Sequence[Drawing]) -> None:
        """Append the steps drawn last."""
        if not drawings:
            return
        codes = [drawing.inputs for drawing in drawings if drawing.inputs is not None]
        with set_gate(self.model.backbone, torch.cat([drawing.alpha for drawing in drawings])):
            feed_together(self.model, [drawing.stream for drawing in drawings], codes)
        for drawing in drawings:
            drawing.inputs = None

    def _draw(self, drawings: Sequence[Drawing]) -> tuple[Tensor, ...]:
        """Codes ``(N, 5)`` of the next step of each."""
        counts = [len(drawing.stream) for drawing in drawings]

        def choose(logits: Tensor, part: int) -> Tensor:
            apart = zip(drawings, logits.split(counts), strict=True)
            return torch.cat([drawing.choose(own, part) for drawing, own in apart])

        hidden = torch.cat([drawing.stream.last for drawing in drawings]).float()
        return self.model.depth_transformer.sample(hidden, self.model.vocabulary, choose).split(counts)

    def _draw_flat(self, drawing: Drawing) -> Tensor:
        """Codes ``(N, 5)`` of the next step in the flat layout, whose five tokens are appended one by one."""
        vocabulary, codes = self.model.vocabulary, []
        for part in range(NUM_PARTS):
            drawn = drawing.choose(self.model.motion_logits(drawing.stream.last, part), part)
            codes.append(drawn)
            drawing.stream.feed(drawn.clamp(max=vocabulary.codebook_size - 1) + vocabulary.part_range(part).start)
        return torch.stack(codes, dim=1)

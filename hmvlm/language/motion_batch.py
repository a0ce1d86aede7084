"""Motions of several requests drawn together, so that a decoding step reads the weights once, whoever asks.

Continuous batching (Orca, OSDI 2022) without a thread of its own: whoever waits for the next step of its motion takes
it for all requests, and the others find theirs done. Requests join and leave between two steps. Rows of a request have
random generators of their own and attend to nothing but their request, so that a seed gives the motion that it gives
alone; the rows beside them can change the last bits of a product of matrices (:mod:`hmvlm.language.weight_layout`).

The caller sees to it that one thread at a time is in here, as for the model itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

import torch
from torch import Tensor

from hmvlm.body.skeleton import NUM_PARTS
from hmvlm.language.drawing import Drawing
from hmvlm.language.model import MotionLanguageModel
from hmvlm.language.moe_lora import set_gate
from hmvlm.language.room import Room
from hmvlm.language.stopping import Stopped, stoppable
from hmvlm.language.stream import feed_together, shares_passes


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
        """Codes so far of every row of a request after each pass; of none while it waits for room or for others.

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
            self._feed([drawing for drawing in active if drawing.block is not None])
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
                codes = self._draw_flat(drawing)[:, None]
        else:
            self._feed([drawing] * (drawing.block is not None))
            (codes,) = self._draw([drawing])
        drawing.take(codes, self.model.vocabulary.codebook_size, flat)

    def _feed(self, drawings: Sequence[Drawing]) -> None:
        """Append the steps drawn last, and what the guides say that follows."""
        blocks = [drawing.block for drawing in drawings if drawing.block is not None]
        if not blocks:
            return
        alphas = [drawing.alpha for drawing in drawings]
        if len(drawings) > 1:
            alphas = [one.repeat_interleave(block.codes.shape[1], 0) for one, block in zip(alphas, blocks, strict=True)]
        with set_gate(self.model.backbone, torch.cat(alphas)):
            streams = [drawing.stream for drawing in drawings]
            hidden = feed_together(
                self.model, streams, [block.codes for block in blocks], [block.counts for block in blocks]
            )
        for drawing, states in zip(drawings, hidden, strict=True):
            drawing.hidden = states

    def _draw(self, drawings: Sequence[Drawing]) -> list[Tensor]:
        """Codes ``(N, L, 5)`` of the next steps of each."""
        shapes = [drawing.hidden.shape[:2] for drawing in drawings]
        counts = [rows * steps for rows, steps in shapes]

        def choose(logits: Tensor, part: int) -> Tensor:
            apart = zip(drawings, logits.split(counts), strict=True)
            return torch.cat([drawing.choose(own, part) for drawing, own in apart])

        hidden = torch.cat([drawing.hidden.flatten(0, 1) for drawing in drawings]).float()
        codes = self.model.depth_transformer.sample(hidden, self.model.vocabulary, choose).split(counts)
        return [one.unflatten(0, shape) for one, shape in zip(codes, shapes, strict=True)]

    def _draw_flat(self, drawing: Drawing) -> Tensor:
        """Codes ``(N, 5)`` of the next step in the flat layout, whose five tokens are appended one by one."""
        vocabulary, codes = self.model.vocabulary, []
        for part in range(NUM_PARTS):
            drawn = drawing.choose(self.model.motion_logits(drawing.stream.last, part), part)
            codes.append(drawn)
            drawing.stream.feed(drawn.clamp(max=vocabulary.codebook_size - 1) + vocabulary.part_range(part).start)
        return torch.stack(codes, dim=1)

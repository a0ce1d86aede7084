"""The motions of one request while they are drawn, several steps a pass where a guide says what is likely to come.

Speculative decoding (arXiv 2211.17192) with the guide as the draft, as retrieval-based speculative decoding (REST,
arXiv 2311.08252) does for text: a pass appends the step drawn last and the guide's next ones, so that the next step is
drawn after each of them. What is drawn holds up to the first step that is not the guide's. Motions are those that are
drawn step by step with the same noise, in a few passes where the guides are followed.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from hmvlm.language.guide import Guides
from hmvlm.language.row_batch import RowBatch
from hmvlm.language.stream import Stream

AHEAD = 25
"""Most steps of a guide in a pass, 5 s: what is drawn can be shown after each pass."""


@dataclass
class Block:
    """Steps of all rows of a stream to be appended, codes ``(N, L, 5)``, of each row the first ``counts`` ``(N,)``."""

    codes: Tensor
    counts: Tensor


@dataclass(eq=False)
class Drawing:
    """The motions of one request.

    Attributes:
        stream: the rows in the backbone, with guidance those without the prompt after the others.
        rows: what is drawn of each. gates: one ``(1 + E,)`` for each kind of rows.
        guides: what each row is likely to be.
        choose: codes ``(M,)`` for logits ``(M, K + 1)`` of a part, M the rows times the steps of a pass.
        free: the model decides the length. enough: see :func:`decoding.generate_motion`.
        hidden: states ``(N, L, H)`` that the next steps are drawn from.
        done: codes of all rows after each pass that was taken and not fetched.
    """

    stream: Stream
    rows: RowBatch
    gates: list[Tensor]
    guides: Guides
    choose: Callable[[Tensor, int], Tensor]
    free: bool
    enough: float
    cancel: threading.Event | None = None
    done: deque[list[Tensor]] = field(default_factory=deque)
    block: Block | None = None
    over: bool = False
    error: Exception | None = None

    def __post_init__(self) -> None:
        self.hidden = self.stream.last[:, None]
        self._fed = 0
        self._ahead = [AHEAD] * len(self.rows.open)

    @property
    def alpha(self) -> Tensor:
        """Gate weights ``(N, 1 + E)`` of the rows."""
        return torch.stack(self.gates).repeat_interleave(len(self.stream) // len(self.gates), 0)

    def take(self, codes: Tensor, end: int, flat: bool) -> None:
        """Take over the codes ``(N, L, 5)`` drawn in a pass; rows that have ended leave.

        Args:
            end: code of the torso that ends a motion. flat: the steps are in the stream already.
        """
        rows = self.rows
        codes = codes[: len(rows.open)]
        taken = self._agreed(codes)
        longer = rows.append(codes.cpu(), taken.tolist(), end)
        if self.free and rows.give_up(self.enough) or longer:
            self.done.append(rows.so_far())
        self.over = not rows.running
        if self.over or flat:
            return
        if self.block is not None:
            self.stream.keep(taken.repeat(len(self.gates)), self.block.codes.shape[1])
        count, kept = len(rows.open), rows.leave()
        if kept is not None:
            self._ahead = [self._ahead[place] for place in kept]
            self.stream.select([kind * count + place for kind in range(len(self.gates)) for place in kept])
        self.block = self._next()

    def _agreed(self, codes: Tensor) -> Tensor:
        """How many of the steps ``(N, L, 5)`` drawn for each row hold: those after steps that were drawn as drafted."""
        if self.block is None:
            return torch.ones(len(codes), dtype=torch.long, device=codes.device)
        drafted, counts = (
            self.block.codes[: len(codes)].to(codes.device),
            self.block.counts[: len(codes)].to(codes.device),
        )
        inside = torch.arange(1, codes.shape[1], device=codes.device) < counts[:, None]
        agree = (codes[:, :-1] == drafted[:, 1:]).all(-1) & inside
        taken = 1 + agree.long().cumprod(1).sum(1)
        self._ahead = [
            AHEAD if many == count else 2 * many for many, count in zip(taken.tolist(), counts.tolist(), strict=True)
        ]
        return taken

    def _next(self) -> Block:
        """The last step of every row, and what its guide says that follows.

        Not more than twice the longest motion is appended to the stream, so that its size is known.
        """
        rows = self.rows
        lengths = rows.lengths()
        room = rows.limit + min(lengths) - self._fed
        drafts = [
            self.guides.draft(row, length, min(ahead, rows.limit - length, room) - 1 if rows.goes_on(row) else 0)
            for row, length, ahead in zip(rows.open, lengths, self._ahead, strict=True)
        ]
        counts = torch.tensor([1 + len(draft) for draft in drafts])
        codes = torch.zeros(len(drafts), int(counts.max()), rows.last().shape[-1], dtype=torch.long)
        codes[:, 0] = rows.last()
        for row, draft in zip(codes, drafts, strict=True):
            row[1 : 1 + len(draft)] = draft
        self._fed += codes.shape[1]
        device, kinds = self.stream.mask.device, len(self.gates)
        return Block(codes.repeat(kinds, 1, 1).to(device), counts.repeat(kinds).to(device))

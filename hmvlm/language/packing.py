"""Packing: several token sequences in one row of a batch, each attending to itself only."""

from __future__ import annotations

from collections.abc import Sequence as Items
from dataclasses import dataclass

import torch
from torch import Tensor

from hmvlm.language.sequence import TokenSequence

PADDING = -1
ROW = 160
"""Default length of a packed row."""


def first_fit(lengths: Items[int], row: int) -> list[list[int]]:
    """Rows of at most ``row`` positions for sequences of these lengths, by index, filled by first-fit decreasing."""
    rows: list[list[int]] = []
    room: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        place = next((r for r, left in enumerate(room) if left >= lengths[index]), None)
        if place is None:
            place = len(rows)
            rows.append([])
            room.append(row)
        rows[place].append(index)
        room[place] -= lengths[index]
    return rows


@dataclass
class PackedBatch:
    """Sequences packed into ``R`` rows of ``T`` positions; each attends to itself only.

    Attributes: ``ids``, ``labels`` ``(R, T)``, ``codes`` and ``step_labels`` ``(R, T, 5)``, ``positions``
    ``(R, T)`` restarting with each sequence, ``segments`` ``(R, T)`` the index of the sequence, ``PADDING``
    for padding; ``visual`` ``(V, F)`` as in a sequence,
    row after row.
    """

    ids: Tensor
    codes: Tensor
    labels: Tensor
    step_labels: Tensor
    positions: Tensor
    segments: Tensor
    visual: Tensor

    @property
    def mask(self) -> Tensor:
        """Block-causal attention ``(R, 1, T, T)``, True = may attend."""
        size = self.segments.shape[1]
        causal = torch.ones(size, size, dtype=torch.bool, device=self.segments.device).tril()
        return (causal & (self.segments[:, :, None] == self.segments[:, None, :]))[:, None]

    @staticmethod
    def from_sequences(sequences: Items[TokenSequence], row: int = ROW) -> PackedBatch:
        """Pack into rows of ``row`` positions by first-fit decreasing; a longer sequence widens all rows.

        Short rows limit the quadratic cost of attention.
        """
        row = max(row, *map(len, sequences)) if len(sequences) > 1 else len(sequences[0])
        pieces, visual = [], []
        for members in first_fit([len(one) for one in sequences], row):
            left = row - sum(len(sequences[i]) for i in members)
            whole = TokenSequence.join([*(sequences[i] for i in members), TokenSequence.from_ids([0] * left)])
            lengths = [*(len(sequences[i]) for i in members), left]
            positions = torch.cat([torch.arange(length) for length in lengths])
            segments = torch.repeat_interleave(torch.tensor([*members, PADDING]), torch.tensor(lengths))
            visual.append(whole.visual)
            pieces.append((whole.ids, whole.codes, whole.labels, whole.step_labels, positions, segments))
        columns = [*(torch.stack(column) for column in zip(*pieces, strict=True)), torch.cat(visual)]
        return PackedBatch(*columns)

    def to(self, device: str | torch.device) -> PackedBatch:
        """Move to a device."""
        return PackedBatch(*(getattr(self, name).to(device) for name in PackedBatch.__dataclass_fields__))

"""The backbone with its key-value cache for the rows of one request, and one pass for the rows of several.

In a pass for several requests every row goes through the linear layers with the others, so that their weights are read
once. Attention goes request by request, each with its own cache, so that rows need no padding to the lengths of others
and a request comes or goes without its neighbours being copied.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from transformers import DynamicCache
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

from hmvlm.body.skeleton import NUM_PARTS
from hmvlm.language.model import MotionLanguageModel
from hmvlm.language.sequence import NO_CODE, TokenSequence

APART = "hmvlm_apart"
"""Name under which transformers knows the attention that goes request by request."""


def bytes_a_position(model: MotionLanguageModel) -> int:
    """Bytes of keys and values of one position of one row in the backbone's cache."""
    config = model.base.config
    heads = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
    width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    return 2 * config.num_hidden_layers * heads * width * model.base.dtype.itemsize


class Stream:
    """The backbone with its key-value cache: left-padded prompts first, then one position at a time."""

    def __init__(self, model: MotionLanguageModel, prompts: list[TokenSequence]) -> None:
        self.model = model
        size = max(len(prompt) for prompt in prompts)
        device, rows, masks = model.device, [], []
        for prompt in prompts:
            row = model.embed(prompt.ids[None].to(device), prompt.codes[None].to(device), prompt.visual.to(device))[0]
            pad = size - len(prompt)
            rows.append(torch.cat([row.new_zeros(pad, row.shape[-1]), row]))
            masks.append(torch.cat([torch.zeros(pad), torch.ones(len(prompt))]).to(device).long())
        self.mask, self.cache = torch.stack(masks), DynamicCache(config=model.base.config)
        self.last = self._run(torch.stack(rows), (self.mask.cumsum(-1) - 1).clamp_min(0))[:, -1]

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.mask)

    def repeat(self, copies: int) -> None:
        """Repeat every row ``copies`` times."""
        if copies > 1:
            self.cache.batch_repeat_interleave(copies)
            self.mask = self.mask.repeat_interleave(copies, 0)
            self.last = self.last.repeat_interleave(copies, 0)

    def select(self, rows: list[int]) -> None:
        """Keep these rows, in this order; a row may be taken several times."""
        chosen = torch.tensor(rows, device=self.mask.device)
        self.cache.batch_select_indices(chosen)
        self.mask, self.last = self.mask[chosen], self.last[chosen]

    def feed(self, ids: Tensor) -> Tensor:
        """Append one token a row, ids ``(N,)``; returns hidden states ``(N, H)``."""
        embeddings, positions = self.appended(ids[:, None])
        self.last = self._run(embeddings, positions)[:, -1]
        return self.last

    def feed_steps(self, codes: Tensor, counts: Tensor) -> Tensor:
        """Append steps with codes ``(N, L, 5)`` to every row, of each the first ``counts`` ``(N,)``; returns hidden
        states ``(N, L, H)``.
        """
        return self._run(*self.appended(torch.zeros_like(codes[..., 0]), codes, counts))

    def appended(self, ids: Tensor, codes: Tensor | None = None, counts: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Embeddings ``(N, L, H)`` and positions ``(N, L)`` of more positions of every row, of which the mask then
        covers the first ``counts`` of each, all if None.
        """
        blank = torch.full((*ids.shape, NUM_PARTS), NO_CODE, device=ids.device)
        embeddings = self.model.embed(ids, blank if codes is None else codes)
        places = torch.arange(ids.shape[1], device=ids.device)
        positions = self.mask.sum(-1, keepdim=True) + places
        new = torch.ones_like(ids) if counts is None else (places < counts.to(ids.device)[:, None]).long()
        self.mask = torch.cat([self.mask, new], dim=1)
        return embeddings, positions

    def keep(self, counts: Tensor, fed: int) -> None:
        """Of the last ``fed`` positions, keep the first ``counts`` ``(N,)`` of every row; nothing attends to others."""
        places = torch.arange(fed, device=self.mask.device)
        self.mask[:, -fed:] *= (places < counts.to(places.device)[:, None]).long()

    def _run(self, embeddings: Tensor, positions: Tensor) -> Tensor:
        whole = bool(self.mask.all())
        hidden, self.cache = self.model.hidden(
            embeddings,
            attention_mask=None if whole else self.mask,
            position_ids=positions,
            past_key_values=self.cache,
            use_cache=True,
        )
        return hidden


def feed_together(
    model: MotionLanguageModel, streams: Sequence[Stream], codes: Sequence[Tensor], counts: Sequence[Tensor]
) -> list[Tensor]:
    """Append steps to every row of several streams (see :meth:`Stream.feed_steps`), in one pass where the attention
    allows it; hidden states ``(N, L, H)`` of each.

    In a pass for several streams every position is a row of its own. The caller sets the gate, for one stream of its
    rows, for several of their positions, row by row, one stream after the other.
    """
    kind = model.base.config._attn_implementation
    if len(streams) == 1:
        return [streams[0].feed_steps(codes[0], counts[0])]
    inputs = [
        stream.appended(torch.zeros_like(one[..., 0]), one, some)
        for stream, one, some in zip(streams, codes, counts, strict=True)
    ]
    embeddings, positions = (
        torch.cat([one.flatten(0, 1) for one in part])[:, None] for part in zip(*inputs, strict=True)
    )
    with _attention_apart(model.base.config):
        shapes = [one.shape[:2] for one in codes]
        hidden = model.hidden(
            embeddings, position_ids=positions, use_cache=False, streams=streams, shapes=shapes, attend=kind
        )[0]
    apart = hidden[:, 0].split([rows * steps for rows, steps in shapes])
    return [one.unflatten(0, shape) for one, shape in zip(apart, shapes, strict=True)]


def shares_passes(model: MotionLanguageModel) -> bool:
    """Whether :func:`feed_together` takes more than one stream; flash attention has its own kind of mask."""
    return model.base.config._attn_implementation in ("sdpa", "eager")


@contextmanager
def _attention_apart(config: Any) -> Iterator[None]:
    before = config._attn_implementation
    config._attn_implementation = APART
    try:
        yield
    finally:
        config._attn_implementation = before


def _attend_apart(
    module: torch.nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    streams: Sequence[Stream] = (),
    shapes: Sequence[tuple[int, int]] = (),
    attend: str = "sdpa",
    **options: Any,
) -> tuple[Tensor, None]:
    """Attention of the new positions of each stream to its own cache; queries ``(M, heads, 1, D)`` of all positions,
    ``shapes`` the rows and new positions of each stream.
    """
    eager = getattr(sys.modules[type(module).__module__], "eager_attention_forward", None)
    function: Any = eager if attend == "eager" else ALL_ATTENTION_FUNCTIONS[attend]
    attended, start = [], 0
    for stream, shape in zip(streams, shapes, strict=True):
        places = slice(start, start := start + shape[0] * shape[1])
        own, keys, values = (
            part[places, :, 0].unflatten(0, shape).transpose(1, 2) for part in (query, key, value)
        )  # (N, heads, L, D)
        keys, values = stream.cache.update(keys, values, module.layer_idx)  # type: ignore[arg-type]
        mask = _mask(stream, keys, attend, shape[1])
        attended.append(function(module, own, keys, values, mask, **options)[0].flatten(0, 1)[:, None])
    return torch.cat(attended), None


def _mask(stream: Stream, keys: Tensor, attend: str, new: int) -> Tensor | None:
    """The mask that transformers gives ``new`` positions a row: none for one where nothing is padded."""
    mask = stream.mask[:, None, None, -keys.shape[2] :].bool()
    if new == 1 and bool(mask.all()):
        return None
    if new > 1:
        size = keys.shape[2]
        places = torch.arange(size, device=mask.device)
        mask = mask & (places <= places[size - new :, None])
    if attend == "sdpa":
        return mask
    return torch.zeros_like(mask, dtype=keys.dtype).masked_fill(~mask, torch.finfo(keys.dtype).min)


ALL_ATTENTION_FUNCTIONS.register(APART, _attend_apart)

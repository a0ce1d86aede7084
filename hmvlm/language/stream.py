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
        self.last = self._run(torch.stack(rows), (self.mask.cumsum(-1) - 1).clamp_min(0))

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

    def feed(self, ids: Tensor, codes: Tensor | None = None) -> Tensor:
        """Append one position a row, ids ``(N,)`` or step codes ``(N, 5)``; returns hidden states ``(N, H)``."""
        embeddings, positions = self.appended(ids, codes)
        self.last = self._run(embeddings, positions)
        return self.last

    def appended(self, ids: Tensor, codes: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Embeddings ``(N, 1, H)`` and positions ``(N, 1)`` of one more position a row, which the mask then covers."""
        blank = torch.full((len(ids), NUM_PARTS), NO_CODE, device=ids.device)
        embeddings = self.model.embed(ids[:, None], (blank if codes is None else codes)[:, None])
        self.mask = torch.cat([self.mask, torch.ones_like(self.mask[:, :1])], dim=1)
        return embeddings, self.mask.sum(-1, keepdim=True) - 1

    def _run(self, embeddings: Tensor, positions: Tensor) -> Tensor:
        whole = bool(self.mask.all())
        hidden, self.cache = self.model.hidden(
            embeddings,
            attention_mask=None if whole else self.mask,
            position_ids=positions,
            past_key_values=self.cache,
            use_cache=True,
        )
        return hidden[:, -1]


def feed_together(model: MotionLanguageModel, streams: Sequence[Stream], codes: Sequence[Tensor]) -> None:
    """Append a step with codes ``(N, 5)`` to every row of several streams, in one pass where the attention allows it.

    The caller sets the gate, for the rows of all streams one after the other.
    """
    kind = model.base.config._attn_implementation
    if len(streams) == 1:
        streams[0].feed(codes[0][:, 0] * 0, codes[0])
        return
    inputs = [stream.appended(one[:, 0] * 0, one) for stream, one in zip(streams, codes, strict=True)]
    embeddings, positions = (torch.cat(part) for part in zip(*inputs, strict=True))
    with _attention_apart(model.base.config):
        hidden = model.hidden(embeddings, position_ids=positions, use_cache=False, streams=streams, attend=kind)[0]
    for stream, last in zip(streams, hidden[:, -1].split([len(one) for one in streams]), strict=True):
        stream.last = last


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
    attend: str = "sdpa",
    **options: Any,
) -> tuple[Tensor, None]:
    """Attention of one new position a row, of each stream to its own cache; queries ``(N, heads, 1, D)``."""
    eager = getattr(sys.modules[type(module).__module__], "eager_attention_forward", None)
    function: Any = eager if attend == "eager" else ALL_ATTENTION_FUNCTIONS[attend]
    attended, start = [], 0
    for stream in streams:
        rows = slice(start, start := start + len(stream))
        keys, values = stream.cache.update(key[rows], value[rows], module.layer_idx)  # type: ignore[arg-type]
        mask = _mask(stream, keys, attend)
        attended.append(function(module, query[rows], keys, values, mask, **options)[0])
    return torch.cat(attended), None


def _mask(stream: Stream, keys: Tensor, attend: str) -> Tensor | None:
    """The mask that transformers gives one new position a row: none where nothing is padded."""
    mask = stream.mask[:, None, None, -keys.shape[2] :].bool()
    if bool(mask.all()):
        return None
    if attend == "sdpa":
        return mask
    return torch.zeros_like(mask, dtype=keys.dtype).masked_fill(~mask, torch.finfo(keys.dtype).min)


ALL_ATTENTION_FUNCTIONS.register(APART, _attend_apart)

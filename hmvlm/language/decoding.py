"""Decoding: motion under its grammar and text, both token by token.

The grammar of motion allows one code per part in order, or the end of the motion before a step. Text is sampled from
the base model's own logits. Both functions are generators: a caller can show partial results and stop between steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import torch
from torch import Tensor
from transformers import DynamicCache

from hmvlm.body.skeleton import NUM_PARTS
from hmvlm.config import MAX_STEPS, MIN_STEPS
from hmvlm.language.model import MotionLanguageModel
from hmvlm.language.moe_lora import set_gate
from hmvlm.language.row_batch import RowBatch
from hmvlm.language.sampling import Sampling, sample
from hmvlm.language.sequence import NO_CODE, TokenSequence


class _Stream:
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

    def feed(self, ids: Tensor, codes: Tensor | None = None) -> Tensor:
        """Append one position a row, ids ``(N,)`` or step codes ``(N, 5)``; returns hidden states ``(N, H)``."""
        blank = torch.full((len(ids), NUM_PARTS), NO_CODE, device=ids.device)
        embeddings = self.model.embed(ids[:, None], (blank if codes is None else codes)[:, None])
        self.mask = torch.cat([self.mask, torch.ones_like(self.mask[:, :1])], dim=1)
        self.last = self._run(embeddings, self.mask.sum(-1, keepdim=True) - 1)
        return self.last


@torch.inference_mode()
def generate_motion(
    model: MotionLanguageModel,
    prompt: TokenSequence,
    alpha: Tensor,
    sampling: Sampling,
    steps: int | None = None,
    rows: int = 1,
    unconditional: tuple[TokenSequence, Tensor] | None = None,
    variations: int | Sequence[int] | None = None,
    context: Sequence[Tensor] = (),
    shortest: int = MIN_STEPS,
    longest: int = MAX_STEPS,
    enough: float = 1.0,
) -> Iterator[list[Tensor]]:
    """Sample motions step by step; yields the codes so far after each step, one ``(S, 5)`` tensor per row.

    Rows that have ended leave the batch.

    Args:
        prompt: the turn up to where the answer begins.
        alpha: gate ``(1 + E,)`` of the turn.
        steps: exact number of time steps; None leaves the length to the model, between ``shortest`` and ``longest``.
        rows: motions in the batch; variations: how many of them are variations, or the numbers of these, the others are
            further candidates.
        unconditional: prompt without content and its gate, required when ``sampling.guidance > 1``: logits become
            ``unconditional + guidance * (prompt - unconditional)`` (classifier-free guidance, arXiv 2207.12598).
        context: steps ``(C, 5)`` that come before the first new one and are not yielded, one tensor a variation.
        enough: share of the rows of a variation that have to end; those unfinished then are given up: their lists are
            empty from there on.
    """
    guided = sampling.guidance > 1
    if steps is not None and not 1 <= steps <= MAX_STEPS:
        raise ValueError(f"steps must lie in [1, {MAX_STEPS}], got {steps}")
    prompts, gates = [prompt], [alpha]
    if guided:
        if unconditional is None:
            raise ValueError("guidance above 1 needs the unconditional prompt")
        prompts.append(unconditional[0])
        gates.append(unconditional[1])
    width = rows if variations is None else variations if isinstance(variations, int) else len(variations)
    if len(context) not in (0, 1, width):
        raise ValueError(f"context must have one tensor a variation, {width}, got {len(context)}")
    batch = RowBatch(width, sampling.generators(rows, variations))
    stream = _motion_stream(model, prompts, gates, context, rows)
    end = torch.tensor(model.vocabulary.codebook_size, device=model.device)
    limit = steps or longest

    def choose(logits: Tensor, part: int) -> Tensor:
        if guided:
            logits = _guided_logits(logits, sampling.guidance)
        if part == 0 and (steps is not None or batch.steps < shortest):
            logits = logits.index_fill(-1, end, float("-inf"))
        drawn = sample(logits, sampling, batch.generators)
        return drawn.repeat(2) if guided else drawn

    with ExitStack() as gating:
        gating.enter_context(set_gate(model.backbone, torch.stack(gates).repeat_interleave(rows, 0)))
        while batch.steps < limit:
            codes = _draw_step(model, stream, choose)
            batch.append(codes[: len(batch.open)].cpu(), model.vocabulary.codebook_size)
            changed = steps is None and batch.give_up(enough)
            if batch.running or changed:
                yield batch.so_far()
            if not batch.running:
                break
            if batch.steps == limit or model.config.layout != "stepwise":
                continue
            kept = batch.leave()
            if kept is not None:
                kept += [len(codes) // 2 + place for place in kept] * guided
                stream.select(kept)
                codes = codes[kept]
                gating.enter_context(set_gate(model.backbone, torch.stack(gates).repeat_interleave(len(batch.open), 0)))
            inputs = codes.clamp(max=model.vocabulary.codebook_size - 1)
            stream.feed(inputs[:, 0] * 0, inputs)


def _motion_stream(
    model: MotionLanguageModel, prompts: list[TokenSequence], gates: list[Tensor], context: Sequence[Tensor], rows: int
) -> _Stream:
    """A stream of ``rows`` motions for each prompt, after ``<motion>`` and the steps that come before."""
    opening = TokenSequence.from_ids([model.vocabulary.special_id("<motion>")])
    before = [TokenSequence.join([opening, model.builder.steps(one)]) for one in context] or [opening]
    with set_gate(model.backbone, torch.stack(gates).repeat_interleave(len(before), 0)):
        stream = _Stream(model, [TokenSequence.join([one, start]) for one in prompts for start in before])
    if len(before) == 1:
        stream.repeat(rows)
    else:
        stream.select([kind * len(before) + row % len(before) for kind in range(len(prompts)) for row in range(rows)])
    return stream


def _guided_logits(logits: Tensor, scale: float) -> Tensor:
    """Classifier-free guidance: logits ``(2 N, K)``, conditional rows first, to ``(N, K)``."""
    conditional, unconditional = logits.float().log_softmax(-1).chunk(2)
    return torch.where(conditional.isinf(), conditional, unconditional + scale * (conditional - unconditional))


def pose_states(model: MotionLanguageModel, prompts: list[TokenSequence]) -> Tensor:
    """Hidden states ``(N, V + 1, H)`` at the picture and the ``<pose>`` of each of N prompts of one length, in one
    forward pass.

    The caller sets the gate, or folds the experts for many passes.
    """
    if len({len(prompt) for prompt in prompts}) != 1:
        raise ValueError("prompts of a batch of poses must have one length")
    device = model.device
    ids = torch.stack([prompt.ids for prompt in prompts]).to(device)
    codes = torch.stack([prompt.codes for prompt in prompts]).to(device)
    embeddings = model.embed(ids, codes, torch.cat([prompt.visual for prompt in prompts]).to(device))
    hidden = model.hidden(embeddings, use_cache=False)[0]
    pictured = ids == model.vocabulary.image
    pictured[:, -1] = True
    return hidden[pictured].unflatten(0, (len(prompts), -1))


def _draw_step(model: MotionLanguageModel, stream: _Stream, choose) -> Tensor:
    """Codes ``(N, 5)`` of the next time step; the flat layout feeds all five tokens."""
    if model.config.layout == "stepwise":
        return model.depth_transformer.sample(stream.last.float(), model.vocabulary, choose)
    codes = []
    for part in range(NUM_PARTS):
        drawn = choose(model.motion_logits(stream.last, part), part)
        codes.append(drawn)
        token = drawn.clamp(max=model.vocabulary.codebook_size - 1) + model.vocabulary.part_range(part).start
        stream.feed(token)
    return torch.stack(codes, dim=1)


@torch.inference_mode()
def generate_text(
    model: MotionLanguageModel,
    prompt: TokenSequence,
    alpha: Tensor,
    sampling: Sampling,
    max_new_tokens: int = 256,
) -> Iterator[int]:
    """Sample text tokens until the end of the turn, which is not yielded."""
    ends = model.base.generation_config.eos_token_id
    ends = set(ends) if isinstance(ends, list) else {ends, model.tokenizer.eos_token_id}
    generators = sampling.generators(1)
    with set_gate(model.backbone, alpha[None]):
        stream = _Stream(model, [prompt])
        for count in range(max_new_tokens):
            token = sample(model.text_logits(stream.last), sampling, generators)
            if int(token) in ends:
                return
            yield int(token)
            if count + 1 < max_new_tokens:
                stream.feed(token)

"""Decoding: motion under its grammar and text, both token by token.

The grammar of motion allows one code per part in order, or the end of the motion before a step. Text is sampled from
the base model's own logits. Both functions are generators: a caller can show partial results and stop between steps.
Between two results they hold nothing of the model, so that others may use it.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator, Sequence

import torch
from torch import Tensor

from hmvlm.body.skeleton import NUM_PARTS
from hmvlm.config import MAX_STEPS, MIN_STEPS
from hmvlm.language.drawing import Drawing
from hmvlm.language.guide import Guides
from hmvlm.language.model import MotionLanguageModel
from hmvlm.language.moe_lora import set_gate
from hmvlm.language.motion_batch import MotionBatch
from hmvlm.language.row_batch import RowBatch
from hmvlm.language.sampling import Noise, Sampling, pick, sample
from hmvlm.language.sequence import TokenSequence
from hmvlm.language.stream import Stream, bytes_a_position


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
    batch: MotionBatch | None = None,
    cancel: threading.Event | None = None,
    guides: Sequence[Tensor | None] = (),
) -> Iterator[list[Tensor]]:
    """Sample motions; yields the codes so far after each pass of the model, one ``(S, 5)`` tensor per row.

    A pass draws a step of every row, and where rows have guides the steps that the guide foretells
    (:mod:`hmvlm.language.drawing`). Rows that have ended leave the batch.

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
        batch: other requests that are drawn together with this one; while they fill the room, no row has a code yet.
        cancel: set it to end the generation, within a forward pass unless others take part in it.
        guides: codes ``(S, 5)`` of each row that get a bonus (:mod:`hmvlm.language.guide`), or None.
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
    limit = steps or longest
    drawn_rows = RowBatch(width, rows, limit)
    noise = Noise(sampling.generators(rows, variations), NUM_PARTS)
    end = torch.tensor(model.vocabulary.codebook_size, device=model.device)
    bonus = Guides(guides or [None] * rows, model.vocabulary.codebook_size)
    kinds = len(prompts)

    def choose(logits: Tensor, part: int) -> Tensor:
        count = len(drawn_rows.open)
        logits = logits.unflatten(0, (kinds * count, -1))
        if guided:
            logits = _guided_logits(logits, sampling.guidance)
        places = torch.tensor(drawn_rows.lengths())[:, None] + torch.arange(logits.shape[1])
        logits = bonus.add(logits, drawn_rows.open, places, part)
        if part == 0:
            closed = torch.full_like(places, steps is not None, dtype=torch.bool) | (places < shortest)
            logits[..., end] = logits[..., end].masked_fill(closed.to(logits.device), float("-inf"))
        size = logits.shape[-1]

        def drawn_noise() -> Tensor:
            each = zip(drawn_rows.open, places.tolist(), strict=True)
            return torch.stack([noise.at(row, step, part, size) for row, some in each for step in some])

        drawn = pick(logits.flatten(0, 1), sampling, drawn_noise)
        return drawn.repeat(kinds)

    def begin() -> Drawing:
        stream = _motion_stream(model, prompts, gates, context, rows)
        return Drawing(stream, drawn_rows, gates, bonus, choose, steps is None, enough, cancel)

    before = max(map(len, prompts)) + max(map(len, context), default=0)
    size = kinds * rows * (before + (2 if guides else 1) * limit) * bytes_a_position(model)
    yield from (batch or MotionBatch(model)).run(begin, size, rows, cancel)


def _motion_stream(
    model: MotionLanguageModel, prompts: list[TokenSequence], gates: list[Tensor], context: Sequence[Tensor], rows: int
) -> Stream:
    """A stream of ``rows`` motions for each prompt, after ``<motion>`` and the steps that come before."""
    opening = TokenSequence.from_ids([model.vocabulary.special_id("<motion>")])
    before = [TokenSequence.join([opening, model.builder.steps(one)]) for one in context] or [opening]
    with set_gate(model.backbone, torch.stack(gates).repeat_interleave(len(before), 0)):
        stream = Stream(model, [TokenSequence.join([one, start]) for one in prompts for start in before])
    if len(before) == 1:
        stream.repeat(rows)
    else:
        stream.select([kind * len(before) + row % len(before) for kind in range(len(prompts)) for row in range(rows)])
    return stream


def _guided_logits(logits: Tensor, scale: float) -> Tensor:
    """Classifier-free guidance: logits ``(2 N, ..., K)``, conditional rows first, to ``(N, ..., K)``."""
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


@torch.inference_mode()
def generate_text(
    model: MotionLanguageModel,
    prompt: TokenSequence,
    alpha: Tensor,
    sampling: Sampling,
    max_new_tokens: int = 256,
) -> Generator[int, None, None]:
    """Sample text tokens until the end of the turn, which is not yielded."""
    ends = model.base.generation_config.eos_token_id
    ends = set(ends) if isinstance(ends, list) else {ends, model.tokenizer.eos_token_id}
    generators = sampling.generators(1)
    with set_gate(model.backbone, alpha[None]):
        stream = Stream(model, [prompt])
    for count in range(max_new_tokens):
        token = sample(model.text_logits(stream.last), sampling, generators)
        if int(token) in ends:
            return
        yield int(token)
        if count + 1 < max_new_tokens:
            with set_gate(model.backbone, alpha[None]):
                stream.feed(token)

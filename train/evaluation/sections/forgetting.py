"""Forgetting: multiple choice, perplexity and greedy answers of the model beside the bare base.

The model is measured as it runs: its own gate decides on every prompt, and where the zero expert's weight reaches the
skip threshold the experts are skipped, which is the base model bit for bit. Such items reuse the base's result.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from torch import Tensor

from hmvlm import HMVLM
from train.evaluation.context import EvaluationContext, TimeLimit
from train.evaluation.gating import expert_mixtures, gate_weights
from train.evaluation.metrics import percentage
from train.evaluation.report.tables import Cell, Table
from train.evaluation.sections.base_answers import (
    MAX_ANSWER_TOKENS,
    answer_loss,
    answers_identically,
    load_held_out_answers,
    load_mt_bench,
)
from train.evaluation.sections.multiple_choice import choices_table

CHOICES_SHARE, DIALOGUE_SHARE = 0.7, 0.12
"""Shares of the section's time.

Multiple choice, and each of the base's losses, the models' losses and greedy answers.
"""


def run(context: EvaluationContext) -> list[Table]:
    """The tables of this section; each label of ``context.other_checkpoints`` is a row."""
    limit = context.time_limit("forgetting")
    models = {"HMVLM": context.assistant} | {label: model for label, (model, _) in context.other_models.items()}
    return [
        choices_table(context, models, limit.fraction(CHOICES_SHARE)),
        dialogue_table(context, models, limit),
    ]


def paired_losses(
    model: HMVLM,
    texts: Sequence[str],
    measure: Callable[[int, Tensor | None], float],
    base: list[float],
    limit: TimeLimit,
) -> list[float]:
    """``measure`` of every item under the model's own gate; where it skips the experts, the ``base``'s value.

    Stops when the limit is exceeded or the base's values end; the list may be shorter than ``texts``.
    """
    values = []
    for number, alpha in enumerate(expert_mixtures(model, texts)):
        if limit.exceeded or number >= len(base):
            break
        values.append(base[number] if alpha is None else measure(number, alpha))
    return values


def dialogue_table(context: EvaluationContext, models: dict[str, HMVLM], limit: TimeLimit) -> Table:
    """Perplexity of held-out answers and the share of identical greedy answers, base first."""
    answers = load_held_out_answers(context.dialogue)[: context.budget.perplexity_answers]
    prompts = [prompt for prompt, _ in answers]
    counts, base, own = [], [], limit.fraction(DIALOGUE_SHARE)
    for prompt, answer in answers:
        if own.exceeded:
            break
        loss, length = answer_loss(context.assistant, prompt, answer, None)
        base.append(loss)
        counts.append(length)
    number, tokens = context.budget.greedy_answers
    questions = [row["turns"][0] for row in load_mt_bench(context.held_out_sets)][:number]
    rows: dict[str, tuple[Cell, ...]] = {"base": (perplexity(base, counts), 100.0, 100.0)}
    for label, model in models.items():

        def measure(number: int, alpha: Tensor | None, model: HMVLM = model) -> float:
            return answer_loss(model, *answers[number], alpha)[0]

        losses = paired_losses(model, prompts, measure, base, limit.fraction(DIALOGUE_SHARE / len(models)))
        skipped = [alpha is None for alpha in expert_mixtures(model, questions)]
        identical = identical_answers(model, questions, tokens, limit.fraction(DIALOGUE_SHARE / len(models)))
        shares = [percentage(values) if values else None for values in (identical, skipped)]
        rows[label] = (perplexity(losses, counts), *shares)
    return Table(
        "dialogue", "Ordinary dialogue against the bare base",
        ("perplexity", f"identical greedy answers % ({tokens} tokens)", "experts skipped %"), rows,
        "held-out Dolly answers; first turns of MT-Bench", f"{len(base)} answers, {len(questions)} questions",
        "none drawn",
        "95 % over answers (perplexity: by the delta method) and Wilson's for shares",
        (
            (f"The first {MAX_ANSWER_TOKENS} tokens of an answer count. Experts are skipped where the zero expert's "
             "weight reaches the skip threshold."),
        ),
    )  # fmt: skip


def identical_answers(model: HMVLM, questions: Sequence[str], tokens: int, limit: TimeLimit) -> list[bool]:
    """Whether the greedy answer to each question equals the base's, for as many questions as the limit allows."""
    same = []
    for text, alpha in zip(questions, gate_weights(model, questions), strict=True):
        if limit.exceeded:
            break
        same.append(answers_identically(model, text, alpha, tokens))
    return same


def perplexity(losses: list[float], counts: list[int]) -> Cell:
    """Perplexity of answers with ``losses`` in nats and ``counts`` tokens; its interval is by the delta method."""
    if not losses:
        return None
    loss, tokens = np.array(losses), np.array(counts[: len(losses)], float)
    mean = loss.sum() / tokens.sum()
    spread = (loss - mean * tokens).std() / tokens.mean() / math.sqrt(len(loss))
    return math.exp(mean), 1.96 * math.exp(mean) * float(spread)

"""Multiple-choice accuracy of models beside the bare base, with paired differences.

Where a model's gate skips the experts it equals the base bit for bit, so that the base's result is reused. A checkpoint
whose gate never does so (plain LoRA, no gate loss) is run on every item.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from hmvlm import HMVLM
from train.evaluation.context import EvaluationContext, TimeLimit
from train.evaluation.gating import expert_mixtures
from train.evaluation.metrics import percentage
from train.evaluation.report.tables import Cell, Table
from train.evaluation.sections.choices import SETS, Item, chosen, load_items


@dataclass(frozen=True)
class SetResult:
    """Results on one set: 1 or 0 for every item of the base, of each model by label, and each model's differences
    ``(N,)``.

    The accuracies are over the items that the base finished in its time. The differences are over all items up to the
    first that was not measured (:func:`differences`).
    """

    base: list[float]
    models: dict[str, list[float]]
    differences: dict[str, np.ndarray]


def differences(
    alphas: Sequence[Tensor | None], measured: Mapping[int, float], base: Mapping[int, float]
) -> np.ndarray:
    """A model's scores less the base's ``(N,)`` over the items before the first that uses experts and was not measured.

    Args:
        alphas: the model's mixture on every item, None where it skips the experts and is the base bit for bit.
        measured: the model's scores of items under such a mixture.
        base: the base's scores of the same items.
    """
    found = []
    for number, alpha in enumerate(alphas):
        if alpha is not None and number not in measured:
            break
        found.append(0.0 if alpha is None else measured[number] - base[number])
    return np.array(found)


def measure_set(base: HMVLM, models: dict[str, HMVLM], items: list[Item], limit: TimeLimit, share: float) -> SetResult:
    """Score the items with every model and with the bare base of ``base``, each within a ``share`` of the limit.

    Items on which a model uses its experts come first, since only they can differ from the base.
    """

    def score(model: HMVLM, number: int, alpha: Tensor | None) -> float:
        return float(chosen(model.language, items[number], alpha) == items[number].right)

    known: dict[int, float] = {}
    measured: dict[str, dict[int, float]] = {label: {} for label in models}
    alphas = {label: expert_mixtures(model, [item.prompt for item in items]) for label, model in models.items()}
    for label, model in models.items():
        own = limit.fraction(share)
        for number in (number for number, alpha in enumerate(alphas[label]) if alpha is not None):
            if own.exceeded:
                break
            if number not in known:
                known[number] = score(base, number, None)
            measured[label][number] = score(model, number, alphas[label][number])
    own = limit.fraction(share)
    for number in range(len(items)):
        if own.exceeded:
            break
        if number not in known:
            known[number] = score(base, number, None)
    done = [known[number] for number in itertools.takewhile(known.__contains__, range(len(items)))]
    scores = {
        label: [
            known[number] if alpha is None else measured[label][number]
            for number, alpha in enumerate(alphas[label][: len(done)])
            if alpha is None or number in measured[label]
        ]
        for label in models
    }
    return SetResult(done, scores, {label: differences(alphas[label], measured[label], known) for label in models})


def choices_table(context: EvaluationContext, models: dict[str, HMVLM], limit: TimeLimit) -> Table:
    """Accuracies of the base and of each model with its differences to the base; the sets share the time evenly."""
    share = 1 / len(SETS) / (1.2 + len(context.other_checkpoints))
    results = {
        name: measure_set(
            context.assistant,
            models,
            load_items(context.held_out_sets / f"{name}.jsonl", context.budget.choice_items),
            limit,
            share,
        )
        for name in SETS
    }
    rows: dict[str, tuple[Cell, ...]] = {"base": tuple(_percent(one.base) for one in results.values())}
    for label in models:
        rows[label] = tuple(_percent(one.models[label]) for one in results.values())
        rows[f"{label} less base, points"] = tuple(_difference(one.differences[label]) for one in results.values())
    compared = _range([len(one.differences["HMVLM"]) for one in results.values()])
    return Table(
        "multiple_choice", "Multiple choice, accuracy in % by length-normalised log-likelihood", SETS, rows,
        "held-out sets, never trained on", f"{_range([len(one.base) for one in results.values()])} a set", "none drawn",
        "95 %: Wilson's for shares, paired over items for differences",
        (
            "Each model answers through its own gate; the base is the same weights without the experts.",
            (f"HMVLM's differences are over {compared} items a set: where the gate skips the experts the difference "
             "is 0."),
        ),
    )  # fmt: skip


def _percent(values: list[float]) -> Cell:
    return percentage(values) if values else None


def _difference(values: np.ndarray) -> Cell:
    if not len(values):
        return None
    return float(100 * values.mean()), float(196 * values.std() / math.sqrt(len(values)))


def _range(counts: Sequence[int]) -> str:
    return f"{min(counts)} to {max(counts)}" if len(set(counts)) > 1 else f"{counts[0]}"

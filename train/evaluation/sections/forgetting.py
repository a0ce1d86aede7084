"""What tuning cost the language model: multiple choice, perplexity and greedy answers, beside the bare base.

HMVLM is measured as it runs: its own gate reads every prompt, and where the zero expert's weight reaches the skip
threshold the experts are skipped, which is the base model bit for bit. Such items need no second pass. A
checkpoint without that habit (plain LoRA, no ``L_gat``) has to pass all of them.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from hmvlm import HMVLM
from hmvlm.language.decoding import Sampling, generate_text
from train.dialogue.prompts import DialoguePrompts
from train.evaluation.bench import Bench, Clock
from train.evaluation.metrics import share_interval
from train.evaluation.report.tables import Cell, Table
from train.evaluation.sections.choices import SETS, Item, answer_scores, chosen, load_items

LONGEST_ANSWER = 200
"""Tokens of a held-out answer that count for the perplexity."""


@torch.inference_mode()
def gates(model: HMVLM, texts: Sequence[str], media: str | None = None) -> Tensor:
    """α ``(N, 1 + E)`` of texts that come with the same media."""
    gate, device = model.language.gate, model.language.device
    return gate(gate.encode(texts).to(device), gate.media([media] * len(texts)).to(device)).exp().cpu()


def mixtures(model: HMVLM, texts: Sequence[str]) -> list[Tensor | None]:
    """α of each text, or None where the experts are skipped, which is the bare base."""
    threshold = model.language.config.skip_threshold
    return [None if float(alpha[0]) >= threshold else alpha for alpha in gates(model, texts)]


def mt_bench(folder: Path) -> list[dict]:
    """The questions of MT-Bench: ``question_id``, ``category`` and two ``turns``."""
    path = folder / "mt_bench_questions.jsonl"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing; give --questions the folder with MT-Bench's questions")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def held_out_answers(folder: str | Path) -> list[tuple[str, str]]:
    """Instruction and response of the Dolly rows that :class:`train.dialogue.prompts.DialoguePrompts` keeps for reports."""
    kept = set(DialoguePrompts.load(folder).held_out)
    rows = [
        json.loads(line)
        for line in (Path(folder) / "dolly_complete.jsonl").read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    return [(row["instruction"], row["response"]) for row in rows if row["instruction"] in kept and row.get("response")]


def paired(
    model: HMVLM, texts: Sequence[str], measure: Callable[[int, Tensor | None], float], known: list[float], clock: Clock
) -> list[float]:
    """``measure`` of every item under the model's own gate, taken from ``known`` (the base's) where it skips the experts.

    Ends early when the clock does; the list may be shorter than ``texts``.
    """
    values = []
    for number, alpha in enumerate(mixtures(model, texts)):
        if clock.over or number >= len(known):
            break
        values.append(known[number] if alpha is None else measure(number, alpha))
    return values


def accuracies(
    bench: Bench, models: dict[str, HMVLM], clock: Clock
) -> tuple[dict[str, dict[str, list[float]]], dict[str, dict[str, np.ndarray]], dict[str, list[float]]]:
    """Right or wrong of every item, of each model by label and set; its differences to the base; and the base's by set.

    Sets share the time evenly. The accuracies are of as many items as the base manages in its time, the differences of all whose answers
    can differ: where a model skips its experts they cannot (:func:`differences`).
    """
    base: dict[str, list[float]] = {}
    tuned: dict[str, dict[str, list[float]]] = {label: {} for label in models}
    apart: dict[str, dict[str, np.ndarray]] = {label: {} for label in models}
    share = 1 / len(SETS) / (1.2 + len(bench.also))
    for name in SETS:
        items = load_items(bench.held_out_sets / f"{name}.jsonl", bench.budget.choices)

        def right(model: HMVLM, number: int, alpha: Tensor | None, items: list[Item] = items) -> float:
            return float(chosen(model.language, items[number], alpha) == items[number].right)

        known: dict[int, float] = {}

        def of_base(number: int, known: dict[int, float] = known, right: Callable[..., float] = right) -> None:
            if number not in known:
                known[number] = right(bench.assistant, number, None)

        measured: dict[str, dict[int, float]] = {label: {} for label in models}
        alphas = {label: mixtures(model, [item.prompt for item in items]) for label, model in models.items()}
        for label, model in models.items():  # first what can differ at all
            own = clock.part(share)
            for number in (number for number, alpha in enumerate(alphas[label]) if alpha is not None):
                if own.over:
                    break
                of_base(number)
                measured[label][number] = right(model, number, alphas[label][number])
            apart[label][name] = differences(alphas[label], measured[label], known)
        own = clock.part(share)
        for number in range(len(items)):
            if own.over:
                break
            of_base(number)
        base[name] = [known[number] for number in itertools.takewhile(known.__contains__, range(len(items)))]
        for label, seen in measured.items():
            mixed = enumerate(alphas[label][: len(base[name])])
            tuned[label][name] = [
                known[number] if alpha is None else seen[number]
                for number, alpha in mixed
                if alpha is None or number in seen
            ]
    return tuned, apart, base


def differences(
    alphas: Sequence[Tensor | None], measured: Mapping[int, float], known: Mapping[int, float]
) -> np.ndarray:
    """A model's rights less the base's ``(N,)`` over the items up to the first that could differ and was not measured.

    Args:
        alphas: the model's mixture on every item, None where it skips the experts and is the base bit for bit.
        measured: rights of items under such a mixture; known: the base's on the same items.
    """
    apart = []
    for number, alpha in enumerate(alphas):
        if alpha is not None and number not in measured:
            break
        apart.append(0.0 if alpha is None else measured[number] - known[number])
    return np.array(apart)


def answer_loss(model: HMVLM, prompt: str, answer: str, alpha: Tensor | None) -> tuple[float, int]:
    """Negative log-likelihood in nats of an answer to a prompt, and its tokens."""
    builder = model.language.builder
    ids = builder.text(answer)[:LONGEST_ANSWER]
    score = answer_scores(model.language, builder.chat([{"role": "user", "content": prompt}]), [ids], alpha)[0]
    return -score, len(ids)


@torch.inference_mode()
def greedy(model: HMVLM, text: str, alpha: Tensor | None, tokens: int) -> list[int]:
    """Greedy answer of at most ``tokens`` tokens; with ``alpha`` None the bare base's own ``generate``."""
    prompt = model.chat_prompt(text)
    device, ids = model.language.device, prompt.ids[None].to(model.language.device)
    if alpha is not None:
        return list(generate_text(model.language, prompt, alpha.to(device), Sampling(temperature=0), tokens))
    with model.language.backbone.disable_adapter():
        whole = model.language.base.generate(
            ids, attention_mask=torch.ones_like(ids), max_new_tokens=tokens, do_sample=False
        )
    theirs, end = whole[0, len(prompt) :].tolist(), model.language.tokenizer.eos_token_id
    return theirs[: theirs.index(end)] if end in theirs else theirs


def same_answer(model: HMVLM, text: str, alpha: Tensor, tokens: int) -> bool:
    """Whether the greedy answer under ``alpha`` equals the bare base model's, token for token."""
    return greedy(model, text, alpha, tokens) == greedy(model, text, None, tokens)


def run(bench: Bench) -> list[Table]:
    """The tables of this section; each label of ``bench.also`` is a row."""
    clock, rows = bench.clock("forgetting"), {}
    models = {"HMVLM": bench.assistant} | {label: model for label, (model, _) in bench.others.items()}
    tuned, apart, base = accuracies(bench, models, clock.part(0.7))
    rows["base"] = tuple(_percent(base[name]) for name in SETS)
    for label, sets in tuned.items():
        rows[label] = tuple(_percent(sets[name]) for name in SETS)
        rows[f"{label} less base, points"] = tuple(_difference(apart[label][name]) for name in SETS)
    choices = Table(
        "multiple_choice",
        "Multiple choice, accuracy in % by length-normalised log-likelihood",
        SETS,
        rows,
        "held-out sets, never trained on",
        f"{_range(base)} a set",
        "none drawn",
        "95 %: Wilson's for shares, paired over items for differences",
        (
            "Each model answers through its own gate; the base is the same weights with the experts taken away.",
            f"Differences: HMVLM's over {_range(apart['HMVLM'])} a set, as where the gate skips the experts there is none.",
        ),
    )
    return [choices, talk_table(bench, models, clock)]


def _percent(values: list[float]) -> Cell:
    return tuple(100 * one for one in share_interval(np.array(values))) if values else None


def _difference(apart: np.ndarray) -> Cell:
    return (float(100 * apart.mean()), float(196 * apart.std() / math.sqrt(len(apart)))) if len(apart) else None


def _range(sets: Mapping[str, Sequence]) -> str:
    counts = sorted({len(values) for values in sets.values()})
    return f"{counts[0]} to {counts[-1]}" if len(counts) > 1 else f"{counts[0]}"


def talk_table(bench: Bench, models: dict[str, HMVLM], clock: Clock) -> Table:
    """Perplexity of held-out answers and identical greedy answers, base first."""
    answers = held_out_answers(bench.dialogue)[: bench.budget.answers]
    prompts = [prompt for prompt, _ in answers]
    counts, known, own = [], [], clock.part(0.12)
    for prompt, answer in answers:
        if own.over:
            break
        loss, tokens = answer_loss(bench.assistant, prompt, answer, None)
        known.append(loss)
        counts.append(tokens)
    questions = [row["turns"][0] for row in mt_bench(bench.held_out_sets)][: bench.budget.greedy[0]]
    rows: dict[str, tuple[Cell, ...]] = {"base": (_perplexity(known, counts), 100.0, 100.0)}
    for label, model in models.items():

        def measure(number: int, alpha: Tensor | None, model: HMVLM = model) -> float:
            return answer_loss(model, *answers[number], alpha)[0]

        losses = paired(model, prompts, measure, known, clock.part(0.12 / len(models)))
        kept = [alpha is None for alpha in mixtures(model, questions)]
        same, own = [], clock.part(0.12 / len(models))
        for text, alpha in zip(questions, gates(model, questions), strict=True):
            if own.over:
                break
            same.append(same_answer(model, text, alpha, bench.budget.greedy[1]))
        shares = [
            tuple(100 * one for one in share_interval(np.array(values))) if values else None for values in (same, kept)
        ]
        rows[label] = (_perplexity(losses, counts), *shares)
    return Table(
        "talk",
        "Ordinary talk against the bare base",
        ("perplexity", f"same greedy answer % ({bench.budget.greedy[1]} tokens)", "left to the base %"),
        rows,
        "held-out Dolly answers; first turns of MT-Bench",
        f"{len(known)} answers, {len(questions)} questions",
        "none drawn",
        "95 % over answers (perplexity: by the delta method) and Wilson's for shares",
        (
            f"An answer counts up to {LONGEST_ANSWER} tokens. “Left to the base” are questions whose zero-expert weight reaches the skip threshold.",
        ),
    )


def _perplexity(losses: list[float], counts: list[int]) -> Cell:
    if not losses:
        return None
    loss, tokens = np.array(losses), np.array(counts[: len(losses)], float)
    mean = loss.sum() / tokens.sum()
    spread = (loss - mean * tokens).std() / tokens.mean() / math.sqrt(len(loss))
    return math.exp(mean), 1.96 * math.exp(mean) * float(spread)

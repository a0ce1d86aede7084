"""The gate: mean weights a task, entropy, where prompts and hard negatives are routed, greedy
answers against the base.
"""

from __future__ import annotations

import random

import numpy as np
import torch
from torch import Tensor

from hmvlm import HMVLM
from hmvlm.language.gate import expert_names
from hmvlm.tasks.routing import UNSURE
from train.dialogue import prompt_templates
from train.dialogue.hard_negatives import hard_negatives
from train.evaluation.context import EvaluationContext
from train.evaluation.gating import gate_weights, left_to_base
from train.evaluation.metrics import interval, percentage
from train.evaluation.report import plots
from train.evaluation.report.tables import Cell, Table
from train.evaluation.sections.base_answers import answers_identically, load_mt_bench
from train.phrasings import ACTIONS, clause, phrasings

PAPER = {
    "dialogue": (0.999, 0.0, 0.0, 0.0, 0.0),
    "text_to_motion": (0.694, 0.052, 0.067, 0.085, 0.102),
    "pose_estimation": (0.454, 0.292, 0.084, 0.106, 0.063),
    "video_understanding": (0.167, 0.252, 0.150, 0.013, 0.418),
}
"""Mean weights that the paper reports for Vicuna-7B with four experts, zero expert first."""
DIALOGUE = "dialogue"
MT_BENCH, DOLLY = "MT-Bench", "Dolly, held out"
STRICT_THRESHOLD = 0.99
"""Zero-expert weight that nearly all ordinary dialogue should reach.

Stricter than the threshold at which experts are skipped.
"""


def sample_prompts(context: EvaluationContext, count: int) -> dict[str, tuple[list[str], str | None, str]]:
    """Prompts by kind: the texts, the kind of media that accompanies them, and the right task.

    All dialogue and captions are held out. Hard negatives are ordinary requests full of motion words; those that were
    sampled for training are left out.
    """
    rng = random.Random(context.seed + 1)
    captions = [rng.choice(pair.captions) for pair in context.test_pairs]
    captions = rng.sample(captions, min(count, len(captions)))
    known = set(context.dialogue_prompts.train)
    held_out = held_out_phrasings()
    hard = [text for text in hard_negatives(4000, random.Random(99)) if text not in known][:count]
    return {
        MT_BENCH: ([row["turns"][0] for row in load_mt_bench(context.held_out_sets)][:count], None, DIALOGUE),
        DOLLY: (context.dialogue_prompts.held_out[:count], None, DIALOGUE),
        "hard negatives": (hard, None, DIALOGUE),
        "requests for motion": (
            [prompt_templates.motion_prompt(text, rng) for text in captions],
            None,
            "text_to_motion",
        ),
        "held-out phrasings of actions": (
            random.Random(count).sample(held_out, min(count, len(held_out))),
            None,
            "text_to_motion",
        ),
        "bare verb phrases": (bare_requests()[:count], None, "text_to_motion"),
        "poses in pictures": (list(prompt_templates.POSE_QUESTIONS)[:count], "image", "pose_estimation"),
        "poses in clips": (list(prompt_templates.POSE_QUESTIONS)[:count], "video", "pose_estimation"),
        "questions about motion": (
            [prompt_templates.describe_question(rng) for _ in range(count)],
            "motion",
            "video_understanding",
        ),
    }


def held_out_phrasings() -> list[str]:
    """The phrasings of all actions that training does not see."""
    return sorted({line for key in ACTIONS for line in phrasings(key, held_out=True)})


def bare_requests() -> list[str]:
    """The shortest request for every action: its first verb phrase in the imperative, as ``do a push-up``."""
    return sorted({clause(key, form="base")[0] for key in ACTIONS})


def entropy(alpha: Tensor) -> np.ndarray:
    """Entropy of mixtures ``(N, 1 + E)`` in nats, ``(N,)``."""
    return -(alpha * alpha.clamp_min(1e-12).log()).sum(-1).numpy()


@torch.inference_mode()
def hidden_states(model: HMVLM, texts: list[str], media: str | None) -> np.ndarray:
    """Activations of the gate's hidden layer ``(N, hidden)`` for prompts with the same kind of media."""
    gate = model.language.gate
    device = model.language.device
    rows = torch.cat([gate.encode(texts) * gate.config.text_dim**0.5, gate.media([media] * len(texts))], dim=-1)
    return gate.mlp[:2](rows.to(device)).cpu().numpy()


def principal(rows: np.ndarray, axes: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Projections ``(N, axes)`` of rows ``(N, D)`` on their first principal axes, and each
    axis's share of the variance.
    """
    centred = rows - rows.mean(0)
    _, singular, directions = np.linalg.svd(centred, full_matrices=False)
    return centred @ directions[:axes].T, singular[:axes] ** 2 / max((singular**2).sum(), 1e-12)


def run(context: EvaluationContext) -> list[Table]:
    """The tables of this section."""
    model = context.assistant
    given = sample_prompts(context, context.budget.gate_texts)
    alphas = {kind: gate_weights(model, texts, media) for kind, (texts, media, _) in given.items()}
    by_task: dict[str, list[Tensor]] = {}
    for kind, (_, _, task) in given.items():
        if kind != "hard negatives":
            by_task.setdefault(task, []).append(alphas[kind])
    experts = len(next(iter(alphas.values()))[0])
    means: dict[str, tuple[Cell, ...]] = {}
    for task, parts in by_task.items():
        whole = torch.cat(parts)
        means[task] = (*(float(v) for v in whole.mean(0)), interval(entropy(whole)))
        if experts == len(PAPER[task]):
            means[f"{task}, the paper's"] = (*PAPER[task], None)
    split, seeds = "held-out dialogue and test captions", f"{context.seed + 1} for wordings, 99 for hard negatives"
    weights = Table(
        "gate_weights", "Mean gate weights a task", (*expert_names(experts), "entropy, nats"), means,
        samples=sum(map(len, alphas.values())), interval="95 % over prompts",
        figures=_picture(context, given), split=split, seeds=seeds,
    )  # fmt: skip
    threshold = model.language.config.skip_threshold
    rows: dict[str, tuple[Cell, ...]] = {}
    for kind, (texts, media, task) in given.items():
        skipped = left_to_base(model, texts, media)
        base = percentage(skipped)
        right = percentage(skipped == (task == DIALOGUE))
        strict = 100 * float((alphas[kind][:, 0] >= STRICT_THRESHOLD).float().mean())
        rows[kind] = (len(skipped), base, (100 - base[0], base[1]), right, strict)
    routing = Table(
        "routing", "Routing",
        ("prompts", "to the base %", "to the experts %", "correct %", f"α₀ ≥ {STRICT_THRESHOLD} %"),
        rows,
        samples=sum(map(len, alphas.values())), interval="95 %, Wilson's",
        notes=((f"A prompt goes to the bare base when its zero-expert weight is at least {threshold:g}, unless it is "
                f"under {UNSURE:g} and the prompt tells an action near an exemplar's caption; else the media decide "
                "the task, and with a picture the text."),),
        split=split, seeds=seeds,
    )  # fmt: skip
    tables = [weights, routing]
    if context.budget.gate_answers:
        tables.append(answers_table(context, given[MT_BENCH][0] + given[DOLLY][0]))
    return tables


def answers_table(context: EvaluationContext, texts: list[str]) -> Table:
    """Greedy answers to ordinary dialogue against the bare base's own, for the prompts that are routed to the base.

    Routing is of all ``texts``; answers are compared for the first ``gate_answers`` of the budget.
    """
    model, budget = context.assistant, context.budget
    alphas = gate_weights(model, texts)
    skipped = left_to_base(model, texts)
    compared = [
        answers_identically(model, text, alpha, budget.gate_tokens)
        for text, alpha, base in list(zip(texts, alphas, skipped, strict=True))[: budget.gate_answers]
        if base
    ]
    shares = [
        percentage(values) for values in (skipped, (alphas[:, 0] >= STRICT_THRESHOLD).numpy(), compared) if len(values)
    ]
    return Table(
        "dialogue_answers", "Ordinary dialogue: routing and greedy answers",
        ("prompts", "to the base %", f"α₀ ≥ {STRICT_THRESHOLD} %", "answers compared", "identical to the base's %"),
        {f"{MT_BENCH} and {DOLLY}": (len(texts), *shares[:2], len(compared), shares[2] if compared else None)},
        "first turns of MT-Bench, held-out Dolly prompts", len(texts), "none drawn", "95 %, Wilson's",
        ((f"An answer is identical when all of its first {budget.gate_tokens} greedy tokens equal those of the base's "
          "own generate."),),
    )  # fmt: skip


def _picture(context: EvaluationContext, given: dict[str, tuple[list[str], str | None, str]]) -> dict[str, str]:
    states = {kind: hidden_states(context.assistant, texts, media) for kind, (texts, media, _) in given.items()}
    places, shares = principal(np.concatenate(list(states.values())))
    cuts = np.cumsum([len(rows) for rows in states.values()])[:-1]
    points = dict(zip(states, np.split(places, cuts), strict=True))
    first, second = (f"principal axis {axis + 1} ({share:.0%} of the variance)" for axis, share in enumerate(shares))
    return plots.scatter(
        context.figures / "gate.png", points, (first, second), "Hidden layer of the gate, by kind of prompt"
    )

"""The gate: mean weights a task, entropy, where prompts and hard negatives are routed, greedy answers against the base."""

from __future__ import annotations

import random

import numpy as np
import torch
from torch import Tensor

from hmvlm import HMVLM
from hmvlm.language.gate import expert_names
from train.dialogue import prompt_templates
from train.dialogue.hard_negatives import hard_negatives
from train.evaluation.bench import Bench
from train.evaluation.metrics import interval, share_interval
from train.evaluation.report import plots
from train.evaluation.report.tables import Table
from train.evaluation.sections.forgetting import gates, mt_bench, same_answer

PAPER = {
    "dialogue": (0.999, 0.0, 0.0, 0.0, 0.0),
    "text_to_motion": (0.694, 0.052, 0.067, 0.085, 0.102),
    "pose_estimation": (0.454, 0.292, 0.084, 0.106, 0.063),
    "video_understanding": (0.167, 0.252, 0.150, 0.013, 0.418),
}
"""Mean weights that the paper reports for Vicuna-7B with four experts, zero expert first."""
TALK = "dialogue"
MT_BENCH, DOLLY = "MT-Bench", "Dolly, held out"
SURE = 0.99
"""Zero-expert weight that nearly all talk should reach, above the threshold at which the experts are skipped."""


def prompts(bench: Bench, count: int) -> dict[str, tuple[list[str], str | None, str]]:
    """Prompts by kind: the texts, the media that come along, and the task they belong to.

    None of the talk and of the captions was trained on. Hard negatives are ordinary requests full of motion
    words, those that training drew left out.
    """
    rng = random.Random(bench.seed + 1)
    captions = [rng.choice(pair.captions) for pair in bench.test_pairs]
    captions = rng.sample(captions, min(count, len(captions)))
    known = set(bench.talk.train)
    hard = [text for text in hard_negatives(4000, random.Random(99)) if text not in known][:count]
    return {
        MT_BENCH: ([row["turns"][0] for row in mt_bench(bench.held_out_sets)][:count], None, TALK),
        DOLLY: (bench.talk.held_out[:count], None, TALK),
        "hard negatives": (hard, None, TALK),
        "requests for motion": (
            [prompt_templates.motion_prompt(text, rng) for text in captions],
            None,
            "text_to_motion",
        ),
        "poses in pictures": (list(prompt_templates.POSE_QUESTIONS)[:count], "image", "pose_estimation"),
        "poses in clips": (list(prompt_templates.POSE_QUESTIONS)[:count], "video", "pose_estimation"),
        "questions about motion": (
            [prompt_templates.describe_question(rng) for _ in range(count)],
            "motion",
            "video_understanding",
        ),
    }


def entropy(alpha: Tensor) -> np.ndarray:
    """Entropy of mixtures ``(N, 1 + E)`` in nats, ``(N,)``."""
    return -(alpha * alpha.clamp_min(1e-12).log()).sum(-1).numpy()


@torch.inference_mode()
def hidden_states(model: HMVLM, texts: list[str], media: str | None) -> np.ndarray:
    """What the gate's hidden layer makes of prompts, ``(N, hidden)``."""
    gate = model.language.gate
    device = model.language.device
    rows = torch.cat([gate.encode(texts) * gate.config.text_dim**0.5, gate.media([media] * len(texts))], dim=-1)
    return gate.mlp[:2](rows.to(device)).cpu().numpy()


def principal(rows: np.ndarray, axes: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Rows ``(N, D)`` along their first principal axes ``(N, axes)``, and the share of variance of each."""
    centred = rows - rows.mean(0)
    _, stretch, directions = np.linalg.svd(centred, full_matrices=False)
    return centred @ directions[:axes].T, stretch[:axes] ** 2 / max((stretch**2).sum(), 1e-12)


def run(bench: Bench) -> list[Table]:
    """The tables of this section."""
    model = bench.assistant
    given = prompts(bench, bench.budget.gate_texts)
    alphas = {kind: gates(model, texts, media) for kind, (texts, media, _) in given.items()}
    by_task: dict[str, list[Tensor]] = {}
    for kind, (_, _, task) in given.items():
        if kind != "hard negatives":
            by_task.setdefault(task, []).append(alphas[kind])
    experts = len(next(iter(alphas.values()))[0])
    means: dict[str, tuple] = {}
    for task, parts in by_task.items():
        whole = torch.cat(parts)
        means[task] = (*(float(v) for v in whole.mean(0)), interval(entropy(whole)))
        if experts == len(PAPER[task]):
            means[f"{task}, the paper's"] = (*PAPER[task], None)
    common = {
        "split": "held-out talk and test captions",
        "seeds": f"{bench.seed + 1} for wordings, 99 for hard negatives",
    }
    weights = Table(
        "gate_weights", "Mean gate weights a task", (*expert_names(experts), "entropy, nats"), means,
        samples=sum(map(len, alphas.values())), interval="95 % over prompts",
        figures=_picture(bench, given), **common,
    )  # fmt: skip
    threshold = model.language.config.skip_threshold
    rows = {}
    for kind, (_, _, task) in given.items():
        skipped = alphas[kind][:, 0].numpy() >= threshold
        base = tuple(100 * one for one in share_interval(skipped))
        right = tuple(100 * one for one in share_interval(skipped == (task == TALK)))
        sure = 100 * float((alphas[kind][:, 0] >= SURE).float().mean())
        rows[kind] = (len(skipped), base, (100 - base[0], base[1]), right, sure)
    routing = Table(
        "routing", "Where prompts go", ("prompts", "to the base %", "to the experts %", "right %", f"α₀ ≥ {SURE} %"), rows,
        samples=sum(map(len, alphas.values())), interval="95 %, Wilson's",
        notes=(f"A prompt goes to the untouched base when its zero-expert weight is at least {threshold:g}; else the media decide the task, and with a picture the words.",),
        **common,
    )  # fmt: skip
    tables = [weights, routing]
    if bench.budget.gate_answers:
        tables.append(answers_table(bench, given[MT_BENCH][0] + given[DOLLY][0]))
    return tables


def answers_table(bench: Bench, texts: list[str]) -> Table:
    """Greedy answers to ordinary talk against the bare base's own, for the prompts that are left to the base.

    Routing is of all ``texts``; answers are compared for the first ``gate_answers`` of the budget.
    """
    model, budget = bench.assistant, bench.budget
    alphas = gates(model, texts)
    skipped = alphas[:, 0].numpy() >= model.language.config.skip_threshold
    compared = [
        same_answer(model, text, alpha, budget.gate_tokens)
        for text, alpha, base in list(zip(texts, alphas, skipped, strict=True))[: budget.gate_answers]
        if base
    ]
    shares = [
        tuple(100 * one for one in share_interval(np.array(values)))
        for values in (skipped, (alphas[:, 0] >= SURE).numpy(), compared)
        if len(values)
    ]
    return Table(
        "talk_answers", "Ordinary talk: routing and greedy answers",
        ("prompts", "to the base %", f"α₀ ≥ {SURE} %", "answers compared", "identical to the base's %"),
        {f"{MT_BENCH} and {DOLLY}": (len(texts), *shares[:2], len(compared), shares[2] if compared else None)},
        "first turns of MT-Bench, held-out Dolly prompts", len(texts), "none drawn", "95 %, Wilson's",
        (f"An answer is identical when all of its first {budget.gate_tokens} greedy tokens equal those of the base's own generate.",),
    )  # fmt: skip


def _picture(bench: Bench, given: dict[str, tuple[list[str], str | None, str]]) -> dict[str, str]:
    states = {kind: hidden_states(bench.assistant, texts, media) for kind, (texts, media, _) in given.items()}
    places, shares = principal(np.concatenate(list(states.values())))
    cuts = np.cumsum([len(rows) for rows in states.values()])[:-1]
    points = dict(zip(states, np.split(places, cuts), strict=True))
    labels = tuple(f"principal axis {axis + 1} ({share:.0%} of the variance)" for axis, share in enumerate(shares))
    return plots.scatter(bench.figures / "gate.png", points, labels, "What the gate's hidden layer makes of prompts")

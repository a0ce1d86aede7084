"""Held-out dialogue, and answers of a model beside those of its bare base: likelihood and greedy tokens."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from torch import Tensor

from hmvlm import HMVLM
from hmvlm.language.decoding import generate_text
from hmvlm.language.sampling import Sampling
from train.dialogue.prompts import DialoguePrompts
from train.evaluation.sections.choices import answer_scores

MAX_ANSWER_TOKENS = 200
"""Tokens of a held-out answer that count for the perplexity."""


def load_mt_bench(folder: Path) -> list[dict]:
    """The questions of MT-Bench: ``question_id``, ``category`` and two ``turns``."""
    path = folder / "mt_bench_questions.jsonl"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing; give --questions the folder with MT-Bench's questions")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def load_held_out_answers(folder: str | Path) -> list[tuple[str, str]]:
    """Instruction and response of the Dolly rows that :class:`train.dialogue.prompts.DialoguePrompts` holds out."""
    held_out = set(DialoguePrompts.load(folder).held_out)
    lines = (Path(folder) / "dolly_complete.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    return [
        (row["instruction"], row["response"]) for row in rows if row["instruction"] in held_out and row.get("response")
    ]


def answer_loss(model: HMVLM, prompt: str, answer: str, alpha: Tensor | None) -> tuple[float, int]:
    """Negative log-likelihood in nats of an answer to a prompt, and its number of tokens."""
    builder = model.language.builder
    ids = builder.text(answer)[:MAX_ANSWER_TOKENS]
    score = answer_scores(model.language, builder.chat([{"role": "user", "content": prompt}]), [ids], alpha)[0]
    return -score, len(ids)


@torch.inference_mode()
def greedy_answer(model: HMVLM, text: str, alpha: Tensor | None, tokens: int) -> list[int]:
    """Greedy answer of at most ``tokens`` tokens; with ``alpha`` None the bare base's own ``generate``."""
    prompt = model.chat_prompt(text)
    device, ids = model.language.device, prompt.ids[None].to(model.language.device)
    if alpha is not None:
        return list(generate_text(model.language, prompt, alpha.to(device), Sampling(temperature=0), tokens))
    with model.language.backbone.disable_adapter():
        whole = model.language.base.generate(
            ids, attention_mask=torch.ones_like(ids), max_new_tokens=tokens, do_sample=False
        )
    answer, end = whole[0, len(prompt) :].tolist(), model.language.tokenizer.eos_token_id
    return answer[: answer.index(end)] if end in answer else answer


def answers_identically(model: HMVLM, text: str, alpha: Tensor, tokens: int) -> bool:
    """Whether the greedy answer under ``alpha`` equals the bare base model's, token for token."""
    return greedy_answer(model, text, alpha, tokens) == greedy_answer(model, text, None, tokens)

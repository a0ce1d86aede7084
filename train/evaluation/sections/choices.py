"""Multiple-choice questions scored by the length-normalised log-likelihood of the answers' text.

Every item becomes a user's turn and two or more answers as text; the answer whose log-likelihood a byte is
highest counts as chosen (``acc_norm`` of the LM Evaluation Harness). The items' own choice labels ("answer1") are left
out, since a small model that cannot use labels would be at chance on every question.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from hmvlm.language.model import MotionLanguageModel
from hmvlm.language.moe_lora import set_gate

SETS = ("arc_easy", "arc_challenge", "boolq", "piqa", "openbookqa", "winogrande")
_LABEL = re.compile(r"(?:Answer|Solution|Option)(\d):\s*")
_FORMAT = re.compile(r"\s*Answer format:.*$", re.DOTALL)


@dataclass(frozen=True)
class Item:
    """A question as a user would put it, the answers to choose from, and the index of the right one."""

    prompt: str
    answers: tuple[str, ...]
    right: int

    def __post_init__(self) -> None:
        if len(self.answers) < 2 or not 0 <= self.right < len(self.answers):
            raise ValueError(f"an item needs two answers and one of them right: {self.answers}, {self.right}")


def parse(instruction: str, answer: str) -> Item:
    """An item of a row with ``instruction`` and ``answer``, as the sets store them.

    A blank ``_`` in the question is filled by each choice, and the filled sentence is the answer. Rows
    without choices are asked for true or false.
    """
    body = _FORMAT.sub("", instruction)
    pieces = _LABEL.split(body)
    if len(pieces) < 5:
        question = (
            body.strip().removeprefix("Please answer the following question with true or false, question:").strip()
        )
        return Item(
            f"{question[:1].upper()}{question[1:]} Answer true or false.",
            ("true", "false"),
            ("true", "false").index(answer),
        )
    head, choices = pieces[0], tuple(choice.strip() for choice in pieces[2::2])
    question = head.split(":", 1)[1].strip() if head.startswith("Please choose") else head.strip()
    number = re.search(r"\d+$", answer)
    if number is None:
        raise ValueError(f"the answer {answer!r} does not end in the number of a choice")
    right = int(number.group()) - 1
    if head.startswith("Please choose the correct answer to fill in the blank"):
        return Item(
            f"Fill in the blank: {question}", tuple(question.replace("_", choice, 1) for choice in choices), right
        )
    return Item(question, choices, right)


def load_items(path: Path, count: int = 10**9) -> list[Item]:
    """The first ``count`` items of a ``.jsonl`` file."""
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing; give --questions the folder with {', '.join(SETS)}")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [parse(row["instruction"], row["answer"]) for row in rows[:count]]


@torch.inference_mode()
def answer_scores(
    model: MotionLanguageModel, prompt: Sequence[int], answers: Sequence[Sequence[int]], alpha: Tensor | None
) -> list[float]:
    """Log-likelihood of each answer's tokens after the prompt's, in one forward pass.

    The answers lie one after the other behind the prompt; each attends to the prompt and itself and
    counts its positions from the prompt's end. ``alpha`` ``(1 + E,)`` mixes the experts; None takes the bare base.
    """
    device, start = model.device, len(prompt)
    ids = torch.tensor([*prompt, *(token for answer in answers for token in answer)], device=device)
    lengths = [len(answer) for answer in answers]
    owner = torch.cat(
        [torch.zeros(start), torch.repeat_interleave(torch.arange(1, len(answers) + 1), torch.tensor(lengths))]
    )
    positions = torch.cat([torch.arange(start), *(start + torch.arange(length) for length in lengths)]).to(device)
    may = torch.ones(len(ids), len(ids), dtype=torch.bool).tril() & (
        (owner[None] == 0) | (owner[:, None] == owner[None])
    )
    rows = model.base.get_input_embeddings()(ids)[None]
    mask = (
        torch.zeros(may.shape, dtype=rows.dtype).masked_fill(~may, torch.finfo(rows.dtype).min)[None, None].to(device)
    )
    inputs = {"attention_mask": mask, "position_ids": positions[None], "use_cache": False}
    if alpha is None:
        with model.backbone.disable_adapter():
            hidden = model.hidden(rows, **inputs)[0][0]
    else:
        with set_gate(model.backbone, alpha[None].to(device)):
            hidden = model.hidden(rows, **inputs)[0][0]
    scores, first = [], start
    for answer, length in zip(answers, lengths, strict=True):
        before = torch.tensor([start - 1, *range(first, first + length - 1)], device=device)
        chances = model.text_logits(hidden[before]).float().log_softmax(-1)
        scores.append(float(chances.gather(-1, torch.tensor(answer, device=device)[:, None]).sum()))
        first += length
    return scores


def chosen(model: MotionLanguageModel, item: Item, alpha: Tensor | None) -> int:
    """Index of the answer with the highest log-likelihood a byte of UTF-8."""
    prompt = model.builder.chat([{"role": "user", "content": item.prompt}])
    scores = answer_scores(model, prompt, [model.builder.text(answer) for answer in item.answers], alpha)
    normalised = [score / len(answer.encode()) for score, answer in zip(scores, item.answers, strict=True)]
    return max(range(len(normalised)), key=normalised.__getitem__)

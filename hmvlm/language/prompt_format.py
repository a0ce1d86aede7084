"""Chat formats of the base models whose tokenizers have no chat template, and of task prompts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PromptFormat:
    """Text before and after a user's turn, and after an answer.

    Attributes:
        bos: token at the start of a prompt.
        system: before the first turn of a chat without a system message; task prompts have none.
        answer: before an answer of an earlier turn.
    """

    before: str
    after: str
    end: str
    bos: str = ""
    system: str = ""
    answer: str = ""

    def __post_init__(self) -> None:
        if not self.after:
            raise ValueError("a prompt format needs text before the answer")


FORMATS: dict[str, PromptFormat] = {
    "chatml": PromptFormat("<|im_start|>user\n", "<|im_end|>\n<|im_start|>assistant\n", "<|im_end|>"),
    "gemma": PromptFormat("<start_of_turn>user\n", "<end_of_turn>\n<start_of_turn>model\n", "<end_of_turn>", "<bos>"),
    "vicuna": PromptFormat(
        "USER: ", " ASSISTANT:", "</s>", "<s>",
        "A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, "
        "detailed, and polite answers to the user's questions. ",
        " ",
    ),
}  # fmt: skip
"""Vicuna's format is FastChat's for v1.1 and v1.5, whose tokenizer has no chat template."""


def begins_with_space(tokenizer) -> bool:
    """Whether a tokenizer puts a space before any text (SentencePiece, as Llama 2 and Vicuna), so that "a b" is the
    pieces of "a" and of "b" one after the other."""
    ids = [tokenizer(text, add_special_tokens=False)["input_ids"] for text in ("a b", "a", "b")]
    return ids[0] == ids[1] + ids[2]

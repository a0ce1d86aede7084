"""Text of people as tokens of plain text: no word that somebody types is ever a control token of the model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from jinja2 import TemplateError

MARK = "\ue0f0{}\ue0f1"
"""Stands for a turn's words while the chat template is filled in."""
_MARKED = re.compile("( ?)\ue0f0(\\d+)\ue0f1( ?)")
_NAMED = re.compile(r"<[^<>\s]+>")


def control_tokens(tokenizer: Any, marks: Sequence[str] = ()) -> dict[str, int]:
    """Control tokens of a tokenizer by name: its special tokens, and those in the ``marks`` of a prompt format."""
    added = {token.content: index for index, token in tokenizer.added_tokens_decoder.items()}
    special = {token.content for token in tokenizer.added_tokens_decoder.values() if token.special}
    special |= {name for mark in marks for name in _NAMED.findall(mark) if name in added}
    known = {name: added[name] for name in special if name in added}
    return known | dict(zip(tokenizer.all_special_tokens, tokenizer.all_special_ids))


def plain_ids(tokenizer: Any, text: str, control: dict[str, int]) -> list[int]:
    """Ids of a text in which names of control tokens are nothing but letters."""
    ids = _encoded(tokenizer, text)
    forbidden = set(control.values()) - {tokenizer.unk_token_id}
    if forbidden.isdisjoint(ids):
        return ids
    broken: list[int] = []
    for piece in _split(text, control):
        for part in (piece[:1], piece[1:]) if piece in control else (piece,):
            broken += _encoded(tokenizer, part)
    return [index for index in broken if index not in forbidden]


def chat_ids(tokenizer: Any, turns: Sequence[dict[str, str]], control: dict[str, int]) -> list[int]:
    """Ids of chat turns by the tokenizer's chat template, up to where the answer begins.

    The template's own control tokens are control tokens, the words of the turns plain text. The words are encoded
    together with the template's text around them, as the tokenizer itself does it: for ordinary words the ids are those
    of ``apply_chat_template``.

    Raises:
        ValueError: the template does not take these turns.
    """
    marked = [{**turn, "content": f" {MARK.format(index)} "} for index, turn in enumerate(turns)]
    try:
        rendered = tokenizer.apply_chat_template(marked, add_generation_prompt=True, tokenize=False)
    except TemplateError as error:
        raise ValueError(f"The base model does not take this history: {error}.") from error
    ids: list[int] = []
    pending = ""
    pieces = _MARKED.split(rendered)
    for start in range(0, len(pieces), 4):
        for part in _split(pieces[start], control):
            if part in control:
                ids += [*plain_ids(tokenizer, pending, control), control[part]]
                pending = ""
            else:
                pending += part
        if start + 1 < len(pieces):
            words = turns[int(pieces[start + 2])]["content"]
            pending += words if pieces[start + 1] else words.strip()  # some templates take blanks off
    return ids + plain_ids(tokenizer, pending, control)


def _encoded(tokenizer: Any, text: str) -> list[int]:
    return tokenizer(text, add_special_tokens=False, split_special_tokens=True)["input_ids"] if text else []


def _split(text: str, control: dict[str, int]) -> list[str]:
    """The text in pieces, of which each name of a control token is one."""
    return _names(tuple(control)).split(text) if control else [text]


@lru_cache(maxsize=8)
def _names(control: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(f"({'|'.join(map(re.escape, sorted(control, key=len, reverse=True)))})")

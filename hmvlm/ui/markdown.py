"""The model's words as Markdown that can do no harm: text, lists, tables and code, but no HTML and nothing remote."""

from __future__ import annotations

import re
from functools import lru_cache

from markdown_it import MarkdownIt

from hmvlm.texts import clean

_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_ADMITTING = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_FENCE = re.compile(r"^(?P<before>[\s>*+\-\d.)]*(?:`{3,}|~{3,}))(?P<info>.*)$")
_LANGUAGE = re.compile(r"\s*(?!mermaid\b)[\w+#-]{1,20}", re.IGNORECASE)
_TICKS = re.compile(r"\\`|`+")
_HARMFUL = re.compile(r"<|!(?=\[)")
_ESCAPES = {"<": "&lt;", "!": "&#33;"}


@lru_cache(maxsize=256)  # finished turns are drawn again with every update
def safe_markdown(text: str) -> str:
    """Markdown in which tags are shown as typed and pictures are links; code is shown as it is.

    Of a fence only the name of a programming language is kept, as some names (Mermaid) are drawn by the browser.
    """
    lines = clean(text).split("\n")
    code: set[int] = set()
    groups: list[range] = []
    for token in _PARSER.parse("\n".join(lines)):
        if token.map is None:
            continue
        if token.type == "fence":
            lines[token.map[0]] = _plain_fence(lines[token.map[0]])
        if token.type in ("fence", "code_block"):
            code.update(range(*token.map))
        elif token.type == "inline":
            groups.append(range(*token.map))
    grouped = {line for group in groups for line in group}
    groups += [range(line, line + 1) for line in range(len(lines)) if line not in grouped]
    for group in groups:
        kept = [line for line in group if line not in code and line < len(lines)]
        for line, new in zip(kept, _escaped("\n".join(lines[line] for line in kept)).split("\n"), strict=False):
            lines[line] = new
    shown = "\n".join(lines)
    return _replaced(shown) if _has_html(shown) else shown


def _has_html(text: str) -> bool:
    """Whether a parser that admits HTML finds a tag or a picture after all, for example at the start of a line."""
    tokens = [one for token in _ADMITTING.parse(text) for one in (token, *(token.children or ()))]
    return any(token.type in ("html_block", "html_inline", "image") for token in tokens)


def _plain_fence(line: str) -> str:
    match = _FENCE.match(line)
    if match is None:
        return line
    language = _LANGUAGE.fullmatch(match["info"].strip())
    return match["before"] + (language[0].strip() if language else "")


def _escaped(text: str) -> str:
    """Text of one block without tags and pictures, except in its code spans."""
    result, place = [], 0
    while (opening := _TICKS.search(text, place)) is not None:
        closing = None
        if opening[0] != "\\`":
            closing = next((run for run in _TICKS.finditer(text, opening.end()) if run[0] == opening[0]), None)
        end = opening.end() if closing is None else closing.end()
        result.append(_replaced(text[place : opening.start()]))
        result.append(text[opening.start() : end])
        place = end
    return "".join([*result, _replaced(text[place:])])


def _replaced(text: str) -> str:
    return _HARMFUL.sub(lambda found: _ESCAPES[found[0]], text)

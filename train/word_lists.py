"""Word lists in text files beside the modules that read them.

A file is UTF-8 and has one entry a line under ``[section]`` headings. Blank lines and lines that start with ``#`` are
skipped. An entry in double quotes is a JSON string: use it for the empty string and for spaces at either end.
"""

from __future__ import annotations

import json
from pathlib import Path


def load_word_lists(path: str | Path) -> dict[str, tuple[str, ...]]:
    """The sections of a word-list file in order, each with its entries.

    Raises ValueError, with the file and the line, for an entry before the first heading, a repeated heading, an
    empty section or a malformed quoted entry.
    """
    path = Path(path)
    sections: dict[str, list[str]] = {}
    entries: list[str] | None = None
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            name = line[1:-1]
            if name in sections:
                raise ValueError(f"{path}:{number}: section {name!r} is there twice; merge the two")
            entries = sections[name] = []
            continue
        if entries is None:
            raise ValueError(f"{path}:{number}: {line!r} comes before the first [section] heading")
        try:
            entries.append(json.loads(line) if line.startswith('"') else line)
        except json.JSONDecodeError as error:
            raise ValueError(f"{path}:{number}: {line} is no JSON string ({error})") from None
    empty = [name for name, words in sections.items() if not words]
    if empty:
        raise ValueError(f"{path}: section {empty[0]!r} has no entries")
    return {name: tuple(words) for name, words in sections.items()}

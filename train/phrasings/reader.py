"""The phrasings of each action: loading, checking, choosing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from train.phrasings.tagged import TEMPOS, Conditions, chosen, fill, split_tags
from train.word_lists import load_word_lists

FOLDER = Path(__file__).parent
ACTIONS = tuple((FOLDER / "actions.txt").read_text(encoding="utf-8").split())
OTHER_LANGUAGES = load_word_lists(FOLDER / "other_languages.txt")
FEWEST = 20
"""Each action has at least so many lines."""
PLACEHOLDERS = {"side", "other", "count"}
_TELLING = re.compile(r"\b(slow|slowly|fast|fastly|quick|quickly|once|twice|thrice|repeatedly|several times)\b")
_PACED = re.compile(r"slow dance|quick and|head quickly|quickly (out of|in little)|quick straight")


def _load() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted((FOLDER / "lines").glob("*.txt")):
        for key, lines in load_word_lists(path).items():
            if key in found:
                raise ValueError(f"{path}: section {key!r} is in another file too; merge the two")
            found[key] = lines
    return found


PHRASINGS: Mapping[str, tuple[str, ...]] = _load()
"""Raw lines of each action key, with tags and placeholders."""


def find_problems(
    actions: Sequence[str] = ACTIONS, lines: Mapping[str, Sequence[str]] = PHRASINGS, fewest: int = FEWEST
) -> list[str]:
    """What is wrong with the lines, a sentence each; empty if all is well.

    Missing and unknown keys, too few lines, a line that is there twice (case aside), unknown tags and placeholders,
    and lines that tell a speed, a side or a count without the tag for it.
    """
    problems = [f"{key} has no lines; add a section [{key}]" for key in actions if key not in lines]
    problems += [f"section [{key}] is no action; add it to actions.txt" for key in lines if key not in actions]
    seen: dict[str, str] = {}
    for key, raws in lines.items():
        if len(raws) < fewest:
            problems.append(f"{key} has {len(raws)} lines; write at least {fewest}")
        for raw in raws:
            if raw.lower() in seen:
                problems.append(f"{raw!r} is in {seen[raw.lower()]} and in {key}; keep one")
            seen[raw.lower()] = key
            problems += _line_problems(key, raw)
    return problems


def _line_problems(key: str, raw: str) -> Iterable[str]:
    try:
        tags, text = split_tags(raw)
    except ValueError as error:
        yield f"{key}: {error}"
        return
    if unknown := set(re.findall(r"\{([^}]*)\}", text)) - PLACEHOLDERS:
        yield f"{key}: placeholder {sorted(unknown)} in {raw!r}; use {sorted(PLACEHOLDERS)}"
    if not text or text != text.strip():
        yield f"{key}: {raw!r} is empty after its tags"
    if not tags and _TELLING.search(text) and not _PACED.search(text):
        yield f"{key}: {raw!r} tells a speed or a count; tag it {TEMPOS}, (once) or (many)"
    sides = set(re.findall(r"\b(left|right) (?:hand|arm|leg|foot|side|knee|fist|shoulder)\b", text))
    if len(sides) == 1 and not tags & sides:
        yield f"{key}: {raw!r} tells a side; write {{side}}"


def phrasings(
    key: str,
    *,
    side: str = "",
    count: int | None = None,
    style: str = "",
    tempo: str = "",
    path: str = "",
    traits: Iterable[str] = (),
    held_out: bool | None = None,
) -> list[str]:
    """The lines that hold of an action done so, filled in.

    A line that tells a side, a count, a style or a tempo is there only if that is known; lines that do not tell them
    always are. ``held_out`` picks the quarter that training does not see, False the rest, None all.

    Raises KeyError for an unknown key, ValueError for an unknown side, style or tempo (see :class:`Conditions`).
    """
    if key not in PHRASINGS:
        raise KeyError(f"no action {key!r}; the keys are in {FOLDER / 'actions.txt'}")
    known = Conditions(side, count, style, tempo, path, frozenset(traits))
    filled = (fill(raw, known) for raw in chosen(PHRASINGS[key], held_out))
    return [line for line in filled if line is not None]

"""Questions built from the wordings of ``choice_templates.json`` and ``yes_no_templates.json``.

Each entry has its ``kind``, its wordings and, where they are constant, its ``options``. ``$name`` is replaced by a
value of the motion (``$side``), ``$Name`` by the same value capitalised; the markup in braces is that of
:class:`train.questions.phrasing.Phrasing`. ``answers`` are listed once, or by the key of the answer with ``*`` for the
others.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from string import Template

from train.questions.logic import TruthValue
from train.questions.records import YES_NO, Candidate, MultipleChoice, YesNo


@cache
def load_data(name: str) -> dict:
    """The JSON file ``name`` beside this module."""
    return json.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))


def fill(texts: Sequence[str], **values: str) -> tuple[str, ...]:
    """Texts with ``$name`` and ``$Name`` replaced; KeyError names a value that is missing."""
    values |= {name.capitalize(): value.capitalize() for name, value in values.items()}
    return tuple(Template(text).substitute(values) for text in texts)


def multiple_choice(
    template: str,
    answer: str,
    about: str = "",
    *,
    options: Sequence[str] = (),
    wording: str = "",
    variant: str = "",
    **values: str,
) -> MultipleChoice:
    """A question of ``choice_templates.json``.

    Args:
        template: what is asked; also the name of the entry unless ``wording`` names another one.
        answer: key of the answer, also available as ``$answer``.
        about: distinguishes questions of one template, the side for example.
        options: keys of the possible answers, where the entry does not list them.
        variant: key of ``answers`` in place of ``answer``.
        values: replacements of ``$name``.
    """
    entry = load_data("choice_templates.json")[wording or template]
    answers = entry["answers"]
    if isinstance(answers, dict):
        answers = answers.get(variant or answer) or answers["*"]
    values["answer"] = answer
    return MultipleChoice(
        template,
        entry["kind"],
        answer,
        tuple(options or entry["options"]),
        about,
        fill(entry["questions"], **values),
        fill(answers, **values),
    )


def yes_no(
    template: str, holds: TruthValue, about: str = "", instead: bool = False, **values: str
) -> Iterator[Candidate]:
    """A question of ``yes_no_templates.json``; none if ``holds`` is None.

    ``instead`` adds the entry's true sentence.
    """
    if holds is None:
        return
    entry = load_data("yes_no_templates.json")[template]
    correction = fill([entry["instead"]], **values)[0] if instead else ""
    verbs = fill(entry["verbs"], **values)
    aspect = entry.get("aspect", "act")
    yield YesNo(template, entry["kind"], "yes" if holds else "no", YES_NO, about, verbs, aspect, correction)

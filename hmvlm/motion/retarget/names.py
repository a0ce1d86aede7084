"""Roles of joints by their names, in the spellings of many makers; the table is ``names.json`` beside this module.

A name is cut into words at capitals, digits and marks; a word for the side may stand before, behind or inside it
(``LeftUpLeg``, ``thigh_l``, ``upper_arm.R``, ``Bip01 L Calf``, ``J_Bip_L_UpperLeg``, ``lShldr``). The rest is looked
up. A name such as ``LeftFoot`` is an ankle in one skeleton and the toes in another, so that a name has several roles
with weights; :mod:`.mapping` chooses by the order of the joints in the tree.
"""

from __future__ import annotations

import functools
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SIDES = ("left", "right")
COMMON_SHARE = 0.6
"""A word that at least this share of the joints begin with is the maker's mark and says nothing."""
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+|\d+")


@dataclass(frozen=True)
class Name:
    """A joint's name taken apart: ``side`` is left, right or empty, ``base`` the letters that remain."""

    side: str
    base: str
    helper: bool = False


@functools.cache
def table() -> dict[str, Any]:
    """The parsed ``names.json``."""
    return json.loads(Path(__file__).with_name("names.json").read_text(encoding="utf-8"))


def take_apart(names: Sequence[str]) -> list[Name]:
    """The names of one skeleton, without what they have in common."""
    cut = [_words(name) for name in names]
    common = _common(cut)
    return [_name([word for word in words if word not in common] or words) for words in cut]


def roles(name: Name) -> dict[str, float]:
    """Weights of the roles that a name can have: limb joints for one with a side, else pelvis, neck and head."""
    if name.helper:
        return {}
    group = table()["roles" if name.side else "middle"]
    return {role: words[name.base] for role, words in group.items() if words.get(name.base)}


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", re.split(r"[:|]", name)[-1])
    return [word.lower() for word in _WORD.findall(plain)]


def _common(cut: list[list[str]]) -> set[str]:
    """Words that most names begin with, unless they tell the side or a joint."""
    sides = {*table()["left"], *table()["right"]}
    known = {word for group in ("roles", "middle") for words in table()[group].values() for word in words}
    firsts: Counter[str] = Counter()
    for words in cut:
        firsts.update(set(words[:3]))
    frequent = {word for word, count in firsts.items() if count > COMMON_SHARE * len(cut)}
    return frequent - sides - known


def _name(words: list[str]) -> Name:
    helper = bool(set(words) & set(table()["helper_words"]))
    side, rest = "", []
    for word in (word for word in words if not word.isdigit()):
        found = next((one for one in SIDES if word in table()[one]), "")
        if found and not side:
            side = found
        else:
            rest.append(word)
    kept = [word for word in rest if word not in table()["ignored_words"]] or rest
    base = "".join(kept)
    if not side and not _known("middle", base):
        side, base = _merged(base)
    return Name(side, base, helper)


def _merged(base: str) -> tuple[str, str]:
    """Side and rest of names in small letters throughout, such as ``lfemur`` or ``leftupleg``."""
    for side in SIDES:
        for mark in sorted(table()[side], key=len, reverse=True):
            if base.startswith(mark) and _known("roles", base[len(mark) :]):
                return side, base[len(mark) :]
            if base.endswith(mark) and _known("roles", base[: -len(mark)]):
                return side, base[: -len(mark)]
    return "", base


def _known(group: str, base: str) -> bool:
    return any(base in words for words in table()[group].values())

"""The list of outside prompts: its schema, its split, and that training does not hold its sentences."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.prompts import CHOOSE, KINDS, OUTSIDE, draw_choose, load

ROOT = Path(__file__).resolve().parents[2]
PIECE = re.compile(r'"(?:[^"\\\n]|\\.)*"|[^\n]+')


def plain(text: str) -> str:
    """Lower case, single blanks, without marks at the ends."""
    return " ".join(text.lower().split()).strip(" .,!?;:'\"`")


def test_every_prompt_has_text_kind_split_and_a_pinned_source():
    prompts = load()
    assert len(prompts) >= 100
    assert len({prompt.id for prompt in prompts}) == len({plain(prompt.text) for prompt in prompts}) == len(prompts)
    for prompt in prompts:
        source = prompt.source
        assert prompt.text.strip() == prompt.text != ""
        assert re.fullmatch(r"[\w.-]+/[\w.-]+", source.repo) and source.path and source.licence
        assert re.fullmatch(r"[0-9a-f]{40}", source.commit)
    rows = json.loads(OUTSIDE.read_text())
    assert {tuple(sorted(row)) for row in rows} == {("id", "kind", "source", "split", "text")}


def test_the_split_is_the_seeded_draw_and_holds_every_kind():
    prompts = load()
    drawn = draw_choose({prompt.id: prompt.kind for prompt in prompts})
    assert {prompt.id for prompt in load("choose")} == drawn and len(drawn) == CHOOSE
    assert len(load("report")) >= 70
    total, chosen = (Counter(prompt.kind for prompt in part) for part in (prompts, load("choose")))
    assert all(total[kind] >= 10 and abs(chosen[kind] - CHOOSE * total[kind] / len(prompts)) < 1 for kind in KINDS)


def test_an_unknown_kind_is_refused(tmp_path):
    row = {**json.loads(OUTSIDE.read_text())[0], "kind": "dance"}
    (tmp_path / "list.json").write_text(json.dumps([row]))
    with pytest.raises(ValueError, match="kind 'dance'"):
        load(path=tmp_path / "list.json")
    with pytest.raises(ValueError, match="choose and report"):
        load("train")


def test_no_prompt_is_a_sentence_of_training():
    wanted = {plain(prompt.text): prompt.id for prompt in load()}
    found = []
    for path in sorted((ROOT / "train").rglob("*")):
        if path.suffix in (".txt", ".json", ".py") and path.is_file():
            pieces = {plain(piece) for piece in PIECE.findall(path.read_text())}
            found += [f"{wanted[text]} in {path.relative_to(ROOT)}" for text in pieces & wanted.keys()]
    assert not found, f"take these sentences out of the training files, the list is test data: {found}"

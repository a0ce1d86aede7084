"""The list of outside prompts: its schema, its splits, and that training does not hold its sentences."""

import json
import re
from collections import Counter
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from benchmarks.prompts import CHOOSE, DEVELOP, KINDS, OUTSIDE, draw_choose, load

ROOT = Path(__file__).resolve().parents[2]
NEAR = 0.8
"""Share of common words in order, above which a prompt is another one in nearly the same words."""
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
    prompts = [prompt for prompt in load() if prompt.split != DEVELOP]
    drawn = draw_choose({prompt.id: prompt.kind for prompt in prompts})
    assert {prompt.id for prompt in load("choose")} == drawn and len(drawn) == CHOOSE
    assert len(load("report")) >= 70
    total, chosen = (Counter(prompt.kind for prompt in part) for part in (prompts, load("choose")))
    assert all(total[kind] >= 10 and abs(chosen[kind] - CHOOSE * total[kind] / len(prompts)) < 1 for kind in KINDS)


def test_the_development_prompts_hold_every_kind_and_come_from_many_repositories():
    prompts = load(DEVELOP)
    kinds, repositories = (Counter(found) for found in zip(*((p.kind, p.source.repo) for p in prompts), strict=True))
    assert len(prompts) >= 90 and all(kinds[kind] >= 6 for kind in KINDS)
    assert max(repositories.values()) <= 25 and len(repositories) >= 10


def test_no_development_prompt_is_nearly_one_of_the_measured_prompts():
    words = {prompt.id: re.findall(r"[a-z0-9]+", prompt.text.lower()) for prompt in load()}
    for measured in [*load("choose"), *load("report")]:
        matcher = SequenceMatcher(None, b=words[measured.id], autojunk=False)
        for prompt in load(DEVELOP):
            matcher.set_seq1(words[prompt.id])
            assert matcher.quick_ratio() < NEAR or matcher.ratio() < NEAR, f"{prompt.id} repeats {measured.id}"


def test_an_unknown_kind_is_refused(tmp_path):
    row = {**json.loads(OUTSIDE.read_text())[0], "kind": "dance"}
    (tmp_path / "list.json").write_text(json.dumps([row]))
    with pytest.raises(ValueError, match="kind 'dance'"):
        load(path=tmp_path / "list.json")
    with pytest.raises(ValueError, match="choose, report, develop; got 'train'"):
        load("train")


def test_no_prompt_is_a_sentence_of_training():
    wanted = {plain(prompt.text): prompt.id for prompt in load()}
    found = []
    for path in sorted((ROOT / "train").rglob("*")):
        if path.suffix in (".txt", ".json", ".py") and path.is_file():
            pieces = {plain(piece) for piece in PIECE.findall(path.read_text())}
            found += [f"{wanted[text]} in {path.relative_to(ROOT)}" for text in pieces & wanted.keys()]
    assert not found, f"take these sentences out of the training files, the list is test data: {found}"

"""Forms, arithmetic and files of the blind reading."""

import dataclasses
import json

import numpy as np
import pytest
from PIL import Image
from scipy.stats import binomtest

from benchmarks.blind import collect, forms, montage, sheets
from benchmarks.blind.drawing import LARGEST, encode
from benchmarks.blind.ground import project
from benchmarks.blind.plots import top_view
from benchmarks.blind.statistics import agreement, cohen_kappa, pairwise, wilson
from benchmarks.prompts import load
from hmvlm.body.skeleton import INDEX
from hmvlm.motion.facts.signals import Signals

PROMPTS = load("choose")[:4]
HEADER = {"model": "none", "seed": 3}


def answer(verdict="done", broken=False, sheet="a", faults=()):
    return forms.Answer(sheet, "text", verdict, broken, faults)


def test_wilson_interval_is_scipys_and_takes_means_of_readers():
    for hits, count in ((0, 7), (3, 10), (70, 70)):
        low, high = binomtest(hits, count).proportion_ci(method="wilson")
        assert wilson(hits / count, count) == pytest.approx((low, high), abs=1e-6)
    low, high = wilson(0.25, 2)
    assert low < 0.25 < high
    with pytest.raises(ValueError, match="got 0.5 of 0"):
        wilson(0.5, 0)


def test_kappa_is_that_of_cohens_formula():
    one, other = list("aaaaabbbbb"), list("aaaabbbbba")
    assert agreement(one, other) == 0.8
    assert cohen_kappa(one, other) == pytest.approx((0.8 - 0.5) / 0.5)
    assert cohen_kappa(one, one) == 1
    assert np.isnan(cohen_kappa("aa", "aa"))
    assert pairwise([one, other, one]) == pytest.approx((2.6 / 3, (0.6 + 0.6 + 1) / 3))


def test_shares_are_means_over_readers_with_intervals_over_prompts():
    rows = [[answer("done"), answer("partly")], [answer("no", True), answer("no", False)]]
    found = collect.shares(rows)
    assert [found[name][0] for name in ("done", "at_least_partly", "broken")] == [25.0, 50.0, 25.0]
    assert found["at_least_partly"][1:] == pytest.approx([100 * end for end in wilson(0.5, 2)], abs=0.06)


@pytest.mark.parametrize(
    ("change", "message"),
    [({"verdict": "yes"}, "verdict 'yes'"), ({"broken": None}, "broken None"), ({"faults": ["ugly"]}, "ugly")],
)
def test_unfinished_forms_are_refused(tmp_path, change, message):
    row = {**dataclasses.asdict(answer(sheet="0f")), **change}
    (tmp_path / "form.json").write_text(json.dumps({"reader": "1", "answers": [row]}))
    with pytest.raises(ValueError, match=f"sheet 0f .*{message}"):
        forms.read(tmp_path / "form.json")


def test_sheets_resume_and_collect_joins_the_readers(tmp_path):
    folder, asked = tmp_path / "blind", []

    def generate(text, seed):
        asked.append((text, seed))
        if len(asked) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sheets.make(PROMPTS, generate, folder, header=HEADER)
    sheets.make(PROMPTS, generate, folder, header=HEADER)
    assert [text for text, _ in asked] == [PROMPTS[k].text for k in (0, 1, 2, 2, 3)] and {s for _, s in asked} == {3}
    with pytest.raises(ValueError, match="another folder"):
        sheets.make(PROMPTS, generate, folder, header={**HEADER, "seed": 4})

    key = json.loads((folder / "key" / "key.json").read_text())
    paths = [folder / "forms" / f"reader_{reader}.json" for reader in (1, 2)]
    orders = [[row["sheet"] for row in json.loads(path.read_text())["answers"]] for path in paths]
    assert sorted(orders[0]) == sorted(orders[1]) == sorted(key["sheets"]) and orders[0] != orders[1]
    assert not any(prompt.id in paths[0].read_text() for prompt in PROMPTS)

    verdicts = dict(zip([prompt.id for prompt in PROMPTS], ("done", "done", "partly", "no"), strict=True))
    for reader, path in enumerate(paths, start=1):
        form = json.loads(path.read_text())
        for row in form["answers"]:
            prompt = key["sheets"][row["sheet"]]["prompt"]
            row["verdict"] = "no" if reader == 2 and prompt == PROMPTS[0].id else verdicts[prompt]
            row["broken"] = prompt == PROMPTS[3].id
            row["faults"] = ["floating"] if row["broken"] else []
        path.write_text(json.dumps(form))
    results = tmp_path / "results"
    filled = [forms.read(path) for path in paths]
    joined = collect.join(key, filled)
    summary = collect.summarise(joined, load())
    collect.store(folder, key, ["1", "2"], joined, summary, results / "x.json")
    stored = json.loads((results / "x.json").read_text())
    assert stored["summary"]["mean"]["done"][0] == 37.5 and stored["seed"] == 3
    assert stored["summary"]["verdict_agreement"] == {"percent": 75.0, "kappa": 0.64}
    assert stored["summary"]["broken_agreement"] == {"percent": 100.0, "kappa": 1.0}
    assert {row["prompt"]: row["verdicts"] for row in stored["verdicts"]}[PROMPTS[0].id] == ["done", "no"]
    assert "| mean of the readers | 4 | 37.5 (" in collect.table(summary)
    [picture] = montage.store(folder, key, results, "x")
    assert Image.open(picture).width == montage.COLUMNS * montage.WIDTH

    with pytest.raises(ValueError, match="at least two readers"):
        collect.join(key, filled[:1])
    with pytest.raises(ValueError, match="reader 2 has other sheets"):
        collect.join(key, [filled[0], dataclasses.replace(filled[1], answers=filled[1].answers[:-1])])


def test_results_of_development_prompts_stay_with_their_sheets(tmp_path):
    assert collect.results_folder(tmp_path, {"split": "develop"}) == tmp_path
    assert collect.results_folder(tmp_path, {"split": "report"}) == collect.RESULTS
    assert not [path for path in collect.RESULTS.glob("*.json") if json.loads(path.read_text())["split"] == "develop"]


def test_sheets_stay_below_their_limit():
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (60, 80, 3), np.uint8))
    assert len(encode(noise)) <= LARGEST
    with pytest.raises(ValueError, match="more than 100"):
        encode(noise, 100)


def test_a_point_ahead_of_the_camera_is_in_the_middle_and_left_is_left():
    pose = np.eye(4)
    pose[2, 3] = 5.0
    pixels, depth = project(np.array([[0.0, 0.0, 0.0], [-1.0, 1.0, 0.0]]), pose, (200, 100))
    assert pixels[0] == pytest.approx([100, 50]) and depth == pytest.approx([5, 5])
    assert pixels[1][0] < 100 and pixels[1][1] < 50


def test_the_top_view_shows_a_walk_to_the_left_at_the_left():
    joints = np.zeros((20, 24, 3))
    for side, x in (("left", 0.1), ("right", -0.1)):
        for joint in ("hip", "shoulder"):
            joints[:, INDEX[f"{side}_{joint}"], 0] = x
    joints[..., 0] += np.linspace(0, 2, 20)[:, None]  # +X is the left of a body that faces +Z
    ink = np.asarray(top_view(Signals(joints), np.array([0, 19]), (300, 300)).convert("L")) < 110
    columns = np.flatnonzero(ink[100:].any(axis=0))
    green = np.asarray(top_view(Signals(joints), np.array([0, 19]), (300, 300)))
    start = np.flatnonzero(((green == [20, 140, 60]).all(axis=-1)).any(axis=0))
    assert start.min() > 200 and columns.min() < 100

"""The committed prompts and their checks."""

import json
import random
from types import SimpleNamespace

import pytest

from hmvlm.motion.facts import facts
from tests import motions
from train.evaluation.sections import fact_checks, prompt_calibration
from train.evaluation.sections import prompt_checks as pc
from train.recordings.store import Recording, save_motions


@pytest.fixture(scope="module")
def measured():
    return {
        "walk": facts(motions.walk()),
        "left": facts(motions.walk(5.0, 1.0, 90.0)),
        "back": facts(motions.walk(4.0, 1.0, direction=-1.0)),
        "hand": facts(motions.raise_hand("left")),
        "wave": facts(motions.raise_hand("right", 4.0, wave=True)),
        "squat": facts(motions.squat()),
        "bow": facts(motions.bow()),
        "jump": facts(motions.jump(0.3, 0.8)),
        "still": facts(motions.still()),
    }


def test_there_are_at_least_sixty_prompts_with_known_checks():
    entries = pc.load_prompts()
    assert len({(e["prompt"], e.get("than")) for e in entries}) == len(entries) >= 60
    assert sum("than" in e for e in entries) >= 6
    assert {e["check"] for e in entries} <= set(fact_checks.CHECKS) | {"more"}


@pytest.mark.parametrize(
    ("prompt", "passing"),
    [
        ("a person walks forward", {"walk", "left"}),
        ("a person walks backward", {"back"}),
        ("a person walks forward and turns left", {"left"}),
        ("a person walks and then turns to the right", set()),
        ("a person raises the left hand", {"hand"}),
        ("Raise your right arm.", {"wave"}),
        ("wave your right hand from side to side", {"wave"}),
        ("a person bows", {"bow"}),
        ("a person does a deep squat", {"squat"}),
        ("jump forward", {"jump"}),
        ("do jumping jacks", set()),
        ("a person does a cartwheel", set()),
    ],
)
def test_checks_pass_for_what_they_ask_and_for_nothing_else(prompt, passing, measured):
    entry = next(e for e in pc.load_prompts() if e["prompt"] == prompt)
    assert {name for name, f in measured.items() if pc.passes(entry, f)} == passing


def test_no_check_passes_for_standing_still(measured):
    passed = [e["prompt"] for e in pc.load_prompts() if pc.passes(e, measured["still"], measured["still"])]
    assert passed == []


def test_comparisons_need_the_ratio(measured):
    slow, fast = facts(motions.walk(4.0, 0.7)), facts(motions.walk(4.0, 1.4))
    entry = {"prompt": "a", "than": "b", "check": "more", "with": {"measure": "speed", "ratio": 1.3}}
    assert pc.passes(entry, fast, slow)
    assert not pc.passes(entry, slow, fast) and not pc.passes(entry, fast, fast) and not pc.passes(entry, fast)


def test_running_a_model_counts_and_names_failures(capsys):
    class Walker:
        def chat(self, prompt, seed, variations, **_):
            return SimpleNamespace(motions=[motions.walk()] * (variations - 1) if "walk" in prompt else [])

    entries = [e for e in pc.load_prompts() if e["prompt"] in ("a person walks forward", "a person bows")]
    rows = pc.check_all(entries, Walker(), 3)
    assert [(r["passed"], r["of"], r["failed_seeds"]) for r in rows] == [(2, 3, [2]), (0, 3, [0, 1, 2])]
    assert "2/3" in capsys.readouterr().out


def test_an_unknown_check_is_named(tmp_path):
    path = tmp_path / "prompts.json"
    path.write_text(json.dumps({"prompts": [{"prompt": "fly", "check": "flies", "with": {}}]}))
    with pytest.raises(ValueError, match="flies"):
        pc.load_prompts(path)


def test_calibration_counts_recordings_that_show_the_action_and_others(tmp_path, capsys):
    kinds = {"walk": motions.walk, "raise-up-left-hand": lambda: motions.raise_hand("left")}
    clips = [
        Recording(f"{kind}_{index}", "bandai_namco", "train", kind, make(), {"content": kind, "style": "normal"})
        for kind, make in kinds.items()
        for index in range(2)
    ]
    save_motions(tmp_path / "motions.npz", clips)
    entry = next(e for e in pc.load_prompts() if e["prompt"] == "a person walks forward")
    rows = prompt_calibration.calibrate([entry], str(tmp_path / "motions.npz"), random.Random(0))
    assert rows[0]["recordings"] >= 2 and rows[0]["true_positive_rate"] == 1 and rows[0]["false_positive_rate"] == 0
    assert "100%" in capsys.readouterr().out


@pytest.mark.slow
def test_prompts_are_checked_until_the_time_is_over(context, monkeypatch):
    first = pc.load_prompts()[:3]
    monkeypatch.setattr(pc, "load_prompts", lambda: first)
    table = pc.run(context)[0]
    assert table.samples == 3 and 0 <= table.rows["HMVLM"][0][0] <= 100
    context.budget.minutes["prompts"] = 0.0
    with pytest.raises(ValueError, match="more minutes"):
        pc.run(context)

"""Tables, provenance and the report that holds them."""

import subprocess
from pathlib import Path

import numpy as np
import pytest

from train.evaluation import run
from train.evaluation.context import ALL, QUICK, EvaluationContext, TimeLimit
from train.evaluation.report.document import Report, targets
from train.evaluation.report.provenance import checkpoint_hash
from train.evaluation.report.tables import Table, format_cell, to_json
from train.loop.record import commit


def table(name="tokenizer", rows=None, columns=("error", "use %")):
    rows = rows or {"ours": ((12.345, 0.5), 91.0), "theirs": (None, "n/a")}
    return Table(
        name, "A title", columns, rows, "test", 10, "0", "95 % over clips", ("A note.",), {"A plot": "plot.png"}
    )


def test_cells_in_print():
    assert [format_cell(cell) for cell in (None, "x", 3, 0.12345, 123.45, 12345.6, (1.0, 0.25), float("nan"))] == [
        "–", "x", "3", "0.123", "123.5", "12346", "1.000 ± 0.250", "–",
    ]  # fmt: skip


def test_a_table_checks_its_rows_and_survives_json():
    with pytest.raises(ValueError, match="1 cells for 2 columns"):
        table(rows={"ours": (1.0,)})
    whole = table()
    assert Table.from_dict(to_json(whole.as_dict())) == whole
    assert "12.3 ± 0.5" in whole.text() and "| ours | 12.3 ± 0.5 | 91.0 |" in whole.markdown("commit x")


def test_every_table_of_a_report_says_where_its_numbers_come_from(tmp_path):
    report = Report(machine="two cores")
    report.missing["pose"] = "views.npz is missing"
    report.add("tokenizer", [table()], "commit abc · checkpoint 123")
    report.write(tmp_path / "results" / "results.json", tmp_path / "results.md")
    text = (tmp_path / "results.md").read_text()
    for part in (
        "commit abc · checkpoint 123",
        "test, 10 samples",
        "seeds 0",
        "± 95 % over clips",
        "(results/plot.png)",
        "pose: views.npz",
        "## Limits",
    ):
        assert part in text, part
    again = Report.load(tmp_path / "results" / "results.json")
    again.add("pose", [table("pose_views")], "commit def · checkpoint 123")
    assert not again.missing and [one.name for one, _ in again.ordered()] == ["tokenizer", "pose_views"]
    assert again.tables["tokenizer"] == report.tables["tokenizer"]


def test_targets_are_said_to_be_met_or_missed():
    rows = {
        "real motion": ((0.5, 0), (0.6, 0), (0.8, 0.0), (0.0, 0.0)),
        "tokenizer reconstruction": ((0.5, 0), (0.6, 0), (0.8, 0.0), (1.0, 0.0)),
        "nearest caption's clip": ((0.5, 0), (0.6, 0), (0.7, 0.0), (2.0, 0.0)),
        "HMVLM": ((0.5, 0), (0.6, 0), (0.61, 0.0), (4.0, 0.0)),
    }
    lines = targets({"text_to_motion": table("text_to_motion", rows, ("R@1", "R@2", "R@3", "FID"))})
    assert [line.rsplit("|", 2)[1].strip() for line in lines] == ["met", "**missed**", "**missed**"]


def test_the_hash_of_a_checkpoint_follows_its_weights(tmp_path):
    with pytest.raises(FileNotFoundError, match="holds no weights"):
        checkpoint_hash(tmp_path)
    (tmp_path / "a.safetensors").write_bytes(b"1")
    first = checkpoint_hash(tmp_path)
    (tmp_path / "notes.txt").write_text("no weights")
    (tmp_path / "training.json").write_text("{}")
    assert checkpoint_hash(tmp_path) == first and len(first) == 8
    (tmp_path / "a.safetensors").write_bytes(b"2")
    assert checkpoint_hash(tmp_path) != first


def test_the_commit_has_a_mark_when_files_were_changed(tmp_path):
    assert commit(tmp_path) == "unknown"
    (tmp_path / "a").write_text("1")
    name = ["-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (["init", "-q"], ["add", "a"], [*name, "commit", "-qm", "a"]):
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True)
    clean = commit(tmp_path)
    (tmp_path / "a").write_text("2")
    assert len(clean) == 8 and commit(tmp_path) == f"{clean}+"


def test_sections_fit_into_what_is_promised():
    assert (
        sum(QUICK.minutes.values()) <= 5 and sum(ALL.minutes.values()) <= 50
    )  # the rest is for loading and for missing files
    assert set(ALL.minutes) == set(QUICK.minutes) < set(run.SECTIONS)
    assert TimeLimit(0).exceeded and not TimeLimit(1).exceeded and TimeLimit(2).fraction(0.5).minutes == 1


def test_a_section_without_its_files_is_noted_in_a_whole_run_and_an_error_alone(tmp_path):
    (tmp_path / "a.safetensors").write_bytes(b"1")
    context = EvaluationContext(str(tmp_path), QUICK, pairs=tmp_path / "pairs.npz")
    sections = {"text_to_motion": lambda given: given.test_pairs}
    report = run.evaluate(context, sections, Report(), True, tmp_path)
    assert "pairs.npz is missing" in report.missing["text_to_motion"]
    assert "pairs.npz is missing" in (tmp_path / "results.md").read_text()
    with pytest.raises(FileNotFoundError):
        run.evaluate(context, sections, Report(), False, tmp_path)


def test_options_for_further_checkpoints():
    assert str(run.named_folders(["plain LoRA=out/lora"])["plain LoRA"]) == "out/lora"
    with pytest.raises(ValueError, match="NAME=FOLDER"):
        run.named_folders(["out/lora"])


def test_fields_of_the_budget_are_set_by_name():
    changed = run.changed_budget(QUICK, ["questions=200", "minutes=9", "greedy_answers=3,4"])
    assert (
        changed.questions == 200
        and changed.greedy_answers == (3, 4)
        and changed.minutes == dict.fromkeys(QUICK.minutes, 9)
    )
    for wrong in ("question=2", "questions", "questions=many"):
        with pytest.raises(ValueError, match="NAME=NUMBER with one of captioned_motions, .*not 'question"):
            run.changed_budget(QUICK, [wrong])


def test_plain_turns_numpy_into_json():
    assert to_json({"a": (np.float64(1.5), [np.int64(2)])}) == {"a": [1.5, [2]]}


def test_settings_of_a_run_are_checked_and_become_a_context(tmp_path):
    settings = run.EvaluationSettings(quick=True, data=tmp_path, also=["plain LoRA=out/lora"], budget=["views=7"])
    context = settings.context()
    assert context.budget.views == 7 and context.motions == tmp_path / "motions.npz"
    assert settings.folder == Path("outputs/quick") and context.figures == Path("outputs/quick/results")
    assert context.other_checkpoints == {"plain LoRA": Path("out/lora")} and not settings.photo_data()
    assert run.EvaluationSettings(clips=[Path("a.mp4")]).photo_data()
    for wrong, words in (
        ({"all": True, "quick": True}, "exclude each other"),
        ({"only": ["gates"]}, "not 'gates'"),
        ({"human36m": [Path("a.npz")]}, "got 1 path"),
        ({"against": tmp_path / "none.json"}, "none.json is missing"),
        ({"also": ["lora"]}, "NAME=FOLDER"),
    ):
        with pytest.raises(ValueError, match=words):
            run.EvaluationSettings(**wrong)

"""``hmvlm-train`` knows every stage, and passes the arguments on."""

import sys
from pathlib import Path

import pytest

from train import cli

ROOT = Path(__file__).resolve().parents[2]


def test_every_script_is_a_stage():
    scripts = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (ROOT / "train").rglob("*.py")
        if '\nif __name__ == "__main__":' in path.read_text()
    }
    stages = [stage.module for stage in cli.BY_NAME.values()]
    assert set(stages) == scripts - {"train.cli"}, "list each script, and nothing else, in train/cli.py"
    assert len(stages) == len(set(stages)) == sum(map(len, cli.STAGES.values()))


def test_help_lists_the_stages(capsys):
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--help"])
    shown = capsys.readouterr().out
    assert all(f"\n  {stage.name} " in shown and stage.text in shown for stage in cli.BY_NAME.values())


def test_an_unknown_stage_is_refused(capsys):
    with pytest.raises(SystemExit, match="2"):
        cli.main(["stage3"])
    assert "invalid choice: 'stage3'" in capsys.readouterr().err


def test_a_stage_gets_its_arguments(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["pytest"])
    with pytest.raises(SystemExit, match="0"):
        cli.main(["recordings-report", "--help"])
    assert "--json" in capsys.readouterr().out and sys.argv == ["hmvlm-train recordings-report", "--help"]

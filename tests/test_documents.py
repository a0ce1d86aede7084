"""README and docs: every command is understood by its program, examples are Python, links lead to files.

``python -m benchmarks.commands`` runs the commands of hmvlm for real.
"""

import argparse
import ast
import importlib
import re
import sys

import pytest

from benchmarks.commands import MADE, ROOT, blocks, commands, documents
from hmvlm.cli import batch
from hmvlm.cli.arguments import parser
from train.cli import STAGES

MODULES = {stage.name: stage.module for group in STAGES.values() for stage in group}
DOCUMENTED = [(page, words) for page in documents() for words in commands(page)]
ELSEWHERE = (
    "python3",
    ".venv/bin/pip",
    ".venv/bin/python",
    ".venv/bin/pre-commit",
    "blender",
    "docker",
    "hf",
    "kill",
    "serve",
)
"""Programs whose options are not ours."""


class Parsed(BaseException):
    """A program has understood its options, and would now begin."""


def module_of(words):
    """The module that a command runs and its arguments; None for other programs."""
    if words[:2] == ["accelerate", "launch"]:
        words = ["hmvlm-train", *words[words.index("train.cli") + 1 :]]
    if words[0] == "hmvlm-train":
        return (MODULES[words[1]], words[2:]) if words[1:] != ["--help"] else None
    return (words[2], words[3:]) if words[:2] == ["python", "-m"] else None


def parses(name):
    """Whether the program of a module gets past its options."""
    module = importlib.import_module(name)
    if hasattr(module, "__path__"):
        module = importlib.import_module(f"{name}.__main__")
    try:
        module.main()
    except Parsed:
        return True
    except SystemExit as error:
        return error.code == 0
    return False


def test_commands_of_hmvlm_are_understood():
    found = [words[1:] for _, words in DOCUMENTED if words[0] == "hmvlm"]
    assert len(found) >= 10
    for words in found:
        if "--print-completion" not in words:
            options = parser().parse_args(words)
            assert options.command != "generate" or options.batch or len(batch.jobs(options)) == 1


def test_files_that_commands_read_are_made_before_they_are_run():
    for page, words in DOCUMENTED:
        if words[0] == "hmvlm" and "--print-completion" not in words:
            options = parser().parse_args(words[1:])
            for path in (getattr(options, "file", None), getattr(options, "batch", None)):
                assert path is None or str(path) in MADE, f"{page.name}: {words}"


def test_scripts_exist_and_know_their_options():
    for page, words in DOCUMENTED:
        if words[0] in ELSEWHERE or words[0] in ("hmvlm", "hmvlm-train", "accelerate", "python"):
            continue
        script = ROOT / words[0]
        assert script.is_file() and script.stat().st_mode & 0o100, f"{page.name}: {words}"
        own = [word for word in words[1:] if word.startswith("--") and len(word) > 2]
        if script.name != "test.sh" and "--" not in words:
            assert all(word in script.read_text() for word in own), f"{page.name}: {words}"


@pytest.mark.slow
def test_commands_of_training_and_benchmarks_are_understood(monkeypatch):
    """Each module runs as far as its options are parsed."""
    known, inside = argparse.ArgumentParser.parse_known_args, []

    def parse_and_stop(self, *arguments, **options):
        inside.append(self)
        try:
            found, unknown = known(self, *arguments, **options)
        finally:
            inside.pop()
        if inside:  # the parser of a subcommand
            return found, unknown
        assert not unknown, unknown
        raise Parsed

    monkeypatch.setattr(argparse.ArgumentParser, "parse_known_args", parse_and_stop)
    seen = 0
    for page, words in DOCUMENTED:
        run = module_of(words)
        if run is None or run[0] == "venv":
            continue
        monkeypatch.setattr(sys, "argv", [run[0], *run[1]])
        assert parses(run[0]), f"{page.name}: {words}"
        seen += 1
    assert seen >= 50


def test_examples_are_python_of_today():
    for page in documents():
        for code in blocks(page, "python"):
            for node in ast.walk(ast.parse(code)):
                if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in ("hmvlm", "train"):
                    imported = __import__(node.module, fromlist=[name.name for name in node.names])
                    assert all(hasattr(imported, name.name) for name in node.names), f"{page.name}: {node.module}"


def test_links_lead_to_files():
    for page in documents():
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
            if "://" not in target and not target.startswith("mailto:"):
                assert (page.parent / target).exists(), f"{page.name}: {target}"

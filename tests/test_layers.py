"""Imports run one way (the contracts in pyproject.toml), and training needs neither the renderer nor the web stack."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def test_import_contracts_are_kept():
    pytest.importorskip("importlinter", reason="import-linter is not installed; it needs Python 3.11")
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-800:]


@pytest.mark.slow
def test_every_stage_is_imported_without_renderer_and_web_stack():
    script = (
        "import importlib, sys\n"
        "for name in ('gradio', 'pyrender', 'smplx', 'av', 'imageio', 'trimesh', 'pyglet', 'OpenGL'):\n"
        "    sys.modules[name] = None\n"
        "from train.cli import BY_NAME\n"
        "for stage in BY_NAME.values():\n"
        "    importlib.import_module(stage.module)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-800:]

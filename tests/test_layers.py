"""Imports run one way, and training needs neither renderer nor web stack."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
RANK = {
    "rankers": 5,
    "tasks": 5,
    "config": 0,
    "paths": 0,
    "__version__": 0,
    "weights": 0,
    "body": 1,
    "motion": 2,
    "tokenizer": 3,
    "render": 4,
    "language": 4,
    "vision": 4,
    "motion_files": 5,
    "assistant": 5,
}
RANK |= {"cli": 6, "ui": 6, "__main__": 7, "__init__": 7}


def layer(module: str) -> str:
    return module.split(".")[1] if "." in module else "__init__"


def imports(path: Path) -> list[str]:
    tree = ast.parse(path.read_text())
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names = [node.module] if node.module != "hmvlm" else [f"hmvlm.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        found += names
    return found


@pytest.mark.parametrize("path", sorted((ROOT / "hmvlm").rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_run_one_way(path):
    own = layer(".".join(path.relative_to(ROOT).with_suffix("").parts))
    for name in imports(path):
        assert name.split(".")[0] not in ("train", "tests", "benchmarks"), f"{path.name} imports {name}"
        if name.startswith("hmvlm."):
            other = layer(name)
            assert RANK.get(other, 7) <= RANK[own], f"{own} imports {other}"
        if name.split(".")[0] == "gradio":
            assert own == "ui"


def test_training_runs_without_renderer_and_web_stack():
    script = (
        "import sys\n"
        "for name in ('gradio', 'pyrender', 'smplx', 'decord', 'imageio', 'trimesh', 'pyglet', 'OpenGL'):\n"
        "    sys.modules[name] = None\n"
        "import train.tokenizer.stage1, train.segments.prepare, train.instruct.stage2, train.rankers.retrieval, train.tokenizer.metrics\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-800:]

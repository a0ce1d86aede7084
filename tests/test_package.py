"""The package as it is installed: one source for its dependencies, and data files that are found in both places."""

import runpy
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from hmvlm import __version__, paths

ROOT = Path(__file__).resolve().parents[1]


def test_requirements_are_those_of_pyproject():
    written = runpy.run_path(str(ROOT / ".ci" / "requirements.py"))["requirements"]()
    assert (ROOT / "requirements.txt").read_text() == written, "run: python .ci/requirements.py"


def test_data_lies_in_the_repository_or_in_the_installed_package(tmp_path):
    package = tmp_path / "hmvlm"
    package.mkdir()
    assert paths.data_folder("assets", package) == tmp_path / "assets"
    (package / "assets").mkdir()
    assert paths.data_folder("assets", package) == package / "assets"


def test_the_files_are_there():
    assert paths.FREE_BODY.is_file() and paths.EXAMPLE_PHOTO.is_file() and paths.CHECKPOINTS.is_dir()


@pytest.mark.slow
def test_the_wheel_holds_code_and_data(tmp_path):
    pytest.importorskip("hatchling", reason="hatchling is not installed")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir"]
    subprocess.run([*command, str(tmp_path), str(ROOT)], check=True)
    with zipfile.ZipFile(tmp_path / f"hmvlm-{__version__}-py3-none-any.whl") as wheel:
        names = set(wheel.namelist())
    for folder in ("hmvlm", "train", "assets", "checkpoints/embedded"):
        target = folder if folder in ("hmvlm", "train") else f"hmvlm/{folder}"
        files = [path.relative_to(ROOT / folder) for path in (ROOT / folder).rglob("*") if path.is_file()]
        wanted = {f"{target}/{file}" for file in files if file.suffix != ".pyc"}
        assert wanted <= names, sorted(wanted - names)[:5]

"""The package as it is installed: one source for its dependencies, and data files that are found in both places."""

import runpy
from pathlib import Path

from hmvlm import paths

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

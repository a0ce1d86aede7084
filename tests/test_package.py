"""The package as it is installed: one source for its dependencies, and data files that are found in both places."""

import re
import runpy
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from hmvlm import __version__, paths

ROOT = Path(__file__).resolve().parents[1]


def test_requirements_are_those_of_pyproject():
    written = runpy.run_path(str(ROOT / ".ci" / "requirements.py"))["requirements"]()
    assert (ROOT / "requirements.txt").read_text() == written, "run: python .ci/requirements.py"


def locked() -> dict[str, list[Requirement]]:
    """Requirements of the lock files by name, after a check that each has a hash."""
    found: dict[str, list[Requirement]] = {}
    for name in ("requirements.lock", "requirements.torch.lock"):
        text = (ROOT / name).read_text()
        for block in re.split(r"\n(?=[a-z0-9])", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)):
            first, *hashes = block.replace("\\", "").split("\n")
            assert hashes and all(re.fullmatch(r"\s*(--hash=sha256:[0-9a-f]{64}\s*)?", line) for line in hashes), first
            one = Requirement(first.strip())
            found.setdefault(one.name, []).append(one)
    return found


@pytest.mark.parametrize("version", ["3.10", "3.11", "3.12"])
def test_lock_files_fulfil_every_requirement_for_every_python(version):
    environment = {**default_environment(), "python_version": version, "python_full_version": f"{version}.5"}
    lock = locked()
    for line in (ROOT / "requirements.txt").read_text().splitlines():
        if line.startswith("#"):
            continue
        asked = Requirement(line)
        if asked.marker and not asked.marker.evaluate(environment):
            continue
        name = canonicalize_name(asked.name)
        pinned = [one for one in lock.get(name, []) if not one.marker or one.marker.evaluate(environment)]
        assert len(pinned) == 1, f"{line}: run python .ci/requirements.py --lock"
        assert asked.specifier.contains(next(iter(pinned[0].specifier)).version), line


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

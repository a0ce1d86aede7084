"""Write requirements.txt, which a Hugging Face Space and run.sh install from, out of pyproject.toml, and its lock file.

python .ci/requirements.py            requirements.txt
python .ci/requirements.py --lock     also requirements.lock, by uv: exact versions and SHA-256 of every file

The lock file holds for all supported versions of Python. torch has a file of its own, requirements.torch.lock, as its
build (CPU or CUDA) is the machine's choice; the libraries of the CUDA build are in neither.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[1]
HEADER = "# Written by .ci/requirements.py from the dependencies in pyproject.toml. Edit them there."
LOCK_HEADER = f"{HEADER}\n# python .ci/requirements.py --lock\n"
OLDEST = "3.10"
CUDA = ("nvidia-", "cuda-", "triton")
"""Beginnings of the names of packages that only the CUDA build of torch needs."""
CPU_WHEELS = ("6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b",)
"""SHA-256 of builds of torch for a CPU: Python 3.11 on Linux, x86-64. They are not on the package index."""


def requirements(root: Path = ROOT) -> str:
    """Text of requirements.txt: the package's runtime dependencies, one a line."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return "\n".join([HEADER, *project["dependencies"], ""])


def locked(root: Path = ROOT) -> tuple[str, str]:
    """Texts of requirements.lock and requirements.torch.lock, as uv resolves requirements.txt."""
    command = ["uv", "pip", "compile", "--universal", "--python-version", OLDEST, "--generate-hashes", "--quiet"]
    command += ["--no-header", "--no-annotate", "--no-emit-index-url"]
    command += ["--constraint", str(root / ".ci" / "constraints.txt"), str(root / "requirements.txt")]
    resolved = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    blocks = [block for block in _blocks(resolved) if not block.startswith(CUDA)]
    torch = [block for block in blocks if block.startswith("torch==")]
    more = "".join(f" \\\n    --hash=sha256:{digest}" for digest in CPU_WHEELS)
    others = "".join(block for block in blocks if block not in torch)
    return LOCK_HEADER + others, LOCK_HEADER + "".join(torch).rstrip("\n") + more + "\n"


def _blocks(text: str) -> list[str]:
    """A lock file's requirements, each with its lines of hashes."""
    blocks: list[str] = []
    for line in text.splitlines(keepends=True):
        if line.startswith((" ", "\t")):
            blocks[-1] += line
        else:
            blocks.append(line)
    return blocks


if __name__ == "__main__":
    (ROOT / "requirements.txt").write_text(requirements(), encoding="utf-8")
    if "--lock" in sys.argv[1:]:
        lock, torch_lock = locked()
        (ROOT / "requirements.lock").write_text(lock, encoding="utf-8")
        (ROOT / "requirements.torch.lock").write_text(torch_lock, encoding="utf-8")

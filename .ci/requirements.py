"""Write requirements.txt, which a Hugging Face Space and run.sh install from, out of pyproject.toml.

python .ci/requirements.py
"""

from __future__ import annotations

import sys
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[1]
HEADER = "# Written by .ci/requirements.py from the dependencies in pyproject.toml. Edit them there."


def requirements(root: Path = ROOT) -> str:
    """Text of requirements.txt: the package's runtime dependencies, one a line."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return "\n".join([HEADER, *project["dependencies"], ""])


if __name__ == "__main__":
    (ROOT / "requirements.txt").write_text(requirements(), encoding="utf-8")

"""Files of one message that belong together: a motion, and what it needs beside it.

Uploads lie in folders of their own. A motion that came with its companions is therefore linked with them into one.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from hmvlm.motion.formats import COMPANIONS, advice
from hmvlm.ui import exports


def together(files: Sequence[Path], before: Path | None = None) -> list[Path]:
    """The files that are answered one by one: those that are no companions, with theirs beside them.

    Args:
        files: the uploads of one message.
        before: a motion of the message before, which lacked its companion.

    Raises:
        ValueError: a companion without its motion; one sentence.
    """
    beside = [file for file in files if is_part(file)]
    mains = [file for file in files if file not in beside]
    if not beside:
        return mains
    if before is not None and not any(_fitting(main, beside) for main in mains):
        mains.append(before)
    for file in beside:
        if not any(file in _fitting(main, beside) for main in mains):
            raise ValueError(advice(file))
    return [_placed(main, own) if (own := _fitting(main, beside)) else main for main in mains]


def is_part(file: Path) -> bool:
    """Whether a file is what another one needs beside it."""
    return file.suffix.lower() in COMPANIONS.values()


def _fitting(main: Path, beside: Sequence[Path]) -> list[Path]:
    wanted = COMPANIONS.get(main.suffix.lower())
    return [file for file in beside if file.suffix.lower() == wanted]


def _placed(main: Path, beside: Sequence[Path]) -> Path:
    """The motion in a new folder with the files that it needs."""
    folder = exports.new_folder()
    for file in (main, *beside):
        target = folder / file.name
        if target.exists():
            continue
        try:
            os.link(file, target)
        except OSError:  # another file system
            shutil.copyfile(file, target)
    return folder / main.name

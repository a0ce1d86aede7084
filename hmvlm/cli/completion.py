"""Completion of commands, options and file names in bash, zsh and tcsh, by ``shtab``.

hmvlm --print-completion bash >> ~/.bash_completion
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

SHELLS = ("bash", "zsh", "tcsh")


class _Print(argparse.Action):
    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option: str | None = None
    ) -> None:
        import shtab

        _complete_files(parser, shtab.FILE)
        print(shtab.complete(parser, values))
        parser.exit(0)


def add_completion(parser: argparse.ArgumentParser) -> None:
    """Add ``--print-completion SHELL``."""
    parser.add_argument(
        "--print-completion", action=_Print, choices=SHELLS, metavar="SHELL",
        help=f"print a completion script for {', '.join(SHELLS)} and stop",
    )  # fmt: skip


def _complete_files(parser: argparse.ArgumentParser, kind: Any) -> None:
    """Mark the arguments of a parser and of its commands that are paths."""
    for action in parser._actions:
        commands = action.choices.values() if isinstance(action, argparse._SubParsersAction) else []
        for command in commands:
            _complete_files(command, kind)
        if action.type is Path:
            action.complete = kind  # type: ignore[attr-defined]

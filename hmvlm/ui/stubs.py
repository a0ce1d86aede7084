"""Gradio's start without its stub files.

While it is imported, Gradio 6 parses the source of each of its components to write a ``.pyi`` file for editors beside
it. That is half of the processor time of its import, and of no use to who serves a page.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

MAKER, FUNCTION = "gradio.component_meta", "create_or_modify_pyi"
"""The module that writes the files, and its function that does."""


class _WithoutStubs(MetaPathFinder):
    """Finds the module that writes stub files, once, and takes its function out after it is loaded."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != MAKER:
            return None
        sys.meta_path.remove(self)
        spec = PathFinder.find_spec(fullname, path)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                load(module)
                if hasattr(module, FUNCTION):
                    setattr(module, FUNCTION, lambda *_, **__: None)

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def skip() -> None:
    """Let a later ``import gradio`` write no stub files; without effect where it is imported already."""
    if MAKER not in sys.modules and not any(isinstance(one, _WithoutStubs) for one in sys.meta_path):
        sys.meta_path.insert(0, _WithoutStubs())

"""Fixtures that several test modules share."""

from __future__ import annotations

import logging
import os

import pytest

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

LONGEST = "test_runs.py"
"""The file whose tests take the longest: minutes."""
SLOW_FIXTURES = {"embedded", "stages"}
"""Fixtures that load the embedded checkpoint or train: every test that requests one is marked ``slow``."""


@pytest.hookimpl(tryfirst=True)  # before pytest drops what -m leaves out
def pytest_collection_modifyitems(items):
    for item in items:
        if SLOW_FIXTURES & set(item.fixturenames):
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: item.path.name != LONGEST)  # it would else run alone at the end of a parallel run


@pytest.fixture(autouse=True)
def root_log():
    """What a test does to the root logger ends with it; a handler kept would write to a captured stream."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:], root.level = handlers, level


@pytest.fixture(scope="session")
def embedded():
    """The assistant of the embedded checkpoint, loaded once for all tests."""
    from hmvlm.assistant import HMVLM

    return HMVLM.from_pretrained("embedded")


@pytest.fixture
def ids():
    """Three rows of seven token ids for the small models of :mod:`tests.experts`."""
    import torch

    return torch.randint(3, 64, (3, 7), generator=torch.Generator().manual_seed(2))

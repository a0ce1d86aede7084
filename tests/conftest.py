"""Fixtures that several test modules share."""

from __future__ import annotations

import os

import pytest

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")


@pytest.fixture(scope="session")
def embedded():
    """The assistant of the embedded checkpoint, loaded once for all tests."""
    from hmvlm.assistant import HMVLM

    return HMVLM.from_pretrained("embedded")

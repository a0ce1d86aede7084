"""Fixtures that several test modules share."""

from __future__ import annotations

import os

import pytest

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

from hmvlm.config import CHECKPOINTS  # noqa: E402  (the environment comes first)


@pytest.fixture(scope="session")
def embedded():
    """The assistant of the embedded checkpoint, loaded once for all tests."""
    if not (CHECKPOINTS / "embedded").is_dir():
        pytest.skip("checkpoints/embedded is not there; train it first")
    from hmvlm.assistant import HMVLM

    return HMVLM.from_pretrained("embedded")

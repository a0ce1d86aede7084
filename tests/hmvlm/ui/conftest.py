"""Engines, motions and uploads for the tests of the page."""

import numpy as np
import pytest

from hmvlm.motion.clip import Motion
from hmvlm.ui import exports
from hmvlm.ui.engine import Engine
from tests.seeing import photo_of_a_body


@pytest.fixture(scope="package")
def broken():
    """An engine whose model cannot be loaded."""

    def load():
        raise OSError("the disk is full; free 200 MB")

    return Engine(load)


@pytest.fixture
def still():
    """Eight frames in the rest pose."""
    return Motion(np.zeros((8, 24, 3)), np.zeros((8, 3)))


@pytest.fixture
def photo():
    """A picture of a body where uploads are kept."""
    return photo_of_a_body(exports.new_folder() / "me & you.png")

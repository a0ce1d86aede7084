"""Engines, motions and uploads for the tests of the page."""

import atexit
import os
import shutil
import tempfile

import numpy as np
import pytest

from benchmarks import browser
from hmvlm.motion.clip import Motion
from hmvlm.ui import exports
from hmvlm.ui.engine import Engine
from hmvlm.ui.layout import build
from hmvlm.ui.theme import launch_options
from tests.moving import MovingModel
from tests.seeing import photo_of_a_body

if "GRADIO_TEMP_DIR" not in os.environ:  # a page that is closed deletes equal uploads of other runs in the same folder
    os.environ["GRADIO_TEMP_DIR"] = tempfile.mkdtemp(prefix="gradio-")
    atexit.register(shutil.rmtree, os.environ["GRADIO_TEMP_DIR"], ignore_errors=True)


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


@pytest.fixture(scope="package")
def model():
    """The assistant behind the page of the browser tests."""
    return MovingModel(people=3)


@pytest.fixture(scope="package")
def url(model):
    """The page, served once for all browser tests of the package."""
    page = build(Engine(lambda: model, together={}))
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, **launch_options())
    yield url
    page.close()


@pytest.fixture(scope="package")
def browsed(url):
    """One browser on it."""
    with browser.open_page(url) as page:
        yield page


@pytest.fixture
def page(browsed, model):
    """The page with an empty chat; a test may leave errors of no kind."""
    model.hold, model.held, model.everybody = None, "", False
    model.asked.clear()
    browser.new_chat(browsed)
    yield browsed
    assert browsed.errors == [] and browsed.outside == []

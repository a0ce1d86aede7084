"""Gradio is imported without its stub files."""

import importlib
import sys

import pytest

from hmvlm.ui import stubs

SOURCE = """
def create_or_modify_pyi(*_):
    raise AssertionError("a stub file was written")


def make():
    create_or_modify_pyi(object, "object", [])
    return "made"
"""


@pytest.fixture
def maker(tmp_path, monkeypatch):
    """Name of a module that writes stub files as Gradio's does, not yet imported."""
    (tmp_path / "maker_of_stubs.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(stubs, "MAKER", "maker_of_stubs")
    yield "maker_of_stubs"
    sys.modules.pop("maker_of_stubs", None)


def test_the_maker_of_stubs_is_loaded_without_its_function(maker):
    stubs.skip()
    assert importlib.import_module(maker).make() == "made"


def test_the_finder_is_there_once_and_goes_when_it_is_done(maker):
    before = list(sys.meta_path)
    stubs.skip()
    stubs.skip()
    assert len(sys.meta_path) == len(before) + 1
    importlib.import_module(maker)
    assert sys.meta_path == before
    stubs.skip()
    assert sys.meta_path == before


def test_gradio_has_what_is_taken_out():
    maker = importlib.import_module("gradio.component_meta")
    assert callable(getattr(maker, stubs.FUNCTION))

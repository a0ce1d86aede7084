"""Starting the page."""

import subprocess
import sys

import httpx
import pytest

from hmvlm.ui.layout import build
from hmvlm.ui.serve import own_folder
from hmvlm.ui.theme import launch_options

HEAVY = """
import sys, threading
from hmvlm.ui.engine import Engine
from hmvlm.ui.layout import build
from hmvlm.ui.serve import own_folder
build(Engine(threading.Event().wait))
print(sorted({name.split(".")[0] for name in sys.modules} & {"torch", "scipy", "transformers", "cv2", "trimesh"}))
"""


@pytest.mark.slow
def test_the_page_is_built_without_what_only_the_model_needs():
    built = subprocess.run([sys.executable, "-c", HEAVY], capture_output=True, text=True, check=True)
    assert built.stdout.splitlines()[-1] == "[]"


def test_the_page_is_served_where_gradio_cannot_reach_it_in_time(broken, monkeypatch):
    def slow(*_, **__):
        raise httpx.ReadTimeout("the machine is busy")

    page = build(broken)
    monkeypatch.setattr("gradio.networking.httpx.head", slow)
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, **launch_options())
    assert httpx.get(url, timeout=60).status_code == 200
    page.close()


def test_every_server_has_a_folder_of_its_own(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    first, second = own_folder(7860), own_folder(7861)
    assert first != second and own_folder(7860) == first
    assert first.stat().st_mode & 0o777 == 0o700
    first.rmdir()
    first.symlink_to(tmp_path)  # somebody else was there before
    other = own_folder(7860)
    assert other != first and other.is_dir() and not other.is_symlink()

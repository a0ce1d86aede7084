"""Loading the model behind the page."""

import platform
import subprocess
import sys

import pytest

from hmvlm.ui.session import Session, Turn
from tests.hmvlm.ui.page import SETTINGS, handlers


def test_a_model_that_does_not_load_is_reported_in_words(broken):
    with pytest.raises(RuntimeError, match="free 200 MB"):
        broken.model()
    on, session = handlers(broken), Session([Turn("jump")])
    list(on.answer(session, seconds=0, **SETTINGS))
    assert session.turns[0].status == "failed" and "free 200 MB" in session.turns[0].error
    pill, timer = on.status()
    assert "free 200 MB" in pill and not timer.active


def test_all_threads_get_one_heap_where_the_c_library_is_glibc():
    script = "from hmvlm.ui.engine import use_one_heap; print(use_one_heap())"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip()
    assert said == str(platform.libc_ver()[0] == "glibc")

"""The dry run of a Space: what it installs and lets through is what README and the Hub say."""

import os
import pwd
from pathlib import Path

import pytest

from benchmarks import space
from benchmarks.commands import ROOT


def test_the_front_matter_names_what_is_pinned():
    pins = (ROOT / "requirements.txt").read_text()
    assert f"gradio=={space.front_matter('sdk_version')}\n" in pins
    assert (ROOT / space.front_matter("app_file")).is_file()
    assert (
        f"Programming Language :: Python :: {space.front_matter('python_version')}"
        in (ROOT / "pyproject.toml").read_text()
    )


def test_the_user_gets_the_variables_of_a_space_and_no_others(monkeypatch, tmp_path):
    monkeypatch.setattr(space, "USER", pwd.getpwuid(os.getuid()).pw_name)
    monkeypatch.setenv("HF_TOKEN", "a secret")
    monkeypatch.setenv("PIP_CACHE_DIR", "/somewhere")
    monkeypatch.setenv("PIP_CERT", "/etc/cert.pem")
    command = space.as_user(["/opt/python", "app.py"], tmp_path, GRADIO_SERVER_PORT="7000")
    settings = command[command.index("-i") + 1 : command.index("/opt/python")]
    assert {"SYSTEM=spaces", f"HOME={tmp_path}", "GRADIO_SERVER_PORT=7000", "PIP_CERT=/etc/cert.pem"} <= set(settings)
    assert not [one for one in settings if one.startswith(("HF_TOKEN", "PIP_CACHE_DIR", "HMVLM"))]


def test_a_log_of_trouble_is_noticed(tmp_path):
    log = tmp_path / "page.log"
    log.write_text("Running on local URL\nOSError: [Errno 30] Read-only file system: '/home'\nStopped\n")
    assert space.troubles(log) == ["OSError: [Errno 30] Read-only file system: '/home'"]


def test_what_python_reports_of_gradios_loops_is_no_trouble(tmp_path):
    noise = (
        "Exception ignored in: <function BaseEventLoop.__del__ at 0x7f>\nTraceback (most recent call last):\n"
        '  File "selectors.py", line 42\nValueError: Invalid file descriptor: -1\n'
    )
    log = tmp_path / "page.log"
    log.write_text(f"{noise}{noise}ready\n")
    assert not space.troubles(log)
    log.write_text(f"{noise}Traceback (most recent call last):\nKeyError: 1\n{noise}")
    assert len(space.troubles(log)) == 1


def test_a_step_that_fails_tells_its_end(tmp_path):
    with pytest.raises(space.Failed, match=r"step: status 3\n.*last words"):
        space.run(["sh", "-c", "echo last words; exit 3"], "step", cwd=Path(tmp_path))

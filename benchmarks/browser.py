"""The app as a process and a headless Chromium that looks at it, for the browser test and the benchmark."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
STAGE = ".hs[data-frames]"
"""The 3-D stage, once a body is on it."""
START_SECONDS = 180
_started: list = []


def chromium() -> str | None:
    """Path of a Chromium or Chrome on this machine."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


class App:
    """``app.py`` as a child process on a free port; a context manager."""

    def __init__(self, log: Path, arguments: tuple[str, ...] = ()) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self.log = log
        self.started = time.monotonic()
        with log.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "app.py", "--port", str(self.port), *arguments],
                cwd=ROOT,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )

    def __enter__(self) -> App:
        try:
            self.wait_served()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the process."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def wait_served(self) -> float:
        """Seconds from the start until the page answers."""
        while time.monotonic() - self.started < START_SECONDS:
            if self.process.poll() is not None:
                raise RuntimeError(f"the app ended with status {self.process.returncode}:\n{self.log.read_text()}")
            try:
                with urllib.request.urlopen(self.url, timeout=5) as reply:
                    if reply.status == 200:
                        return time.monotonic() - self.started
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise RuntimeError(f"the app did not answer within {START_SECONDS} s:\n{self.log.read_text()}")

    def peak_memory(self) -> float:
        """Largest resident memory of the process so far, in GiB (Linux)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 2**20


@contextmanager
def open_page(url: str, width: int = 1400, height: int = 900, dark: bool = False, timeout: float = 120_000) -> Iterator:
    """A Playwright page on ``url``, shown until its message box is there; ``timeout`` of every wait in milliseconds.

    The page gets two lists: ``errors`` (script errors and errors in the console) and ``outside`` (requests to other
    hosts).
    """
    with _playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light")
        page.set_default_timeout(timeout)
        page.errors, page.outside = [], []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("console", lambda line: page.errors.append(_located(line)) if _is_error(line) else None)
        page.on(
            "request",
            lambda request: (
                None if request.url.startswith((url, "data:", "blob:")) else page.outside.append(request.url)
            ),
        )
        page.goto(url)
        page.wait_for_selector("#hm-box textarea")
        yield page
        browser.close()


@contextmanager
def _playwright() -> Iterator:
    """The Playwright of this process: a second one cannot be started beside it."""
    from playwright.sync_api import sync_playwright

    if _started:
        yield _started[0]
        return
    with sync_playwright() as playwright:
        _started.append(playwright)
        try:
            yield playwright
        finally:
            _started.clear()


def _located(line) -> str:
    return f"{line.text} ({line.location.get('url')})"


def _is_error(line) -> bool:
    """Whether a console message is an error; not the one of Gradio's client that cancels what has not begun."""
    return line.type == "error" and not str(line.location.get("url")).endswith(("/cancel", "/reset"))


WATCH = """() => {
    window.hmRunning = false;
    new MutationObserver((_, observer) => {
        if (!document.querySelector('#hm-box .stop-button')) return;
        window.hmRunning = true;
        observer.disconnect();
    }).observe(document.body, {childList: true, subtree: true});
}"""
"""Notes that a stop button was shown, however briefly: an answer that fails at once takes it away within a frame."""


def send(page, text: str) -> None:
    """Type a message, send it, and wait until its answer has begun."""
    box = page.locator("#hm-box textarea")
    box.fill(text)
    page.evaluate(WATCH)
    box.press("Enter")
    page.wait_for_function("window.hmRunning")


def wait_answered(page) -> None:
    """Wait until the answer is complete, and all that wait behind it, so that the stop button is gone."""
    page.wait_for_selector("#hm-box .stop-button", state="detached")


def new_chat(page) -> None:
    """Empty the chat; one that is empty already stays as it is."""
    if page.locator("#hm-chat .user").count():
        page.locator("#hm-new").click()
        page.wait_for_selector(".hm-welcome")


def stage(page) -> dict[str, str]:
    """What the stage shows: ``shown`` (key of the motion), ``frames``, ``frame``, ``live``, ``started``."""
    return page.evaluate("({...document.querySelector('.hs').dataset})")


def attach(page, file: Path) -> None:
    """Put a file into the message box and wait until it is uploaded."""
    page.locator("#hm-box input[type=file]").set_input_files(str(file))
    page.wait_for_selector("#hm-box .thumbnail-item")

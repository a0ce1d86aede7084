"""A headless Chromium that looks at the page, for tests and benchmarks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
_started: list = []


def chromium() -> str | None:
    """Path of a Chromium or Chrome on this machine."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@contextmanager
def open_page(url: str, width: int = 1400, height: int = 900, dark: bool = False, timeout: float = 120_000) -> Iterator:
    """A Playwright page on ``url``, as :func:`window` and :func:`visit` make it."""
    with window(width, height, dark, timeout) as page:
        visit(page, url)
        yield page


@contextmanager
def window(width: int = 1400, height: int = 900, dark: bool = False, timeout: float = 120_000) -> Iterator:
    """An empty Playwright page; ``timeout`` of every wait in milliseconds.

    The page gets two lists: ``errors`` (script errors and errors in the console) and ``outside`` (requests to other
    hosts than that of its ``home``).
    """
    with _playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light")
        page.set_default_timeout(timeout)
        page.home, page.errors, page.outside = "about:", [], []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("console", lambda line: page.errors.append(_located(line)) if _is_error(line) else None)
        page.on("request", lambda request: None if _is_own(page, request.url) else page.outside.append(request.url))
        yield page
        browser.close()


def visit(page, url: str) -> None:
    """Open ``url`` and wait until its message box is there."""
    page.home = url
    page.goto(url)
    page.wait_for_selector("#hm-box textarea")


def _is_own(page, url: str) -> bool:
    return url.startswith((page.home, "data:", "blob:"))


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

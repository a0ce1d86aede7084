"""What the tests of the page do in a real browser."""

import importlib.util

import pytest

from benchmarks import browser

MARKS = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.gl,
    pytest.mark.flaky(reruns=1, only_rerun="TimeoutError"),  # a browser beside other tests on two cores
    pytest.mark.skipif(browser.chromium() is None, reason="no Chromium here; on Debian: apt-get install chromium"),
    pytest.mark.skipif(not importlib.util.find_spec("playwright"), reason="playwright is not installed"),
]


def ask(page, text: str) -> None:
    """Send a message and wait for its answer."""
    browser.send(page, text)
    browser.wait_answered(page)


def cards(page, count: int) -> list[str]:
    """Keys of the motions in the chat, once there are so many and their pictures are drawn."""
    page.wait_for_function(f"document.querySelectorAll('#hm-chat .hm-clip .hm-poster').length === {count}")
    return page.locator("#hm-chat .hm-clip").evaluate_all("cards => cards.map(card => card.dataset.hmCard)")


def on_stage(page, key: str) -> None:
    """Wait until a motion is on the stage, and its card is the one that is marked."""
    page.wait_for_selector(f".hs[data-shown='{key}']")
    page.wait_for_selector(f"#hm-chat .hm-shown[data-hm-card='{key}']")
    marked = page.locator("#hm-chat .hm-shown").evaluate_all("cards => cards.map(card => card.dataset.hmCard)")
    assert marked == [key]

"""The app in a real browser: a prompt becomes a playing video, a gate chart and a moving 3-D view."""

import importlib.util

import pytest

from tests import browser

pytestmark = [
    pytest.mark.skipif(browser.chromium() is None, reason="no Chromium here; on Debian: apt-get install chromium"),
    pytest.mark.skipif(not importlib.util.find_spec("playwright"), reason="tests/requirements.txt is not installed"),
]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    with browser.App(tmp_path_factory.mktemp("app") / "log.txt") as app, browser.open_page(app.url) as page:
        yield page


def gate(page) -> dict[str, str]:
    names = page.locator("#hm-gate .hm-name").all_inner_texts()
    return dict(zip(names, page.locator("#hm-gate .hm-value").all_inner_texts(), strict=True))


def test_a_prompt_becomes_a_playing_video_a_gate_chart_and_a_moving_view(page):
    browser.send(page, "A person walks forward for 2 seconds")
    page.wait_for_function(browser.PLAYING)
    browser.wait_answered(page)

    assert page.evaluate("document.querySelector('.hm-clip video').videoWidth") >= 256
    assert list(gate(page)) == ["Zero expert", "Expert 1", "Expert 2", "Expert 3", "Expert 4"]
    assert "Text to motion" in page.inner_text("#hm-gate")
    assert page.locator(".hm-get").all_inner_texts() == ["MP4", "NPZ", "BVH", "GLB"]

    page.wait_for_selector("#hm-viewer canvas")
    page.wait_for_timeout(4000)  # the viewer fades in
    first = page.locator("#hm-viewer canvas").screenshot()
    page.wait_for_timeout(500)
    assert page.locator("#hm-viewer canvas").screenshot() != first


def test_downloads_are_served(page):
    for link in page.locator(".hm-get").all():
        reply = page.request.get(page.url + link.get_attribute("href"))
        assert reply.ok and len(reply.body()) > 1000, link.inner_text()


def test_an_ordinary_question_gets_the_base_model(page):
    browser.send(page, "What is the capital of France?")
    browser.wait_answered(page)
    assert "Paris" in page.locator("#hm-chat .bot").last.inner_text()
    assert "Ordinary talk" in page.inner_text("#hm-gate")
    assert "Ordinary talk" in page.inner_text("#hm-means") and "Text to motion" in page.inner_text("#hm-means")


def test_stop_ends_the_answer(page):
    browser.send(page, "A person dances for 10 seconds")
    page.wait_for_selector("#hm-chat .hm-progress")
    page.locator("#hm-box .stop-button").click()
    browser.wait_answered(page)
    page.wait_for_function("document.querySelector('#hm-chat').innerText.includes('Stopped.')")


def test_text_is_shown_as_typed(page):
    page.locator("button", has_text="New chat").evaluate("button => button.click()")
    page.wait_for_selector(".hm-welcome")
    browser.send(page, "Why do people write <img src=nowhere onerror=alert(1)> and *stars*?")
    assert "<img src=nowhere onerror=alert(1)> and *stars*?" in page.locator("#hm-chat .user").last.inner_text()
    assert page.locator("#hm-chat img[src=nowhere]").count() == 0
    browser.wait_answered(page)


def test_nothing_failed_and_nothing_was_fetched_from_elsewhere(page):
    assert page.errors == []
    assert page.outside == []

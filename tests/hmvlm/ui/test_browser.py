"""The app in a real browser: prompts become playing videos, photos get a body laid over, and the gate shows."""

import importlib.util
import io

import numpy as np
import pytest
from PIL import Image

from benchmarks import browser
from hmvlm.paths import EXAMPLE_PHOTO

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(browser.chromium() is None, reason="no Chromium here; on Debian: apt-get install chromium"),
    pytest.mark.skipif(not importlib.util.find_spec("playwright"), reason="playwright is not installed"),
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


def attach(page, file) -> None:
    """Put a file into the message box and wait until it is uploaded."""
    page.locator("#hm-box input[type=file]").set_input_files(str(file))
    page.wait_for_selector("#hm-box .thumbnail-item")


def test_a_photo_gets_a_body_laid_over_it_and_a_gate_chart(page):
    attach(page, EXAMPLE_PHOTO)
    browser.send(page, "")
    browser.wait_answered(page)
    page.wait_for_function("document.querySelector('.hm-seen img')?.naturalWidth === 640")
    assert "Pose from a picture" in page.inner_text("#hm-gate") and len(gate(page)) == 5
    card = page.locator("#hm-chat .hm-seen").last
    assert card.locator(".hm-get").all_inner_texts() == ["PNG", "NPZ", "BVH", "GLB"]
    assert "Confidence" in page.locator("#hm-chat .bot").last.inner_text()
    link = card.locator(".hm-get").first.get_attribute("href")
    over = Image.open(io.BytesIO(page.request.get(page.url + link).body())).convert("RGB")
    change = np.abs(np.asarray(over, int) - np.asarray(Image.open(EXAMPLE_PHOTO).convert("RGB"), int)).max(axis=-1) > 30
    rows, columns = np.nonzero(change)
    assert 0.01 < change.mean() < 0.25
    assert 270 < columns.mean() < 400 and 180 < rows.mean() < 320  # where the person leans on the post
    page.wait_for_selector("#hm-viewer canvas")


def test_a_file_that_is_no_picture_is_told_and_the_next_message_works(page, tmp_path):
    (tmp_path / "notes.mp4").write_text("just some words")
    attach(page, tmp_path / "notes.mp4")
    browser.send(page, "What is this?")
    browser.wait_answered(page)
    assert "notes.mp4 is neither a photo nor a video" in page.locator("#hm-chat .hm-error").last.inner_text()
    browser.send(page, "What is the capital of France?")
    browser.wait_answered(page)
    assert "Paris" in page.locator("#hm-chat .bot").last.inner_text()


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

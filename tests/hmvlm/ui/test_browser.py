"""The app with its real model in a real browser: prompts move on the stage, photos get a body laid over them."""

import importlib.util
import io

import numpy as np
import pytest
from PIL import Image

from benchmarks import browser
from benchmarks.server import Server
from hmvlm.paths import EXAMPLE_PHOTO

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(browser.chromium() is None, reason="no Chromium here; on Debian: apt-get install chromium"),
    pytest.mark.skipif(not importlib.util.find_spec("playwright"), reason="playwright is not installed"),
]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("app") / "log.txt") as app, browser.open_page(app.url) as page:
        yield page


def last_answer(page) -> str:
    return page.locator("#hm-chat .bot").last.inner_text()


def test_a_prompt_moves_on_the_stage_while_it_is_drawn_and_has_files(page):
    browser.send(page, "A person walks forward for 2 seconds")
    page.wait_for_selector(".hs[data-live=true]")
    browser.wait_answered(page)
    page.wait_for_selector(".hs[data-live=false]:not([data-shown=''])")
    page.wait_for_selector("#hm-chat .hm-poster")
    assert 35 <= int(browser.stage(page)["frames"]) <= 45
    assert page.locator(".hm-get").all_inner_texts() == ["MP4", "NPZ", "BVH", "GLB"]
    assert "Text to motion" in page.locator("#hm-chat .hm-gate").last.inner_text()
    for link in page.locator("a.hm-get").all():
        reply = page.request.get(page.url + link.get_attribute("href"))
        assert reply.ok and len(reply.body()) > 1000, link.inner_text()


def test_an_ordinary_question_gets_the_base_model(page):
    browser.send(page, "What is the capital of France?")
    browser.wait_answered(page)
    assert "Paris" in last_answer(page) and "Ordinary talk" in last_answer(page)


def test_what_it_can_do_is_told_and_another_language_gets_one_sentence(page):
    browser.send(page, "So, what can this thing do?")
    browser.wait_answered(page)
    assert "A tired person walks forward" in last_answer(page) and "Ordinary talk" in last_answer(page)
    browser.send(page, "ein Mann geht vorwärts und winkt")
    browser.wait_answered(page)
    assert "I understand English only" in last_answer(page)


def test_a_photo_gets_a_body_laid_over_it_that_stands_on_the_stage(page):
    browser.attach(page, EXAMPLE_PHOTO)
    browser.send(page, "")
    browser.wait_answered(page)
    page.wait_for_function("document.querySelector('.hm-seen img')?.naturalWidth === 640")
    card = page.locator("#hm-chat .hm-seen").last
    assert card.locator(".hm-get").all_inner_texts() == ["PNG", "NPZ", "BVH", "GLB"]
    assert "Confidence" in last_answer(page) and "Pose from a picture" in last_answer(page)
    link = card.locator(".hm-get").first.get_attribute("href")
    over = Image.open(io.BytesIO(page.request.get(page.url + link).body())).convert("RGB")
    change = np.abs(np.asarray(over, int) - np.asarray(Image.open(EXAMPLE_PHOTO).convert("RGB"), int)).max(axis=-1) > 30
    rows, columns = np.nonzero(change)
    assert 0.01 < change.mean() < 0.25
    assert 270 < columns.mean() < 400 and 180 < rows.mean() < 320  # where the person leans on the post
    assert browser.stage(page)["shown"] == card.get_attribute("data-hm-card")


def test_nothing_failed_and_nothing_was_fetched_from_elsewhere(page):
    assert page.errors == []
    assert page.outside == []

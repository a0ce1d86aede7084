"""Every part of the page in a real browser, over an assistant that answers at once."""

import importlib.util
import zipfile

import pytest

from benchmarks import browser
from hmvlm.paths import EXAMPLE_MOTION
from hmvlm.ui.engine import Engine
from hmvlm.ui.layout import build
from hmvlm.ui.session import MAX_PROMPT
from hmvlm.ui.theme import launch_options
from tests.moving import MovingModel

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.gl,
    pytest.mark.skipif(browser.chromium() is None, reason="no Chromium here; on Debian: apt-get install chromium"),
    pytest.mark.skipif(not importlib.util.find_spec("playwright"), reason="playwright is not installed"),
]


@pytest.fixture(scope="module")
def model():
    return MovingModel(people=3)


@pytest.fixture(scope="module")
def url(model):
    page = build(Engine(lambda: model))
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, **launch_options())
    yield url
    page.close()


@pytest.fixture(scope="module")
def browsed(url):
    with browser.open_page(url) as page:
        yield page


@pytest.fixture
def page(browsed, model):
    """The page with an empty chat; a test may leave errors of no kind."""
    model.hold = None
    model.asked.clear()
    browser.new_chat(browsed)
    yield browsed
    assert browsed.errors == [] and browsed.outside == []


def ask(page, text: str) -> None:
    browser.send(page, text)
    browser.wait_answered(page)


def cards(page, count: int) -> list[str]:
    """Keys of the motions in the chat, once there are so many and their pictures are drawn."""
    page.wait_for_function(f"document.querySelectorAll('#hm-chat .hm-clip .hm-poster').length === {count}")
    return page.locator("#hm-chat .hm-clip").evaluate_all("cards => cards.map(card => card.dataset.hmCard)")


def choose_variations(page, count: int) -> None:
    page.locator("#hm-gear").click()
    page.locator("#hm-settings").get_by_label("Variations").click()
    page.locator("#hm-settings [role=option]", has_text=str(count)).click()
    page.locator("#hm-gear").click()


def marked(page) -> list[str]:
    return page.locator("#hm-chat .hm-shown").evaluate_all("cards => cards.map(card => card.dataset.hmCard)")


def on_stage(page, key: str) -> None:
    page.wait_for_selector(f".hs[data-shown='{key}']")
    page.wait_for_selector(f"#hm-chat .hm-shown[data-hm-card='{key}']")
    assert marked(page) == [key]


def test_a_rejected_message_leaves_the_chat_as_it_is(page, model):
    ask(page, "What is the capital of France?")
    box = page.locator("#hm-box textarea")
    for text, told in (("   ", "Type what the person"), ("x" * (MAX_PROMPT + 1), "has 1,501 characters")):
        box.fill(text)
        box.press("Enter")
        page.get_by_text(told).first.wait_for()
        page.wait_for_timeout(300)
        assert "Paris" in page.locator("#hm-chat").inner_text() and box.input_value() == text
    ask(page, "And of Italy?")
    assert page.locator("#hm-chat .bot").count() == 2 and len(model.asked) == 2
    assert page.get_by_text("Error", exact=True).count() == 0


def test_what_is_asked_while_an_answer_runs_waits_and_the_answer_stays(page, model):
    ask(page, "A person waves")
    cards(page, 1)
    model.hold = 5
    browser.send(page, "A person waves again")
    page.locator("#hm-chat .hm-chip", has_text="Describe it").first.click()
    page.wait_for_selector(".toast-body")
    model.hold = None
    browser.wait_answered(page)
    cards(page, 2)
    assert page.locator("#hm-chat .user").count() == 2


def test_the_chosen_card_is_on_the_stage_and_questions_are_about_it(page, model):
    ask(page, "A person waves")
    first = cards(page, 1)[0]
    ask(page, "A person waves with the other hand")
    keys = cards(page, 2)
    on_stage(page, keys[1])
    page.locator(f"[data-hm-card='{first}'] .hm-poster").click()
    on_stage(page, first)
    ask(page, "Is the person kicking?")
    on_stage(page, first)
    shown = model.asked[-1]["earlier"]
    assert shown.trans[-1, 2] > 1 and "4.0 s" in page.locator("#hm-chat .bot").last.inner_text()


def test_variations_stand_side_by_side_and_one_is_chosen(page):
    choose_variations(page, 3)
    ask(page, "A person waves")
    choose_variations(page, 1)
    keys = cards(page, 3)
    on_stage(page, keys[0])
    tags = page.locator(".hs-tag")
    assert tags.all_inner_texts() == ["Variation 1", "Variation 2", "Variation 3"]
    facts = page.locator("#hm-chat .hm-facts").all_inner_texts()
    assert [text.split(" · ", 1)[1].split(" · ")[1] for text in facts] == ["1 of 3", "2 of 3", "3 of 3"]
    names = page.locator("#hm-chat a.hm-get", has_text="NPZ").evaluate_all("links => links.map(link => link.download)")
    assert names == ["a-person-waves.npz", "a-person-waves-2.npz", "a-person-waves-3.npz"]
    tags.nth(1).dispatch_event("click")
    on_stage(page, keys[1])
    assert page.locator(".hs-tag[aria-pressed=true]").inner_text() == "Variation 2"


def test_the_stage_plays_pauses_steps_and_keeps_the_camera(page):
    ask(page, "A person waves")
    on_stage(page, cards(page, 1)[0])
    page.wait_for_selector(".hs-playing")
    page.locator("#hm-header h1").click()
    page.keyboard.press(" ")
    assert page.locator(".hs-playing").count() == 0
    at = int(browser.stage(page)["frame"])
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    assert int(browser.stage(page)["frame"]) == min(at + 1, 79)
    page.locator(".hs-scrub").fill("40")
    assert browser.stage(page)["frame"] == "40" and "frame 41 / 80" in page.locator(".hs-clock").inner_text()
    camera = "() => document.querySelector('.hs').player.room.camera.position.toArray()"
    home = page.evaluate(camera)
    box = page.locator(".hs-canvas").bounding_box()
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 320, box["y"] + 220)
    page.mouse.up()
    assert page.evaluate(camera) != home
    page.keyboard.press("r")
    assert page.evaluate(camera) == pytest.approx(home)
    for name in ("skeleton", "parts", "turntable", "follow"):
        page.locator(f".hs-{name}").click()
        assert page.locator(f".hs-{name}").get_attribute("aria-pressed") == "true"
    assert page.locator(".hs-legend").is_visible()
    for name in ("skeleton", "parts", "turntable", "follow"):
        page.locator(f".hs-{name}").click()


def test_frames_come_while_the_motion_is_drawn(page, model):
    model.hold = 5
    browser.send(page, "A person waves")
    page.wait_for_selector(".hs[data-live=true][data-frames='20']")
    assert page.locator("#hm-box .stop-button").count() == 1
    model.hold = 15
    page.wait_for_selector(".hs[data-live=true][data-frames='60']")
    model.hold = None
    browser.wait_answered(page)
    page.wait_for_selector(".hs[data-live=false][data-frames='80']")


def test_stop_keeps_what_is_there_and_says_nothing_wrong(page, model):
    model.hold = 5
    browser.send(page, "A person waves")
    page.wait_for_selector(".hs[data-live=true]")
    page.locator("#hm-box .stop-button").click()
    browser.wait_answered(page)
    key = cards(page, 1)[0]
    on_stage(page, key)
    said = page.locator("#hm-chat").inner_text()
    assert "Stopped." in said and "not rendered" not in said


def test_a_new_chat_empties_the_stage(page):
    ask(page, "A person waves")
    cards(page, 1)
    page.locator("#hm-new").click()
    page.wait_for_selector(".hm-welcome")
    page.wait_for_selector(".hs[data-shown='']")
    assert "sample" in page.locator(".hs-note").inner_text()


def test_people_of_a_photo_can_be_chosen_turns_later(page, model, photo):
    browser.attach(page, photo)
    ask(page, "")
    page.wait_for_selector("#hm-chat .hm-seen img")
    ask(page, "What is the capital of France?")
    page.locator("#hm-chat .hm-chip", has_text="Show person 2").click()
    page.wait_for_function("document.querySelectorAll('#hm-chat .hm-seen img').length === 2")
    assert model.asked[-1]["person"] == 2 and page.locator(".hs-tag").count() == 2
    ask(page, "person 3")
    assert model.asked[-1]["person"] == 3 and model.asked[-1]["picture"].name == photo.name
    page.wait_for_function("document.querySelectorAll('.hs-tag').length === 3")


def test_an_uploaded_motion_is_shown_at_once(page):
    browser.attach(page, EXAMPLE_MOTION)
    ask(page, "How long is it?")
    on_stage(page, cards(page, 1)[0])
    assert browser.stage(page)["frames"] == "80"


def test_a_video_is_drawn_when_it_is_asked_for(page):
    ask(page, "A person waves")
    cards(page, 1)
    with page.expect_download() as saved:
        page.locator("#hm-chat button.hm-get", has_text="MP4").click()
    assert saved.value.suggested_filename == "a-person-waves.mp4"
    page.wait_for_selector("#hm-chat a.hm-get >> text=MP4")


def test_a_chat_survives_a_reload_and_is_listed_deleted_and_brought_back(page):
    ask(page, "A person waves")
    key = cards(page, 1)[0]
    page.reload()
    page.wait_for_selector("#hm-box textarea")
    page.errors.clear()  # Gradio's client reports its connection, which the reload closed
    on_stage(page, key)
    assert "A person waves" in page.locator("#hm-chat .user").inner_text()
    page.locator("#hm-new").click()
    page.wait_for_selector(".hm-welcome")
    page.locator(".hm-chats summary").click()
    page.locator(".hm-chats [data-hm-value=open]").first.click()
    on_stage(page, key)
    with page.expect_download() as saved:
        page.locator(".hm-chats [data-hm-value=save]").first.dispatch_event("click")
    with zipfile.ZipFile(saved.value.path()) as archive:
        assert {"chat.json", "01/a-person-waves.npz", "01/a-person-waves.bvh"} <= set(archive.namelist())
    page.locator(".hm-chats [data-hm-value=delete]").first.dispatch_event("click")
    page.wait_for_selector(".hm-welcome")
    page.locator(".hm-chats [data-hm-value=undo]").dispatch_event("click")
    on_stage(page, key)


def test_text_is_shown_as_typed(page):
    ask(page, "Why do people write <img src=nowhere onerror=alert(1)> and *stars*?")
    assert "<img src=nowhere onerror=alert(1)> and *stars*?" in page.locator("#hm-chat .user").last.inner_text()
    assert page.locator("#hm-chat img[src=nowhere]").count() == 0


def test_a_file_that_is_no_picture_is_told_and_the_next_message_works(page, tmp_path):
    (tmp_path / "notes.bvh").write_text("just some words")
    browser.attach(page, tmp_path / "notes.bvh")
    ask(page, "What is this?")
    assert "notes.bvh" in page.locator("#hm-chat .hm-error").last.inner_text()
    ask(page, "What is the capital of France?")
    assert "Paris" in page.locator("#hm-chat .bot").last.inner_text()


def test_a_motion_is_changed_by_a_button_or_in_words(page, model):
    ask(page, "A person kicks with the right leg")
    page.locator("#hm-chat .hm-chip", has_text="Mirror").click()
    cards(page, 2)
    assert "Mirrored" in page.locator("#hm-chat .bot").last.inner_text() and len(model.asked) == 1
    ask(page, "Now make it slower")
    cards(page, 3)
    page.wait_for_selector(".hs[data-frames='120'], .hs[data-frames='119'], .hs[data-frames='118']")
    page.locator("#hm-chat .hm-show").first.click()
    ask(page, "and now with the left leg")
    assert model.asked[-1]["text"] == "A person kicks with the left leg"
    ask(page, "longer")
    assert model.asked[-1]["text"] == "A person kicks with the left leg" and model.asked[-1]["seconds"] == 6.0

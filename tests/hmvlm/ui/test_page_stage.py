"""Motions, photos and the 3-D stage of the page in a real browser, over an assistant that answers at once."""

import pytest

from benchmarks import browser
from hmvlm.paths import EXAMPLE_MOTION
from tests.hmvlm.ui.browsing import MARKS, ask, cards, on_stage

pytestmark = MARKS


def choose_variations(page, count: int) -> None:
    choice = page.locator("#hm-settings").get_by_label("Variations")
    if not choice.is_visible():
        page.locator("#hm-gear").click()
    choice.click()
    page.locator("#hm-settings [role=option]", has_text=str(count)).click()


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


@pytest.mark.parametrize(
    "change", ["card => card.replaceWith(card.cloneNode(true))", "card => card.parentElement.style.marginTop = '300px'"]
)
def test_a_card_that_changes_while_it_is_pressed_is_shown_all_the_same(page, change):
    ask(page, "A person waves")
    ask(page, "A person waves again")
    first, second = cards(page, 2)
    on_stage(page, second)
    card = page.locator(f"[data-hm-card='{first}']")
    card.locator(".hm-poster").hover()
    page.mouse.down()
    card.evaluate(change)
    page.mouse.up()
    on_stage(page, first)


def test_the_stage_shows_the_newest_state_whatever_comes_last(page):
    ask(page, "A person waves")
    key = cards(page, 1)[0]
    on_stage(page, key)
    page.evaluate(
        """() => {
            const { player } = document.querySelector('.hs');
            const [wave] = player.state.bodies;
            const old = { ...player.state, bodies: [{ ...wave, key: 'old' }], shown: 'old', version: 'old', made: 1 };
            const made = player.state.made + 1;
            const two = { ...player.state, bodies: [wave, { ...wave, key: 'beside' }], version: 'two', made };
            player.update(two);
            player.update({ ...two, shown: 'beside', made: made + 1 }); // before the bodies are drawn
            player.update(two);
            player.update(old);
        }"""
    )
    page.wait_for_selector(".hs[data-shown='beside']")
    assert page.evaluate("document.querySelector('.hs').player.room.bodies.length") == 2


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
    page.wait_for_function("document.querySelectorAll('#hm-chat .hm-seen .hm-drawn').length === 2")
    assert model.asked[-1]["person"] == 2 and page.locator(".hs-tag").count() == 2
    ask(page, "person 3")
    assert model.asked[-1]["person"] == 3 and model.asked[-1]["picture"].name == photo.name
    page.wait_for_function("document.querySelectorAll('.hs-tag').length === 3")


def test_the_chat_stays_at_its_end_when_pictures_come(page):
    for text in ("A person waves", "A person waves again", "A person waves once more"):
        ask(page, text)
    cards(page, 3)
    page.wait_for_function(
        """() => {
            const chat = document.querySelector("#hm-chat .bubble-wrap");
            return chat.scrollHeight > chat.clientHeight + 100
                && chat.scrollHeight - chat.scrollTop - chat.clientHeight < 24
                && [...document.querySelectorAll(".hm-poster")].every((one) => one.complete);
        }"""
    )


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


def test_a_motion_is_changed_by_a_button_or_in_words(page, model):
    ask(page, "A person kicks with the right leg")
    page.locator("#hm-chat .hm-chip", has_text="Mirror").click()
    cards(page, 2)
    assert "Mirrored" in page.locator("#hm-chat .bot").last.inner_text() and len(model.asked) == 1
    ask(page, "Who wrote Hamlet?")
    assert model.asked.pop()["history"] == []
    ask(page, "Now make it slower")
    cards(page, 3)
    page.wait_for_selector(".hs[data-frames='120'], .hs[data-frames='119'], .hs[data-frames='118']")
    page.locator("#hm-chat .hm-show").first.click()
    ask(page, "and now with the left leg")
    assert model.asked[-1]["text"] == "A person kicks with the left leg"
    ask(page, "longer")
    assert model.asked[-1]["text"] == "A person kicks with the left leg" and model.asked[-1]["seconds"] == 6.0

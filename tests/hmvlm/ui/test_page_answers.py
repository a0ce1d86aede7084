"""Answers on the page in a real browser: edited, rated, continued, and the people of a photo chosen on it."""

import json

import pytest

from benchmarks import browser
from hmvlm.tasks.loops import NOTE
from tests.hmvlm.ui.browsing import MARKS, ask, cards, on_stage

pytestmark = MARKS


def set_new_seed(page, on: bool) -> None:
    page.locator("#hm-gear").click()
    page.get_by_label("New seed for every message").set_checked(on)
    page.locator("#hm-gear").click()


def test_an_edited_message_and_all_after_it_are_answered_anew(page, model):
    ask(page, "A person *waves* & smiles")
    ask(page, "What is the capital of France?")
    page.locator("#hm-chat .user").first.hover()
    page.locator("#hm-chat button[aria-label='Edit']").first.click()
    box = page.locator("#hm-chat textarea").first
    assert box.input_value() == "A person *waves* & smiles" and box.bounding_box()["width"] > 300
    assert box.evaluate("box => box.scrollHeight <= box.clientHeight + 2")
    box.fill("A person kicks <twice> & [turns]")
    page.locator("#hm-chat button[aria-label='Submit']").first.click()
    page.wait_for_function("document.querySelectorAll('#hm-chat .user').length === 1")
    browser.wait_answered(page)
    assert model.asked[-1]["text"] == "A person kicks <twice> & [turns]" and len(model.asked) == 3
    on_stage(page, cards(page, 1)[0])


def test_a_thumb_is_kept_on_the_server_and_survives_a_reload(page, model, tmp_path, monkeypatch):
    monkeypatch.setenv("HMVLM_RATINGS", str(tmp_path / "kept" / "ratings.jsonl"))
    ask(page, "What is the capital of France?")
    up, down = page.locator(".hm-thumb[data-hm-value=up]"), page.locator(".hm-thumb[data-hm-value=down]")
    up.click()
    page.wait_for_selector(".hm-thumb[data-hm-value=up][aria-pressed=true]")
    down.click()
    page.wait_for_selector(".hm-thumb[data-hm-value=down][aria-pressed=true]")
    assert up.get_attribute("aria-pressed") == "false"
    rows = [json.loads(line) for line in (tmp_path / "kept" / "ratings.jsonl").read_text().splitlines()]
    assert [row["liked"] for row in rows] == [True, False] and rows[0]["turn"] == rows[1]["turn"]
    assert rows[0]["message"] == "What is the capital of France?" and rows[0]["answer"] == "Paris."


def test_a_motion_is_continued_or_drawn_with_another_seed(page, model):
    ask(page, "A person waves")
    cards(page, 1)
    seed = model.asked[-1]["seed"]
    page.locator("#hm-chat .hm-chip", has_text="Continue").click()
    cards(page, 2)
    assert model.asked[-1]["text"] == "A person waves, then does it again" and model.asked[-1]["seed"] == seed
    set_new_seed(page, False)
    page.locator("#hm-chat [data-hm-card]").first.locator(".hm-show").click()
    page.locator("#hm-chat .hm-chip", has_text="Other seed").first.click()
    cards(page, 3)
    set_new_seed(page, True)
    assert model.asked[-1]["text"] == "A person waves" and model.asked[-1]["seed"] != seed


def test_people_are_chosen_on_the_picture_which_shows_the_original_too(page, model, photo):
    model.everybody = True
    browser.attach(page, photo)
    ask(page, "")
    numbers = page.locator("#hm-chat .hm-number")
    page.wait_for_function("document.querySelector('.hm-drawn')?.naturalWidth === 640")
    assert numbers.all_inner_texts() == ["1", "2", "3"]
    picture = page.locator(".hm-over").first.bounding_box()
    middles = [box["x"] + box["width"] / 2 - picture["x"] for box in (one.bounding_box() for one in numbers.all())]
    assert [middle / picture["width"] for middle in middles] == pytest.approx([0.5, 0.2, 0.8], abs=0.02)
    legend = page.locator(".hm-key").first.inner_text().split("\n")
    assert [text.strip() for text in legend if text.strip()] == [
        "left side", "right side", "person 1", "person 2", "person 3", "Original",
    ]  # fmt: skip
    assert page.get_by_text("Laying the body over").count() == 0
    page.wait_for_function("document.querySelectorAll('.hs-tag').length === 3")
    assert page.locator(".hs-tag").all_inner_texts() == ["Person 1", "Person 2", "Person 3"]
    facts = page.locator("#hm-chat .hm-facts").all_inner_texts()
    assert [text.split(" · ")[0] for text in facts] == ["person 1", "person 2", "person 3"]
    assert page.locator(".hm-source").first.is_hidden()
    page.locator(".hm-switch").first.click()
    assert page.locator(".hm-source").first.is_visible() and page.locator(".hm-drawn").first.is_hidden()
    numbers.nth(2).click()
    page.wait_for_function("document.querySelectorAll('#hm-chat .hm-over').length === 2")
    assert model.asked[-1]["person"] == 3
    pressed = page.locator(".hm-over").last.locator(".hm-number[aria-pressed=true]")
    assert pressed.all_inner_texts() == ["3"] and page.locator(".hm-over").last.locator(".hm-number").count() == 3


def test_an_answer_that_went_round_in_circles_says_so_and_the_gate_of_every_turn_folds_out(page, model):
    ask(page, "Does the river flow in circles?")
    assert NOTE in page.locator("#hm-chat .bot").last.inner_text()
    ask(page, "A person waves")
    gates = page.locator("#hm-chat .hm-gate")
    assert gates.count() == 2 and page.locator("#hm-chat .hm-weights").first.is_hidden()
    gates.first.locator("summary").click()
    assert "100.0 %" in gates.first.inner_text() and "Ordinary talk" in gates.first.inner_text()
    page.locator("#hm-gates button").first.click()
    page.wait_for_function("document.querySelector('#hm-gate')?.innerText.includes('in all your chats')")
    assert "over 2 answers" in page.locator("#hm-gate").inner_html()
    page.locator("#hm-gates button").first.click()

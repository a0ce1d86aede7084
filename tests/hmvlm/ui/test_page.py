"""The chat of the page in a real browser, over an assistant that answers at once."""

import zipfile

from benchmarks import browser
from hmvlm.ui.session import MAX_PROMPT
from hmvlm.ui.view import WAITS
from tests.hmvlm.ui.browsing import MARKS, ask, cards, on_stage

pytestmark = MARKS

NOTICE = """told => {
    const notice = [...document.querySelectorAll(".toast-body")].find((one) => one.innerText.includes(told));
    const [button, box] = [document.querySelector("#hm-new"), notice].map((one) => one?.getBoundingClientRect());
    return notice && (button.bottom < box.top || button.right < box.left);
}"""
"""Whether a notice is shown that does not cover "New chat"."""


def test_a_rejected_message_leaves_the_chat_as_it_is(page, model):
    ask(page, "What is the capital of France?")
    box = page.locator("#hm-box textarea")
    for text, told in (("   ", "Type what the person"), ("x" * (MAX_PROMPT + 1), "has 1,501 characters")):
        box.fill(text)
        box.press("Enter")
        page.wait_for_function(NOTICE, arg=told)
        page.wait_for_timeout(300)
        assert "Paris" in page.locator("#hm-chat").inner_text() and box.input_value() == text
    ask(page, "And of Italy?")
    assert page.locator("#hm-chat .bot").count() == 2 and len(model.asked) == 2
    assert page.get_by_text("Error", exact=True).count() == 0


def test_what_is_asked_while_an_answer_runs_waits_and_is_answered_in_order(page, model):
    model.hold = 5
    browser.send(page, "A person waves")
    page.wait_for_selector(".hs[data-live=true]")
    send_behind(page, "Who wrote Hamlet?")
    send_behind(page, "Make it slower")
    assert page.locator("#hm-chat .bot", has_text=WAITS).count() == 2
    page.locator("#hm-chat button[aria-label='Undo']").click()
    page.wait_for_function("document.querySelectorAll('#hm-chat .user').length === 2")
    assert page.locator("#hm-box textarea").input_value() == "Make it slower"
    page.locator("#hm-box .submit-button").click()
    page.wait_for_function("document.querySelectorAll('#hm-chat .user').length === 3")
    model.hold = None
    browser.wait_answered(page)
    cards(page, 2)  # slower than the motion that was not there yet when it was asked for
    answers = page.locator("#hm-chat .bot").all_inner_texts()
    assert [one["text"] for one in model.asked] == ["A person waves", "Who wrote Hamlet?"]
    assert "4.0 s of motion" in answers[0] and "Paris." in answers[1] and "lower" in answers[2]


def test_a_message_that_waits_is_answered_when_the_answer_before_is_stopped(page, model):
    model.hold = 5
    browser.send(page, "A person waves")
    page.wait_for_selector(".hs[data-live=true]")
    send_behind(page, "Who wrote Hamlet?")
    page.locator("#hm-box .stop-button").click()
    page.wait_for_function("document.querySelector('#hm-chat').innerText.includes('Paris.')")
    browser.wait_answered(page)
    assert "Stopped." in page.locator("#hm-chat .bot").first.inner_text()


def test_a_motion_can_be_downloaded_while_the_next_answer_is_on_its_way(page, model):
    model.hold = 5
    browser.send(page, "A person waves")
    page.wait_for_selector(".hs[data-live=true]")
    send_behind(page, "A person kicks")
    model.held = "kicks"
    link = page.locator("#hm-chat .hm-get[download$='.npz']")
    link.wait_for()
    assert page.locator("#hm-box .stop-button").count() == 1
    with page.expect_download() as saved:
        link.click()
    assert saved.value.suggested_filename == "a-person-waves.npz"
    model.hold = None
    cards(page, 2)


def send_behind(page, text: str) -> None:
    """Send a message while an answer runs, and wait until it is in the chat."""
    before = page.locator("#hm-chat .user").count()
    page.locator("#hm-box textarea").fill(text)
    page.locator("#hm-box textarea").press("Enter")
    page.wait_for_function(f"document.querySelectorAll('#hm-chat .user').length === {before + 1}")


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


def test_a_new_chat_ends_the_answer_of_the_old_one_and_the_next_message_is_answered(page, model):
    for hold in (5, None, 5):
        model.hold = hold
        browser.send(page, "A person waves")
        page.wait_for_selector(".hs[data-live=true]") if hold else browser.wait_answered(page)
        browser.new_chat(page)
        ask(page, "What is the capital of France?")
        assert page.locator("#hm-chat .user").count() == 1
        assert "Paris" in page.locator("#hm-chat .bot").inner_text()


def test_the_next_visitor_sees_the_place_in_the_line(page, model):
    ask(page, "A person waves")
    model.hold = 5
    browser.send(page, "A person waves again")
    page.wait_for_selector(".hs[data-live=true]")
    other = page.context.browser.new_page(viewport={"width": 390, "height": 800})  # the stage is not drawn there
    other.set_default_timeout(120_000)
    other.goto(page.url)
    other.wait_for_selector("#hm-box textarea")
    browser.send(other, "What is the capital of France?")
    other.wait_for_function("/Waiting for 1 other .* about \\d+ s/.test(document.querySelector('#hm-chat').innerText)")
    model.hold = None
    for one in (page, other):
        browser.wait_answered(one)
    assert "Paris" in other.locator("#hm-chat .bot").inner_text()
    other.close()

"""The page by keyboard, for screen readers, with less movement and on a phone; examples, files and the camera."""

import json
from importlib import resources

import pytest

from benchmarks import browser
from hmvlm.ui.examples import EXAMPLES
from tests.hmvlm.ui.browsing import MARKS

pytestmark = MARKS
axe_package = pytest.importorskip("axe_playwright_python")
pytest.importorskip("playwright")
AXE = resources.files(axe_package) / "axe.min.js"
FOUND = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
    .filter(({impact}) => ['serious', 'critical'].includes(impact))
    .map(({id, nodes}) => id + ': ' + nodes.map(
        ({html, any}) => html.slice(0, 160) + ' ' + (any[0]?.message ?? '')).join(' | '))"""
INKED = """theme => {
    const [red] = getComputedStyle(document.querySelector('#hm-header h1')).color.match(/[0-9]+/);
    return (Number(red) > 128) === (theme === 'dark');
}"""
"""Whether the heading has the colour of a theme."""
DROP = """([name, text]) => {
    const files = new DataTransfer();
    files.items.add(new File([text], name));
    for (const kind of ['dragover', 'drop']) {
        const event = new DragEvent(kind, {dataTransfer: files, bubbles: true, cancelable: true});
        document.querySelector('#hm-side').dispatchEvent(event);
    }
}"""


@pytest.fixture(scope="module")
def browsed(browsed):
    """The browser with axe in its page, once the page has its style."""
    browsed.wait_for_function("getComputedStyle(document.querySelector('#hm-header h1')).fontWeight === '700'")
    browsed.evaluate(AXE.read_text())
    return browsed


@pytest.fixture
def page(page):
    """The page as wide as at first, before a test and after it."""
    wide = {"width": 1400, "height": 900}
    page.set_viewport_size(wide)
    yield page
    page.set_viewport_size(wide)


def findings(page, state: str) -> list[str]:
    """Serious findings in both themes. Transitions are off, so colours do not fade from one to the other."""
    page.add_style_tag(content="*, *::before, *::after {transition: none !important; animation: none !important}")
    found = []
    for theme in ("light", "dark"):
        page.evaluate("dark => document.body.classList.toggle('dark', dark)", theme == "dark")
        page.wait_for_function(INKED, arg=theme)
        found += [f"{state}, {theme}: {one}" for one in page.evaluate(FOUND)]
    page.evaluate("document.body.classList.remove('dark')")
    return found


def drawn(page, count: int) -> None:
    page.wait_for_function(f"document.querySelectorAll('#hm-chat .hm-poster').length === {count}")


def test_axe_finds_nothing_serious_in_any_state(page, model, photo, tmp_path):
    found = findings(page, "empty")
    model.hold = 5
    browser.send(page, "A person waves")
    page.wait_for_selector(".hs[data-live=true]")
    found += findings(page, "answering")
    model.hold = None
    browser.wait_answered(page)
    drawn(page, 1)
    page.locator("#hm-gear").check()
    page.locator(".hm-chats summary").click()
    found += findings(page, "settings and chats")
    page.locator("#hm-gear").uncheck()
    page.locator(".hm-chats summary").click()
    browser.attach(page, photo)
    browser.send(page, "")
    browser.wait_answered(page)
    page.wait_for_selector("#hm-chat .hm-seen img")
    (tmp_path / "notes.bvh").write_text("just some words")
    browser.attach(page, tmp_path / "notes.bvh")
    browser.send(page, "What is this?")
    browser.wait_answered(page)
    page.locator("#hm-chat .hm-gate summary").first.click()
    page.locator("#hm-gates button").first.click()
    page.wait_for_selector("#hm-gates .hm-chart")
    found += findings(page, "photo, error and gate")
    assert not found, "\n".join(found)


def test_every_example_is_a_card_with_a_picture_and_sends_its_message(page, model):
    pictures = page.locator(".hm-example img")
    assert pictures.count() == len(EXAMPLES) == 6
    page.wait_for_function("[...document.querySelectorAll('.hm-example img')].every((one) => one.naturalWidth === 320)")
    page.locator(".hm-example-photo").click()
    page.wait_for_selector("#hm-chat .hm-seen img")
    assert model.asked[-1]["picture"].name == "leaning.jpg"
    browser.new_chat(page)
    page.locator(".hm-example-kick").click()
    drawn(page, 1)
    assert model.asked[-1]["text"] == EXAMPLES["kick"].text


def test_the_empty_stage_shows_a_body_that_moves(page):
    page.wait_for_selector(".hs-playing[data-frames='80']")
    assert "sample" in page.locator(".hs-note").inner_text()
    at = browser.stage(page)["frame"]
    page.wait_for_function(f"document.querySelector('.hs').dataset.frame !== '{at}'")


def test_everything_can_be_done_with_the_keyboard(page, model):
    page.locator("#hm-box textarea").focus()
    page.keyboard.type("A person waves")
    page.keyboard.press("Enter")
    drawn(page, 1)
    model.hold = 5
    page.locator("#hm-box textarea").focus()
    page.keyboard.type("A person waves again")
    page.keyboard.press("Enter")
    page.wait_for_selector("#hm-box .stop-button")
    tab_to(page, ".stop-button")
    page.keyboard.press("Enter")
    browser.wait_answered(page)
    drawn(page, 2)
    tab_to(page, ".hm-show[aria-pressed=false]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#hm-chat .hm-clip.hm-shown >> nth=0")
    tab_to(page, ".hs-play")
    playing = page.locator(".hs-playing").count()
    page.keyboard.press("Enter")
    assert page.locator(".hs-playing").count() == 1 - playing
    tab_to(page, "#hm-gear")
    page.keyboard.press(" ")
    assert page.locator("#hm-settings").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#hm-settings").is_visible()
    tab_to(page, ".hm-chats summary")
    page.keyboard.press("Enter")
    tab_to(page, ".hm-chats [data-hm-value=open]")
    page.keyboard.press("Escape")
    assert not page.locator(".hm-chats ul").is_visible()
    assert page.evaluate("document.activeElement.matches('.hm-chats summary')")
    page.keyboard.press("Enter")
    assert page.locator(".hm-chats ul").is_visible()
    page.locator("#hm-header h1").click()
    assert not page.locator(".hm-chats ul").is_visible()


def tab_to(page, selector: str) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached with the Tab key")


def test_several_files_are_answered_one_after_the_other_with_the_same_words(page, model, photo):
    other = photo.rename(photo.with_name("second.png"))
    first = photo.with_name("first.png")
    first.write_bytes(other.read_bytes())
    page.locator("#hm-box input[type=file]").set_input_files([str(first), str(other)])
    page.wait_for_function("document.querySelectorAll('#hm-box .thumbnail-item').length === 2")
    browser.send(page, "Is an arm raised?")
    page.wait_for_function("document.querySelectorAll('#hm-chat .hm-seen .hm-drawn').length === 2")
    browser.wait_answered(page)
    assert [(one["picture"].name, one["text"]) for one in model.asked] == [
        ("first.png", "Is an arm raised?"),
        ("second.png", "Is an arm raised?"),
    ]


@pytest.mark.parametrize(("width", "height"), [(1400, 900), (390, 844)])
def test_an_attached_file_leaves_the_send_button_in_the_window(page, photo, width, height):
    page.set_viewport_size({"width": width, "height": height})
    browser.attach(page, photo)
    page.wait_for_function(
        "document.querySelector('#hm-box .submit-button').getBoundingClientRect().bottom <= window.innerHeight"
    )
    page.reload()  # empties the box
    page.wait_for_selector("#hm-box textarea")
    page.errors.clear()  # Gradio's client reports its connection, which the reload closed


def test_a_file_dropped_anywhere_is_attached(page):
    page.evaluate(DROP, ["notes.bvh", json.dumps("words")])
    page.wait_for_selector("#hm-box .thumbnail-item")
    page.reload()  # empties the box
    page.wait_for_selector("#hm-box textarea")
    page.errors.clear()  # Gradio's client reports its connection, which the reload closed


def test_a_photo_is_taken_with_the_camera(page, model):
    page.locator("#hm-camera").click()
    page.locator("#hm-shot .hm-main:enabled").click()
    page.wait_for_selector("#hm-box .thumbnail-item")
    browser.send(page, "")
    page.wait_for_selector("#hm-chat .hm-seen img")
    assert model.asked[-1]["picture"].name == "camera.jpg" and page.locator("#hm-shot").count() == 0


def test_tabs_of_a_phone_and_settings_need_no_script(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("document.addEventListener('change', (e) => e.stopImmediatePropagation(), true)")
    assert page.locator("#hm-chat").is_visible() and not page.locator("#hm-viewer").is_visible()
    page.locator("#hm-tab-stage").check()
    assert page.locator("#hm-viewer").is_visible() and not page.locator("#hm-chat").is_visible()
    page.locator("#hm-tab-gate").check()
    assert page.locator("#hm-gates").is_visible() and not page.locator("#hm-viewer").is_visible()
    page.locator("#hm-gear").check()
    assert page.locator("#hm-settings").is_visible()
    page.locator("#hm-gear").uncheck()
    page.locator("#hm-tab-chat").check()
    width = page.evaluate("document.documentElement.scrollWidth")
    composer = page.locator("#hm-composer").bounding_box()
    assert width == 390 and composer["y"] + composer["height"] <= 844
    page.reload()
    page.wait_for_selector("#hm-box textarea")
    page.errors.clear()

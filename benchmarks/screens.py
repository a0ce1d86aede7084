"""Screenshots of the page in its states, sizes and themes, and a sheet of some of them.

    python -m benchmarks.screens OUT [--sizes 1400 390] [--sheet docs/screens.webp] [--cover docs/screenshot.png]

Starts app.py with the embedded checkpoint. OUT gets one png per state, theme and width. Clip and photo are those of the
page's examples.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from benchmarks import browser
from benchmarks.product import POLL_MS, READY
from benchmarks.server import Server
from hmvlm.paths import EXAMPLES

SIZES = {1920: 1080, 1400: 900, 1024: 768, 820: 1180, 390: 844}
"""Height by width in pixels: large and ordinary screen, tablet across and upright, phone."""
THEMES = ("light", "dark")
TABS = {"motion": "stage", "gate": "gate"}
"""On narrow screens these states are also shown with another tab open."""
SHEET = {
    1400: ("empty-light", "empty-dark", "variations-light", "settings-light"),
    390: (
        "empty-light",
        "motion-light",
        "motion-stage-light",
        "variations-light",
        "settings-light",
        "motion-stage-dark",
    ),
}
"""Screenshots on the sheet by width: the wide ones in rows of two, the narrow ones in a row of six."""
FADED = "!document.getAnimations().some((one) => one instanceof CSSTransition)"
SHEET_WIDTH, GAP = 1600, 12


def states(page, folder: Path) -> Iterator[str]:
    """Bring the page into one state after the other; yields their names."""
    yield "loading"
    page.wait_for_function(READY, polling=POLL_MS)
    yield "empty"
    browser.send(page, "A person walks forward, then waves with the left hand")
    page.wait_for_selector(".hs[data-live=true]")
    yield "answering"
    browser.wait_answered(page)
    page.wait_for_selector("#hm-chat .hm-poster")
    yield "motion"
    page.locator("#hm-gear").check()
    yield "settings"
    page.locator("#hm-settings").get_by_label("Variations").click()
    page.locator("#hm-settings [role=option]", has_text="3").click()
    page.locator("#hm-gear").uncheck()
    _ask(page, "A person jumps for 2 seconds")
    page.wait_for_function("document.querySelectorAll('#hm-chat .hm-poster').length === 4")
    yield "variations"
    page.locator(".hm-chats summary").click()
    yield "chats"
    page.locator(".hm-chats summary").click()
    _ask(page, "What is the capital of France?")
    page.locator("#hm-gates button").first.click()
    page.locator("#hm-chat .hm-gate summary").last.click()
    yield "gate"
    page.locator("#hm-gates button").first.click()
    for name, file, seen in (("photo", "leaning.jpg", "img"), ("clip", "wave.mp4", "video")):
        browser.new_chat(page)
        browser.attach(page, EXAMPLES / file)
        _ask(page, "")
        page.wait_for_selector(f"#hm-chat .hm-seen {seen}")
        yield name
    wrong = folder / "notes.bvh"
    wrong.write_text("just some words")
    browser.attach(page, wrong)
    _ask(page, "What is this?")
    yield "error"


def shoot(page, state: str, sizes: list[int], folder: Path) -> None:
    """Screenshots of a state in all sizes and themes."""
    for width in sizes:
        page.set_viewport_size({"width": width, "height": SIZES[width]})
        for theme in THEMES:
            page.evaluate("dark => document.body.classList.toggle('dark', dark)", theme == "dark")
            page.wait_for_timeout(900)
            page.wait_for_function(FADED, polling=POLL_MS)
            page.screenshot(path=folder / f"{state}-{theme}-{width}.png")
            if width <= 860 and state in TABS:
                page.locator(f"#hm-tab-{TABS[state]}").check()
                page.wait_for_timeout(900)
                page.screenshot(path=folder / f"{state}-{TABS[state]}-{theme}-{width}.png")
                page.locator("#hm-tab-chat").check()
    page.evaluate("document.body.classList.remove('dark')")
    page.set_viewport_size({"width": 1400, "height": 900})


def sheet(folder: Path) -> Image.Image:
    """Some of the screenshots on one picture."""
    rows, pictures = [], Image.new("RGB", (SHEET_WIDTH, 0))
    for width, names in SHEET.items():
        per_row = 2 if width > 860 else len(names)
        shown = [folder / f"{name}-{width}.png" for name in names]
        rows += [shown[start : start + per_row] for start in range(0, len(shown), per_row)]
    for row in rows:
        wide = (SHEET_WIDTH - GAP * (len(row) + 1)) // len(row)
        opened = [Image.open(path).convert("RGB") for path in row]
        scaled = [one.resize((wide, one.height * wide // one.width), Image.Resampling.LANCZOS) for one in opened]
        top, grown = (
            pictures.height,
            Image.new("RGB", (SHEET_WIDTH, pictures.height + scaled[0].height + GAP), "#94a3b8"),
        )
        grown.paste(pictures, (0, 0))
        for place, one in enumerate(scaled):
            grown.paste(one, (GAP + place * (wide + GAP), top + GAP // 2))
        pictures = grown
    return pictures


def _ask(page, text: str) -> None:
    browser.send(page, text)
    browser.wait_answered(page)


def main() -> None:
    """Take the screenshots."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the screenshots go")
    parser.add_argument("--sizes", type=int, nargs="+", choices=list(SIZES), default=list(SIZES), help="widths")
    parser.add_argument("--sheet", type=Path, help="also write a sheet of some of them (.webp; widths 1400 and 390)")
    parser.add_argument("--cover", type=Path, help="also write the picture of the README (.png; width 1400)")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with Server(options.folder / "app.log") as app, browser.open_page(app.url, timeout=600_000) as page:
        for state in states(page, options.folder):
            shoot(page, state, options.sizes, options.folder)
        assert not page.errors, page.errors
        assert not page.outside, page.outside
    if options.sheet is not None:
        sheet(options.folder).save(options.sheet, quality=60, method=6)
    if options.cover is not None:
        cover = Image.open(options.folder / "variations-light-1400.png").convert("RGB")
        cover.quantize(256, dither=Image.Dither.NONE).save(options.cover, optimize=True)


if __name__ == "__main__":
    main()

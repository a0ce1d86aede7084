"""Time and memory of the web page: page ready, sending to first movement and to the whole motion, peak memory.

    python -m benchmarks.product [--seconds 4] [--json]

Starts app.py with whatever is in the weights cache, opens the page in a headless Chromium that runs already, sends a
prompt and waits for the 3-D stage, twice: at the second, all weights are loaded. A movement counts when a second frame
of it has been drawn. That browser draws the stage without a GPU on the same cores. ``server`` is the time until the
whole answer over HTTP, with the browser closed: that of a visitor whose browser runs elsewhere, without the network.
Times are wall-clock seconds; ``load_before`` is the number of programs that wanted a processor at the start.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import tempfile
import time
from pathlib import Path

from benchmarks import browser
from benchmarks.robustness.visitor import Visitor
from benchmarks.server import Server

PROMPTS = ("A person walks forward", "A person waves with the left hand")
POLL_MS = 100
"""Interval of Playwright's checks; its default, every animation frame, would itself load a software-rendered page."""
STAGE = "document.querySelector('.hs').dataset"
MOVING = f"Number({STAGE}.frame) > 0"
READY = "document.querySelector('#hm-status')?.innerText.includes('Ready')"


def measure(seconds: float) -> dict[str, float | list[float]]:
    """Run the app once and time it."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as opened:
        page = opened.enter_context(browser.window())
        app = opened.enter_context(Server(Path(folder) / "app.log"))
        browser.visit(page, app.url)
        shown = time.monotonic() - app.started
        page.wait_for_function(READY, polling=POLL_MS)
        ready = time.monotonic() - app.started
        answers = [_answer(page, f"{prompt} for {seconds:g} seconds") for prompt in PROMPTS]
        page.close()
        with Visitor(app.url) as visitor:
            alone = [visitor.send(f"{prompt} for {seconds:g} seconds").seconds for prompt in PROMPTS]
        return {
            "page_shown": round(shown, 2),
            "page_ready": round(ready, 2),
            "send_to_first_movement": [first for first, _ in answers],
            "send_to_whole_motion": [whole for _, whole in answers],
            "server": [round(one, 2) for one in alone],
            "peak_memory_gib": round(app.peak_memory(), 2),
            "cores": os.cpu_count() or 0,
            "load_before": round(load, 2),
        }


def _answer(page, text: str) -> tuple[float, float]:
    """Seconds from sending ``text`` to the first movement and to the whole motion on the stage of an empty chat."""
    browser.new_chat(page)
    started = time.monotonic()
    browser.send(page, text)
    page.wait_for_function(f"{MOVING} && {STAGE}.title !== ''", polling=POLL_MS)
    first = time.monotonic() - started
    page.wait_for_function(f"{STAGE}.live === 'false' && {STAGE}.shown", polling=POLL_MS)
    whole = time.monotonic() - started
    browser.wait_answered(page)
    return round(first, 2), round(whole, 2)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=4.0, help="length of the motions (default: 4)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    found = measure(options.seconds)
    if options.json:
        print(json.dumps(found))
        return
    print(f"page shown            {found['page_shown']:6.2f} s")
    print(f"model ready           {found['page_ready']:6.2f} s   (target 10)")
    for number, took in enumerate(found["send_to_first_movement"], start=1):
        print(f"first movement, {number}     {took:6.2f} s   (target 1)")
    for number, took in enumerate(found["send_to_whole_motion"], start=1):
        print(f"whole motion, {number}       {took:6.2f} s   (target 3, {options.seconds:g} s of motion)")
    for number, took in enumerate(found["server"], start=1):
        print(f"server alone, {number}       {took:6.2f} s   (without a browser on these cores)")
    print(f"load before           {found['load_before']:6.2f}     ({found['cores']} cores)")
    print(f"peak memory           {found['peak_memory_gib']:6.2f} GiB (target 2)")


if __name__ == "__main__":
    main()

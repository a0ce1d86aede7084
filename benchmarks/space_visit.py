"""What a visitor asks of a page that was just started: the page itself, a chat, a motion with its video, a photo."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from hmvlm.motion.clip import Motion
from hmvlm.paths import EXAMPLE_PHOTO
from hmvlm.vision.video import read_video

PATIENCE = 600.0
"""Seconds to wait for the page and for the model; the first start downloads weights."""


def served(url: str, alive: Callable[[], bool]) -> float:
    """Seconds until the page answers. Raises RuntimeError where it does not, or is no longer ``alive``."""
    started = time.monotonic()
    while time.monotonic() - started < PATIENCE:
        if not alive():
            raise RuntimeError("the server ended")
        try:
            with urllib.request.urlopen(url, timeout=10) as page:
                if page.status == 200 and b"<html" in page.read():
                    return time.monotonic() - started
        except OSError:
            time.sleep(0.5)
    raise RuntimeError("the page did not answer")


def visit(url: str) -> Iterator[str]:
    """A line about each answer. Raises RuntimeError where one is not what it should be."""
    from gradio_client import Client, handle_file

    yield f"model ready after {_ready(url):.0f} s more"
    client = Client(url, verbose=False)
    (_, about), seconds = _timed(client.predict, "What is the capital of France?", api_name="/chat")
    _check("Paris" in about["reply"] and about["task"] == "dialogue", about)
    yield f"chat in {seconds:.1f} s: {about['reply'][:60]!r}"
    (files, about), seconds = _timed(
        client.predict, "a person waves with the left hand", 4, seed=0, api_name="/generate"
    )
    found = {Path(file).suffix: Path(file) for file in files}
    _check({".npz", ".bvh", ".glb", ".mp4"} <= found.keys(), about)
    motion = Motion.load(found[".npz"])
    clip = read_video(found[".mp4"])
    _check(abs(motion.duration - 4) < 0.3 and abs(clip.duration - 4) < 0.3, about)
    _check(all(frame.std() > 10 for frame in clip.frames.pick([0, clip.count - 1])), "the video is empty")
    yield f"motion in {seconds:.1f} s: {', '.join(sorted(found))}, {clip.count} pictures drawn; {about['reply'][:60]!r}"
    (files, about), seconds = _timed(client.predict, handle_file(str(EXAMPLE_PHOTO)), api_name="/pose")
    overlay = next((Path(file) for file in files if Path(file).suffix == ".png"), None)
    _check(overlay is not None and about["people"] >= 1, about)
    drawn = np.asarray(Image.open(overlay).convert("RGB")).astype(int)  # type: ignore[arg-type]
    photo = np.asarray(Image.open(EXAMPLE_PHOTO).convert("RGB").resize(drawn.shape[1::-1])).astype(int)
    changed = (np.abs(drawn - photo).max(axis=2) > 60).mean()
    _check(changed > 0.01, "the overlay shows no body")
    yield f"photo in {seconds:.1f} s: {about['people']} person, body over {changed:.0%} of it; {about['reply'][:60]!r}"
    question = "Which hand does the person wave with?"
    about, seconds = _timed(client.predict, handle_file(str(found[".npz"])), question, api_name="/describe")
    _check("left" in about["reply"].lower(), about)
    yield f"question in {seconds:.1f} s: {about['reply'][:60]!r}"


def _ready(url: str) -> float:
    started = time.monotonic()
    while time.monotonic() - started < PATIENCE:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=10) as answer:
                if json.load(answer)["model"] == "ready":
                    return time.monotonic() - started
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"/healthz: {error.read().decode(errors='replace')[:300]}") from error
        except OSError:
            pass
        time.sleep(0.5)
    raise RuntimeError("the model was not ready in time")


def _timed(call: Callable, *arguments: Any, **options: Any) -> tuple[Any, float]:
    started = time.monotonic()
    return call(*arguments, **options), time.monotonic() - started


def _check(good: Any, about: Any) -> None:
    if not good:
        raise RuntimeError(f"not what was asked for: {str(about)[:600]}")

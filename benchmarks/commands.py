"""Run what the documentation says: the commands of hmvlm and the Python examples, in an empty folder.

    python -m benchmarks.commands                          # README and docs; minutes on two cores
    python -m benchmarks.commands --photo me.jpg --clip me.mp4 --only README.md

The files that the commands name are made first: a photo and a clip (pictures of a rendered body unless others are
given), motions and prompts. ``hmvlm serve`` is started, asked for its page and stopped. One line a command: seconds,
exit status; below it the beginning of what was printed, for a reader to judge. An answer that is certainly wrong
(:data:`ANSWERS`) counts as a failure. Commands that train, download or set something up are not run here; a test parses
all of them.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"^ *```(\w+)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
MOTIONS = ("walk.npz", "walk.bvh", "walk.glb", "mixamo_walk.bvh", "joints.npy")
MADE = (*MOTIONS, "photo.jpg", "clip.mp4", "photos", "motions", "poses", "prompts.txt")
"""Files and folders that commands may name."""
PORT = 7860
"""Where the REST example looks for the page."""
ANSWERS = {
    "What is the capital of France?": r"\bParis\b",
    "How many steps does the person take?": r"\b([3-9]|1\d|three|four|five|six|seven|eight|nine|ten)\b[^.]* steps",
    "Is the person kicking?": r"\b[Nn]o\b",
}
"""What the answer to a question must contain. The walk is the one that README's first command makes."""
SHOWN = 400
"""Characters of an output that are printed."""


def documents() -> list[Path]:
    """README, CONTRIBUTING and all pages of docs."""
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(page: Path, language: str) -> list[str]:
    """Code blocks of a language in a page."""
    return [code for name, code in BLOCK.findall(page.read_text(encoding="utf-8")) if name == language]


def commands(page: Path) -> Iterator[list[str]]:
    """Shell commands of a page as words, without comments and without settings of variables before them."""
    for block in blocks(page, "bash"):
        for line in block.replace("\\\n", " ").splitlines():
            for part in line.split("&&"):
                words = shlex.split(part, comments=True)
                while words and re.fullmatch(r"\w+=\S*", words[0]):
                    words = words[1:]
                if words and words[0] not in ("export", "cp", "source"):
                    yield words


def prepare(folder: Path, photo: Path | None, clip: Path | None) -> None:
    """Put the files that the documentation names into ``folder``."""
    import numpy as np
    from PIL import Image

    from hmvlm.motion.clip import Motion
    from hmvlm.paths import EXAMPLE_MOTION
    from hmvlm.render.video import encode, render_frame, render_frames

    motion = Motion.load(EXAMPLE_MOTION)
    for name in MOTIONS:
        if name.endswith(".npy"):
            np.save(folder / name, motion.joints()[:, :22])
        else:
            motion.save(folder / name, names="mixamo" if name.startswith("mixamo") else "smpl")
    if clip is None:  # of two people, for a command asks for the second
        pair = zip(render_frames(motion, size=480), render_frames(motion.mirrored(), size=480), strict=True)
        encode(map(np.hstack, pair), len(motion), folder / "clip.mp4", (960, 480), motion.fps)
    else:
        shutil.copy(clip, folder / "clip.mp4")
    if photo is None:
        Image.fromarray(render_frame(motion, 30)).save(folder / "photo.jpg")
    else:
        shutil.copy(photo, folder / "photo.jpg")
    (folder / "photos").mkdir()
    shutil.copy(folder / "photo.jpg", folder / "photos")
    for name in ("motions", "poses"):
        (folder / name).mkdir()
    (folder / "prompts.txt").write_text("a person waves\na person jumps\n")


def run(words: list[str], folder: Path, shown: str) -> bool:
    """Run one command, print lines about it; False if it failed, or if its answer is wrong."""
    started = time.monotonic()
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, env=environment, timeout=1800)
    print(f"{time.monotonic() - started:7.1f} s  {done.returncode}  {shown}", flush=True)
    if done.returncode:
        print(done.stderr[-2000:])
        return False
    print(textwrap.indent(done.stdout[:SHOWN].rstrip(), " " * 15), flush=True)
    asked = " ".join(words)
    wrong = [text for text, answer in ANSWERS.items() if text in asked and not re.search(answer, done.stdout)]
    for text in wrong:
        print(f"    WRONG: {text} {done.stdout!r}")
    return not wrong


def start(words: list[str], folder: Path, shown: str) -> bool:
    """Start a server, wait for its page, stop it; False if there was none."""
    port = int(words[words.index("--port") + 1])
    started = time.monotonic()
    with server([sys.executable, "-m", *words], folder, port) as there:
        print(f"{time.monotonic() - started:7.1f} s  {0 if there else 1}  {shown}", flush=True)
    return there


@contextlib.contextmanager
def server(words: list[str], folder: Path, port: int) -> Iterator[bool]:
    """A server while the block runs; whether its page was there within two minutes."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(words, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield any(_answers(port) for _ in range(120))
    finally:
        process.terminate()
        process.wait(timeout=60)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as page:
            return page.status == 200
    except OSError:
        time.sleep(1)
        return False


def main() -> int:
    """1 if a command failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photo", type=Path, help="a photo of a person")
    parser.add_argument("--clip", type=Path, help="a clip of a person")
    parser.add_argument("--only", nargs="+", help="names of pages (default: all)")
    options = parser.parse_args()
    good = True
    with tempfile.TemporaryDirectory(prefix="hmvlm-docs-") as name:
        folder = Path(name)
        prepare(folder, options.photo, options.clip)
        for page in documents():
            if options.only and page.name not in options.only:
                continue
            for words in commands(page):
                if words[0] != "hmvlm" or any("$" in word for word in words):
                    continue
                if words[1] != "serve":
                    good &= run([sys.executable, "-m", *words], folder, shlex.join(words))
                elif "--port" in words:
                    good &= start(words, folder, shlex.join(words))
            for code in blocks(page, "python"):
                if "gradio_client" in code:
                    with server([sys.executable, str(ROOT / "app.py"), "--port", str(PORT)], folder, PORT) as there:
                        good &= there and run([sys.executable, "-c", code], folder, f"Python of {page.name}")
                elif "from_pretrained" in code:
                    good &= run([sys.executable, "-c", code], folder, f"Python of {page.name}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())

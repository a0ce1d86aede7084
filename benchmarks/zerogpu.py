"""A ZeroGPU Space without its GPU: the package ``spaces`` as on the Hub, its server played here, the CPU as the GPU.

    pip install spaces                # in an environment that is thrown away
    python -m benchmarks.zerogpu

Loads the model as the page does, under the emulation of CUDA, and lets a dialogue turn, a motion and a photo be
answered by the worker processes that it forks. Printed: each lease in seconds, each answer, its time.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlparse

leases: list[int] = []


class Server(BaseHTTPRequestHandler):
    """What the package asks of the Hub's scheduler."""

    def do_POST(self) -> None:
        """Report, schedule, allow, release."""
        address = urlparse(self.path)
        answer: dict = {}
        if address.path == "/schedule":
            leases.append(int(parse_qs(address.query)["durationSeconds"][0]))
            answer = {"idle": False, "nvidiaIndex": 0, "nvidiaUUID": "0", "allowToken": "here"}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST

    def log_message(self, *parts: object) -> None:
        """Nothing."""


def main() -> int:
    """1 if a turn has no answer."""
    server = HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    folder = tempfile.TemporaryDirectory()
    os.environ |= {
        "SPACES_ZERO_GPU": "true",
        "SPACES_ZERO_DEVICE_API_URL": f"http://127.0.0.1:{server.server_port}",
        "ZEROGPU_OFFLOAD_DIR": str(Path(folder.name) / "tensors"),
    }
    _complete_cpu_build()
    from hmvlm.ui.engine import Engine  # reads the variables

    started = time.monotonic()

    def load():
        from hmvlm.assistant import HMVLM

        return HMVLM.from_pretrained()

    engine = Engine(load)
    if engine.error:
        print(engine.error, file=sys.stderr)
        return 1
    print(f"loaded in {time.monotonic() - started:.1f} s on {engine.model().language.device}", flush=True)
    _use_the_cpu()
    good = True
    for name, text, options in _turns(Path(folder.name)):
        started = time.monotonic()
        reply = list(engine.stream(text, threading.Event(), **options))[-1].reply
        good &= bool(reply.text) and (name == "dialogue" or reply.motion is not None)
        print(f"{name}: lease {leases[-1]} s, {time.monotonic() - started:.1f} s: {reply.text[:80]!r}", flush=True)
    return 0 if good else 1


def _complete_cpu_build() -> None:
    """Add what the package asks of torch at its import, and a build without CUDA lacks."""
    import torch

    if torch.version.cuda is None:
        torch.version.cuda = "12.8"
        torch.cuda._is_in_bad_fork = torch.cuda.is_initialized
        if not hasattr(torch._C, "_cuda_init"):
            torch._C._cuda_init = torch.cuda.is_initialized


def _use_the_cpu() -> None:
    """Pack the weights as at the launch of the page; in the workers, the CPU takes the GPU's place."""
    import torch
    from spaces.zero import client
    from spaces.zero import torch as emulation
    from spaces.zero.torch import patching

    client.startup_report()
    originals = dict(patching.cuda_aliases.items())

    def move(callback=None) -> None:
        with torch.no_grad():
            for fake, original in originals.items():
                if original is not None:
                    fake.data = original

    emulation.init = lambda device: None
    emulation.move = move
    emulation.size = lambda: 0


def _turns(folder: Path):
    from PIL import Image

    from hmvlm.motion.clip import Motion
    from hmvlm.paths import EXAMPLE_MOTION

    yield "dialogue", "What is the capital of France?", {}
    yield "motion", "a person waves with the left hand", {"seconds": 1.0, "seed": 0}
    photo = os.environ.get("PHOTO")
    if photo is None:
        from hmvlm.render.video import render_frame

        photo = str(folder / "photo.png")
        Image.fromarray(render_frame(Motion.load(EXAMPLE_MOTION), 30)).save(photo)
    yield "photo", "Estimate the pose.", {"picture": photo, "task": "pose_estimation"}


if __name__ == "__main__":
    sys.exit(main())

"""The page over a model that reads the files that it is given, and otherwise only takes time.

python -m benchmarks.robustness.light_page PORT
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.visitors import LightModel
from hmvlm.ui.engine import Engine
from hmvlm.ui.layout import build
from hmvlm.ui.settings import Settings
from hmvlm.ui.theme import launch_options
from hmvlm.vision.image import read_image
from hmvlm.vision.media import media_kind
from hmvlm.vision.video import read_video


class ReadingModel(LightModel):
    """Decodes photos and clips as the real model does, and answers every message in ten steps of 0.02 s."""

    def stream(self, text: str, **options: Any) -> Iterator[Any]:
        """Events of one answer."""
        picture = options.get("picture")
        if picture is not None and media_kind(picture) == "image":
            read_image(picture)
        elif picture is not None:
            for _ in read_video(Path(picture), cancel=options["cancel"]).frames:
                continue
        yield from super().stream(text or "A picture.", **options)


def main() -> None:
    """Serve until the process is ended."""
    logging.basicConfig(level=logging.INFO)
    page = build(Engine(ReadingModel), Settings(metrics="local"))  # type: ignore[arg-type]
    page.launch(server_port=int(sys.argv[1]), prevent_thread_lock=True, quiet=True, **launch_options())
    threading.Event().wait()


if __name__ == "__main__":
    main()

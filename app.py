"""Serve the page: ``python app.py``, then open http://127.0.0.1:7860. Also the entry of a Hugging Face Space.

    python app.py --preset embedded --port 7860

GRADIO_SERVER_NAME=0.0.0.0 serves other machines too. Nothing is sent to anyone: analytics are off.
"""

from __future__ import annotations

import argparse
import logging
import os

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

from hmvlm.config import PRESETS
from hmvlm.ui.engine import ZERO_GPU, Engine, use_one_heap
from hmvlm.ui.layout import build
from hmvlm.ui.theme import launch_options


def arguments() -> argparse.Namespace:
    """Command line of the app."""
    parser = argparse.ArgumentParser(description="Serve the HMVLM page.")
    parser.add_argument(
        "--preset",
        default=os.environ.get("HMVLM_PRESET", "embedded"),
        help=f"one of {', '.join(PRESETS)}, or a checkpoint folder (default: %(default)s, or $HMVLM_PRESET)",
    )
    parser.add_argument("--port", type=int, default=int(os.environ.get("GRADIO_SERVER_PORT", 7860)))
    return parser.parse_args()


def main() -> None:
    """Start loading the model and serve the page meanwhile."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    options = arguments()
    use_one_heap()

    def load():
        from hmvlm.assistant import HMVLM  # heavy: imported while the page is already served
        from hmvlm.render.scene import warm_up

        model = HMVLM.from_pretrained(options.preset)
        warm_up()
        if not ZERO_GPU:  # there the GPU is only lent for an answer
            model.warm_up()
        return model

    build(Engine(load)).launch(server_port=options.port, **launch_options())


if __name__ == "__main__":
    main()

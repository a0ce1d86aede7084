"""Serve the page: load the model in the background and start Gradio. Called by ``hmvlm serve`` and ``app.py``."""

from __future__ import annotations

import os
import tempfile
import threading
from typing import TYPE_CHECKING

from hmvlm.ui.logs import set_up
from hmvlm.ui.settings import Settings

if TYPE_CHECKING:
    from hmvlm.assistant import HMVLM


def serve(
    preset: str, host: str | None = None, port: int = 7860, share: bool = False, settings: Settings | None = None
) -> None:
    """Start loading the model and serve the page meanwhile, until interrupted.

    Args:
        preset: a preset or a checkpoint folder.
        host: address to listen on; None takes ``$GRADIO_SERVER_NAME`` or 127.0.0.1.
        port: port to listen on.
        share: also publish the page at a temporary public address, through Gradio's servers.
        settings: limits, logs and metrics; by default those of the environment.

    Raises:
        OSError: the port is in use.
    """
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # read by Gradio when it is imported
    os.environ.setdefault("GRADIO_TEMP_DIR", os.path.join(tempfile.gettempdir(), "hmvlm"))  # its quota is ours alone
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    settings = settings or Settings.from_environment()
    set_up(settings.log_format)
    from hmvlm.ui import stage
    from hmvlm.ui.engine import ZERO_GPU, Engine, use_one_heap
    from hmvlm.ui.layout import build
    from hmvlm.ui.theme import launch_options

    use_one_heap()
    served = threading.Event()

    def load() -> HMVLM:
        if not ZERO_GPU:  # there the model must be loaded before the page is launched
            served.wait()  # what the model imports would keep the page waiting
        stage.prepare()  # first, for the sample on the empty stage
        from hmvlm.assistant import HMVLM  # heavy: imported while the page is already served
        from hmvlm.render.scene import warm_up

        model = HMVLM.from_pretrained(preset)
        warm_up()
        if not ZERO_GPU:  # there the GPU is lent for single answers only
            model.warm_up()
        return model

    page = build(Engine(load), settings)
    page.launch(server_name=host, server_port=port, share=share, prevent_thread_lock=True, **launch_options())
    served.set()
    page.block_thread()

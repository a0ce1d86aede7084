"""The page with its door: limits, private handlers, health, metrics and headers wherever it is launched."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.utils import get_upload_folder
from starlette.middleware import Middleware

from hmvlm.ui.disk import Disk
from hmvlm.ui.engine import Engine
from hmvlm.ui.gateway import Gateway
from hmvlm.ui.queue_state import QueueState
from hmvlm.ui.settings import Settings

CLEAN_SECONDS = 60.0
"""Time between two looks at the disk."""


class GuardedPage(gr.Blocks):
    """A page whose requests go through a :class:`hmvlm.ui.gateway.Gateway`.

    Args:
        engine: the model behind it. settings: limits. options: those of ``gr.Blocks``.
    """

    def __init__(self, engine: Engine, settings: Settings, **options: Any) -> None:
        super().__init__(**options)
        self._guarding = engine, settings
        self._closed = threading.Event()

    def launch(self, *arguments: Any, **options: Any) -> Any:
        """Start the server; see ``gr.Blocks.launch``."""
        engine, settings = self._guarding
        kept = [path for block in self.blocks.values() for path in getattr(block, "keep_in_cache", ())]
        disk = Disk(Path(get_upload_folder()), settings.disk_megabytes, settings.visitor_megabytes, kept)
        queue, metrics = QueueState(self), engine.metrics
        metrics.watch("hmvlm_queue_waiting", "Events that wait", lambda: queue.waiting)
        metrics.watch("hmvlm_queue_running", "Events that are being answered", lambda: queue.running)
        metrics.watch("hmvlm_model_ready", "Whether the model has been loaded", lambda: engine.ready)
        metrics.watch("hmvlm_disk_bytes", "Uploads and results on the disk", lambda: disk.used)
        guard = Middleware(Gateway, engine=engine, queue=queue, settings=settings, disk=disk, metrics=metrics)
        given = dict(options.get("app_kwargs") or {})
        options["app_kwargs"] = {**given, "middleware": [*given.get("middleware", ()), guard]}
        threading.Thread(target=self._clean, args=(disk,), name="clean-disk", daemon=True).start()
        return super().launch(*arguments, **options)

    def close(self, *arguments: Any, **options: Any) -> Any:
        """Stop the server; see ``gr.Blocks.close``."""
        self._closed.set()
        return super().close(*arguments, **options)

    def _clean(self, disk: Disk) -> None:
        while not self._closed.wait(CLEAN_SECONDS):
            disk.clean()

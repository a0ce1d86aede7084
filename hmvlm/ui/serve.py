"""Serve the page: load the model in the background and start Gradio. Called by ``hmvlm serve`` and ``app.py``."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from hmvlm.checksums import sums_ahead
from hmvlm.config import cache_dir
from hmvlm.heap import use_one_heap
from hmvlm.serving.address import url_of_environment
from hmvlm.ui.logs import set_up
from hmvlm.ui.settings import Settings

if TYPE_CHECKING:
    from hmvlm.assistant import HMVLM
    from hmvlm.serving.client import RemoteModel


def own_folder(port: int) -> Path:
    """The folder of this server's uploads and results, for its user's eyes only; others have others.

    It has the user and the port in its name, so that a server that starts again finds and deletes what is old. Where
    somebody else has made something of that name, it is a new folder.
    """
    user = os.getuid() if hasattr(os, "getuid") else ""
    folder = Path(tempfile.gettempdir(), f"hmvlm-{user}-{port}")
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    about = folder.lstat()
    if not stat.S_ISDIR(about.st_mode) or (user != "" and about.st_uid != user):
        return Path(tempfile.mkdtemp(prefix="hmvlm-"))
    folder.chmod(0o700)
    return folder


def serve(
    preset: str, host: str | None = None, port: int = 7860, share: bool = False, settings: Settings | None = None
) -> None:
    """Start loading the model and serve the page meanwhile, until interrupted.

    Args:
        preset: a preset or a checkpoint folder; not used where ``$HMVLM_URL`` names a model elsewhere.
        host: address to listen on; None takes ``$GRADIO_SERVER_NAME`` or 127.0.0.1.
        port: port to listen on.
        share: also publish the page at a temporary public address, through Gradio's servers.
        settings: limits, logs and metrics; by default those of the environment.

    Raises:
        OSError: the port is in use. ValueError: ``$HMVLM_URL`` is no address.
    """
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # read by Gradio when it is imported
    if "GRADIO_TEMP_DIR" not in os.environ:
        os.environ["GRADIO_TEMP_DIR"] = str(own_folder(port))
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    settings, url = settings or Settings.from_environment(), url_of_environment()
    set_up(settings.log_format)
    if url is None:
        sums_ahead(cache_dir() / "converted")
    from hmvlm.ui import stage
    from hmvlm.ui.engine import REMOTE, TOGETHER, ZERO_GPU, Engine
    from hmvlm.ui.layout import build
    from hmvlm.ui.theme import launch_options

    use_one_heap()
    served = threading.Event()

    def load() -> HMVLM | RemoteModel:
        if not ZERO_GPU:  # there the model must be loaded before the page is launched
            served.wait()  # what the model imports would keep the page waiting
        stage.prepare()  # first, for the sample on the empty stage
        from hmvlm.assistant import HMVLM  # heavy: imported while the page is already served
        from hmvlm.render.scene import warm_up

        if url is not None:
            from hmvlm.serving.client import RemoteModel

            warm_up()
            return RemoteModel(url).wait()
        model = HMVLM.from_pretrained(preset)
        warm_up()
        if not ZERO_GPU:  # there the GPU is lent for single answers only
            model.warm_up()
        return model

    page = build(Engine(load, TOGETHER if url is None else REMOTE), settings)
    page.launch(server_name=host, server_port=port, share=share, prevent_thread_lock=True, **launch_options())
    served.set()
    page.block_thread()

"""A server of one model, in a thread of this process."""

import threading
from contextlib import contextmanager

import uvicorn
from starlette.requests import Request

from benchmarks.many_processes import free_port
from hmvlm.serving.client import RemoteModel
from hmvlm.serving.service import Service


class App:
    """The service as an ASGI application; of its answers, ``broken`` many break off after their first line."""

    def __init__(self, model, broken=0):
        self.service, self.broken, self.asked = Service(model), broken, 0

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return
        response = await self.service(Request(scope, receive))
        breaks = scope["method"] == "POST" and response.status_code == 200 and self.broken > 0
        self.asked += scope["method"] == "POST"
        self.broken -= breaks
        lines = 0

        async def breaking(message):
            nonlocal lines
            lines += bool(message.get("body"))
            if breaks and lines > 1:
                raise ConnectionResetError
            await send(message)

        await response(scope, receive, breaking)


@contextmanager
def served(app):
    """The model behind the application's address."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield RemoteModel(f"http://127.0.0.1:{port}").wait(60)
    finally:
        server.should_exit = True
        thread.join()

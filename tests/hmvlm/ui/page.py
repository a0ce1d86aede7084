"""The page's handlers called without a browser or a server."""

from types import SimpleNamespace

import gradio as gr

from hmvlm.ui.engine import Engine
from hmvlm.ui.events import Handlers
from hmvlm.ui.session import Session
from tests.seeing import SeeingModel

COMPONENTS = ("session", "box", "gate", "stage", "seed")
REQUEST = SimpleNamespace(session_hash="tab")
SETTINGS = dict(temperature=0, seed=3, new_seed=False, variations=1, request=REQUEST)


class Chat(str):
    """Names the chat in updates and keeps track of files, as the component does."""

    temp_files: set[str] = set()


def handlers(engine: Engine) -> Handlers:
    """The handlers over components that are only names."""
    parts = SimpleNamespace(**{name: name for name in COMPONENTS}, chat=Chat("chat"))
    return Handlers(engine, parts)


def sent(model: SeeingModel, text: str, file=None, session: Session | None = None) -> tuple[Session, list[dict]]:
    """Send one message with a file to the page over a stand-in assistant."""
    on, session = handlers(Engine(lambda: model)), session or Session()
    on.open_turn({"text": text, "files": [str(file)] if file else []}, session)
    return session, [*on.answer(session, seconds=0, **SETTINGS), *on.pictures(session)]


def click(key: str = "", value: str = "") -> gr.EventData:
    """A click on an element of the page."""
    return gr.EventData(None, {"key": key, "value": value})


def html_of(content) -> str:
    """Text and HTML of a message's parts."""
    return " ".join(part if isinstance(part, str) else part.value for part in content)

"""The page: components and which handler each event runs."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import gradio as gr

from hmvlm.ui import examples, gate_panels, media, memory, panels, stage
from hmvlm.ui.api import add_endpoints
from hmvlm.ui.chat_list import ChatList
from hmvlm.ui.engine import Engine
from hmvlm.ui.events import Handlers
from hmvlm.ui.guarded import GuardedPage
from hmvlm.ui.inputs import AUTO
from hmvlm.ui.numbers import numeric
from hmvlm.ui.session import MAX_PROMPT, Session
from hmvlm.ui.settings import Settings

TITLE = "HMVLM"
SUBTITLE = "Describe a movement, show a photo or clip, or ask anything: a chat that moves."
CAMERA = (
    '<button type="button" class="hm-tool" id="hm-camera" data-hm-do="camera" aria-label="Take a photo" '
    'title="Take a photo"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 8h3l2-3h6l2 3h3v11H4z"/>'
    '<circle cx="12" cy="13" r="3.5"/></svg></button>'
)
GEAR = (
    '<label class="hm-tool" title="Motion settings"><input type="checkbox" id="hm-gear" aria-label="Motion settings">'
    '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 7h9M17 7h3M4 17h3M11 17h9"/>'
    '<circle cx="15" cy="7" r="2"/><circle cx="9" cy="17" r="2"/></svg></label>'
)
"""A checkbox, as the tabs are radio buttons: what they open is said in states.css and needs no script."""
TABS = {"chat": "Chat", "stage": "3-D", "gate": "Gate"}
CACHE_SECONDS = 6 * 3600
"""How long generated files stay downloadable."""
LENGTHS = [AUTO, *map(str, (1, 2, 3, 4, 5, 6, 8, 10, 12))]
TEMPERATURES = [AUTO, "0.6", "0.9", "1.2"]
MODEL_QUEUE = {"concurrency_id": "model", "concurrency_limit": 24}
"""Answers that have begun; the engine makes several together and tells those that wait their place."""
PICTURE_QUEUE = {"concurrency_id": "pictures", "concurrency_limit": 1}
HIDDEN = {"api_visibility": "private", "show_progress": "hidden"}
EVERY = {"trigger_mode": "multiple"}
"""For what follows another event: Gradio would leave it out while the one before still runs.

Answers are ended by :meth:`hmvlm.ui.engine.Engine.stop`, not by Gradio's ``cancels``: that goes by handler, not by
answer, and comes so late that it could end the visitor's next answer instead.
"""
TURNING = {**HIDDEN, "concurrency_id": "session", "concurrency_limit": 1}
"""For whatever opens, drops or exchanges turns: one after the other, so that a message sent right after "New chat" gets
into the new chat. They are in the queue, without which Gradio shows no notices either.
"""


def build(engine: Engine, settings: Settings | None = None) -> gr.Blocks:
    """The whole page over a model that may still be loading; settings are those of the environment by default."""
    with GuardedPage(
        engine,
        settings or Settings.from_environment(),
        title=f"{TITLE}: motion in a chat",
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(CACHE_SECONDS // 6, CACHE_SECONDS),
    ) as page:
        parts = SimpleNamespace(session=gr.State(Session(), time_to_live=CACHE_SECONDS))
        parts.memory = gr.BrowserState({"chats": []}, storage_key="hmvlm-chats", secret="hmvlm")  # keys only
        _header(parts)
        with gr.Row(equal_height=False, elem_id="hm-main"):
            with gr.Column(scale=6, min_width=340, elem_id="hm-talk"):
                _conversation(parts)
            with gr.Column(scale=7, min_width=340, elem_id="hm-side"):
                parts.stage = stage.component("{}")  # the page asks for its contents once it is there
                with gr.Accordion("The gate in this chat", open=False, elem_id="hm-gates"):
                    parts.gate = gr.HTML(gate_panels.history(()), elem_id="hm-gate")
        opened = _connect(page, parts, Handlers(engine, parts))
        _connect_chats(page, parts, ChatList(engine, parts, CACHE_SECONDS), opened)
        add_endpoints(engine, MODEL_QUEUE)
    page.queue(max_size=32, default_concurrency_limit=4, api_open=False)
    return page


def _header(parts: SimpleNamespace) -> None:
    tabs = "".join(
        f'<label><input type="radio" name="hm-tab" id="hm-tab-{name}"{" checked" if name == "chat" else ""}>'
        f"<span>{label}</span></label>"
        for name, label in TABS.items()
    )
    with gr.Row(elem_id="hm-top"):
        with gr.Column(scale=5, min_width=200):
            gr.HTML(f'<header id="hm-header"><h1>{TITLE}</h1><p>{SUBTITLE}</p></header>', apply_default_css=False)
        with gr.Column(scale=1, min_width=200, elem_id="hm-actions"):
            parts.chats = gr.HTML(memory.panel((), ""), elem_id="hm-chats", apply_default_css=False)
            parts.status = gr.HTML(panels.status_pill(False, None, 0), elem_id="hm-status")
            parts.new_chat = gr.Button("New chat", size="sm", min_width=90, elem_id="hm-new")
    tabs = f'<fieldset id="hm-tabs"><legend class="hm-sr">Part of the page that is shown</legend>{tabs}</fieldset>'
    gr.HTML(tabs, apply_default_css=False, elem_id="hm-tabs-place")
    parts.timer = gr.Timer(1.0)


def _conversation(parts: SimpleNamespace) -> None:
    parts.chat = gr.Chatbot(
        elem_id="hm-chat",
        label="Conversation",
        show_label=False,
        height="max(360px, calc(100dvh - 168px))",
        placeholder=examples.welcome(),
        buttons=["copy"],
        feedback_options=None,
        editable="user",
        allow_tags=False,
        layout="bubble",
        elem_classes="hm-pane",
    )
    with gr.Column(elem_id="hm-composer"):
        _settings(parts)
        with gr.Row(elem_id="hm-line"):
            parts.box = gr.MultimodalTextbox(
                elem_id="hm-box",
                label="Message",
                show_label=False,
                placeholder="Describe a movement, attach a photo, or ask",
                sources=["upload"],
                file_types=media.ACCEPTED,
                file_count="multiple",
                max_plain_text_length=20 * MAX_PROMPT,
                max_lines=6,
                autofocus=True,
                scale=1,
            )
            gr.HTML(
                CAMERA + GEAR,
                apply_default_css=False,
                elem_id="hm-gear-place",
            )


def _settings(parts: SimpleNamespace) -> None:
    with gr.Column(elem_id="hm-settings"):
        with gr.Row():
            parts.seconds = gr.Dropdown(
                LENGTHS,
                value=AUTO,
                label="Seconds",
                allow_custom_value=True,
                min_width=120,
            )
            parts.temperature = gr.Dropdown(
                TEMPERATURES, value=AUTO, label="Temperature", allow_custom_value=True, min_width=120
            )
            parts.variations = gr.Dropdown([1, 2, 3, 4], value=1, label="Variations", min_width=90)
        with gr.Row(equal_height=True):
            parts.seed = numeric(0, precision=0, minimum=0, label="Seed", min_width=120)
            parts.new_seed = gr.Checkbox(True, label="New seed for every message", min_width=160)


def _connect(page: gr.Blocks, parts: SimpleNamespace, on: Handlers) -> list[Any]:
    """Connect the handlers; returns the events after which the chat has changed its turns."""
    session = parts.session
    shown = [parts.session, parts.chat, parts.box, parts.gate, parts.stage]
    opened = [
        parts.box.submit(on.open_turn, [parts.box, session], shown, **TURNING),
        parts.stage.ask(on.ask, [session], shown, **TURNING),
        parts.stage.person(on.person, [session], shown, **TURNING),
        parts.chat.retry(on.retry, [session], shown, **TURNING),
        parts.chat.edit(on.edit, [session], shown, **TURNING),
        parts.stage.example(on.example, [session], shown, **TURNING),
    ]
    settings = [parts.seconds, parts.temperature, parts.seed, parts.new_seed, parts.variations]
    answers = [
        event.then(on.answer, [session, *settings], [*shown, parts.seed], **MODEL_QUEUE, **EVERY, **HIDDEN)
        for event in opened
    ]
    stopped = parts.box.stop(on.stop, [session], shown, queue=False, **HIDDEN)
    for event in (*answers, stopped):
        event.then(on.pictures, [session], shown, **PICTURE_QUEUE, **EVERY, **HIDDEN)
    undone = parts.chat.undo(on.undo, [session], shown, **TURNING)
    cleared = gr.on([parts.new_chat.click, parts.chat.clear], on.clear, [session], shown, **TURNING)
    cleared.then(on.redraw, [session], shown, **TURNING)
    parts.stage.show(on.show, [session], shown, queue=False, **HIDDEN)
    parts.stage.rate(on.rate, [session], shown, queue=False, **HIDDEN)
    parts.stage.video(on.video, [session], shown, **PICTURE_QUEUE, **HIDDEN)
    gr.on([page.load, parts.timer.tick], on.status, None, [parts.status, parts.timer], queue=False, **HIDDEN)
    page.unload(on.leave)
    return [*opened, undone, cleared]


def _connect_chats(page: gr.Blocks, parts: SimpleNamespace, on: ChatList, opened: list[Any]) -> None:
    session, listed = parts.session, [parts.memory, parts.chats, parts.gate]
    shown = [session, parts.chat, parts.box, parts.stage, *listed]
    gr.on([page.load], on.restore, [session, parts.memory], shown, **TURNING)
    for event in opened:
        event.then(on.remember, [session, parts.memory], listed, queue=False, **EVERY, **HIDDEN)
    parts.stage.chats(on.act, [session, parts.memory], shown, **TURNING)

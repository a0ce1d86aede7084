"""The page: components and which handler each event runs."""

from __future__ import annotations

import shutil
from types import SimpleNamespace

import gradio as gr
from gradio.components.chatbot import ExampleMessage

from hmvlm.config import MAX_TOTAL_SECONDS
from hmvlm.motion.formats import READ, listed
from hmvlm.paths import EXAMPLE_PHOTO
from hmvlm.ui import exports, media, panels
from hmvlm.ui.api import add_endpoints
from hmvlm.ui.engine import Engine
from hmvlm.ui.events import Handlers
from hmvlm.ui.session import MAX_PROMPT, Session

TITLE = "HMVLM"
SUBTITLE = "Describe a movement, show a photo or clip, or ask anything. One model, and a gate that forgets nothing."
WELCOME = (
    '<div class="hm-welcome"><h2>What should the person do?</h2>'
    "<p>Type a movement and see it in 3-D, attach a photo or a short clip to get the body in it, "
    f"or ask an ordinary question. Motions of your own come in as {listed(READ)}.</p></div>"
)
EXAMPLES = (
    "A tired person walks forward",
    "A person waves with the left hand",
    "Someone runs forward and stops",
    "Someone kicks with the right leg",
    "What is the capital of France?",
)
CACHE_SECONDS = 6 * 3600
"""How long generated files stay downloadable."""
MODEL_QUEUE = {"concurrency_id": "model", "concurrency_limit": 1}
HIDDEN = {"api_visibility": "private", "show_progress": "hidden"}
TALKING = {**HIDDEN, "concurrency_limit": None}  # in the queue, without which Gradio shows no notices


def build(engine: Engine) -> gr.Blocks:
    """The whole page over a model that may still be loading."""
    with gr.Blocks(
        title=f"{TITLE}: motion in a chat",
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(CACHE_SECONDS // 6, CACHE_SECONDS),
    ) as page:
        parts = SimpleNamespace(session=gr.State(Session(), time_to_live=CACHE_SECONDS))
        _header(parts)
        with gr.Row(equal_height=False):
            with gr.Column(scale=7, min_width=340):
                _conversation(parts)
            with gr.Column(scale=5, min_width=320):
                _inspector(parts)
        _connect(page, parts, Handlers(engine, parts))
        add_endpoints(engine, MODEL_QUEUE)
    page.queue(max_size=32, default_concurrency_limit=4)
    return page


def _header(parts: SimpleNamespace) -> None:
    with gr.Row(elem_id="hm-top"):
        with gr.Column(scale=5, min_width=240):
            gr.HTML(f'<header id="hm-header"><h1>{TITLE}</h1><p>{SUBTITLE}</p></header>')
        with gr.Column(scale=1, min_width=250, elem_id="hm-actions"):
            parts.status = gr.HTML(panels.status_pill(False, None, 0), elem_id="hm-status")
            parts.new_chat = gr.Button("New chat", size="sm", min_width=90, elem_id="hm-new")
    parts.timer = gr.Timer(1.0)


def _conversation(parts: SimpleNamespace) -> None:
    parts.chat = gr.Chatbot(
        elem_id="hm-chat",
        label="Conversation",
        show_label=False,
        height="max(430px, calc(100dvh - 275px))",
        placeholder=WELCOME,
        examples=_examples(),
        buttons=["copy"],
        feedback_options=None,
        allow_tags=False,
        layout="bubble",
    )
    parts.chat.keep_in_cache.update(parts.chat.temp_files)  # the example photo outlives the cleaning
    parts.box = gr.MultimodalTextbox(
        elem_id="hm-box",
        label="Message",
        show_label=False,
        placeholder="Describe a movement, attach a photo, or ask",
        sources=["upload"],
        file_types=media.ACCEPTED,
        file_count="single",
        max_plain_text_length=20 * MAX_PROMPT,
        max_lines=6,
        autofocus=True,
    )
    with gr.Accordion("Motion settings", open=False, elem_id="hm-settings"):
        with gr.Row():
            parts.seconds = gr.Slider(
                0,
                MAX_TOTAL_SECONDS,
                value=0,
                step=0.5,
                label="Seconds",
                info="0: from the text, else chosen by the model",
            )
            parts.temperature = gr.Slider(
                0, 1.5, value=0, step=0.05, label="Temperature", info="0: the model's own; higher is more varied"
            )
            parts.variations = gr.Slider(1, 4, value=1, step=1, label="Variations", info="Motions for one prompt")
        with gr.Row(equal_height=True):
            parts.seed = gr.Number(0, precision=0, minimum=0, label="Seed", info="Same seed and text, same motion")
            parts.new_seed = gr.Checkbox(True, label="New seed for every message")


def _inspector(parts: SimpleNamespace) -> None:
    with gr.Column(elem_id="hm-stage"):
        parts.viewer = gr.Model3D(
            elem_id="hm-viewer",
            label="3-D view: drag to turn, scroll to zoom",
            height=360,
            interactive=False,
        )
        with gr.Row():
            parts.picker = gr.Dropdown(
                [], label="Motion", show_label=False, container=False, interactive=False, scale=3, elem_id="hm-picker"
            )
            parts.describe = gr.Button("Describe it", size="sm", scale=1, min_width=100)
    with gr.Column(elem_classes="hm-card"):
        gr.HTML("<h3>Who answered? The gate in this turn</h3>")
        parts.gate = gr.HTML(panels.gate_panel(None), elem_id="hm-gate")
    with gr.Column(elem_classes="hm-card"):
        gr.HTML("<h3>On average, per task</h3>")
        parts.means = gr.HTML(panels.means_panel({}, {}), elem_id="hm-means")


def _connect(page: gr.Blocks, parts: SimpleNamespace, on: Handlers) -> None:
    session = parts.session
    shown = [parts.session, parts.chat, parts.box, parts.gate, parts.picker]
    example = parts.chat.example_select(_example, None, [parts.box], queue=False, **HIDDEN)
    opened = [
        parts.box.submit(on.open_turn, [parts.box, session], shown, **TALKING),
        parts.describe.click(on.describe_media, [parts.picker, session], shown, **TALKING),
        parts.chat.retry(on.retry, [session], shown, **TALKING),
        parts.chat.option_select(on.choose, [session], shown, **TALKING),
        example.then(on.open_turn, [parts.box, session], shown, **TALKING),
    ]
    settings = [parts.seconds, parts.temperature, parts.seed, parts.new_seed, parts.variations]
    answers = [
        event.then(
            on.answer,
            [session, *settings],
            [*shown, parts.viewer, parts.means, parts.seed],
            **MODEL_QUEUE,
            **HIDDEN,
        )
        for event in opened
    ]
    parts.box.stop(on.stop, [session], [*shown, parts.viewer], queue=False, cancels=answers, **HIDDEN)
    parts.chat.undo(on.undo, [session], shown, queue=False, cancels=answers, **HIDDEN)
    gr.on([parts.new_chat.click, parts.chat.clear], on.clear, [session], shown, queue=False, cancels=answers, **HIDDEN)
    # input, not change: the answer sets both at once, and a second equal value would keep the viewer from loading.
    parts.picker.input(on.pick, [parts.picker, session], parts.viewer, queue=False, **HIDDEN)
    gr.on([page.load, parts.timer.tick], on.status, None, [parts.status, parts.timer], queue=False, **HIDDEN)
    page.unload(on.leave)


def _examples() -> list[ExampleMessage]:
    """What the empty conversation offers."""
    offered: list[ExampleMessage] = [{"text": example} for example in EXAMPLES]
    if EXAMPLE_PHOTO.is_file():
        files = [str(EXAMPLE_PHOTO)]
        offered.insert(2, {"text": media.QUESTIONS["image"], "display_text": "Which pose is this?", "files": files})
    return offered


def _example(data: gr.SelectData) -> dict[str, object]:
    """Put a clicked example into the message box; which file belongs to it is not for the browser to say."""
    text = str(data.value["text"])
    seen = text == media.QUESTIONS["image"] and EXAMPLE_PHOTO.is_file()
    return {"text": text, "files": [shutil.copy(EXAMPLE_PHOTO, exports.new_folder())] if seen else []}

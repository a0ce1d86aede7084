"""From a session to what the components show."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from hmvlm.ui import cards, gate_panels, media, panels, stage
from hmvlm.ui.markdown import safe_markdown
from hmvlm.ui.session import Media, Session, Turn, escape

if TYPE_CHECKING:
    from hmvlm.motion.clip import Motion

WAITS = "Waits for the answer above."


def messages(session: Session) -> list[dict[str, Any]]:
    """Chat messages of all turns, also of those that wait: always one of the user and one of the assistant a turn."""
    return [
        message
        for turn in (*session.turns, *session.waiting)
        for message in (
            {"role": "user", "content": question(turn)},
            {"role": "assistant", "content": answer(turn, session)},
        )
    ]


def question(turn: Turn) -> list[Any]:
    """The user's words as typed, with the attached photo or clip, or the name of another file."""
    if turn.attachment is None:
        return [escape(turn.prompt)]
    return [escape(turn.prompt), _html(cards.attachment(turn.attachment))]


def answer(turn: Turn, session: Session) -> list[Any]:
    """Text, motions, what can be done with them, progress, the gate's weights, and what went wrong, in this order."""
    if turn in session.waiting:
        return [f"*{WAITS}*"]
    content: list[Any] = [safe_markdown(turn.text)] if turn.text else []
    shown = session.on_stage
    if turn.media and not turn.running:
        content.append(_html(cards.motions(turn, shown)))
    if turn.running and not (turn.text and turn.task in ("dialogue", "video_understanding")):
        content.append(_html(panels.progress_bar(*(turn.progress or ("Thinking", None)))))
    if turn.status == "stopped":
        content.append("*Stopped.*")
    if turn.error:
        content.append(_html(panels.error_note(turn.error)))
    if turn.note:
        content.append(_html(panels.remark(turn.note)))
    if turn.gate and not turn.running:
        foot = gate_panels.chip(turn.gate, turn.task, turn.exemplars) + cards.thumbs(turn)
        content.append(_html(f'<div class="hm-foot">{foot}</div>'))
    return content or ["*No answer.*"]


def on_stage(session: Session, saved: Path | None = None) -> str:
    """The stage of a chat: the chosen motion beside its variations, or all people of its photo; else the sample.

    ``saved`` is a file that the browser should save as well.
    """
    stage.prepare()
    item = session.on_stage
    turn = None if item is None else session.turn_of(item)
    if item is None or turn is None:
        return _value(stage.state([stage.Shown("sample", media.sample(), "")], sample=True, note=stage.SAMPLE_NOTE))
    items = _beside(session, turn, item)
    bodies = [
        stage.Shown(one.key, one.motion, one.title, _label(one, number)) for number, one in enumerate(items, start=1)
    ]
    value = stage.state(bodies, item.key, group=items[0].key, front=item.estimate is not None)
    return _value(value if saved is None else {**value, "download": stage.download(saved)})


def live(turn: Turn, motion: Motion) -> str:
    """The stage while frames of a turn's motion still come."""
    return _value(stage.state([stage.Shown("live", motion, turn.prompt)], group=f"live{id(turn)}", live=True))


def box(running: bool, text: str | None = None, file: Path | None = None) -> dict[str, Any]:
    """The message box; while an answer is on its way it also has a stop button."""
    files = [str(file)] if file is not None and file.is_file() else []
    value: dict[str, Any] = {} if text is None else {"value": {"text": text, "files": files}}
    return gr.update(stop_btn=running, **value)


def _beside(session: Session, turn: Turn, item: Media) -> list[Media]:
    """The motions that stand on the stage with one: of the same answer; of a photo whose people were looked at one by
    one, the newest of each.
    """
    if item.estimate is None or item.source is None or len(turn.media) > 1:
        return turn.media
    people: dict[int, Media] = {}
    for other in session.turns:
        if len(other.media) == 1 and other.media[0].source == item.source and other.media[0].estimate is not None:
            people[other.media[0].person] = other.media[0]
    people[item.person] = item
    return list(people.values())


def _label(item: Media, number: int) -> str:
    return f"Person {item.person}" if item.estimate is not None else f"Variation {number}"


def _value(state: dict[str, Any]) -> str:
    return json.dumps(state)


def _html(text: str) -> gr.HTML:
    return gr.HTML(text, render=False)

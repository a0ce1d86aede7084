"""HTML of the gate: the chip in an answer, and its course over a chat."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from hmvlm.ui.session import Turn

TASK_NAMES = {
    "text_to_motion": "Text to motion",
    "pose_estimation": "Pose from a picture",
    "video_understanding": "Describing motion",
    "dialogue": "Ordinary talk",
}
ZERO = "zero"
HEIGHT, STEP, EDGE = 84, 36, 10
"""Height, width of a turn and margin of the line chart, in pixels."""


def expert_name(key: str) -> str:
    """``"zero"`` becomes ``"Zero expert"``, ``"expert_2"`` becomes ``"Expert 2"``."""
    return "Zero expert" if key == ZERO else key.replace("_", " ").capitalize()


def percent(weight: float) -> str:
    """A weight in 0..1 as a short percentage; tiny and nearly full ones keep their meaning."""
    value = 100 * weight
    if 0 < value < 0.1:
        return "< 0.1 %"
    if 99.9 < value < 100:
        return "> 99.9 %"
    return f"{value:.1f} %"


def explain(gate: Mapping[str, float], task: str | None = None) -> str:
    """Who answered, in one sentence. Ordinary talk has no experts in it."""
    if task == "dialogue":
        return "Answered by the plain language model; the motion experts were off."
    experts = {key: weight for key, weight in gate.items() if key != ZERO}
    if not experts:
        return "Answered by the plain language model."
    most = max(experts, key=lambda key: experts[key])
    others = [key for key, weight in experts.items() if key != most and weight >= 0.1]
    helped = f", with {_listed([expert_name(key).lower() for key in others])}" if others else ""
    plain = gate.get(ZERO, 0.0)
    share = f"; the plain language model counts {percent(plain)}" if plain >= 0.001 else ""
    return f"Answered mostly by motion {expert_name(most).lower()}{helped}{share}."


def _guided(exemplars: Sequence[str]) -> str:
    if not exemplars:
        return ""
    quoted = ", ".join(f"“{html.escape(one)}”" for one in exemplars)
    return f'<p class="hm-hint">Guided by training motions with the captions: {quoted}.</p>'


def chip(gate: Mapping[str, float], task: str | None, exemplars: Sequence[str] = ()) -> str:
    """One stacked bar and a sentence; the weights fold out, and the captions of the training motions that guided it."""
    label = "; ".join(f"{expert_name(key)} {percent(weight)}" for key, weight in gate.items())
    rows = "".join(
        f'<tr><th scope="row"><i class="hm-e{number}"></i>{html.escape(expert_name(key))}</th>'
        f"<td>{percent(weight)}</td></tr>"
        for number, (key, weight) in enumerate(gate.items())
    )
    return (
        f'<details class="hm-gate"><summary>{_bar(gate, label)}<span class="hm-task">'
        f"{html.escape(TASK_NAMES.get(task or '', 'This turn'))}</span></summary>"
        f'<p class="hm-hint">{html.escape(explain(gate, task))}</p>'
        f'<table class="hm-weights"><caption class="hm-sr">Weight of each expert in this answer</caption><tbody>{rows}'
        f"</tbody></table>{_guided(exemplars)}</details>"
    )


Answered = tuple[str | None, Mapping[str, float]]
"""Task and gate weights of an answer."""


def history(turns: Sequence[Turn], others: Sequence[Answered] = ()) -> str:
    """The gate over the turns of a chat as lines, and its mean per task in a table.

    ``others`` are answers of the visitor's other chats; with them, a second table has the means of all chats.
    """
    answered = [turn for turn in turns if turn.gate]
    here = [(turn.task, turn.gate) for turn in answered]
    everywhere = [*here, *(one for one in others if one[1])]
    if not everywhere:
        return '<p class="hm-empty">After the first answer: the weight of each expert, turn by turn.</p>'
    keys = list(everywhere[0][1])
    shown = _lines(answered, keys) + _means(here, keys, "in this chat") if answered else ""
    return shown + (_means(everywhere, keys, "in all your chats") if len(everywhere) > len(here) else "")


def _bar(gate: Mapping[str, float], label: str) -> str:
    parts = "".join(
        f'<i class="hm-e{number}" style="width:{100 * weight:.2f}%"></i>'
        for number, weight in enumerate(gate.values())
        if weight > 0
    )
    return f'<span class="hm-stack" role="img" aria-label="Gate weights: {html.escape(label)}">{parts}</span>'


def _lines(turns: Sequence[Turn], keys: Sequence[str]) -> str:
    width = 2 * EDGE + STEP * max(len(turns) - 1, 1)
    lines = []
    for number, key in enumerate(keys):
        points = [
            (EDGE + STEP * place, HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * turn.gate.get(key, 0.0))
            for place, turn in enumerate(turns)
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>' for x, y in points)
        lines.append(f'<g class="hm-line hm-e{number}"><polyline points="{path}"/>{dots}</g>')
    legend = "".join(
        f'<li><i class="hm-e{number}"></i>{html.escape(expert_name(key))}</li>' for number, key in enumerate(keys)
    )
    return (
        f'<div class="hm-chart" tabindex="0" role="img" aria-label="Weight of each expert over {len(turns)} answers">'
        f'<svg viewBox="0 0 {width} {HEIGHT}" width="{width}" height="{HEIGHT}">{"".join(lines)}</svg></div>'
        f'<ul class="hm-legend">{legend}</ul>'
    )


def _means(answers: Sequence[Answered], keys: Sequence[str], where: str) -> str:
    by_task: dict[str, list[Mapping[str, float]]] = {}
    for task, gate in answers:
        by_task.setdefault(task or "", []).append(gate)
    head = "".join(f'<th scope="col">{html.escape("Zero" if key == ZERO else key[-1])}</th>' for key in keys)
    body = ""
    for task, group in by_task.items():
        means = [sum(gate.get(key, 0.0) for gate in group) / len(group) for key in keys]
        cells = "".join(f'<td style="--w:{mean:.3f}">{mean:.2f}</td>' for mean in means)
        name = html.escape(TASK_NAMES.get(task, task))
        body += f'<tr><th scope="row">{name} <small>× {len(group)}</small></th>{cells}</tr>'
    return (
        f'<table class="hm-means"><caption>Mean weights {where}. “Zero” is the expert that changes nothing.'
        f'</caption><thead><tr><th scope="col">Task</th>{head}</tr></thead><tbody>{body}</tbody></table>'
    )


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

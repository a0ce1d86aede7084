"""The two diagrams beside the frames of a sheet: the pelvis path from above, and heights over time."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from hmvlm.body.skeleton import INDEX
from hmvlm.motion.facts.signals import Signals

INK, PALE, START = (60, 66, 82), (214, 218, 227), (20, 140, 60)
CURVES = (
    ("pelvis", "pelvis", (40, 40, 46)),
    ("left_wrist", "L hand", (214, 40, 30)), ("right_wrist", "R hand", (26, 84, 205)),
    ("left_foot", "L foot", (242, 148, 130)), ("right_foot", "R foot", (120, 175, 242)),
)  # fmt: skip
"""Joint, legend and colour of the height curves."""
MARGIN = 22
SMALLEST_SPAN = 1.2
"""Metres that the top view shows at least."""


def top_view(signals: Signals, chosen: np.ndarray, size: tuple[int, int]) -> Image.Image:
    """The path of the pelvis from above with the body's front at the start upward, its left at the left.

    The numbers are those of the frames ``chosen`` (indices); arrows show where the body faces.
    """
    panel = Image.new("RGB", size, "white")
    ink = ImageDraw.Draw(panel)
    first = signals.forward[0]
    right = np.array([-first[2], 0.0, first[0]])
    path = signals.joints[:, 0] - signals.joints[0, 0]
    flat = np.stack([path @ right, path @ first], axis=-1)
    facing = np.stack([signals.forward @ right, signals.forward @ first], axis=-1)
    low, high = flat.min(axis=0), flat.max(axis=0)
    middle = (low + high) / 2
    span = max(float((high - low).max()) + 0.5, SMALLEST_SPAN)
    scale = (min(size) - 2 * MARGIN) / span

    def place(points: np.ndarray) -> np.ndarray:
        return np.array(size) / 2 + (points - middle) * [scale, -scale]

    step = 0.5 if span <= 4 else 1.0 if span <= 10 else 2.0
    for axis in (0, 1):
        reach = max(size) / scale
        for line in np.arange(np.ceil((middle[axis] - reach) / step), (middle[axis] + reach) / step) * step:
            at = place(np.array([line, line]))[axis]
            ink.line([at, 0, at, size[1]] if axis == 0 else [0, at, size[0], at], fill=PALE)
    ink.line([tuple(point) for point in place(flat)], fill=INK, width=2)
    for number, frame in enumerate(chosen, start=1):
        at = place(flat[frame])
        tip = at + facing[frame] * [20, -20]
        side = np.array([-facing[frame, 1], facing[frame, 0]]) * [4, -4]
        base = at + facing[frame] * [13, -13]
        ink.line([*at, *tip], fill=START if number == 1 else INK, width=2 if number == 1 else 1)
        ink.polygon([tuple(tip), tuple(base + side), tuple(base - side)], fill=START if number == 1 else INK)
    travelled = np.linalg.norm(flat - flat[0], axis=-1).max() > 0.3
    for number, frame in enumerate(chosen, start=1):
        if travelled or number == 1:
            beside = np.array([facing[frame, 1], -facing[frame, 0]]) * [11, -11]  # to the body's right
            at = place(flat[frame]) + beside
            ink.text(tuple(at), str(number), fill=START if number == 1 else INK, font_size=11, anchor="mm")
    _title(ink, f"from above, front at start is up; lines every {step:g} m")
    return panel


def height_plot(signals: Signals, times: np.ndarray, duration: float, size: tuple[int, int]) -> Image.Image:
    """Heights of pelvis, wrists and feet above the floor in metres over time; ticks at the frames' ``times``."""
    panel = Image.new("RGB", size, "white")
    ink = ImageDraw.Draw(panel)
    heights = np.stack([signals.joints[:, INDEX[name], 1] for name, _, _ in CURVES])
    low, high = min(-0.1, float(heights.min())), max(1.0, float(heights.max())) + 0.1
    left, top, right, bottom = 24, 32, size[0] - 6, size[1] - 16

    def row(height: float) -> float:
        return bottom - (height - low) / (high - low) * (bottom - top)

    for metres in np.arange(0.0, high, 0.5):
        ink.line([left, row(metres), right, row(metres)], fill=INK if metres == 0 else PALE)
        ink.text((left - 4, row(metres)), f"{metres:g}", fill=INK, font_size=10, anchor="rm")
    across = left + (np.arange(len(signals)) / max(len(signals) - 1, 1)) * (right - left)
    for number, time in enumerate(times, start=1):
        at = left + time / max(duration, 1e-6) * (right - left)
        ink.line([at, top, at, bottom], fill=PALE)
        ink.text((at, bottom + 8), str(number), fill=INK, font_size=10, anchor="mm")
    for curve, (_, _, color) in reversed(list(zip(heights, CURVES, strict=True))):
        ink.line([(x, row(y)) for x, y in zip(across, curve, strict=True)], fill=color, width=2)
    _title(ink, "heights above the floor, m")
    for number, (_, label, color) in enumerate(CURVES):
        ink.text((left + number * (right - left) / len(CURVES), 18), label, fill=color, font_size=11)
    return panel


def _title(ink: ImageDraw.ImageDraw, text: str) -> None:
    width = ink.textlength(text, font_size=11)
    ink.rectangle([0, 0, width + 10, 16], fill="white")
    ink.text((5, 2), text, fill=INK, font_size=11)

"""Human captions of motion sets: lines of HumanML3D and KIT-ML, BABEL's labels, HumanML3D's index of AMASS.

A caption tells a whole clip or a span of it. :func:`told_spans` makes one recording of the whole clip and one of every
span that has captions of its own, as the loaders of HumanML3D do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from hmvlm.config import MIN_SECONDS
from train.recordings.store import Recording

WHOLE = (0.0, 0.0)
"""Start and end of a caption of the whole clip, as HumanML3D writes them."""


@dataclass
class Captions:
    """Captions by span in seconds; those of :data:`WHOLE` tell the whole clip."""

    spans: dict[tuple[float, float], list[str]] = field(default_factory=dict)

    def add(self, text: str, start: float = 0.0, end: float = 0.0) -> None:
        """Note a caption; an empty one, or one that is known already, is not added.

        Raises:
            ValueError: the span does not end after its start.
        """
        text, key = " ".join(text.split()), (round(start, 3), round(end, 3))
        if key != WHOLE and not key[1] > key[0] >= 0:
            raise ValueError(f"the caption {text!r} ends at {end:g} s but starts at {start:g} s")
        known = self.spans.setdefault(key, [])
        if text and text not in known:
            known.append(text)

    @property
    def whole(self) -> list[str]:
        """Captions of the whole clip."""
        return self.spans.get(WHOLE, [])


def read_captions(path: Path) -> Captions:
    """Captions from a text file of ``caption#tokens#start#end`` lines (HumanML3D, KIT-ML) or bare captions.

    Times of ``nan`` count as 0, as in the official loader. A missing file has no captions.

    Raises:
        ValueError: a time is no number, or a span ends before it starts; it names the line.
    """
    found = Captions()
    if not path.is_file():
        return found
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        row = line.split("#")
        times = row[2:4] if len(row) >= 4 else ("0", "0")
        try:
            found.add(row[0], *(_seconds(value) for value in times))
        except ValueError as error:
            raise ValueError(f"{path.name}, line {number}: {error}") from None
    return found


def _seconds(text: str) -> float:
    seconds = float(text or 0)
    return 0.0 if seconds != seconds else seconds


def told_spans(recording: Recording, captions: Captions) -> tuple[list[Recording], list[str]]:
    """The recording with the captions of the whole clip, and a recording of every captioned span.

    The whole clip is left out where all captions are of spans. The second list names spans that are too short or lie
    outside the clip, with the reason.
    """
    made: list[Recording] = []
    bad: list[str] = []
    fps, count = recording.motion.fps, len(recording.motion)
    for (start, end), texts in sorted(captions.spans.items()):
        if not texts:
            continue
        if (start, end) == WHOLE:
            made.append(captioned(recording, texts))
            continue
        first, last = round(start * fps), min(count, round(end * fps))
        if last - first < MIN_SECONDS * fps:
            bad.append(
                f"{recording.name}: the caption {texts[0]!r} is of {start:g}-{end:g} s, which leaves "
                f"{max(0, last - first)} of the clip's {count} frames"
            )
            continue
        part = replace(recording.motion.slice(first, last).canonical(), text=None)
        named = replace(recording, name=f"{recording.name}@{start:g}-{end:g}", motion=part)
        made.append(captioned(named, texts))
    return (made if made or bad else [recording]), bad


def captioned(recording: Recording, texts: Iterable[str]) -> Recording:
    """The recording with human captions; the first is its label."""
    lines = list(texts)
    if not lines:
        return recording
    motion = replace(recording.motion, text=lines[0])
    info = recording.info | {"captions": "\n".join(lines)}
    return replace(recording, label=lines[0], motion=motion, info=info)

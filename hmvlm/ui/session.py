"""State of one browser tab: turns, motions and their files.

The session is the truth; the chat component only displays it. So history that reaches the model never
comes back from the browser, where it could have been edited.
"""

from __future__ import annotations

import html
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from hmvlm import limits

if TYPE_CHECKING:
    from hmvlm.motion.clip import Motion
    from hmvlm.vision.estimate import PoseEstimate

HISTORY_TURNS = 6
"""Earlier turns in the model's prompt."""
MAX_PROMPT = limits.PAGE_CHARACTERS
"""Characters in one message."""


@dataclass(eq=False)
class Media:
    """One motion, generated or seen in a picture, and its files.

    Attributes:
        title: what the reader sees, for example ``"a person waves"``.
        key: names the motion on the page.
        number: place among the variations of one answer, from 1.
        person: number of the person in the photo or clip.
        drawn: share of its video that is drawn while that is under way.
        files: path by suffix without the dot (``png``, ``mp4``, ``npz``, ``bvh``, ``glb``); pictures may be missing.
        note: why the picture or video is missing, in one sentence.
        estimate: how the motion was seen, if it comes from a photo or a clip.
        source: that photo or clip.
        beside: the other people of the picture, who are drawn with this one; of these people's own items, None, and
            they have no picture.
    """

    motion: Motion
    title: str
    seed: int | None = None
    files: dict[str, Path] = field(default_factory=dict)
    note: str | None = None
    estimate: PoseEstimate | None = None
    source: Path | None = None
    key: str = field(default_factory=lambda: secrets.token_hex(6))
    number: int = 1
    drawn: float | None = None
    person: int = 1
    beside: list[PoseEstimate] | None = field(default_factory=list)


@dataclass(frozen=True)
class Mark:
    """Where a person's number stands on a photo: shares of its width and height, from the top left corner."""

    number: int
    x: float
    y: float


@dataclass(eq=False)
class Turn:
    """One question and its answer. ``status`` goes from ``running`` to ``done``, ``stopped`` or ``failed``.

    Attributes:
        person: of a photo or clip that shows several ``people``, the one asked for: 1 is the largest.
        about: the motion of an earlier turn that this one speaks of, and ``edit`` what is to be done with it.
        asked: what the model is asked where that differs from ``prompt``; ``seconds``: the length it is asked for.
        begun: an answer has been started; every turn is answered once.
        watched: its motion comes onto the stage; False once the visitor looks at another one meanwhile.
        preview: the motion so far.
        missing: what was asked for and is not measured in the first motion.
        exemplars: captions of the training motions that guided it.
        seed: the seed that this turn is drawn with whatever the settings say; ``other_seed``: it needs a new one.
        key: names the turn on the page; ``liked``: the visitor's thumb, None without one.
        note: a sentence about the answer that is no part of it.
        marks: of the people of a photo, the number of each and where it stands on the picture.
        with_before: it came in one message with the turn before, which has another file.
        reread: its words are read again before it is answered (:mod:`hmvlm.ui.turn_order`).
    """

    prompt: str
    attachment: Path | None = None
    person: int | None = None
    people: int = 0
    about: Media | None = None
    edit: str | None = None
    asked: str | None = None
    seconds: float | None = None
    begun: bool = False
    watched: bool = True
    preview: Motion | None = None
    missing: tuple[str, ...] = ()
    exemplars: tuple[str, ...] = ()
    seed: int | None = None
    other_seed: bool = False
    key: str = field(default_factory=lambda: secrets.token_hex(6))
    liked: bool | None = None
    note: str = ""
    marks: list[Mark] = field(default_factory=list)
    with_before: bool = False
    reread: bool = False
    text: str = ""
    task: str | None = None
    gate: dict[str, float] = field(default_factory=dict)
    media: list[Media] = field(default_factory=list)
    status: str = "running"
    progress: tuple[str, float | None] | None = None  # what is going on, share done in 0..1 if known
    error: str | None = None

    @property
    def running(self) -> bool:
        """True while an answer is on its way."""
        return self.status == "running"

    def finish(self, status: str, error: str | None = None) -> None:
        """Leave the running state, once; later calls change nothing."""
        if self.running:
            self.status, self.error, self.progress = status, error, None


@dataclass(eq=False)
class Session:
    """The turns of one chat, oldest first, and the motion of it that is on the stage.

    Attributes:
        shown: key of the motion on the stage.
        left: the visitor has another chat on the page; what is still being made for this one is not shown.
        waiting: turns that come after the one that is being answered, oldest first.
        key: names the chat once it is kept (:mod:`hmvlm.ui.memory`); whoever knows it can read the chat.
        others: gate weights of the same visitor's other chats, ``(task, weights)`` for every answer.
    """

    turns: list[Turn] = field(default_factory=list)
    shown: str | None = None
    left: bool = False
    waiting: list[Turn] = field(default_factory=list)
    key: str = ""
    others: list[tuple[str | None, dict[str, float]]] = field(default_factory=list)

    @property
    def current(self) -> Turn | None:
        """The turn that is being answered."""
        return self.turns[-1] if self.turns and self.turns[-1].running else None

    @property
    def on_stage(self) -> Media | None:
        """The motion that is shown, the newest one where that is gone; none in a chat without motions."""
        items = self.media()
        return self.find(self.shown) or (items[-1] if items else None)

    def begin(self) -> Turn | None:
        """The turn that waits for an answer, once."""
        turn = self.current
        if turn is None or turn.begun:
            return None
        turn.begun = True
        return turn

    def history(self) -> list[dict[str, str]]:
        """Finished dialogue turns as ``{"role", "content"}``, for the model.

        Whatever has a motion stays out, also one that was only mirrored or changed in speed: the base model would take
        up such wording in its own answers.
        """
        tasks = (None, "dialogue")
        talk = [turn for turn in self.turns if turn.task in tasks and not turn.media]
        finished = [turn for turn in talk if turn.status == "done" and turn.text]
        return [
            {"role": role, "content": content}
            for turn in finished[-HISTORY_TURNS:]
            for role, content in (("user", turn.prompt), ("assistant", turn.text))
        ]

    def media(self) -> list[Media]:
        """Every motion of the chat, oldest first."""
        return [item for turn in self.turns for item in turn.media]

    def find(self, key: str | None) -> Media | None:
        """The motion with this key, or none."""
        return next((item for item in self.media() if item.key == key), None)

    def turn_of(self, item: Media) -> Turn | None:
        """The turn that a motion belongs to."""
        return next((turn for turn in self.turns if item in turn.media), None)


def check_prompt(text: str) -> str | None:
    """What is wrong with a message, in one sentence, or none."""
    if not text.strip():
        return "Type what the person should do, or ask a question."
    if len(text) > MAX_PROMPT:
        return f"Your message has {len(text):,} characters; please keep it under {MAX_PROMPT:,}."
    return None


def slug(text: str, limit: int = 40) -> str:
    """A file name out of a prompt: ``"A person waves!"`` becomes ``"a-person-waves"``."""
    words = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return words[:limit].rstrip("-") or "motion"


def unescape(text: str) -> str:
    """What :func:`escape` was given."""
    return html.unescape(re.sub(r"\\([\\`*_\[\]#|~$])", r"\1", text.replace("  \n", "\n")))


def escape(text: str) -> str:
    """Text as chat Markdown that shows every character as typed, HTML included."""
    return re.sub(r"([\\`*_\[\]#|~$])", r"\\\1", html.escape(text, quote=False)).replace("\n", "  \n")

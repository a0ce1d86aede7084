"""Files that visitors attach: which are accepted, what is asked of them by default, which person is meant."""

from __future__ import annotations

import functools
import mimetypes
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradio.utils import get_upload_folder

from hmvlm.language.prompting import DEFAULT_QUESTION, POSE_PROMPT
from hmvlm.motion.formats import READ
from hmvlm.paths import EXAMPLE_MOTION
from hmvlm.tasks import edits
from hmvlm.texts import clean
from hmvlm.ui.companions import is_part, together
from hmvlm.ui.session import Media, Session, Turn

if TYPE_CHECKING:
    from hmvlm.motion.clip import Motion

ACCEPTED = ["image", "video", *READ, "file"]
"""File types of the upload dialogue; ``file`` lets others through, and the answer then explains what is wrong."""
QUESTIONS = {
    "image": POSE_PROMPT,
    "video": "Estimate the motion.",
    "motion": DEFAULT_QUESTION,
}
"""What is asked when a file comes without words, by kind of file."""
ONWARDS = "then does it again"
"""What continues a motion. With the same seed, what comes before is drawn as it was."""
MAX_FILES = 8
"""Most files of one message."""
MAX_CHOICES = 8
"""Most other people that are offered by button; anyone can be asked for in words."""
_RATE = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*(?:fps|hz|frames\s+(?:per|a)\s+second)\b", re.IGNORECASE)
_PERSON = re.compile(r"\bperson\s*(?:#|no\.?|number)?\s*(\d{1,3})\b", re.IGNORECASE)


def stored(file: Any) -> Path:
    """The path of a file that the page itself keeps: an upload, or one that an answer wrote.

    Raises:
        ValueError: somewhere else, or no longer there; one sentence.
    """
    folder, path = Path(get_upload_folder()).resolve(), Path(str(file)).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        raise ValueError(f"{Path(str(file)).name} is not stored here any more; please attach it again.")
    return path


def looks_like(path: Path) -> str:
    """``image``, ``video`` or ``motion`` by the name alone, before anything is opened."""
    if path.suffix.lower() in READ:
        return "motion"
    kind = (mimetypes.guess_type(path.name)[0] or "").split("/")[0]
    return "video" if kind == "video" else "image"


def options_for(turn: Turn) -> dict[str, Any]:
    """Arguments of the assistant for the turn's file.

    Raises:
        ValueError: the file is gone, or a motion that cannot be read; one sentence.
    """
    if turn.attachment is None:
        return {}
    path = stored(turn.attachment)
    if looks_like(path) == "motion":
        from hmvlm.motion.clip import Motion  # heavy

        return {"motion": Motion.load(path, rate_in(turn.prompt))}
    options: dict[str, Any] = {"picture": path, "person": turn.person}
    if not asked(turn):
        options["task"] = "pose_estimation"
    return options


def spoken_of(session: Session, turn: Turn) -> Motion | None:
    """The motion that a question without a file can be about: the one on the stage."""
    if turn.about is not None:
        return turn.about.motion
    item = session.on_stage
    return None if item is None else item.motion


@functools.cache
def sample() -> Motion:
    """The motion of an empty stage."""
    from hmvlm.motion.clip import Motion  # heavy

    return Motion.load(EXAMPLE_MOTION)


def rate_in(text: str) -> float | None:
    """The frame rate that a text tells, as in ``"30 fps"``."""
    found = _RATE.search(text)
    return float(found[1]) if found else None


def person_in(text: str) -> int | None:
    """The number in ``"person 2"``, wherever it stands in a text."""
    found = _PERSON.search(text)
    return int(found[1]) if found else None


def turn_from_message(text: str, attachment: Path | None, session: Session) -> Turn:
    """The turn that a message opens.

    A file without words gets a default question; ``"person 2"`` alone speaks of the photo or clip on the stage, else of
    the newest one.
    """
    text = clean(text).strip()
    person = person_in(text)
    pictured = last_picture(session)
    if attachment is None and _only_a_person(text) and pictured is not None:
        return Turn(text, pictured.attachment, person)
    if attachment is None and (asked_for := rateless(session)) is not None and only_a_rate(text):
        return Turn(text, asked_for.attachment, asked=asked_for.asked or asked_for.prompt)
    shown = session.on_stage
    if attachment is None and shown is not None and (change := changed(session, shown, text)) is not None:
        return change
    if attachment is not None and looks_like(attachment) == "motion":
        asked = QUESTIONS["motion"] if only_a_rate(text) else None
        return Turn(text or QUESTIONS["motion"], attachment, asked=asked)
    if attachment is None:
        return Turn(text)
    return Turn(text or QUESTIONS[looks_like(attachment)], attachment, person)


def rateless(session: Session) -> Turn | None:
    """The last turn, if its motion file could not be read, such as one without a frame rate."""
    last = session.turns[-1] if session.turns else None
    unread = last is not None and last.attachment is not None and last.error is not None and not last.media
    if last is None or last.attachment is None or not unread:
        return None
    return last if looks_like(last.attachment) == "motion" else None


def turns_from_message(text: str, files: Sequence[Any], session: Session) -> list[Turn]:
    """The turns that a message opens: with several files one a file, in their order, all with the same words.

    A skeleton or another part of a motion goes with that motion, also with the one before that lacked it.

    Raises:
        ValueError: too many files, one that is not stored here, or a part without its motion; one sentence.
    """
    if len(files) > MAX_FILES:
        raise ValueError(f"{len(files)} files came with the message; please attach at most {MAX_FILES} at a time.")
    unread = rateless(session)
    before = None if unread is None else unread.attachment
    attached: list[Path | None] = [*together([stored(file) for file in files], before)]
    if unread is not None and files and all(is_part(Path(str(file))) for file in files):  # what was asked still is
        turn = turn_from_message(text if text.strip() else unread.prompt, attached[0], session)
        turn.asked = (unread.asked or unread.prompt) if turn.asked else None
        return [turn]
    return [turn_from_message(text, file, session) for file in attached or [None]]


def changed(session: Session, item: Media, text: str) -> Turn | None:
    """The turn of a message that only asks for a change of a motion, such as "mirror it"; None for other messages."""
    turn, edit = session.turn_of(item), edits.edit_in(text)
    if edit in edits.SAID:
        return Turn(text, about=item, edit=edit)
    if turn is None or item.estimate is not None or turn.attachment is not None:
        return None
    prompt = turn.asked or turn.prompt
    if edit == "continue":
        return Turn(text, asked=f"{prompt.rstrip(' .!')}, {ONWARDS}", seed=item.seed)
    if edit is None:
        other = edits.other_side(text, prompt)
        return None if other is None else Turn(text, asked=other)
    seconds = edits.edited_seconds(item.motion.duration, edit) if edit in edits.LENGTHS else None
    return Turn(text, asked=prompt, seconds=seconds, other_seed=edit == "seed")


def last_picture(session: Session) -> Turn | None:
    """The turn with several people that is on the stage, else the newest such turn."""
    shown = session.on_stage
    on_stage = None if shown is None else session.turn_of(shown)
    turns = [turn for turn in (*session.turns, on_stage) if turn is not None and turn.people > 1]
    return turns[-1] if turns else None


def asked(turn: Turn) -> str:
    """The turn's text for the model: empty where only a picture came, or a picture and who is meant."""
    if turn.attachment is None or looks_like(turn.attachment) == "motion":
        return turn.asked or turn.prompt
    return "" if turn.prompt in (QUESTIONS["image"], QUESTIONS["video"]) or _only_a_person(turn.prompt) else turn.prompt


def title(turn: Turn) -> str:
    """Name of the turn's motions: the prompt, or the photo and the person on it."""
    if turn.attachment is None or turn.task != "pose_estimation":
        return turn.about.title if turn.about is not None else turn.asked or turn.prompt
    return turn.attachment.stem + (f" person {turn.person}" if turn.person else "")


def others(turn: Turn) -> list[int]:
    """The other people of a photo or clip that are offered by button."""
    return [number for number in range(1, turn.people + 1) if number != (turn.person or 1)][:MAX_CHOICES]


def _only_a_person(text: str) -> bool:
    return person_in(text) is not None and not _PERSON.sub("", text).strip(" .,:;!?")


def only_a_rate(text: str) -> bool:
    """Whether a text tells a frame rate and nothing else."""
    return rate_in(text) is not None and not _RATE.sub("", text).strip(" .,:;!?")

"""HMVLM for its users: one object that chats, generates motion, and says what it does.

    model = HMVLM.from_pretrained()
    reply = model.chat("a person waves with the left hand", seconds=4, seed=0)
    reply.motion.save("wave.npz")

The gate reads each turn and decides: ordinary talk goes to the untouched base model, everything else
to the mixture of experts.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from hmvlm.config import MAX_SECONDS, MOTION_FPS, PRESETS
from hmvlm.language.decoding import Sampling, generate_text
from hmvlm.language.gate import GateLog
from hmvlm.language.model import MotionLanguageModel
from hmvlm.language.prompting import DEFAULT_QUESTION, POSE_PROMPT, UNCONDITIONAL_PROMPT, seconds_in
from hmvlm.language.sequence import TokenSequence
from hmvlm.motion.clip import Motion
from hmvlm.motion.facts import describe as describe_facts
from hmvlm.motion.facts import facts
from hmvlm.motion.salience import pad_with_last_frame
from hmvlm.paths import CHECKPOINTS
from hmvlm.rankers.reranker import Reranker
from hmvlm.tasks.events import Event, FrameEvent, GateEvent, MotionEvent, Reply, ReplyEvent, TextEvent
from hmvlm.tasks.motion_questions import MotionViewer
from hmvlm.tasks.pose_estimation import Picture, PoseEstimator
from hmvlm.tasks.routing import TASKS, Router, checked_words, named
from hmvlm.tasks.text_to_motion import MotionGenerator
from hmvlm.tokenizer.model import WEIGHTS_FILE, BodyPartTokenizer
from hmvlm.vision.estimate import PoseEstimate
from hmvlm.weights import file_sha256

log = logging.getLogger(__name__)

__all__ = [
    "HMVLM", "TASKS", "Event", "FrameEvent", "GateEvent", "MotionEvent", "Reply", "ReplyEvent", "TextEvent",
]  # fmt: skip

MOTION_TEMPERATURE = 0.9


class HMVLM:
    """The assistant. One turn runs at a time; further callers wait.

    Attributes:
        language: the motion language model.
        tokenizer: the body-part tokenizer.
        reranker: chooses among candidates for a motion and says what one looks like; None keeps the first.
        poses: reads bodies in photos and clips.
        viewer: how a motion is shown to the language model.
        router: what the gate makes of a message.
        gate_log: running mean of the gate per task.
    """

    def __init__(
        self, language: MotionLanguageModel, tokenizer: BodyPartTokenizer, reranker: Reranker | None = None
    ) -> None:
        self.language, self.tokenizer, self.reranker = language, tokenizer, reranker
        self.gate_log = GateLog()
        self._turn = threading.Lock()
        self._motions = MotionGenerator(language, tokenizer, reranker)
        self.poses = PoseEstimator(language, tokenizer)
        self.viewer = MotionViewer(language.builder, tokenizer, reranker, language.config.notes)
        self.router = Router(language)

    @staticmethod
    def from_pretrained(
        name_or_path: str | Path = "embedded", device: str | None = None, dtype: torch.dtype = torch.float32
    ) -> HMVLM:
        """Load a preset's checkpoint, or the checkpoint in a folder.

        Raises:
            ValueError: neither a preset nor a folder. FileNotFoundError: nothing trained there.
            WeightsError: the base model cannot be fetched.
        """
        folder = CHECKPOINTS / str(name_or_path) if str(name_or_path) in PRESETS else Path(name_or_path)
        if not folder.is_dir():
            raise ValueError(
                f"{name_or_path!r} is neither a folder nor a preset ({', '.join(PRESETS)}) with a checkpoint"
            )
        language = MotionLanguageModel.from_pretrained(folder, dtype=dtype)
        tokenizer = BodyPartTokenizer.from_pretrained(folder / "tokenizer")
        known = language.tokenizer_sha256
        if known is not None and known != file_sha256(folder / "tokenizer" / WEIGHTS_FILE):
            raise ValueError(f"the tokenizer in {folder} is not the one its language model was trained with")
        device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        reranker = (
            Reranker.from_pretrained(folder / "rankers", language.gate.encoder).to(device)
            if (folder / "rankers").is_dir()
            else None
        )
        return HMVLM(language.to(device), tokenizer.to(device), reranker)

    def warm_up(self) -> None:
        """Draw a blink of motion, so that the first turn finds everything loaded and set up."""
        sampling = self._motion_sampling(None, None, 0)
        with self._turn:
            alpha = self.router.mixture(UNCONDITIONAL_PROMPT, None)
            list(self._motions.run(UNCONDITIONAL_PROMPT, alpha, alpha, sampling, seconds=0.6))

    def chat(self, text: str, **options) -> Reply:
        """One turn; the options are those of :meth:`stream`."""
        for event in self.stream(text, **options):
            if isinstance(event, ReplyEvent):
                return event.reply
        raise RuntimeError("the turn ended without a reply")

    def generate(self, text: str, **options) -> list[Motion]:
        """Motions for a text, one a variation, whatever the gate would take the text for."""
        return self.chat(text, task="text_to_motion", **options).motions

    def describe(self, shown: Motion | str | Path, question: str | None = None, **options) -> Reply:
        """Say what a motion, or a clip or photo (path), shows, or answer a question about it."""
        media = {"motion": shown} if isinstance(shown, Motion) else {"picture": shown}
        return self.chat(question or DEFAULT_QUESTION, task="video_understanding", **media, **options)

    def estimate_pose(self, media, question: str | None = None, **options) -> Reply:
        """The body in a photo (path, PIL image or array) or a clip (path); ``reply.estimate`` is None if nobody is seen."""
        return self.chat(question or POSE_PROMPT, picture=media, task="pose_estimation", **options)

    def stream(
        self,
        text: str,
        *,
        history: list[dict[str, str]] | None = None,
        motion: Motion | None = None,
        earlier: Motion | None = None,
        picture=None,
        person: int | None = None,
        averaging: bool | None = None,
        task: str | None = None,
        seconds: float | None = None,
        temperature: float | None = None,
        top_p: float | None = None,
        seed: int | None = None,
        variations: int = 1,
        max_new_tokens: int = 256,
        preview: bool = False,
        cancel: threading.Event | None = None,
    ) -> Iterator[Event]:
        """One turn as a stream of events, the last a :class:`ReplyEvent`.

        Args:
            text: what the user wrote.
            history: earlier turns, ``{"role": "user" | "assistant", "content": str}``; ordinary talk sees them.
            motion: a motion that the turn is about.
            earlier: a motion of an earlier turn; the turn is about it if the words ask about a motion.
            picture: a photo (path, PIL image or array) or a clip (path) that the turn is about.
            person: which of several people in the picture, 1 is the largest.
            averaging: average landmarks over several crops; by default for photos only.
            task: override the gate's choice, one of ``TASKS``.
            seconds: length of a motion; otherwise read from the text or left to the model.
            temperature, top_p, seed: sampling; by default 0.9 for motion and 0 (the likeliest token) for text.
            variations: motions drawn side by side.
            max_new_tokens: longest text answer.
            preview: let motion events carry the motion so far, once a second.
            cancel: set it to stop between steps; the reply holds what came until then.

        Raises:
            ValueError: an argument out of range, or a picture that cannot be read, in one sentence.
        """
        if picture is not None and not (isinstance(text, str) and text.strip()):
            text = POSE_PROMPT
        text = checked_words(text, task, seconds, variations, max_new_tokens, history)
        if task == "video_understanding" and motion is None and picture is None:
            raise ValueError("There is no motion to look at; give one, or a clip, with the question.")
        if task == "pose_estimation" and picture is None:
            raise ValueError("There is no picture to look at; give a photo or a clip.")
        if picture is not None and motion is not None:
            raise ValueError("Give a picture or a motion, not both.")
        seen = None if picture is None else Picture.from_source(picture)
        started = time.monotonic()
        while not self._turn.acquire(timeout=0.2):
            if cancel is not None and cancel.is_set():
                yield ReplyEvent(Reply("Stopped while waiting for another turn.", task or "dialogue", {}))
                return
        try:
            if earlier is not None and motion is None and seen is None and self.router.follows_up(text):
                motion = earlier
            media = seen.media if seen else None if motion is None else "motion"
            task, alpha = self.router(text, media, task)
            reply = Reply("", task, named(alpha))
            self.gate_log.update(task, alpha.cpu())
            yield GateEvent(reply.gate, task)
            if task == "text_to_motion":
                sampling = self._motion_sampling(temperature, top_p, seed)
                yield from self._motion(text, alpha, sampling, seconds, variations, preview, cancel, reply)
            elif task == "pose_estimation":
                yield from self._pose(seen, alpha, text, person, averaging, cancel, reply)
            else:
                if seen is not None and task == "video_understanding":
                    looking = self.router.mixture(POSE_PROMPT, media)
                    yield from self._pose(seen, looking, text, person, averaging, cancel, reply, brief=True)
                    motion = reply.motion
                stopped = cancel is not None and cancel.is_set()
                if (motion is not None or task == "dialogue") and not stopped:
                    sampling = _sampling(temperature, 0.0, top_p, seed)
                    prompt = self._text_prompt(text, history, motion, task, max_new_tokens)
                    yield from self._text(prompt, alpha, sampling, max_new_tokens, cancel, reply)
        finally:
            self._turn.release()
        reply.seconds = time.monotonic() - started
        yield ReplyEvent(reply)

    def decode(self, codes: Tensor, text: str | None = None) -> Motion:
        """Part codes ``(S, 5)`` as a motion."""
        return self.tokenizer.decode(codes, text=text)

    def chat_prompt(
        self, text: str, history: list[dict[str, str]] | None = None, max_new_tokens: int = 256
    ) -> TokenSequence:
        """An ordinary turn in the base model's own chat template; the oldest turns go when there are too many."""
        turns = [*(history or []), {"role": "user", "content": text}]
        room = self.language.base.config.max_position_embeddings - max_new_tokens
        while True:
            ids = self.language.builder.chat(turns)
            if len(ids) <= room or len(turns) == 1:
                return TokenSequence.from_ids(ids[-max(room, 1) :])
            turns = turns[1:]

    def _motion(self, text, alpha, sampling, seconds, variations, preview, cancel, reply) -> Iterator[Event]:
        plain = self.router.mixture(UNCONDITIONAL_PROMPT, None)
        for event in self._motions.run(text, alpha, plain, sampling, seconds, variations, preview, cancel):
            if isinstance(event, MotionEvent):
                yield event
            else:
                reply.motions = event
        reply.motion = reply.motions[0] if reply.motions else None
        reply.text = self._words(reply, seconds if seconds is not None else seconds_in(text))

    def _pose(self, seen: Picture, alpha, text, person, averaging, cancel, reply, brief=False) -> Iterator[Event]:
        for event in self.poses.run(seen, alpha, text, person, averaging, cancel, brief):
            if isinstance(event, FrameEvent):
                yield event
            else:
                reply.estimate = event
        if reply.estimate is None:
            reply.text = f"No person was found in the {'picture' if seen.clip is None else 'clip'}."
            return
        reply.motion = reply.estimate.motion()
        reply.motions = [reply.motion]
        reply.text = pose_words(reply.estimate, reply.motion, person)

    def _text(self, prompt, alpha, sampling, max_new_tokens, cancel, reply) -> Iterator[Event]:
        tokens: list[int] = []
        for token in generate_text(self.language, prompt, alpha, sampling, max_new_tokens):
            tokens.append(token)
            reply.text = self.language.tokenizer.decode(tokens, skip_special_tokens=True)
            yield TextEvent(reply.text)
            if cancel is not None and cancel.is_set():
                break

    def _text_prompt(self, text, history, motion, task, max_new_tokens) -> TokenSequence:
        if task == "dialogue":
            return self.chat_prompt(text, history, max_new_tokens)
        return self.viewer.prompt(motion, text)

    def _motion_sampling(self, temperature, top_p, seed) -> Sampling:
        return _sampling(temperature, MOTION_TEMPERATURE, top_p, seed, self.language.config.guidance)

    @staticmethod
    def _words(reply: Reply, asked: float | None) -> str:
        if reply.motion is None:
            return "Stopped before the first frame."
        found = describe_facts(facts(reply.motion))
        words = f"{reply.motion.duration:.1f} s of motion. {found}"
        if asked is not None and asked > MAX_SECONDS:
            words += f" You asked for {asked:g} s; one generation makes at most {MAX_SECONDS:g} s."
        return words


def _sampling(temperature, default, top_p, seed, guidance=1.0) -> Sampling:
    chosen = {"temperature": default if temperature is None else float(temperature), "seed": seed}
    if top_p is not None:
        chosen["top_p"] = float(top_p)
    return Sampling(guidance=guidance, **chosen)


def pose_words(estimate: PoseEstimate, motion: Motion, person: int | None = None) -> str:
    """The estimate in words: what the body does, what was not visible, who was shown, how sure it is."""
    shown = (
        motion if estimate.fps is not None else replace(pad_with_last_frame(motion, MOTION_FPS), fps=float(MOTION_FPS))
    )
    words = [describe_facts(facts(shown))]
    if estimate.people > 1:
        which = f"person {person}" if person else "the largest"
        words.append(f"{estimate.people} people found, showing {which}.")
    if missing := estimate.unseen():
        words.append(f"Not visible: {', '.join(missing)}.")
    if not estimate.found.all():
        words.append(f"Seen in {estimate.found.mean():.0%} of the frames.")
    words.append(f"Confidence {estimate.confidence:.0%}.")
    return " ".join(words)

"""The HMVLM assistant: chat, motion generation, pose estimation and questions about motions.

    model = HMVLM.from_pretrained()
    reply = model.chat("a person waves with the left hand", seconds=4, seed=0)
    reply.motion.save("wave.npz")

The gate classifies each turn: dialogue is answered by the unmodified base model, everything else by the mixture of
experts.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import torch
from torch import Tensor

from hmvlm import limits
from hmvlm.checksums import file_sha256
from hmvlm.config import PRESETS
from hmvlm.language.checkpoint import default_dtype
from hmvlm.language.gate import GateLog
from hmvlm.language.model import MotionLanguageModel
from hmvlm.language.prompting import DEFAULT_QUESTION, POSE_PROMPT, UNCONDITIONAL_PROMPT, seconds_in
from hmvlm.language.room import Room
from hmvlm.language.sequence import TokenSequence
from hmvlm.language.weight_layout import lay_out_for_decoding
from hmvlm.motion.clip import Motion
from hmvlm.motion.facts import Facts
from hmvlm.paths import CHECKPOINTS
from hmvlm.rankers.reranker import Reranker
from hmvlm.tasks import speeds
from hmvlm.tasks.events import Event, FrameEvent, GateEvent, MotionEvent, Reply, ReplyEvent, TextEvent
from hmvlm.tasks.fixed_answers import FixedAnswers
from hmvlm.tasks.motion_questions import MotionPrompts
from hmvlm.tasks.pose_estimation import Picture, PoseEstimator
from hmvlm.tasks.request import TASKS, Request
from hmvlm.tasks.routing import Router, weights_by_expert
from hmvlm.tasks.summaries import measured_facts, motion_summary, pose_summary
from hmvlm.tasks.text_answers import answer, say
from hmvlm.tasks.text_to_motion import MotionGenerator
from hmvlm.tasks.unseen import without_model
from hmvlm.threads import Threads
from hmvlm.tokenizer.model import WEIGHTS_FILE, BodyPartTokenizer
from hmvlm.turns import TurnLock, in_turns
from hmvlm.vision.group import together

log = logging.getLogger(__name__)

__all__ = [
    "HMVLM", "TASKS", "Event", "FrameEvent", "GateEvent", "MotionEvent", "Reply", "ReplyEvent", "Request", "TextEvent",
]  # fmt: skip


class HMVLM:
    """The assistant. Several threads may have turns at the same time.

    One of them computes at a time. Between two events of a turn the others go on, in the order in which they wait;
    motions that are under way at the same time are drawn together (:mod:`hmvlm.language.motion_batch`).

    Attributes:
        language: the motion language model.
        tokenizer: the body-part tokenizer.
        reranker: chooses among candidate motions and predicts activities; None keeps the first candidate.
        poses: estimates poses in photos and clips.
        motion_prompts: builds prompts for questions about motions.
        router: maps a message to a task and gate weights.
        gate_log: running mean of the gate weights per task.
        turns: whose turn it is.
    """

    def __init__(
        self, language: MotionLanguageModel, tokenizer: BodyPartTokenizer, reranker: Reranker | None = None
    ) -> None:
        self.language, self.tokenizer, self.reranker = language, tokenizer, reranker
        self.gate_log = GateLog()
        self.turns = TurnLock()
        self._room, self._threads = Room(limits.CACHE_BYTES), Threads()
        self._motions = MotionGenerator(language, tokenizer, reranker, self._room, lambda: self.turns.waiting > 0)
        self.poses = PoseEstimator(language, tokenizer)
        self.motion_prompts = MotionPrompts(language.builder, tokenizer, reranker, language.config.notes)
        self.router = Router(language, reranker)
        self._fixed_answers = FixedAnswers(language.gate.encoder)

    @staticmethod
    def from_pretrained(
        name_or_path: str | Path = "embedded", device: str | None = None, dtype: torch.dtype | None = None
    ) -> HMVLM:
        """Load a preset's checkpoint, or the checkpoint in a folder.

        ``device`` is a GPU where there is one, ``dtype`` that of :func:`default_dtype`.

        Raises:
            ValueError: neither a preset nor a folder. FileNotFoundError: nothing trained there.
            WeightsError: the base model cannot be fetched.
        """
        folder = CHECKPOINTS / str(name_or_path) if str(name_or_path) in PRESETS else Path(name_or_path)
        if not folder.is_dir():
            raise ValueError(f"{name_or_path!r} is neither a folder nor a preset with a model ({', '.join(PRESETS)})")
        device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        language = MotionLanguageModel.from_pretrained(folder, dtype=dtype or default_dtype(device, folder))
        tokenizer = BodyPartTokenizer.from_pretrained(folder / "tokenizer")
        expected = language.tokenizer_sha256
        if expected is not None and expected != file_sha256(folder / "tokenizer" / WEIGHTS_FILE):
            raise ValueError(f"the tokenizer in {folder} is not the one its language model was trained with")
        reranker = None
        if (folder / "rankers").is_dir():
            reranker = Reranker.from_pretrained(folder / "rankers", language.gate.encoder).to(device)
            if reranker.exemplars is not None and reranker.exemplars.largest_code >= tokenizer.config.codebook_size:
                raise ValueError(f"the exemplars in {folder / 'rankers'} have codes that its tokenizer does not know")
        language = language.to(device)
        if torch.device(device).type == "cpu":
            lay_out_for_decoding(language)
        return HMVLM(language, tokenizer.to(device), reranker)

    def warm_up(self) -> None:
        """Generate 0.6 s of motion, so that the first turn does not pay for lazy initialisation."""
        self.turns.acquire()
        try:
            alpha = self.router.mixture(UNCONDITIONAL_PROMPT, None)
            request = Request(UNCONDITIONAL_PROMPT, seconds=0.6, seed=0)
            list(self._threads.fitted(self._motions.run(request, alpha, alpha)))
        finally:
            self.turns.release()

    def chat(self, text: str, **options) -> Reply:
        """One turn; the options are those of :meth:`stream`."""
        for event in self.stream(text, **options):
            if isinstance(event, ReplyEvent):
                return event.reply
        raise RuntimeError("the turn ended without a reply")

    def generate(self, text: str, **options) -> list[Motion]:
        """Motions for a text, one per variation, whatever task the gate would choose."""
        return self.chat(text, task="text_to_motion", **options).motions

    def describe(self, shown: Motion | str | Path, question: str | None = None, **options) -> Reply:
        """Describe a motion, a clip or a photo (path), or answer a question about it."""
        media = {"motion": shown} if isinstance(shown, Motion) else {"picture": shown}
        return self.chat(question or DEFAULT_QUESTION, task="video_understanding", **media, **options)

    def estimate_pose(self, media, question: str | None = None, **options) -> Reply:
        """The body in a photo (path, image or array) or a clip (path); ``reply.estimate`` is None without a person."""
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
        landmarks: str = "both",
        task: str | None = None,
        seconds: float | None = None,
        temperature: float | None = None,
        top_p: float | None = None,
        seed: int | None = None,
        variations: int = 1,
        max_new_tokens: int = 256,
        preview: bool = False,
        foot_lock: bool = True,
        exemplars: bool = True,
        cancel: threading.Event | None = None,
    ) -> Iterator[Event]:
        """One turn as a stream of events, the last a :class:`ReplyEvent`.

        The arguments are the attributes of :class:`hmvlm.tasks.request.Request`. The default temperature is 0.9 for
        motion and 0 (greedy) for text.

        Raises:
            ValueError: an argument out of range, or a picture that cannot be read, in one sentence.
        """
        yield from self.run(Request(
            text, history=history, motion=motion, earlier=earlier, picture=picture, person=person, averaging=averaging,
            landmarks=landmarks, task=task, seconds=seconds, temperature=temperature, top_p=top_p, seed=seed,
            variations=variations, max_new_tokens=max_new_tokens, preview=preview, foot_lock=foot_lock,
            exemplars=exemplars, cancel=cancel,
        ))  # fmt: skip

    def run(self, request: Request) -> Iterator[Event]:
        """Events of a request, the last a :class:`ReplyEvent`.

        Raises:
            ValueError: its picture cannot be read. hmvlm.turns.Busy: others have the model for too long.
        """
        picture = None if request.picture is None else Picture.from_source(request.picture)
        started = time.monotonic()
        if not self.turns.acquire(request.cancel):
            yield ReplyEvent(Reply("Stopped while waiting for another turn.", request.task or "dialogue", {}))
            return
        steps = self._threads.fitted(self._answer(request, picture))
        events: Generator[Event, None, Reply] = in_turns(self.turns, steps, _is_short)
        reply = yield from events
        reply.seconds = time.monotonic() - started
        yield ReplyEvent(reply)

    def decode(self, codes: Tensor, text: str | None = None) -> Motion:
        """Part codes ``(S, 5)`` as a motion."""
        return self.tokenizer.decode(codes, text=text)

    def chat_prompt(
        self, text: str, history: list[dict[str, str]] | None = None, max_new_tokens: int = 256
    ) -> TokenSequence:
        """A dialogue turn in the base model's chat template; the oldest turns are dropped if the context is short."""
        turns = [*(history or []), {"role": "user", "content": text}]
        room = min(self.language.base.config.max_position_embeddings - max_new_tokens, limits.CHAT_TOKENS)
        return self.language.builder.chat_prompt(turns, max(room, 1))

    def _answer(self, request: Request, picture: Picture | None) -> Generator[Event | None, None, Reply]:
        motion, shown = request.motion, request.motion is not None or picture is not None
        fixed = None if shown or request.task else self._fixed_answers(request.text)
        if request.earlier is not None and not shown and fixed is None:
            motion = request.earlier if self.router.follows_up(request.text) else None
        media = picture.media if picture else None if motion is None else "motion"
        task, alpha = self.router(request.text, media, "dialogue" if fixed else request.task)
        if task != "dialogue":
            self.router.check_length(request.text)
        reply = Reply("", task, weights_by_expert(alpha))
        self.gate_log.update(task, alpha.cpu())
        yield GateEvent(reply.gate, task)
        if fixed is not None:
            yield say(reply, fixed)
        elif task == "text_to_motion":
            yield from self._motion(request, alpha, reply)
        elif task == "pose_estimation":
            assert picture is not None  # Request and Router give this task to turns with a picture only
            yield from self._pose(request, picture, alpha, reply)
        else:
            measured = None
            if picture is not None and task == "video_understanding":
                pose_alpha = self.router.mixture(POSE_PROMPT, media)
                measured = yield from self._pose(request, picture, pose_alpha, reply, key_frames_only=True)
                motion = reply.motion
            prompt = None
            if task == "dialogue":
                prompt = self.chat_prompt(request.text, request.history, request.max_new_tokens)
            elif told := speeds.told(request.text, motion, measured) or without_model(
                request.text, reply.estimate, measured
            ):
                yield say(reply, told)
            elif motion is not None:
                prompt = self.motion_prompts.prompt(motion, request.text, measured)
            if prompt is not None and not request.cancelled:
                yield from answer(self.language, request, prompt, alpha, reply, self._room)
        return reply

    def _motion(self, request: Request, alpha: Tensor, reply: Reply) -> Iterator[Event]:
        unconditional = self.router.mixture(UNCONDITIONAL_PROMPT, None)
        for event in self._motions.run(request, alpha, unconditional, self._clause_gate):
            if isinstance(event, MotionEvent):
                yield event
            else:
                reply.motions, reply.plan = event.motions, event.plans[0] if event.plans else []
        reply.motion = reply.motions[0] if reply.motions else None
        reply.text = motion_summary(reply.motion, request.seconds or seconds_in(request.text), reply.plan)

    def _clause_gate(self, text: str) -> Tensor:
        return self.router(text, None, "text_to_motion")[1]

    def _pose(
        self, request: Request, picture: Picture, alpha: Tensor, reply: Reply, key_frames_only: bool = False
    ) -> Generator[Event | None, None, Facts | None]:
        """Estimates and motions of a picture; returns the facts of the first person."""
        for event in self.poses.run(request, picture, alpha, key_frames_only):
            if event is None or isinstance(event, FrameEvent):
                yield event
            else:
                reply.estimates = event
        if reply.estimate is None:
            looked = "picture" if picture.clip is None else "clip"
            reply.text = "Stopped." if request.cancelled else f"No person was found in the {looked}."
            return None
        reply.motions = together(reply.estimates, request.foot_lock)
        reply.motion = reply.motions[0]
        measured = measured_facts(reply.estimate, reply.motion)
        reply.text = pose_summary(reply.estimates, reply.motion, request.person, measured)
        return measured


def _is_short(event: Event) -> bool:
    """Whether the step after an event is short: of a text, one token."""
    return isinstance(event, TextEvent)

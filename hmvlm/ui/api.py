"""Named endpoints for programs: ``/chat``, ``/generate``, ``/pose`` and ``/describe`` through ``gradio_client``."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gradio as gr

from hmvlm.atomic import DiskFullError
from hmvlm.motion.formats.options import AS_IS, Export
from hmvlm.texts import clean
from hmvlm.ui import arguments, exports, media, stage
from hmvlm.ui.arguments import drawn_seed
from hmvlm.ui.companions import together
from hmvlm.ui.engine import Engine
from hmvlm.ui.inputs import tab_of
from hmvlm.ui.numbers import real, whole
from hmvlm.ui.session import Media, check_prompt
from hmvlm.ui.uploads import named


class Endpoints:
    """What the endpoints run. Names and order of a method's arguments are the endpoint's.

    A caller who leaves stops what was begun for the call.

    Args:
        engine: the model.
        written: component that serves the written files and deletes them later.
    """

    def __init__(self, engine: Engine, written: gr.File) -> None:
        self._engine, self._written = engine, written

    def generate(
        self,
        prompt: str,
        seconds: float = 0,
        temperature: float = 0,
        seed: float | None = None,
        variations: float = 1,
        video: bool = True,
        foot_lock: bool = True,
        fps: float = 0,
        names: str = "smpl",
        request: gr.Request | None = None,
    ) -> tuple[list[str], dict[str, Any]]:
        """Generate motion: files (npz, bvh, glb and mp4), numbered for variations, and metadata with the seed."""
        prompt = clean(prompt or "")
        with self._call(request) as cancel:
            number, export = drawn_seed(seed), Export(fps=real("frame rate", fps), names=names or "smpl")
            reply = self._answer(
                prompt,
                cancel,
                task="text_to_motion",
                seconds=real("length", seconds),
                temperature=real("temperature", temperature),
                seed=number,
                variations=whole("variations", variations) or 1,
                foot_lock=foot_lock,
            )
            files = self._files(_numbered(reply, prompt), video, cancel, export)
        return files, _metadata(reply, number)

    def chat(
        self,
        message: str,
        history: list[dict[str, str]] | None = None,
        seed: float | None = None,
        foot_lock: bool = True,
        request: gr.Request | None = None,
    ) -> tuple[list[str], dict[str, Any]]:
        """Send a message, with earlier ``{"role", "content"}`` messages; motion comes back as files."""
        message = clean(message or "")
        with self._call(request) as cancel:
            number = drawn_seed(seed)
            reply = self._answer(message, cancel, history=history or [], seed=number, foot_lock=foot_lock)
            files = self._files(_numbered(reply, message), False, cancel)
        return files, _metadata(reply, number)

    def pose(
        self, photo_or_clip: str, person: float = 0, request: gr.Request | None = None
    ) -> tuple[list[str], dict[str, Any]]:
        """Pose or motion of a person in a photo or clip: files and metadata. Person 1 is the largest; 0: no choice."""
        source = Path(_given(photo_or_clip))
        with self._call(request) as cancel:
            options = {"person": whole("person", person) or None, "task": "pose_estimation"}
            reply = self._answer(media.QUESTIONS["image"], cancel, picture=source, **options)
            estimate, metadata = reply.estimate, _metadata(reply)
            if estimate is None:
                return [], metadata
            metadata |= {"people": estimate.people, "confidence": round(float(estimate.confidence), 3)}
            item = Media(reply.motion, source.stem, estimate=estimate, source=source, beside=reply.estimates[1:])
            return self._files([item], True, cancel), metadata

    def describe(
        self, motion: str, question: str = "", beside: list[str] | None = None, request: gr.Request | None = None
    ) -> dict[str, Any]:
        """Describe a motion file, a clip or a photo, or answer a question about it; "30 fps" in it tells a rate."""
        stage.prepare()
        from hmvlm.motion.clip import Motion  # heavy

        try:
            path, *_ = together([named(Path(_given(motion))), *map(Path, beside or [])])
            given = (
                {"motion": Motion.load(path, media.rate_in(question or ""))}
                if media.looks_like(path) == "motion"
                else {"picture": path}
            )
        except (ValueError, OSError) as error:
            raise gr.Error(str(error), print_exception=False) from error
        note = getattr(given.get("motion"), "note", None)
        with self._call(request) as cancel:
            asked = clean(question or "").strip()
            asked = media.QUESTIONS["motion"] if not asked or media.only_a_rate(asked) else asked
            reply = self._answer(asked, cancel, task="video_understanding", **given)
        return _metadata(reply) | ({"file_note": note} if note else {})

    @contextmanager
    def _call(self, request: gr.Request | None) -> Iterator[threading.Event]:
        """A call's cancel event; what the caller did wrong becomes a ``gr.Error``."""
        with self._engine.working(tab_of(request)) as cancel:
            try:
                yield cancel
            except (ValueError, RuntimeError, DiskFullError) as error:
                raise gr.Error(str(error), print_exception=False) from error
            if cancel.is_set():
                raise gr.Error("The caller has left; the call was stopped.", print_exception=False)

    def _answer(self, text: str, cancel: threading.Event, **options: Any) -> Any:
        """The reply to a text. Raises ValueError or RuntimeError with one sentence."""
        problem = check_prompt(text)
        if problem:
            raise ValueError(problem)
        reply = None
        for event in self._engine.stream(text, cancel, **options):
            reply = getattr(event, "reply", None)
        if reply is None:
            raise ValueError("The call was stopped before its turn came.")
        return reply

    def _files(self, items: list[Media], pictures: bool, cancel: threading.Event, export: Export = AS_IS) -> list[str]:
        """Paths of the files of some motions, with ``pictures`` also of their overlays or videos."""
        paths: list[Path] = []
        for item in items:
            if cancel.is_set():
                break
            folder = exports.new_folder()
            exports.write_data_files(item, folder, export)
            if pictures:
                write = exports.write_overlay if item.estimate else exports.write_video
                for _ in write(item, folder, cancel):
                    continue
            paths.extend(item.files.values())
        self._written.temp_files.update(map(str, paths))
        return [str(path) for path in paths]


def _given(path: Any) -> str:
    """The path of a file that came with the call."""
    if not path:
        raise gr.Error("There is no file; send one with the call.", print_exception=False)
    return str(path)


def _numbered(reply: Any, title: str) -> list[Media]:
    """The motions of a reply with their numbers, by which their files are told apart."""
    return [Media(motion, title, number=number) for number, motion in enumerate(reply.motions, start=1)]


def _metadata(reply: Any, seed: int | None = None) -> dict[str, Any]:
    result = {"reply": reply.text, "task": reply.task, "gate": reply.gate, "seconds": round(reply.seconds, 3)}
    result |= {} if seed is None else {"seed": seed}
    return {**result, "plan": reply.plan_as_json()} if reply.plan else result


def add_endpoints(engine: Engine, queue: dict[str, Any]) -> None:
    """Add the endpoints to the page being built; their components are never shown. ``queue`` holds event options."""
    with gr.Group(visible=False):
        text, question = arguments.prompt(), arguments.question()
        seconds, temperature, seed = arguments.seconds(), arguments.temperature(), arguments.seed()
        variations, fps, names = arguments.variations(), arguments.fps(), arguments.names()
        video = arguments.switch("video", "also render an mp4")
        foot_lock = arguments.switch("foot_lock", "hold feet, hands and height to the floor")
        history, person = arguments.history(), arguments.person()
        motion, beside = arguments.file("motion", motions=True), arguments.beside()
        picture = arguments.file("photo_or_clip", motions=False)
        written = gr.File(label="files", file_count="multiple")
        metadata = gr.JSON(label="facts")
        call = gr.Button()
    run = Endpoints(engine, written)
    settings = [seconds, temperature, seed, variations, video, foot_lock, fps, names]
    call.click(run.generate, [text, *settings], [written, metadata], api_name="generate", **queue)
    call.click(run.chat, [text, history, seed, foot_lock], [written, metadata], api_name="chat", **queue)
    call.click(run.pose, [picture, person], [written, metadata], api_name="pose", **queue)
    call.click(run.describe, [motion, question, beside], metadata, api_name="describe", **queue)

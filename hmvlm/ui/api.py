"""Named endpoints for programs: ``/chat``, ``/generate``, ``/pose`` and ``/describe`` through ``gradio_client``."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import gradio as gr

from hmvlm.motion.clip import Motion
from hmvlm.ui import exports, media
from hmvlm.ui.engine import Engine
from hmvlm.ui.session import Media, check_prompt


def add_endpoints(engine: Engine, queue: dict[str, Any]) -> None:
    """Add the endpoints to the page being built; their components are never shown."""

    def answer(text: str, **options: Any) -> Any:
        problem = check_prompt(text)
        if problem:
            raise gr.Error(problem, print_exception=False)
        try:
            events = list(engine.stream(text, threading.Event(), **options))
        except (ValueError, RuntimeError) as error:
            raise gr.Error(str(error), print_exception=False) from error
        return events[-1].reply

    def metadata(reply: Any) -> dict[str, Any]:
        return {"reply": reply.text, "task": reply.task, "gate": reply.gate, "seconds": round(reply.seconds, 3)}

    def files(items: list[Media], pictures: bool) -> list[str]:
        paths: list[Path] = []
        for item in items:
            folder = exports.new_folder()
            exports.write_data_files(item, folder)
            if pictures:
                write = exports.write_overlay if item.estimate else exports.write_video
                for _ in write(item, folder, threading.Event()):
                    continue
            paths.extend(item.files.values())
        written.temp_files.update(map(str, paths))
        return [str(path) for path in paths]

    def generate(
        prompt: str, seconds: float, temperature: float, seed: float, variations: float, video: bool
    ) -> tuple[list[str], dict[str, Any]]:
        """Generate motion: files (npz, bvh, glb and mp4) and metadata. 0 seconds or temperature: the model decides."""
        reply = answer(
            prompt,
            task="text_to_motion",
            seconds=seconds or None,
            temperature=temperature or None,
            seed=int(seed),
            variations=int(variations),
        )
        return files([Media(motion, prompt) for motion in reply.motions], video), metadata(reply)

    def chat(message: str, history: list[dict[str, str]] | None, seed: float) -> tuple[list[str], dict[str, Any]]:
        """Say something, with earlier ``{"role", "content"}`` messages; motion comes back as files."""
        reply = answer(message, history=history or [], seed=int(seed))
        return files([Media(motion, message) for motion in reply.motions], pictures=False), metadata(reply)

    def pose(photo_or_clip: str, person: float) -> tuple[list[str], dict[str, Any]]:
        """Pose or motion of a person in a photo or clip: files and metadata. Person 1 is the largest; 0: no choice."""
        source, options = Path(photo_or_clip), {"person": int(person) or None, "task": "pose_estimation"}
        reply = answer(media.QUESTIONS["image"], picture=source, **options)
        seen, details = reply.estimate, metadata(reply)
        if seen is None:
            return [], details
        details |= {"people": seen.people, "confidence": round(float(seen.confidence), 3)}
        return files([Media(reply.motion, source.stem, estimate=seen, source=source)], pictures=True), details

    def describe(motion: str, question: str) -> dict[str, Any]:
        """Say what an ``.npz`` or ``.bvh`` motion, a clip or a photo shows, or answer a question about it."""
        try:
            shown = (
                {"motion": Motion.load(motion)}
                if media.looks_like(Path(motion)) == "motion"
                else {"picture": Path(motion)}
            )
        except (ValueError, OSError) as error:
            raise gr.Error(str(error), print_exception=False) from error
        return metadata(answer(question or media.QUESTIONS["motion"], task="video_understanding", **shown))

    with gr.Group(visible=False):
        text = gr.Textbox(label="prompt")
        seconds = gr.Number(0, label="seconds")
        temperature = gr.Number(0, label="temperature")
        seed = gr.Number(0, label="seed")
        variations = gr.Number(1, label="variations")
        video = gr.Checkbox(True, label="video")
        history = gr.JSON(label="history")
        motion = gr.File(label="motion")
        seen = gr.File(label="photo_or_clip")
        person = gr.Number(0, label="person")
        written = gr.File(label="files", file_count="multiple")
        details = gr.JSON(label="facts")
        call = gr.Button()
        call.click(
            generate,
            [text, seconds, temperature, seed, variations, video],
            [written, details],
            api_name="generate",
            **queue,
        )
        call.click(chat, [text, history, seed], [written, details], api_name="chat", **queue)
        call.click(pose, [seen, person], [written, details], api_name="pose", **queue)
        call.click(describe, [motion, text], details, api_name="describe", **queue)

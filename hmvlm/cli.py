"""The command line.

    python -m hmvlm generate "a person jumps" --seconds 4 --seed 0 --out jump.npz --out jump.mp4
    python -m hmvlm pose photo.jpg --out pose.npz --out overlay.png
    python -m hmvlm describe walk.bvh --question "Which way does the person turn?"
    python -m hmvlm chat "What is the capital of France?"
    python -m hmvlm chat "How fast is this?" --file walk.npz --json

``--json`` prints one object with ``reply``, ``task``, ``gate``, ``files`` and ``seconds``, and where a photo or
clip was looked at, ``people`` and ``confidence``. The exit status is
0, or 2 with one sentence on standard error for what the user did wrong.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hmvlm.config import PRESETS

if TYPE_CHECKING:
    from hmvlm.assistant import HMVLM, Reply
    from hmvlm.motion.clip import Motion
    from hmvlm.vision.estimate import PoseEstimate

OUTPUTS = (".npz", ".bvh", ".glb", ".mp4", ".png")
INPUTS = (".npz", ".bvh")
LAID_OVER = {"image": ".png", "video": ".mp4"}
"""What the body laid over a photo or over a clip is written as."""
USER_ERROR = 2


class UserError(Exception):
    """Something that the user can put right; the message is one sentence."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:
        raise UserError(f"{message}; see {self.prog} --help")


def parser() -> argparse.ArgumentParser:
    """The command line's grammar."""
    root = _Parser(prog="python -m hmvlm", description="Human motion and language in one model.")
    commands = root.add_subparsers(dest="command", required=True, parser_class=_Parser)

    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--preset", default="embedded", help=f"{', '.join(PRESETS)}, or a checkpoint folder (default: embedded)"
    )
    common.add_argument("--json", action="store_true", help="print one JSON object")
    common.add_argument("--verbose", action="store_true", help="tell on standard error what happens")

    sampling = argparse.ArgumentParser(add_help=False)
    sampling.add_argument("--seed", type=int, help="same seed, same result")
    sampling.add_argument("--temperature", type=float, help="0 takes the likeliest token; higher is more varied")

    moving = argparse.ArgumentParser(add_help=False)
    moving.add_argument("--seconds", type=float, help="length of the motion (default: from the text, or the model's)")
    moving.add_argument("--variations", type=int, default=1, help="how many motions (default: 1)")

    seeing = argparse.ArgumentParser(add_help=False)
    seeing.add_argument("--person", type=int, metavar="N", help="who of several people; 1 is the largest (default)")

    writing = argparse.ArgumentParser(add_help=False)
    writing.add_argument(
        "--out",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help=f"file to write, repeatable; the suffix says what: {' '.join(OUTPUTS)}. Of a generated motion, .png is a "
        "sheet of frames and several variations get numbered names; of a photo, .png is the body laid over it, and "
        "of a clip, .mp4",
    )

    made = [common, sampling, moving, writing]
    command = commands.add_parser("generate", parents=made, help="turn a description into motion")
    command.add_argument("text", help="what the person does")
    command = commands.add_parser("pose", parents=[common, seeing, writing], help="get the body out of a photo or clip")
    command.add_argument("file", type=Path, help="a photo or a clip")
    command = commands.add_parser("chat", parents=[*made, seeing], help="say anything; the gate chooses the task")
    command.add_argument("text", help="your message")
    command.add_argument(
        "--file", type=Path, help="a photo, a clip, or an .npz or .bvh motion that the message is about"
    )
    command = commands.add_parser(
        "describe",
        parents=[common, sampling, seeing],
        help="say what a motion, clip or photo shows, or answer a question about it",
    )
    command.add_argument("file", type=Path, help="an .npz (AMASS) or .bvh motion, a clip or a photo")
    command.add_argument("--question", help="what you want to know (default: what the person does)")
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status."""
    try:
        options = parser().parse_args(arguments)
        logging.basicConfig(level=logging.INFO if options.verbose else logging.ERROR, format="%(name)s: %(message)s")
        return _run(options)
    except UserError as error:
        print(f"hmvlm: {error}", file=sys.stderr)
        return USER_ERROR
    except KeyboardInterrupt:
        print("hmvlm: stopped", file=sys.stderr)
        return 130


def _run(options: argparse.Namespace) -> int:
    started = time.monotonic()
    outputs = getattr(options, "out", [])
    for path in outputs:
        _check_output(path)
    given = _given(options, outputs)
    reply = _answer(options, _load(options.preset), given)
    files = [str(path) for path in _write(reply, outputs, options)]
    if options.json:
        facts = {"reply": reply.text, "task": reply.task, "gate": reply.gate, "files": files}
        if reply.estimate is not None:
            facts |= {"people": reply.estimate.people, "confidence": round(float(reply.estimate.confidence), 3)}
        print(json.dumps({**facts, "seconds": round(time.monotonic() - started, 3)}, ensure_ascii=False))
    else:
        print(reply.text)
        for file in files:
            print(f"wrote {file}")
    return 0


def _load(preset: str) -> HMVLM:
    from hmvlm.assistant import HMVLM  # heavy: mistakes in the arguments are told before it is imported
    from hmvlm.weights import WeightsError

    try:
        return HMVLM.from_pretrained(preset)
    except (ValueError, OSError, WeightsError) as error:
        raise UserError(str(error)) from error


def _answer(options: argparse.Namespace, model: HMVLM, given: dict[str, Any]) -> Reply:
    try:
        if options.command == "pose":
            return model.estimate_pose(options.file, person=options.person)
        sampling = {"seed": options.seed, "temperature": options.temperature}
        if options.command == "describe":
            shown = given["motion"] if "motion" in given else given["picture"]
            return model.describe(shown, options.question, person=given.get("person"), **sampling)
        return model.chat(
            options.text,
            task="text_to_motion" if options.command == "generate" else None,
            seconds=options.seconds,
            variations=options.variations,
            **given,
            **sampling,
        )
    except ValueError as error:
        raise UserError(str(error)) from error


def _check_output(path: Path) -> None:
    if path.suffix.lower() not in OUTPUTS:
        raise UserError(f"cannot write {path}: the suffix must be one of {' '.join(OUTPUTS)}")
    if path.is_dir():
        raise UserError(f"cannot write {path}: it is a folder")
    if not path.parent.is_dir():
        raise UserError(f"cannot write {path}: the folder {path.parent} does not exist")


def _check_overlay(path: Path, kind: str) -> None:
    """A photo becomes a picture and a clip a video, not the other way round."""
    suffix = path.suffix.lower()
    if suffix in LAID_OVER.values() and suffix != LAID_OVER[kind]:
        name = {"image": "photo", "video": "clip"}[kind]
        raise UserError(f"cannot write {path}: the body over a {name} is written as {LAID_OVER[kind]}")


def _given(options: argparse.Namespace, outputs: Sequence[Path]) -> dict[str, Any]:
    """What the command's file is to the assistant: a motion, or a picture and who in it is meant."""
    path, person = getattr(options, "file", None), getattr(options, "person", None)
    if person is not None and person < 1:
        raise UserError(f"people are counted from 1, the largest; there is no person {person}")
    if path is None:
        return {}
    if not path.is_file():
        raise UserError(f"cannot read {path}: there is no such file")
    motion = path.suffix.lower() in INPUTS
    if motion and options.command in ("describe", "chat"):
        return {"motion": _read(path)}
    if motion:
        raise UserError(f"cannot read {path}: it is a motion already; the command describe tells what it shows")
    from hmvlm.vision.image import MediaError, media_kind

    try:
        kind = media_kind(path)
    except MediaError as error:
        raise UserError(str(error)) from error
    for output in outputs:
        _check_overlay(output, kind)
    return {"picture": path, "person": person}


def _read(path: Path) -> Motion:
    from hmvlm.motion.clip import Motion

    try:
        return Motion.load(path)
    except (ValueError, OSError) as error:
        raise UserError(f"cannot read {path}: {error}") from error


def _write(reply: Reply, outputs: Sequence[Path], options: argparse.Namespace) -> list[Path]:
    """Every motion of the reply to every output; several motions get ``-1``, ``-2`` … before the suffix."""
    if not outputs:
        return []
    motions = reply.motions or ([] if reply.motion is None else [reply.motion])
    if not motions and (reply.task == "pose_estimation" or options.command == "pose"):
        raise UserError(f"nothing to write: {reply.text}")
    if not motions:
        raise UserError(
            f"nothing to write: the gate took this for {reply.task.replace('_', ' ')}, not for a motion; "
            "use the command generate to ask for one"
        )
    from hmvlm.render.video import RenderError

    written = []
    for number, motion in enumerate(motions, start=1):
        for path in outputs:
            target = path if len(motions) == 1 else path.with_stem(f"{path.stem}-{number}")
            try:
                if reply.estimate is not None and path.suffix.lower() in LAID_OVER.values():
                    written.append(_save_overlay(options.file, reply.estimate, target))
                else:
                    written.append(_save(motion, target))
            except (OSError, RenderError) as error:
                raise UserError(f"cannot write {target}: {error}") from error
    return written


def _save(motion: Motion, path: Path) -> Path:
    if path.suffix.lower() == ".png":
        from hmvlm.render.sheet import contact_sheet

        contact_sheet(motion, path)
        return path
    return motion.save(path)


def _save_overlay(source: Path, estimate: PoseEstimate, path: Path) -> Path:
    from hmvlm.render.overlay import overlay_image, overlay_video

    if path.suffix.lower() == ".mp4":
        return overlay_video(source, estimate, path)
    from PIL import Image

    from hmvlm.vision.image import read_image

    Image.fromarray(overlay_image(read_image(source), estimate)).save(path)
    return path

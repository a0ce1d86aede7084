"""The grammar of the command line. It imports nothing heavy, so that ``--help`` and mistakes are answered at once."""

from __future__ import annotations

import argparse
import os
import textwrap
from pathlib import Path

from hmvlm import __version__, limits
from hmvlm.body.joint_names import NAMES
from hmvlm.cli.completion import add_completion
from hmvlm.cli.files import OUTPUTS, UserError
from hmvlm.config import MAX_TOTAL_SECONDS, MIN_SECONDS, PRESETS
from hmvlm.motion.formats import READ, listed
from hmvlm.motion.formats.options import FASTEST, LAYOUTS, RATES, SLOWEST

LANDMARKS = ("both", "full", "heavy")  # hmvlm.vision.landmark_model, which imports OpenCV
MAX_VARIATIONS = limits.VARIATIONS
_ROWS = "\n".join(
    textwrap.fill(f"{what:31s}{text}", 100, initial_indent="  ", subsequent_indent=" " * 33)
    for what, text in limits.table()
)
LIMITS = f"""limits:
{_ROWS}
  people in a video              8 at a time

environment:
  HMVLM_DTYPE        float32, bfloat16 or float16 for the base's weights (default: by base and device)
  HMVLM_CHECKPOINTS  folder of checkpoints, one subfolder per preset (default: the one in the package)
  HMVLM_CACHE        folder of downloaded weights (default: the platform's cache folder)
"""


_LONGEST_MESSAGE = 300
"""Characters of argparse's message, which repeats the argument."""


class Parser(argparse.ArgumentParser):
    """An argument parser that raises :class:`~hmvlm.cli.files.UserError` instead of printing the usage."""

    def error(self, message: str) -> None:  # type: ignore[override]
        message = message if len(message) <= _LONGEST_MESSAGE else f"{message[:_LONGEST_MESSAGE]}…"
        raise UserError(f"{message if message.isprintable() else repr(message)}; see {self.prog} --help")


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    root = Parser(
        prog="hmvlm",
        description="Human motion and language in one model.",
        epilog=LIMITS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_completion(root)
    root.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = root.add_subparsers(dest="command", required=True, parser_class=Parser, metavar="COMMAND")
    model, answering, sampling, motion, person, output = _groups()
    generation = [model, answering, sampling, motion, output]

    def add(name: str, text: str, parents: list[Parser]) -> Parser:
        return commands.add_parser(
            name,
            parents=parents,
            help=text,
            description=f"{text[0].upper()}{text[1:]}.",
            epilog=LIMITS,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    command = add("generate", "generate a motion from a description", generation)
    command.add_argument("text", nargs="?", help="what the person does")
    command.add_argument(
        "--batch",
        type=Path,
        metavar="FILE",
        help="instead of the text, a UTF-8 file with a prompt a line (lines that begin with # are skipped); "
        "the files get the line's number: walk-01.bvh, walk-02.bvh, …",
    )
    _add_skip(command)
    command = add("pose", "estimate the body in a photo or video", [model, answering, person, output])
    command.add_argument(
        "file",
        type=Path,
        help="a photo or a video, or a folder of them; then the files get the names of the photos: pose-anna.npz, …",
    )
    _add_skip(command)
    _add_foot_lock(command, "of a video: leave feet, heights and wobble as they were estimated")
    command = add("chat", "send any message; the gate chooses the task", [*generation, person])
    command.add_argument("text", help="your message")
    command.add_argument(
        "--file", type=Path, help=f"the photo, video, or {listed(READ)} motion that the message is about"
    )
    command = add(
        "describe",
        "describe a motion, video or photo, or answer a question about it",
        [model, answering, sampling, person],
    )
    command.add_argument("file", type=Path, help=f"a motion ({listed(READ)}), a video or a photo")
    command.add_argument(
        "--fps", type=float, help=f"frames a second of a motion file that does not say it, {SLOWEST:g} to {FASTEST:g}"
    )
    command.add_argument("--question", help="the question (default: what the person does)")
    _add_serve(add("serve", "serve the web page and its REST API", [model]))
    return root


def _groups() -> tuple[Parser, ...]:
    """Options that several commands share: model, answering, sampling, motion, person, output."""
    model, answering, sampling, motion, person, output = (Parser(add_help=False) for _ in range(6))
    model.add_argument(
        "--preset",
        default=os.environ.get("HMVLM_PRESET", "embedded"),
        help=f"{', '.join(PRESETS)}, or a checkpoint folder (default: %(default)s; $HMVLM_PRESET sets it)",
    )
    answering.add_argument(
        "--json", action="store_true", help="print one JSON object, one a line for several prompts or pictures"
    )
    answering.add_argument("--verbose", action="store_true", help="log to standard error, and show tracebacks")
    sampling.add_argument(
        "--seed",
        type=int,
        help="the same seed gives the same result; without one, or with -1, a seed is drawn and printed",
    )
    sampling.add_argument("--temperature", type=float, help="0 takes the likeliest token; higher is more varied")
    motion.add_argument(
        "--seconds",
        type=float,
        help=f"length of the motion, {MIN_SECONDS:g} to {MAX_TOTAL_SECONDS:g} "
        "(default: from the text, or the model decides)",
    )
    motion.add_argument(
        "--variations", type=int, default=1, help=f"how many motions, 1 to {MAX_VARIATIONS} (default: 1)"
    )
    _add_foot_lock(motion, "leave feet, heights and wobble as the model drew them")
    motion.add_argument(
        "--no-exemplars",
        dest="exemplars",
        action="store_false",
        help="draw every candidate by the language model alone, without training motions of like captions as guides",
    )
    person.add_argument(
        "--person", type=int, metavar="N", help="only this one of several people; 1 is the largest (default: all)"
    )
    person.add_argument(
        "--landmarks",
        choices=LANDMARKS,
        default="both",
        help="landmark network of photos and videos; heavy takes 3 times as long as full and is downloaded at the "
        "first use; both takes the mean of the two, in a video in every fourth frame (default: both)",
    )
    output.add_argument(
        "--out",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help=f"file to write, repeatable; the suffix gives the format: {' '.join(OUTPUTS)}. For a generated motion, "
        ".png is a sheet of frames, and several variations get numbered names; for a photo, .png is the body overlaid "
        "on it; for a video, .mp4. Several people of a photo or video share one .npz, .glb and overlay; of .bvh there "
        "is a numbered file for each",
    )
    _add_export(output)
    return model, answering, sampling, motion, person, output


def _add_skip(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--skip-existing", action="store_true", help="go on with an interrupted run: leave out what is written already"
    )


def _add_foot_lock(command: argparse.ArgumentParser, text: str) -> None:
    command.add_argument("--no-foot-lock", dest="foot_lock", action="store_false", help=text)


def _add_export(output: Parser) -> None:
    """How files are written; the destinations are attributes of :class:`hmvlm.motion.formats.options.Export`."""
    output.add_argument(
        "--fps",
        type=float,
        help=f"frames a second of the files, {SLOWEST:g} to {FASTEST:g}, for example {', '.join(map(str, RATES))} "
        "(default: the motion's own, 20 for generated ones), by slerp and a spline; of a file given to chat: its "
        "rate, where it does not say it",
    )
    output.add_argument(
        "--names", choices=tuple(NAMES), default="smpl", help="joint names of .bvh, .glb and .fbx (default: smpl)"
    )
    output.add_argument(
        "--no-floor", dest="floor", action="store_false", help="write the body alone, without a floor, into .glb"
    )
    output.add_argument(
        "--no-skin",
        dest="skin",
        action="store_false",
        help="write the skeleton alone, without a mesh, into .glb and .fbx",
    )
    output.add_argument(
        "--npz",
        choices=LAYOUTS,
        default="amass",
        help="layout of .npz: amass has SMPL-H's 52 joints, smplx SMPL-X's 55 (default: amass)",
    )


def _add_serve(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--host", help="address to listen on (default: $GRADIO_SERVER_NAME or 127.0.0.1; 0.0.0.0 serves other machines)"
    )
    command.add_argument(
        "--port",
        type=int,
        default=os.environ.get("GRADIO_SERVER_PORT", "7860"),
        help="port to listen on (default: %(default)s; $GRADIO_SERVER_PORT sets it)",
    )
    command.add_argument(
        "--log-format", choices=("text", "json"), help="lines or JSON (default: text; $HMVLM_LOG_FORMAT sets it)"
    )
    command.add_argument(
        "--metrics",
        choices=("local", "all", "off"),
        help="who may read /metrics (default: local, this machine; $HMVLM_METRICS sets it)",
    )
    command.add_argument(
        "--proxies",
        type=int,
        metavar="N",
        help="reverse proxies of your own before the server (default: 0; $HMVLM_PROXIES sets it)",
    )
    command.add_argument(
        "--share", action="store_true", help="also publish the page at a temporary public address, through Gradio"
    )

"""The program that decodes one file in a process of its own; :mod:`hmvlm.vision.decoder` starts it and reads it.

It limits its own memory, processor time and files before it looks at the file, reads a job as one line of JSON from
standard input, and writes messages to standard output: a tag byte, the length as 4 bytes, the content. Tags are ``J``
for JSON, ``F`` for pixels, ``E`` for an error (JSON with a reason) and ``D`` for the end. It writes no files.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import struct
import sys
from typing import Any, BinaryIO

from hmvlm import limits
from hmvlm.vision import clip_frames, picture_frames
from hmvlm.vision.clip_frames import Refused, Send


def confine() -> None:
    """Limit this process, where the system can: memory, processor time, no files written, no core dumps."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    wanted = {
        "RLIMIT_AS": limits.DECODER_BYTES,
        "RLIMIT_CPU": limits.DECODER_CPU_SECONDS,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_CORE": 0,
    }
    for name, value in wanted.items():
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(kind, (value, value))
        except (ValueError, OSError):  # a system that knows the name only
            continue


class Output:
    """Messages to the parent. While the parent is slow to read, the clock for a stalled decoder stands still."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._watch()

    def send(self, tag: bytes, *pieces: bytes | memoryview) -> None:
        """One message of the joined pieces."""
        faulthandler.cancel_dump_traceback_later()
        self._stream.write(struct.pack("<cI", tag, sum(len(piece) for piece in pieces)))
        for piece in pieces:
            self._stream.write(piece)
        self._stream.flush()
        self._watch()

    def _watch(self) -> None:
        faulthandler.dump_traceback_later(limits.DECODER_WAIT_SECONDS, exit=True)
        if hasattr(signal, "setitimer"):  # not on Windows
            signal.setitimer(signal.ITIMER_PROF, limits.DECODER_STALL_SECONDS)  # SIGPROF ends the process


def main() -> None:
    """Run the job on standard input."""
    confine()
    output = Output(sys.stdout.buffer)
    try:
        job = json.loads(sys.stdin.buffer.readline())
        clips = picture_frames if job.get("demuxer") in picture_frames.DEMUXERS else clip_frames
        {"stamps": clips.stamps, "frames": clips.frames, "image": image}[job["task"]](job, output.send)
        if job["task"] != "frames":  # which says so itself
            output.send(b"D")
    except Refused as error:
        output.send(b"E", json.dumps({"reason": error.reason, **error.details}).encode())
    except BrokenPipeError:  # the parent has had enough
        os._exit(0)
    except MemoryError:
        output.send(b"E", b'{"reason": "memory"}')
    except BaseException as error:  # decoders raise nearly anything on altered bytes
        output.send(b"E", json.dumps({"reason": "damaged", "error": repr(error)[:300]}).encode())
    os._exit(0)  # nothing of a decoder's state is worth freeing


def image(job: dict[str, Any], send: Send) -> None:
    """A photo as upright RGB pixels."""
    from hmvlm.vision.image import MediaError, decode_here

    try:
        pixels = decode_here(job["file"], job["max_side"])
    except MediaError as error:
        raise Refused("sentence", sentence=str(error)) from error
    send(b"J", json.dumps({"size": [pixels.shape[1], pixels.shape[0]]}).encode())
    send(b"F", pixels.reshape(-1).data)

"""Time stamps and frames of a clip, by PyAV: what the process of :mod:`hmvlm.vision.decoder_process` does with clips.

One demuxer is given and no other is tried. Nothing but the file is opened. Sizes are checked before a frame is decoded.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from hmvlm import limits

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

Send = Callable[..., None]
"""Sends a message: its tag, and the pieces of its content."""

STAMPED = ("mov", "matroska", "gif")
"""Demuxers whose packets have the time stamps of the frames."""
INDEXED = ("mov", "matroska")
"""Demuxers that find a place by its time."""
CODECS = frozenset((
    "h264", "hevc", "vp8", "vp9", "av1", "libdav1d", "mpeg4", "mpeg1video", "mpeg2video", "mjpeg", "prores", "gif",
    "flv", "h263", "msmpeg4v1", "msmpeg4v2", "msmpeg4", "wmv1", "wmv2", "wmv3", "vc1", "theora", "dvvideo", "rawvideo",
    "png", "apng", "dnxhd", "cinepak", "svq1", "svq3", "qtrle", "huffyuv", "ffv1",
))  # fmt: skip
"""Decoders of pictures that are used."""
_SEEK_SECONDS = 2.0
"""Gap between two wanted frames from which a jump to a key frame between them is tried."""
_LOST_FRAMES = 2
"""Frames that may be missing at the end of a stream without time stamps."""


class Refused(Exception):
    """The file is not decoded; ``reason`` is a key of :data:`hmvlm.vision.decoder.SENTENCES`."""

    def __init__(self, reason: str, **details: Any) -> None:
        super().__init__(reason)
        self.reason, self.details = reason, details


def stamps(job: dict[str, Any], send: Send) -> None:
    """Time stamps of the frames of a clip's beginning, and what is needed to decode it."""
    container, stream = _opened(job)
    with container:
        unit = float(stream.time_base or Fraction(1, 1000))
        end = (job["seconds"] + 1) / unit
        found, first, more = None, None, False
        keys: list[int] = []
        if job["demuxer"] in STAMPED:
            found, first, more = _packet_stamps(container, stream, end, keys)
        by_time = found is not None
        if found is None:
            if first is not None:
                container.seek(0)
            found, first, more = _frame_stamps(container, stream, end)
        if first is None or not found:
            raise Refused("damaged")
        rate = stream.average_rate or stream.guessed_rate
        about = {
            "stamps": found, "unit": unit, "more": more, "rate": float(rate or 0), "codec": stream.codec_context.name,
            "size": [first.width, first.height], "turn": int(first.rotation), "by_time": by_time,
            "keys": keys if by_time else [],
        }  # fmt: skip
        send(b"J", json.dumps(about).encode())


def _packet_stamps(
    container: Any, stream: Any, end: float, keys: list[int]
) -> tuple[list[int] | None, VideoFrame | None, bool]:
    """Stamps of the packets in the order of showing, without decoding more than the first frame.

    None without stamps. Those of key frames are appended to ``keys``.
    """
    found: list[int] = []
    first, more = None, False
    for packet in container.demux(stream):
        if first is None:
            first = next(_pictures(packet), None)
        if packet.size == 0 or packet.is_discard:
            continue
        if packet.pts is None:
            return None, first, False
        start = found[0] if found else packet.pts
        if (packet.dts if packet.dts is not None else packet.pts) - start > end:
            more = True
            break
        found.append(packet.pts)
        if packet.is_keyframe:
            keys.append(packet.pts)
        _count(found)
    return sorted(found), first, more


def _frame_stamps(container: Any, stream: Any, end: float) -> tuple[list[int], VideoFrame | None, bool]:
    """Stamps of decoded frames; frames without one go on at the stream's rate."""
    unit = float(stream.time_base or Fraction(1, 1000))
    step = max(1, round(1 / unit / float(stream.average_rate or 25)))
    found: list[int] = []
    first = None
    budget = limits.VIDEO_TOTAL_PIXELS
    for frame in _decoded(container, stream):
        first = first or frame
        stamp = frame.pts if frame.pts is not None else found[-1] + step if found else 0
        budget -= frame.width * frame.height
        if found and stamp - found[0] > end or budget < 0:
            return found, first, True
        found.append(stamp)
        _count(found)
    return found, first, False


def _count(found: list[int]) -> None:
    if len(found) > limits.VIDEO_FRAMES:
        raise Refused("frames")


def frames(job: dict[str, Any], send: Send) -> None:
    """The wanted frames in order: of each the last picture shown at its time stamp or, by order, its number."""
    container, stream = _opened(job)
    wanted, by_time = job["wanted"], job["by_time"]
    second = 1 / float(stream.time_base or 1)
    keys = sorted(job.get("keys", ())) if by_time and job["demuxer"] in INDEXED else []
    done, jumped, position, count = 0, -1, None, 0
    shown: VideoFrame | None = None
    with container:
        source = _decoded(container, stream)

        def show(until: int) -> int:
            """Send the shown picture for every wanted place before ``until``."""
            sent, content = done, None
            while sent < len(wanted) and wanted[sent] < until:
                content = content or _pixels(shown, job["size"])
                send(b"F", *content)
                sent += 1
            return sent

        while done < len(wanted):
            if (
                position is not None
                and jumped < done
                and wanted[done] - position > _SEEK_SECONDS * second
                and bisect_right(keys, wanted[done]) > bisect_right(keys, position)
            ):
                jumped, source = done, _jumped(container, stream, wanted[done]) or source
            frame = next(source, None)
            if frame is None:
                break
            now = (frame.pts if frame.pts is not None else position) if by_time else count
            count += 1
            if now is None:
                continue
            if shown is not None:
                done = show(now)
            shown, position = frame, now
            done = show(now + 1)
        if shown is None or position is None:
            raise Refused("damaged")
        done = show(position + 1 + (round(limits.STILL_SECONDS * second) if by_time else _LOST_FRAMES))
        if done < len(wanted):
            raise Refused("broken off", done=done)
        send(b"D")  # before the decoder's threads are taken down, which can take for ever in the middle of a stream


def _jumped(container: Any, stream: Any, stamp: int) -> Iterator[VideoFrame] | None:
    """Frames from the last key frame before a time stamp on; None where the file has no way to it."""
    av = _library()
    try:
        container.seek(stamp, stream=stream, backward=True)
    except av.error.FFmpegError:
        return None
    return _decoded(container, stream)


def _library() -> Any:
    """PyAV, which is imported in the decoder's process only."""
    import av

    return av


def _opened(job: dict[str, Any]) -> tuple[Any, Any]:
    """The container and its moving picture. Only the given file is read: no demuxer can open another."""
    av = _library()
    av.logging.set_level(av.logging.PANIC)
    try:
        container = av.open(
            open(job["file"], "rb"),  # noqa: SIM115 - closed with the process
            format=job["demuxer"],
            container_options={"protocol_whitelist": "pipe", "enable_drefs": "0"},
            metadata_errors="replace",
            io_open=_no_further_file,
        )
    except MemoryError:
        raise
    except (av.error.FFmpegError, ValueError) as error:
        raise Refused("damaged", error=repr(error)[:300]) from error
    moving = [one for one in container.streams.video if not one.disposition & av.stream.Disposition.attached_pic]
    if not moving:
        raise Refused("sound" if container.streams.audio else "damaged")
    stream = next((one for one in moving if one.frames != 1), moving[0])  # an animated AVIF begins with a still
    context = stream.codec_context
    if context is None or context.name not in CODECS:
        raise Refused("codec", codec=context.name if context is not None else "unknown")
    check_pixels(context.width, context.height)
    context.thread_count, context.thread_type = job.get("threads", 1), "AUTO"
    context.options = {"max_pixels": str(limits.VIDEO_PIXELS)}
    return container, stream


def _no_further_file(url: str, flags: int, options: dict) -> Any:
    raise Refused("damaged")


def check_pixels(width: int, height: int) -> None:
    """Refuse frames that are too large."""
    if width * height > limits.VIDEO_PIXELS:
        raise Refused("pixels", width=width, height=height)


def _decoded(container: Any, stream: Any) -> Iterator[VideoFrame]:
    """Frames in the order of showing; packets that cannot be decoded are left out."""
    for packet in container.demux(stream):
        yield from _pictures(packet)


def _pictures(packet: Any) -> Iterator[VideoFrame]:
    av = _library()
    try:
        found = packet.decode()
    except MemoryError:
        raise
    except av.error.FFmpegError:
        return
    for frame in found:
        check_pixels(frame.width, frame.height)
        yield frame


def _pixels(frame: Any, size: list[int]) -> list[memoryview]:
    """Rows of RGB bytes of a frame scaled to ``size`` (width, height), without padding."""
    width, height = size
    plane = frame.reformat(width, height, "rgb24", interpolation="BICUBIC").planes[0]
    data, line, row = memoryview(plane), plane.line_size, width * 3
    if line == row:
        return [data[: row * height]]
    return [data[start : start + row] for start in range(0, line * height, line)]

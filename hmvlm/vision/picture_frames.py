"""Time stamps and frames of an animated PNG or WebP, by Pillow; messages as of :mod:`hmvlm.vision.clip_frames`.

Stamps are milliseconds. Transparent parts are white, as in photos.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hmvlm import limits
from hmvlm.vision import animations
from hmvlm.vision.clip_frames import Refused, Send, check_pixels

if TYPE_CHECKING:
    from PIL import Image

DEMUXERS = ("png", "webp")
"""Names by which jobs ask for this module rather than for a demuxer."""


def stamps(job: dict[str, Any], send: Send) -> None:
    """Time stamps of an animation's beginning, and what is needed to decode it."""
    with open(job["file"], "rb") as stream:
        found = animations.starts(stream, limits.VIDEO_FRAMES)
    end = (job["seconds"] + 1) * 1000
    used = [start for start in found if start <= end]
    if len(used) > limits.VIDEO_FRAMES:
        raise Refused("frames")
    if not used:
        raise Refused("damaged")
    about = {
        "stamps": used, "unit": 0.001, "more": len(used) < len(found), "rate": 0.0, "codec": job["demuxer"],
        "size": list(_opened(job).size), "turn": 0, "by_time": True, "keys": [],
    }  # fmt: skip
    send(b"J", json.dumps(about).encode())


def frames(job: dict[str, Any], send: Send) -> None:
    """The wanted pictures in order, of each the one shown at its time stamp."""
    from hmvlm.vision.image import rgb_of

    with open(job["file"], "rb") as stream:
        places = {start: number for number, start in enumerate(animations.starts(stream, limits.VIDEO_FRAMES))}
    picture = _opened(job)
    first = int(bool(picture.info.get("default_image")))  # a PNG may have a picture outside of its animation
    shown, content = None, b""
    for done, stamp in enumerate(job["wanted"]):
        try:
            if stamp != shown:
                picture.seek(places[stamp] + first)
                content, shown = rgb_of(picture, tuple(job["size"])).tobytes(), stamp
        except MemoryError:
            raise
        except Exception as error:  # decoders raise nearly anything on bytes that were cut or altered
            if not done:
                raise
            raise Refused("broken off", done=done) from error
        send(b"F", content)
    send(b"D")


def _opened(job: dict[str, Any]) -> Image.Image:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # the size is checked below
    picture = Image.open(job["file"], formats=[job["demuxer"].upper()])
    check_pixels(*picture.size)
    return picture

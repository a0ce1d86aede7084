"""What files, messages and answers may cost: every bound in one table, used by the command line, the page and the API.

Sizes are checked before memory is taken for them. :func:`table` gives the rows of the documentation.
"""

from __future__ import annotations

from hmvlm.config import MAX_TOTAL_SECONDS, MIN_SECONDS

MEGABYTE = 1 << 20

UPLOAD_BYTES = 200 * MEGABYTE
"""A file that a visitor of the page attaches."""

PHOTO_PIXELS = 100_000_000
PHOTO_PIXELS_HERE = 30_000_000
"""Pixels of a JPEG, PNG or WebP up to which it is decoded in the process itself."""
PHOTO_SCANS = 200
"""Passes over the whole picture that a JPEG may ask for; encoders make about ten, and each takes time."""
PHOTO_SIDE = 1920
"""Longer sides are shrunk to this."""

VIDEO_SECONDS = 30.0
VIDEO_FPS = 30.0
VIDEO_SIDE = 960
"""Longest part of a clip that is used, at most so many frames a second, shrunk to this side."""
VIDEO_PIXELS = 8192 * 4320
"""Width times height of a clip's frames."""
VIDEO_FRAMES = 10_000
"""Frames of a file among which those are chosen."""
VIDEO_TOTAL_PIXELS = 10_000_000_000
"""Frames times pixels that are decoded of one clip; of a larger one a shorter beginning is used."""
STILL_SECONDS = 1.0
"""A clip whose decoder gives no picture for longer than this before the end is damaged, not only cut off."""

DECODER_BYTES = 1536 * MEGABYTE
"""Address space of the process that decodes a file, where the system has such a limit."""
DECODER_CPU_SECONDS = 60
"""Processor time of one decoding."""
DECODER_STALL_SECONDS = 20.0
"""Processor time for one frame, or for the table of frames."""
DECODER_WAIT_SECONDS = 120.0
"""Time for the same by the clock, which also runs while other processes have the processor."""

MOTION_SECONDS = 1800.0
MOTION_FRAMES = 120_000
"""Length of a motion file."""
RESAMPLED_FRAMES = 500_000
"""Length of a motion at another frame rate."""
NPZ_BYTES = 256 * MEGABYTE
NPZ_VALUES = 30_000_000
"""Numbers in all arrays of an npz, pickle or PyTorch file, or all accessors of a glTF file; each takes 8 bytes."""
BVH_BYTES = 128 * MEGABYTE
BVH_JOINTS = 1000
BVH_PLACES = 4_000_000
"""Joints times frames of a BVH or glTF file."""
GLTF_TEXT_BYTES = 16 * MEGABYTE
GLTF_NODES = 5000
"""The JSON of a glTF file, with what is embedded in it."""

MESSAGE_CHARACTERS = 8000
PAGE_CHARACTERS = 1500
"""A message, and a message on the page."""
MOTION_TOKENS = 512
"""Tokens of a message about a motion, photo or clip; ordinary words have one or two, digits one each."""
CHAT_TOKENS = 3072
"""Tokens of a conversation that are read; the oldest turns are dropped."""
VARIATIONS = 8
CACHE_BYTES = 1024 * MEGABYTE
"""Memory of the language model's cache for all motions that are drawn at once."""


def check_motion_length(name: str, frames: int, fps: float) -> None:
    """Refuse a motion that is too long, before anything is made of its frames.

    Raises:
        ValueError: more than :data:`MOTION_FRAMES` or :data:`MOTION_SECONDS`; one sentence.
    """
    if frames > MOTION_FRAMES or frames > MOTION_SECONDS * fps:
        raise ValueError(
            f"{name} has {frames:,} frames in {frames / fps / 60:.0f} minutes; {MOTION_SECONDS / 60:g} minutes and "
            f"{MOTION_FRAMES:,} frames are the most, so cut it into parts"
        )


def table() -> list[tuple[str, str]]:
    """Rows (what, limit) for people, in plain words."""
    return [
        ("upload", f"{UPLOAD_BYTES // MEGABYTE} MB a file on the page"),
        ("photo", f"{PHOTO_PIXELS // 10**6} megapixels; read at {PHOTO_SIDE} pixels a side"),
        (
            "video, animated picture",
            f"the first {VIDEO_SECONDS:g} seconds at {VIDEO_FPS:g} frames a second and {VIDEO_SIDE} pixels a side; "
            f"frames of {VIDEO_PIXELS // 10**6} megapixels; {VIDEO_FRAMES:,} frames in that time; "
            f"{VIDEO_TOTAL_PIXELS // 10**9} billion pixels in all, else a shorter beginning is used",
        ),
        (
            "decoding",
            f"{DECODER_BYTES // MEGABYTE:,} MB of memory, {DECODER_CPU_SECONDS} seconds of a processor, "
            f"{DECODER_STALL_SECONDS:g} of them for one frame",
        ),
        ("motion file", f"{MOTION_SECONDS / 60:g} minutes and {MOTION_FRAMES:,} frames"),
        ("npz", f"{NPZ_BYTES // MEGABYTE} MB and {NPZ_VALUES // 10**6} million numbers"),
        (
            "BVH",
            f"{BVH_BYTES // MEGABYTE} MB, {BVH_JOINTS:,} joints, {BVH_PLACES // 10**6} million joints times frames",
        ),
        (
            "glTF",
            f"{BVH_BYTES // MEGABYTE} MB, of JSON {GLTF_TEXT_BYTES // MEGABYTE} MB, {GLTF_NODES:,} nodes, "
            f"{BVH_PLACES // 10**6} million nodes times frames",
        ),
        ("message", f"{MESSAGE_CHARACTERS:,} characters, {PAGE_CHARACTERS:,} on the page, English"),
        ("message about a motion or file", f"{MOTION_TOKENS} tokens (a word is one or two, a digit one)"),
        ("conversation", f"the newest {CHAT_TOKENS:,} tokens, or fewer if the model's context is shorter"),
        ("generated motion", f"{MIN_SECONDS:g} to {MAX_TOTAL_SECONDS:g} seconds, 1 to {VARIATIONS} variations"),
    ]

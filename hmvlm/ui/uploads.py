"""Files that programs send without a telling name, such as a Blob of JavaScript: their first bytes tell their kind."""

from __future__ import annotations

import mimetypes
import shutil
from pathlib import Path

from hmvlm.motion.formats import READ

_HEADS = (
    (b"PK\x03\x04", ".npz"), (b"\x93NUMPY", ".npy"), (b"glTF", ".glb"), (b"\x80", ".pkl"), (b"x\x01", ".pkl"),
    (b"x\x9c", ".pkl"), (b"x\xda", ".pkl"), (b"x^", ".pkl"), (b"\x1f\x8b", ".pkl"), (b"BZh", ".pkl"),
    (b"\xfd7zXZ", ".pkl"),
)  # fmt: skip


def named(path: Path) -> Path:
    """The file, of a motion whose name does not tell what it is a copy beside it with the right suffix."""
    known = (mimetypes.guess_type(path.name)[0] or "").split("/")[0] in ("image", "video")
    if path.suffix.lower() in READ or known:
        return path
    with path.open("rb") as stream:
        head = stream.read(256)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    heads = (end for start, end in _HEADS if head.startswith(start))
    found = next(heads, "")
    if text.startswith(b"hierarchy"):
        found = ".bvh"
    elif b"\n:fully-specified" in b"\n" + text:
        found = ".amc"
    elif text.startswith(b"{") and b'"asset"' in text:
        found = ".gltf"
    elif found == ".npz" and b"/data.pkl" in head:  # the first part of a PyTorch file
        found = ".pt"
    if found not in READ:
        return path
    target = path.with_name(path.name + found)
    if not target.exists():
        shutil.copyfile(path, target)
    return target

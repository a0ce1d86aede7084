"""Hostile motion files: AMASS npz, and BVH."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator

import numpy as np

from benchmarks.robustness.corpus.case import READ, REFUSED, Case, altered, content

JOINT = "OFFSET 0 0 0\nCHANNELS 3 Zrotation Xrotation Yrotation\n"
TREE = "HIERARCHY\nROOT a\n{\n" + JOINT + "End Site\n{\nOFFSET 0 1 0\n}\n}\n"


def npz(**arrays: object) -> bytes:
    """An AMASS file of five frames, some of whose arrays are others, or None for missing ones."""
    members: dict[str, object] = {"poses": np.zeros((5, 156)), "trans": np.zeros((5, 3)), "mocap_framerate": 30.0}
    stream = io.BytesIO()
    np.savez_compressed(stream, **{key: value for key, value in (members | arrays).items() if value is not None})
    return stream.getvalue()


def header(shape: str, kind: str = "<f8") -> bytes:
    """An array's header that claims a shape, without any data."""
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    text += b" " * (-(len(text) + 11) % 64) + b"\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text


def with_member(name: str, data: bytes) -> bytes:
    """An AMASS file with a further member of these bytes, or one that takes the place of another."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(npz())) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, data)
    return stream.getvalue()


def npz_cases(seed: int = 0) -> Iterator[Case]:
    """AMASS files, altered, and with claims."""
    yield Case("good.npz", npz(), READ)
    yield from altered("motion.npz", npz(), seed, 12)
    yield from content("npz")
    good = {
        "smpl": {"poses": np.zeros((5, 72))}, "whole": {"poses": np.zeros((5, 156), np.int8)},
        "half": {"poses": np.zeros((5, 165), np.float16)}, "shape": {"betas": np.zeros((5, 16))},
        "caption": {"text": np.array("a person walks")}, "list": {"text": np.array(["a", "b"])},
    }  # fmt: skip
    for name, arrays in good.items():
        yield Case(f"{name}.npz", npz(**arrays), READ)
    not_a_number = np.zeros((5, 156))
    not_a_number[2, 7] = np.nan
    bad: dict[str, dict[str, object]] = {
        "no-poses": {"poses": None}, "no-trans": {"trans": None}, "no-rate": {"mocap_framerate": None},
        "rate-zero": {"mocap_framerate": 0.0}, "rate-nan": {"mocap_framerate": np.nan},
        "rate-text": {"mocap_framerate": "30"},
        "rate-two": {"mocap_framerate": np.array([30, 60])}, "rate-large": {"mocap_framerate": 1e9},
        "flat": {"poses": np.zeros(5)}, "narrow": {"poses": np.zeros((5, 7))},
        "deep": {"poses": np.zeros((5, 3, 3, 3))},
        "none": {"poses": np.zeros((0, 156)), "trans": np.zeros((0, 3))}, "unequal": {"trans": np.zeros((4, 3))},
        "objects": {"poses": np.array([{"a": 1}], dtype=object)}, "words": {"poses": np.array([["a"] * 156] * 5)},
        "complex": {"poses": np.zeros((5, 156), complex)}, "nan": {"poses": not_a_number},
        "far": {"trans": np.full((5, 3), 1e30)}, "twisted": {"poses": np.full((5, 156), 1e9)},
        "betas-nan": {"betas": np.full(16, np.nan)}, "betas-large": {"betas": np.full(16, 1e9)},
        "betas-none": {"betas": np.zeros(0)}, "betas-scalar": {"betas": 3.0}, "betas-text": {"betas": "thin"},
        "hours": {"poses": np.zeros((3000, 72), "i1"), "trans": np.zeros((3000, 3), "i1"), "mocap_framerate": 1.0},
        "times": {"poses": np.zeros((5, 156), "datetime64[s]")}, "truth": {"poses": np.zeros((5, 156), bool)},
    }  # fmt: skip
    for name, arrays in bad.items():
        yield Case(f"{name}.npz", npz(**arrays), REFUSED)
    shapes = ("(1000000000000, 156)", "(5, 1000000000000)", "(5, 156)", "(-5, 156)", "(5, 156, 0)", "(5, 1e3)", "()",
              "(5,) * 9999999", "((", "(99999999999999999999999, 156)", "'a'", "(True, 156)")  # fmt: skip
    for number, shape in enumerate(shapes):
        yield Case(f"claim{number}.npz", with_member("poses.npy", header(shape)), REFUSED)
    for number, kind in enumerate(("|O", "<f99", "|V2000000000", "<U100000000", "<M8[s]", "x" * 3000, "|S8")):
        yield Case(f"kind{number}.npz", with_member("poses.npy", header("(5, 156)", kind)), REFUSED)
    long = b"\x93NUMPY\2\0" + struct.pack("<I", 1 << 24) + b" " * (1 << 24)
    yield Case("long-header.npz", with_member("poses.npy", long), REFUSED)
    yield Case("not-array.npz", with_member("poses.npy", b"not an array"), REFUSED)
    yield Case("no-bytes.npz", with_member("poses.npy", b""), REFUSED)
    yield Case("outside.npz", with_member("../../evil.npy", header("(9, 9)")), READ)
    yield Case("bomb.npz", with_member("poses.npy", header("(130000, 10)", "|i1") + bytes(1_300_000)), REFUSED)


def npy_cases(seed: int = 0) -> Iterator[Case]:
    """Single arrays, altered, and with claims. None says its rate, so that all are refused in the end."""
    yield from content("npy")
    stream = io.BytesIO()
    np.save(stream, np.zeros((5, 22, 3)))
    yield from (Case(one.name, one.data, REFUSED) for one in altered("joints.npy", stream.getvalue(), seed, 6))
    shapes = ("(1000000000000, 263)", "(5, 263)", "(-5, 263)", "()", "((", "((" * 4000, "'a'", "(0, 263)", "(True, 9)")
    for number, shape in enumerate(shapes):
        yield Case(f"claim{number}.npy", header(shape), REFUSED)
    for name, array in {
        "nan": np.full((5, 263), np.nan), "huge": np.full((5, 263), 1e300), "none": np.zeros((0, 22, 3)),
        "dates": np.zeros((5, 263), "M8[s]"), "flat": np.zeros(()), "wide": np.zeros((2, 100_000)),
    }.items():  # fmt: skip
        stream = io.BytesIO()
        np.save(stream, array)
        yield Case(f"{name}.npy", stream.getvalue(), REFUSED)


def bvh_cases(seed: int = 0) -> Iterator[Case]:
    """BVH files, altered, and with claims. The skeleton is not SMPL's, so that all are refused in the end."""
    good = bvh(TREE, 2, "0.05", "1 2 3\n4 5 6\n")
    yield from (Case(one.name, one.data, REFUSED) for one in altered("motion.bvh", good, seed, 12))
    yield from content("bvh")
    yield Case("bom.bvh", b"\xef\xbb\xbf" + good, REFUSED)
    yield Case("wide.bvh", b"\xff\xfe" + good.decode().encode("utf-16-le"), REFUSED)
    for number, frames in enumerate(
        ("x", "-1", "0", "1e3", "", "99999999999999999999", "9" * 5000, "3", "1.5", "\u0661")
    ):
        yield Case(f"frames{number}.bvh", bvh(TREE, frames, "0.05", "1 2 3\n4 5 6\n"), REFUSED)
    for number, step in enumerate(("x", "-1", "0", "nan", "inf", "", "1e-9", "1e9", "0,05", "9" * 5000)):
        yield Case(f"step{number}.bvh", bvh(TREE, 2, step, "1 2 3\n4 5 6\n"), REFUSED)
    for number, rows in enumerate(
        ("", "1", "1 2 3\n4 5 x", "nan 2 3\n4 5 6", "1 2 3\n4 5 inf", "1 " * 9999, "\0" * 99)
    ):
        yield Case(f"rows{number}.bvh", bvh(TREE, 2, "0.05", rows), REFUSED)
    trees = (
        TREE.replace("3 Z", "99999999 Z"), TREE.replace("3 Z", "-3 Z"), TREE.replace("3 Z", "x Z"), TREE[:-2],
        TREE.replace("Zrotation", "Wrotation"), TREE.replace("OFFSET 0 0 0", "OFFSET 0 0"), TREE.replace("{", "}"),
        TREE.replace("OFFSET 0 0 0", "OFFSET nan 0 0"), TREE + TREE, TREE.replace("ROOT a", "ROOT"), "HIERARCHY\n",
        "HIERARCHY\n" + "ROOT a\n{\n" * 3000, TREE.replace("ROOT a", "ROOT " + "a" * 10_000), "hello\n",
        TREE.replace("End Site\n{\nOFFSET 0 1 0\n}\n", "JOINT a\n{\n" * 1500 + "}\n" * 1500),
    )  # fmt: skip
    for number, tree in enumerate(trees):
        yield Case(f"tree{number}.bvh", bvh(tree, 2, "0.05", "1 2 3\n4 5 6\n"), REFUSED)
    yield Case("many.bvh", bvh(TREE.replace("3 Z", "0 "), 120_000, "0.001", "1\n"), REFUSED)


def bvh(tree: str, frames: object, step: str, rows: str) -> bytes:
    """A BVH file of these parts."""
    return f"{tree}MOTION\nFrames: {frames}\nFrame Time: {step}\n{rows}".encode()

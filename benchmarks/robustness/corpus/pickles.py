"""Hostile pickles, files of joblib and files of PyTorch. NumPy's own functions end the process on some of them."""

from __future__ import annotations

import io
import pickle
import struct
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from benchmarks.robustness.corpus.case import READ, REFUSED, Case, altered, content


class Call:
    """Pickled as the call of a function, which loading must not make."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self._call = function, arguments

    def __reduce__(self) -> tuple[Any, tuple]:
        return self._call


def motion(**changes: Any) -> dict[str, Any]:
    """Parameters in AIST++'s layout, five frames, some of them others."""
    return {"smpl_poses": np.zeros((5, 72)), "smpl_trans": np.zeros((5, 3)), "smpl_scaling": np.ones(1)} | changes


def cases(seed: int = 0) -> Iterator[Case]:
    """Pickles of all protocols, altered, and with claims."""
    for protocol in range(6):
        data = pickle.dumps(motion(), protocol)
        yield Case(f"protocol{protocol}.pkl", data, READ)
        yield from altered(f"changed{protocol}.pkl", data, seed, 6)
    yield Case("packed.pkl", zlib.compress(pickle.dumps(motion())), READ)
    yield from content("pkl")
    calls = {
        "print": Call(print, "ran"), "exec": Call(exec, "1"), "bytes": Call(bytes, 1 << 40),
        "array": Call(np.ndarray, (1 << 40,)), "zeros": Call(np.zeros, 9), "type": Call(np.dtype, "O"),
    }  # fmt: skip
    bad: dict[str, Any] = {
        **{f"call-{name}": motion(smpl_poses=call) for name, call in calls.items()},
        "objects": motion(smpl_poses=np.array([print], object)), "none": motion(smpl_poses=None),
        "dates": motion(smpl_poses=np.zeros((5, 72), "M8[s]")), "records": motion(smpl_poses=np.zeros(5, "f8,f8")),
        "words": motion(smpl_poses="0" * 999), "ragged": motion(smpl_poses=[[1.0], [1.0, 2.0]]),
        "numbers": motion(smpl_poses=2**9999), "flat": motion(smpl_poses=np.zeros(0)), "list": [motion()], "number": 7,
        "nan": motion(smpl_trans=np.full((5, 3), np.nan)), "far": motion(smpl_trans=np.full((5, 3), 1e300)),
    }  # fmt: skip
    for name, value in bad.items():
        yield Case(f"{name}.pkl", pickle.dumps(value), REFUSED)
    endless: dict[str, Any] = {}
    endless["smpl_poses"] = endless
    yield Case("endless.pkl", pickle.dumps(endless), REFUSED)
    for name, code in {
        "memory": b"Nr" + struct.pack("<I", 1 << 26), "bytes8": b"\x8e" + struct.pack("<Q", 1 << 40),
        "bytearray8": b"\x96" + struct.pack("<Q", 1 << 32), "words8": b"\x8d" + struct.pack("<Q", 1 << 62),
        "frame": b"\x95" + struct.pack("<Q", 1 << 62) + b"N", "whole4": b"\x8b" + struct.pack("<i", 2**31 - 1),
        "digits": b"I" + b"9" * 100_000 + b"\n",
    }.items():  # fmt: skip
        yield Case(f"claim-{name}.pkl", b"\x80\x05" + code + b".", REFUSED)
    yield Case("lists.pkl", zlib.compress(b"\x80\x04" + b"]" * (3 << 20)), REFUSED)
    yield Case("deep.pkl", b"(" * 200_000 + b".", REFUSED)
    yield Case("nested.pkl", b"]" * 100_000 + b"a" * 99_999 + b".", REFUSED)
    yield from _tensors(seed)


def _tensors(seed: int) -> Iterator[Case]:
    for name, new in (("archive", True), ("old", False)):
        stream = io.BytesIO()
        tensors = {key: torch.from_numpy(value) for key, value in motion().items()}
        torch.save(tensors, stream, _use_new_zipfile_serialization=new)
        yield Case(f"{name}.pt", stream.getvalue(), READ)
        yield from altered(f"{name}-changed.pt", stream.getvalue(), seed, 6)
    yield from content("pt")
    for name, value in {"wide": torch.zeros(1).expand(10**12), "code": Call(print, "ran"), "whole": 7}.items():
        stream = io.BytesIO()
        torch.save({"smpl_poses": value}, stream)
        yield Case(f"{name}.pt", stream.getvalue(), REFUSED)

"""Arrays of hostile npz files: refused with a reason before memory is taken, and honest ones read."""

import io
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest

from hmvlm import limits
from hmvlm.motion.formats import npz_file

WANTED = ("poses", "trans")


def header(shape: str, kind: str = "<f8") -> bytes:
    """An array's header that claims a shape, without any data."""
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    text += b" " * (-(len(text) + 11) % 64) + b"\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text


def archive(path, **members: bytes):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(f"{name}.npy", data)
    return path


def test_honest_arrays_are_read(tmp_path):
    rows = np.arange(6.0).reshape(2, 3)
    np.savez_compressed(tmp_path / "a.npz", poses=np.asfortranarray(rows), trans=rows.astype(np.int16), other=rows)
    found, names = npz_file.read(tmp_path / "a.npz", WANTED)
    assert sorted(names) == ["other", "poses", "trans"]
    assert sorted(found) == ["poses", "trans"] and all((found[name] == rows).all() for name in found)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (header("(1000000000000, 156)"), "1,000,000,000,000 frames"), (header("(10, 100000000)"), "more than"),
        (header("(10, 156)"), "announces"), (header("(10, 3)") + b"\0" * 500, "holds more"),
        (header("(-1, 3)"), "not plain numbers"), (header("(2,)", "|O"), "pickled"),
        (header("(2,)", "<c16"), "complex"),
        (b"not an array", "damaged"), (b"", "damaged"), (b"\x93NUMPY\3\0\x76\0" + b" " * 118, "version 3.0"),
        (header("(" * 60), "damaged"), (header("(2,)", "V2000000000"), "not plain numbers"),
    ],
)  # fmt: skip
def test_claims_are_checked_first(tmp_path, data, reason):
    path = archive(tmp_path / "a.npz", poses=data)
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=reason) as error:
            npz_file.read(path, WANTED)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 16 * limits.MEGABYTE and "\n" not in str(error.value) and len(str(error.value)) < 250


def test_archives_with_tricks(tmp_path):
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.zeros((2, 3)))
    with zipfile.ZipFile(tmp_path / "twice.npz", "w") as file:
        file.writestr("poses.npy", stream.getvalue())
        with pytest.warns(UserWarning, match="Duplicate"):
            file.writestr("poses.npy", header("(3221225472, 3)"))
    with zipfile.ZipFile(tmp_path / "many.npz", "w") as file:
        for number in range(20_000):
            file.writestr(f"{number}", b"")
    data = archive(tmp_path / "whole.npz", poses=stream.getvalue()).read_bytes()
    (tmp_path / "cut.npz").write_bytes(data[:-30])
    marked = bytearray(data)
    for start in (data.index(b"PK\3\4") + 6, data.index(b"PK\1\2") + 8):
        marked[start] |= 1
    (tmp_path / "encrypted.npz").write_bytes(marked)
    for name, reason in {"twice": "twice", "many": "too many", "cut": "no zip", "encrypted": "encrypted"}.items():
        with pytest.raises(ValueError, match=reason):
            npz_file.read(tmp_path / f"{name}.npz", WANTED)


def test_a_zip64_archive_is_refused_before_its_list_is_read(tmp_path):
    path = archive(tmp_path / "a.npz", poses=header("(1, 1)") + bytes(8))
    data = path.read_bytes()
    end = data.rfind(b"PK\5\6")
    path.write_bytes(data[:end] + b"PK\6\7" + bytes(16) + data[end:])
    with pytest.raises(ValueError, match="zip64"):
        npz_file.read(path, WANTED)

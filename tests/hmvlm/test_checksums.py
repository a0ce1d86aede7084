"""Checksums of files are computed once, and anew when a file has changed."""

import hashlib
import os

from hmvlm import checksums
from hmvlm.checksums import file_sha256, sums_ahead


def test_the_sum_is_sha256_and_follows_the_file(tmp_path):
    path = tmp_path / "weights"
    path.write_bytes(b"one")
    assert file_sha256(path) == hashlib.sha256(b"one").hexdigest()
    before = path.stat()
    path.write_bytes(b"two")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # of the same size, and as old as before
    assert file_sha256(path) == hashlib.sha256(b"two").hexdigest()


def test_sums_ahead_are_known_afterwards(tmp_path):
    (tmp_path / "inner").mkdir()
    path = tmp_path / "inner" / "weights"
    path.write_bytes(b"large")
    before = len(checksums._KNOWN)
    sums_ahead(tmp_path).join()
    assert len(checksums._KNOWN) == before + 1
    assert file_sha256(path) == hashlib.sha256(b"large").hexdigest()
    assert len(checksums._KNOWN) == before + 1


def test_a_folder_that_is_not_there_has_no_sums(tmp_path):
    sums_ahead(tmp_path / "none").join()

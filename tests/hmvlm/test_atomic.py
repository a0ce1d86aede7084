"""Replacing files and folders: links, permissions, targets of the wrong kind, writers with habits of their own."""

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from benchmarks.robustness.saves import full_disk
from hmvlm import atomic
from hmvlm.atomic import DiskFullError, atomic_file, atomic_folder


def mode(path):
    return path.stat().st_mode & 0o777


def write_file(path, text="new"):
    with atomic_file(path) as partial:
        partial.unlink()  # as a writer does that renames a file of its own, which only the owner may read
        partial.touch(0o600)
        partial.write_text(text)


def write_folder(path, text="new"):
    with atomic_folder(path) as partial:
        (partial / "weights").unlink(missing_ok=True)
        (partial / "weights").touch(0o600)
        (partial / "weights").write_text(text)


def test_a_link_stays_and_what_it_points_to_is_replaced(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk" / "file").write_text("old")
    (tmp_path / "disk" / "folder").mkdir()
    for name in ("file", "folder"):
        (tmp_path / name).symlink_to(Path("disk") / name)
    write_file(tmp_path / "file")
    write_folder(tmp_path / "folder")
    assert (tmp_path / "file").is_symlink() and (tmp_path / "folder").is_symlink()
    assert (tmp_path / "disk" / "file").read_text() == (tmp_path / "disk" / "folder" / "weights").read_text() == "new"
    assert sorted(path.name for path in tmp_path.rglob("*")) == [
        "disk", "file", "file", "folder", "folder", "weights",
    ]  # fmt: skip


def test_links_inside_a_folder_stay_even_those_to_nothing(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "dangling").symlink_to("nothing")
    write_folder(folder)
    assert (folder / "dangling").is_symlink() and (folder / "weights").read_text() == "new"


def test_permissions_are_those_of_before_or_of_the_umask(tmp_path):
    before = os.umask(0o027)
    try:
        for place in ("new", "private"):
            (tmp_path / place).mkdir(0o700)
        (tmp_path / "private" / "weights").touch(0o600)
        (tmp_path / "private" / "file").touch(0o600)
        for place in ("new/folder", "private"):
            write_folder(tmp_path / place)
        for place in ("new", "private"):
            write_file(tmp_path / place / "file")
    finally:
        os.umask(before)
    assert (mode(tmp_path / "new" / "folder"), mode(tmp_path / "new" / "folder" / "weights")) == (0o750, 0o640)
    assert (mode(tmp_path / "private"), mode(tmp_path / "private" / "weights")) == (0o700, 0o600)
    assert (mode(tmp_path / "new" / "file"), mode(tmp_path / "private" / "file")) == (0o640, 0o600)


def test_a_target_of_the_other_kind_is_refused_before_the_work(tmp_path):
    (tmp_path / "file").write_text("old")
    (tmp_path / "folder").mkdir()
    with pytest.raises(NotADirectoryError, match="is a file"), atomic_folder(tmp_path / "file"):
        pytest.fail("the block ran")
    with pytest.raises(IsADirectoryError, match="is a folder"), atomic_file(tmp_path / "folder"):
        pytest.fail("the block ran")
    assert (tmp_path / "file").read_text() == "old" and len(list(tmp_path.iterdir())) == 2


@pytest.mark.skipif(atomic.fcntl is None, reason="there are no such locks")
def test_two_that_write_into_a_folder_at_once_keep_both_results(tmp_path, monkeypatch):
    asks, lock = threading.Event(), atomic.fcntl.flock

    def noticed(*arguments):
        if threading.current_thread() is thread:
            asks.set()
        lock(*arguments)

    def other():
        with atomic_folder(tmp_path / "folder") as partial:
            (partial / "two").write_text("2")

    monkeypatch.setattr(atomic.fcntl, "flock", noticed)
    thread = threading.Thread(target=other)
    with atomic_folder(tmp_path / "folder") as partial:
        (partial / "one").write_text("1")
        thread.start()
        assert asks.wait(60)  # and does not get it before this block ends
    thread.join()
    assert sorted(path.name for path in (tmp_path / "folder").iterdir()) == ["one", "two"]


def test_a_failed_exchange_puts_the_old_folder_back(tmp_path, monkeypatch):
    monkeypatch.setattr(atomic.os, "name", "other")  # no renameat2
    (tmp_path / "old").mkdir()
    with pytest.raises(OSError, match="gone"):
        atomic._exchange(tmp_path / "gone", tmp_path / "old")
    assert [path.name for path in tmp_path.iterdir()] == ["old"]


def test_a_killed_writer_leaves_the_old_version(tmp_path):
    """The child is killed when it has written a half; what was there stays, and the next one writes."""
    program = (
        "import os, sys\nfrom hmvlm.atomic import atomic_file, atomic_folder\n"
        "kind, target = sys.argv[1:]\n"
        "with (atomic_file if kind == 'file' else atomic_folder)(target) as partial:\n"
        "    inside = partial if kind == 'file' else partial / 'weights'\n"
        "    inside.write_text('ne')\n    os.kill(os.getpid(), 9)\n"
    )
    write_file(tmp_path / "file", "old")
    write_folder(tmp_path / "folder", "old")
    for kind in ("file", "folder"):
        done = subprocess.run([sys.executable, "-c", program, kind, tmp_path / kind], check=False)
        assert done.returncode == -9
    assert (tmp_path / "file").read_text() == (tmp_path / "folder" / "weights").read_text() == "old"
    write_file(tmp_path / "file")
    write_folder(tmp_path / "folder")
    assert (tmp_path / "file").read_text() == (tmp_path / "folder" / "weights").read_text() == "new"


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"), OSError(errno.EFBIG, "File too large"),
        RuntimeError("[enforce fail at inline_container.cc:783] . PytorchStreamWriter failed writing file data/0"),
        RuntimeError("[enforce fail at inline_container.cc:672] . unexpected pos 768 vs 662"),
        RuntimeError("Error while serializing: I/O error: No space left on device (os error 28)"),
    ],
)  # fmt: skip
def test_a_full_disk_is_a_sentence_and_keeps_the_old_version(tmp_path, error):
    def fail(place, name):
        with place(tmp_path / name) as partial:
            (partial if partial.is_file() else partial / "weights").write_text("ne")
            raise error

    write_file(tmp_path / "file", "old")
    write_folder(tmp_path / "folder", "old")
    for place, name in ((atomic_file, "file"), (atomic_folder, "folder")):
        with pytest.raises(DiskFullError, match=f"no room for {name}; the old version is still there"):
            fail(place, name)
    with pytest.raises(DiskFullError, match="no room for other; free"):
        fail(atomic_file, "other")
    assert (tmp_path / "file").read_text() == (tmp_path / "folder" / "weights").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_other_errors_stay_themselves(tmp_path):
    with pytest.raises(KeyError), atomic_file(tmp_path / "file"):
        raise KeyError("a")
    with pytest.raises(PermissionError), atomic_folder(tmp_path / "folder"):
        raise PermissionError(errno.EACCES, "no")


def test_a_folder_inside_a_folder_that_is_being_written_is_written_at_once(tmp_path):
    with atomic_folder(tmp_path / "whole") as outer:
        with atomic_folder(outer / "part") as inner:
            assert inner == outer / "part"
            (inner / "weights").write_text("new")
        assert not (tmp_path / "whole").exists()
    assert (tmp_path / "whole" / "part" / "weights").read_text() == "new"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit of the size of files")
@pytest.mark.parametrize("name", ["npz", "glb", "encoded", "tokenizer", "state"])
def test_writers_keep_the_old_version_on_a_full_disk(name):
    told = full_disk(name)
    assert told.startswith("old version 5 times, new version 1 times; ") and "\n" not in told, told

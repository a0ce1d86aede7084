"""Files that joblib writes, read without it and without running code."""

import io
import pickle
import zlib

import joblib
import numpy as np
import pytest

from hmvlm.body import joblib_arrays
from hmvlm.body.unpickle import load_array_pickle
from hmvlm.motion.clip import Motion
from tests import motions
from tests.hmvlm.motion.formats.test_parameters import parts

CONTENT = {
    1: {"pose": np.arange(12.0).reshape(3, 4), "turned": np.asfortranarray(np.arange(6).reshape(2, 3)), "name": "one"},
    2: {"empty": np.zeros((0, 3), np.float32), "text": [1, 2.5, None], "count": np.float32(3)},
}


@pytest.mark.parametrize("compress", [0, ("zlib", 3), ("gzip", 3), ("bz2", 3), ("xz", 1), ("lzma", 1)])
def test_what_joblib_wrote_comes_back(compress, tmp_path):
    joblib.dump(CONTENT, tmp_path / "a.pkl", compress=compress)
    read = load_array_pickle(tmp_path / "a.pkl")
    assert read[1]["name"] == "one" and read[2]["text"] == [1, 2.5, None] and read[2]["count"] == 3
    for person, key in ((1, "pose"), (1, "turned"), (2, "empty")):
        assert np.array_equal(read[person][key], CONTENT[person][key])
        assert read[person][key].dtype == CONTENT[person][key].dtype


def test_results_of_wham_are_read(tmp_path):
    motion = motions.walk(2)
    root, body, trans = parts(motion)
    person = {"pose_world": np.c_[root, body, np.zeros((len(motion), 6))], "trans_world": trans, "frame_ids": [0]}
    joblib.dump({7: person}, tmp_path / "wham_output.pkl")
    read = Motion.load(tmp_path / "wham_output.pkl", fps=20)
    assert np.abs(read.joints()[:, :22] - motion.joints()[:, :22]).max() < 0.02


class Evil:
    def __reduce__(self):
        return print, ("ran",)


@pytest.mark.parametrize("content", [{"a": np.zeros(3), "b": Evil()}, {"a": np.array([Evil()], object)}])
def test_code_is_refused(content, tmp_path, capsys):
    joblib.dump(content, tmp_path / "evil.pkl")
    with pytest.raises(ValueError, match=r"builtins.print|pickled objects"):
        load_array_pickle(tmp_path / "evil.pkl")
    assert capsys.readouterr().out == ""


def test_sizes_are_limited(tmp_path, monkeypatch):
    monkeypatch.setattr(joblib_arrays.limits, "NPZ_BYTES", 1 << 16)
    path = tmp_path / "large.pkl"
    path.write_bytes(zlib.compress(bytes(1 << 20)))
    with pytest.raises(ValueError, match=r"large.pkl .*unpacked it is larger"):
        load_array_pickle(path)
    joblib.dump({"a": np.zeros(1 << 14)}, path)
    with pytest.raises(ValueError, match=r"large.pkl .*larger than the file"):
        load_array_pickle(path)
    monkeypatch.setattr(joblib_arrays, "INSTRUCTION_BYTES", 1 << 10)
    joblib.dump([np.zeros(3), list(range(1000))], path)
    with pytest.raises(ValueError, match=r"large.pkl .*beside its arrays"):
        load_array_pickle(path)


@pytest.mark.parametrize("write", [joblib.dump, *(f"protocol {number}" for number in range(6))])
def test_any_prefix_and_any_changed_byte_is_read_or_refused(write, tmp_path):
    """NumPy's own functions end the process on some of these."""
    stream = io.BytesIO()
    if callable(write):
        write(CONTENT, stream)
    else:
        pickle.dump(CONTENT, stream, protocol=int(write[-1]))
    whole, draw = stream.getvalue(), np.random.default_rng(0)
    path = tmp_path / "cut.pkl"
    path.write_bytes(whole)
    assert np.array_equal(load_array_pickle(path)[1]["turned"], CONTENT[1]["turned"])
    for number in range(200):
        data = bytearray(whole[: draw.integers(len(whole))] if number % 4 == 0 else whole)
        if number % 4:
            data[draw.integers(len(data))] = draw.integers(256)
        path.write_bytes(data)
        try:
            load_array_pickle(path)
        except ValueError as error:
            assert "\n" not in str(error) and "cut.pkl" in str(error)


def test_a_state_that_numpy_does_not_check_is_refused(tmp_path):
    """A dtype with the state of another one: the process ends where NumPy's own class is given it."""
    state = (3, "|", None, None, None, 2**40, 1, 0)
    program = b"cnumpy\ndtype\n(X\x02\x00\x00\x00f8I0\nI1\ntR" + pickle.dumps(state, 2)[2:-1] + b"b."
    path = tmp_path / "state.pkl"
    path.write_bytes(program)
    load_array_pickle(path)  # it is never asked for its dtype
    path.write_bytes(pickle.dumps({"a": np.zeros(3, "M8[s]")}))
    with pytest.raises(ValueError, match=r"state.pkl .*not of numbers"):
        load_array_pickle(path)


def test_an_array_that_claims_more_memory_than_there_is(tmp_path):
    path = tmp_path / "claim.pkl"
    path.write_bytes(
        pickle.dumps({"poses": np.zeros((2, 2))}).replace(
            b"K\x02K\x02\x86", b"\x8a\x06" + b"\xff" * 5 + b"\x00K\x02\x86"
        )
    )
    with pytest.raises(ValueError, match=r"claim.pkl cannot be read .*shape"):
        load_array_pickle(path)

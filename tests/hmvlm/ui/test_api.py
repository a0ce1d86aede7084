"""The REST API as its clients see it: what must be given, what is drawn, how files are told apart, what errors say."""

import zlib
from pathlib import Path

import pytest
import torch
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from hmvlm.motion.formats import READ
from hmvlm.ui.arguments import SEEDS, drawn_seed
from hmvlm.ui.uploads import named

NEEDED = {"/generate": ["prompt"], "/chat": ["message"], "/pose": ["photo_or_clip"], "/describe": ["motion"]}


@pytest.fixture(scope="module")
def client(url):
    return Client(url, verbose=False)


@pytest.mark.slow
def test_everything_but_the_subject_is_optional_and_described(client):
    endpoints = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    for name, needed in NEEDED.items():
        arguments = endpoints[name]["parameters"]
        assert [one["parameter_name"] for one in arguments if not one["parameter_has_default"]] == needed
        assert all(one["python_type"]["description"] and one["type"]["description"] for one in arguments), name
    told = {one["parameter_name"]: one["python_type"]["description"] for one in endpoints["/generate"]["parameters"]}
    assert "0.4 to 60" in told["seconds"] and "1 to 8" in told["variations"] and "1 to 240" in told["fps"]
    assert "-1 or null" in told["seed"] and "mixamo" in told["names"]


@pytest.mark.slow
def test_a_call_with_the_prompt_alone_tells_the_seed_that_was_drawn(client, model):
    files, metadata = client.predict("a person waves", video=False, api_name="/generate")
    assert {Path(file).suffix for file in files} == {".npz", ".bvh", ".glb"} and 0 <= metadata["seed"] < SEEDS
    _, repeated = client.predict("a person waves", seed=metadata["seed"], video=False, api_name="/generate")
    assert repeated["seed"] == metadata["seed"]


@pytest.mark.slow
def test_variations_have_names_of_their_own_and_files_the_rate_and_names_that_are_asked_for(client):
    files, _ = client.predict("a person waves", variations=2, video=False, fps=60, names="mixamo", api_name="/generate")
    assert len({Path(file).name for file in files}) == len(files) >= 3
    (text,) = {Path(file).read_text() for file in files if file.endswith(".bvh") and "-2" not in Path(file).name}
    assert "ROOT mixamorig:Hips" in text and "Frame Time: 0.016666" in text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"prompt": None}, "Type what the person should do"),
        ({"prompt": "a person waves", "seed": "abc"}, "seed must be"),
        ({"prompt": "a person waves", "seconds": "long"}, "length must be"),
        ({"prompt": "a person waves", "fps": 1000}, "fps must be 1 to 240"),
        ({"prompt": "a person waves", "names": "maya"}, "names must be smpl"),
    ],
)
def test_mistakes_reach_the_client_as_a_sentence(client, given, message):
    with pytest.raises(AppError, match=message):
        client.predict(**given, api_name="/generate")


@pytest.mark.slow
def test_a_motion_that_is_sent_without_a_name_is_read(client, still, tmp_path):
    blob = still.save(tmp_path / "blob.bvh").rename(tmp_path / "blob")
    metadata = client.predict(handle_file(str(blob)), api_name="/describe")
    assert metadata["reply"]


def test_files_are_named_by_what_they_hold(still, tmp_path):
    for suffix in {".npz", ".bvh", ".npy", ".glb"} & set(READ):
        path = still.save(tmp_path / f"motion{suffix}")
        assert named(path) == path
        assert named(path.rename(tmp_path / f"blob-{suffix[1:]}")).suffix == suffix
    torch.save({"smpl_poses": torch.zeros(3)}, tmp_path / "tensors")
    (tmp_path / "scene").write_text('{"asset": {"version": "2.0"}}')
    (tmp_path / "packed").write_bytes(zlib.compress(b"a pickle"))
    for name, suffix in (("tensors", ".pt"), ("scene", ".gltf"), ("packed", ".pkl")):
        assert named(tmp_path / name).suffix == suffix
    for name, content in (("photo.jpg", b"PK\x03\x04"), ("blob", b"\xff\xd8\xff"), ("empty", b"")):
        (tmp_path / name).write_bytes(content)
        assert named(tmp_path / name) == tmp_path / name


def test_seeds():
    assert drawn_seed(7) == 7 and drawn_seed(0) == 0 and drawn_seed("12") == 12
    assert len({drawn_seed(value) for value in (None, -1, "", None, -1)}) == 5
    for wrong in ("abc", 1.5, float("nan")):
        with pytest.raises(ValueError, match="seed must be"):
            drawn_seed(wrong)

"""The command line: one sentence for each mistake, and output files that agree."""

import json

import numpy as np
import pytest
from PIL import Image

from hmvlm import __version__, cli
from hmvlm.cli import arguments
from hmvlm.motion.clip import Motion
from hmvlm.tasks import request
from hmvlm.ui.settings import Settings
from hmvlm.vision import image, landmark_model, video
from tests.seeing import SeeingModel, photo_of_a_body


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ([], "required: COMMAND"),
        (["generate"], "required: text"),
        (["generate", "x", "--seconds", "soon"], "invalid float value"),
        (["generate", "x", "--out", "x.obj"], "the suffix must be one of .npz .bvh .glb"),
        (["generate", "x", "--out", "x.bvh", "--fps", "500"], "fps must be 1 to 240 frames a second, got 500"),
        (["generate", "x", "--out", "x.bvh", "--names", "maya"], "invalid choice: 'maya'"),
        (["generate", "x", "--out", "no/such/folder/x.npz"], "no/such/folder does not exist"),
        (["generate", "x", "--preset", "huge"], "neither a folder nor a preset"),
        (["describe", "nothing.npz"], "there is no such file"),
        (["describe", "README.md"], "README.md is neither a photo nor a video"),
        (["chat", "x", "--file", "x.mp4"], "there is no such file"),
        (["pose"], "required: file"),
        (["serve", "--port", "many"], "invalid int value"),
        (["pose", "x.jpg", "--person", "0"], "no person 0"),
        (["pose", "x.jpg"], "there is no such file"),
        (["pose", "README.md"], "README.md"),
    ],
)
def test_a_mistake_gives_one_sentence(command, message, capsys):
    assert cli.main(command) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and message in err


@pytest.mark.parametrize(("verbose", "traceback"), [([], False), (["--verbose"], True)])
def test_an_internal_error_shows_its_traceback_only_when_asked(verbose, traceback, monkeypatch, capsys, caplog):
    monkeypatch.setattr(cli, "_load", lambda preset: None)
    assert cli.main(["generate", "x", *verbose]) == 1
    assert "internal error: AttributeError" in capsys.readouterr().err
    assert ("Traceback" in caplog.text) == traceback


def test_version(capsys):
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--version"])
    assert capsys.readouterr().out == f"hmvlm {__version__}\n"


def test_help_names_the_commands_and_the_limits(capsys):
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--help"])
    shown = capsys.readouterr().out
    assert all(f"\n    {command} " in shown for command in ("generate", "pose", "chat", "describe", "serve"))
    assert arguments.MAX_VARIATIONS == request.MAX_VARIATIONS and arguments.LANDMARKS == landmark_model.NETS
    assert f"{request.MAX_CHARACTERS:,} characters" in shown and f"{image.MAX_PIXELS // 10**6} megapixels" in shown
    assert f"first {video.MAX_SECONDS:g} seconds" in shown


def test_serve_passes_its_options_on(monkeypatch, capsys):
    served = []
    monkeypatch.setattr("hmvlm.ui.serve.serve", lambda *options: served.append(options))
    assert cli.main(["serve", "--host", "0.0.0.0", "--port", "8000", "--preset", "folder"]) == 0
    assert served == [("folder", "0.0.0.0", 8000, False, Settings())]


def test_a_port_in_use_is_a_mistake_of_the_user(monkeypatch, capsys):
    def serve(*options):
        raise OSError("Cannot find empty port in range: 8000-8000.")

    monkeypatch.setattr("hmvlm.ui.serve.serve", serve)
    assert cli.main(["serve", "--port", "8000"]) == 2
    assert "cannot serve on port 8000" in capsys.readouterr().err


def test_a_folder_is_no_output(tmp_path, capsys):
    (tmp_path / "a.npz").mkdir()
    assert cli.main(["generate", "x", "--out", str(tmp_path / "a.npz")]) == 2
    assert "it is a folder" in capsys.readouterr().err


def test_a_damaged_motion_file_is_told(tmp_path, capsys):
    (tmp_path / "a.npz").write_bytes(b"not a zip")
    assert cli.main(["describe", str(tmp_path / "a.npz")]) == 2
    assert "cannot read" in capsys.readouterr().err


@pytest.fixture
def loaded(embedded, monkeypatch):
    """The command line over the model that the tests share, instead of loading it once more."""
    monkeypatch.setattr(cli, "_load", lambda preset: embedded)


def test_generate_writes_files_whose_joints_agree(loaded, tmp_path, capsys):
    outs = [tmp_path / f"walk.{suffix}" for suffix in ("npz", "bvh", "glb")]
    arguments = ["generate", "a person walks forward", "--seconds", "1", "--seed", "0", "--json"]
    assert cli.main([*arguments, *(word for path in outs for word in ("--out", str(path)))]) == 0
    result = json.loads(capsys.readouterr().out)
    assert set(result) == {"reply", "task", "gate", "files", "seconds", "seed", "plan"}
    (clause,) = result["plan"]
    assert clause["text"] == "a person walks forward" and (clause["start"], clause["end"]) == (0, 1)
    assert result["task"] == "text_to_motion" and result["files"] == [str(path) for path in outs]
    joints = [Motion.load(path).joints() for path in outs[:2]]
    assert np.abs(joints[0] - joints[1]).max() < 1e-3
    assert outs[2].read_bytes()[:4] == b"glTF"


def test_variations_are_numbered_and_the_seed_repeats(loaded, tmp_path, capsys):
    arguments = ["generate", "a person waves", "--seconds", "0.4", "--seed", "5", "--variations", "2"]
    for name in ("a", "b"):
        assert cli.main([*arguments, "--out", str(tmp_path / f"{name}.npz")]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"a-1.npz", "a-2.npz", "b-1.npz", "b-2.npz"}
    poses = [Motion.load(tmp_path / f"{name}-1.npz").poses for name in ("a", "b")]
    assert np.array_equal(*poses)
    capsys.readouterr()


def test_chat_answers_an_ordinary_question(loaded, capsys):
    assert cli.main(["chat", "What is the capital of France?", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert "Paris" in result["reply"] and result["task"] == "dialogue" and result["files"] == []


def test_a_question_gives_no_files(loaded, tmp_path, capsys):
    assert cli.main(["chat", "What is the capital of France?", "--out", str(tmp_path / "x.npz")]) == 2
    assert "nothing to write" in capsys.readouterr().err


@pytest.fixture
def seeing(monkeypatch):
    """The command line over an assistant that sees two people wherever it looks."""
    model = SeeingModel(people=2)
    monkeypatch.setattr(cli, "_load", lambda preset: model)
    return model


@pytest.mark.gl
def test_pose_writes_the_overlay_and_files_whose_joints_agree(seeing, tmp_path, capsys):
    photo = photo_of_a_body(tmp_path / "photo.png")
    outs = [tmp_path / f"pose.{suffix}" for suffix in ("npz", "bvh", "glb", "png")]
    arguments = ["pose", str(photo), "--person", "2", "--json"]
    assert cli.main([*arguments, *(word for path in outs for word in ("--out", str(path)))]) == 0
    result = json.loads(capsys.readouterr().out)
    assert set(result) == {
        "reply", "task", "gate", "files", "seconds", "people", "confidence", "camera", "fps", "cuts", "persons"
    }  # fmt: skip
    person = result["persons"][0]
    assert person["person"] == 1 and len(person["frames"][0]["keypoints_2d"]) == 33
    assert result["task"] == "pose_estimation" and result["files"] == [str(path) for path in outs]
    assert (result["people"], result["confidence"]) == (2, 0.87)
    (asked,) = seeing.asked
    assert (asked["picture"], asked["person"], asked["landmarks"]) == (photo, 2, "both")
    joints = [Motion.load(path).joints() for path in outs[:2]]
    assert np.abs(joints[0] - joints[1]).max() < 1e-3
    assert Image.open(outs[3]).size == (640, 480)


def test_a_clip_gives_a_video(seeing, tmp_path, monkeypatch, capsys):
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"stand-in")
    monkeypatch.setattr("hmvlm.vision.image.media_kind", lambda path: "video")
    monkeypatch.setattr("hmvlm.render.overlay.overlay_video", lambda source, estimate, path: path)
    assert cli.main(["pose", str(clip), "--out", str(tmp_path / "over.mp4")]) == 0
    assert "wrote" in capsys.readouterr().out
    assert cli.main(["pose", str(clip), "--out", str(tmp_path / "over.png")]) == 2
    assert "over a video is written as .mp4" in capsys.readouterr().err


@pytest.mark.gl
def test_chat_takes_a_photo(seeing, tmp_path, capsys):
    photo = photo_of_a_body(tmp_path / "photo.png")
    arguments = ["chat", "What pose is this?", "--file", str(photo), "--out", str(tmp_path / "over.png")]
    assert cli.main(arguments) == 0
    assert "left arm" in capsys.readouterr().out and (tmp_path / "over.png").is_file()
    assert seeing.asked[0]["picture"] == photo and seeing.asked[0]["person"] is None
    assert cli.main([*arguments[:-1], str(tmp_path / "over.mp4")]) == 2
    assert "over a photo is written as .png" in capsys.readouterr().err


@pytest.mark.gl
def test_nobody_to_write(seeing, tmp_path, capsys):
    photo = photo_of_a_body(tmp_path / "photo.png")
    seeing.people = 0
    assert cli.main(["pose", str(photo)]) == 0
    assert cli.main(["pose", str(photo), "--out", str(tmp_path / "x.npz")]) == 2
    assert "No person was found" in capsys.readouterr().err


def test_a_motion_is_no_picture(tmp_path, capsys):
    Motion(np.zeros((2, 24, 3)), np.zeros((2, 3))).save(tmp_path / "a.npz")
    assert cli.main(["pose", str(tmp_path / "a.npz")]) == 2
    assert "a motion already" in capsys.readouterr().err

"""Several prompts or pictures in one command, seeds that are drawn, progress, completion."""

import io
import json
import subprocess
import sys

import pytest

from hmvlm import cli
from hmvlm.cli import batch, completion, progress
from hmvlm.cli.arguments import LIMITS, parser
from hmvlm.cli.files import UserError
from hmvlm.motion.clip import Motion
from hmvlm.tasks.events import FrameEvent, MotionEvent, Reply, ReplyEvent
from tests.seeing import SeeingModel, photo_of_a_body


def jobs(*words):
    return batch.jobs(parser().parse_args([str(word) for word in words]))


def test_every_line_is_a_job_with_files_of_its_own(tmp_path):
    (tmp_path / "prompts.txt").write_text("\ufeff# two\na person waves\n\n  a person jumps \n", encoding="utf-8")
    found = jobs("generate", "--batch", tmp_path / "prompts.txt", "--out", "a/walk.bvh", "--out", "walk.npz")
    assert [job.text for job in found] == ["a person waves", "a person jumps"]
    assert [[str(out) for out in job.out] for job in found] == [
        ["a/walk-01.bvh", "walk-01.npz"],
        ["a/walk-02.bvh", "walk-02.npz"],
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_prompts_in_the_encodings_of_windows(tmp_path, encoding):
    (tmp_path / "prompts.txt").write_bytes("ein Mensch hüpft\r\nsomebody waves\r\n".encode(encoding))
    found = jobs("generate", "--batch", tmp_path / "prompts.txt")
    assert [job.text for job in found] == ["ein Mensch hüpft", "somebody waves"]


@pytest.mark.parametrize("name", ["/dev/zero", "a\0b", "x" * 300, "."])
def test_a_batch_that_is_no_file_gives_one_sentence(name):
    with pytest.raises(UserError, match="cannot read") as error:
        jobs("generate", "--batch", name)
    assert "\n" not in str(error.value) and len(str(error.value)) < 300


def test_a_batch_that_is_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(batch, "LARGEST_BATCH", 10)
    (tmp_path / "prompts.txt").write_text("a person waves\n")
    with pytest.raises(UserError, match="cut it into parts"):
        jobs("generate", "--batch", tmp_path / "prompts.txt")


@pytest.mark.parametrize(
    ("content", "more", "message"),
    [
        (b"# nothing\n", [], "holds no prompts"),
        (b"\xff\xfe\x00", [], "is not UTF-8"),
        (None, [], "cannot read"),
        (b"x", ["a person waves"], "not both"),
    ],
)
def test_mistakes_in_a_batch_give_one_sentence(tmp_path, capsys, content, more, message):
    if content is not None:
        (tmp_path / "prompts.txt").write_bytes(content)
    assert cli.main(["generate", *more, "--batch", str(tmp_path / "prompts.txt")]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and message in err


def test_an_interrupted_batch_goes_on_where_it_was(tmp_path):
    (tmp_path / "prompts.txt").write_text("a person waves\na person jumps\n")
    words = ["generate", "--batch", tmp_path / "prompts.txt", "--out", tmp_path / "m.bvh", "--out", tmp_path / "m.npz"]
    for name in ("m-01.bvh", "m-01.npz", "m-02.npz"):
        (tmp_path / name).touch()
    assert len(jobs(*words)) == 2
    assert [job.text for job in jobs(*words, "--skip-existing")] == ["a person jumps"]
    assert len(jobs(*words, "--skip-existing", "--variations", 2)) == 2
    (tmp_path / "m-02.bvh").touch()
    assert jobs(*words, "--skip-existing") == []
    assert cli.main([str(word) for word in [*words, "--skip-existing"]]) == 0


def test_a_prompt_that_is_no_text_gives_one_sentence(capsys):
    assert cli.main(["generate", "a person \udcff waves"]) == 2
    assert "not UTF-8" in capsys.readouterr().err


def test_pictures_of_a_folder_are_jobs_with_the_overlay_of_their_kind(tmp_path):
    for name in ("anna.jpg", "ben.PNG", "ben.mp4", "c.heic", ".hidden.jpg", "notes.txt"):
        (tmp_path / name).touch()
    found = jobs("pose", tmp_path, "--out", "p.npz", "--out", "p.png", "--out", "p.mp4")
    assert [[out.name for out in job.out] for job in found] == [
        ["p-anna.npz", "p-anna.png"],
        ["p-ben-PNG.npz", "p-ben-PNG.png"],
        ["p-ben-mp4.npz", "p-ben-mp4.mp4"],
        ["p-c.npz", "p-c.png"],
    ]
    (tmp_path / "empty").mkdir()
    with pytest.raises(cli.UserError, match="no photo and no video"):
        jobs("pose", tmp_path / "empty")


def test_a_folder_with_a_broken_photo_writes_the_others(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(cli, "_load", lambda preset: SeeingModel(people=1))
    photo_of_a_body(tmp_path / "a.png")
    (tmp_path / "b.jpg").write_bytes(b"no photo")
    out = tmp_path / "poses"
    out.mkdir()
    assert cli.main(["pose", str(tmp_path), "--out", str(out / "pose.npz"), "--json"]) == 2
    shown, error = capsys.readouterr()
    (line,) = map(json.loads, shown.splitlines())
    assert line["file"] == str(tmp_path / "a.png") and line["files"] == [str(out / "pose-a.npz")]
    assert "b.jpg" in error and error.count("\n") == 1 and len(Motion.load(out / "pose-a.npz")) == 1
    (tmp_path / "b.jpg").unlink()
    assert cli.main(["pose", str(tmp_path), "--out", str(out / "alone.npz")]) == 0  # a folder with a single photo
    assert (out / "alone-a.npz").is_file()


@pytest.mark.slow
def test_a_drawn_seed_is_told_and_repeats_the_motion(embedded, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(cli, "_load", lambda preset: embedded)
    arguments = ["generate", "a person waves", "--seconds", "0.4", "--json", "--out"]
    assert cli.main([*arguments, str(tmp_path / "a.bvh"), "--seed", "-1", "--fps", "60", "--names", "mixamo"]) == 0
    seed = json.loads(capsys.readouterr().out)["seed"]
    assert cli.main([*arguments, str(tmp_path / "b.bvh"), "--seed", str(seed), "--fps", "60", "--names", "mixamo"]) == 0
    first, second = ((tmp_path / name).read_text() for name in ("a.bvh", "b.bvh"))
    assert first == second and "ROOT mixamorig:Hips" in first and "Frames: 24" in first


def test_progress_is_shown_on_a_terminal_and_not_elsewhere(monkeypatch):
    events = [FrameEvent(1, 4), MotionEvent(3, 10, clause=1, clauses=2), ReplyEvent(Reply("done", "dialogue", {}))]
    for shown in (True, False):
        monkeypatch.setattr(sys, "stderr", io.StringIO())
        with progress.Progress(shown) as line:
            assert line.reply(iter(events), "2 of 3, ").text == "done"
        said = sys.stderr.getvalue()
        assert ("2 of 3, looking for people:  25%" in said) == shown
        assert ("2 of 3, generating (2 of 2):  30%" in said) == shown


def test_every_command_tells_its_limits():
    for name in ("generate", "pose", "chat", "describe"):
        assert LIMITS.splitlines()[1] in parser()._subparsers._group_actions[0].choices[name].format_help()


@pytest.mark.parametrize("shell", completion.SHELLS)
def test_completion_scripts_know_the_options(shell, capsys):
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--print-completion", shell])
    script = capsys.readouterr().out
    assert "--batch" in script and "describe" in script
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)

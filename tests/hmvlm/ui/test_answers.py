"""Answers as streams of updates."""

import json

import numpy as np
import pytest

from hmvlm.assistant import FrameEvent
from hmvlm.motion.clip import Motion
from hmvlm.render.scene import RenderError
from hmvlm.ui import exports, media, view
from hmvlm.ui.answers import _frame_progress
from hmvlm.ui.engine import Engine
from hmvlm.ui.session import Session, Turn
from tests.hmvlm.ui.page import REQUEST, SETTINGS, handlers, html_of, sent
from tests.moving import MovingModel
from tests.seeing import SeeingModel


def test_an_answer_streams_gate_motion_files_and_view(embedded):
    on, session = handlers(Engine(lambda: embedded)), Session([Turn("a person walks forward")])
    updates = [*on.answer(session, seconds=0.6, **SETTINGS), *on.pictures(session)]
    turn = session.turns[0]
    assert turn.status == "done", turn.error
    assert turn.task == "text_to_motion" and abs(sum(turn.gate.values()) - 1) < 1e-3
    assert {"npz", "bvh", "glb"} <= set(turn.media[0].files)
    assert np.allclose(Motion.load(turn.media[0].files["npz"]).joints(), turn.media[0].motion.joints(), atol=1e-3)
    assert any("Zero expert" in str(update.get("gate")) for update in updates)
    shown = json.loads(next(update["stage"] for update in reversed(updates) if "stage" in update))
    assert shown["shown"] == turn.media[0].key and shown["bodies"][0]["frames"] == len(turn.media[0].motion)


def test_a_set_cancel_event_stops_before_the_end(embedded):
    engine = Engine(lambda: embedded)
    on, session = handlers(engine), Session([Turn("a person walks forward")])
    for update in on.answer(session, seconds=8, **SETTINGS):
        if "gate" in update:
            engine.stop("tab")
    assert session.turns[0].status == "stopped"
    assert sum(len(clip.motion) for clip in session.turns[0].media) < 8 * 20


def test_stop_keeps_the_motion_so_far():
    engine = Engine(lambda: MovingModel())
    on, session = handlers(engine), Session([Turn("a person waves")])
    for update in on.answer(session, seconds=0, **SETTINGS):
        if session.turns[0].preview is not None:
            break  # the page ends the stream when stop is pressed
    assert json.loads(update["stage"])["live"]
    stopped = json.loads(on.stop(session, REQUEST)["stage"])
    assert not stopped["live"] and stopped["shown"] == session.turns[0].media[0].key
    assert session.turns[0].status == "stopped" and len(session.turns[0].media[0].motion) == 20


@pytest.mark.gl
def test_a_photo_becomes_an_overlay_files_a_gate_chart_and_a_view(photo):
    model = SeeingModel()
    session, updates = sent(model, "", photo)
    turn = session.turns[0]
    assert turn.status == "done", turn.error
    assert model.asked[0]["text"] == "" and turn.prompt == media.QUESTIONS["image"]
    assert model.asked[0]["picture"] == photo.resolve() and model.asked[0]["task"] == "pose_estimation"
    assert set(turn.media[0].files) == {"png", "npz", "bvh", "glb"}
    over, seen = (np.asarray(exports.Image.open(path)) for path in (turn.media[0].files["png"], photo))
    assert over.shape == seen.shape and (over != seen).any()
    assert any("Pose from a picture" in str(update.get("gate")) for update in updates)
    assert json.loads(next(update["stage"] for update in updates if "stage" in update))["front"]
    asked, answered = view.messages(session)
    assert "me &amp; you.png" in html_of(asked["content"]) and "<img" in html_of(asked["content"])
    card = html_of(answered["content"])
    assert "<img" in card and "640 × 480" in card and "seed" not in card and "Show person" not in card
    assert all(f">{label}</a>" in card for label in ("PNG", "NPZ", "BVH", "GLB"))


@pytest.mark.gl
def test_a_clip_becomes_an_overlay_video_with_progress(photo, monkeypatch):
    def draw(source, estimate, path, progress, cancel):
        progress(1, 2)
        path.write_bytes(b"video")
        return path

    monkeypatch.setattr("hmvlm.render.overlay.overlay_video", draw)
    monkeypatch.setattr("hmvlm.vision.image.media_kind", lambda path: "video")
    file = photo.rename(photo.with_suffix(".mp4"))
    model = SeeingModel(frames=12)
    session, updates = sent(model, "", file)
    turn = session.turns[0]
    assert turn.status == "done" and set(turn.media[0].files) == {"mp4", "npz", "bvh", "glb"}, turn.error
    assert model.asked[0]["picture"] == file and turn.prompt == media.QUESTIONS["video"]
    said = " ".join(html_of(view.answer(turn, session)) for turn in session.turns)
    assert "<video" in said and "0.5 s" in said


def test_frames_show_as_progress():
    assert _frame_progress(FrameEvent(3, 12)) == ("Looking at frame 3 of 12", 0.25)
    assert _frame_progress(FrameEvent(3, None)) == ("Looking at the clip · frame 3", None)
    assert _frame_progress(FrameEvent(1, 1)) == ("Looking at the picture", None)


@pytest.mark.gl
def test_nobody_in_the_picture(photo):
    session, _ = sent(SeeingModel(people=0), "", photo)
    assert session.turns[0].status == "done" and not session.turns[0].media
    assert "No person" in html_of(view.messages(session)[-1]["content"])


@pytest.mark.gl
@pytest.mark.parametrize("name", ["notes.mp4", "empty.jpg", "notes.txt", "broken.npz", "broken.bvh"])
def test_a_bad_file_is_told_in_the_chat_and_the_next_message_works(name, photo):
    bad = exports.new_folder() / name
    bad.write_bytes(b"" if name.startswith("empty") else b"just some words")
    session, updates = sent(SeeingModel(), "What is this?", bad)
    turn = session.turns[0]
    assert turn.status == "failed" and turn.error and "\n" not in turn.error
    assert "went wrong" not in turn.error and str(bad.parent) not in turn.error
    assert turn.prompt == "What is this?" and [one for one in updates if "box" in one][-1]["box"]["stop_btn"] is False
    sent(SeeingModel(), "", photo, session)
    assert session.turns[1].status == "done" and len(view.messages(session)) == 4


@pytest.mark.gl
def test_a_photo_that_is_gone_is_told(photo):
    model = SeeingModel(people=2)
    session, _ = sent(model, "", photo)
    photo.unlink()
    sent(model, "person 2", session=session)
    assert session.turns[1].status == "failed" and "attach it again" in session.turns[1].error


@pytest.mark.gl
def test_without_opengl_the_answer_says_so_and_keeps_the_view(photo, monkeypatch):
    def refuse(*_):
        raise RenderError("pictures need OpenGL; install libegl1")

    monkeypatch.setattr("hmvlm.render.overlay.overlay_image", refuse)
    session, updates = sent(SeeingModel(), "", photo)
    assert session.turns[0].status == "done" and any("stage" in update for update in updates)
    card = html_of(view.answer(session.turns[0], session))
    assert "install libegl1 The 3-D view" in card.replace(".", "") and ">GLB</a>" in card and "<img" not in card


@pytest.mark.gl
def test_stop_while_frames_are_read(photo, monkeypatch):
    monkeypatch.setattr("hmvlm.vision.image.media_kind", lambda path: "video")
    engine = Engine(lambda: SeeingModel(frames=500))
    on, session = handlers(engine), Session()
    on.open_turn({"text": "", "files": [str(photo.rename(photo.with_suffix(".webm")))]}, session)
    for update in on.answer(session, seconds=0, **SETTINGS):
        if "gate" in update:
            engine.stop("tab")
    assert session.turns[0].status == "stopped" and "mp4" not in session.turns[0].media[0].files

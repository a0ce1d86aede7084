"""The page without a browser: sessions, panels, handlers, endpoints."""

import platform
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import numpy as np
import pytest

from hmvlm.motion.clip import Motion
from hmvlm.paths import EXAMPLE_PHOTO
from hmvlm.ui import exports, media, panels, view
from hmvlm.ui.engine import Engine
from hmvlm.ui.events import Handlers
from hmvlm.ui.layout import _example, build
from hmvlm.ui.session import MAX_PROMPT, Clip, Session, Turn, check_prompt, escape, slug
from hmvlm.ui.theme import theme
from tests.seeing import SeeingModel, photo_of_a_body

COMPONENTS = ("session", "box", "gate", "means", "picker", "viewer", "seed")
REQUEST = SimpleNamespace(session_hash="tab")
SETTINGS = dict(temperature=0, seed=3, new_seed=False, variations=1, request=REQUEST)


@pytest.fixture(scope="module")
def broken():
    """An engine whose model cannot be loaded."""

    def load():
        raise OSError("the disk is full; free 200 MB")

    return Engine(load)


@pytest.fixture
def still():
    return Motion(np.zeros((8, 24, 3)), np.zeros((8, 3)))


class Chat(str):
    """Names the chat in updates and keeps track of files, as the component does."""

    temp_files: set[str] = set()


def handlers(engine: Engine) -> Handlers:
    parts = SimpleNamespace(**{name: name for name in COMPONENTS}, chat=Chat("chat"))
    return Handlers(engine, parts)


def test_session_history_holds_finished_turns_only():
    session = Session([Turn("hi", text="hello", status="done"), Turn("jump", text="", status="stopped"), Turn("and?")])
    assert session.history() == [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]
    assert session.current is session.turns[-1]
    session.turns[-1].finish("stopped")
    session.turns[-1].finish("done")
    assert session.turns[-1].status == "stopped" and session.current is None


def test_motion_turns_stay_out_of_the_talk():
    turn = Turn("a person jumps", status="done", text="2.0 s of motion.", task="text_to_motion")
    assert Session(turns=[turn]).history() == []


def test_clips_have_stable_keys(still):
    first, last = Turn("a", clips=[Clip(still, "a"), Clip(still, "a")]), Turn("c", clips=[Clip(still, "c")])
    session = Session([first, Turn("b"), last])
    assert [key for key, _ in session.clips()] == ["1.1", "1.2", "3.1"]
    assert session.clip("3.1").title == "c" and session.clip("9.9") is None and session.clip(None) is None


def test_prompts_are_checked():
    assert check_prompt("a person jumps") is None
    assert "Type what" in check_prompt("  ")
    assert "1,501 characters" in check_prompt("x" * (MAX_PROMPT + 1))


def test_text_from_outside_is_escaped():
    assert escape("<b>*x*</b> & `y`") == "&lt;b&gt;\\*x\\*&lt;/b&gt; &amp; \\`y\\`"
    assert slug("A person waves!") == "a-person-waves" and slug("！") == "motion"
    bad = "<script>alert(1)</script>"
    for html in (panels.gate_panel({bad: 1.0}, bad), panels.error_note(bad), panels.progress_bar(bad, None),
                 panels.means_panel({bad: {"zero": 1.0}}, {bad: 1}), panels.status_pill(False, bad, 0)):  # fmt: skip
        assert "<script>" not in html


def test_gate_panel_shows_every_expert_and_says_what_it_means():
    html = panels.gate_panel({"zero": 0.21, "expert_1": 0.79}, "text_to_motion")
    assert "Zero expert" in html and "width:79.00%" in html and "Text to motion" in html and "79.0 %" in html
    assert "untouched language model answered" in panels.explain(0.93, "dialogue")
    assert "added 7.0 %" in panels.explain(0.93, "text_to_motion")
    assert [panels.percent(value) for value in (0, 0.0005, 0.5, 0.9999, 1)] == [
        "0.0 %",
        "< 0.1 %",
        "50.0 %",
        "> 99.9 %",
        "100.0 %",
    ]


def test_a_card_without_a_video_says_why_and_offers_the_rest(still, tmp_path):
    clip = Clip(still, "a wave", 7, {"npz": tmp_path / "a b.npz"}, "Install libegl1.")
    card = panels.clip_card(clip)
    assert "Install libegl1." in card and "<video" not in card and "seed 7" in card and "a%20b.npz" in card


def test_every_turn_shows_two_messages():
    session = Session([Turn("hi", text="hello", status="done"), Turn("x", status="stopped"), Turn("y")])
    assert [message["role"] for message in view.messages(session)] == ["user", "assistant"] * 3


def test_the_page_builds_with_its_named_endpoints_and_no_outside_fonts(broken):
    page = build(broken)
    assert set(page.get_api_info()["named_endpoints"]) == {"/generate", "/chat", "/pose", "/describe"}
    assert not page.analytics_enabled
    assert theme()._stylesheets == []


def test_a_model_that_does_not_load_is_reported_in_words(broken):
    with pytest.raises(RuntimeError, match="free 200 MB"):
        broken.model()
    on, session = handlers(broken), Session([Turn("jump")])
    list(on.answer(session, seconds=0, **SETTINGS))
    assert session.turns[0].status == "failed" and "free 200 MB" in session.turns[0].error
    pill, timer = on.status()
    assert "free 200 MB" in pill and not timer.active


def test_empty_long_and_second_messages_open_no_turn(broken):
    on, session = handlers(broken), Session()
    for text in (" ", "x" * 2000):
        with pytest.warns(UserWarning):
            on.open_turn({"text": text, "files": []}, session)
    assert session.turns == []
    on.open_turn({"text": "jump", "files": []}, session)
    on.open_turn({"text": "again", "files": []}, session)
    assert [turn.prompt for turn in session.turns] == ["jump"]


def test_stop_retry_undo_and_clear(broken):
    on, session = handlers(broken), Session([Turn("one", text="1", status="done"), Turn("two")])
    cancel = broken.begin("tab")
    on.stop(session, REQUEST)
    assert cancel.is_set() and session.turns[1].status == "stopped"
    on.retry(gr.RetryData(None, {"index": 2, "value": ""}), session, REQUEST)
    assert [turn.prompt for turn in session.turns] == ["one", "two"] and session.current
    update = on.undo(gr.UndoData(None, {"index": 2, "value": ""}), session, REQUEST)
    assert [turn.prompt for turn in session.turns] == ["one"] and update["box"]["value"]["text"] == "two"
    on.clear(session, REQUEST)
    assert session.turns == []


def test_files_of_a_clip(still):
    clip, folder = Clip(still, "A person stands!"), exports.new_folder()
    exports.write_data_files(clip, folder)
    shares = list(exports.write_video(clip, folder, threading.Event()))
    assert shares and all(0 <= share <= 1 for share in shares)
    assert {"a-person-stands.npz", "a-person-stands.bvh", "a-person-stands.glb"} <= {
        path.name for path in clip.files.values()
    }
    assert "mp4" in clip.files or clip.note


def test_an_answer_streams_gate_motion_files_and_view(embedded):
    on, session = handlers(Engine(lambda: embedded)), Session([Turn("a person walks forward")])
    updates = list(on.answer(session, seconds=0.6, **SETTINGS))
    turn = session.turns[0]
    assert turn.status == "done", turn.error
    assert turn.task == "text_to_motion" and abs(sum(turn.gate.values()) - 1) < 1e-3
    assert {"npz", "bvh", "glb"} <= set(turn.clips[0].files)
    assert np.allclose(Motion.load(turn.clips[0].files["npz"]).joints(), turn.clips[0].motion.joints(), atol=1e-3)
    assert any("Zero expert" in str(update.get("gate")) for update in updates)
    assert any("glb" in str(update.get("viewer")) for update in updates)


def test_a_set_cancel_event_stops_before_the_end(embedded):
    engine = Engine(lambda: embedded)
    on, session = handlers(engine), Session([Turn("a person walks forward")])
    for update in on.answer(session, seconds=8, **SETTINGS):
        if "gate" in update:
            engine.stop("tab")
    assert session.turns[0].status == "stopped"
    assert sum(len(clip.motion) for clip in session.turns[0].clips) < 8 * 20


def test_stopping_the_rendering_leaves_the_3d_view(embedded):
    engine = Engine(lambda: embedded)
    on, session = handlers(engine), Session([Turn("a person walks forward")])
    for update in on.answer(session, seconds=1, **SETTINGS):
        if session.turns[0].clips and session.turns[0].clips[0].files:
            break  # the page ends the stream when stop is pressed
    assert "viewer" not in update
    assert str(on.stop(session, REQUEST)["viewer"]["value"]).endswith(".glb")
    assert session.turns[0].status == "stopped" and "viewer" not in on.stop(session, REQUEST)


@pytest.fixture
def photo():
    """A picture of a body where uploads are kept."""
    return photo_of_a_body(exports.new_folder() / "me & you.png")


def sent(model: SeeingModel, text: str, file=None, session: Session | None = None) -> tuple[Session, list[dict]]:
    """Send one message with a file to the page over a stand-in assistant."""
    on, session = handlers(Engine(lambda: model)), session or Session()
    on.open_turn({"text": text, "files": [str(file)] if file else []}, session)
    return session, list(on.answer(session, seconds=0, **SETTINGS))


def html_of(content) -> str:
    return " ".join(part if isinstance(part, str) else part.value for part in content)


def test_a_photo_becomes_an_overlay_files_a_gate_chart_and_a_view(photo):
    model = SeeingModel()
    session, updates = sent(model, "", photo)
    turn = session.turns[0]
    assert turn.status == "done", turn.error
    assert model.asked[0]["text"] == "" and turn.prompt == media.QUESTIONS["image"]
    assert model.asked[0]["picture"] == photo.resolve() and model.asked[0]["task"] == "pose_estimation"
    assert set(turn.clips[0].files) == {"png", "npz", "bvh", "glb"}
    over, seen = (np.asarray(exports.Image.open(path)) for path in (turn.clips[0].files["png"], photo))
    assert over.shape == seen.shape and (over != seen).any()
    assert any("Pose from a picture" in str(update.get("gate")) for update in updates)
    view_of = next(update["viewer"] for update in updates if "viewer" in update)
    assert view_of["value"].endswith(".glb") and view_of["camera_position"][0] == 90
    asked, answered = view.messages(session)
    assert "me &amp; you.png" in html_of(asked["content"]) and "<img" in html_of(asked["content"])
    card = html_of(answered["content"])
    assert "<img" in card and "640 × 480" in card and "seed" not in card and answered["options"] == []
    assert all(f">{label}</a>" in card for label in ("PNG", "NPZ", "BVH", "GLB"))


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
    assert turn.status == "done" and set(turn.clips[0].files) == {"mp4", "npz", "bvh", "glb"}, turn.error
    assert model.asked[0]["picture"] == file and turn.prompt == media.QUESTIONS["video"]
    said = " ".join(html_of(view.answer(turn)) for turn in session.turns)
    assert "<video" in said and "0.5 s" in said


def test_frames_show_as_progress():
    from hmvlm.ui.answers import _frame_progress

    assert _frame_progress(3, 12) == ("Looking at frame 3 of 12", 0.25)
    assert _frame_progress(3, None) == ("Looking at the clip · frame 3", None)
    assert _frame_progress(1, 1) == ("Looking at the picture", None)


def test_one_of_several_people_is_chosen_by_button_or_in_words(photo):
    model = SeeingModel(people=3)
    session, _ = sent(model, "What is she doing?", photo)
    first = view.messages(session)[-1]
    assert [choice["value"] for choice in first["options"]] == ["2", "3"]
    assert "task" not in model.asked[0] and model.asked[0]["person"] is None

    on = handlers(Engine(lambda: model))
    for forged in ("1", "9", "../3", None):
        on.choose(gr.SelectData(None, {"index": 0, "value": forged}), session)
    assert len(session.turns) == 1
    on.choose(gr.SelectData(None, {"index": 1, "value": "3"}), session)
    list(on.answer(session, seconds=0, **SETTINGS))
    assert model.asked[1]["person"] == 3 and model.asked[1]["picture"] == photo.resolve()
    assert model.asked[1]["text"] == "" and model.asked[1]["task"] == "pose_estimation"
    last = view.messages(session)[-1]
    assert session.turns[1].clips[0].title == "me & you person 3"
    assert [choice["value"] for choice in last["options"]] == ["1", "2"]

    sent(model, "person 2", session=session)
    sent(model, "Is person #2 sitting?", photo, session)
    assert [asked["person"] for asked in model.asked[2:]] == [2, 2]
    assert model.asked[3]["text"] == "Is person #2 sitting?"
    on.retry(gr.RetryData(None, {"index": 4, "value": ""}), session, REQUEST)
    assert session.current.person == 2


def test_a_question_without_a_file_is_about_the_motion_before_it(photo):
    model = SeeingModel()
    session, _ = sent(model, "And which leg?")
    assert model.asked[0]["earlier"] is None and session.turns[0].task == "dialogue"
    sent(model, "", photo, session)
    sent(model, "Which hand is up?", session=session)
    assert "earlier" not in model.asked[1] and model.asked[2]["earlier"] is session.turns[1].clips[0].motion
    assert session.turns[2].task == "video_understanding"


def test_an_earlier_motion_whose_file_is_gone_does_not_stand_in_the_way():
    gone = Turn("x", attachment=Path("gone.npz"), status="done")
    assert media.shown_before(Session([gone]), Turn("What is the capital of France?")) is None


def test_words_about_a_person_without_a_photo_are_just_words():
    assert media.turn_of("person 2", None, Session()).attachment is None
    done = Turn("x", status="done")
    assert media.turn_of("person 2 jumps", None, Session([done])).person is None


def test_nobody_in_the_picture(photo):
    session, _ = sent(SeeingModel(people=0), "", photo)
    assert session.turns[0].status == "done" and not session.turns[0].clips
    assert "No person" in html_of(view.messages(session)[-1]["content"])


@pytest.mark.parametrize("name", ["notes.mp4", "empty.jpg", "notes.txt", "broken.npz", "broken.bvh"])
def test_a_bad_file_is_told_in_the_chat_and_the_next_message_works(name, photo):
    bad = exports.new_folder() / name
    bad.write_bytes(b"" if name.startswith("empty") else b"just some words")
    session, updates = sent(SeeingModel(), "What is this?", bad)
    turn = session.turns[0]
    assert turn.status == "failed" and turn.error and "\n" not in turn.error
    assert "went wrong" not in turn.error and str(bad.parent) not in turn.error
    assert turn.prompt == "What is this?" and updates[-1]["box"]["submit_btn"]
    sent(SeeingModel(), "", photo, session)
    assert session.turns[1].status == "done" and len(view.messages(session)) == 4


def test_only_stored_files_are_opened(broken, photo, tmp_path):
    on, session = handlers(broken), Session()
    outside = tmp_path / "secret.png"
    outside.write_bytes(photo.read_bytes())
    link = photo.with_name("link.png")
    link.symlink_to(outside)
    inside = photo.parent
    for path in (
        outside,
        "/etc/passwd",
        link,
        inside / ".." / ".." / ".." / "etc" / "passwd",
        inside,
        inside / "no.png",
    ):
        with pytest.warns(UserWarning, match="attach it again"):
            on.open_turn({"text": "", "files": [str(path)]}, session)
    with pytest.warns(UserWarning, match="one at a time"):
        on.open_turn({"text": "", "files": [str(photo)] * 2}, session)
    assert session.turns == []
    with pytest.raises(ValueError, match="attach it again"):
        media.options_for(Turn("x", outside))


def test_the_example_photo_is_a_copy_among_the_uploads():
    clicked = gr.SelectData(None, {"index": 2, "value": {"text": media.QUESTIONS["image"], "files": ["/etc/passwd"]}})
    (file,) = _example(clicked)["files"]
    assert media.stored(file).read_bytes() == EXAMPLE_PHOTO.read_bytes()
    assert _example(gr.SelectData(None, {"index": 0, "value": {"text": "jump", "files": ["x"]}}))["files"] == []


def test_a_photo_that_is_gone_is_told(photo):
    model = SeeingModel(people=2)
    session, _ = sent(model, "", photo)
    photo.unlink()
    sent(model, "person 2", session=session)
    assert session.turns[1].status == "failed" and "attach it again" in session.turns[1].error


def test_undo_puts_the_file_back(broken, photo):
    on, session = handlers(broken), Session([Turn("who?", photo, status="done")])
    update = on.undo(gr.UndoData(None, {"index": 0, "value": ""}), session, REQUEST)
    assert update["box"]["value"] == {"text": "who?", "files": [str(photo)]}


def test_without_opengl_the_answer_says_so_and_keeps_the_view(photo, monkeypatch):
    def refuse(*_):
        raise exports.RenderError("pictures need OpenGL; install libegl1")

    monkeypatch.setattr("hmvlm.render.overlay.overlay_image", refuse)
    session, updates = sent(SeeingModel(), "", photo)
    assert session.turns[0].status == "done" and any("viewer" in update for update in updates)
    card = html_of(view.answer(session.turns[0]))
    assert "install libegl1 The 3-D view" in card.replace(".", "") and ">GLB</a>" in card and "<img" not in card


def test_stop_while_frames_are_read(photo, monkeypatch):
    monkeypatch.setattr("hmvlm.vision.image.media_kind", lambda path: "video")
    engine = Engine(lambda: SeeingModel(frames=500))
    on, session = handlers(engine), Session()
    on.open_turn({"text": "", "files": [str(photo.rename(photo.with_suffix(".webm")))]}, session)
    for update in on.answer(session, seconds=0, **SETTINGS):
        if "gate" in update:
            engine.stop("tab")
    assert session.turns[0].status == "stopped" and "mp4" not in session.turns[0].clips[0].files


def test_people_are_found_in_words():
    texts = {
        "person 2": 2,
        "Person #12?": 12,
        "show person no. 3 please": 3,
        "a person 20 years old": 20,
        "persons": None,
    }
    assert {text: media.person_in(text) for text in texts} == texts
    turn = Turn("x", people=30, status="done")
    assert len(media.choices(turn)) == media.MAX_CHOICES and media.choices(Turn("x", people=3)) == []


def test_all_threads_get_one_heap_where_the_c_library_is_glibc():
    script = "from hmvlm.ui.engine import use_one_heap; print(use_one_heap())"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip()
    assert said == str(platform.libc_ver()[0] == "glibc")

"""The page without a browser: sessions, panels, handlers, endpoints."""

import threading
from types import SimpleNamespace

import gradio as gr
import numpy as np
import pytest

from hmvlm.motion.clip import Motion
from hmvlm.ui import exports, panels, view
from hmvlm.ui.engine import Engine
from hmvlm.ui.events import Handlers
from hmvlm.ui.layout import build
from hmvlm.ui.session import MAX_PROMPT, Clip, Session, Turn, check_prompt, escape, slug
from hmvlm.ui.theme import theme

COMPONENTS = ("session", "box", "gate", "means", "picker", "viewer", "seed")
REQUEST = SimpleNamespace(session_hash="tab")
SETTINGS = dict(temperature=0, seed=3, new_seed=False, variations=1, request=REQUEST)


@pytest.fixture(scope="module")
def broken():
    """An engine whose model cannot be loaded."""

    def load():
        raise OSError("the disk is full; free 200 MB")

    return Engine(load)


@pytest.fixture()
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
    assert "untouched language model answered" in panels.explain(0.999)
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
    assert set(page.get_api_info()["named_endpoints"]) == {"/generate", "/chat", "/describe"}
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

"""Handlers of the page's buttons and uploads."""

import json

import gradio as gr
import numpy as np
import pytest

from hmvlm.ui import media, view
from hmvlm.ui.engine import Engine
from hmvlm.ui.session import Session, Turn, escape, unescape
from tests import motions
from tests.hmvlm.ui.page import REQUEST, SETTINGS, click, handlers, html_of, sent
from tests.moving import MovingModel
from tests.seeing import SeeingModel


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
    cleared = on.clear(session, REQUEST)["session"]
    assert cleared.turns == [] and cleared is not session


def test_what_is_still_made_for_a_chat_that_was_left_is_not_shown():
    engine = Engine(lambda: MovingModel())
    on, session = handlers(engine), Session([Turn("a person waves")])
    updates = on.answer(session, seconds=0, **SETTINGS)
    assert "chat" in next(updates)
    on.clear(session, REQUEST)
    assert not any("chat" in update or "session" in update for update in [*updates, *on.pictures(session)])


@pytest.mark.gl
def test_one_of_several_people_is_chosen_by_button_or_in_words(photo):
    model = SeeingModel(people=3)
    session, _ = sent(model, "What is she doing?", photo)
    first = html_of(view.messages(session)[-1]["content"])
    assert "Show person 2" in first and "Show person 3" in first and "Show person 1" not in first
    assert "task" not in model.asked[0] and model.asked[0]["person"] is None

    on = handlers(Engine(lambda: model))
    key = session.turns[0].media[0].key
    for forged in (click(key, "1"), click(key, "9"), click(key, "../3"), click("x", "2"), gr.EventData(None, None)):
        on.person(forged, session)
    assert len(session.turns) == 1
    on.person(click(key, "3"), session)
    list(on.answer(session, seconds=0, **SETTINGS))
    assert model.asked[1]["person"] == 3 and model.asked[1]["picture"] == photo.resolve()
    assert model.asked[1]["text"] == "" and model.asked[1]["task"] == "pose_estimation"
    last = html_of(view.messages(session)[-1]["content"])
    assert session.turns[1].media[0].title == "me & you person 3"
    assert "Show person 1" in last and "Show person 3" not in last
    bodies = json.loads(view.on_stage(session))["bodies"]
    assert [body["title"] for body in bodies] == ["me & you", "me & you person 3"]

    sent(model, "person 2", session=session)
    sent(model, "Is person #2 sitting?", photo, session)
    assert [asked["person"] for asked in model.asked[2:]] == [2, 2]
    assert model.asked[3]["text"] == "Is person #2 sitting?"
    on.retry(gr.RetryData(None, {"index": 4, "value": ""}), session, REQUEST)
    assert session.current.person == 2


@pytest.mark.gl
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
    with pytest.warns(UserWarning, match="at most 8"):
        on.open_turn({"text": "", "files": [str(photo)] * 9}, session)
    assert session.turns == []
    with pytest.raises(ValueError, match="attach it again"):
        media.options_for(Turn("x", outside))


def test_an_edited_message_keeps_its_file_and_drops_what_came_after(broken, tmp_path):
    on, photo = handlers(broken), tmp_path / "a.png"
    session = Session([Turn("person 2", photo, 2, status="done"), Turn("b", status="done")])
    for value in ("What *is* a < b?", [{"type": "file"}], " "):
        data = gr.EditData(None, {"index": 0, "value": value, "previous_value": "x"})
        if value == " ":
            with pytest.warns(UserWarning, match="Type what"):
                on.edit(data, session, REQUEST)
        else:
            on.edit(data, session, REQUEST)
    (turn,) = session.turns
    assert (turn.prompt, turn.attachment, turn.person) == ("What *is* a < b?", photo, 2)


def test_escaping_is_undone():
    for text in ("a *b* & <c> `d` [e] | $5 ~ #1_2", "two\nlines", "plain", r"back\slash"):
        assert unescape(escape(text)) == text


def test_a_rate_alone_answers_for_the_file_that_has_none(photo):
    joints = photo.with_name("joints.npy")
    np.save(joints, motions.walk(2).joints()[:, :22])
    first = Turn("What is this?", joints, status="running")
    with pytest.raises(ValueError, match="joints.npy has no frame rate"):
        media.options_for(first)
    first.finish("failed", "no rate")
    again = media.turn_from_message("30 fps", None, Session([first]))
    assert (again.attachment, media.asked(again)) == (joints, "What is this?")
    motion = media.options_for(again)["motion"]
    assert motion.fps == 30 and "SMPL's order" in motion.note
    assert media.turn_from_message("30 fps", None, Session()).attachment is None


@pytest.mark.gl
def test_undo_puts_the_file_back(broken, photo):
    on, session = handlers(broken), Session([Turn("who?", photo, status="done")])
    update = on.undo(gr.UndoData(None, {"index": 0, "value": ""}), session, REQUEST)
    assert update["box"]["value"] == {"text": "who?", "files": [str(photo)]}

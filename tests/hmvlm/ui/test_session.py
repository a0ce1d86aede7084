"""Turns of a session and what is kept of them."""

from hmvlm.ui.session import MAX_PROMPT, Media, Session, Turn, check_prompt


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


def test_the_stage_has_the_chosen_motion_or_the_newest(still):
    first, last = Turn("a", media=[Media(still, "a"), Media(still, "a")]), Turn("c", media=[Media(still, "c")])
    session = Session([first, Turn("b"), last])
    assert len({item.key for item in session.media()}) == 3 and session.find("x") is session.find(None) is None
    assert session.on_stage is last.media[0] and session.turn_of(first.media[1]) is first
    session.shown = first.media[1].key
    assert session.on_stage is first.media[1]
    del session.turns[0]
    assert session.on_stage is last.media[0] and Session().on_stage is None


def test_a_turn_is_answered_once():
    session = Session([Turn("a")])
    assert session.begin() is session.turns[0] and session.begin() is None


def test_prompts_are_checked():
    assert check_prompt("a person jumps") is None
    assert "Type what" in check_prompt("  ")
    assert "1,501 characters" in check_prompt("x" * (MAX_PROMPT + 1))

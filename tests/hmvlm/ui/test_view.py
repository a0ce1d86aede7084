"""Messages of the chat."""

from hmvlm.ui import view
from hmvlm.ui.session import Session, Turn


def test_every_turn_shows_two_messages():
    session = Session([Turn("hi", text="hello", status="done"), Turn("x", status="stopped"), Turn("y")])
    assert [message["role"] for message in view.messages(session)] == ["user", "assistant"] * 3

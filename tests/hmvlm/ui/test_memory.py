"""Chats that a browser finds again."""

from types import SimpleNamespace

from hmvlm.ui import memory
from hmvlm.ui.chat_list import ChatList
from hmvlm.ui.session import Session, Turn
from tests.hmvlm.ui.page import REQUEST, Chat, click

NAMES = ("session", "box", "gate", "stage", "memory", "chats")


def chat_list(broken, seconds: float = 60.0) -> ChatList:
    return ChatList(broken, SimpleNamespace(**{name: name for name in NAMES}, chat=Chat("chat")), seconds)


def test_the_last_chat_is_there_after_a_reload(broken):
    on, session = chat_list(broken), Session([Turn("<b>jump</b>")])
    kept = on.remember(session, None)
    assert "&lt;b&gt;jump" in kept["chats"] and "<b>" not in kept["chats"]
    again = on.restore(Session(), kept["memory"])
    assert again["session"] is session and session.turns[0].status == "stopped"
    for forged in (None, [], {"chats": "x"}, {"chats": [1, "nobody's"]}):
        assert on.restore(Session(), forged)["session"].turns == []
    quick = Session([Turn("hop")])
    assert "session" not in on.restore(quick, kept["memory"]) and quick.key not in ("", session.key)


def test_chats_are_opened_deleted_and_brought_back(broken):
    on = chat_list(broken)
    one, two = Session([Turn("one", status="done")]), Session([Turn("two", status="done")])
    kept = on.remember(two, on.remember(one, None)["memory"])["memory"]
    assert kept["chats"] == [two.key, one.key]
    assert on.act(click(one.key, "open"), two, kept, REQUEST)["session"] is one
    gone = on.act(click(two.key, "delete"), two, kept, REQUEST)
    assert gone["memory"]["chats"] == [one.key] and gone["session"].turns == [] and "Undo" in gone["chats"]
    back = on.act(click(two.key, "undo"), gone["session"], gone["memory"], REQUEST)
    assert back["session"] is two and back["memory"]["chats"] == [two.key, one.key]
    stranger = on.act(click(two.key, "open"), one, {"chats": [one.key]}, REQUEST)
    assert "session" not in stranger


def test_chats_are_forgotten_after_their_time_and_when_there_are_too_many(monkeypatch):
    chats, session = memory.Chats(-1.0), Session([Turn("x")])
    chats.keep(session)
    assert chats.find(session.key) is None
    monkeypatch.setattr(memory, "MOST_CHATS", 2)
    chats, sessions = memory.Chats(60.0), [Session([Turn("x")]) for _ in range(3)]
    for one in sessions:
        chats.keep(one)
    assert len({one.key for one in sessions}) == 3
    assert [chats.find(one.key) for one in sessions] == [None, *sessions[1:]]

"""Attached photos and clips, and which person or motion a message is about."""

import pytest

from hmvlm.ui import media
from hmvlm.ui.session import Media, Session, Turn
from tests.hmvlm.ui.page import sent
from tests.seeing import SeeingModel


@pytest.mark.gl
def test_a_question_without_a_file_is_about_the_motion_before_it(photo):
    model = SeeingModel()
    session, _ = sent(model, "And which leg?")
    assert model.asked[0]["earlier"] is None and session.turns[0].task == "dialogue"
    sent(model, "", photo, session)
    sent(model, "Which hand is up?", session=session)
    assert "earlier" not in model.asked[1] and model.asked[2]["earlier"] is session.turns[1].media[0].motion
    session.turns[2].media.append(Media(model.asked[2]["earlier"].mirrored(), "other"))
    assert media.spoken_of(session, Turn("?")) is session.turns[1].media[0].motion  # what is shown, not the newest
    assert session.turns[2].task == "video_understanding"


def test_words_about_a_person_without_a_photo_are_just_words():
    assert media.turn_from_message("person 2", None, Session()).attachment is None
    done = Turn("x", status="done")
    assert media.turn_from_message("person 2 jumps", None, Session([done])).person is None


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
    assert len(media.others(turn)) == media.MAX_CHOICES and media.others(Turn("x", people=3, person=2)) == [1, 3]

"""What exemplars are looked up with."""

import pytest

from hmvlm.tasks.lookups import bent_gait, fitting, lookups, main_clause, plain, tells_action, unusual_gait


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The emaciated woman sat on the floor", "a person sat on the floor"),
        ("The sim stands up", "a person stands up"),
        ("A strong athlete is lifting weights", "a person is lifting weights"),
        ("a person slowly waves", None),
        ("an old man slowly walks", None),
        ("clap your hands", None),
        ("walking in a circle", None),
        ("a zombie staggers along", None),
    ],
)
def test_an_unusual_subject_becomes_a_person_unless_it_tells_a_manner(text, said):
    assert plain(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A person walks forward while bowing their back as if carrying a load", "A person walks forward"),
        ("a farmer hoeing the field, wiping his forehead", "a farmer hoeing the field"),
        ("while walking he waves", None),
        ("after a rest, he performs seven steps forward", "he performs seven steps forward"),
        ("a person waves", None),
    ],
)
def test_the_main_clause_stands_before_the_subordinate_one(text, said):
    assert main_clause(text) == said


def test_captions_of_more_actions_or_of_travel_do_not_fit_a_single_action_on_the_spot():
    fits = fitting("a person waves")
    assert fits("somebody waves with the left hand")
    assert not fits("somebody waves and then sits down") and not fits("a person walks while waving")
    assert fitting("a person walks and waves")("a person walks while waving")
    assert fitting("a zombie drags its feet forward")("she walks like a zombie")


@pytest.mark.parametrize("text", ["tie your shoes", "Pick up a pen", "The waiter carries a tray", "she sits down"])
def test_commands_and_tales_tell_an_action(text):
    assert tells_action(text)


@pytest.mark.parametrize("text", ["can you jump?", "jump", "who kicks the ball", "I walk a lot", "give me a push"])
def test_questions_single_words_and_what_is_said_of_oneself_do_not(text):
    assert not tells_action(text)


def test_going_away_is_looked_up_as_going_forward_as_well():
    assert lookups("a person walks away") == ["a person walks away", "a person walks forward"]
    assert lookups("a person waves") == ["a person waves"]


def test_a_path_is_looked_up_in_plain_words():
    assert lookups("a man weaves left and right while walking")[-1] == "a person walks in a zigzag"
    assert lookups("somebody runs in the shape of an 8")[-1] == "a person runs in a figure eight"


def test_stairs_are_looked_up_with_a_walk_and_manners_are_no_part_of_the_main_clause():
    for said, way in (("jogs down a flight of stairs", "down"), ("goes up the steps", "up"), ("up some stairs", "up")):
        assert f"a person walks {way} the stairs" in lookups(said)
    assert not any("stairs" in one for one in lookups("walks up the hill"))
    assert main_clause("a person walks quickly in a very feminine way") == "a person walks quickly"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a person walks backwards in a square", "a person walks backwards"),
        ("someone slowly crawling in a circle", "a person crawls slowly"),
        ("a person hops in a circle", "a person hops"),
        ("a person walks in a circle", None),
        ("a person crawls", None),
    ],
)
def test_a_gait_that_captions_do_not_tell_along_a_path_is_looked_up_alone(text, told):
    assert unusual_gait(text) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("A man slowly moves forward while squatting.", "a person walks low in a crouch slowly"),
        ("a person walks forward while bowing their back", "a person walks hunched over"),
        ("a person squats", None),
        ("a person walks forward", None),
    ],
)
def test_how_knees_or_trunk_are_bent_on_the_way(text, told):
    assert bent_gait(text) == told


def test_arms_that_are_held_up_are_raised():
    assert "a person raises both arms up" in lookups("a man holds both hands over his head")
    assert "a person raises both arms up" not in lookups("a man holds a cup in his hands")

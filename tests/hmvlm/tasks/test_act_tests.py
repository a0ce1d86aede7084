"""Which motions show an action: motions of known kind against words for and beside it."""

import pytest

from hmvlm.motion.facts import facts
from hmvlm.tasks.checks import checks
from hmvlm.tasks.plan import Clause
from tests import motions

MOTIONS = {
    "still": motions.still(),
    "walk": motions.walk(),
    "left hand": motions.raise_hand("left"),
    "wave": motions.raise_hand("right", wave=True),
    "squat": motions.squat(),
    "bow": motions.bow(),
    "jump": motions.jump(),
}


@pytest.fixture(scope="module")
def measured():
    return {name: facts(motion) for name, motion in MOTIONS.items()}


@pytest.mark.parametrize(
    ("text", "shows", "lacks"),
    [
        ("a person limps along", "walk", "still"),
        ("someone stirs a pot", "wave", "still"),
        ("he swings a golf club", "wave", "still"),
        ("she bends down", "bow", "still"),
        ("pick something up off the floor", "squat", "walk"),
        ("crouching down", "squat", "bow"),
        ("the man waves", "wave", "walk"),
        ("raise something with the left hand", "left hand", "wave"),
        ("sitting down on the ground", None, "squat"),
        ("do three push-ups", None, "bow"),
        ("rises from the ground", None, "walk"),
        ("a cartwheel", None, "jump"),
        ("does somersaults", None, "jump"),
    ],
)
def test_an_action_is_found_where_it_is_and_not_elsewhere(measured, text, shows, lacks):
    clause = Clause.read(text)
    if shows:
        assert all(check.found for check in checks(clause, measured[shows]))
    assert not all(check.found for check in checks(clause, measured[lacks]))


@pytest.mark.parametrize(
    "text",
    [
        "swim the crawl stroke",
        "spins a hula hoop",
        "bow and arrow",
        "turn a page",
        "bends both elbows",
        "skipping rope",
    ],
)
def test_another_sense_of_a_verb_is_not_tested(measured, text):
    assert not [check for check in checks(Clause.read(text), measured["still"]) if "action" in check.asked]


def test_ground_and_verb_are_told_once(measured):
    asked = [check.asked for check in checks(Clause.read("sit on the floor"), measured["still"])]
    assert asked == ["the action “sit on the floor”"]

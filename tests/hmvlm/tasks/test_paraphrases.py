"""What people say in other words than captions do is read as what captions say."""

import pytest

from hmvlm.tasks.paraphrases import plain_words
from hmvlm.tasks.plan import plan


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("a man goes clock-wise around", "a man goes clockwise around"),
        ("she turns anti-clock wise", "she turns counterclockwise"),
        ("walks in an oval shape", "walks in a circle"),
        ("runs along a circular path twice", "runs along a circle twice"),
        ("hops one time", "hops once"),
        ("strafes left", "sidesteps left"),
        ("takes strafing steps to the right", "takes side steps to the right"),
        ("he gets pushed", "he stumbles"),
        ("a man was shoved from behind and falls", "a man stumbled forward and falls"),
        ("she is being pushed hard from the left", "she stumbles to the right"),
        ("a person is suddenly bumped by someone", "a person stumbles"),
        ("walks over to sit down", "walks forward and then sits down"),
        ("running over to pick it up", "running forward and then picking it up"),
        ("jogs to where she started", "jogs back to the start"),
        ("goes back to his original position", "goes back to the start"),
        ("returns to his original path", "walks forward"),
        ("flips his left arm", "swings his left arm"),
        ("brings it back to their side", "lowers their hand"),
        ("bringing both arms up", "bringing both arms up"),
        ("lifts a cup to his mouth slowly", "drinks from a cup slowly"),
        ("a man leans down and waves", "a man bends down and waves"),
        ("walks in a gingerly manner", "walks carefully"),
        ("walks forward, stopping in a standing position.", "walks forward, then stops."),
        ("brings his left hand down to his side", "lowers his left hand"),
        ("a man stumbles. the motion seems surprised.", "a man stumbles."),
        ("somebody gets up, the movement is clumsy", "somebody gets up"),
    ],
)
def test_it_is_put_in_plain_words(said, read):
    assert plain_words(said) == read


@pytest.mark.parametrize(
    "said",
    [
        "the movement is slow", "a man pushes a box", "walks over to the table", "walks over to it", "does a back flip",
        "walks around a round table", "brings his hand to his mouth", "puts the left hand to the mouth",
        "returns to the chair", "a round of applause",
        "the person is pushing", "a person shows a motion of bowling",
    ],
)  # fmt: skip
def test_the_rest_stays(said):
    assert plain_words(said) == said


def test_who_has_limbs_somehow_is_the_subject_of_what_follows():
    def clauses(text: str) -> list[str]:
        return [clause.asked for clause in plan(text).clauses]

    assert clauses("this person has both arms extended to his sides then drops his left arm") == [
        "this person has both arms extended to his sides",
        "this person lowers his left arm",
    ]
    assert clauses("a person walking over to sit down.") == ["a person walking forward", "a person sitting down"]

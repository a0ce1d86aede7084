"""All of it again."""

import pytest

from hmvlm.tasks.plan import MAX_CLAUSES, split


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("he bows, steps back and repeats it", ["he bows", "he steps back"] * 2),
        ("jump, then clap. Repeat the whole sequence.", ["jump", "clap"] * 2),
        ("a man bows and claps, repeats everything twice", ["a man bows", "a man claps"] * 3),
        ("a man kneels and repeats that two more times", ["a man kneels"] * 3),
    ],
)
def test_a_message_is_repeated_as_a_whole(text, clauses):
    assert split(text) == clauses


def test_repeating_something_else_and_too_often_stays_a_clause():
    assert split("a man says hello and repeats the name") == ["a man says hello and repeats the name"]
    many = ", then ".join(["walk", "jump"] * (MAX_CLAUSES // 2)) + " and repeat it"
    assert len(split(many)) <= MAX_CLAUSES

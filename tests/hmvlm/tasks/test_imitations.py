"""What a body acts out is looked up as if it did it."""

import pytest

from hmvlm.tasks.imitations import imitated
from hmvlm.tasks.lookups import lookups


@pytest.mark.parametrize(
    ("said", "acted"),
    [
        ("bows their back as if carrying a heavy load", "a person is carrying a heavy load"),
        ("he acts as though he is cleaning a window.", "a person is cleaning a window"),
        ("it looks like they are making circles as if they are doing breast stroke", "a person is doing breast stroke"),
        ("the man is trying to talk with his hands", "a person is talking with his hands"),
        ("raises both hands, about to catch a ball", "a person is catching a ball"),
        ("mimes playing a guitar, happily", "a person is playing a guitar"),
    ],
)
def test_it_is_an_action_of_its_own(said, acted):
    assert imitated(said) == acted and acted in lookups(said)


@pytest.mark.parametrize("said", ["walks like a chicken", "moves as though drunk", "walks forward", "he likes to", ""])
def test_what_is_no_action_is_not(said):
    assert imitated(said) is None

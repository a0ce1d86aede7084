"""Longer ordinary messages."""

import random


def test_longer_talk_is_varied_and_repeatable():
    from train.dialogue.long_requests import KINDS, long_requests

    made = long_requests(350, random.Random(3))
    assert made == long_requests(350, random.Random(3)) and len(set(made)) == 350
    assert all(
        kind(random.Random(n)).strip() and "{" not in kind(random.Random(n)) for kind in KINDS for n in range(20)
    )
    assert sum(len(text) > 90 for text in made) > 80

"""Words as captions would spell them."""

import pytest

from hmvlm.tasks.spelling import respelt

KNOWN = frozenset(["a", "person", "performs", "broad", "jump", "crawls", "forward", "bending", "walk", "walks"])
KNOWN |= frozenset(["chair", "right"])


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("a person performs a broadjump", "a person performs a broad jump"),
        ("a person crwals Forward!", "a person crawls Forward!"),
        ("bendig to the rigth", "bending to the right"),
        ("a person crawls", "a person crawls"),
        ("zzzzzz and a walkx", "zzzzzz and a walkx"),
        ("sits on a chairr, 12345 times", "sits on a chair, 12345 times"),
    ],
)
def test_unknown_words_are_respelt(text, spelt):
    assert respelt(text, KNOWN) == spelt

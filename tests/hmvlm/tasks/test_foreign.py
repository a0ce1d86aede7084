"""Messages in other languages are found; English about other languages is not."""

import pytest

from hmvlm.tasks.foreign import is_foreign

FOREIGN = (
    "一个人向前走", "人が歩いて座る", "человек идёт вперёд", "رجل يمشي", "ein Mann geht vorwärts und winkt",
    "eine Person springt und setzt sich", "una persona camina hacia adelante", "un homme marche vers la porte",
    "una persona cammina e poi salta", "uma pessoa anda para frente e acena", "een man loopt vooruit en zwaait",
    "mężczyzna idzie naprzód i macha", "bir adam ileri yürüyor",
)  # fmt: skip
ENGLISH = (
    "a person walks forward", "clap", "What does 'guten Tag' mean?", "Translate 'una persona camina' to English.",
    "How do I say 你好 in English?", "what is an die casting machine", "he does a la la la dance", "la la la", "π",
    "How do you write 'ein Mann geht' with the article?", "a man in Los Angeles waves", "per se", "x² + y²", "No", "42",
    "do the samba", "moonwalk como Michael", "explain: el hombre y la mujer", "die die die",
    "Man sits on a chair and a person is hit", "He said que sera sera and sat",
)  # fmt: skip


@pytest.mark.parametrize("text", FOREIGN)
def test_another_language_is_found(text):
    assert is_foreign(text)


@pytest.mark.parametrize("text", ENGLISH)
def test_english_is_not(text):
    assert not is_foreign(text)

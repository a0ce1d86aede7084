"""The format of word-list files."""

import pytest

from train.word_lists import load_word_lists


def test_sections_keep_their_entries_in_order(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text(
        '# comment\n[verbs]\nrun\n\nwalk\nrun\n[ends]\n""\n" Really?"\n# no entry\nLucía\n', encoding="utf-8"
    )
    assert load_word_lists(path) == {"verbs": ("run", "walk", "run"), "ends": ("", " Really?", "Lucía")}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("run\n", ":1: 'run' comes before"),
        ("[a]\nrun\n[a]\nwalk\n", ":3: section 'a'"),
        ("[a]\n[b]\nwalk\n", "section 'a' has no entries"),
        ('[a]\n"run\n', ":2: .* no JSON string"),
    ],
)
def test_malformed_files_are_errors_that_name_the_place(tmp_path, text, message):
    path = tmp_path / "words.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        load_word_lists(path)

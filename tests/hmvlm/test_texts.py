"""What the door for text lets through, and what it takes away."""

import pytest

from hmvlm.texts import MAX_JOINERS, MAX_MARKS, MAX_NAME, clean, clean_name

UNTOUCHED = [
    "a person walks, then jumps twice!\n\tand waves",
    "Größe, naïve, œuvre, Ω ≈ 3·10⁸ m/s",
    "यह व्यक्ति चलता है",  # Hindi
    "می‌خواهم بروم",  # Persian, with a zero-width non-joiner
    "שלום‏ עולם",  # Hebrew, with a right-to-left mark
    "ᠮᠣᠩᠭᠣᠯ᠋",  # Mongolian, with a variation selector
    "👩‍❤️‍👩 👨‍👩‍👧 ☂️ 🏳️‍🌈 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "việt ợ ậ ê̄́",
]
CHANGED = [
    ("a\x00b\x07\x1b[31mc\x7f", "ab[31mc"),
    ("one\r\ntwo\rthree\u2028four\x0bfive", "one\ntwo\nthree\nfour\nfive"),
    ("wal\u200bk\ufeff \u2060now\u00ad", "walk now"),
    ("abc\u202egnp.exe\u202c \u2066x\u2069", "abcgnp.exe x"),
    ("caf\udcc3\udca9", "café"),
    ("bad \udcff byte", "bad \ufffd byte"),
    ("lone \ud800 high", "lone \ufffd high"),
    ("pair \ud83d\ude00", "pair 😀"),
    ("hi\U000e0068\U000e0069", "hi"),
    ("\ufdd0x\uffff", "x"),
    ("\u200d\u200c \ufe0f", ""),
    (b"caf\xc3\xa9 \xff", "café \ufffd"),
]


@pytest.mark.parametrize("text", UNTOUCHED)
def test_text_of_any_script_stays(text):
    assert clean(text) == text


@pytest.mark.parametrize(("text", "expected"), CHANGED)
def test_unseen_and_broken_characters_go(text, expected):
    assert clean(text) == expected


def test_floods_are_cut():
    assert clean("a" + "\u0301" * 5000 + "b") == "a" + "\u0301" * MAX_MARKS + "b"
    assert clean("a" + "\u200d" * 5000 + "b") == "a" + "\u200d" * MAX_JOINERS + "b"


def test_every_single_character_can_be_encoded_after_cleaning_and_cleaning_again_changes_nothing():
    for code in (*range(0x3000), *range(0xD7F0, 0xE010), *range(0xFDC0, 0x10000), *range(0xE0000, 0xE0200)):
        cleaned = clean(f"a{chr(code)}b")
        cleaned.encode("utf-8")
        assert clean(cleaned) == cleaned


def test_names_are_one_short_line():
    assert clean_name("a\nb\x00.png") == "a b.png"
    long = clean_name("x" * 300 + ".bvh")
    assert len(long) == MAX_NAME and long.endswith(".bvh")

"""Messages that ask for all of it again at their end: "lifts the arms, steps forward and repeats it"."""

from __future__ import annotations

import re

from hmvlm.language.prompting import NUMBERS

_TIMES = {"once": 1, "twice": 2, "thrice": 3} | NUMBERS
_WHOLE = (
    r"(?:it|this|that|everything|(?:it |this |that )?all(?: of (?:it|this|that))?"
    r"|(?:all |both )?(?:of )?the (?:whole |entire |same )?"
    r"(?:motions?|movements?|sequence|actions?|process|routine|steps|thing|exercise|cycle|pattern))"
)
_REPEAT = re.compile(
    r"(?:\s*[,;.]|\s+(?:and|then|&))[\s,]*(?:(?:and|then|finally|he|she|they)\s+)*"
    rf"repeat(?:s|ing|ed)?\b(?:\s+{_WHOLE})?"
    rf"(?:\s+(?:again|once more|one more time|(?P<word>once|twice|thrice)|(?P<count>\d{{1,2}}|{'|'.join(NUMBERS)})"
    r"(?: more)? times?))?[\s.!]*$",
    re.I,
)


def without_repeat(text: str) -> tuple[str, int]:
    """The message without a request at its end to repeat it, and how often to do it in all."""
    found = _REPEAT.search(text)
    if found is None or not text[: found.start()].strip():
        return text, 1
    said = (found["word"] or found["count"] or "once").lower()
    return text[: found.start()], 1 + (int(said) if said.isdigit() else _TIMES[said])

"""What a body acts out: "bows their back as if carrying a heavy load" looks like carrying a heavy load."""

from __future__ import annotations

import re

from hmvlm.tasks.verbs import in_form, tokens, verb, verb_at

_ACTS = re.compile(
    r"\b(?:as (?:if|though)|looks? like|looking like|seems? like|like|pretend(?:s|ing|ed)?(?: that| to)?"
    r"|(?:seems?|appears?|tr(?:y|ies|ying)|about|ready|starting|in order) to"
    r"|imitat(?:es?|ing)|mim(?:es?|ing|icking|ics?))\s+"
    r"(?:(?:he|she|they|it|one|someone|somebody)(?:'s|'re)?\s+)?(?:(?:is|are|was|were|be|has been|have been)\s+)?"
    r"(?:(?:trying|about|going|wanting) )?(?:to )?(?:be )?(?P<rest>[a-z]+\b.*)$",
    re.I,
)


def imitated(text: str) -> str | None:
    """What a text says that a body acts as if doing, as an action of "a person"; None where it says no such thing."""
    found = _ACTS.search(text)
    if found is None:
        return None
    if (inner := imitated(found["rest"])) is not None:  # the last one says most
        return inner
    rest = re.split(r"[,;.!]", found["rest"])[0].strip()
    words = tokens(rest)
    told = verb_at(words, 0) or (verb(words[0].word) if words else None)
    if told is None or not {"ing", "base"} & {*told.forms}:
        return None
    return f"a person is {in_form(words[0].word, 'ing')}{rest[words[0].end :]}"

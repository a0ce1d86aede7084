"""Clauses of going back: to where the motion began, by the gait before, or as many steps the other way."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hmvlm.motion.facts.grammar import conjugate
from hmvlm.tasks.clause_details import lemmas_in
from hmvlm.tasks.verbs import WORDS, first_verb, tokens, verb, verb_at

_VERBS = (
    "walk", "march", "run", "jog", "stroll", "stride", "go", "come", "head", "return", "sprint", "hurry", "pace",
    "limp", "sneak", "crawl", "hop", "skip", "shuffle", "move", "step", "creep", "tiptoe", "jump", "gallop",
)  # fmt: skip
_FORMS = "|".join(
    dict.fromkeys(re.escape(conjugate(one, form)) for one in _VERBS for form in ("ing", "past", "s", "base"))
)
_BACK = re.compile(
    rf"\b(?P<verb>{_FORMS})(?P<between>(?: (?:straight|slowly|quickly|all the way|right))?) back\b"
    r"(?! ?(?:and forth|wards?|flip|up\b|(?:a|one|two|three|four|five|six|\d+) "
    r"|to (?:\w+ing|back|rest|normal|neutral|idle|bed|(?:\w+ )?feet)\b))(?P<rest>.*)$",
    re.I,
)
_RETURN = re.compile(
    r"\b(?P<verb>return(?:s|ing|ed)?)(?P<between>(?: (?:slowly|quickly))?)"
    r"(?P<rest> (?:to|toward|towards) (?!\w+ing\b|normal|neutral|rest)(?!.*\b(?:pose|posture|stance|standing|feet)\b).*"
    r"| (?:home|there)\b.*|[\s.!]*)$",
    re.I,
)
_TURN = re.compile(
    r"\b(?:turn\w*|spin\w*|spun|rotat\w+|pivot\w*|whirl\w*)\b.*\b(?:around|round|back|180|half|u-turn)\b"
    r"|\bu-?turn|\babout-?face",
    re.I,
)
_LANDMARK = re.compile(r"^ (?:to|toward|towards|into|in the|where|again|the way|home|from)\b[^,]*", re.I)
_PLAIN = frozenset(["go", "come", "head", "return", "move"])
"""Verbs that leave open in which gait."""
_OWN = frozenset(["hop", "jump", "step", "sidestep", "move"])
"""Verbs beside those of ``gaits`` in which a body may go back."""
_BACKWARD = re.compile(r"\b(?:backwards?|back)\b", re.I)
_SIDEWAYS = re.compile(r"\b(?P<verb>\w*step|shuffl\w*|walk|mov|go|slid)\w*(?: \w+){0,3}? (?P<side>left|right)\b", re.I)
_WALKS = frozenset(["walk", "go", "come", "head", "return", "move", "step"])
TURNS_BACK = re.compile(r"\bturn\w* (?:around|to the (?:left|right)) and (?P<verb>\w+) back\b", re.I)
"""What is asked for where a body turns and goes back to where it has come from."""


def returning(before: str | Sequence[str], text: str) -> str | None:
    """What to ask for where a clause goes back after the clauses ``before``; None where it does not.

    After a turn round the way back is ahead, after steps back or to a side it is the same the other way; otherwise the
    body turns round first. Where the words leave the gait open, it is that of before.
    """
    told = [before] if isinstance(before, str) else list(before)
    found = _BACK.search(text) or _RETURN.search(text)
    known = verb(found["verb"].lower()) if found is not None else None
    if found is None or known is None or not told:
        return None
    last = told[-1]
    if first_verb(tokens(text[: found.start()])) is not None:  # "walks down the stairs, walking back to the start"
        return None
    if known.lemma in ("jump", "step") or (found.re is _RETURN and gait_in(last) is None):
        return None
    form = known.forms[0]
    head, gait = text[: found.start()], gait_in(*told) if known.lemma in _PLAIN else None
    lemma = gait if gait not in (None, "move") else known.lemma
    if turns_round(last):
        onward = found["verb"] if gait is None or known.lemma not in _PLAIN else conjugate(lemma, form)
        rest = _LANDMARK.sub("", found["rest"])
        return f"{head}{'goes' if onward == 'returns' else onward}{found['between']} forward{rest}"
    if known.lemma in _PLAIN and (other := _other_way(last, form)) is not None:
        return f"{head}{other}"
    side = re.search(r"^ to the (left|right)\b", found["rest"], re.I)
    where = f"to the {side[1]}" if side is not None else "around"
    return f"{head}{conjugate('turn', form)} {where} and {conjugate('go' if lemma in _WALKS else lemma, form)} back"


def turns_round(text: str) -> bool:
    """Whether a text tells to turn round."""
    return _TURN.search(text) is not None


def gait_in(*texts: str) -> str | None:
    """The last gait that texts tell, base form."""
    lemmas = [lemma for text in reversed(texts) for lemma in lemmas_in(text)]
    return next((lemma for lemma in lemmas if lemma in WORDS["gaits"] or lemma in _OWN), None)


def _other_way(before: str, form: str) -> str | None:
    """What undoes steps back or to a side; None where a clause has gone another way."""
    words = tokens(before)
    place = first_verb(words)
    told = None if place is None else verb_at(words, place)
    if place is None or told is None:
        return None
    rest = before[words[place].end :]
    found = _SIDEWAYS.search(before)
    if found is not None and not re.search(r"\bforwards?\b|\bturn", before, re.I):
        other = "right" if found["side"].lower() == "left" else "left"
        return conjugate(told.lemma, form) + re.sub(r"\b(?:left|right)\b", other, rest, count=1, flags=re.I)
    if _BACKWARD.search(rest) and told.lemma not in ("turn", "look", "lean"):
        return f"{conjugate(told.lemma, form)}{_BACKWARD.sub('forward', rest, count=1)}"
    return None


def onward(text: str) -> str | None:
    """The way back of a text that turns and goes back without the turn; None for a walk after a turn round, which
    captions tell.
    """
    found = TURNS_BACK.search(text)
    known = None if found is None else verb(found["verb"].lower())
    if found is None or known is None or (known.lemma in _WALKS and "around" in found[0].lower()):
        return None
    return f"a person {conjugate('walk' if known.lemma in _WALKS else known.lemma, 's')} forward"

"""Ways of putting things that captions do not have, in plain words: "gets pushed", "clock-wise", "in an oval"."""

from __future__ import annotations

import re
from collections.abc import Callable

from hmvlm.tasks.verbs import in_form

_THEIR = r"(?:the|his|her|their|its|your)"
_FORM = r"(?P<form>s|es|ed|ing|ped|ping)?"
_WAY = r"(?:shape|path|route|pattern|motion|track|loop)"
_PUSHED = r"(?:pushed|shoved|bumped|jostled|nudged)"
_HOW = r"(?: (?:hard|lightly|gently|roughly|around|over))?"
_PLACE = r"(?:place|spot|position|location|point)"
_STARTED = r"(?:originally |initially |first )?(?:started|began|was|were|stood)(?: (?:from|at|before))?"
_COMMENT = re.compile(
    rf"(?:(?<=[.;!?])|(?<=[.;!?]\s)|,\s+(?:and |but )?)(?:{_THEIR}|this|that) (?:whole )?"
    r"(?:motion|movement|action|animation|behaviou?r)s? "
    r"(?:is|are|was|were|seems?|looks?|appears?|suggests?|shows?|feels?)\b"
    r"[^.;!?]*(?:[.;!?]|$)",
    re.I,
)
"""A remark on the motion as a whole, which tells no further action."""
_FORMS = {"s": "s", "es": "s", "ing": "ing", "ning": "ing", "ping": "ing", "ed": "past", "ped": "past"}
_PASSIVES = {"get": "base", "are": "base", "gets": "s", "is": "s", "got": "past", "was": "past", "were": "past"}
_AWAY = {"behind": "forward", "back": "forward", "front": "backward", "left": "to the right", "right": "to the left"}
_LOWERED = {"it": "their hand", "them": "their arms"}


def _verb(lemma: str, rest: str = "") -> Callable[[re.Match[str]], str]:
    return lambda found: in_form(lemma, _FORMS.get((found["form"] or "").lower(), "base")) + rest


def _pushed(found: re.Match[str]) -> str:
    stumbles = in_form("stumble", _PASSIVES.get(found["be"].lower(), "ing"))
    return " ".join(filter(None, [stumbles, _AWAY.get((found["side"] or "").lower(), "")]))


def _over_to(found: re.Match[str]) -> str:
    form = _FORMS.get((found["form"] or "").lower(), "base")
    return f"{found['gait']}{found['form'] or ''} forward and then {in_form(found['verb'], form)}"


def _lowers(found: re.Match[str]) -> str:
    return f"lower{found['form'] or ''} " + _LOWERED.get(found["what"].lower(), found["what"])


_RULES: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"\b(?:anti|counter)[- ]?clock[- ]?wise\b", "counterclockwise"),
    (r"\bclock[- ]wise\b", "clockwise"),
    (rf"\ban? (?:(?:oval|ellipse)(?: {_WAY})?|(?:round|circular|elliptical) {_WAY})\b(?! of\b)", "a circle"),
    (r"\b(?:one|a single) time\b", "once"),
    (r"\bin an? gingerly (?:manner|way|fashion)\b|\bgingerly\b", "carefully"),
    (rf"\blean{_FORM} (?:down|over)(?= (?:and|to|then|,)|[\s.!]*$)", _verb("bend", " down")),
    (
        r",\s*(?:and |then |before )*(?:stopping|halting|coming to an? (?:\w+ )?(?:stop|halt))\b"
        r"(?: in an? (?:\w+ )?(?:position|pose|stance))?(?=[\s.!]*$)",
        ", then stops",
    ),
    (
        rf"\b(?:lift|bring|raise|put|hold|tip){_FORM}(?: up)? (?:an?|the|his|her|their|some|something|it)"
        rf"(?: (?!hands?\b|arms?\b|fingers?\b|fists?\b|palms?\b|food\b)\w+)? (?:up )?to (?:{_THEIR} )?(?:mouth|lips)\b",
        _verb("drink", " from a cup"),
    ),
    (r"\bstrafing (?=steps?\b)", "side "),
    (r"\bstraf(?:e\b|(?P<form>es|ed|ing)\b)", _verb("sidestep")),
    (
        r"\b(?P<be>gets?|getting|got|is|are|was|were|being)(?: being| getting)?(?: \w+ly)? "
        rf"{_PUSHED}\b{_HOW}(?: by (?:someone|somebody|something|an? \w+))?"
        rf"(?: (?:from|on|in|at) (?:{_THEIR} )?(?P<side>behind|back|front|left|right)(?: side)?)?{_HOW}",
        _pushed,
    ),
    (
        r"\b(?P<gait>walk|run|jog|step|move)(?P<form>s|ed|n?ing)? over (?:there )?to "
        rf"(?P<verb>(?!{_THEIR}\b|an?\b|it\b|them\b|one\b|another\b|where\b)[a-z]+)\b",
        _over_to,
    ),
    (rf"\breturn{_FORM} to {_THEIR}(?: \w+)? (?:path|line|course|route|way)\b", _verb("walk", " forward")),
    (rf"\b(?:back )?to (?:{_THEIR} )?(?:original|initial|starting|first|previous) {_PLACE}\b", "back to the start"),
    (rf"\b(?:back )?to (?:(?:his|her|their) place\b|where (?:he|she|they|it) {_STARTED})", "back to the start"),
    (rf"\bflip{_FORM} (?={_THEIR} (?:left |right )?(?:arm|hand|leg|foot)s?\b)", _verb("swing", " ")),
    (
        rf"\bbring{_FORM} (?P<what>it|them|{_THEIR} (?:left |right )?(?:hand|arm)s?) (?:back )?(?:down )?(?:back )?"
        rf"(?:to|by) {_THEIR} sides?\b",
        _lowers,
    ),
)
_COMPILED = tuple((re.compile(pattern, re.I), instead) for pattern, instead in _RULES)


def plain_words(text: str) -> str:
    """The text in words that captions have; itself where it has them already, or where nothing else is said."""
    told = _COMMENT.sub(" ", text)
    told = told if re.search(r"\w", told) else text
    for pattern, instead in _COMPILED:
        told = pattern.sub(instead, told)
    return text if told == text else re.sub(r"[ \t]+", " ", told).strip(" ,")

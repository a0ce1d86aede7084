"""A free reply to a question, mapped to one of its options."""

from __future__ import annotations

import re

from train.questions.records import UNKNOWN, YES_NO, Question

DOUBT = re.compile(
    r"\b(?:unknown|unclear|unsure)\b|\b(?:can ?not|can't|could not|couldn't|not possible to|impossible to|hard to|no way to|unable to|not able to)\s+(?:\w+\s+)?(?:tell|say|know|see|determine|be seen|answer)"
    r"|\bnot (?:visible|shown|known|sure)\b|\b(?:does not|doesn't|do not|don't) (?:show|know)\b|\bno way to know\b"
)
NEGATION = re.compile(r"\b(?:no|not|never|none|neither|nobody|nothing|without)\b|n't\b")
SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
NUMBER = re.compile(rf"\b(?:\d+|{'|'.join(SMALL)}|once|twice|thrice|a single|no|none|never)\b|\bcouple\b")
VALUES = {word: i for i, word in enumerate(SMALL)} | {
    "once": 1,
    "twice": 2,
    "thrice": 3,
    "a single": 1,
    "no": 0,
    "none": 0,
    "never": 0,
    "couple": 2,
}
WORDS: dict[str, str] = {
    # patterns of options that can be said otherwise
    "left": r"left(?:ward|wards|-hand)?", "right": r"right(?:ward|wards|-hand)?", "both": r"both|left and (?:the )?right|right and (?:the )?left|two hands|two arms|each",
    "none": r"none|neither|no|not|nothing|doesn't|isn't|don't|aren't|never", "forward": r"forwards?|ahead|front|straight", "backward": r"backwards?|back|behind|reverse",
    "sideways": r"sideways|side|lateral(?:ly)?|sides", "nowhere": r"nowhere|in place|on the spot|one place|stays?|does not move|not at all", "overhead": r"overhead|above (?:the|his|her|their|its) head|over (?:the|his|her|their|its) head",
    "head": r"head", "shoulder": r"shoulders?", "arms": r"arms?|hands?", "legs": r"legs?|feet|foot", "quarter": r"quarter|90(?: degrees|°)?", "half": r"half|180(?: degrees|°)?|around",
    "full": r"full|360(?: degrees|°)?|whole|complete", "same": r"same", "opposite": r"opposite|other way|reverse", "before": r"before|earlier", "after": r"after|later|afterwards",
    "beginning": r"beginning|start|first|early", "middle": r"middle|mid|halfway|cent(?:er|re)", "end": r"end|last|late|finish", "together": r"together|same time|simultaneously|at once",
    "separately": r"separately|one after|one by one|in turn|alternat\w+", "up": r"up|raised|high|above", "down": r"down|lowered|low|below", "still": r"still|at rest|motionless|stopp\w+|standing",
    "moving": r"moving|moves|in motion|going", "standing": r"stand\w*|upright|stood", "sitting": r"s[ia]t\w*|seated", "lying": r"lying|lies?|lay", "slow": r"slow\w*", "fast": r"fast\w*|quick\w*|brisk\w*",
    "tired": r"tired\w*|exhaust\w*|wear\w*|worn", "energetic": r"energ\w*|lively|active\w*|vigorous\w*", "old": r"old\w*|elderly|aged", "young": r"young\w*|youth\w*", "happy": r"happ\w*|cheer\w*|joy\w*",
    "sad": r"sad\w*|depress\w*|unhappy|gloom\w*", "proud": r"proud\w*|confident\w*|pride", "shy": r"shy\w*|timid\w*|insecur\w*", "angry": r"ang(?:ry|rily|er)|furious\w*", "feminine": r"femin\w*|woman\w*|lady\w*",
    "masculine": r"mascul\w*|man|manly", "walking": r"walk\w*|stroll\w*|strid\w*", "running": r"r[ua]n(?:s|ning)?|jog\w*|sprint\w*|dash\w*", "raising": r"rais\w*|lift\w* (?:(?:a|an|the|his|her|their|its|both|one) )?(?:left |right )?(?:hand|arm)s?|(?:hand|arm)s? up|puts? (?:\w+ ){1,3}up",
    "waving": r"wav(?:e|es|ed|ing)", "kicking": r"kick\w*", "punching": r"punch\w*", "jumping": r"jump\w*|leap\w*|hop\w*", "bowing": r"bow(?:s|ed|ing)?", "bending": r"ben[dt]\w*|lean\w*",
    "squatting": r"squat\w*|crouch\w*", "lunging": r"lung\w*", "kneeling": r"kneel\w*|knelt", "spinning": r"sp[iu]n\w*|full (?:circle|turn)", "turning": r"turn\w*", "stopping": r"stop\w*", "balancing": r"balanc\w*|one (?:leg|foot)",
    "lowering": r"lower\w*|(?:takes?|puts?) (?:\w+ ){1,3}down", "lifting": r"lift\w* (?:a|an|the|his|her|their|its|one)(?: left| right| straight)? (?:leg|foot|knee)|rais\w+ (?:a|an|the|his|her|their|its|one)(?: left| right| straight)? (?:leg|foot|knee)|lifting", "clapping": r"clap\w*", "dancing": r"danc\w*", "climbing": r"climb\w*",
    "basketball": r"basketball", "boxing": r"box(?:es|ed|ing)?", "karate": r"karate|kata", "fencing": r"fenc\w*|sword\w*|blade", "mopping": r"mop\w*", "washing": r"wash\w*|windows?", "imitating": r"imitat\w*|pretend\w*|animal",
    "laughing": r"laugh\w*", "drinking": r"drink\w*|sips?", "stepping": r"step\w*|hurdle", "extending": r"extend\w*|stretch\w*", "rotating": r"rotat\w*", "cartwheel": r"cartwheels?", "greeting": r"greet\w*", "exercise": r"exercis\w*|workout",
    "travel": r"travel\w*|getting somewhere", "sport": r"sports?", "dance": r"danc\w*", "housework": r"housework|clean\w*|chores?",
}  # fmt: skip


def mentions(text: str, option: str) -> bool:
    """Whether a text speaks of an option, ``"He waves."`` of ``waving``."""
    return re.search(rf"\b(?:{WORDS.get(option, re.escape(option))})(?!\w)", text.lower()) is not None


def parse_answer(question: Question, reply: str) -> str | None:
    """The option that a free reply means, None if it means none of them (or says that it cannot tell).

    The first option that is mentioned counts; what is denied ("not the right one") does not.
    """
    text = re.sub(r"\s+", " ", reply.strip().lower().replace("’", "'"))
    if not text:
        return None
    if UNKNOWN in question.options:
        if DOUBT.search(text):
            return UNKNOWN
    elif DOUBT.search(text):
        return None
    if set(question.options) == set(YES_NO):
        return _yes_or_no(question, text)
    if question.options[0].isdigit():
        return _number(question, text)
    return _first(question.options, text)


def _yes_or_no(question: Question, text: str) -> str | None:
    opening = re.match(r"\W*(yes|yeah|yep|correct|true|indeed|right|sure|no|nope|false|incorrect|not)\b", text)
    if opening:
        return (
            "yes" if opening.group(1) in ("yes", "yeah", "yep", "correct", "true", "indeed", "right", "sure") else "no"
        )
    if NEGATION.search(text):
        return "no"
    stems = {w[:4] for w in re.findall(r"[a-z]{4,}", question.text.lower())} - {
        "does",
        "that",
        "this",
        "ther",
        "with",
        "pers",
        "moti",
        "thei",
    }
    return "yes" if any(w[:4] in stems for w in re.findall(r"[a-z]{4,}", text)) else None


def _number(question: Question, text: str) -> str | None:
    found = NUMBER.search(text)
    if not found:
        single = re.search(r"\b(?:an?|the) (?:step|jump|kick|squat|punch|turn|hand|arm)\b", text)
        return (
            "1"
            if single and "1" in question.options
            else "0"
            if re.search(r"n't\b|\bnot\b", text) and "0" in question.options
            else None
        )
    word = found.group(0)
    value = str(int(word) if word.isdigit() else VALUES[word])
    return value if value in question.options else None


def _first(options: tuple[str, ...], text: str) -> str | None:
    if "none" not in options:
        text = re.sub(
            r"\b(?:not|rather than|instead of|and not|than)(?: to)?(?: the| a| an| his| her| their| its)? \w+",
            " ",
            text,
        )
    else:
        denied = re.search(rf"\b(?:{WORDS['none']})\b", text)
        if denied and not re.match(r"\W*(?:the |both |left |right )", text):
            return "none"
    best: tuple[int, int, str] | None = None
    for option in options:
        found = re.search(rf"\b(?:{WORDS.get(option, re.escape(option))})(?!\w)", text)
        if found:
            place = (found.start(), -(found.end() - found.start()), option)
            best = place if best is None or place < best else best
    if "both" in options and best and re.search(rf"\b(?:{WORDS['both']})\b", text):
        return "both"
    return best[2] if best else None

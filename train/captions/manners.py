"""The styles of the Bandai-Namco recordings in words."""

from __future__ import annotations

from hmvlm.motion.facts import Facts
from hmvlm.motion.facts.grammar import Subject
from train.captions.compose import Manner

OLD = (
    Subject("an old person"),
    Subject("an elderly person"),
    Subject("an old man", "his", "he"),
    Subject("an elderly woman", "her", "she"),
    Subject("an old woman", "her", "she"),
)
YOUNG = (
    Subject("a young person"),
    Subject("a teenager"),
    Subject("a young man", "his", "he"),
    Subject("a young woman", "her", "she"),
)
WOMEN = (Subject("a woman", "her", "she"), Subject("the woman", "her", "she"), Subject("a lady", "her", "she"))
MEN = (Subject("a man", "his", "he"), Subject("the man", "his", "he"))

MANNERS: dict[str, Manner] = {
    "active": Manner(
        "active",
        ("energetic", "lively", "active"),
        ("energetically", "actively", "with a lot of energy", "in a lively way", "vigorously", "full of energy"),
    ),
    "angry": Manner(
        "angry", ("angry", "furious"), ("angrily", "in an angry way", "as if angry", "with anger", "furiously")
    ),
    "childish": Manner(
        "childish",
        ("childish", "playful"),
        ("like a child", "childishly", "in a childish way", "playfully, like a child", "as a little kid does"),
        (Subject("a child"), Subject("a kid")),
    ),
    "chimpira": Manner(
        "chimpira",
        ("cocky", "swaggering"),
        ("like a street thug", "with a swagger", "in a cocky way", "like a gangster", "like a tough guy"),
        (Subject("a thug", "his", "he"), Subject("a punk", "his", "he")),
    ),
    "elderly": Manner(
        "elderly",
        ("elderly", "old"),
        (
            "like an old person",
            "like an elderly person",
            "as old people do",
            "with the stiffness of old age",
            "in an elderly manner",
        ),
        OLD,
    ),
    "exhausted": Manner(
        "exhausted",
        ("exhausted", "tired", "worn-out"),
        ("tiredly", "as if exhausted", "wearily", "in an exhausted way", "with no energy left", "in a tired way"),
    ),
    "feminine": Manner(
        "feminine",
        ("feminine",),
        ("in a feminine way", "in a feminine manner", "like a woman", "with feminine grace"),
        WOMEN,
        0.75,
    ),
    "giant": Manner(
        "giant",
        ("giant-like",),
        ("like a giant", "heavily, like a giant", "as if as big as a giant", "like a huge heavy creature"),
        (Subject("a giant", "its", "it"), Subject("the giant", "its", "it")),
    ),
    "happy": Manner(
        "happy",
        ("happy", "cheerful", "joyful"),
        ("happily", "cheerfully", "joyfully", "in a happy way", "in a good mood", "with joy"),
    ),
    "masculine": Manner(
        "masculine",
        ("masculine", "manly"),
        ("in a masculine way", "in a manly way", "like a man", "in a masculine manner"),
        MEN,
        0.7,
    ),
    "musical": Manner(
        "musical",
        ("musical",),
        ("rhythmically", "as if to music", "to the rhythm of music", "in a musical way", "as if dancing to a beat"),
    ),
    "normal": Manner("normal", (), ("normally", "in a normal way", "in a neutral way", "naturally"), (), 0.1),
    "not-confident": Manner(
        "not-confident",
        ("timid", "insecure", "shy"),
        ("timidly", "without confidence", "hesitantly", "shyly", "in an unsure way"),
    ),
    "old": Manner(
        "old",
        ("elderly", "old"),
        ("like an old person", "like an elderly person", "as old people do", "in an old and stiff way"),
        OLD,
    ),
    "proud": Manner("proud", ("proud", "confident"), ("proudly", "with pride", "in a proud way", "with the chest out")),
    "sad": Manner(
        "sad", ("sad", "depressed", "unhappy"), ("sadly", "in a sad way", "as if depressed", "with sadness", "gloomily")
    ),
    "tired": Manner(
        "tired", ("tired", "weary"), ("tiredly", "wearily", "in a tired way", "as if very tired", "with heavy fatigue")
    ),
    "youthful": Manner(
        "youthful",
        ("youthful", "young"),
        ("youthfully", "like a young person", "in a youthful way", "with youthful energy"),
        YOUNG,
        0.75,
    ),
}
MANNERS["masculinity"] = MANNERS["masculine"]

PACE = {
    "slow": Manner("slow", (), ("slowly", "at a slow pace", "in a slow and careful way"), share=0.5),
    "fast": Manner("fast", (), ("quickly", "fast", "at a fast pace", "briskly"), share=0.5),
}


def manner_for_style(style: str, facts: Facts) -> Manner | None:
    """The manner of a Bandai-Namco style; for normal clips the measured pace, if it is remarkable."""
    if style != "normal":
        return MANNERS.get(style)
    return pace_manner(facts) or MANNERS["normal"]


def pace_manner(facts: Facts) -> Manner | None:
    """Slow or fast walking and running as a manner."""
    way = facts.travel
    if way.gait == "walking" and way.path > 1:
        return PACE["slow"] if way.moving_speed < 0.75 else PACE["fast"] if way.moving_speed > 1.55 else None
    if way.gait == "running":
        return PACE["fast"] if way.moving_speed > 3.0 else PACE["slow"] if way.moving_speed < 1.5 else None
    return None

"""Hard negatives: ordinary questions and requests with motion words, which must be answered in
words, never with motion.
"""

from __future__ import annotations

import random
from pathlib import Path

from hmvlm.motion.facts.grammar import conjugate
from train.word_lists import load_word_lists

WORDS = load_word_lists(Path(__file__).with_suffix(".txt"))
HAND_WRITTEN = WORDS["hand_written"]


def hard_negative(rng: random.Random) -> str:
    """One hard negative: hand-written (30 %) or made from a template."""
    if rng.random() < 0.3:
        return rng.choice(HAND_WRITTEN)
    act, act2 = rng.sample(WORDS["verbs"], 2)
    topic, topic2 = rng.sample(WORDS["topics"], 2)
    text = rng.choice(WORDS["templates"]).format(
        act=act,
        act2=act2,
        doing=conjugate(act, "ing"),
        doing2=conjugate(act2, "ing"),
        topic=topic,
        topic2=topic2,
        who=rng.choice(WORDS["subjects"]),
        noun=rng.choice(WORDS["nouns"]),
        part=rng.choice(WORDS["body_parts"]),
        sentence=rng.choice(WORDS["sentences"]),
        language=rng.choice(WORDS["languages"]),
        form=rng.choice(WORDS["text_forms"]),
        code=rng.choice(WORDS["programming_languages"]),
    )
    text = text.replace(" a essay", " an essay")
    style = rng.random()
    if style < 0.1:
        return text.lower().rstrip("?.")
    if style < 0.18 and text.endswith("."):
        return f"Please {text[0].lower()}{text[1:]}"
    return text


def hard_negatives(count: int, rng: random.Random) -> list[str]:
    """``count`` different ones, the hand-written first in random order."""
    made = list(HAND_WRITTEN)
    rng.shuffle(made)
    seen = set(made)
    tries = 0
    while len(made) < count:
        text = hard_negative(rng)
        tries += 1
        if tries > 200 * count:
            raise ValueError(f"there are not {count} different hard negatives; ask for fewer than {len(made)}")
        if text not in seen:
            seen.add(text)
            made.append(text)
    return made[:count]

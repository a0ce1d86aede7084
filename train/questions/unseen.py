"""What a body's motion cannot show: questions whose honest answer is that one cannot tell."""

from __future__ import annotations

import random

from train.questions.records import UNKNOWN, Ask, Choice

TOPICS: dict[str, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    # options besides "unknown", wordings, what is not shown
    "colour": (("red", "blue", "green", "black", "white"), (
        "What colour {is} {s} wearing?", "What color is the shirt?", "Which colour are the trousers?", "What colour are {their} shoes?", "What color is {their} hair?",
        "Is the jacket red, blue or black?", "Tell me the colour of the clothes.", "What color are {their} eyes?",
    ), "colours"),
    "face": (("smiling", "frowning", "crying", "neutral"), (
        "{Is} {s} smiling?", "What is the expression on {their} face?", "{Does} {s} smile or frown?", "What does {their} face look like?", "Are {their} eyes open or closed?",
        "{Is} {s} blinking?", "What {does} {s} do with {their} mouth?",
    ), "the face"),
    "object": (("cup", "phone", "ball", "book"), (
        "What {is} {s} holding in {their} hand?", "What object is in {their} hand?", "{Is} {s} holding a phone or a cup?", "Which thing {does} {s} carry?",
        "What brand is the thing in {their} hand?", "What lies on the floor next to {o}?",
    ), "objects"),
    "place": (("indoors", "outdoors"), (
        "Where is this, indoors or outdoors?", "{Is} {s} inside or outside?", "What room {is} {s} in?", "What is in the background?", "What is the weather like?",
        "Which city is this?", "Is it day or night?",
    ), "the surroundings"),
    "sound": (("speaking", "singing", "silent"), (
        "What {is} {s} saying?", "What {does} {s} say?", "Which song is playing?", "{Is} {s} talking or silent?", "What language {does} {s} speak?", "How loud is it?",
    ), "sound"),
    "identity": (("name",), (
        "What is {their} name?", "Who is this?", "What {does} {s} do for a living?", "How much {does} {s} weigh?", "Where {does} {s} come from?", "What is {their} job?", "What {is} {s} thinking about?",
    ), "who it is"),
    "fingers": (("fist", "open", "pointing"), (
        "How many fingers {does} {s} hold up?", "{Is} {s} making a fist?", "Which finger {is} {s} pointing with?", "Are {their} fingers spread?", "{Does} {s} snap {their} fingers?", "Which finger wears a ring?",
    ), "the fingers"),
    "others": (("alone", "company"), (
        "Is there anyone else nearby?", "How many people are watching?", "Who {is} {s} looking at?", "To whom {is} {s} doing this?", "What is the other person doing?", "Is a dog walking beside {o}?",
    ), "anyone or anything else"),
}  # fmt: skip
ANSWERS = (
    "I cannot tell: the motion does not show {what}", "The motion does not show {what}, so I cannot tell", "I can't tell that from the motion", "That cannot be seen in a body's motion",
    "There is no way to know; only the body's movement is visible", "I cannot see {what} here, only how the body moves", "It is not possible to tell from the movement",
    "I cannot tell, because only the body's movement is given",
)  # fmt: skip


def unseen(rng: random.Random) -> Ask:
    """One question that no motion answers."""
    topic = rng.choice(tuple(TOPICS))
    options, asks, what = TOPICS[topic]
    answers = tuple(a.replace("{what}", what) for a in ANSWERS)
    return Choice(f"unseen/{topic}", "hallucination", UNKNOWN, (*options, UNKNOWN), "", asks, answers)

"""Wordings of the tasks: requests for motion, questions about motion, and ordinary talk full of motion words.

Every function takes a ``random.Random``; the same state gives the same text.
"""

from __future__ import annotations

import random
import re

from hmvlm.language.prompting import DEFAULT_QUESTION
from train.dialogue.hard_negatives import HAND_WRITTEN, hard_negative, hard_negatives

__all__ = [
    "DESCRIBE_QUESTIONS", "HAND_WRITTEN", "PLAIN_SHARE", "POSE_QUESTIONS", "MOTION_REQUESTS", "describe_question", "hard_negative", "hard_negatives",
    "motion_prompt", "pose_question",
]  # fmt: skip

PLAIN_SHARE = 0.6
"""How often a request for motion is the caption alone."""

MOTION_REQUESTS: tuple[tuple[str, str], ...] = (
    # (form of the caption, wording); forms: sentence (a person walks), act (walk), doing (walking), any
    ("sentence", "Generate a motion: {c}."),
    ("sentence", "Generate a motion in which {c}."),
    ("sentence", "Generate a motion where {c}."),
    ("sentence", "generate motion: {c}"),
    ("sentence", "Create an animation in which {c}."),
    ("sentence", "Make an animation: {c}."),
    ("sentence", "Show me how {c}."),
    ("sentence", "Show how {c}."),
    ("sentence", "Can you show me a motion where {c}?"),
    ("sentence", "Can you animate this: {c}?"),
    ("sentence", "Animate the following: {c}."),
    ("sentence", "Animate: {c}"),
    ("sentence", "Please animate a scene where {c}."),
    ("sentence", "I need a motion clip in which {c}."),
    ("sentence", "I want to see how {c}."),
    ("sentence", "I would like an animation in which {c}."),
    ("sentence", "Give me a motion sequence: {c}."),
    ("sentence", "Produce a human motion that matches: {c}."),
    ("sentence", "Produce a 3D motion for this description: {c}."),
    ("sentence", "Turn this description into motion: {c}."),
    ("sentence", "Turn this text into a movement: {c}"),
    ("sentence", "Synthesize a motion from the text: {c}."),
    ("sentence", "Make the body move so that {c}."),
    ("sentence", "Make a 3D animation of this: {c}."),
    ("sentence", "Could you generate a movement where {c}?"),
    ("sentence", "Let me see a motion: {c}."),
    ("sentence", "Move like this: {c}."),
    ("sentence", "motion of this: {c}"),
    ("sentence", "Visualize the motion: {c}."),
    ("sentence", "Render a character animation where {c}."),
    ("sentence", "Describe with a motion, not with words: {c}."),
    ("sentence", "Imagine {c}. Show me the movement."),
    ("sentence", "Suppose {c}. What does the motion look like? Animate it."),
    ("sentence", "Text to motion: {c}"),
    ("sentence", "t2m: {c}"),
    ("act", "Make the character {c}."),
    ("act", "Make the person {c}."),
    ("act", "Make them {c}."),
    ("act", "Let the figure {c}."),
    ("act", "Let the character {c}, please."),
    ("act", "Have the person {c}."),
    ("act", "Please {c}."),
    ("act", "Now {c}."),
    ("act", "Can you {c}?"),
    ("act", "Could you {c} for me?"),
    ("act", "Show me how to {c} with an animation."),
    ("act", "I want the avatar to {c}."),
    ("act", "The avatar should {c}."),
    ("act", "Animate a person who is supposed to {c}."),
    ("doing", "Show me a person {c}."),
    ("doing", "Show someone {c}."),
    ("doing", "Animate someone {c}."),
    ("doing", "Animate a person {c}."),
    ("doing", "Generate a motion of someone {c}."),
    ("doing", "Generate a motion of a person {c}."),
    ("doing", "Create a motion of a human {c}."),
    ("doing", "Create an animation of a character {c}."),
    ("doing", "I'd like to see somebody {c}."),
    ("doing", "Can you animate a person {c}?"),
    ("doing", "Give me a clip of a person {c}."),
    ("doing", "Make a short animation of someone {c}."),
    ("doing", "a motion of {c}"),
    ("doing", "animation of a person {c}"),
)
LENGTHS = (
    "for {n} seconds",
    "for about {n} seconds",
    "for {n}s",
    "lasting {n} seconds",
    "that lasts {n} seconds",
    "{n} seconds long",
)
DESCRIBE_QUESTIONS: tuple[str, ...] = (
    DEFAULT_QUESTION,
    "What does the person do in this motion?",
    "Describe this motion.",
    "Describe the motion.",
    "Describe what the person is doing.",
    "Describe the movement you see.",
    "Describe the motion in one sentence.",
    "Describe the motion shown here in words.",
    "What is happening in this motion?",
    "What is happening here?",
    "What action is being performed?",
    "What action does the motion show?",
    "What movement is this?",
    "What kind of movement is this?",
    "Which action is this?",
    "Give a caption for this motion.",
    "Write a caption for this motion.",
    "Write a short description of this movement.",
    "Caption this motion.",
    "Caption this.",
    "Summarize the motion in a sentence.",
    "Summarize what the character does.",
    "Tell me what the person does.",
    "Tell me what is going on in this motion.",
    "Tell me what you see.",
    "Explain what the figure is doing.",
    "Can you describe the motion?",
    "Can you tell me what this person is doing?",
    "Could you put this motion into words?",
    "Could you describe this movement?",
    "Please describe the movement.",
    "Please explain what the body does.",
    "How does the person move?",
    "How would you describe this motion?",
    "In a few words, what is the person doing?",
    "Name the action.",
    "Translate this motion into text.",
    "Motion to text.",
    "Say what the figure does.",
    "What can you see the character do?",
)

POSE_QUESTIONS: tuple[str, ...] = (
    "What pose is this?",
    "Which pose is this?",
    "Estimate the pose.",
    "Estimate the pose of the person.",
    "Estimate the body pose in this picture.",
    "Estimate the 3D pose of the person in this photo.",
    "Estimate the motion.",
    "Estimate the SMPL pose.",
    "Give the SMPL pose of this person.",
    "Give me the pose of the person in the image.",
    "Get the pose.",
    "Get the body from this photo.",
    "Recover the 3D body.",
    "Reconstruct the person in 3D.",
    "Reconstruct the body pose.",
    "Show the pose of this person in 3D.",
    "Show me the body in 3D.",
    "Turn this photo into a 3D pose.",
    "Turn the person in this picture into a 3D body.",
    "How is the person standing?",
    "How is this person posed?",
    "What is the posture of the person?",
    "What is the body doing in this picture?",
    "Can you estimate this person's pose?",
    "Can you capture the pose of this person?",
    "Could you give me the 3D pose?",
    "Please estimate the pose in the image.",
    "Please fit a body to this person.",
    "Fit the body model to this photo.",
    "Lay the body over the picture.",
    "Capture the movement in this clip.",
    "Predict the human pose.",
    "Human pose estimation.",
    "Pose, please.",
    "pose",
)


def caption_form(text: str) -> str:
    """``sentence`` (a person walks), ``doing`` (walking) or ``act`` (walk), by the first word."""
    first = text.split(" ", 1)[0].lower()
    if first in ("a", "an", "the", "someone", "somebody", "this"):
        return "sentence"
    return "doing" if first.endswith("ing") and first not in ("bring", "swing", "spring", "sling") else "act"


def motion_prompt(caption: str, rng: random.Random, seconds: float | None = None) -> str:
    """A user's request for the motion of ``caption``: the caption itself most of the time.

    ``seconds``, the motion's length, is worked in now and then (rounded; never where the caption says one).
    """
    bare = caption.strip().rstrip(".!")
    form = caption_form(bare)
    timed = seconds is not None and seconds >= 1.5 and "second" not in bare
    if rng.random() < PLAIN_SHARE:
        text = caption.strip()
        if timed and rng.random() < 0.08:
            text = f"{bare}, {_length(seconds, rng)}" if rng.random() < 0.5 else f"{bare} {_length(seconds, rng, 3)}"
        return text
    fitting = [wording for kind, wording in MOTION_REQUESTS if kind == form]
    if form == "act" and re.match(r"(?:hands|arms|a|an)\b|.* (?:up|out)$", bare.lower()) and " your " not in bare:
        fitting = ["motion: {c}", "animate: {c}", "Show me this motion: {c}"]
    lowered = bare[:1].lower() + bare[1:]
    if form == "act":
        lowered = lowered.replace("your ", rng.choice(("the ", "their ")))
    text = rng.choice(fitting).format(c=lowered)
    if timed and rng.random() < 0.12:
        end = text[-1] if text[-1] in ".?!" else ""
        text = f"{text.rstrip('.?!')}, {_length(seconds, rng)}{end}"
    return text


def _length(seconds: float, rng: random.Random, first: int = len(LENGTHS)) -> str:
    return rng.choice(LENGTHS[:first]).format(n=max(1, round(seconds)))


def pose_question(rng: random.Random) -> str:
    """A request for the pose of a person in a picture that came along."""
    text = rng.choice(POSE_QUESTIONS)
    return text if rng.random() < 0.85 else text.rstrip(".?").lower()


def describe_question(rng: random.Random) -> str:
    """A question about a motion that came along, to be answered with a caption."""
    text = rng.choice(DESCRIBE_QUESTIONS)
    return text if rng.random() < 0.85 else text.rstrip(".?").lower()

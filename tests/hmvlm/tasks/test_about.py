"""Questions about the assistant are found in wordings that it does not know; others are left to the base model."""

import pytest

from hmvlm.language.text_encoder import TextEncoder
from hmvlm.tasks.about import _DATA, ANSWER, About, fits

ASKED = (
    "what can u do?", "What are the things you can help with?", "What else do you offer?", "what's this thing for?",
    "Could you explain what this chatbot is able to do?", "hey, what do you do", "Who am I talking to?",
    "What is this site good for?", "How would I use this app?", "What kinds of tasks can you handle?", "help me",
    "HELP!!", "What sort of stuff can you do?", "I'm wondering what you can do for me",
    "Please list all your features", "Give me an overview of your capabilities.",
    "what could you help me with today?", "Can you show me what you can do?", "What's the point of this website?",
    "What does hmvlm do?", "what tricks do you know?", "How do you work?", "Tell me more about your skills",
    "what things can I try here?", "Which file formats do you support?", "What are you designed to do?",
    "What can I use you for?", "What are you, exactly?", "How can I use this tool?", "What are your skills?",
    "what is your purpose", "Are there any instructions?", "What can this thing do?",
    "What do people use this for?", "What might I ask you?", "Hi! What's this?", "Where do I start?",
    "What services do you provide?", "What am I able to do with this app?", "Describe your abilities",
)  # fmt: skip
OTHERS = (
    "What can you do in London on a rainy day?", "What do you do if a dog bites you?",
    "What can I do to sleep better?", "How do you make bread?", "How do you use a compass?",
    "What is this poem about?", "What are the features of a smart phone?", "Help me write an email to my boss",
    "Who are you voting for?", "What are you wearing?", "What is the point of school?", "What does a plumber do?",
    "Tell me about yourself in the style of a pirate king named Bob", "What can you eat on a keto diet?",
    "Which tools do you need to build a shed?", "How does a computer work?", "What is your favorite food?",
    "Can you swim?", "Show me a person who dances", "What do you think you would do with a million dollars?",
    "Where do I start with learning piano?", "What kind of things can you find in a museum?",
    "Is the person kicking?", "What is the person doing?", "Do it again",
)  # fmt: skip


@pytest.fixture(scope="module")
def about():
    return About(TextEncoder.load("embedded:minilm"))


def test_questions_about_the_assistant_are_found_in_wordings_it_does_not_know(about):
    assert not {text.lower() for text in (*ASKED, *OTHERS)}.intersection(text.lower() for text in _DATA["about"])
    missed = [text for text in ASKED if not about.asked(text)]
    assert len(missed) <= 4, missed


def test_other_questions_are_not(about):
    assert [text for text in OTHERS if about.asked(text)] == []
    assert not about.asked("What can you do? " + "I have a long story to tell. " * 4)
    assert not about.asked("") and not fits("?")


def test_the_answer_has_an_example_for_each_of_four_things():
    assert sum(line.startswith("- **") and "Example: " in line for line in ANSWER.splitlines()) == 4

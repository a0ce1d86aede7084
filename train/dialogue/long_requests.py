"""Ordinary requests of the kinds that short instructions lack: role play, problems, code, passages to work on.

The gate learns from prompts what the base model should answer alone. Crowd-sourced instructions are mostly
one short question; people also paste passages, set scenes, state a maths problem or ask for a program. These
are written by rules from parts, many of them with words of movement, for training only.
"""

from __future__ import annotations

import random

ROLES = (
    "a travel guide in Kyoto", "a strict chess coach", "a retired sea captain", "a kind primary school teacher",
    "a film critic who dislikes sequels", "a medieval blacksmith", "a data engineer", "a nutritionist", "a wise old turtle",
    "a radio host", "a tax adviser", "a personal trainer who only answers questions about sleep", "a detective in the 1920s",
    "a museum curator", "an astronaut on a long mission", "a Shakespearean actor", "a job interviewer", "a stand-up comedian",
    "a gardener", "a physics professor", "a librarian who whispers", "a dance historian", "a football commentator",
    "the moon", "a time traveller from 2300", "a debate partner", "a customer service agent for a bank", "a poet",
)  # fmt: skip
TOPICS = (
    "black holes", "the French Revolution", "compound interest", "photosynthesis", "supply and demand", "the Silk Road",
    "vaccines", "plate tectonics", "the history of running shoes", "why muscles get sore", "gravity", "encryption",
    "how bees navigate", "inflation", "the immune system", "tides", "the invention of printing", "marathon training",
    "jazz", "the water cycle", "the rise of Rome", "quantum computing", "bird migration", "the rules of tennis",
    "the stock market", "classical ballet", "machine learning", "volcanoes", "human memory", "climate change",
)  # fmt: skip
NAMES = ("Alice", "Omar", "Mei", "Jonas", "Priya", "Tom", "Lucía", "Kwame", "Hana", "Ivan", "Zoe", "Ben")
THINGS = ("apples", "tickets", "marbles", "books", "stamps", "cookies", "coins", "pencils", "shirts", "bricks")
PLACES = ("Lisbon", "a mountain village", "Nairobi", "the seaside", "Hanoi", "Buenos Aires", "Iceland", "Chicago")
LANGUAGES = ("Python", "JavaScript", "C++", "Rust", "Java", "Go", "SQL", "Bash", "TypeScript", "Haskell")
TASKS_OF_CODE = (
    "reverses a linked list", "finds the longest common prefix of a list of strings", "parses a CSV file and prints the mean of each column",
    "checks whether a string is a palindrome", "computes the first n prime numbers", "merges two sorted arrays", "counts words in a text file",
    "implements a least-recently-used cache", "finds the shortest path in a grid", "simulates a random walk on a lattice",
    "moves all zeros of a list to the end", "rotates a matrix by 90 degrees", "validates an e-mail address", "solves a Sudoku",
    "calculates the distance that a runner covers from GPS points", "inverts a binary tree", "flattens nested lists", "sorts a list with merge sort",
    "turns Roman numerals into integers", "downloads a web page and lists its links", "finds the k-th smallest element", "jumps over blank lines in a log",
)  # fmt: skip
FORMS = (
    "a short story",
    "a poem of four lines",
    "an e-mail",
    "a product description",
    "a blog post",
    "a limerick",
    "a persuasive speech",
    "a letter of complaint",
    "a haiku",
    "a movie scene",
    "an obituary",
    "a press release",
)
SUBJECTS = (
    "a lighthouse keeper who cannot sleep", "two friends who meet again after thirty years", "a robot that learns to dance",
    "a delayed train", "the first snow of the year", "a lost dog that walks home", "a new coffee shop", "a failed experiment",
    "a runner who comes last and smiles", "leaving the city", "an unexpected inheritance", "a colleague's promotion",
    "a request for a day off", "a broken washing machine", "a jump from a high diving board", "grandmother's kitchen",
)  # fmt: skip
PASSAGES = (
    "The company opened three shops last year and closed one. Its revenue rose from 4.1 to 5.2 million euros while costs stayed at 3.9 million.",
    "Maria left the house at eight, ran to the bus stop, and still missed the bus. She walked to work instead and arrived at nine.",
    "Water expands when it freezes, which is why ice floats and why pipes burst in cold winters.",
    "Our flight was cancelled, the hotel had lost our booking, and yet it became the best holiday we ever had.",
    "In 1911 Amundsen reached the South Pole five weeks before Scott. Both teams had trained for months on skis.",
    "The new phone has a bright screen and a good camera, but the battery lasts barely half a day.",
    "Dear team, the meeting moves from Tuesday to Thursday at three. Please bring the figures for March and April.",
    "Bees dance to tell each other where flowers are: the angle gives the direction, the length of the run the distance.",
    "The study followed 1,200 adults for six years and found that those who walked daily slept better.",
    "Paris, 14 July: Anna Weber (Germany) beat Li Na (China) 6-4, 6-3; on court two, Sofia Rossi (Italy) lost in three sets.",
)  # fmt: skip
WORK = (
    "Summarize the following text in one sentence:", "Extract all names and numbers from this passage as JSON:",
    "Rewrite this in a formal tone:", "Translate the following into Spanish:", "Correct grammar and style:",
    "What is the sentiment of this text, from one to five?", "Turn this into three bullet points:", "What question does this passage answer?",
    "Rephrase the text for a ten-year-old:", "List every verb in the text below:", "Find the error in reasoning, if there is one:",
)  # fmt: skip
FOLLOW = (
    "",
    "",
    " Answer in two sentences.",
    " Explain step by step.",
    " Keep it short.",
    " Give an example.",
    " Use simple words.",
    " Give me three versions.",
    " Cite no sources.",
    " Do not use bullet points.",
)


def _role(rng: random.Random) -> str:
    lead = rng.choice(
        (
            "Pretend to be {r}.",
            "Act as {r}.",
            "You are {r}.",
            "I want you to play {r}.",
            "Take on the role of {r}.",
            "Imagine that you are {r}.",
            "From now on you speak as {r}.",
        )
    )
    ask = rng.choice(
        (
            "Tell me about {t}.",
            "How would you explain {t} to me?",
            "Give your opinion on {t}.",
            "Start by introducing yourself.",
            "What do you think of {t}?",
            "Describe a day in your life.",
            "Convince me to learn about {t}.",
            "Answer all my questions in that manner. First question: what is {t}?",
        )
    )
    return lead.format(r=rng.choice(ROLES)) + " " + ask.format(t=rng.choice(TOPICS))


def _maths(rng: random.Random) -> str:
    a, b, c = rng.randint(2, 40), rng.randint(2, 30), rng.randint(2, 12)
    name, thing = rng.choice(NAMES), rng.choice(THINGS)
    return rng.choice((
        f"{name} has {a} {thing} and gives {c} of them to each of {rng.randint(2, 6)} friends. How many are left?",
        f"A train runs at {a + 40} km/h for {c} hours and then at {b + 30} km/h for {rng.randint(1, 5)} hours. What is its mean speed?",
        f"Solve for x: {a}x + {b} = {a * c + b}.",
        f"What is the greatest common divisor of {a * c} and {b * c}?",
        f"{name} is {a} years older than a cousin who will be {a + b} in {c} years. How old is {name}?",
        f"A cistern fills in {a} minutes through one pipe and in {a + b} through another. How long do both take together?",
        f"{name} walks {a} steps a minute, each {b + 40} cm long. How far does {name} get in {c} minutes?",
        f"How many ways are there to choose {c % 4 + 2} of {c + 5} people for a committee?",
        f"An urn holds {a} red and {b} blue balls; two are drawn without putting back. How likely are two red ones?",
        f"Someone runs {a} laps of {b * 10} metres and rests {c} minutes after each. Express the total distance in kilometres.",
        f"Simplify ({a}a + {b}b) - ({c}a - {b}b) and factor the result.",
        f"A shop lowers a price of {a * 10} dollars by {c * 5} % and then raises it by {c * 5} %. What does it cost now?",
        f"A rectangle is {c} times as long as wide and its perimeter is {2 * (c + 1) * b} cm. Find its area.",
    ))  # fmt: skip


def _code(rng: random.Random) -> str:
    language, task = rng.choice(LANGUAGES), rng.choice(TASKS_OF_CODE)
    return rng.choice((
        f"Write a {language} function that {task}.",
        f"Write a {language} program which {task}, with comments.",
        f"How do I write code in {language} that {task}?",
        f"Implement something in {language} that {task} in O(n) time if possible.",
        f"My {language} script {task} but it is slow. How can it be made faster?",
        f"Give me unit tests for a {language} function that {task}.",
        f"Explain how an algorithm that {task} works, then show it in {language}.",
        f"Design a {language} class that {task}. Mention its time complexity.",
    ))  # fmt: skip


def _reasoning(rng: random.Random) -> str:
    a, b, c = rng.sample(NAMES, 3)
    return rng.choice((
        f"{a} is taller than {b}, and {b} is taller than {c}. Who is the shortest?",
        f"{a} faces north, turns right, walks ten steps and turns right again. Which way does {a} face now?",
        f"{a} finished before {b} but after {c}, who jumped the start. Who won if {c} was disqualified?",
        f"Three switches belong to three lamps upstairs. How can {a} match them with one walk up the stairs?",
        "If all bloops are razzies and some razzies are lazzies, are some bloops necessarily lazzies?",
        f"One of {a}, {b} and {c} always lies. {a} says that {b} lies. {b} says that {c} lies. Who can be telling the truth?",
        "A man lives on the tenth floor but takes the lift to the seventh and climbs the rest, except on rainy days. Why?",
        "I have two coins that make 30 cents and one of them is not a nickel. What are they?",
        f"{a}, {b} and {c} sit on a bench. {a} is not next to {c}. Who sits in the middle?",
        f"Is it right to break a promise to {a} in order to help {b}? Argue both sides.",
    ))  # fmt: skip


def _writing(rng: random.Random) -> str:
    lead = rng.choice(
        (
            "Write {f} about {s}.",
            "Compose {f} about {s}.",
            "Draft {f} on {s}.",
            "Help me write {f} about {s}.",
            "Could you write {f} in which {s} plays a part?",
            "Create {f} that begins with {s}.",
        )
    )
    return lead.format(f=rng.choice(FORMS), s=rng.choice(SUBJECTS))


def _passage(rng: random.Random) -> str:
    text = " ".join(rng.sample(PASSAGES, rng.randint(1, 3)))
    gap = rng.choice(("\n", "\n\n", " "))
    return f"{rng.choice(WORK)}{gap}{text}" if rng.random() < 0.75 else f"{text}{gap}{rng.choice(WORK).rstrip(':')}."


def _knowledge(rng: random.Random) -> str:
    t, u, place = rng.choice(TOPICS), rng.choice(TOPICS), rng.choice(PLACES)
    return rng.choice((
        f"What are the main causes of {t}, and what follows from them for everyday life?",
        f"Compare {t} and {u}. Which is harder to understand, and why?",
        f"Explain {t} like I am five.",
        f"Give a timeline of the most important discoveries about {t}.",
        f"Outline a lesson of 45 minutes about {t} with an activity for the students.",
        f"What are common misconceptions about {t}?",
        f"Describe how {t} has influenced art and literature.",
        f"Plan three days in {place} for a family, with walks and museums.",
        f"What would a sceptic say about {t}, and how would you answer?",
        f"Name five books about {t} and say what makes each worth reading.",
        f"Which laws of nature matter most for {t}? State them with their formulas.",
        f"Write a table with pros and cons of studying {t} in {place}.",
    ))  # fmt: skip


KINDS = (_role, _maths, _code, _reasoning, _writing, _passage, _knowledge)


def long_requests(count: int, rng: random.Random) -> list[str]:
    """``count`` different requests, the kinds in turn."""
    made: dict[str, None] = {}
    turn = 0
    while len(made) < count:
        text = KINDS[turn % len(KINDS)](rng)
        if KINDS[turn % len(KINDS)] is not _code and rng.random() < 0.5:
            text += rng.choice(FOLLOW)
        made[text] = None
        turn += 1
    return list(made)

"""Ordinary questions and requests full of motion words, which must be answered in words, never with motion."""

from __future__ import annotations

import random

HAND_WRITTEN: tuple[str, ...] = tuple(
    line.strip()
    for line in """
Why do people sleepwalk?
Write a poem about running.
What is the fastest human running speed?
How do I teach a dog to sit?
Explain how jumping works in basketball.
Who choreographed Swan Lake?
Translate 'he kicks the ball' into French.
What is a standing wave?
What is a walk-in closet?
How do I run a Python script?
What does it mean to jump the gun?
Who wrote the song "Jump"?
How do I sit through a long meeting without getting sore?
What is the difference between walking and jogging for weight loss?
Is running bad for your knees?
Give me a playlist for a morning run.
How many calories does dancing burn in an hour?
What is the history of boxing gloves?
Name three famous dancers of the twentieth century.
Why do cats knead and bow their backs?
What is a bow in archery called in Japanese?
How do I tie a bow tie?
How do sound waves travel through water?
What causes ocean waves?
Why do we wave goodbye?
What does the left hemisphere of the brain do?
Is it legal to turn right on red in California?
Explain the left and right political spectrum.
What is the right-hand rule in physics?
How do I turn off notifications on my phone?
My dog jumps on visitors. What should I do?
I went for a long run today and my legs hurt. Any advice?
I have to stand all day at work. What shoes should I wear?
My grandmother walks with a cane. How can I make her home safer?
He walks into a bar. Finish the joke.
Finish the story: She was walking home when it began to rain.
Write a haiku about a dancer.
Write a short story about a boxer who retires.
Write a limerick about a man who could not sit still.
Write a sentence that uses the verb "kneel".
Write a dialogue between two runners before a race.
Write an email inviting my colleagues to a step challenge.
Write a Python function that counts steps.
Write code for a random walk.
Write a slogan for a dance school.
Describe the plot of Dirty Dancing.
Describe the life cycle of a jumping spider.
Describe the rules of kickboxing.
Describe the taste of a mango.
Describe how a crane lifts heavy loads.
Summarize the history of the moonwalk.
Summarize the rules of cricket.
Summarize the plot of Run Lola Run.
Explain a random walk in statistics.
Explain what a running average is.
Explain what a leap year is.
Explain why the stock market jumped yesterday.
Explain the phrase "to raise the bar".
Explain the idiom "to kick the bucket".
Explain what a sit-in protest is.
Explain what a standing order is.
Explain the term bear hug in business.
Explain Newton's laws of motion.
Explain the difference between a jog and a sprint.
Explain the health benefits of squats.
What muscles do squats work?
How many squats should a beginner do?
What is a good warm-up before running?
How do I improve my running form?
How high can a kangaroo jump?
How fast can an elephant run?
How far did Forrest Gump run?
How long does it take to walk a marathon?
How long is a walk from London to Brighton?
How do penguins walk?
How do snakes move without legs?
How do frogs jump so far?
How do babies learn to walk?
How do horses sleep standing up?
How do robots keep their balance?
How do motion capture suits work?
What is motion sickness?
What is the law of motion in parliament?
What is a motion to dismiss?
What is slow-motion video?
What is motion blur in photography?
What does an animator do?
What is the best software for animation?
Who invented stop-motion animation?
What is the Walk of Fame?
What is the running time of quicksort?
What is a running joke?
What is a kick drum?
What is a kickstarter campaign?
What is a punch card?
What is a punch line?
Give me a recipe for fruit punch.
What is a lunge in fencing?
What is a cartwheel in network topology?
What is a jumping jack in fireworks?
What is a bowing technique for violin?
What is a step function?
What is a handstand good for?
What is the tallest standing structure in the world?
What is the longest-running TV show?
When was the first person on the moon taking steps?
When did women first run the Boston Marathon?
When should toddlers start to jump?
Where does the tango come from?
Where can I go for a walk in Paris?
Where did hip hop dancing begin?
Which animals can walk backwards?
Which foods help runners recover?
Which president could not walk without braces?
Which planet spins the fastest?
Which hand do most people raise to swear an oath?
Why do flamingos stand on one leg?
Why do football players kneel?
Why do people bow in Japan?
Why do we jump when we are scared?
Why does my knee hurt when I squat?
Why do ballerinas spin without getting dizzy?
Why are left-handed people rare?
Why does the earth turn?
Why do old people walk slowly?
Why is sitting called the new smoking?
Should I stretch before or after a run?
Should I raise my prices?
Should I jump into the stock market now?
Can fish walk?
Can you dance the tango on ice? Explain.
Can you run Windows on a Mac?
Can you recommend a good walking tour in Rome?
Can a horse run a marathon?
Can humans outrun horses over long distances?
Can you explain how a boomerang turns around?
Do penguins have knees?
Do plants move?
Did Usain Bolt ever run 200 metres under 19 seconds?
Does walking after dinner help digestion?
Is a backflip harder than a cartwheel?
Is there a word for someone who walks in their sleep?
Is dance a sport?
Is it better to walk or run in the rain?
Classify each as a verb or a noun: run, table, jump, lamp.
Correct the grammar: "He run to the store and jumps over fence."
Translate "she waves with her left hand" into Spanish.
Translate "the man sits down" into German.
Rewrite in the past tense: "A person walks forward and waves."
Put this in the plural: the dancer turns and bows.
Find a synonym for "walk slowly".
Give me five synonyms for jump.
What is the opposite of "stand up"?
What rhymes with kick?
How many syllables are in "running"?
Count the verbs in: "He runs, jumps, and throws the ball."
List ten verbs of movement.
List the seven steps of the scientific method.
List some songs about walking.
List the moves in a breakdance battle.
Name a movie in which people dance in the rain.
Name a yoga pose for beginners.
Tell me a joke about a man who walks his dog.
Tell me about the history of the waltz.
Tell me how to cook rice, step by step.
Tell me the steps to apply for a passport.
Show me a recipe for pancakes.
Show me how to write a for loop in Python.
Show me the steps to solve 3x + 5 = 20.
Show me a list of good running shoes.
Generate a list of baby names.
Generate a workout plan for the week.
Generate a poem about a tired old man.
Generate a title for an article about walking.
Create a table of world records in the long jump.
Create a meal plan for a marathon runner.
Make a list of party games in which people dance.
Make up a story about a girl who could fly.
Animate is a word with Latin roots. What are they?
Give me an outline for an essay on modern dance.
Give me tips to stand out in an interview.
Give me three reasons to walk to work.
Help me step up my career.
Help me run a workshop.
I can't stand my neighbour's noise. What can I do?
I keep turning in bed. How can I sleep better?
I raised my hand in class and the teacher ignored me. How should I feel?
My baby just sat up for the first time! What comes next?
My left hand tingles when I wake up. Why?
My car pulls to the right. What is wrong?
My computer runs slowly. How do I fix it?
Let's walk through the French Revolution.
Take me through the steps of photosynthesis.
Turn this list into a sentence: apples, pears, plums.
Turn 5 miles into kilometres.
Kick off a brainstorm on names for my cafe.
Jump to the conclusion of the book "1984" for me.
Run me through the rules of chess.
Walk me through changing a tyre.
Pick up lines in theatre: what are they?
Bend it like Beckham: who directed it?
Squat toilets: where are they common?
Hi, how are you?
Hello!
Thank you, that was helpful.
What can you do?
Who are you?
""".strip().splitlines()
)
SUBJECTS = (
    "a kangaroo",
    "a cheetah",
    "an elephant",
    "a penguin",
    "a toddler",
    "an old man",
    "an athlete",
    "a robot",
    "a ballerina",
    "a horse",
    "a cat",
    "a soldier",
    "a goalkeeper",
    "a flea",
    "an ostrich",
    "a gymnast",
)
ACTIONS = {
    "walk": "walking", "run": "running", "jump": "jumping", "dance": "dancing", "kick": "kicking", "punch": "punching", "sit": "sitting",
    "stand": "standing", "wave": "waving", "bow": "bowing", "turn": "turning", "squat": "squatting", "lunge": "lunging", "jog": "jogging",
    "march": "marching", "skip": "skipping", "climb": "climbing", "hop": "hopping", "spin": "spinning", "stretch": "stretching",
    "crawl": "crawling", "kneel": "kneeling", "throw": "throwing", "box": "boxing", "swim": "swimming", "stumble": "stumbling",
}  # fmt: skip
NOUNS = (
    "a walk",
    "a run",
    "a jump",
    "a dance",
    "a kick",
    "a punch",
    "a lunge",
    "a squat",
    "a cartwheel",
    "a bow",
    "a wave",
    "a sprint",
    "a leap",
    "a pirouette",
    "a handstand",
    "a backflip",
)
TOPICS = (
    "ballet",
    "boxing",
    "karate",
    "tap dance",
    "marathon running",
    "race walking",
    "the long jump",
    "the high jump",
    "hip hop dance",
    "fencing",
    "gymnastics",
    "tai chi",
    "yoga",
    "kickboxing",
    "figure skating",
    "the waltz",
    "capoeira",
    "parkour",
    "hurdling",
    "Nordic walking",
)
PARTS = (
    "left hand",
    "right hand",
    "left arm",
    "right arm",
    "left knee",
    "right knee",
    "left foot",
    "right foot",
    "left shoulder",
    "right shoulder",
)
SENTENCES = (
    "a person walks forward", "he raises his left hand", "she waves with both hands", "the man kicks the ball", "they jump over the fence",
    "the old woman sits down slowly", "someone bows politely", "the child runs to the left", "a tired person walks home", "the boxer throws a punch",
    "she turns around and leaves", "he squats and lifts the box", "the dancer spins three times", "the soldier marches to the right", "a man stands up from the chair",
)  # fmt: skip
LANGUAGES = ("French", "German", "Spanish", "Italian", "Japanese", "Latin", "Portuguese", "Polish", "Swahili", "Korean")
FORMS = (
    "poem",
    "haiku",
    "limerick",
    "short story",
    "song",
    "joke",
    "riddle",
    "essay",
    "paragraph",
    "blog post",
    "product description",
    "tweet",
    "fairy tale",
    "news report",
    "speech",
    "diary entry",
)
CODES = ("Python", "JavaScript", "C++", "Rust", "Java", "SQL")
RULES: tuple[str, ...] = (
    "Why do people {act}?", "Why does {who} {act}?", "Why is {doing} good for you?", "Is {doing} good for the {part}?",
    "How fast can {who} {act}?", "How far can {who} {act}?", "How long can {who} {act} without a break?", "How do I learn to {act} better?",
    "How do you teach {who} to {act}?", "How many calories does {doing} burn?", "What muscles does {doing} use?", "What happens in the body during {doing}?",
    "What is the history of {topic}?", "What are the rules of {topic}?", "What equipment do I need for {topic}?", "Who invented {topic}?",
    "Who is the most famous person in {topic}?", "When did {topic} become an Olympic sport?", "Recommend a book about {topic}.", "Recommend a film about {topic}.",
    "Compare {topic} and {topic2}.", "What is harder, {topic} or {topic2}?", "Explain {topic} to a five-year-old.", "Explain the physics of {noun}.",
    "Explain how {who} can {act}.", "Give me three facts about {doing}.", "Give me tips for {doing} safely.", "Give me a quote about {doing}.",
    "Write a {form} about {doing}.", "Write a {form} about {who} that likes to {act}.", "Write a {form} about {topic}.", "Write a {form} that begins with: {sentence}.",
    "Compose a {form} about {noun}.", "Generate a {form} about {doing}.", "Create a {form} about {who} and {topic}.", "Make up a {form} in which {sentence}.",
    "Translate '{sentence}' into {language}.", "How do you say '{sentence}' in {language}?", "What is the {language} word for {doing}?", "Rewrite in the past tense: {sentence}.",
    "Rewrite as a question: {sentence}.", "Is this sentence grammatical: {sentence}?", "Find the verb in this sentence: {sentence}.", "What is the past tense of '{act}'?",
    "Use '{act}' in a sentence.", "Give me synonyms for '{act}'.", "What does the idiom with '{act}' and '{act2}' mean, if any?", "Which word does not fit: {act}, {act2}, table?",
    "My {part} hurts after {doing}. What should I do?", "Why does my {part} hurt when I {act}?", "I injured my {part} while {doing}. When can I start again?", "How do I strengthen my {part}?",
    "Should I {act} or {act2} to lose weight?", "What is the difference between {doing} and {doing2}?", "Do animals enjoy {doing}?", "Can {who} {act} and {act2}?",
    "Write a {code} function called {act}.", "How do I name a {code} class for {doing} in a game?", "How is {doing} animated in video games?", "What does it mean to dream about {doing}?",
    "What is the world record in {topic}?", "Is {topic} dangerous?", "Plan a week of {doing} and {doing2} for a beginner.", "What should I eat before {doing}?",
    "What should I wear for {topic}?", "What music goes well with {doing}?", "Name a song about {doing}.", "Tell me a fun fact about {topic}.",
    "I started {doing} last week. How do I keep going?", "My child refuses to {act}. Any advice?", "My friend says {doing} is a waste of time. Is that true?", "Summarize the benefits of {doing} in two sentences.",
)  # fmt: skip


def hard_negative(rng: random.Random) -> str:
    """One ordinary question or request with motion words, hand-written or made by rule."""
    if rng.random() < 0.3:
        return rng.choice(HAND_WRITTEN)
    act, act2 = rng.sample(sorted(ACTIONS), 2)
    topic, topic2 = rng.sample(TOPICS, 2)
    text = rng.choice(RULES).format(
        act=act, act2=act2, doing=ACTIONS[act], doing2=ACTIONS[act2], topic=topic, topic2=topic2, who=rng.choice(SUBJECTS),
        noun=rng.choice(NOUNS), part=rng.choice(PARTS), sentence=rng.choice(SENTENCES), language=rng.choice(LANGUAGES),
        form=rng.choice(FORMS), code=rng.choice(CODES),
    )  # fmt: skip
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

"""Requests for motion as short as a quiz's fragments, for the gate to keep apart from such talk."""

from __future__ import annotations

import random

from train.dialogue.short_questions import OBJECTS, gerund

ACTS = (
    "lift/lifts/lifting", "wipe/wipes/wiping", "carry/carries/carrying", "push/pushes/pushing", "pull/pulls/pulling", "kick/kicks/kicking", "throw/throws/throwing", "catch/catches/catching", "pick up/picks up/picking up", "put down/puts down/putting down", "sweep/sweeps/sweeping", "wash/washes/washing", "hold/holds/holding", "drag/drags/dragging", "hang up/hangs up/hanging up", "step over/steps over/stepping over", "walk around/walks around/walking around", "jump over/jumps over/jumping over", "sit on/sits on/sitting on", "reach for/reaches for/reaching for",
    "climb/climbs/climbing", "go up/goes up/going up", "polish/polishes/polishing", "scrub/scrubs/scrubbing", "fold/folds/folding", "roll/rolls/rolling", "open/opens/opening", "close/closes/closing", "shake/shakes/shaking", "turn over/turns over/turning over", "hit/hits/hitting", "swing/swings/swinging", "hand over/hands over/handing over", "stand on/stands on/standing on", "kneel on/kneels on/kneeling on", "bend over/bends over/bending over", "paint/paints/painting", "clean/cleans/cleaning", "reach up to/reaches up to/reaching up to",
    "kick away/kicks away/kicking away", "balance on/balances on/balancing on", "crawl under/crawls under/crawling under", "lean on/leans on/leaning on", "point at/points at/pointing at", "walk up to/walks up to/walking up to", "stumble over/stumbles over/stumbling over", "play with/plays with/playing with", "put on/puts on/putting on", "take off/takes off/taking off", "drink from/drinks from/drinking from", "spin/spins/spinning", "move/moves/moving",
)  # fmt: skip
TARGETS = (
    "box", "table", "chair", "bag", "ball", "cup", "book", "door", "window", "heavy crate", "bottle", "rope", "floor", "jacket", "stone", "plate", "blanket", "bench", "stick", "lamp", "basket", "bin", "drawer", "pillow", "wall", "step", "railing", "tree", "tree trunk", "person", "basketball", "sack of flour", "bowl", "glass", "shoe", "hat", "wheel", "flag", "hoop", "piece of paper", "child", "dog", "cart", "pole", "sword", "phone", "guitar", "shelf", "stool", "sink", "bed", "fence", "stack of books", "log",
)  # fmt: skip
BODILY = (
    "stretch/stretches/stretching", "wave/waves/waving", "bow/bows/bowing", "kneel/kneels/kneeling", "turn around/turns around/turning around", "stand up/stands up/standing up", "lie down/lies down/lying down", "walk in a circle/walks in a circle/walking in a circle", "run on the spot/runs on the spot/running on the spot", "raise both arms/raises both arms/raising both arms", "bend the knees/bends the knees/bending the knees", "clap/claps/clapping", "dance/dances/dancing", "shake the head/shakes the head/shaking the head",
    "jump up and down/jumps up and down/jumping up and down", "swing the arms/swings the arms/swinging the arms", "step to the side/steps to the side/stepping to the side", "roll the shoulders/rolls the shoulders/rolling the shoulders", "look left and right/looks left and right/looking left and right", "crawl/crawls/crawling", "do squats/does squats/doing squats", "do lunges/does lunges/doing lunges", "do sit ups/does sit ups/doing sit ups", "do star jumps/does star jumps/doing star jumps", "play the drums/plays the drums/playing the drums",
    "play basketball/plays basketball/playing basketball", "swim/swims/swimming", "hammer/hammers/hammering", "dig/digs/digging", "box/boxes/boxing", "march/marches/marching", "jog/jogs/jogging", "spin/spins/spinning", "stir/stirs/stirring", "serve a tennis ball/serves a tennis ball/serving a tennis ball", "stretch the back/stretches the back/stretching the back", "drink/drinks/drinking", "point/points/pointing", "climb up/climbs up/climbing up", "balance on one leg/balances on one leg/balancing on one leg", "lunge/lunges/lunging", "squat/squats/squatting",
    "chop wood/chops wood/chopping wood", "brush the hair/brushes the hair/brushing the hair", "rake/rakes/raking", "paddle/paddles/paddling", "shovel sand/shovels sand/shovelling sand", "do a burpee/does a burpee/doing a burpee", "do exercises/does exercises/doing exercises", "do karate/does karate/doing karate", "do aerobics/does aerobics/doing aerobics", "do a cartwheel/does a cartwheel/doing a cartwheel", "play volleyball/plays volleyball/playing volleyball", "play the piano/plays the piano/playing the piano", "bowl/bowls/bowling", "row/rows/rowing",
    "fish/fishes/fishing", "cook/cooks/cooking", "slice vegetables/slices vegetables/slicing vegetables", "pick flowers/picks flowers/picking flowers", "rock a baby/rocks a baby/rocking a baby", "swat a fly/swats a fly/swatting a fly", "shoot an arrow/shoots an arrow/shooting an arrow", "skate/skates/skating", "sneak/sneaks/sneaking", "stagger/staggers/staggering", "hop/hops/hopping", "skip/skips/skipping", "gallop/gallops/galloping", "applaud/applauds/applauding", "pray/prays/praying", "type on a keyboard/types on a keyboard/typing on a keyboard",
    "take a photo/takes a photo/taking a photo", "look at the watch/looks at the watch/looking at the watch", "touch the floor/touches the floor/touching the floor", "fall over/falls over/falling over",
)  # fmt: skip
PLAYED = (
    "swing/swings/swinging: a golf club, a tennis racket, a baseball bat, a sword, an axe, a hammer, a kettlebell, a lasso",
    "play/plays/playing: golf, tennis, cricket, baseball, hockey, badminton, football, table tennis, the violin, the cello, the guitar, the trumpet, the flute, the harp, hopscotch, air guitar, darts, frisbee",
    "do/does/doing: yoga, tai chi, a star jump, ten star jumps, five jumping jacks, jumping jacks, twenty push-ups, a pull-up, three squats, a handstand, a headstand, a plank, a split, a somersault, a forward roll, a backflip, a moonwalk, ballet, a pirouette, a tap dance, judo, a high kick, a roundhouse kick, six lunges, crunches, a burpee, the twist, the robot dance, a curtsy, gymnastics, weight training, the limbo",
    "drive/drives/driving: a car, a tractor, a bus, a race car", "ride/rides/riding: a bicycle, a horse, a scooter, a motorbike, a unicycle",
    "conduct/conducts/conducting: an orchestra, a choir, traffic", "direct/directs/directing: traffic, a choir, planes on a runway",
    "throw/throws/throwing: a ball, a javelin, a spear, a punch, a dart, a frisbee, a snowball, a discus, confetti", "catch/catches/catching: a ball, a frisbee, a fish, a falling cup",
    "kick/kicks/kicking: a ball, a stone, a door, a sandbag, the air, a football", "cross/crosses/crossing: the finish line, the street, the room, a bridge, the arms, a stream",
    "push/pushes/pushing: a heavy box, a car, a pram, a wall, a trolley", "lift/lifts/lifting: a barbell, dumbbells, a heavy weight, the left knee, the right foot, a baby",
    "skip/skips/skipping: rope, along the path, with joy, across the yard", "walk/walks/walking: on tiptoe, a tightrope, a dog, like a robot, like a model, on the heels, backwards, with a limp, upstairs, through snow",
    "run/runs/running: a lap, a marathon, for the bus, in place, up a hill, through the finish", "jump/jumps/jumping: over a puddle, on a trampoline, rope, for joy, off a box, sideways",
    "shoot/shoots/shooting: an arrow, a basketball, a penalty", "hit/hits/hitting: a home run, a tennis ball, a gong, a punching bag", "paint/paints/painting: a wall, a picture", "hail/hails/hailing: a taxi, a cab",
)  # fmt: skip
"""Acts with what is played, ridden or done: forms of the verb, then its objects."""
ALONE = (
    "tiptoe",
    "moonwalk",
    "stumble",
    "march",
    "trip",
    "slip",
    "salute",
    "shrug",
    "nod",
    "juggle",
    "cheer",
    "stretch",
    "yawn",
    "sneeze",
    "shiver",
    "faint",
    "limp",
    "strut",
    "stroll",
    "sprint",
    "leap",
    "duck",
    "flinch",
    "cower",
    "twirl",
    "sway",
    "stomp",
    "tremble",
    "rest",
    "wrestle",
    "fence",
    "surf",
    "ski",
    "snowboard",
    "hike",
    "skateboard",
    "breakdance",
    "waltz",
    "meditate",
    "curtsy",
    "headbang",
    "hurdle",
    "lean",
    "roll",
    "somersault",
)
"""Verbs of the body that need nothing beside them."""
WISHES = (
    "{v}", "{V}", "{V}.", "a person {s}", "A person {s}.", "someone {s}", "Someone {s}.", "a man {s}", "the woman {s}", "a child {s}", "a person is {i}", "someone is {i}", "{i}", "a person {s} slowly", "{v} quickly", "he {s}", "She {s}.", "the figure {s}", "Please {v}.", "a tired man {s}", "a girl {s}", "a boy {s}", "a runner {s}", "a dancer {s}", "an old woman {s}", "an athlete {s}", "{v} twice", "{v} three times", "{v} with energy", "somebody {s} again and again", "{s}", "can you {v}", "a soldier {s}", "{v} for a while",
)  # fmt: skip


def _third(verb: str) -> str:
    return (
        verb[:-1] + "ies"
        if verb[-1] == "y" and verb[-2] not in "aeiou"
        else verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "z")) else "s")
    )


def _act(rng: random.Random) -> list[str]:
    """An act in three forms: ``lift the box``, ``lifts the box``, ``lifting the box``."""
    kind = rng.random()
    if kind < 0.25:
        return rng.choice(BODILY).split("/")
    if kind < 0.4:
        verb = rng.choice(ALONE)
        return [verb, _third(verb), gerund(verb)]
    if kind < 0.7:
        forms, objects = rng.choice(PLAYED).split(": ")
        target = rng.choice(objects.split(", "))
    else:
        forms, target = (
            rng.choice(ACTS),
            f"{rng.choice(('the', 'the', 'a'))} {rng.choice(rng.choice((TARGETS, TARGETS, OBJECTS)))}",
        )
    return [f"{form} {target}" for form in forms.split("/")]


def short_motion_requests(count: int, rng: random.Random) -> list[str]:
    """``count`` different ones: acts bare, or with who does them."""
    made: dict[str, None] = {}
    while len(made) < count:
        act, does, doing = _act(rng)
        made[rng.choice(WISHES).format(v=act, V=act[:1].upper() + act[1:], s=does, i=doing)] = None
    return list(made)

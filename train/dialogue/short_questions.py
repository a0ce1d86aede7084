"""Ordinary talk as short as a caption: how-to goals, science fragments, true or false, blanks, school questions.

What quizzes ask is often a fragment ("to dry wet shoes,", "A plant that leans is") or names bodily acts, and
reads much like a request for motion. Here such talk is written by rules from parts. A quarter of the parts and
of the wordings is held out: ``short_questions(..., held_out=True)`` uses those alone, so that what the gate makes of
words it never trained on can be measured.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from train.dialogue.long_requests import NAMES

EVERY = 4
"""One part in so many is held out."""

OBJECTS = (
    "dish brush", "ladder", "bucket", "pillow", "wool jumper", "cast iron pan", "garden hose", "bicycle tyre", "wooden spoon", "leather sofa", "shower curtain", "glass jar", "candle", "paper towel", "rubber band", "mattress", "kettle", "toothbrush", "coat hanger", "picture frame", "silk scarf", "rug", "fish tank", "window blind", "cutting board", "broom", "mop", "skateboard", "yoga mat", "dumbbell", "tennis racket", "football", "skipping rope", "hammock", "tent", "sleeping bag", "rucksack", "suitcase", "umbrella", "raincoat", "pair of jeans", "pair of boots",
    "woolly hat", "leather belt", "zip", "button", "shoelace", "sock", "apron", "tea towel", "duvet", "pillowcase", "bath mat", "sink", "drain", "tap", "oven", "fridge", "freezer", "toaster", "microwave", "blender", "dishwasher", "washing machine", "tumble dryer", "hoover", "iron", "lamp", "light bulb", "torch", "battery", "phone charger", "laptop", "keyboard", "headphones", "camera lens", "guitar string", "piano", "drum", "notebook", "cardboard box", "envelope", "pencil", "marker pen", "paint brush", "roll of tape", "tin can", "wine cork", "plastic bottle",
    "drinking straw", "baking tray", "rolling pin", "cheese grater", "kitchen knife", "colander", "teapot", "mug", "thermos", "ice tray", "bar of soap", "hair dryer", "comb", "razor", "mirror", "nail", "screw", "hammer", "saw", "wrench", "drill", "tape measure", "spirit level", "plank", "brick", "paving slab", "fence post", "gate", "shed", "wheelbarrow", "spade", "flower pot", "hedge", "lawn", "rose bush", "bird feeder", "dog lead", "cat litter tray", "hamster cage", "car windscreen", "car seat", "bonfire", "barbecue", "snow shovel", "sledge", "kite",
    "swing seat",
)  # fmt: skip
CARE = (
    "clean {o}", "wipe down {o}", "lift {o} safely", "store {o} for the winter", "fix {o}", "hang {o} without nails", "carry {o} on your own", "roll up {o}", "fold {o} neatly", "polish {o}", "move {o} up the stairs", "dry {o} fast", "repair {o}", "paint {o}", "cut {o} in half", "open {o} that is stuck", "remove rust from {o}", "get wax off {o}", "get a bad smell out of {o}", "keep {o} from slipping", "make {o} last longer", "protect {o} from damp", "decorate {o}", "wash {o} by hand", "measure {o}", "turn {o} upside down", "stretch {o}", "throw away {o}",
    "pick up {o} with a bad back", "step over {o} in the dark", "walk past {o} with wet feet", "sit on {o} in comfort", "stop {o} from squeaking", "push {o} across a carpet", "pull {o} out of the mud", "reach {o} on a high shelf", "choose {o}", "wrap {o} as a gift", "pack {o} for a flight", "label {o}", "scrub {o}", "replace {o}", "sharpen {o}", "shake dust out of {o}", "untangle {o}", "take a price tag off {o}", "build a stand for {o}", "reuse {o}", "glue {o} back together", "hold {o} steady", "swing {o}", "set up {o}", "take {o} apart",
)  # fmt: skip
FOODS = (
    "bread", "eggs", "rice", "pasta", "potatoes", "onions", "garlic", "tomatoes", "carrots", "bananas", "apples", "strawberries", "avocados", "lemons", "mushrooms", "spinach", "lettuce", "cucumbers", "pumpkins", "sweetcorn", "bacon", "chicken wings", "a whole turkey", "salmon", "prawns", "mince", "sausages", "tofu", "lentils", "chickpeas", "oats", "pancakes", "waffles", "biscuits", "a sponge cake", "cupcakes", "pie crust", "pizza dough", "butter", "cream", "cheese", "yoghurt", "ice cream", "honey", "jam", "maple syrup", "chocolate", "popcorn", "walnuts",
    "peanut butter", "coffee", "iced tea", "lemonade", "soup", "gravy", "mashed swede", "porridge", "salad dressing",
)  # fmt: skip
COOKING = (
    "keep {f} fresh", "boil {f}", "store {f}", "freeze {f}", "thaw {f}", "reheat {f}", "season {f}", "make {f} less salty", "tell whether {f} went off", "cook {f} without an oven", "cut {f} evenly", "make {f} at home", "serve {f} at a party", "stop {f} from sticking", "make {f} taste better", "wash {f}", "pack {f} for lunch", "measure {f} without scales", "add flavour to {f}", "stir {f} without lumps", "turn {f} over in the pan", "use up old {f}", "melt {f}", "toast {f}",
)  # fmt: skip
GOALS = (
    "dry a wet coat", "remove gum from hair", "get ink out of a shirt", "unclog a toilet", "tie a tie", "whistle with two fingers", "soothe a sore throat", "stop hiccups", "fall asleep sooner", "wake up early", "remove a splinter", "treat a bee sting", "stop a nosebleed", "cool down sunburnt arms", "stretch tight legs before a run", "wash your hands properly", "brush your teeth well", "trim a beard", "curl long hair", "wave hair with a flat iron", "shave your legs", "bend your knees when lifting", "sit up straight at a desk", "stand all day without sore feet",
    "walk in high heels", "walk on ice", "jump higher", "run a faster mile", "throw a frisbee straight", "kick a ball with spin", "do a push up with good form", "do a handstand against a wall", "hold a plank longer", "swing a golf club", "swim with less effort", "float on your back", "dive without a splash", "catch a ball with one hand", "serve in tennis", "dribble past a player", "climb a rope", "skip rope for exercise", "warm up before dancing", "dance at a wedding", "bow to a Japanese host", "wave down a taxi", "shake hands at an interview",
    "cross your legs on the floor", "roll your shoulders to ease pain", "raise one eyebrow", "snap your fingers", "juggle three balls", "moonwalk", "crack your back", "carry a sleeping child", "lift a patient out of bed", "teach a baby to crawl", "teach a dog to roll over", "train a cat to walk on a lead", "stop a puppy from jumping up", "bathe a nervous dog", "clip a rabbit's claws", "feed a stray cat", "keep hens warm", "attract butterflies", "get rid of ants", "trap fruit flies", "keep mosquitoes away", "scare birds off a field", "keep slugs off lettuce",
    "plant a tree", "grow basil indoors", "prune an apple tree", "water plants while on holiday", "rake leaves with less work", "dig a pond", "make compost", "lay turf", "build a birdhouse", "build a fort from blankets", "build a snowman", "light a fire without matches", "find north without a compass", "purify water outdoors", "hang food away from bears", "pitch a tent in the wind", "start a car in the cold", "change a flat tyre", "jump start a car", "parallel park", "scrape ice off a windscreen", "save petrol", "ride a bike uphill",
    "stop a bike chain from slipping", "fix a scratched disc", "save a wet phone", "free up space on a phone", "take photos at night", "scan a letter", "back up files", "sew on a button", "hem trousers", "knit a scarf", "dye a shirt", "iron a collar", "break in new boots", "whiten trainers", "patch a hole in jeans", "make slime", "make a paper plane", "fold a paper crane", "make a mask", "paint a rainbow", "make bubbles", "blow up balloons", "wrap a round present", "write with chalk on a wall", "frame a poster", "hang a shelf", "fill a hole in plaster",
    "paint a ceiling without drips", "sand a floor", "drill into tile", "remove wallpaper", "insulate a loft", "quieten a noisy floor", "sweep up broken glass", "dust high corners", "clean behind a radiator", "scrub grout", "mop without streaks", "vacuum stairs", "make a bed", "change a duvet cover", "organise a wardrobe", "pack light", "move house on a budget", "lift a sofa through a door", "clear a gutter", "shovel snow without back pain", "peel an orange in one go", "crack an egg with one hand", "open a jar with a tight lid", "pour without spilling",
    "flip a pancake", "toss a salad", "knead dough", "roll out pastry", "carve a roast", "chop herbs", "rinse soap off your arms", "keep your hands warm in winter", "pull a tooth", "pop your ears on a plane", "rest your eyes", "soften rough heels", "relax your jaw", "tape a sprained ankle", "wrap a bandage round the head", "loosen a stiff neck", "turn a mattress alone", "flip a heavy tyre", "swing higher", "roll a kayak upright", "step off an escalator safely", "push a pram uphill", "kneel without pain", "wave a flag",
    "punch a bag without hurting your wrists", "lift weights at home", "sit on the ground without getting wet", "run on sand", "throw a dart", "bounce a ball low", "reach the top shelf", "walk a slackline", "hang upside down on a bar", "stop feet from smelling", "stand on one leg for longer", "squat with a bad knee", "hop over a ditch", "do the splits", "land a jump on a skateboard", "spin a basketball on one finger", "clap louder", "stop sliding in socks", "open a car door in the frost", "tie up long hair", "put on a duvet cover alone", "hold chopsticks",
    "stretch new shoes", "bend a wire into a hook", "bend a pipe", "straighten a nail", "cut a circle out of felt", "fold a fitted sheet", "hang curtains", "hang a swing from a branch", "throw a party", "catch a mouse",
)  # fmt: skip
QUIET = (
    "boil",
    "store",
    "freeze",
    "thaw",
    "reheat",
    "season",
    "make",
    "tell",
    "cook",
    "measure",
    "add",
    "use",
    "remove",
    "get rid",
    "keep",
    "protect",
    "decorate",
    "fix",
    "repair",
    "replace",
    "sharpen",
    "reuse",
    "save",
    "attract",
    "treat",
    "soothe",
    "dry",
    "purify",
    "insulate",
    "organise",
    "choose",
)
"""Verbs of goals that nobody would ask to see as motion, so that they may stand alone."""
ASK = (
    "how to {g}", "How to {g}?", "How to {g}", "To {g},", "to {g}", "To {g}", "how do you {g}?", "How do you {g}", "How do I {g}?", "how can I {g}", "What is the best way to {g}?", "easiest way to {g}", "When {ing},", "when {ing}", "Before {ing},", "While {ing},", "In order to {g}, you should", "If you want to {g},", "What do you need to {g}?", "tips to {g}", "how to {g} at home", "How to {g} without any tools?", "a safe way to {g}", "To {g} with a {n},", "how to {g} using a {n}", "Ways to {g}", "I want to {g}.", "Trying to {g}", "what to use to {g}",
    "How should you {g}?", "To easily {g},", "To {g} quickly", "After {ing}, you should", "for {ing}", "What can I use for {ing}?", "How does one {g}", "To help someone {g},", "why {g}?",
)  # fmt: skip
ALONE = ("{g}", "{G}", "{g} quickly", "{G}.", "{g} with a {n}", "{g} cheaply", "{g} at home", "{g} without fuss")
BARE = (
    "{n}",
    "{N}",
    "{n}s",
    "a {n}",
    "A {n}",
    "{n} and {m}",
    "{N} can",
    "{n} can be used to",
    "using a {n}",
    "what is a {n} for",
    "{n} uses",
    "A {n} can",
    "old {n}",
    "the {n} is",
    "can a {n} hold water",
    "new {n}",
    "{N}.",
    "clean {n}",
    "how heavy is a {n}",
    "with a {n}",
)

BEINGS = (
    "a plant", "an owl", "a frog", "a deer", "a bear", "a cactus", "a whale", "a bee", "a snake", "a rabbit", "a lion", "a duck", "a spider", "an earthworm", "a seed", "a fern", "a mushroom", "a salmon", "a turtle", "a penguin", "a squirrel", "a bat", "a wolf", "an oak", "a coral reef", "a caterpillar", "a polar bear", "a camel", "a runner", "a boy", "a girl", "a hiker", "a farmer", "a dog", "a child on a swing", "a diver", "a hawk", "a mouse", "a tadpole", "a sunflower",
)  # fmt: skip
CONCEPTS = (
    "lubricant", "renewable resource", "herbivore", "learned behaviour", "inherited trait", "physical change", "chemical change", "source of light", "decomposer", "producer", "mammal", "simple machine", "lever", "pulley", "fossil fuel", "mixture", "solid", "liquid", "gas", "natural disaster", "food chain", "predator", "adaptation", "insulator", "reflection", "migration", "form of friction", "magnetic object", "sedimentary rock", "planet", "star", "ecosystem", "habitat", "vibration", "push or a pull", "form of energy",
)  # fmt: skip
EVENTS = (
    "a wet towel dries", "a girl kicks a ball into a net", "a sheep grows a thick coat", "the sun goes down", "water freezes in a crack", "a leaf turns brown", "a girl rubs her hands together", "a car stops suddenly", "a magnet nears a nail", "ice is left on a table", "the Earth spins", "the Moon passes the Sun", "a runner sweats", "a bear sleeps all winter", "a plant gets no light", "a river floods", "a volcano erupts", "a person lifts a heavy bag", "a swimmer pushes against water", "a spring is stretched", "a guitar string is plucked", "a balloon is heated",
    "salt is stirred into water", "a candle burns", "a metal spoon sits in soup", "a hiker climbs a mountain", "a man jumps on soft sand", "a child slides down a slide", "a cyclist brakes", "a bird sits on its eggs", "a bee visits a flower", "a forest burns", "a glacier moves", "wind blows over a dune", "a rock rolls downhill", "a lamp is switched on", "a person walks on a shadow", "the tide comes in", "a frog catches a fly", "a tree falls in a storm", "a ball is thrown straight up", "a skater turns on ice", "a person bends an arm", "a fox changes colour",
    "a hand touches a hot pan", "an athlete runs a long race", "clouds grow dark", "a seed is carried by a stream", "oil is poured on water", "a mirror faces the sun", "a heart beats faster", "a wave hits the cliff", "a horse pulls a cart", "a girl waves from far away", "a box is dragged over a rough floor", "sugar is left in the rain",
)  # fmt: skip
ENDS = (
    "uses its legs to", "needs water in order to", "can survive without", "moves toward", "stands on one leg to", "leans to one side to", "eats mostly", "grows faster when", "hides in order to", "would be hurt by", "is likely to live in", "gets energy from", "turns its head so it can", "stays warm by", "runs from danger because", "is able to", "will die if", "is most like", "has a body that", "can jump far since", "requires", "walks a long way to find", "sheds", "breathes with", "prefers to be near", "changes as", "may be able to see", "is an example of",
)  # fmt: skip
STEMS = (
    "{X} {ends}", "{X} that {ends2} is", "{X} resting on a log is", "An example of a {k} is", "Which is an example of a {k}?", "a {k} is", "A {k} can be", "What is a {k}", "If {e} it", "If {e}, then", "When {e},", "{E} because", "{E}, and this is", "{E}, which means", "{E} and", "As {e},", "After {e},", "{E} in order to", "What happens when {e}?", "Why does it matter if {e}?", "{E}, making it", "Because {e},", "{X} and {y} both", "{X} is different from {y} because", "Without {y},", "a {k} such as", "{X} is to {y} as", "What do {x} and a {k} share", "{E} so",
    "{X} needs", "the best {k} would be", "{E} due to", "where would you find {x}", "{X} might", "{x} is", "One way that {x}",
)  # fmt: skip
SETUPS = (
    "A boy pulls a wagon along a path", "A class drops two balls from the same height", "Two students pull a rope in opposite directions", "A girl walks 30 metres in 20 seconds", "A boy rides his bicycle down a hill", "A student measures the temperature of water every minute", "A scientist looks at cells under a microscope", "Students plant beans in four pots and give each a different amount of water", "A runner breathes faster during a race", "A block slides down a ramp and stops", "A teacher hangs a weight on a spring",
    "A student touches a metal rod and a wooden rod", "A farmer plants clover between two crops", "A team studies fish in a polluted lake", "A person standing on a skateboard throws a heavy ball forward", "A student stirs salt into a beaker until no more dissolves", "Marco kicks a ball and it rolls to a stop", "A swimmer pushes off the wall of a pool", "Workers lift a crate with a pulley", "A child jumps from a wall and lands with bent knees", "A group records the height of a shadow during the day", "A girl holds a mirror in front of a lamp",
    "A student steps on a scale in a moving lift", "Two magnets are placed on a table", "A dancer spins and pulls in her arms", "A geologist finds shells high on a mountain", "A student rolls marbles over carpet, tile and sand", "A doctor taps the knee of a patient and the leg kicks",
)  # fmt: skip
SCHOOL = (
    "Which force acts upward?", "Which statement best explains this?", "What should be done next?", "Which tool would help most?", "What is the variable that was changed?", "Which energy change takes place?", "What can be concluded?", "Which question were they trying to answer?", "Which of these is a safe way to do this?", "What is the speed?", "How could the results be made more reliable?", "Which body systems work together here?", "What will most likely happen?", "This is an example of", "Which property is being compared?", "Why does this happen?",
    "Which unit should be used?", "What causes the motion?", "Which graph would show the data best?", "Which of the following is most responsible?", "Which two organs help to move the arm?", "Compared with before, the mass is now", "What is the source of the energy?", "The best hypothesis is that",
)  # fmt: skip
EXTRA = (
    "",
    "",
    "",
    " The floor is level.",
    " The test is repeated three times.",
    " The results are written in a table.",
    " It takes ten seconds.",
    " Nobody touches it after that.",
    " The temperature stays the same.",
)

BODY = (
    "stomach", "left foot", "left leg", "right hand", "thumb", "big toe", "knee joint", "hip bone", "left kidney", "heart", "liver", "spine", "collarbone", "upper arm", "shin", "elbow", "jaw", "skull", "shoulder blade", "ankle", "wrist", "calf muscle", "neck", "little finger", "right ventricle", "large intestine", "eyelid", "kneecap", "forearm", "heel", "palm", "ribcage", "tongue", "pelvis", "hamstring", "biceps", "middle toe", "funny bone", "tail bone", "bladder", "inner ear", "voice box",
)  # fmt: skip
LAWS = (
    "turn right on a red light", "walk on a motorway", "carry a knife", "sit in the front seat as a child", "jump off a bridge with a parachute", "ride a bike on the pavement", "drink in public", "cross the border without a passport", "drive barefoot", "keep a fox as a pet", "run a red light in an ambulance", "throw snowballs", "fly a drone over a house", "stand for the national anthem", "vote at sixteen", "fish without a licence", "own a gun", "leave a child at home", "sleep in a car", "dance in a church", "step on a banknote", "pass on the left",
)  # fmt: skip
SHOWS = (
    "the tv show", "the film", "jumanji", "footloose", "the book of the same name", "step up", "the last season of lost", "dancing on ice", "the walking scene", "rocky", "the hunger games", "stand by me", "the jungle book", "peter pan", "the wizard of oz", "happy feet", "friends", "doctor who", "the lion king", "billy elliot", "the second book", "house of cards", "prison break", "the original series", "strictly come dancing", "kung fu panda", "the karate kid", "the sound of music", "toy story", "mary poppins", "the office", "titanic", "the last episode",
    "the musical", "the third film", "dirty dancing", "the crown", "black swan", "the sequel", "the great escape", "chariots of fire", "the lost world",
)  # fmt: skip
DEEDS = (
    "walk across the desert", "run away together", "get married", "die at the end", "jump from the roof", "come back to life", "dance with the prince", "find the treasure", "sit on the throne", "fight each other", "learn to fly", "kick out the father", "escape on foot", "climb the tower", "raise the child", "turn into animals", "wave goodbye", "break up", "win the last round", "leave the island", "lift the curse", "swim to shore", "throw the ring away", "kneel before the king", "lose a leg", "stand trial", "jump into the sea", "meet again",
    "move to another town", "forgive each other", "hold hands", "cross the river", "hang the thief", "push him off the cliff", "fall down the stairs", "become friends", "save the dog", "walk out of the meeting", "kiss in the rain", "sleep in the barn",
)  # fmt: skip
RULES = (
    "a goalkeeper throw the ball over the halfway line", "a player kick the ball with the knee", "you walk with the ball in netball", "a pitcher step off the mound", "a boxer hit with an open hand", "you jump in table tennis", "a batsman run without the bat", "the king move backwards in chess", "you stand in the key for five seconds", "a swimmer walk on the bottom of the pool", "a runner leave the lane", "a caddie carry two bags", "a referee touch the ball", "a coach step onto the pitch", "you score from a throw in", "a rugby ball be passed forward",
)  # fmt: skip
SAME = (
    "a crocodile", "an alligator", "baking soda", "baking powder", "a pony", "a horse", "jogging", "running", "a violin", "a fiddle", "great britain", "the united kingdom", "a turtle", "a tortoise", "rum", "whisky", "a pike", "a spear", "squats", "lunges", "a waltz", "a foxtrot", "a sofa", "a couch", "gravity", "weight", "a jump shot", "a free throw", "a stroke", "a heart attack", "a state", "a province", "velocity", "speed", "a hotel", "a motel", "a cyclone", "a hurricane", "a boxer", "a wrestler", "a walk", "a hike", "a prune", "a plum", "brown sugar",
    "molasses", "a job", "a career", "a march", "a parade", "a hug", "an embrace", "a kangaroo", "a wallaby",
)  # fmt: skip
CLAIMS = (
    "is the {b} longer than the {c}", "is the {b} part of the {c}", "can you live without a {b}", "does the {b} grow back", "can you walk with a broken {b}", "is the {b} connected to the {c}", "do you use the {b} when you run", "is the {b} the strongest part of the body", "is it legal to {l}", "can you {l} in the uk", "is it against the law to {l} in texas", "are you allowed to {l} in germany", "do you have to be eighteen to {l}", "do they {d} in {s}", "does he {d} in {s}", "does she {d} at the end of {s}", "do the two of them ever {d} in {s}",
    "is there a sequel to {s}", "is {s} based on a true story", "is there going to be another season of {s}", "did the actors really {d} in {s}", "was {s} filmed in one place", "can {r}", "is it a foul if {r2}", "has {r2} ever counted", "is {x} the same as {y}", "is {x} a kind of {y}", "is there a difference between {x} and {y}", "does {x} come from {y}", "are {x} and {y} related", "do {x} and {y} have the same meaning", "can {x} turn into {y}", "was {x} older than {y}", "is {s} still on", "will they {d} in {s}", "is the {b} on the left side",
    "does it hurt the {b} to {l}", "did anyone {d} in {s}", "is there a {b} in every mammal", "did {s} win any awards", "was {s} a book first", "is the {b} made of bone", "can you get a new {b}", "do people still {d} in {s}", "is the {c} above the {b}", "can a cat have a {b}", "does {s} have a happy ending", "do both of them {d} by the end of {s}", "is it rude to {l} in japan", "have you always been able to {l} in france", "is {x} made from {y}", "can you use {x} instead of {y}", "does a person need the {b} to walk", "is the {b} the same as the {c}",
    "do you need a permit to {l} in canada", "is it possible to {l} for a whole day", "in {s} does he {d}", "at the end of {s} do they {d}", "can you run with only one {b}", "is there a law that lets you {l}", "did the first {s} do better than the second", "do women have a bigger {b} than men",
)  # fmt: skip
VERDICTS = (
    " Answer true or false.",
    " Answer true or false.",
    "? Answer true or false.",
    " True or false?",
    ". Answer yes or no.",
    " Answer with true or false.",
    " Answer true or false",
    "? Answer yes or no.",
)

PEOPLE = (
    "{a} moved the piano with less effort than {b} because _ {was}", "{a} ran faster than {b} so _ {got}", "{a} could kick the ball further than {b} because _ {was}", "{a} asked {b} to hang the picture since _ {was}", "{a} sat down before {b} did, as _ {was}", "{a} threw the frisbee to {b} but _ {got}", "{a} had to carry {b} home because _ {was}", "{a} waved at {b} from the window, but _ {got}", "{a} stretched before the race and {b} did not, so _ {got}", "{a} taught {b} to swim because _ {was}", "{a} washed the dishes while {b} rested, since _ {was}",
    "{a} bent down to tie the shoes of {b}, as _ {was}", "{a} danced all night but {b} stayed in the chair because _ {was}", "{a} jumped over the fence and {b} walked round it, because _ {was}", "{a} pushed {b} on the swing until _ {got}", "{a} borrowed money from {b} although _ {was}", "{a} wiped the table for {b}, so _ {got}", "{a} cooked for {b} every night because _ {was}", "{a} went to the doctor instead of {b} because _ {was}", "{a} stepped on the foot of {b}, so _ {got}", "{a} hugged {b} for a long time because _ {was}",
    "{a} rolled the dough thinner than {b}, so _ {got}", "{a} envied {b} because _ {was}", "{a} fell off the ladder and not {b} because _ {was}", "{a} gave {b} a lift to work as _ {was}", "{a} raised the left arm and {b} the right, so _ {got}", "{a} was a better singer than {b} so _ {got}", "{a} painted the wall that {b} had scratched, so _ {got}", "{a} climbed the hill with ease unlike {b} because _ {was}", "{a} turned away from {b} when _ {got}", "{a} pulled the rope harder than {b}, and _ {got}",
    "{a} bought new boots but {b} kept the old ones, because _ {was}",
)  # fmt: skip
WAS = (
    "had big muscles",
    "was tired",
    "had weak arms",
    "was taller",
    "was ill",
    "had sore legs",
    "was in a hurry",
    "had more practice",
    "was afraid of heights",
    "had hurt a knee",
    "was very patient",
    "had a bad back",
    "was lazy",
    "was younger",
    "had long legs",
    "did not like to walk",
    "was rich",
    "had forgotten the keys",
    "was good with the hands",
    "liked dancing",
)
GOT = (
    "won the race",
    "got a medal",
    "felt sore the next day",
    "was thanked",
    "lost the game",
    "needed a rest",
    "had to say sorry",
    "was proud",
    "did not notice",
    "missed the catch",
    "fell over",
    "felt embarrassed",
    "went home early",
    "got all the praise",
    "started to cry",
    "could not stand up",
    "was asked to help again",
    "waved back",
    "stopped to breathe",
    "walked off",
)
PAIRS = (
    "The {x} did not fit through the {y} because the _ was too wide.", "I put the {x} under the {y} so that the _ would stay dry.", "The {x} was easier to lift than the {y} because the _ was lighter.", "She kicked the {x} instead of the {y} since the _ was softer.", "He wiped the {x} but not the {y}, because the _ was dirty.", "They carried the {x} first and the {y} later, as the _ was heavy.", "The {x} rolled under the {y} and the _ got scratched.", "We sat on the {x} and not on the {y} because the _ was clean.",
    "I hung the {x} next to the {y} although the _ was ugly.", "The {x} cost more than the {y}, so she took the _ back to the shop.", "He stepped on the {x} and slipped into the {y}, so the _ broke.", "I threw out the {x} and kept the {y} because the _ was useful.", "The {x} hid the {y} until the _ was moved to the left.", "She washed the {x} with the {y}, and the _ was wet all day.", "The {x} was pulled by the {y} until the _ came loose.", "The {x} stood on the {y}, which made the _ bend.",
)  # fmt: skip
FILL = (
    "Fill in the blank: {t}",
    "Fill in the blank: {t}",
    "Fill in the blank: {t}",
    "Fill in the gap: {t}",
    "{t} Fill in the blank.",
    "{t} What goes in the blank?",
    "Complete the sentence: {t}",
    "{t} Who or what is _?",
)


class _Parts:
    """Picks from the trained or the held-out part of each tuple."""

    def __init__(self, rng: random.Random, held: bool) -> None:
        self.rng, self.held = rng, held

    def __call__(self, words: Sequence[str]) -> str:
        return self.rng.choice(part(words, self.held))

    def two(self, words: Sequence[str]) -> list[str]:
        return self.rng.sample(part(words, self.held), 2)


def part(words: Sequence[str], held: bool) -> list[str]:
    """The held-out words of a tuple (one in ``EVERY``), or the others."""
    return [word for place, word in enumerate(words) if (place % EVERY == EVERY - 1) is held]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def gerund(goal: str) -> str:
    """``keep bread fresh`` to ``keeping bread fresh``."""
    verb, gap, rest = goal.partition(" ")
    if verb in (
        "get",
        "cut",
        "put",
        "set",
        "stop",
        "run",
        "sit",
        "dig",
        "swim",
        "trim",
        "hem",
        "wrap",
        "skip",
        "knit",
        "chop",
        "mop",
        "clip",
        "trap",
        "snap",
        "step",
        "pat",
        "hug",
        "flip",
        "scrub",
        "shovel",
        "tie",
        "lie",
        "trip",
        "slip",
        "nod",
        "hop",
        "shrug",
        "strut",
    ):
        irregular = {"knit": "knitting", "shovel": "shovelling", "tie": "tying", "lie": "lying"}
        return irregular.get(verb, verb + verb[-1] + "ing") + gap + rest
    stem = verb[:-1] if verb.endswith("e") and not verb.endswith(("ee", "ye", "oe")) else verb
    return f"{stem}ing{gap}{rest}"


def _goal(pick: _Parts) -> str:
    kind = pick.rng.random()
    n, m = pick.two(OBJECTS)
    if kind < 0.15:
        return pick(BARE).format(n=n, m=m, N=_capital(n))
    if kind < 0.45:
        article = pick.rng.choice(("the ", "your ", "an " if n[0] in "aeiou" else "a "))
        goal = pick(CARE).format(o=("" if n == "headphones" else article) + n)
    else:
        goal = pick(COOKING).format(f=pick(FOODS)) if kind < 0.65 else pick(GOALS)
    alone = goal.startswith(QUIET) and pick.rng.random() < 0.3
    return pick(ALONE if alone else ASK).format(g=goal, G=_capital(goal), ing=gerund(goal), n=m)


def _science(pick: _Parts) -> str:
    x, y = pick.two(BEINGS)
    event, (ends, ends2) = pick(EVENTS), pick.two(ENDS)
    return pick(STEMS).format(
        x=x, y=y, X=_capital(x), e=event, E=_capital(event), k=pick(CONCEPTS), ends=ends, ends2=ends2
    )


def _verdict(pick: _Parts) -> str:
    (b, c), (x, y), rule = pick.two(BODY), pick.two(SAME), pick(RULES)
    claim = pick(CLAIMS).format(b=b, c=c, x=x, y=y, l=pick(LAWS), d=pick(DEEDS), s=pick(SHOWS), r=rule, r2=rule)
    return (_capital(claim) if pick.rng.random() < 0.8 else claim) + pick(VERDICTS)


def _blank(pick: _Parts) -> str:
    if pick.rng.random() < 0.6:
        a, b = pick.two(
            NAMES + ("Anna", "Beth", "Carl", "Dina", "Eric", "Fay", "Greg", "Ines", "Kyle", "Nora", "Ruth", "Sam")
        )
        text = pick(PEOPLE).format(a=a, b=b, was=pick(WAS), got=pick(GOT)) + "."
    else:
        x, y = pick.two(OBJECTS)
        text = pick(PAIRS).format(x=x, y=y)
    return pick(FILL).format(t=text)


def _school(pick: _Parts) -> str:
    if pick.rng.random() < 0.6:
        return f"{pick(SETUPS)}.{pick.rng.choice(EXTRA)} {pick(SCHOOL)}"
    event = pick(EVENTS)
    return (
        f"{_capital(event)}. {pick(SCHOOL)}" if pick.rng.random() < 0.7 else f"{pick(SCHOOL).rstrip('?')} when {event}?"
    )


SHORT_KINDS: tuple[Callable[[_Parts], str], ...] = (_goal, _science, _verdict, _blank, _school)


def short_questions(count: int, rng: random.Random, held_out: bool = False) -> list[str]:
    """``count`` different ones, the kinds in turn; ``held_out`` for those of parts and wordings that training never sees."""
    pick, made, tries = _Parts(rng, held_out), {}, 0
    while len(made) < count:
        if tries > 50 * count + 1000:
            raise ValueError(f"there are not {count} different pieces of short talk; ask for fewer than {len(made)}")
        made[SHORT_KINDS[tries % len(SHORT_KINDS)](pick)] = None
        tries += 1
    return list(made)

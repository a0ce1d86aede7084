"""The vocabulary of CMU's notes."""

from __future__ import annotations

from dataclasses import dataclass

from train.captions import cmu_checks as on
from train.captions.cmu_checks import Check


@dataclass(frozen=True)
class Said:
    """Verb phrases for a phrase of a note, the check that it is true, the fact topics it covers.

    ``findable`` phrases can be located in a piece of a long trial by their check; ``paced`` ones
    already say the speed; ``steady`` ones go on throughout.
    """

    phrases: tuple[str, ...]
    check: Check
    topics: frozenset[str] = frozenset()
    nouns: tuple[str, ...] = ()
    findable: bool = True
    steady: bool = False
    paced: bool = False


def _said(
    check: Check,
    *phrases: str,
    topics: str = "",
    nouns: tuple[str, ...] = (),
    findable: bool = True,
    steady: bool = False,
    paced: bool = False,
) -> Said:
    return Said(phrases, check, frozenset(topics.split()), nouns, findable, steady, paced)


WALK = ("*walk", "*walk forward", "*walk ahead", "*take a walk", "*walk forwards")
RUN = ("*run", "*run forward", "*run ahead")
JOG = ("*jog", "*run", "*jog forward", "*run forward")
GONE = "travel turn stop"


def _turn(verbs: tuple[str, ...], side: str, check: Check) -> Said:
    made = (
        [f"{v} and *turn {side}" for v in verbs]
        + [f"{v} and *make a 90-degree turn to the {side}" for v in verbs]
        + [f"{v} and *take a {side} turn" for v in verbs]
        + [f"*turn {side} while {('running' if 'run' in verbs[0] or 'jog' in verbs[0] else 'walking')}"]
    )
    return Said(tuple(made), check, frozenset(GONE.split()), (f"a {side} turn",))


def _veer(verbs: tuple[str, ...], side: str, check: Check) -> Said:
    made = (
        [f"{v} and *veer {side}" for v in verbs]
        + [f"{v} and *veer to the {side}" for v in verbs]
        + [f"{v} in a curve to the {side}" for v in verbs]
        + [f"{v}, curving to the {side}" for v in verbs]
    )
    return Said(tuple(made), check, frozenset(GONE.split()))


def _dance(check: Check, *phrases: str, topics: str = "travel turn spin wave punch leg kick balance") -> Said:
    return _said(check, *phrases, topics=topics)


THEMES: dict[str, Said] = {
    "playground": _said(
        on.moves,
        "*play on a playground",
        "*play around on playground equipment",
        "*climb about on a playground",
        topics="wave punch squat bow raise",
    ),
    "dance": _said(
        on.moves,
        "*dance",
        "*perform a ballet dance",
        "*dance ballet",
        "*dance gracefully",
        "*do a modern dance",
        "*perform a dance",
        topics="travel turn spin wave punch",
        nouns=("dancing", "a dance"),
        steady=True,
    ),
    "basketball": _said(
        on.moves,
        "*play basketball",
        "*practise basketball",
        "*handle a basketball",
        topics="wave punch",
        nouns=("playing basketball",),
        steady=True,
    ),
    "acrobatics": _said(on.moves, "*do acrobatics", "*perform acrobatics", nouns=("acrobatics",)),
    "alaskan vacation": _said(
        on.acts,
        "*act out a story about a vacation in Alaska",
        "*mime a story with {their} hands",
        "*tell a story with gestures",
        "*act out a trip to Alaska",
        steady=True,
        topics="wave",
    ),
    "nursery rhyme": _said(
        on.acts,
        "*act out the nursery rhyme I'm a little teapot",
        "*do the motions of I'm a little teapot",
        "*perform a nursery rhyme",
        "*act out a children's song with gestures",
        topics="wave",
    ),
    "basketball signals": _said(
        on.acts,
        "*give basketball referee signals",
        "*signal like a basketball referee",
        "*make referee hand signals",
        "*make basketball referee gestures",
        topics="wave raise",
    ),
    "empi": _said(
        on.moves,
        "*perform a karate kata",
        "*do karate",
        "*perform the karate kata Empi",
        "*practise karate forms",
        topics="travel wave",
        nouns=("karate", "a karate kata"),
    ),
    "heiansyodan": _said(
        on.moves,
        "*perform a karate kata",
        "*do karate",
        "*perform the karate kata Heian Shodan",
        "*practise a basic karate form",
        topics="travel wave",
        nouns=("karate", "a karate kata"),
    ),
    "jumping jacks": _said(
        on.moves,
        "*work out",
        "*exercise",
        "*do gymnastic exercises",
        "*do warm-up exercises",
        nouns=("a workout", "exercising"),
    ),
    "laugh": _said(
        on.moves,
        "*laugh",
        "*laugh hard",
        "*burst out laughing",
        "*shake with laughter",
        nouns=("laughing",),
        topics="clap",
    ),
    "range of motion": _said(
        on.moves,
        "*do range of motion exercises",
        "*move every joint through its range",
        "*do stretching exercises",
        "*go through a range of motion exercise",
    ),
}
EXERCISES = ("jumping jacks, jog, squats, side twists, stretches", "jumping jacks, side twists, reach up, bend over")
THEMES.update(dict.fromkeys(EXERCISES, THEMES["jumping jacks"]))
THEMES['nursery rhyme - "i\'m a little teapot..."'] = THEMES["nursery rhyme"]

PHRASES: dict[str, Said] = {
    # travel
    "walk": _said(on.forward, *WALK, topics="travel", nouns=("walking", "walk"), steady=True),
    "slow walk": _said(
        on.forward,
        "*walk slowly",
        "*walk forward slowly",
        "*stroll",
        "*walk at a slow pace",
        topics="travel",
        nouns=("slow walk",),
        steady=True,
        paced=True,
    ),
    "brisk walk": _said(
        on.forward,
        "*walk briskly",
        "*walk fast",
        "*walk quickly forward",
        "*stride along quickly",
        topics="travel",
        steady=True,
        paced=True,
    ),
    "walk stealthily": _said(
        on.travels,
        "*walk stealthily",
        "*sneak forward",
        "*sneak",
        "*creep along",
        "*tiptoe stealthily",
        topics="travel bow bend squat",
        nouns=("sneaking",),
        steady=True,
        paced=True,
    ),
    "walk on uneven terrain": _said(
        on.travels,
        "*walk on uneven ground",
        "*walk over uneven terrain",
        "*walk carefully over rough ground",
        "*walk on rocky ground",
        topics="travel",
        steady=True,
    ),
    "climb 3 steps": _said(
        on.goes_up,
        "*climb three steps",
        "*walk up a few stairs",
        "*go up some steps",
        "*climb stairs",
        topics="travel leg stop jump",
    ),
    "go down 3 steps": _said(
        on.goes_down,
        "*walk down a few stairs",
        "*go down some steps",
        "*descend three steps",
        "*come down the stairs",
        topics="travel leg stop jump",
    ),
    "climb up and down 3 steps": _said(
        on.goes_up_and_down,
        "*walk up some steps and *come down again",
        "*climb a few stairs, *turn around and *go back down",
        topics="travel leg stop jump turn",
    ),
    "climb ladder": _said(
        on.moves,
        "*climb a ladder",
        "*go up a ladder",
        "*climb up and down a ladder",
        topics="travel leg balance raise",
        findable=False,
    ),
    "navigate": _said(on.travels, *WALK, topics="travel"),
    "walk forward": _said(on.forward, "*walk forward", "*walk ahead", topics="travel"),
    "backward": _said(on.backward, "*walk backward", "*walk backwards", "*step back", topics="travel"),
    "sideways": _said(on.sideways, "*walk sideways", "*step sideways", "*side-step", topics=""),
    "run": _said(on.runs, *RUN, topics="travel", nouns=("running", "run"), steady=True),
    "run/jog": _said(on.travels, *JOG, topics="travel", nouns=("jogging", "running"), steady=True),
    "walk to run": _said(
        on.travels,
        "*walk and then *start to run",
        "*speed up from a walk to a run",
        "*start walking and *break into a run",
        topics="travel",
        paced=True,
    ),
    "run to quick stop": _said(
        on.stops,
        "*run and *stop suddenly",
        "*run and *come to a quick stop",
        "*run forward and *stop abruptly",
        topics="travel stop",
        paced=True,
    ),
    "run stop run": _said(
        on.runs,
        "*run, *stop, and *run on",
        "*run, *pause and *run again",
        "*stop in the middle of a run",
        topics="travel stop",
        paced=True,
    ),
    "run quick stop run": _said(
        on.runs,
        "*run, *stop suddenly and *run on",
        "*run, *stop quickly, and *run again",
        topics="travel stop",
        paced=True,
    ),
    "run jump stop run": _said(
        on.runs,
        "*run, *jump, *stop and *run on",
        "*run and *jump, then *stop and *run again",
        topics="travel stop jump hop",
        paced=True,
    ),
    "run jump over": _said(
        on.runs,
        "*run and *jump over something",
        "*run and *leap over an obstacle",
        "*run and *hurdle an obstacle",
        topics="travel jump hop kick leg",
    ),
    "run over": _said(
        on.runs,
        "*run over an obstacle",
        "*run and *step over something",
        "*run across something in the way",
        topics="travel jump hop",
    ),
    "run duck underneath": _said(
        on.ducks,
        "*run and *duck under something",
        "*duck underneath an obstacle while running",
        "*run and *duck",
        topics="travel bow bend squat",
    ),
    "run dive over roll run": _said(
        on.rolls,
        "*run, *dive over something, *roll and *run on",
        "*run and *dive into a roll",
        "*dive and *roll over the floor",
        topics="travel jump lie kneel squat inverted bend spin turn",
    ),
    "run left": _said(on.veers_left, "*run to the left", "*run left", "*run and *veer left", topics=GONE),
    "run right": _said(on.veers_right, "*run to the right", "*run right", "*run and *veer right", topics=GONE),
    "run turn left": _turn(RUN, "left", on.turns_left),
    "run turn right": _turn(RUN, "right", on.turns_right),
    "run side step left": _said(
        on.veers_left,
        "*run and *side-step to the left",
        "*dodge to the left while running",
        "*run and *step to the left",
        topics=GONE,
    ),
    "run side step right": _said(
        on.veers_right,
        "*run and *side-step to the right",
        "*dodge to the right while running",
        "*run and *step to the right",
        topics=GONE,
    ),
    "run, 90-degree left turn": _turn(RUN, "left", on.turns_left),
    "run, 90-degree right turn": _turn(RUN, "right", on.turns_right),
    "run/jog, 90-degree left turn": _turn(JOG, "left", on.turns_left),
    "run/jog, 90-degree right turn": _turn(JOG, "right", on.turns_right),
    "walk, 90-degree left turn": _turn(WALK, "left", on.turns_left),
    "walk, 90-degree right turn": _turn(WALK, "right", on.turns_right),
    "run, veer left": _veer(RUN, "left", on.veers_left),
    "run, veer right": _veer(RUN, "right", on.veers_right),
    "run/jog, veer left": _veer(JOG, "left", on.veers_left),
    "run/jog, veer right": _veer(JOG, "right", on.veers_right),
    "walk, veer left": _veer(WALK, "left", on.veers_left),
    "walk, veer right": _veer(WALK, "right", on.veers_right),
    "run/jog, sudden stop": _said(
        on.stops,
        "*run and *stop suddenly",
        "*jog and *come to a sudden stop",
        "*run forward and *stop abruptly",
        topics="travel stop",
        paced=True,
    ),
    "slow walk, stop": _said(
        on.stops,
        "*walk slowly and *stop",
        "*walk slowly forward, then *stop",
        "*take a few slow steps and *stop",
        "*walk and *come to a stop",
        topics="travel stop",
        paced=True,
    ),
    "run, leap": _said(
        on.leaps,
        "*run and *leap",
        "*run and *jump",
        "*take a running leap",
        "*run up and *leap into the air",
        topics="travel jump hop leg kick",
    ),
    # jumps
    "jump": _said(
        on.jumps,
        "*jump",
        "*jump up",
        "*jump once",
        "*jump in place",
        "*do a jump",
        topics="jump squat bow bend",
        nouns=("a jump", "jump"),
    ),
    "forward jump": _said(
        on.jumps_forward,
        "*jump forward",
        "*do a standing long jump",
        "*leap forward",
        "*jump ahead",
        "*do a forward jump",
        topics="jump squat bow bend travel",
        nouns=("a forward jump",),
    ),
    "forward jumps": _said(
        on.jumps_forward,
        "*jump forward",
        "*do forward jumps",
        "*jump forward several times",
        topics="jump squat travel",
    ),
    "high jump": _said(
        on.jumps,
        "*jump high",
        "*jump high into the air",
        "*do a high jump",
        "*jump up as high as possible",
        topics="jump squat bow bend",
        nouns=("a high jump",),
    ),
    "jump, balance": _said(
        on.jumps,
        "*jump and *balance",
        "*jump and *keep the balance on landing",
        "*jump up and *land",
        topics="jump squat bow bend",
    ),
    "jump up and down": _said(on.jumps, "*jump up and down", "*jump in place", "*bounce up and down", topics="jump"),
    "hop on one foot": _said(on.hops, "*hop on one foot", "*hop on one leg", "*hop", topics="hop balance jump"),
    "jump up to grab": _said(
        lambda f: on.jumps(f) and on.hand_up(f),
        "*jump up to grab something",
        "*jump and *reach up",
        "*leap up to catch something",
        topics="jump raise wave",
    ),
    "reach for": _said(
        on.hand_up, "*reach for something high up", "*reach up", "*stretch up to reach something", topics="raise wave"
    ),
    "tiptoe": _said(on.moves, "*stand on tiptoe", findable=False),
    "jump down": _said(
        lambda f: f.posture.highest > 1.1 and on.jumps(f),
        "*jump down",
        "*jump down from something",
        topics="jump squat",
    ),
    "turn around": _said(
        on.turns_round, "*turn around", "*turn round", "*turn to face the other way", topics="turn spin"
    ),
    # exercises
    "jumping jacks": _said(
        on.jacks,
        "*do jumping jacks",
        "*perform jumping jacks",
        "*do some jumping jacks",
        topics="jacks jump raise squat",
        nouns=("jumping jacks",),
        steady=True,
    ),
    "jog": _said(
        on.jogs, "*jog in place", "*run on the spot", "*jog on the spot", topics="travel jump hop", steady=True
    ),
    "squats": _said(
        on.squats,
        "*do squats",
        "*squat down",
        "*squat and *stand up again",
        topics="squat sit bow bend",
        nouns=("squats",),
    ),
    "side twists": _said(
        on.twists,
        "*twist the upper body from side to side",
        "*twist {their} torso left and right",
        "*do side twists",
        "*rotate {their} trunk to both sides",
        topics="wave punch turn",
        nouns=("side twists",),
    ),
    "stretches": _said(
        lambda f: on.bends(f) or on.hands_up(f), "*stretch", "*do stretches", "*stretch {their} body", topics=""
    ),
    "reach up": _said(
        on.hands_up, "*reach up with both arms", "*stretch both arms up", "*reach for the sky", topics="raise"
    ),
    "bend over": _said(on.bends, "*bend over", "*bend down", "*bend forward", topics="bend bow"),
    "balance on one leg": _said(
        on.balances,
        "*balance on one leg",
        "*stand on one leg",
        "*keep the balance on one foot",
        "*stand on one foot with outstretched arms",
        topics="balance leg raise",
        steady=True,
    ),
    "outstretched arms": _said(
        lambda f: on.balances(f) or on.hand_up(f), "*stretch out {their} arms", "*hold the arms out", topics="raise"
    ),
    "cartwheel": _said(
        on.upside_down,
        "*do a cartwheel",
        "*perform a cartwheel",
        "*turn a cartwheel",
        "*go into a cartwheel",
        topics="inverted turn spin travel bend raise lunge kick leg jump balance punch",
        nouns=("a cartwheel", "cartwheel"),
    ),
    "cartwheels": _said(
        on.upside_down,
        "*do cartwheels",
        "*do two cartwheels in a row",
        "*turn cartwheels",
        "*do a cartwheel",
        topics="inverted turn spin travel bend raise lunge kick leg jump balance punch",
        nouns=("cartwheels",),
    ),
    "spin/twirl": _said(on.spins, "*spin around", "*twirl around", "*twirl", topics="spin turn"),
    "hang on ropes": _said(on.hand_up, "*hang on ropes", "*hold on to ropes overhead", findable=False, topics="raise"),
    # fights
    "boxing": _said(
        on.acts,
        "*box",
        "*do shadow boxing",
        "*throw punches",
        "*practise boxing",
        "*shadowbox",
        "*punch the air",
        "*fight like a boxer",
        topics="punch wave raise travel hop jump squat turn",
        nouns=("boxing", "shadow boxing"),
        steady=True,
    ),
    "punch/strike": _said(
        on.acts,
        "*punch and *strike",
        "*throw punches",
        "*punch",
        "*strike the air",
        "*practise strikes",
        topics="punch wave",
    ),
    "swordplay": _said(
        on.acts,
        "*swing a sword",
        "*fight with a sword",
        "*practise swordplay",
        "*wield a sword",
        "*make sword strokes",
        topics="wave punch",
        nouns=("swordplay",),
        steady=True,
    ),
    "front kick": _said(
        on.kicks,
        "*do a karate front kick",
        "*kick forward",
        "*do a front kick",
        "*kick to the front in karate style",
        topics="kick leg lunge balance",
        nouns=("a front kick",),
    ),
    "mawashigeri": _said(
        on.kicks,
        "*do a roundhouse kick",
        "*do a karate roundhouse kick",
        "*kick in a circle to the side",
        "*perform a roundhouse kick",
        topics="kick leg lunge balance turn",
        nouns=("a roundhouse kick",),
    ),
    "yokogeri": _said(
        on.kicks,
        "*do a karate side kick",
        "*kick to the side",
        "*do a side kick",
        "*perform a side kick",
        topics="kick leg lunge balance turn",
        nouns=("a side kick",),
    ),
    "gedanbarai": _said(
        on.moves,
        "*do a karate low block",
        "*block downward in karate style",
        "*step and *block low as in karate",
        "*practise karate blocks",
        topics="travel punch wave lunge turn",
        nouns=("a karate block",),
    ),
    "oiduki": _said(
        on.moves,
        "*step and *punch as in karate",
        "*do a karate lunge punch",
        "*practise karate punches",
        topics="travel wave lunge punch turn",
        nouns=("karate punches",),
    ),
    "syutouuke": _said(
        on.moves,
        "*do karate knife-hand blocks",
        "*block with the edge of the hand as in karate",
        "*practise karate blocks",
        topics="travel wave lunge punch turn",
        nouns=("karate blocks",),
    ),
    "motorcycle": _said(
        lambda f: True,
        "*ride a motorcycle",
        "*sit on a motorcycle",
        "*hold the handlebars of a motorcycle",
        topics="squat sit raise still",
        nouns=("riding a motorcycle",),
    ),
    # daily life
    "drink soda": _said(
        on.hand_to_face,
        "*drink soda",
        "*take a drink from a bottle",
        "*drink from a bottle",
        "*lift a drink to {their} mouth and *drink",
        topics="raise wave",
        nouns=("drinking",),
    ),
    "unscrew bottlecap": _said(
        lambda f: f.hands_together > 0.4, "*unscrew a bottle cap", "*open a bottle", topics="clap"
    ),
    "screw on bottlecap": _said(
        lambda f: f.hands_together > 0.4, "*screw on a bottle cap", "*close a bottle", topics="clap"
    ),
    "mop floor": _said(
        on.moves,
        "*mop the floor",
        "*clean the floor with a mop",
        "*mop",
        "*wipe the floor with a mop",
        topics="travel wave turn punch",
        nouns=("mopping the floor",),
        steady=True,
    ),
    "wash windows": _said(
        on.acts,
        "*wash windows",
        "*wash a window",
        "*clean a window",
        "*wipe a window",
        "*clean windows",
        topics="wave raise punch",
        nouns=("washing windows",),
        steady=True,
    ),
    "wash self": _said(
        on.acts,
        "*wash {their} body",
        "*take a shower",
        "*wash as if in the shower",
        topics="wave raise",
        nouns=("washing",),
        steady=True,
    ),
    "laugh": THEMES["laugh"],
    "direct traffic": _said(
        on.acts,
        "*direct traffic",
        "*direct traffic with the arms",
        "*signal to traffic",
        topics="wave raise punch travel",
        nouns=("directing traffic",),
    ),
    "wave": _said(on.waves, "*wave", "*wave a hand", topics="wave raise"),
    "point": _said(
        lambda f: max(f.left_hand.reach, f.right_hand.reach) > 0.45,
        "*point at something",
        "*point ahead",
        findable=False,
        topics="raise",
    ),
    "sit on high stool": _said(
        lambda f: f.posture.seated > 0.4 or f.posture.sits > 0,
        "*sit on a high stool",
        "*sit down on a high stool",
        topics="sit squat",
        nouns=("sitting on a stool",),
    ),
    "sit on stepstool": _said(
        on.sits,
        "*sit on a low stool",
        "*sit down on a stool",
        "*sit down",
        topics="sit squat bow bend",
        nouns=("sitting on a stool",),
    ),
    "stand up": _said(on.rises, "*stand up", "*get up", "*rise to {their} feet", topics="rise sit squat bow bend"),
    "swing legs": _said(
        lambda f: on.sits(f) and f.rhythm.leg_energy > 0.15,
        "*swing {their} legs while sitting",
        topics="",
        findable=False,
    ),
    "ankle on other knee": _said(
        lambda f: f.posture.seated > 1 and max(f.left_leg.lift, f.right_leg.lift) > 0.25,
        "*sit with one ankle on the other knee",
        "*sit with {their} legs crossed",
        topics="sit balance leg",
        findable=True,
    ),
    "hand on chin": _said(
        lambda f: f.posture.seated > 1 and on.hand_to_face(f),
        "*sit with a hand on {their} chin",
        "*sit and *think with a hand at the chin",
        topics="sit raise",
    ),
    "scoop up": _said(
        on.bends, "*scoop something up from the floor", "*bend down and *scoop something up", topics="bend bow squat"
    ),
    "rise": _said(lambda f: f.posture.start < 0.85 and f.posture.end > 0.92, "*rise", "*straighten up", topics="rise"),
    "lift arm": _said(on.hand_up, "*lift an arm", "*raise an arm", topics=""),
    # basketball
    "forward dribble": _said(
        on.forward,
        "*dribble a basketball forward",
        "*walk forward dribbling a ball",
        "*dribble a ball while moving forward",
        "*move ahead dribbling a basketball",
        topics="travel wave",
        nouns=("dribbling a basketball",),
    ),
    "backward dribble": _said(
        on.backward,
        "*dribble a basketball while walking backward",
        "*walk backward dribbling a ball",
        "*move backwards dribbling a basketball",
        topics="travel wave",
    ),
    "sideways dribble": _said(
        on.sideways,
        "*dribble a basketball sideways",
        "*move sideways dribbling a ball",
        "*side-step while dribbling a basketball",
        topics="wave",
    ),
    "90-degree left turns": _said(on.turns_left, "*turn left", "*make left turns while dribbling", topics="turn"),
    "90-degree right turns": _said(on.turns_right, "*turn right", "*make right turns while dribbling", topics="turn"),
    "crossover dribble": _said(
        on.moves, "*dribble a basketball from hand to hand", "*do a crossover dribble", findable=False, topics="wave"
    ),
    "dribble": _said(on.moves, "*dribble a basketball", "*bounce a basketball", findable=False, topics="wave"),
    "shoot": _said(
        on.hands_up,
        "*shoot a basketball",
        "*throw a ball at the basket",
        "*take a shot at the basket",
        topics="raise jump wave",
    ),
    # playground
    "climb": _said(
        on.climbs,
        "*climb",
        "*climb up",
        "*climb up on something",
        "*climb on playground equipment",
        topics="leg raise kick balance travel",
    ),
    "go under": _said(
        lambda f: f.posture.lowest < 0.7 and on.travels(f),
        "*go under something",
        "*duck under something",
        "*crawl under something",
        topics="squat lunge bow bend kneel travel",
    ),
    "hang": _said(on.hands_up, "*hang by {their} hands", "*hang from a bar", findable=False, topics="raise"),
    # dance
    "pirouette": _dance(
        on.spins, "*do a pirouette", "*spin in a pirouette", "*dance and *spin in a pirouette", "*pirouette"
    ),
    "pirouettes": _dance(on.spins, "*do pirouettes", "*spin in pirouettes", "*pirouette"),
    "shifted-axis pirouette": _dance(on.spins, "*do a tilted pirouette", "*spin in a pirouette"),
    "turn": _dance(on.spins, "*turn while dancing", "*spin in a dance"),
    "jete": _dance(
        on.leaps, "*do a ballet leap", "*leap in a jeté", "*dance and *leap", topics="travel jump hop leg kick raise"
    ),
    "small jetes": _dance(
        on.leaps, "*do small ballet leaps", "*make small dancing leaps", topics="travel jump hop leg kick raise"
    ),
    "jete en tourant": _dance(
        lambda f: on.leaps(f) and on.spins(f), "*do a turning ballet leap", "*leap and *spin in the air"
    ),
    "grand jete en tourant": _dance(
        lambda f: on.leaps(f),
        "*do a grand turning leap",
        "*make a big ballet leap",
        topics="travel jump hop leg kick raise",
    ),
    "attitude/arabesque": _dance(
        lambda f: on.leg_high(f) or on.balances(f),
        "*do an arabesque",
        "*dance an arabesque with one leg raised behind",
        "*hold a ballet pose on one leg",
        topics="leg kick balance raise bow bend",
    ),
    "sideways arabesque": _dance(
        lambda f: on.leg_high(f),
        "*do a sideways arabesque",
        "*raise one leg high to the side in a dance",
        topics="leg kick balance raise bow bend",
    ),
    "side arabesque": _dance(on.moves, "*hold a side arabesque", topics="leg kick balance raise"),
    "expressive arms": _dance(
        on.hand_up,
        "*dance with expressive arms",
        "*move the arms gracefully",
        "*dance with sweeping arms",
        topics="raise wave punch",
    ),
    "arms held high": _dance(
        on.hand_up, "*dance with {their} arms held high", "*hold the arms high in a dance pose", topics="raise wave"
    ),
    "upper body rotation": _dance(on.moves, "*rotate the upper body in a dance", topics="turn raise"),
    "pointe tendue a terre": _dance(on.moves, "*stretch out one foot along the floor as in ballet", topics="raise leg"),
    "bending back": _dance(on.bends_back, "*bend backward in a dance", "*lean back gracefully", topics="raise"),
    "folding arms": _dance(on.moves, "*dance and *fold {their} arms in", topics="raise"),
    "turn step": _dance(
        lambda f: max(f.travel.turn_left, f.travel.turn_right) > 80,
        "*do a turning dance step",
        "*turn with a dance step",
    ),
    "sideways steps": _dance(on.travels, "*take sideways dance steps", "*dance sideways", topics="travel"),
    "rond de jambe in the air": _dance(
        on.leg_high,
        "*draw a circle in the air with one leg",
        "*swing one leg round in a ballet move",
        topics="leg kick balance",
    ),
    "raised leg above hip-height": _dance(
        lambda f: max(f.left_leg.lift, f.right_leg.lift) > 0.8,
        "*raise one leg above {their} hips in a dance",
        "*lift one leg very high",
        topics="leg kick balance",
    ),
    "lean forward": _dance(
        lambda f: f.trunk.max_forward > 25,
        "*lean forward in a dance pose",
        "*lean forward gracefully",
        topics="bow bend raise balance",
    ),
    "fold in from side arabesque": _dance(
        on.moves,
        "*fold inwards from a dance pose",
        "*fold the body in from an arabesque",
        topics="raise bow bend balance leg",
    ),
    "curl inwards": _dance(
        on.moves,
        "*curl up the body while dancing",
        topics="raise bow bend",
    ),
    "lean back on bent leg": _dance(on.moves, "*lean back on one bent leg in a dance pose", topics="raise"),
    "cartwheel-like start": _dance(
        on.upside_down,
        "*start a dance with a cartwheel",
        "*do a cartwheel in a dance",
        topics="inverted turn spin travel bend raise kick leg jump",
    ),
    "static dance pose": _dance(
        lambda f: True,
        "*hold a still dance pose with the head lowered",
        "*stand still in a dance pose",
        "*hold a folded-in dance pose",
        topics="still raise bow bend balance leg",
    ),
    "folded in": _dance(
        lambda f: True,
        "*hold a still dance pose",
        "*hold a dance pose with {their} head lowered",
        topics="still raise bow bend balance leg",
    ),
}

"""Activities by name: how they are said, how they are seen in the facts, which recordings show them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hmvlm.motion.facts import Facts
from train.captions import Example
from train.questions import truth
from train.questions.truth import SIDES, Truth, some


@dataclass(frozen=True)
class Act:
    """An activity. ``verbs`` are marked phrases; ``seen`` reads it from facts, None where only a label tells it."""

    key: str
    verbs: tuple[str, ...]
    seen: Callable[[Facts], Truth] | None = None
    manner: str = "act"


def _either(check: Callable[[Facts, str], Truth]) -> Callable[[Facts], Truth]:
    return lambda f: some(*(check(f, side) for side in SIDES))


ACTS: dict[str, Act] = {
    act.key: act
    for act in (
        Act("walking", ("*walk", "*walk along", "*take a walk", "*go for a walk"), truth.walks),
        Act("running", ("*run", "*run along", "*go for a run"), truth.runs),
        Act("raising", ("*raise a hand", "*put a hand up", "*lift an arm"), _either(truth.hand_raised)),
        Act("waving", ("*wave", "*wave a hand", "*wave at someone", "*wave hello or goodbye"), _either(truth.waves)),
        Act("kicking", ("*kick", "*kick something", "*do a kick", "*kick out with a leg"), _either(truth.kicks)),
        Act("punching", ("*punch", "*throw a punch", "*punch the air", "*hit out with a fist"), _either(truth.punches)),
        Act("jumping", ("*jump", "*jump up", "*leap into the air", "*jump off the ground"), truth.jumps),
        Act("bending", ("*bend forward", "*bend the upper body forward", "*lean far forward"), truth.bends),
        Act("bowing", ("*bow", "*take a bow", "*make a bow")),
        Act("squatting", ("*squat", "*squat down", "*do a squat", "*go down into a squat"), truth.squats),
        Act("sitting", ("*sit down", "*sit", "*take a seat", "*sit on something"), truth.sits),
        Act("lunging", ("*lunge", "*do a lunge", "*go into a lunge"), truth.lunges),
        Act("kneeling", ("*kneel", "*kneel down", "*go down on {their} knees"), truth.kneels),
        Act("lying", ("*lie down", "*lie on the floor", "*lie on the ground"), truth.lies),
        Act(
            "spinning",
            ("*spin around", "*turn in a full circle", "*make a full turn", "*spin all the way round"),
            truth.spins,
        ),
        Act("balancing", ("*stand on one leg", "*balance on one leg", "*balance on one foot"), _either(truth.balances)),
        Act("lifting", ("*lift a leg", "*raise one leg", "*hold a foot off the ground"), _either(truth.leg_lifted)),
        Act("clapping", ("*clap", "*clap {their} hands", "*bring {their} hands together again and again"), truth.claps),
        Act("dancing", ("*dance", "*do a dance", "*perform a dance")),
        Act("climbing", ("*climb", "*climb something", "*climb up")),
        Act("basketball", ("*play basketball", "*handle a basketball", "*play with a basketball")),
        Act("boxing", ("*box", "*do some boxing", "*practise boxing")),
        Act("karate", ("*do karate", "*practise karate", "*perform karate moves")),
        Act("fencing", ("*swing a sword", "*fight with a sword", "*slash with a blade")),
        Act("mopping", ("*mop the floor", "*clean the floor with a mop")),
        Act("washing", ("*wash windows", "*clean a window")),
        Act("imitating", ("*imitate an animal", "*pretend to be an animal", "*act like an animal")),
        Act("laughing", ("*laugh", "*laugh hard", "*burst out laughing")),
        Act("drinking", ("*drink", "*drink something", "*take a sip")),
        Act("stepping", ("*step over a hurdle", "*lift one leg as if to step over a hurdle")),
        Act("extending", ("*stretch an arm backward", "*extend an arm behind the body")),
        Act("rotating", ("*rotate an arm at the shoulder", "*turn a forearm up and down with the elbow bent")),
        Act("cartwheel", ("*do a cartwheel", "*turn a cartwheel")),
    )
}
KARATE = ("empi", "heiansyodan", "gedanbarai", "oiduki", "syutouuke")
LABELS: dict[str, tuple[str, ...]] = {
    # the main activity first; what else the recording may well show follows
    **dict.fromkeys(("walk", "walk-back", "walk-left", "walk-right", "walk-turn-left", "walk-turn-right"), ("walking",)),
    **dict.fromkeys(("run", "dash"), ("running",)),
    **dict.fromkeys(("raise-up-left-hand", "raise-up-right-hand", "raise-up-both-hands"), ("raising",)),
    **dict.fromkeys(("wave-left-hand", "wave-right-hand", "wave-both-hands", "bye", "byebye"), ("waving", "raising")),
    "bow": ("bowing", "bending"), "dance-short": ("dancing", "raising", "jumping", "spinning", "clapping", "waving"),
    "punch": ("punching", "boxing", "karate"), "kick": ("kicking", "karate"), "slash": ("fencing", "punching", "waving"),
    "m01": ("squatting", "raising"), "m02": ("stepping", "lifting", "balancing"), "m03": ("lunging", "kneeling"), "m04": ("lunging",),
    "m05": ("sitting",), "m06": ("lifting", "balancing"), "m07": ("raising",), "m08": ("extending",), "m09": ("rotating", "raising"), "m10": ("raising",),
    **dict.fromkeys((f"cmu {n}" for n in ("walk", "slow walk", "brisk walk", "walk on uneven terrain", "walk stealthily", "navigate")), ("walking",)),
    **dict.fromkeys((f"cmu {n}" for n in ("run", "run/jog", "run left", "run right", "run turn left", "run turn right", "run stop run")), ("running",)),
    **dict.fromkeys((f"cmu {n}" for n in ("jump", "forward jump", "high jump", "jump up and down")), ("jumping", "squatting", "bending")),
    **dict.fromkeys((f"cmu {n}" for n in KARATE), ("karate", "punching", "kicking", "boxing", "fencing", "dancing")),
    **dict.fromkeys((f"cmu {n}" for n in ("front kick", "mawashigeri", "yokogeri")), ("kicking", "karate", "boxing", "punching")),
    **dict.fromkeys((f"cmu {n}" for n in ("boxing", "punch/strike")), ("boxing", "punching", "karate", "kicking")),
    **dict.fromkeys((f"cmu {n}" for n in ("climb 3 steps", "climb ladder")), ("climbing", "walking", "stepping")),
    **dict.fromkeys((f"cmu {n}" for n in ("sit on stepstool", "sit on high stool")), ("sitting",)),
    **dict.fromkeys(("cmu cartwheel", "cmu cartwheels"), ("cartwheel",)),
    "cmu dance": ("dancing", "jumping", "spinning", "waving", "kicking"), "cmu basketball": ("basketball", "walking", "running", "jumping"),
    "cmu swordplay": ("fencing", "karate", "punching"), "cmu mop floor": ("mopping", "washing"), "cmu wash windows": ("washing", "waving", "raising", "mopping"),
    "cmu laugh": ("laughing", "clapping", "bowing"), "cmu drink soda": ("drinking",), "cmu balance on one leg": ("balancing", "lifting"),
}  # fmt: skip
ANIMAL = "(human subject)"
SHAKY = ("waving", "punching", "kicking", "clapping", "jumping", "lunging", "kneeling", "lifting")
"""Activities that the facts can find by mistake: they are believed only where a label makes them likely."""
ALIKE: dict[str, tuple[str, ...]] = {
    # activities that the facts cannot tell from the one that the label names, or that words hardly part
    "walking": ("running", "stepping"), "running": ("walking", "jumping"), "sitting": ("squatting", "bending", "raising", "waving"), "squatting": ("sitting", "bending"),
    "lunging": ("squatting", "bending", "raising", "sitting", "stepping"), "stepping": ("raising", "bending", "walking", "kicking"), "lifting": ("kicking", "raising", "bending", "stepping", "extending"),
    "raising": ("waving", "rotating", "extending"), "rotating": ("waving", "extending"), "extending": ("rotating", "raising", "bending"), "waving": ("rotating",), "bowing": ("bending",),
    "dancing": ("spinning", "kicking", "jumping", "running"), "imitating": ("walking", "running", "jumping", "kneeling", "sitting", "squatting", "dancing"), "fencing": ("lunging", "boxing"),
}  # fmt: skip
BORNE_OUT: dict[str, Callable[[Facts], bool]] = {
    # what the facts must show for the label of a recording to be true of it (or of a piece of it)
    "walking": lambda f: f.travel.path > 1.0 and f.travel.moving_speed < 1.9,
    "running": lambda f: f.travel.path > 1.0 and f.travel.moving_speed > 1.3,
    "raising": lambda f: any(f.hand(s).rise > 0.3 and f.hand(s).above_shoulder > -0.13 for s in SIDES),
    "waving": lambda f: any(f.hand(s).waves >= 1.5 for s in SIDES),
    "kicking": lambda f: any(f.leg(s).lift > 0.35 for s in SIDES),
    "punching": lambda f: any(f.hand(s).punches for s in SIDES),
    "jumping": lambda f: f.air.jumps > 0,
    "bowing": lambda f: f.trunk.max_forward > 22,
    "squatting": lambda f: f.posture.lowest < 0.8,
    "sitting": lambda f: f.posture.lowest < 0.75,
    "lunging": lambda f: f.posture.lowest < 0.85,
    "lifting": lambda f: any(f.leg(s).lift > 0.25 for s in SIDES),
    "stepping": lambda f: any(f.leg(s).lift > 0.25 for s in SIDES),
    "balancing": lambda f: any(f.leg(s).held_up > 1.0 for s in SIDES),
    "extending": lambda f: any(f.hand(s).behind > 0.25 for s in SIDES),
    "rotating": lambda f: any(f.hand(s).abduction > 60 for s in SIDES),
    "climbing": lambda f: f.posture.highest > 1.1,
    "cartwheel": lambda f: f.posture.upside_down > 0,
}


def labels_of(action: str) -> tuple[str, ...]:
    """Activities that the maker's label tells or makes likely, the main one first; empty if it says too little."""
    if action.endswith(ANIMAL):
        return ("imitating", "walking", "jumping", "running", "kneeling", "dancing")
    return LABELS.get(action, ())


def shows(example: Example, key: str) -> Truth:
    """Whether an example clearly shows an activity, by label and facts together."""
    act, labels, f = ACTS[key], labels_of(example.action), example.facts
    if labels and key == labels[0]:
        return True if BORNE_OUT.get(key, _lively)(f) else None
    if labels and key in ALIKE.get(labels[0], ()):
        return None
    if act.seen is None:
        return False if labels and key not in labels else None
    seen = act.seen(f)
    return None if seen and key in SHAKY and key not in labels else seen


def _lively(f: Facts) -> bool:
    return f.rhythm.still < 0.7


def main_act(example: Example) -> str | None:
    """The activity that the label names, where the facts bear it out."""
    labels = labels_of(example.action)
    return labels[0] if labels and shows(example, labels[0]) else None

"""What is being done, what for, and in what mood: questions that the maker's label answers with the facts."""

from __future__ import annotations

import random
from collections.abc import Iterator

from train.captions import Example
from train.questions import truth
from train.questions.acts import ACTS, main_act, shows
from train.questions.records import YES_NO, Ask, Choice, YesNo
from train.questions.truth import SIDES

WHAT = (
    "What {is} {s} doing?", "What {does} {s} do?", "What activity is this?", "Which action {does} {s} perform?", "What is going on here?", "Name the action.",
    "What kind of movement is this?", "What action do you see?", "What would you call what {s} {is} doing?", "What is the main action?",
)  # fmt: skip
PURPOSES = {
    "greeting": ("waving", "bowing"), "exercise": ("squatting", "lunging", "stepping", "lifting", "extending", "rotating"),
    "travel": ("walking", "running"), "sport": ("basketball", "boxing", "karate", "fencing"), "housework": ("mopping", "washing"), "dance": ("dancing",),
}  # fmt: skip
MOODS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    # style: the key of its answer, what it is asked against, verb phrases
    "exhausted": ("tired", "energetic", ("*seem tired", "*look exhausted", "*move as if worn out")),
    "tired": ("tired", "energetic", ("*seem tired", "*look exhausted", "*move as if worn out")),
    "active": ("energetic", "tired", ("*seem energetic", "*look full of energy", "*move in a lively way")),
    "elderly": ("old", "young", ("*seem old", "*move like an old person", "*look elderly")),
    "old": ("old", "young", ("*seem old", "*move like an old person", "*look elderly")),
    "youthful": ("young", "old", ("*seem young", "*move like a young person", "*look youthful")),
    "feminine": ("feminine", "masculine", ("*move in a feminine way", "*have a feminine manner")),
    "masculine": ("masculine", "feminine", ("*move in a masculine way", "*have a masculine manner")),
    "masculinity": ("masculine", "feminine", ("*move in a masculine way", "*have a masculine manner")),
    "sad": ("sad", "happy", ("*seem sad", "*look depressed")), "happy": ("happy", "sad", ("*seem happy", "*look cheerful")),
    "proud": ("proud", "shy", ("*seem proud", "*look confident")), "not-confident": ("shy", "proud", ("*seem shy", "*look insecure")),
    "angry": ("angry", "happy", ("*seem angry", "*look furious")),
}  # fmt: skip


def reasoning(example: Example, rng: random.Random, likely: dict[str, float]) -> Iterator[Ask]:
    """Every question about the meaning of the motion that the example decides.

    ``likely`` weighs the activities that the true one is asked against; empty, all weigh the same.
    """
    main = main_act(example)
    if main:
        yield from _doing(example, main, rng, likely)
    yield from _pace(example)
    yield from _mood(example)


def _doing(example: Example, main: str, rng: random.Random, likely: dict[str, float]) -> Iterator[Ask]:
    raised = [truth.hand_raised(example.facts, side) for side in SIDES]
    said = (
        _said(main)
        if main != "raising" or raised != [True, True]
        else ("{A} {is} raising both hands", "{A} *raise both hands", "{A} *lift both arms")
    )
    yield Choice("what", "reasoning", main, tuple(ACTS), "", WHAT, said)
    others = [key for key in ACTS if key != main and shows(example, key) is False]
    if others:
        other = rng.choices(others, [likely.get(key, 0.0 if likely else 1.0) + 1e-6 for key in others])[0]
        one, two = (main, other) if rng.random() < 0.5 else (other, main)
        left, right = title(one), title(two)
        asks = (
            f"Is this more like {left} or {right}?", f"Which is it, {left} or {right}?", f"{left.capitalize()} or {right}: which fits better?", f"Do you see {left} or {right}?",
            f"What fits the motion better, {left} or {right}?", f"Is this {left} or {right}?", f"Would you call this {left} or {right}?", f"{left.capitalize()} or {right}?",
        )  # fmt: skip
        yield Choice(
            "which_act",
            "reasoning",
            main,
            (one, two),
            f"{main}",
            asks,
            (*said, f"It is {title(main)}", f"It is more like {title(main)}"),
        )
    for purpose, keys in PURPOSES.items():
        if main in keys:
            asks = (
                "Is this a greeting, an exercise, a sport, a dance, housework or travel?", "What is this motion for: greeting, exercise, travel, sport, dance or housework?",
                "Which word fits best: greeting, exercise, travel, sport, dance or housework?", "What kind of motion is it: exercise, sport, dance, housework, greeting or travel?",
                "Would you file this under greeting, exercise, travel, sport, dance or housework?", "Greeting, exercise, travel, sport, dance or housework: which is it?",
            )  # fmt: skip
            one = {"greeting": "a greeting", "exercise": "an exercise", "sport": "a sport", "dance": "a dance"}.get(
                purpose, purpose
            )
            yield Choice(
                "purpose",
                "reasoning",
                purpose,
                tuple(PURPOSES),
                "",
                asks,
                (f"It is {one}", f"This looks like {one}", f"The best word is {purpose}"),
            )


def title(key: str) -> str:
    """An activity as a noun phrase, ``raising a hand``."""
    return {
        "raising": "raising a hand", "lifting": "lifting a leg", "balancing": "balancing on one leg", "basketball": "playing basketball", "karate": "karate",
        "fencing": "fighting with a sword", "mopping": "mopping the floor", "washing": "washing windows", "imitating": "imitating an animal", "sitting": "sitting down",
        "stepping": "stepping over a hurdle", "extending": "extending an arm backward", "rotating": "rotating an arm", "cartwheel": "a cartwheel", "lying": "lying down",
        "spinning": "spinning around", "bowing": "bowing",
    }.get(key, key)  # fmt: skip


def _said(key: str) -> tuple[str, ...]:
    titled = title(key)
    if titled in ("karate", "a cartwheel"):
        titled = f"doing {titled}"
    return (f"{{A}} {{is}} {titled}", f"{{A}} {ACTS[key].verbs[0]}")


def _pace(example: Example) -> Iterator[Ask]:
    f, way = example.facts, example.facts.travel
    if truth.walks(f):
        key = "slow" if way.moving_speed < 0.72 else "fast" if way.moving_speed > 1.3 else None
        if key:
            asks = (
                "Is {s} walking slow or fast?".replace("Is", "{Is}"), "Is the walk slow or fast?", "At what pace {does} {s} walk, slow or fast?", "Slow or fast: how {does} {s} walk?",
                "{Does} {s} walk at a slow or a fast pace?", "What would you call the pace of the walk, slow or fast?",
            )  # fmt: skip
            yield Choice(
                "pace",
                "reasoning",
                key,
                ("slow", "fast"),
                "",
                asks,
                (f"The walk is {key}", f"{{A}} *walk at a {key} pace"),
            )
    repeats = (
        True
        if f.rhythm.strength > 0.85 and f.rhythm.repetitions >= 3
        else False
        if f.rhythm.strength == 0 and f.duration > 2
        else None
    )
    if repeats is not None:
        verbs = (
            "*repeat the same movement several times",
            "*do the same movement again and again",
            "*move in a repeating rhythm",
        )
        yield YesNo("repeats", "reasoning", "yes" if repeats else "no", YES_NO, "", verbs, "state")
    most = truth.motionless(f)
    if most is not None:
        yield YesNo(
            "stands_still",
            "reasoning",
            "yes" if most else "no",
            YES_NO,
            "",
            ("*stand still nearly all the time", "*stay almost motionless", "*keep still throughout"),
            "state",
        )


def mood(example: Example) -> str | None:
    """In what manner it moves, by the label where the measured vigour and lean bear it out."""
    return MOODS[example.style][0] if example.style in MOODS and _agrees(example) else None


def _mood(example: Example) -> Iterator[Ask]:
    if mood(example) is None:
        return
    key, against, verbs = MOODS[example.style]
    pair = tuple(sorted((key, against)))
    asks = (
        f"{{Does}} {{s}} seem {pair[0]} or {pair[1]}?", f"{{Does}} {{s}} look more {pair[1]} or more {pair[0]}?", f"Is the manner of the motion {pair[0]} or {pair[1]}?",
        f"{pair[0].capitalize()} or {pair[1]}: how {{does}} {{s}} move?", f"Which word fits the way {{s}} *move, {pair[1]} or {pair[0]}?", f"Would you call {{o}} {pair[0]} or {pair[1]}?",
        f"From the way {{s}} *move, {{is}} {{s}} {pair[1]} or {pair[0]}?", f"What impression {{does}} {{s}} give: {pair[0]} or {pair[1]}?",
    )  # fmt: skip
    yield Choice(
        f"mood/{'-'.join(pair)}",
        "reasoning",
        key,
        pair,
        "",
        asks,
        (f"{{A}} *seem {key}", f"{{A}} *look {key}", f"The manner is {key}"),
    )
    yield YesNo(f"seems/{key}", "reasoning", "yes", YES_NO, "", verbs, "state")
    other = next((v for k, _, v in MOODS.values() if k == against), None)
    if other:
        yield YesNo(f"seems/{against}", "reasoning", "no", YES_NO, "", other, "state", f"{{A}} *seem {key}")


def _agrees(example: Example) -> bool:
    """Whether the measured vigour and lean bear the style out."""
    f = example.facts
    gait, energy = f.travel.gait, f.rhythm.energy
    if example.style in ("exhausted", "tired", "elderly", "old", "sad"):
        return energy < {"standing": 0.17, "walking": 0.58, "running": 0.75}.get(gait, 0.3)
    if example.style in ("active", "youthful", "happy", "proud", "angry"):
        return energy > {"standing": 0.14, "walking": 0.54, "running": 0.73}.get(gait, 0.3)
    if gait == "walking" and example.style == "feminine":
        return f.trunk.lean < 1.8
    if gait == "walking" and example.style in ("masculine", "masculinity"):
        return f.trunk.lean > 3.2
    return True

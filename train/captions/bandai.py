"""Bandai-Namco content in words, vetoed by what was measured."""

from __future__ import annotations

import random

from hmvlm.motion.facts import Facts
from train.captions.compose import Core, measured_core
from train.captions.manners import manner_for_style

WALKS = (
    "*walk",
    "*walk forward",
    "*walk forwards",
    "*walk ahead",
    "*go for a walk",
    "*walk straight ahead",
    "*take some steps forward",
)
RUNS = ("*run", "*run forward", "*run ahead", "*run straight ahead", "*run in a straight line", "*go for a run")


def make_core(content: str, style: str, facts: Facts, rng: random.Random) -> Core:
    """The core of a clip of ``content`` and ``style``; from the facts alone where the label is not true of it."""
    manner = manner_for_style(style, facts)
    made = _gait(content, facts) or _hands(content, facts) or _acts(content, facts)
    if made is None:
        return measured_core(facts, rng, manner)
    return Core(**{"manner": manner, **made})


def _gait(content: str, facts: Facts) -> dict | None:
    way = facts.travel
    if content in ("walk", "run", "dash"):
        if way.path < 0.8 or way.direction not in ("forward", "around"):
            return None
        straight = abs(way.turn) < 25 and max(way.turn_left, way.turn_right) < 40
        phrases = {"walk": WALKS, "run": RUNS}.get(
            content,
            (
                "*dash",
                "*dash forward",
                "*sprint",
                "*sprint forward",
                "*run fast",
                "*run at full speed",
                "*make a dash forward",
            ),
        )
        if content == "run" and way.moving_speed < 2.2:
            phrases += ("*jog", "*jog forward")
        if content == "walk" and straight and abs(way.left) < 0.15 * way.path:
            phrases += ("*walk in a straight line", "*walk straight forward")
        if not straight:
            phrases = tuple(p for p in phrases if "straight" not in p)
        nouns = {"walk": ("walking", "a walk"), "run": ("running", "a run"), "dash": ("a dash", "sprinting")}[content]
        return dict(
            phrases=phrases,
            topics=frozenset({"travel", "stop"} | ({"turn"} if straight else set())),
            nouns=nouns,
            steady=True,
            extras=0.15,
        )
    if content == "walk-back":
        if way.direction != "backward":
            return None
        return dict(
            phrases=(
                "*walk backward",
                "*walk backwards",
                "*step backward",
                "*move backwards",
                "*walk in reverse",
                "*back up",
            ),
            topics=frozenset({"travel", "turn"}),
            nouns=("walking backwards",),
            steady=True,
            extras=0.1,
        )
    if content in ("walk-left", "walk-right"):
        side = content[5:]
        drift = way.left if side == "left" else -way.left
        if drift < 0.5:
            return None
        phrases = [
            f"*walk diagonally to the {side}",
            f"*walk forward to the {side}",
            f"*walk forward, drifting to the {side}",
            f"*walk {side}",
            f"*walk to the {side}",
            f"*walk forward and to the {side}",
            f"*move to the {side} while walking forward",
        ]
        return dict(
            phrases=tuple(phrases),
            topics=frozenset({"travel", "turn"}),
            nouns=(f"walking to the {side}",),
            steady=True,
            extras=0.1,
        )
    if content.startswith("walk-turn-"):
        side = content[10:]
        turned, other = (way.turn_left, way.turn_right) if side == "left" else (way.turn_right, way.turn_left)
        if way.path < 0.8:
            return None
        if turned < 35 or other > turned:
            return dict(phrases=("*walk", "*walk forward"), topics=frozenset({"travel"}), steady=True, extras=0.8)
        phrases = [
            f"*walk and *turn {side}",
            f"*walk forward and *turn {side}",
            f"*walk, then *turn {side}",
            f"*walk forward, then *turn to the {side}",
            f"*turn {side} while walking",
            f"*make a {side} turn while walking",
            f"*walk and *take a {side} turn",
            f"*walk around a corner to the {side}",
            f"*walk ahead and then *turn {side}",
            f"*take a {side} turn",
        ]
        if 70 < turned < 115:
            phrases += [
                f"*walk forward and *make a 90-degree turn to the {side}",
                f"*walk and *turn {side} by 90 degrees",
            ]
        return dict(
            phrases=tuple(phrases),
            topics=frozenset({"travel", "turn", "stop"}),
            nouns=(f"a {side} turn while walking",),
            extras=0.1,
        )
    return None


def lowered(facts: Facts, sides: tuple[str, ...]) -> bool:
    """Whether the raised hands come down again before the end."""
    return all(facts.hand(s).raises and facts.hand(s).raised_to < facts.duration - 0.1 for s in sides)


def _hands(content: str, facts: Facts) -> dict | None:
    sides = {"left-hand": ("left",), "right-hand": ("right",), "both-hands": ("left", "right")}.get(
        content.split("-", 2)[-1] if content.startswith("raise-up") else content.split("-", 1)[-1]
    )
    if sides is None or not content.startswith(("raise-up-", "wave-")):
        return None
    if not all(facts.hand(s).above_shoulder > -0.22 and facts.hand(s).rise > 0.15 for s in sides):
        return None
    others = [s for s in ("left", "right") if s not in sides and facts.hand(s).above_shoulder > 0]
    what = (
        ["both hands", "both arms", "{their} hands", "{their} arms"]
        if len(sides) == 2
        else [f"{{their}} {sides[0]} hand", f"{{their}} {sides[0]} arm"]
    )
    high = all(facts.hand(s).above_head > 0.2 for s in sides)
    aloft = all(facts.hand(s).above_head > -0.02 for s in sides)
    if content.startswith("raise-up-"):
        if any(facts.hand(s).raises and facts.hand(s).raised_from < 0.05 for s in sides):
            return None
        phrases = [
            f"{verb} {w}{tail}"
            for w in what
            for verb, tail in (
                ("*raise", ""),
                ("*raise", " up"),
                ("*lift", ""),
                ("*put", " up"),
                ("*hold", " up"),
                ("*lift", " up"),
            )
        ]
        if high:
            phrases += [
                f"{v} {w} {t}"
                for w in what
                for v, t in (("*raise", "above {their} head"), ("*raise", "high"), ("*lift", "overhead"))
            ]
        if aloft:
            phrases += [f"{v} {w} {t}" for w in what for v, t in (("*raise", "in the air"), ("*put", "in the air"))]
        if all(abs(facts.hand(s).above_shoulder) < 0.1 for s in sides):
            phrases += [f"*raise {w} to shoulder height" for w in what]
        tails = ("then *lower " + ("them" if len(sides) == 2 else "it") + " again",) if lowered(facts, sides) else ()
        topics = {"raise", "wave"} if not others else {f"raise_{s}" for s in sides} | {"wave"}
        nouns = (
            ("raising both hands", "hands up")
            if len(sides) == 2
            else (f"raising the {sides[0]} hand", f"{sides[0]} hand up")
        )
        return dict(
            phrases=tuple(phrases),
            topics=frozenset(topics),
            tails=tuple("and " + t for t in tails),
            nouns=nouns,
            extras=0.1,
        )
    if max(facts.hand(s).waves for s in sides) < 1.0:
        return dict(phrases=tuple(f"*raise {w}" for w in what), topics=frozenset({"raise", "wave"}), extras=0.0)
    phrases = (
        [f"*wave {w}" for w in what]
        + [f"*wave with {w}" for w in what]
        + [f"*raise {w} and *wave" for w in what[:2]]
        + [f"*wave hello with {w}" for w in what[:1]]
        + [f"*greet someone by waving {w}" for w in what[:1]]
    )
    if len(sides) == 2:
        phrases += ["*wave with both hands above {their} head"] if high else []
    else:
        phrases += [f"*wave {w} {t}" for w in what for t in ("in the air", "from side to side")] + [
            f"*hold up {what[0]} and *wave it"
        ]
    nouns = ("waving with both hands",) if len(sides) == 2 else (f"waving the {sides[0]} hand",)
    return dict(phrases=tuple(phrases), topics=frozenset({"raise", "wave"}), nouns=nouns, steady=True, extras=0.05)


def _raised(facts: Facts, least: float = -0.1) -> tuple[str, ...]:
    return tuple(s for s in ("left", "right") if facts.hand(s).above_shoulder > least)


def _with(sides: tuple[str, ...]) -> str:
    return "both hands" if len(sides) == 2 else f"{{their}} {sides[0]} hand" if sides else "one hand"


def _acts(content: str, facts: Facts) -> dict | None:
    up = _raised(facts)
    if content == "bow":
        deepest = facts.trunk.max_forward
        if deepest < 8:
            return None
        phrases = [
            "*bow",
            "*take a bow",
            "*bow forward",
            "*greet someone with a bow",
            "*bend forward in a bow",
            "*make a bow",
            "*bow politely",
        ]
        if deepest > 55:
            phrases += ["*bow deeply", "*take a deep bow", "*bow low"]
        elif deepest < 35:
            phrases += ["*bow slightly", "*give a small bow"]
        return dict(phrases=tuple(phrases), topics=frozenset({"bow", "bend"}), nouns=("a bow", "bowing"), extras=0.15)
    if content in ("bye", "byebye"):
        if not up:
            return dict(phrases=("*say goodbye with a small gesture", "*gesture goodbye", "*say goodbye"), extras=0.3)
        hand = _with(up)
        phrases = [f"*raise {hand} to say goodbye", f"*say goodbye with {hand}", "*say goodbye"]
        if any(facts.hand(s).waves >= 1.5 for s in up):
            phrases = [
                "*wave goodbye",
                f"*wave goodbye with {hand}",
                "*wave bye-bye",
                f"*wave {hand} to say goodbye",
                "*say goodbye by waving",
                f"*wave with {hand}",
            ]
        return dict(phrases=tuple(phrases), topics=frozenset({"raise", "wave"}), nouns=("a goodbye",), extras=0.2)
    if content == "guide":
        side = max(("left", "right"), key=lambda s: facts.hand(s).above_shoulder)
        return dict(
            phrases=(
                f"*show the way with {{their}} {side} hand",
                f"*guide someone with {{their}} {side} hand",
                "*gesture to show someone the way",
                "*invite someone to come along with a hand gesture",
                f"*point the way with {{their}} {side} arm",
                "*guide someone with a gesture",
            ),
            topics=frozenset({"raise", "wave"}),
            nouns=("a guiding gesture",),
            extras=0.15,
        )
    if content == "call":
        return dict(
            phrases=("*call out to someone", "*call someone over", "*shout to someone far away", "*call out loudly"),
            topics=frozenset({"raise"}),
            nouns=("calling out",),
            extras=0.5,
        )
    if content == "respond":
        hand = _with(up)
        return (
            dict(
                phrases=(f"*raise {hand} in response", f"*respond by raising {hand}", f"*answer a call with {hand} up"),
                topics=frozenset({"raise"}),
                nouns=("a response",),
                extras=0.2,
            )
            if up
            else None
        )
    moving = facts.rhythm.still < 0.75
    if content == "punch" and facts.left_hand.punches + facts.right_hand.punches:
        return dict(
            phrases=("*punch", "*throw punches", "*throw a punch", "*punch forward", "*punch the air"),
            topics=frozenset({"punch", "wave", "raise"}),
            nouns=("punching",),
            extras=0.4,
        )
    if content == "kick" and facts.left_leg.kicks + facts.right_leg.kicks:
        sides = [s for s in ("left", "right") if facts.leg(s).kicks]
        phrases = ["*kick", "*do a kick", "*kick forward"] + (
            [f"*kick with {{their}} {sides[0]} leg", f"*kick with {{their}} {sides[0]} foot"]
            if len(sides) == 1
            else ["*kick with both legs in turn"]
        )
        return dict(phrases=tuple(phrases), topics=frozenset({"kick", "wave", "leg"}), nouns=("a kick",), extras=0.3)
    if content == "slash" and moving and max(facts.left_hand.peak_speed, facts.right_hand.peak_speed) > 2.0:
        return dict(
            phrases=(
                "*slash with a sword",
                "*swing a sword",
                "*slash the air with a sword",
                "*cut through the air with a blade",
                "*make slashing movements",
            ),
            topics=frozenset({"punch", "wave"}),
            nouns=("sword slashes",),
            extras=0.3,
        )
    if content == "dance-short" and moving:
        return dict(
            phrases=("*dance", "*do a dance", "*dance energetically", "*dance to music", "*perform a dance"),
            topics=frozenset({"travel", "wave", "punch", "bow"}),
            nouns=("dancing", "a dance"),
            steady=True,
            extras=0.3,
        )
    return None

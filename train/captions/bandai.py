"""Captions of Bandai-Namco content: phrases of ``bandai.json`` that the measured facts do not contradict."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

from hmvlm.motion.facts import Facts
from train.captions.compose import Core, measured_core
from train.captions.core_tables import add_phrases, fill, fill_text, load_cores
from train.captions.manners import manner_for_style

CORES = load_cores(Path(__file__).with_suffix(".json"))
HANDS = {"left-hand": ("left",), "right-hand": ("right",), "both-hands": ("left", "right")}


def make_core(content: str, style: str, facts: Facts, rng: random.Random) -> Core:
    """The core of a clip of ``content`` and ``style``; from the facts alone where they contradict the label."""
    manner = manner_for_style(style, facts)
    core = _gait(content, facts) or _hands(content, facts) or _act(content, facts)
    return measured_core(facts, rng, manner) if core is None else replace(core, manner=manner)


def _gait(content: str, facts: Facts) -> Core | None:
    way = facts.travel
    if content in ("walk", "run", "dash"):
        return _forward(content, facts)
    if content == "walk-back":
        return CORES["walk-back"] if way.direction == "backward" else None
    if content in ("walk-left", "walk-right"):
        side = content[5:]
        drift = way.left if side == "left" else -way.left
        return fill(CORES["walk to the side"], side=side) if drift >= 0.5 else None
    if content.startswith("walk-turn-"):
        side = content[10:]
        turned, other = (way.turn_left, way.turn_right) if side == "left" else (way.turn_right, way.turn_left)
        if way.path < 0.8:
            return None
        if turned < 35 or other > turned:
            return CORES["walk, hardly turning"]
        core = CORES["walk and turn"]
        if 70 < turned < 115:
            core = add_phrases(core, CORES["walk and turn 90 degrees"])
        return fill(core, side=side)
    return None


def _forward(content: str, facts: Facts) -> Core | None:
    """Walking, running or dashing forward; phrases with "straight" only where the path is straight."""
    way = facts.travel
    if way.path < 0.8 or way.direction not in ("forward", "around"):
        return None
    straight = abs(way.turn) < 25 and max(way.turn_left, way.turn_right) < 40
    core = CORES[content]
    if content == "run" and way.moving_speed < 2.2:
        core = add_phrases(core, CORES["jog"])
    if content == "walk" and straight and abs(way.left) < 0.15 * way.path:
        core = add_phrases(core, CORES["walk straight"])
    if straight:
        return replace(core, topics=core.topics | {"turn"})
    return replace(core, phrases=tuple(text for text in core.phrases if "straight" not in text))


def lowered(facts: Facts, sides: tuple[str, ...]) -> bool:
    """Whether the raised hands come down again before the end."""
    return all(facts.hand(s).raises and facts.hand(s).raised_to < facts.duration - 0.1 for s in sides)


def _hands(content: str, facts: Facts) -> Core | None:
    """Raising or waving one or both hands."""
    raising = content.startswith("raise-up-")
    if not raising and not content.startswith("wave-"):
        return None
    sides = HANDS.get(content.removeprefix("raise-up-").removeprefix("wave-"))
    if sides is None or not all(facts.hand(s).above_shoulder > -0.22 and facts.hand(s).rise > 0.15 for s in sides):
        return None
    hands = (
        ["both hands", "both arms", "{their} hands", "{their} arms"]
        if len(sides) == 2
        else [f"{{their}} {sides[0]} hand", f"{{their}} {sides[0]} arm"]
    )
    if raising:
        return _raise(facts, sides, hands)
    if max(facts.hand(s).waves for s in sides) < 1.0:
        return _for_each(CORES["raise hands without waving"], hands)
    return _wave(facts, sides, hands)


def _for_each(core: Core, hands: list[str]) -> Core:
    """All phrases of the core for the first hand, then all for the next."""
    return add_phrases(fill(core, hand=hands[0]), *(fill(core, hand=hand) for hand in hands[1:]))


def _raise(facts: Facts, sides: tuple[str, ...], hands: list[str]) -> Core | None:
    if any(facts.hand(s).raises and facts.hand(s).raised_from < 0.05 for s in sides):
        return None
    both = len(sides) == 2
    core = _for_each(CORES["raise both hands" if both else "raise one hand"], hands)
    if all(facts.hand(s).above_head > 0.2 for s in sides):
        core = add_phrases(core, _for_each(CORES["raise hands above head"], hands))
    if all(facts.hand(s).above_head > -0.02 for s in sides):
        core = add_phrases(core, _for_each(CORES["raise hands in the air"], hands))
    if all(abs(facts.hand(s).above_shoulder) < 0.1 for s in sides):
        core = add_phrases(core, _for_each(CORES["raise hands to shoulder height"], hands))
    others = [s for s in ("left", "right") if s not in sides and facts.hand(s).above_shoulder > 0]
    topics = {f"raise_{s}" for s in sides} | {"wave"} if others else {"raise", "wave"}
    tails = (f"and then *lower {'them' if both else 'it'} again",) if lowered(facts, sides) else ()
    return replace(fill(core, side=sides[0]), topics=frozenset(topics), tails=tails)


def _wave(facts: Facts, sides: tuple[str, ...], hands: list[str]) -> Core:
    texts = [fill_text(text, hand=hand) for text in CORES["wave"].phrases for hand in hands]
    texts += [fill_text(text, hand=hand) for text in CORES["raise and wave"].phrases for hand in hands[:2]]
    texts += fill(CORES["greet"], hand=hands[0]).phrases
    if len(sides) == 1:
        texts += _for_each(CORES["wave one hand"], hands).phrases
        texts += fill(CORES["hold up and wave"], hand=hands[0]).phrases
    elif all(facts.hand(s).above_head > 0.2 for s in sides):
        texts += CORES["wave both hands high"].phrases
    nouns = ("waving with both hands",) if len(sides) == 2 else (f"waving the {sides[0]} hand",)
    return Core(tuple(texts), topics=frozenset({"raise", "wave"}), nouns=nouns, steady=True, extras=0.05)


def _act(content: str, facts: Facts) -> Core | None:
    """Acts in place: bows, gestures, punches, kicks, slashes, dances."""
    if content in ("bye", "byebye", "guide", "call", "respond"):
        return _gesture(content, facts)
    moving = facts.rhythm.still < 0.75
    if content == "bow":
        return _bow(facts.trunk.max_forward)
    if content == "punch" and facts.left_hand.punches + facts.right_hand.punches:
        return CORES["punch"]
    if content == "kick" and facts.left_leg.kicks + facts.right_leg.kicks:
        sides = [s for s in ("left", "right") if facts.leg(s).kicks]
        more = CORES["kick with one leg" if len(sides) == 1 else "kick with both legs"]
        return add_phrases(CORES["kick"], fill(more, side=sides[0]))
    if content == "slash" and moving and max(facts.left_hand.peak_speed, facts.right_hand.peak_speed) > 2.0:
        return CORES["slash"]
    return CORES["dance-short"] if content == "dance-short" and moving else None


def _bow(deepest: float) -> Core | None:
    """A bow of ``deepest`` degrees; None below 8."""
    if deepest < 8:
        return None
    if deepest > 55:
        return add_phrases(CORES["bow"], CORES["bow deeply"])
    return add_phrases(CORES["bow"], CORES["bow slightly"]) if deepest < 35 else CORES["bow"]


def _gesture(content: str, facts: Facts) -> Core | None:
    up = tuple(s for s in ("left", "right") if facts.hand(s).above_shoulder > -0.1)
    hand = "both hands" if len(up) == 2 else f"{{their}} {up[0]} hand" if up else "one hand"
    if content in ("bye", "byebye"):
        if not up:
            return CORES["goodbye gesture"]
        waves = any(facts.hand(s).waves >= 1.5 for s in up)
        return fill(CORES["goodbye wave" if waves else "goodbye"], hand=hand)
    if content == "guide":
        return fill(CORES["guide"], side=max(("left", "right"), key=lambda s: facts.hand(s).above_shoulder))
    if content == "call":
        return CORES["call"]
    return fill(CORES["respond"], hand=hand) if up else None

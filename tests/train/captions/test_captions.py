"""Captions: true of the motion, grammatical, varied, mirrored."""

import random
import re

import pytest

from hmvlm.motion.facts import facts
from tests import motions
from train.captions import Example, captions, examples, make_core, mirror_text
from train.captions.cmu import activity_family, find_theme, split_note, topic_key
from train.captions.cmu import make_core as make_cmu_core
from train.captions.cmu_phrases import FAMILIES, PHRASES, THEMES, find_check
from train.captions.manners import MANNERS
from train.recordings.store import Recording

NOTES = """Alaskan vacation|Empi|Front Kick|Gedanbarai|Heiansyodan|Mawashigeri|Motorcycle|Oiduki|Range of Motion|Run
Run Dive Over Roll Run|Run Duck Underneath|Run Jump Over|Run Jump Stop Run|Run Left|Run Over|Run Quick Stop Run
Run Right|Run Side Step Left|Run Side Step Right|Run Stop Run|Run Turn Left|Run Turn Right|Run to Quick Stop
Syutouuke|Walk to Run|Yokogeri|acrobatics - spin/twirl, hang on ropes|balance on one leg, outstretched arms
basketball - backward dribble|basketball - crossover dribble, shoot|basketball signals|bear (human subject)
bend over, scoop up, rise, lift arm|boxing|cartwheel|climb 3 steps|climb ladder|dance - small jetes, pirouette
direct traffic, wave, point|drink soda, screw on bottlecap|elephant (human subject)
jumping jacks, jog, squats, side twists, stretches|laugh|mop floor|navigate - walk forward, backward, sideways
nursery rhyme - "I'm a little teapot..."|playground - climb, go under, jump down|punch/strike
run, 90-degree left turn|run/jog, sudden stop|sit on stepstool, ankle on other knee, hand on chin|slow walk, stop
swordplay|static dance pose - folded in, head lowered, leg bent|walk on uneven terrain|walk stealthily|wash self
wash windows"""


def bandai(motion, content, style="normal") -> Recording:
    return Recording(
        f"dataset-2_{content}_{style}_001",
        "bandai_namco",
        "train",
        content,
        motion,
        {"content": content, "style": style},
    )


def said(clip: Recording, n: int = 30, seed: int = 0) -> list[str]:
    return captions(clip, clip.motion, facts(clip.motion), random.Random(seed), n)


def test_captions_are_different_and_clean():
    made = said(bandai(motions.walk(), "walk", "exhausted"), 40)
    assert len(set(made)) == len(made) >= 30
    assert all(1 <= len(text.split()) <= 34 for text in made)
    assert not [text for text in made if re.search(r"[*{}%]|  | ,", text)]
    assert any(re.search("tired|exhausted|weary|wearily|worn|energy", text) for text in made)


def test_a_label_against_the_facts_gives_way():
    wrong = bandai(motions.walk(5.0, 1.0, turn=-90.0), "walk-turn-left")
    assert not [text for text in said(wrong) if "left" in text.lower()]
    idle = bandai(motions.still(), "raise-up-left-hand")
    assert not [text for text in said(idle) if "raise" in text.lower() or "lift" in text.lower()]


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_hand_is_the_hand_of_the_label(side):
    other = {"left": "right", "right": "left"}[side]
    made = said(bandai(motions.raise_hand(side), f"raise-up-{side}-hand", "active"))
    assert sum(side in text for text in made) > 0.8 * len(made)
    assert not [text for text in made if other in text]


def test_rehabilitation_sides_come_from_the_motion():
    motion = motions.raise_hand("right")
    clip = Recording(
        "ui_prmd_correct_m07_s01_e01",
        "ui_prmd",
        "train",
        "standing shoulder abduction",
        motion,
        {"movement": "m07", "correctness": "correct"},
    )
    made = said(clip, 20)
    assert any("to the side" in text or "sideways" in text for text in made)
    assert not [text for text in made if "left" in text]
    mirrored = Recording(clip.name, clip.source, clip.split, clip.label, motion.mirrored(), clip.info)
    assert not [text for text in said(mirrored, 20) if "right" in text]


@pytest.fixture(scope="module")
def facts_of_a_walk():
    """What is measured in a walk of four seconds."""
    return facts(motions.walk())


@pytest.mark.parametrize("note", [n for line in NOTES.split("\n") for n in line.split("|")])
def test_every_cmu_note_is_known(facts_of_a_walk, note):
    _, names = split_note(note)
    assert note.lower() in PHRASES or find_theme(note) is not None or any(n in PHRASES for n in names), note
    made = make_cmu_core(note, facts_of_a_walk, True, random.Random(0))
    assert made.phrases


def test_cmu_pieces_say_only_what_is_found():
    note = "jumping jacks, jog, squats, side twists, stretches"
    clip = Recording("cmu_14_06", "cmu", "train", note, motions.squat())
    texts = " ".join(captions(clip, clip.motion, facts(clip.motion), random.Random(0), 30, whole=False))
    assert "squat" in texts
    assert "jumping jack" not in texts and "jog" not in texts


def test_vocabulary_is_well_formed():
    for entry in [*PHRASES.values(), *THEMES.values()]:
        assert all(re.search(r"\*[a-z]", phrase) for phrase in entry.phrases)
    assert all(manner.adverbs for manner in MANNERS.values())


def test_unknown_sources_are_described_by_facts():
    clip = Recording("mine", "other", "train", "?", motions.walk())
    assert make_core(clip, facts(clip.motion), random.Random(0)).phrases


@pytest.mark.parametrize(
    ("text", "mirrored"),
    [
        ("raise your left hand", "raise your right hand"),
        ("Left arm up, then right arm", "Right arm up, then left arm"),
        ("turns clockwise", "turns counter-clockwise"),
        ("turns counter-clockwise to the left", "turns clockwise to the right"),
        ("goes anticlockwise", "goes clockwise"),
        ("starts right away", "starts right away"),
        ("the person has left", "the person has left"),
        ("a right angle to the right", "a right angle to the left"),
        ("stands upright", "stands upright"),
        ("LEFT", "RIGHT"),
    ],
)
def test_mirrored_text(text, mirrored):
    assert mirror_text(text) == mirrored


def test_mirroring_twice_gives_the_text_back():
    for clip in (
        bandai(motions.raise_hand("left"), "raise-up-left-hand"),
        bandai(motions.walk(5, 1, 90), "walk-turn-left"),
    ):
        for text in said(clip, 20):
            assert mirror_text(mirror_text(text)) == text


def test_examples_carry_motion_captions_and_keys():
    clips = [
        bandai(motions.walk(), "walk"),
        bandai(motions.walk(14.0), "run"),
        Recording("x", "other", "test", "", motions.still()),
    ]
    made = examples(clips, "train", random.Random(0), n=4, crops=True)
    assert {e.kind for e in made} == {"whole", "segment"} | {"crop"} or {e.kind for e in made} == {"whole", "segment"}
    assert all(isinstance(e, Example) and e.captions and e.split == "train" for e in made)
    assert 0.8 * 14 * 20 < sum(len(e.motion) for e in made if e.kind == "segment") <= 14 * 20
    turned = made[0].mirrored()
    assert turned.captions == [mirror_text(c) for c in made[0].captions]


def test_authored_actions_stay_whole_with_the_captions_of_their_performance():
    told = ["does a long plank", "holds a plank"]
    clip = Recording("a", "authored", "train", "plank", motions.walk(14.0), {"captions": "\n".join(told)})
    made = examples([clip], "train", random.Random(0), n=4, crops=True)
    assert [(one.kind, len(one.motion)) for one in made] == [("whole", len(clip.motion))]
    assert sorted(made[0].captions) == told


def test_a_piece_is_sampled_by_what_it_shows():
    jumping, walking = facts(motions.jump(count=2)), facts(motions.walk())
    assert topic_key("walk, forward jump", facts(motions.jump(distance=0.8)), whole=False) == "jump forward"
    assert topic_key("playground - climb, forward jumps", walking, whole=False) == "playground"
    assert topic_key("jumping jacks, squats, stretches", jumping, whole=False) != "jumping jacks"
    assert topic_key("bear (human subject)", walking, whole=True) == "imitation"


def test_families_hold_known_phrases_and_no_phrase_twice():
    names = [name for names in FAMILIES.values() for name in names]
    assert len(names) == len(set(names))
    unknown = [name for name in names if name not in PHRASES and not name.endswith("at large")]
    assert all(name in THEMES for name in unknown), unknown
    assert activity_family("swordplay") == "swordplay"


def test_a_check_can_combine_others_and_unknown_ones_are_errors():
    jumping, still = facts(motions.jump()), facts(motions.still())
    assert find_check("jumps or hops")(jumping) and not find_check("jumps and hops")(jumping)
    assert not find_check("jumps or hops")(still)
    with pytest.raises(ValueError, match="no check 'flies'"):
        find_check("jumps and flies")

"""Exemplars performed anew: what survives the tokenizer, which are replaced, which are dropped."""

import json

import numpy as np
import pytest
import torch

from hmvlm.language.text_encoder import TextEncoder
from hmvlm.motion import features
from hmvlm.rankers.exemplars import Exemplars
from hmvlm.rankers.retrieval import RetrievalConfig, RetrievalModel
from tests import motions
from tests.tiny import tiny_body_tokenizer, tiny_encoder
from train.authored.recognised import action_of
from train.authored.registry import load_actions
from train.rankers import renew, takes
from train.rankers.survival import survival
from train.recordings.store import Recording, save_motions


@pytest.fixture(scope="module")
def retrieval() -> RetrievalModel:
    torch.manual_seed(0)
    encoder = tiny_encoder()
    return RetrievalModel(RetrievalConfig(encoder.width, dim=16, layers=1, heads=2), encoder).eval()


def store(texts: list[str], owners: list[list[int]], width: int) -> Exemplars:
    count = 1 + max(number for some in owners for number in some)
    codes = [np.full((4, 5), number) for number in range(count)]
    vectors = np.full((len(texts), 2), 90, np.int8)
    return Exemplars(
        codes, np.ones(count), texts, vectors, [np.array(some) for some in owners], np.zeros(width),
        np.random.default_rng(0).standard_normal((width, 2)),
    )  # fmt: skip


def test_a_motion_survives_itself_and_a_hand_held_still_loses_its_strokes():
    waving, raised = (features.encode(motions.raise_hand("right", 4.0, wave)) for wave in (True, False))
    same, held = survival(waving, waving), survival(waving, raised)
    assert same.strokes > 0.99 and same.error < 1e-6 and same.loss < 0.02
    assert held.weight == 1 and held.strokes < 0.3 and held.error > 0.02 and held.loss > 0.7


def test_captions_tell_the_action_that_they_are_of():
    keys = load_actions()
    assert action_of(["a person knocks at the door five times one after another", "delivery, knocks"], keys) == "knock"
    assert action_of(["a person claps angrily", "someone claps 3 times"], keys) == "clap"
    assert action_of(["a person waves while walking forward", "walk along and wave at the same time"], keys) == "wave"
    assert action_of(["a person walks in a circle while clapping"], keys) == ""
    assert action_of(["a person claps"], ["wave"]) == action_of([], keys) == ""


def test_every_count_and_manner_of_an_action_is_performed():
    clap = load_actions()["clap"]
    made = takes.ways(clap)
    assert {way.get("count") for way in made} >= set(range(1, 9))
    assert {way["style"] for way in made} == {*clap.styles} and {way["on"] for way in made} == {"idle", "walk"}
    assert len(takes.ways(load_actions()["drink"])) >= takes.PLAIN


def test_the_best_of_every_kind_is_kept_and_slowness_costs():
    def take(count: str, strokes: float, tempo: float = 1.0, style: str = "") -> takes.Take:
        info = {"count": count, "style": style, "on": "idle", "captions": "claps", "side": "both"}
        clip = Recording("a", "authored", "train", "clap", motions.still(), info)
        return takes.Take(clip, tempo, torch.zeros(0), torch.zeros(0), takes.Survival(strokes, 1.0, 0.0, 0.0))

    good, slow, bad, twice = take("1", 0.9), take("1", 0.95, 0.5), take("1", 0.2), take("2", 0.5)
    assert takes.best([bad, slow, good, twice], 1.0, 14) == [good, twice, slow]
    assert takes.best([bad, slow, good, twice], 1.0, 1) == [good]
    assert takes.best([take("3", 1.0, style="happy"), good, twice], 1.0, 2) == [good, twice]


def test_the_mirror_image_of_a_take_is_told_of_the_other_side():
    clip = Recording("a", "authored", "train", "knock", motions.still(), {"captions": "knocks with the left hand"})
    codes = torch.zeros(2, 5, 5, dtype=torch.long)
    take = takes.Take(clip, 1.0, torch.zeros(0), codes, takes.Survival(1.0, 1.0, 0.0, 0.0))
    told = [one.captions for one in renew.motions_of(take, tiny_body_tokenizer())]
    assert told == [("knocks with the left hand",), ("knocks with the right hand",)]


def test_what_is_listed_is_dropped_with_a_reason():
    known = renew.entries(store(["waves", "stands"], [[0, 1], [1]], 3))
    first, second = (renew.name_of(one.codes) for one in known)
    assert renew.without(known, [{"motion": first, "reason": "stands in a stance"}]) == known[1:]
    left = renew.without(known, [{"caption": "waves", "motion": second, "reason": "does not wave"}])
    assert [one.captions for one in left] == [("waves",), ("stands",)]
    assert [one.captions for one in renew.without(known, [{"caption": "waves", "reason": "no"}])] == [("stands",)]
    with pytest.raises(ValueError, match="reason"):
        renew.without(known, [{"motion": first}])


def test_the_list_of_what_is_dropped_can_be_read():
    assert renew.without([], json.loads(renew.DROPPED.read_text(encoding="utf-8"))) == []


def test_the_command_replaces_the_motions_of_an_action(retrieval, tmp_path, monkeypatch):
    monkeypatch.setattr(TextEncoder, "load", staticmethod(lambda name: tiny_encoder()))
    retrieval.save_pretrained(tmp_path / "rankers")
    width = len(renew.features_of(["a"], retrieval)[0])
    old = store(["a person knocks on a door", "a person hums"], [[0], [1, 2]], width)
    old.save(tmp_path / "rankers")
    tiny_body_tokenizer().save_pretrained(tmp_path / "tokenizer")
    save_motions(tmp_path / "m.npz", [Recording("idle", "reactidle", "train", "idle", motions.still(12.0))])
    given = ["--exemplars", tmp_path / "rankers", "--retrieval", tmp_path / "rankers", "--tokenizer",
             tmp_path / "tokenizer", "--recordings", tmp_path / "m.npz", "--actions", "knock", "--takes", "1",
             "--most", "2", "--tries", "1", "--sweeps", "1", "--out", tmp_path / "out"]  # fmt: skip
    renew.main([str(one) for one in given])
    made = Exemplars.from_pretrained(tmp_path / "out")
    assert len(made) == 2 + 4 and made.captions[0] == made.captions[1] == ["a person hums"]
    assert all(action_of(captions, load_actions()) == "knock" for captions in made.captions[2:])
    assert np.array_equal(made.projection, old.projection.half().float())
    given[-1] = tmp_path / "taken"
    renew.main([str(one) for one in [*given, "--performed", tmp_path / "out"]])
    taken = Exemplars.from_pretrained(tmp_path / "taken")
    assert taken.captions == made.captions and all(map(np.array_equal, taken.codes, made.codes))
    with pytest.raises(ValueError, match="unknown action"):
        renew.main([str(one) for one in [*given, "--actions", "hum"]])


def test_captions_that_all_their_motions_have_in_other_words_are_left_out():
    known = store(["walks", "walks along", "runs", "goes"], [[0, 1], [0, 1], [1], [0]], 4)
    vectors = torch.tensor([[1.0, 0], [0.99, 0.1], [0.98, 0.12], [0, 1.0]])
    known.vectors = torch.nn.functional.normalize(vectors, dim=-1)
    assert renew.pruned(known, 0.999).texts == ["walks", "walks along", "goes"]  # "runs" is told by "walks along"
    assert renew.pruned(known, 0.98).texts == ["walks", "goes"]
    assert renew.pruned(known, 1.01).texts == known.texts

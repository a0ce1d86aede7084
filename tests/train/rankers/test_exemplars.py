"""Choosing exemplars from segments."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from hmvlm.config import TokenizerConfig
from hmvlm.language.text_encoder import TextEncoder
from hmvlm.motion import features
from hmvlm.rankers.exemplars import Exemplars
from hmvlm.rankers.retrieval import RetrievalConfig, RetrievalModel
from hmvlm.tokenizer.model import BodyPartTokenizer
from tests import motions
from tests.tiny import tiny_encoder
from train.rankers import exemplars, projections
from train.segments.segment import Segment


def pair(group: str, split: str = "train", value: float = 0.0) -> list[Segment]:
    one, other = (
        Segment((np.zeros((4, 5), np.int64),), ("a",), group, split, numbers=np.array([value, 0.0])) for _ in range(2)
    )
    one.mirror, other.mirror = other, one
    return [one, other]


def test_every_group_gives_motions_with_their_mirror_images_but_held_out_and_bound_ones():
    segments = [
        *pair("authored: clap"), *pair("authored: clap", value=9.0), *pair("cmu: walk", "val"), *pair("utd: throw"),
        *pair("composed: throw"), *pair("composed: walk+throw circle"), *pair("composed: walk circle"),
        *pair("composed: chain"),
    ]  # fmt: skip
    found = exemplars.chosen(segments, 1.0, ["utd"])
    assert [one.group for one in found] == ["authored: clap"] * 4 + ["composed: walk circle"] * 2
    assert found[0].mirror is found[1]


def test_an_authored_action_is_taken_from_the_last_file_that_has_it():
    old, new = [*pair("authored: clap"), *pair("authored: bow"), *pair("cmu: walk")], pair("authored: clap")
    also = pair("cmu: walk")
    assert exemplars.latest([old, new, also]) == [*old[2:], *new, *also]


def test_every_count_of_an_action_with_many_counts_is_represented():
    steps = [pair("authored: step") for _ in range(20)]
    for number, some in enumerate(steps):
        for one in some:
            one.captions = (f"takes {number % 10 + 1} steps", "steps")
    found = exemplars.chosen([one for some in steps for one in some], 0.5, [])
    assert {one.captions[0] for one in found} == {f"takes {count} steps" for count in range(1, 11)}


def test_farthest_first_and_unlike_rows():
    rows = np.array([[0.0], [10.0], [4.9], [5.0]])
    assert exemplars.farthest_first(rows, 3)[:1] == [3] and set(exemplars.farthest_first(rows, 3)) == {0, 1, 3}
    assert exemplars.unlike(torch.tensor([[1.0, 0.0], [0.99, 0.01], [0.0, 1.0]]), 5) == [0, 2]


def test_the_ends_of_a_motion_that_rests_there_have_the_code_beside_them(monkeypatch):
    tokenizer = BodyPartTokenizer(TokenizerConfig(decoder_dim=32, joint_dim=16, joint_layers=1, latent_dim=16)).eval()
    codes = torch.arange(8)[:, None].repeat(1, 5)
    moving = motions.walk(8 * 4 / 20)
    frames = {"still": motions.still(), "moving": moving}

    def kept(shown: str) -> list[int]:
        raw = features.encode(frames[shown])[: 8 * 4]
        monkeypatch.setattr(tokenizer, "decode_features", lambda codes: torch.as_tensor(raw))
        return exemplars.at_rest(codes, tokenizer)[:, 0].tolist()

    assert kept("still") == [1, 1, 2, 3, 4, 5, 6, 6] and kept("moving") == list(range(8))


def test_captions_of_one_group_teach_which_sentences_ask_for_the_same():
    segments = [replace(one, captions=texts) for texts, group in (
        (("claps", "clapping", "moves"), "authored: clap"), (("walks", "moves"), "cmu: walk"),
        (("claps and walks", "walks, then claps"), "composed: walk+clap"),
    ) for one in pair(group)[:1]]  # fmt: skip
    assert projections.captions_of_groups(segments) == {"authored: clap": ["claps", "clapping"]}


def test_the_projection_keeps_what_tells_groups_apart():
    rng = np.random.default_rng(0)
    told, manner = np.repeat([-1.0, 1.0, 0.0], 40), 5 * rng.standard_normal(120)
    rows = torch.from_numpy(np.stack([told, manner, 0.1 * rng.standard_normal(120)], 1)).float()
    classes = np.repeat([7, 3, 9], 40)
    centre, projection = projections.fitted(rows, classes, 1)
    found = ((rows - centre) @ projection)[:, 0].numpy()
    assert abs(np.corrcoef(found, told)[0, 1]) > 0.9
    components = projections.fitted(rows, np.zeros(120), 1)[1][:, 0]
    assert abs(components[1]) > 0.99


@pytest.mark.slow
def test_the_command_writes_exemplars_that_are_found_by_their_captions(stages, tmp_path, monkeypatch):
    monkeypatch.setattr(TextEncoder, "load", staticmethod(lambda name: tiny_encoder()))
    encoder = tiny_encoder()
    torch.manual_seed(0)
    RetrievalModel(RetrievalConfig(encoder.width, dim=16, layers=1, heads=2), encoder).save_pretrained(tmp_path / "r")
    given = ["--segments", stages / "segments.npz", "--tokenizer", stages / "tokenizer", "--dim", "8"]
    exemplars.main([*map(str, given), "--retrieval", str(tmp_path / "r"), "--out", str(tmp_path / "out")])
    made = Exemplars.from_pretrained(Path(tmp_path / "out"))
    assert len(made) and all(0 <= int(one.max()) < len(made) for one in made.owners)
    assert np.allclose(made.vectors.norm(dim=-1), 1, atol=0.1)

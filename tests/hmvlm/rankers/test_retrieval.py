"""The retrieval model: one space for words and motions, padding without effect, save and load,
learning left from right.
"""

import pytest
import torch

from hmvlm.motion import features
from hmvlm.rankers.retrieval import INPUT, RetrievalConfig, RetrievalModel, motion_inputs
from tests import motions
from tests.tiny import tiny_encoder
from train.rankers.corpus import contrastive, pad_states

TEXTS = ["a person walks", "someone waves with the left hand", "jump"]


@pytest.fixture(scope="module")
def retrieval():
    torch.manual_seed(0)
    encoder = tiny_encoder()
    return RetrievalModel(RetrievalConfig(encoder.width, dim=16, layers=1, heads=2, dropout=0.0), encoder).eval()


def raw_of(seconds: int, speed: float) -> torch.Tensor:
    return features.encode(motions.walk(seconds, speed=speed))


def test_vectors_have_length_one_and_padding_changes_nothing(retrieval):
    short, long = raw_of(2, 1.0), raw_of(4, 1.4)
    padded = torch.stack([torch.cat([short, short[-1:].expand(len(long) - len(short), -1)]), long])
    together = retrieval.motion_vectors(padded, torch.tensor([len(short), len(long)]))
    alone = retrieval.motion_vectors(short[None], torch.tensor([len(short)]))
    assert torch.allclose(together.norm(dim=-1), torch.ones(2), atol=1e-5)
    assert torch.allclose(together[0], alone[0], atol=1e-5)
    words = retrieval.text_vectors(TEXTS)
    assert torch.allclose(words[1], retrieval.text_vectors([TEXTS[1]])[0], atol=1e-5)


def test_likeness_is_one_for_the_same_words_and_ignores_the_company(retrieval):
    alike = retrieval.text_similarity(TEXTS[0], TEXTS)
    assert alike[0] == pytest.approx(1.0, abs=1e-5) and (alike[1:] < 1.0).all()
    assert retrieval.text_similarity(TEXTS[0], [TEXTS[2]])[0] == pytest.approx(float(alike[2]), abs=1e-5)


def test_inputs_hold_the_path_in_metres():
    raw = raw_of(4, 1.0)
    inputs = motion_inputs(raw)
    assert inputs.shape == (len(raw), INPUT)
    assert inputs[-1, -4] == pytest.approx(4.0, abs=0.4)  # z, the way it walks


def test_save_load_gives_the_same_fit(retrieval, tmp_path):
    retrieval.save_pretrained(tmp_path)
    loaded = RetrievalModel.from_pretrained(tmp_path, retrieval.encoder)
    raw = raw_of(2, 1.0)[None]
    frames = torch.tensor([raw.shape[1]])
    assert torch.allclose(
        loaded.similarity(TEXTS[0], raw, frames), retrieval.similarity(TEXTS[0], raw, frames), atol=1e-2
    )
    with pytest.raises(FileNotFoundError, match="train.rankers.retrieval"):
        RetrievalModel.from_pretrained(tmp_path / "nothing", retrieval.encoder)
    with pytest.raises(ValueError, match="states of 99"):
        RetrievalModel(RetrievalConfig(99), retrieval.encoder)


def test_the_loss_is_least_where_pairs_agree_and_equal_texts_are_no_negatives():
    vectors = torch.eye(4)
    none = torch.eye(4, dtype=torch.bool)
    scale = torch.tensor(20.0)
    right, wrong = contrastive(vectors, vectors, scale, none), contrastive(vectors, vectors.roll(1, 0), scale, none)
    assert right < 1e-6 < 10 < wrong
    twins = torch.stack([vectors[0], vectors[0]])
    assert contrastive(twins, twins, scale, torch.ones(2, 2, dtype=torch.bool)) < 1e-6


@pytest.mark.slow
def test_it_learns_to_tell_a_motion_from_its_mirror_image(retrieval):
    torch.manual_seed(0)
    left = motions.raise_hand("left")
    pair = torch.stack([features.encode(left), features.encode(left.mirrored())])
    frames = torch.full((2,), pair.shape[1])
    texts = ["raise the left hand", "raise the right hand"]
    states = pad_states([s[m] for s, m in zip(*retrieval.encoder.states(texts), strict=True)])
    trained = RetrievalModel(retrieval.config, retrieval.encoder).train()
    optimiser = torch.optim.Adam([p for p in trained.parameters() if p.requires_grad], lr=3e-3)
    for _ in range(60):
        loss = contrastive(
            trained.vectors_from_states(*states),
            trained.motion_vectors(pair, frames),
            torch.tensor(10.0),
            torch.eye(2, dtype=torch.bool),
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    fit = [trained.eval().similarity(text, pair, frames) for text in texts]
    assert fit[0][0] > fit[0][1] and fit[1][1] > fit[1][0]

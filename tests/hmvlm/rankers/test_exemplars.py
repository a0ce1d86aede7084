"""Exemplars: found by caption, saved and read back, damaged files refused."""

import numpy as np
import pytest
import torch

from hmvlm.rankers.exemplars import FILE, OTHER_WORDS, SCALE, Exemplars


@pytest.fixture
def store() -> Exemplars:
    """Four motions; the first two share a caption."""
    codes = [np.full((steps, 5), steps) for steps in (3, 4, 5, 6)]
    axes = np.eye(3)[[0, 1, 2]] * SCALE
    owners = [np.array([0, 1]), np.array([2]), np.array([3])]
    texts = ["wave", "sit", "a man nods"]
    return Exemplars(codes, np.array([1, 1, 0.5, 0.2]), texts, axes.astype(np.int8), owners, np.zeros(3), np.eye(3))


def lengths(found) -> list[int]:
    return [len(one.codes) for one in found]


def test_the_nearest_captions_give_their_motions(store):
    prompt = torch.tensor([0.9, 0.5, 0.0])
    assert lengths(store.nearest(prompt, 9, margin=0.5, least=0.5)) == [3, 4, 5]
    assert lengths(store.nearest(prompt, 9, margin=0.1, least=0.5)) == [3, 4]
    assert lengths(store.nearest(prompt, 1, margin=0.5, least=0.5)) == [3]
    assert store.nearest(prompt, 9, margin=0.5, least=0.99) == []
    first = store.nearest(prompt, 1, margin=0.5, least=0.5)[0]
    assert first.text == "wave" and first.posture == 1 and first.similarity == pytest.approx(0.874, abs=1e-3)


def test_other_ways_to_say_it_count_a_little_less(store):
    unusual, usual = torch.tensor([0.0, 0.0, 1.0]), torch.tensor([0.0, 1.0, 0.0])
    found = store.nearest(torch.stack([unusual, usual]), 9, margin=0.2, least=0.5)
    assert [one.text for one in found] == ["a man nods", "sit"]
    assert found[1].similarity == pytest.approx(1 - OTHER_WORDS)


def test_captions_that_do_not_fit_are_passed_over_unless_they_are_far_nearer(store):
    prompt = torch.tensor([0.72, 0.69, 0.0])

    def seated(text: str) -> bool:
        return text == "sit"

    assert lengths(store.nearest(prompt, 9, margin=0.5, least=0.5, fits=seated)) == [5]
    far = store.nearest(torch.tensor([0.9, 0.5, 0.0]), 9, margin=0.1, least=0.5, fits=seated)
    assert lengths(far) == [3, 4]


def test_a_store_is_read_back_as_it_was_saved(store, tmp_path):
    assert not Exemplars.is_in(tmp_path)
    store.save(tmp_path)
    read = Exemplars.from_pretrained(tmp_path)
    assert read.texts == store.texts and torch.equal(read.vectors, store.vectors) and len(read) == 4
    assert all(np.array_equal(one, other) for one, other in zip(read.codes, store.codes, strict=True))
    assert all(np.array_equal(one, other) for one, other in zip(read.owners, store.owners, strict=True))
    assert np.allclose(read.postures, store.postures, atol=1e-3)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("codes", np.zeros((18, 4), np.int16)),
        ("codes", np.zeros((18, 5), np.float32)),
        ("vectors", np.zeros((2, 3), np.int8)),
        ("owners", np.array([0, 1, 2, 9], np.int16)),
        ("steps", np.array([3, 4, 5, 60], np.int16)),
        ("centre", None),
    ],
)
def test_a_damaged_file_is_refused(store, tmp_path, name, value):
    store.save(tmp_path)
    arrays = dict(np.load(tmp_path / FILE))
    arrays.pop(name)
    np.savez(tmp_path / FILE, **arrays, **({} if value is None else {name: value}))
    with pytest.raises(ValueError, match="exemplars"):
        Exemplars.from_pretrained(tmp_path)

"""The activity classifier: a probe that learns separable names, says when it is unsure, and is saved with its names."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from hmvlm.rankers.activity import PLAIN, ActivityClassifier
from train.rankers.activity import accuracy
from train.segments.activity_predictions import fit_classifier, held_out_predictions

ACTS, MANNERS = ["waving", "kicking", "bowing"], [PLAIN, "tired"]


def drawn(count: int, seed: int) -> tuple[torch.Tensor, list[str], list[str]]:
    """Unit vectors near one axis an activity, and another axis for the manner."""
    rng = torch.Generator().manual_seed(seed)
    which = torch.randint(len(ACTS), (count,), generator=rng)
    tired = torch.randint(2, (count,), generator=rng)
    vectors = (
        F.one_hot(which, 8).float()
        + 0.5 * tired[:, None] * F.one_hot(torch.tensor(5), 8)
        + 0.1 * torch.randn(count, 8, generator=rng)
    )
    return F.normalize(vectors, dim=-1), [ACTS[i] for i in which], [MANNERS[i] for i in tired]


@pytest.fixture(scope="module")
def probe() -> ActivityClassifier:
    vectors, acts, manners = drawn(300, 0)
    return fit_classifier(vectors, ["", *acts[1:]], manners, steps=300)


def test_it_names_what_it_did_not_see(probe):
    act, manner = accuracy(probe, *drawn(200, 1))
    assert act > 0.95 and manner > 0.9


def test_a_note_names_the_activity_and_an_unusual_manner(probe):
    vectors, acts, manners = drawn(100, 2)
    said = probe.notes(vectors)
    assert np.mean([words.startswith(f"looks like {act}") for words, act in zip(said, acts)]) > 0.95
    assert np.mean([("manner tired" in words) == (manner == "tired") for words, manner in zip(said, manners)]) > 0.9
    between = F.normalize(torch.eye(8)[0] + torch.eye(8)[1], dim=0)
    assert "perhaps" in probe.notes(between[None])[0]


def test_what_a_question_names_and_a_motion_hardly_shows_is_denied(probe):
    vectors, acts, _ = drawn(100, 2)
    bows, waves = (vectors[[act == name for act in acts]] for name in ("bowing", "waving"))
    assert np.mean([named == ["bowing"] for named in probe.ruled_out(waves, "Is he bowing?")]) > 0.95
    assert not any(probe.ruled_out(bows, "Is he bowing?"))
    assert not any(probe.ruled_out(waves, "Is he reading?")) and not any(
        probe.ruled_out(waves, "What is it: bowing, dancing, or reading?")
    )


def test_save_and_load_keep_names_and_answers(probe, tmp_path):
    probe.save_pretrained(tmp_path)
    loaded = ActivityClassifier.from_pretrained(tmp_path)
    vectors = drawn(20, 3)[0]
    assert (loaded.activities, loaded.manners) == (probe.activities, probe.manners)
    assert torch.allclose(loaded(vectors)[0], probe(vectors)[0], atol=1e-6)
    with pytest.raises(FileNotFoundError, match="train.rankers.activity"):
        ActivityClassifier.from_pretrained(tmp_path / "nowhere")


@pytest.mark.slow
def test_held_out_notes_come_from_other_recordings():
    vectors, acts, manners = drawn(80, 4)
    odd = vectors.clone()
    odd[:1], acts = torch.eye(8)[7], ["dancing", *acts[1:]]  # only its own recording shows dancing
    said = held_out_predictions(odd, acts, manners, [str(i) for i in range(80)], np.ones(80, bool))
    assert "dancing" not in said[0] and all(said)
    assert (
        held_out_predictions(odd, acts, manners, [str(i) for i in range(80)], np.zeros(80, bool)) == [""] * 80
    )  # nothing to fit on

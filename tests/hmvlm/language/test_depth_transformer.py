"""The depth decoder: each part sees the parts before it, and only the torso can end a motion."""

import pytest
import torch

from hmvlm.config import DepthTransformerConfig
from hmvlm.language.depth_transformer import IGNORE, DepthTransformer
from hmvlm.language.vocabulary import Vocabulary

torch.manual_seed(0)
VOCABULARY = Vocabulary(base_size=10, width=12, codebook_size=6)
HEAD = DepthTransformer(12, 6, DepthTransformerConfig(dim=16, layers=2, heads=2, dropout=0.0)).eval()


def test_logits_are_causal_over_parts():
    hidden, codes = torch.randn(2, 12), torch.randint(0, 6, (2, 4))
    logits = HEAD(hidden, codes, VOCABULARY)
    assert logits.shape == (2, 5, 7)
    changed = codes.clone()
    changed[:, 2] = (changed[:, 2] + 1) % 6
    difference = (HEAD(hidden, changed, VOCABULARY) - logits).nan_to_num().abs().amax((0, 2))
    assert difference[:3].max() == 0 and difference[3:].min() > 0


def test_only_the_torso_of_a_motion_can_end_it():
    codes = torch.zeros(1, 4, dtype=torch.long)
    motion, pose = (HEAD(torch.randn(1, 12), codes, VOCABULARY, kind)[0, :, -1] for kind in ("motion", "pose"))
    assert motion[0].isfinite() and motion[1:].isinf().all() and pose.isinf().all()


def test_drawing_step_by_step_equals_teacher_forcing():
    hidden = torch.randn(3, 12)
    codes = HEAD.sample(hidden, VOCABULARY, lambda logits, part: logits[:, :6].argmax(-1))
    logits = HEAD(hidden, codes[:, :-1], VOCABULARY)
    assert torch.equal(logits[..., :6].argmax(-1), codes)


def test_an_ended_row_keeps_zeros():
    codes = HEAD.sample(
        torch.randn(2, 12), VOCABULARY, lambda logits, part: torch.tensor([6, 2] if part == 0 else [3, 3])
    )
    assert codes.tolist() == [[6, 0, 0, 0, 0], [2, 3, 3, 3, 3]]


def test_loss_ignores_what_is_not_asked_and_counts_the_end():
    hidden = torch.randn(1, 12)
    end = torch.tensor([[6, IGNORE, IGNORE, IGNORE, IGNORE]])
    expected = -HEAD(hidden, torch.zeros(1, 4, dtype=torch.long), VOCABULARY)[0, 0].log_softmax(-1)[6]
    assert torch.allclose(HEAD.loss(hidden, end, VOCABULARY), expected)


@pytest.mark.slow
def test_the_head_learns_a_joint_distribution():
    """Parts that always agree are drawn in agreement, which independent heads could not do."""
    torch.manual_seed(1)
    head, vocabulary = (
        DepthTransformer(12, 6, DepthTransformerConfig(dim=32, layers=2, heads=2, dropout=0.0)),
        Vocabulary(10, 12, 6),
    )
    optimiser = torch.optim.Adam([*head.parameters(), *vocabulary.parameters()], lr=1e-2)
    hidden = torch.ones(64, 12)
    for _ in range(120):
        codes = torch.randint(0, 6, (64, 1)).expand(-1, 5)
        loss = head.loss(hidden, codes, vocabulary)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    drawn = head.eval().sample(hidden, vocabulary, lambda logits, part: torch.multinomial(logits.softmax(-1), 1)[:, 0])
    drawn = drawn[drawn[:, 0] < 6]
    assert (drawn == drawn[:, :1]).float().mean() > 0.95 and len(drawn[:, 0].unique()) > 3

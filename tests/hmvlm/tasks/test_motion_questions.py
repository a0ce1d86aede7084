"""How a motion is shown to the language model: tokens, and notes where the checkpoint was trained with them."""

import pytest
import torch

from hmvlm.config import MAX_STEPS, TokenizerConfig
from hmvlm.motion import features
from hmvlm.tasks.motion_questions import MotionPrompts
from hmvlm.tokenizer.model import BodyPartTokenizer
from tests import motions
from tests.tiny import CODES, tiny_model

QUESTION = "Which way does he go?"


def viewer(noted: bool) -> MotionPrompts:
    tokenizer = BodyPartTokenizer(
        TokenizerConfig(codebook_size=CODES, code_dim=8, joint_dim=16, joint_layers=1, latent_dim=16, decoder_dim=32)
    )
    tokenizer(torch.randn(4, 32, features.FEATURE_SIZE))
    return MotionPrompts(tiny_model().builder, tokenizer.eval(), use_notes=noted)


@pytest.mark.slow
def test_notes_stand_between_the_motion_and_the_question():
    one, other = viewer(False), viewer(True)
    walk = motions.walk(4.0, 1.2)
    bare = one.prompt(walk, QUESTION)
    noted = other.prompt(walk, QUESTION)
    said = f"Seen: {other.notes(walk, QUESTION)}.\n"
    assert "walks forward" in said
    assert int((bare.codes[:, 0] >= 0).sum()) == 20
    assert noted.ids.tolist()[-5:] == bare.ids.tolist()[-5:] and len(noted) > len(bare)
    words, ids = other.builder.text(said + QUESTION), noted.ids.tolist()
    start = len(bare) - len(one.builder.text(QUESTION)) - len(one.builder._special(one.builder.format.after))
    assert ids[:start] == bare.ids.tolist()[:start] and ids[start : start + len(words)] == words


def test_of_a_long_motion_ten_seconds_are_shown():
    shown = viewer(True).prompt(motions.walk(14.0, 1.0), QUESTION)
    assert int((shown.codes[:, 0] >= 0).sum()) == MAX_STEPS

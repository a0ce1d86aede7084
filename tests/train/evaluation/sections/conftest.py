"""A context of synthetic pairs and an untrained model for the sections of an evaluation."""

import pytest
import torch

from hmvlm.assistant import HMVLM
from hmvlm.config import TokenizerConfig
from hmvlm.tokenizer.model import BodyPartTokenizer
from tests import motions
from tests.tiny import CODES, tiny_model
from train.evaluation.context import QUICK, Budget, EvaluationContext
from train.evaluation.evaluator.model import Evaluator, build_vocabulary
from train.evaluation.evaluator.networks import EvaluatorConfig
from train.evaluation.evaluator.pairs import Pair
from train.recordings.store import Recording


def pair(number):
    return Pair(f"p{number}", motions.walk(0.6, speed=0.5 + 0.03 * number), (f"walk {number}", "a walk"), "walk")


@pytest.fixture(scope="package")
def assistant():
    torch.manual_seed(0)
    return HMVLM(tiny_model(), BodyPartTokenizer(TokenizerConfig(codebook_size=CODES)).eval())


@pytest.fixture
def context(tmp_path, assistant):
    """A context of 34 test pairs, 8 training pairs and a small untrained evaluator."""
    torch.manual_seed(1)
    pairs = [pair(number) for number in range(42)]
    sizes = EvaluatorConfig(movement_hidden=8, movement=8, motion_hidden=8, words=8, text_hidden=8, output=6)
    evaluator = Evaluator(sizes, build_vocabulary(text for one in pairs for text in one.captions)).eval()
    budget = Budget(
        dict.fromkeys(QUICK.minutes, 2.0),
        samples_per_prompt=1,
        multimodality=(2, 2),
        captioned_motions=34,
        samples_per_check=1,
    )
    made = EvaluationContext("tiny", budget, state=tmp_path, figures=tmp_path / "figures")
    clips = [Recording(f"c{n}", "cmu" if n % 2 else "ui_prmd", "test", "walk", motions.walk(2), {}) for n in range(4)]
    made.__dict__.update(
        assistant=assistant,
        hash="12345678",
        test_pairs=pairs[:34],
        train_pairs=pairs[34:],
        evaluator=evaluator,
        recordings=clips,
        other_models={},
    )
    return made

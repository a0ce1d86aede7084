"""Exemplars made to fit a clause, with the tokenizer of the released checkpoint."""

import numpy as np
import pytest
import torch

from hmvlm.body.skeleton import INDEX
from hmvlm.motion import features
from hmvlm.motion.features import trajectory
from hmvlm.motion.steering import turned, way
from hmvlm.paths import CHECKPOINTS
from hmvlm.rankers.exemplars import Exemplar
from hmvlm.tasks.adapting import Adapting
from hmvlm.tasks.composites import ARMS
from hmvlm.tasks.plan import Clause, plan
from hmvlm.tokenizer.model import BodyPartTokenizer
from tests import motions

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def tokenizer():
    return BodyPartTokenizer.from_pretrained(CHECKPOINTS / "embedded" / "tokenizer")


@pytest.fixture(scope="module")
def adapting(tokenizer):
    return Adapting(
        lambda codes: [tokenizer.decode_features(one) for one in codes],
        tokenizer.encode_features,
        lambda codes: tokenizer.motion_quantizer.lookup(codes[None])[0],
    )


def exemplar(tokenizer, motion, text: str = "a person walks") -> Exemplar:
    return Exemplar(tokenizer.encode(motion), 1.0, text, 0.9, (text,))


def raised(seconds: float = 3.0):
    """A motion that raises both arms and keeps them up."""
    up = motions.raise_hand("left", seconds), motions.raise_hand("right", seconds)
    poses = up[0].poses.copy()
    poses[:, INDEX["right_shoulder"]] = up[1].poses[:, INDEX["right_shoulder"]]
    return motions.grounded(poses, np.zeros((len(poses), 2)))


def test_an_exemplar_goes_along_the_course_of_its_clause(tokenizer, adapting):
    clause = Clause.read("a person walks in a circle to the right")
    [found] = adapting.on_course([exemplar(tokenizer, motions.walk(6.0))], clause, 50)
    assert turned(tokenizer.decode_features(found.codes)) == pytest.approx(-360, abs=100)
    clause = Clause.read("a person walks in a quarter circle to the left")
    [part] = adapting.on_course([exemplar(tokenizer, motions.walk(8.0))], clause, 50)
    assert turned(tokenizer.decode_features(part.codes)) == pytest.approx(90, abs=40)
    assert len(part.codes) < 25


def test_a_slow_exemplar_takes_longer(tokenizer, adapting):
    given = [exemplar(tokenizer, motions.walk(4.0))]
    [slow] = adapting.in_tempo(given, Clause.read("a person walks slowly"), 50)
    [cut] = adapting.in_tempo(given, Clause.read("a person walks slowly"), 21)
    assert len(slow.codes) > len(given[0].codes) and len(cut.codes) <= 21
    assert adapting.in_tempo(given, Clause.read("a person walks"), 50) == given


def test_the_way_back_ends_where_the_motion_began(tokenizer, adapting):
    before = tokenizer.encode(motions.walk(3.0))
    clause = plan("a person walks forward and then goes back").clauses[1]
    [found] = adapting.back([exemplar(tokenizer, motions.walk(6.0))], clause, before, 50)
    places = trajectory(tokenizer.decode_features(torch.cat([before, found.codes])))[0][:, [0, 2]]
    gone = places[len(before) * 4 - 1].norm()
    assert float(places[-1].norm()) < 0.8 * float(gone)


def test_steps_are_repeated_until_they_get_far_enough(tokenizer, adapting):
    [found] = adapting.far([exemplar(tokenizer, motions.walk(1.6, speed=0.5))], Clause.read("walks to the wall"), 50)
    assert way(tokenizer.decode_features(found.codes)) > 1.2


def test_arms_stay_and_are_let_down(tokenizer, adapting):
    [up] = adapting.held([exemplar(tokenizer, raised(), "raises both arms")])
    walk = exemplar(tokenizer, motions.walk(3.0))
    [kept] = adapting.with_arms([walk], up.codes)
    assert (kept.codes[:, ARMS] == kept.codes[:1, ARMS]).all()
    assert torch.equal(kept.codes[:, :1], walk.codes[:, :1])
    before = torch.cat([up.codes, kept.codes])
    down = adapting.lowered_arms(before)
    assert down is not None
    wrist = features.POSITIONS.start + 3 * (INDEX["left_wrist"] - 1) + 1
    heights = tokenizer.decode_features(torch.cat([before, down]))[:, wrist]
    assert float(heights[len(before) * 4 - 1]) > 0.3 > 0.15 > float(heights[-1])
    assert adapting.lowered_arms(walk.codes) is None

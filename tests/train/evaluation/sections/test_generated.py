"""The store of generated motions."""

import numpy as np

from train.evaluation.context import TimeLimit
from train.evaluation.sections.generated import GeneratedMotions


def test_generations_are_kept_and_continued(context, assistant):
    path, asked = context.state / "kept.npz", [("walk", 0.6), ("run", 0.6)]
    first = GeneratedMotions(path).generate(assistant, asked, [1, 1], TimeLimit(1))
    again = GeneratedMotions(path)
    assert len(again.known) == 2
    more = again.generate(assistant, asked, [2, 1], TimeLimit(1))
    np.testing.assert_allclose(more[0][0].poses, first[0][0].poses, atol=3e-4)
    assert len(more[0]) == 2 and len(more[0][0]) == 12
    assert GeneratedMotions(context.state / "none.npz").generate(assistant, asked, [1, 1], TimeLimit(0)) == []

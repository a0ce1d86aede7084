"""The store of generated motions."""

import numpy as np

from train.evaluation.bench import Clock
from train.evaluation.sections.generated import Generations


def test_generations_are_kept_and_go_on(bench, assistant):
    path, asked = bench.state / "kept.npz", [("walk", 0.6), ("run", 0.6)]
    first = Generations(path).draw(assistant, asked, [1, 1], Clock(1))
    again = Generations(path)
    assert len(again.known) == 2
    more = again.draw(assistant, asked, [2, 1], Clock(1))
    np.testing.assert_allclose(more[0][0].poses, first[0][0].poses, atol=3e-4)
    assert len(more[0]) == 2 and len(more[0][0]) == 12
    assert Generations(bench.state / "none.npz").draw(assistant, asked, [1, 1], Clock(0)) == []

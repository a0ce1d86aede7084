"""The 33 landmarks' names, bones and shapes."""

import numpy as np
import pytest

from hmvlm.vision.landmarks import BONES, INDEX, LANDMARK_NAMES, MIRROR, Landmarks


def test_names():
    assert len(LANDMARK_NAMES) == 33 and (MIRROR[MIRROR] == np.arange(33)).all()
    assert LANDMARK_NAMES[MIRROR[INDEX["left_wrist"]]] == "right_wrist" and MIRROR[0] == 0
    assert all(tuple(sorted((MIRROR[a], MIRROR[b]))) in {tuple(sorted(bone)) for bone in BONES} for a, b in BONES)


def test_wrong_shapes_are_refused():
    with pytest.raises(ValueError, match="pixels"):
        Landmarks(np.zeros((3, 2)), np.zeros((33, 3)), np.zeros(33), 1.0, np.ones(4))

"""What is looked at of long motions and of stills."""

import numpy as np

from hmvlm.motion.salience import activity, held, liveliest
from tests import motions


def test_the_liveliest_part_is_where_the_body_moves():
    calm, wave = motions.still(4), motions.raise_hand("left", 3, wave=True)
    poses, trans = (np.concatenate([getattr(m, name) for m in (calm, wave, calm)]) for name in ("poses", "trans"))
    whole = type(wave)(poses, trans, fps=wave.fps)
    found = liveliest(whole, len(wave))
    assert len(found) == len(wave) and activity(found).mean() > 0.8 * activity(wave).mean()
    assert liveliest(wave, 1000) is wave


def test_a_still_is_held():
    one = motions.still(1).slice(0, 1)
    assert len(held(one, 20)) == 20 and np.array_equal(held(one, 20).poses[7], one.poses[0])
    assert len(held(motions.still(2), 20)) == 40

"""BVH files."""

import numpy as np
import pytest

from hmvlm.motion.clip import Motion
from tests.motions import MILLIMETRE


def test_bvh_rests_in_the_t_pose(tmp_path):
    """All-zero channels are SMPL's T-pose, so a joint's channels are its SMPL rotation."""
    still = Motion(np.zeros((1, 24, 3)), np.zeros((1, 3)))
    text = still.save(tmp_path / "still.bvh").read_text()
    values = np.array(text.splitlines()[-1].split(), dtype=float)
    assert len(values) == 75 and not values[3:].any()
    np.testing.assert_allclose(values[:3] / 100, still.joints()[0, 0], atol=1e-6)
    assert text.count("Zrotation Xrotation Yrotation") == 24 and "Frame Time: 0.05" in text


@pytest.mark.parametrize(
    "spelling",
    [
        lambda name: name.replace("left_", "L_").replace("right_", "R_").title(),
        lambda name: "m_avg_" + name.replace("left_", "L_").replace("right_", "R_").title(),
        lambda name: "".join(word.title() for word in name.split("_")),
    ],
)
@pytest.mark.parametrize("metres", [1.0, 0.01, 0.001])
def test_bvh_with_other_spellings_and_units(motion, tmp_path, spelling, metres):
    path = motion.save(tmp_path / "motion.bvh")
    lines = path.read_text().splitlines()
    for number, line in enumerate(lines):
        words = line.split()
        if words[0] in ("ROOT", "JOINT"):
            lines[number] = f"{words[0]} {spelling(words[1])}"
        elif words[0] == "OFFSET":
            lines[number] = "OFFSET " + " ".join(str(float(word) * 0.01 / metres) for word in words[1:])
        elif len(words) == 75:
            words[:3] = [str(float(word) * 0.01 / metres) for word in words[:3]]
            lines[number] = " ".join(words)
    path.write_text("\n".join(lines))
    assert np.abs(Motion.load(path).joints() - motion.joints()).max() < MILLIMETRE


def test_bvh_of_a_larger_body_is_scaled_to_ours(motion, tmp_path):
    """Twenty per cent longer bones and path: our body takes the same steps at its own size."""
    small = Motion(motion.poses, motion.trans)
    path = small.save(tmp_path / "motion.bvh")
    lines = path.read_text().splitlines()
    for number, line in enumerate(lines):
        words = line.split()
        if words[0] == "OFFSET":
            lines[number] = "OFFSET " + " ".join(str(float(word) * 1.2) for word in words[1:])
        elif len(words) == 75:
            lines[number] = " ".join([*(str(float(word) * 1.2) for word in words[:3]), *words[3:]])
    path.write_text("\n".join(lines))
    again = Motion.load(path)
    assert np.abs(again.joints() - small.joints()).max() < MILLIMETRE
    assert not again.betas.any()

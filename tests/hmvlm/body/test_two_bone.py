import numpy as np

from hmvlm.body.two_bone import LONGEST, reachable, solve_two_bone

HIP, KNEE, ANKLE = (np.array([[0.0, height, depth]]) for height, depth in ((0.9, 0.0), (0.5, 0.05), (0.1, 0.0)))
FORWARD = np.array([[0.0, 0.0, 1.0]])


def solved(target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Knee and ankle after the leg has been moved to a target by the returned rotations."""
    upper, lower, _ = solve_two_bone((HIP, KNEE, ANKLE), target, FORWARD)
    knee = HIP + (upper @ (KNEE - HIP)[..., None])[..., 0]
    return knee, knee + (lower @ (ANKLE - KNEE)[..., None])[..., 0]


def test_a_target_within_reach_is_met():
    target = np.array([[0.1, 0.2, 0.3]])
    np.testing.assert_allclose(solved(target)[1], target, atol=1e-9)


def test_the_present_end_as_target_changes_nothing():
    upper, lower, end = solve_two_bone((HIP, KNEE, ANKLE), ANKLE, FORWARD)
    np.testing.assert_allclose(upper, np.eye(3)[None], atol=1e-9)
    np.testing.assert_allclose(lower, np.eye(3)[None], atol=1e-9)
    np.testing.assert_allclose(end, ANKLE)


def test_the_knee_bends_to_its_side():
    assert solved(np.array([[0.0, 0.3, 0.0]]))[0][0, 2] > 0.15


def test_a_target_out_of_reach_is_approached():
    length = 2 * np.linalg.norm(KNEE - HIP)
    knee, ankle = solved(np.array([[0.0, -5.0, 0.0]]))
    np.testing.assert_allclose(ankle, HIP - [[0, LONGEST * length, 0]], atol=1e-6)
    assert np.linalg.norm(knee - HIP) < 0.41


def test_a_softly_limited_distance_grows_without_a_kink():
    distance = np.linspace(0.5, 1.5, 1001)
    found = reachable(distance, 1.0)
    slope = np.diff(found) / np.diff(distance)
    assert found.max() <= LONGEST and (slope >= 0).all() and np.abs(np.diff(slope)).max() < 0.06
    np.testing.assert_array_equal(found[distance < 0.98], distance[distance < 0.98])

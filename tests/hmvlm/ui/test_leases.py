"""GPU seconds that are asked for."""

from hmvlm.ui.leases import LONGEST, SHORTEST, gpu_seconds


def test_an_ordinary_message_asks_for_little_and_a_long_task_for_more():
    assert gpu_seconds("Hello", {}) == SHORTEST
    waves = gpu_seconds("a person waves", {"seconds": 4})
    chain = gpu_seconds("a person walks, then sits down, then waves and then stands up", {"seconds": 20})
    assert SHORTEST <= waves < chain <= LONGEST
    assert gpu_seconds("a person walks for 30 seconds", {}) > gpu_seconds("a person walks", {})
    assert gpu_seconds("a person waves", {"variations": 8}) > gpu_seconds("a person waves", {})
    assert gpu_seconds("x", {"picture": "a.jpg"}) < gpu_seconds("x", {"picture": "a.mp4"}) < LONGEST
    assert gpu_seconds("a, " * 500, {"picture": "a.mp4", "variations": 8, "seconds": 60}) == LONGEST

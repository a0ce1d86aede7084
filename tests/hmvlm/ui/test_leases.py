"""GPU seconds that are asked for."""

from PIL import Image

from hmvlm.ui.leases import LONGEST, SHORTEST, gpu_seconds


def test_an_ordinary_message_asks_for_little_and_a_long_task_for_more(tmp_path):
    photo, clip = tmp_path / "a.png", tmp_path / "b.png"
    Image.new("RGB", (8, 8)).save(photo)
    Image.new("RGB", (8, 8)).save(clip, save_all=True, append_images=[Image.new("RGB", (8, 8), "red")])
    assert gpu_seconds("Hello", {}) == SHORTEST
    waves = gpu_seconds("a person waves", {"seconds": 4})
    chain = gpu_seconds("a person walks, then sits down, then waves and then stands up", {"seconds": 20})
    assert SHORTEST <= waves < chain <= LONGEST
    assert gpu_seconds("a person walks for 30 seconds", {}) > gpu_seconds("a person walks", {})
    assert gpu_seconds("a person waves", {"variations": 8}) > gpu_seconds("a person waves", {})
    assert gpu_seconds("x", {"picture": photo}) < gpu_seconds("x", {"picture": str(clip)}) < LONGEST
    assert gpu_seconds("a, " * 500, {"picture": clip, "variations": 8, "seconds": 60}) == LONGEST

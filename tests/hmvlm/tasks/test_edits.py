"""Changes of a motion that exists."""

import numpy as np
import pytest

from hmvlm.config import MAX_TOTAL_SECONDS
from hmvlm.motion.clip import Motion
from hmvlm.paths import EXAMPLE_MOTION
from hmvlm.tasks.edits import edit_in, edited, edited_seconds, other_side


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        ("Now make it faster", "faster"),
        ("a bit slower, please", "slower"),
        ("Mirror it!", "mirror"),
        ("Could you make this longer?", "longer"),
        ("make it shorter", "shorter"),
        ("another one", "seed"),
        ("a person runs faster and faster", None),
        ("a person walks slower than a snail", None),
        ("someone looks into a mirror", None),
        ("Which of the two took longer?", None),
        ("What is the capital of France?", None),
        ("", None),
    ],
)
def test_messages_that_ask_for_a_change(text, edit):
    assert edit_in(text) == edit


def test_the_other_side_of_a_prompt():
    assert (
        other_side("and now with the left leg", "Someone kicks with the right leg") == "Someone kicks with the left leg"
    )
    assert other_side("with the right hand", "waves with the right hand") is None
    assert other_side("with the left hand a person waves and jumps", "a person jumps") is None


def test_edits_of_a_motion():
    motion = Motion.load(EXAMPLE_MOTION)
    fast, slow = edited(motion, "faster"), edited(motion, "slower")
    assert fast.fps == slow.fps == motion.fps
    assert fast.duration == pytest.approx(motion.duration / 1.5, abs=0.1)
    assert slow.duration == pytest.approx(motion.duration * 1.5, abs=0.1)
    assert np.allclose(fast.joints()[20], motion.joints()[30], atol=1e-4)
    twice = edited(edited(motion, "mirror"), "mirror")
    assert np.allclose(twice.joints(), motion.joints(), atol=1e-4)
    assert edited_seconds(4.0, "longer") == 6.0 and edited_seconds(1.0, "shorter") == 1.0
    assert edited_seconds(MAX_TOTAL_SECONDS, "longer") == MAX_TOTAL_SECONDS
    with pytest.raises(ValueError, match="choose mirror"):
        edited(motion, "longer")

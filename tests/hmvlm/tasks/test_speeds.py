"""Questions for a speed: the answer is what was measured."""

import re

import numpy as np
import pytest

from hmvlm.motion.clip import Motion
from hmvlm.motion.facts import facts
from hmvlm.tasks.speeds import told
from tests import motions

QUESTIONS = (
    "How fast is this?", "How fast does the person walk?", "What's their walking speed?", "At what pace do they go?",
    "how quickly is she moving",
)  # fmt: skip


@pytest.mark.parametrize("speed", [0.6, 1.1])
def test_a_walk_is_told_by_its_measured_speed(speed):
    motion = motions.walk(4, speed=speed)
    hips = motion.joints()[:, 0, [0, 2]]
    covered = np.linalg.norm(np.diff(hips, axis=0), axis=1).sum() / (len(motion) - 1) * motion.fps
    for question in QUESTIONS:
        answer = told(question, motion)
        number = float(re.search(r"walks at about ([\d.]+) m/s", answer)[1])
        assert abs(number - covered) < 0.15
        assert ("a slow pace" in answer) == (speed < 0.8)
    assert told(QUESTIONS[0], motion, facts(motion)) == told(QUESTIONS[0], motion)


def test_who_stands_does_not_move():
    assert told("How fast is the person moving?", motions.still()).startswith("The person stays in place.")


def test_other_questions_are_not_answered_here():
    motion = motions.walk(2)
    others = (
        "How fast does the left hand move?",
        "How many steps?",
        "How fast do they turn?",
        "Is the pace slow or fast?",
    )
    assert [told(question, motion) for question in others] == [None] * 4
    assert told(QUESTIONS[0], None) is None
    assert told(QUESTIONS[0], Motion(motion.poses[:1], motion.trans[:1])) is None

"""Answers from measurements about people in pictures: the camera, sides, leaning, steps."""

import numpy as np
import pytest
import torch

from hmvlm.body import rotations
from hmvlm.motion.clip import Motion
from hmvlm.motion.facts import facts
from hmvlm.tasks.measured_answers import facing, measured_answer
from tests import motions


def turned(motion: Motion, degrees: float) -> Motion:
    """The motion turned about the vertical, to the left."""
    turn = rotations.yaw_matrix(torch.tensor([np.radians(degrees)], dtype=torch.float32))
    poses = motion.poses.copy()
    poses[:, 0] = rotations.matrix_to_axis_angle(turn @ rotations.axis_angle_to_matrix(torch.from_numpy(poses[:, 0])))
    return Motion(poses, motion.trans @ turn[0].numpy().T, motion.betas, fps=motion.fps)


def ask(question: str, motion: Motion, **options) -> str | None:
    return measured_answer(question, facts(motion), motion, **options)


WALK = motions.walk(3)
TOWARDS, AWAY, ACROSS = (turned(WALK, degrees) for degrees in (0, 180, 90))


@pytest.mark.parametrize(
    ("motion", "angle", "toward", "away", "where"),
    [
        (TOWARDS, 0, "Yes. The person comes", "No. ", "faces the camera"),
        (AWAY, 180, "No. The person goes", "Yes. ", "has the back to the camera"),
        (ACROSS, 90, "No. The person comes no nearer", "No. ", "is seen from the side"),
    ],
)
def test_where_somebody_goes_and_faces_before_the_camera(motion, angle, toward, away, where):
    assert np.median(facing(motion)) == pytest.approx(angle, abs=12)
    for question in ("Does the person walk towards the camera?", "Is she approaching the viewer?"):
        assert ask(question, motion).startswith(toward)
    assert ask("Is he walking away from the camera?", motion).startswith(away)
    assert ask("Is the person facing the camera?", motion) == f"The person {where}."


def test_the_way_across_the_picture_is_told_by_its_side():
    assert "to the right of the picture" in ask("Does she come closer to the camera?", ACROSS)
    assert "to the left of the picture" in ask("Does she come closer to the camera?", turned(WALK, -90))


def test_a_camera_that_moves_along_does_not_show_the_way():
    said = ask("Does the person walk towards the camera?", TOWARDS, followed=True)
    assert said.startswith("Cannot tell: the camera moves") and "faces the camera" in said


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_hand_that_is_raised_is_the_one_measured(side):
    said = ask("Which arm is raised higher?", motions.raise_hand(side)).lower()
    other = {"left": "right", "right": "left"}[side]
    assert said.startswith(f"the {side} hand: ") and f"{other} hand low" in said
    assert ask("Which hand is lower?", motions.raise_hand(side)).startswith(f"The {other} hand")
    assert ask("Which hand does she raise?", motions.raise_hand(side)).startswith(f"The {side} hand")
    assert ask("Which hand is raised?", motions.still()).startswith("No hand")


def test_only_who_turns_far_turns_round():
    assert ask("Does the person turn around?", WALK).startswith("No. ")
    assert ask("Is she turning round?", motions.walk(4, turn=180.0)).startswith("Yes. ")


def test_leans_and_steps_are_those_measured():
    found = facts(WALK).travel
    assert f"{found.steps_left + found.steps_right} steps" in ask("How many steps does he take?", WALK)
    assert ask("Does the person lean to one side?", WALK) == "No. The trunk leans less than 10°."
    degrees = facts(motions.bow(50)).trunk.max_forward
    assert degrees > 30 and ask("Does she lean forward?", motions.bow(50)).startswith(
        f"Yes. The trunk leans {degrees:.0f}° f"
    )
    assert ask("Is he leaning to the left?", motions.bow(50)).startswith("No. ")
    assert ask("Which way does he lean?", motions.bow(50)).startswith(f"The trunk leans {degrees:.0f}° forward")


@pytest.mark.parametrize(
    "question",
    [
        "What is the person doing?", "Which arm is raised first?", "Is the person running?", "Is the person walking?",
        "Which is it: leaning, bowing, or kneeling?", "Does the person turn left?", "How many times does he lean?",
    ],
)  # fmt: skip
def test_other_questions_are_left_to_the_model(question):
    assert ask(question, WALK) is None

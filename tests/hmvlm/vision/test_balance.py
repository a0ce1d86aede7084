"""Balance: landmarks that lean as a whole do not make people lean who stand; who does not stand is left alone."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from hmvlm.body import rotations
from hmvlm.body.skeleton import INDEX
from hmvlm.body.smpl import BodyModel
from hmvlm.vision import gravity
from hmvlm.vision.balance import offsets
from hmvlm.vision.estimate import assemble
from hmvlm.vision.surroundings import Surroundings
from tests import motions
from tests.hmvlm.vision.test_estimate import FOCAL, SIZE, furniture, seen_in


def tilted(local, marks, degrees):
    """Poses and landmarks that lean towards the camera by so many degrees; the picture stays."""
    turn = rotations.axis_angle_to_matrix(torch.tensor([np.radians(degrees), 0.0, 0.0])).float()
    local = local.clone()
    local[:, 0] = turn @ local[:, 0]
    return local, [replace(one, metric=one.metric @ turn.numpy().T) for one in marks]


def lean(estimate) -> float:
    """Degrees of the body's axis towards the camera in the room, mean over frames."""
    joints = estimate.motion().joints()
    axis = joints[:, INDEX["neck"]] - joints[:, [INDEX["left_ankle"], INDEX["right_ankle"]]].mean(1)
    return float(np.degrees(np.arctan2(axis[:, 2], axis[:, 1])).mean())


@pytest.mark.parametrize("pitch", [-20, 25])
@pytest.mark.parametrize("off", [-12, 12])
def test_who_stands_does_not_lean_where_the_landmarks_do(pitch, off):
    up = gravity.up_vector(np.deg2rad(pitch), 0.0)
    local, marks = tilted(*seen_in(motions.still(0.05), up=up), off)
    around = Surroundings.of(furniture(up, FOCAL / 640, 60))
    estimate = assemble(local, marks, SIZE, people=1, around=around)
    assert abs(lean(estimate)) < 0.5 * abs(off)


def test_only_bodies_on_their_feet_are_balanced():
    squatting = motions.squat(1.0, knee=2.4).poses[10:11]
    poses = np.concatenate([motions.still(0.05).poses[:1], squatting, motions.still(0.05).poses[:1]])
    lying = rotations.axis_angle_to_matrix(torch.tensor([-np.pi / 2, 0.0, 0.0])).float()
    local = rotations.axis_angle_to_matrix(torch.from_numpy(poses).float())
    local[2, 0] = lying @ local[2, 0]
    joints = BodyModel.load().relative_joints(local)
    up, towards = torch.tensor([[0.0, 1, 0]]).expand(3, 3), torch.tensor([[0.0, 0, 1]]).expand(3, 3)
    off, stands = offsets(joints, up, towards)
    assert stands.tolist() == [1, 0, 0]
    assert abs(float(off[0])) < 0.08

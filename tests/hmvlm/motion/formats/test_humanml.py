"""HumanML3D features, recovered as the data set's own code recovers motions."""

import numpy as np
from scipy.spatial.transform import Rotation

from hmvlm.motion.formats import humanml
from tests import motions
from tests.motions import MILLIMETRE


def recovered_root(rows):
    """Rotations from the heading frame and pelvis ``(T, 3)``: turns and steps summed up."""
    angle = np.concatenate([[0], rows[:-1, 0]]).cumsum()
    turn = Rotation.from_rotvec(np.outer(2 * angle, [0, 1, 0]))
    steps = np.zeros((len(rows), 3))
    steps[1:, [0, 2]] = rows[:-1, 1:3]
    pelvis = turn.inv().apply(steps).cumsum(axis=0)
    pelvis[:, 1] = rows[:, 3]
    return turn, pelvis


def test_positions_come_back(motion, tmp_path):
    for clip in (motion, motions.walk(turn=150)):
        rows = np.load(clip.save(tmp_path / "clip.npy"))
        assert rows.shape == (len(clip) - 1, 263) and rows.dtype == np.float32
        expected = humanml.joints(clip)[:-1]
        turn, pelvis = recovered_root(rows.astype(float))
        first = humanml._headings(humanml.joints(clip))[0]
        world = turn * Rotation.from_rotvec([0, first, 0])
        places = humanml._turned(world.inv(), rows[:, 4:67].reshape(-1, 21, 3).astype(float))
        at = Rotation.from_rotvec([0, -first, 0]).apply(pelvis)
        places[..., [0, 2]] += at[:, None, [0, 2]] + expected[0, 0, [0, 2]]
        assert np.abs(places - expected[:, 1:]).max() < MILLIMETRE
        assert np.abs(at - expected[:, 0])[:, [0, 2]].max() < MILLIMETRE


def test_rotations_give_the_same_joints(motion):
    rows = humanml.features(motion).astype(float)
    places = humanml.joints(motion)
    columns = rows[:, 67:193].reshape(-1, 21, 2, 3)
    matrices = np.stack([columns[:, :, 0], columns[:, :, 1], np.cross(columns[:, :, 0], columns[:, :, 1])], axis=-1)
    heading = Rotation.from_rotvec(np.outer(humanml._headings(places), [0, 1, 0])).as_matrix()[:-1]
    found = places[:-1].copy()
    for chain in humanml.CHAINS:
        turned = heading
        for above, joint in zip(chain, chain[1:]):
            turned = turned @ matrices[:, joint - 1]
            length = np.linalg.norm(places[0, joint] - places[0, above])
            found[:, joint] = found[:, above] + length * turned @ humanml.bone_axes()[joint]
    assert np.abs(found - places[:-1]).max() < MILLIMETRE


def test_the_first_frame_faces_forward_on_the_floor_and_a_standing_foot_is_in_contact():
    turned = motions.walk(turn=90)
    places = humanml.joints(turned)
    assert places[..., 1].min() == 0 and not places[0, 0, [0, 2]].any()
    across = places[0, 2] - places[0, 1] + places[0, 17] - places[0, 16]
    assert across[0] < 0 and abs(across[2]) < 1e-6
    assert humanml.features(motions.still())[:, -4:].all()
    contacts = humanml.features(motions.walk(speed=1.4))[:, -4:]
    assert not contacts.all() and len(humanml.features(motions.still().slice(0, 1))) == 1

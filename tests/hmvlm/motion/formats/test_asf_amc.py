"""ASF/AMC: a three-bone skeleton written here, known angles to known positions."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from hmvlm.body.skeleton import INDEX, JOINTS, PARENTS
from hmvlm.body.smpl import BodyModel
from hmvlm.motion.clip import Motion
from hmvlm.motion.formats import RateMissing
from hmvlm.motion.formats.asf_amc import read_amc, read_asf
from tests import foreign, motions
from tests.hmvlm.motion.retarget.test_foreign import LIMBS, off

ASF = """:version 1.10
:name test
:units
  mass 1.0
  length 0.45
  angle deg
:root
   order TX TY TZ RX RY RZ
   axis XYZ
   position 0 0 0
   orientation 0 0 0
:bonedata
  begin
     id 1
     name thigh
     direction 0 -1 0
     length 9.0
     axis 0 0 0 XYZ
     dof rx ry rz
     limits (-160.0 20.0)
            (-70.0 70.0)
            (-60.0 70.0)
  end
  begin
     id 2
     name shin
     direction 0 -1 0
     length 4.5
     axis 0 90 0 XYZ
     dof rx
     limits (-10.0 170.0)
  end
:hierarchy
  begin
    root thigh
    thigh shin
  end
"""
AMC = """#!OML:ASF test.ASF
:FULLY-SPECIFIED
:DEGREES
1
root 0 18 0 0 0 0
thigh 0 0 0
shin 0
2
root 0 18 9 0 90 0
thigh -90 0 0
shin 90
"""
METRE = 0.0254 / 0.45


@pytest.fixture
def files(tmp_path):
    (tmp_path / "t.asf").write_text(ASF)
    (tmp_path / "t.amc").write_text(AMC)
    return tmp_path / "t.asf", tmp_path / "t.amc"


def test_skeleton(files):
    skeleton = read_asf(files[0])
    assert [bone.name for bone in skeleton.bones] == ["thigh", "shin"]
    assert skeleton.parents == (-1, 0)
    assert skeleton.bones[0].length == pytest.approx(9 * METRE)


def test_rest_frame_hangs_straight(files):
    clip = read_amc(files[1], files[0], 30.0)
    assert clip.joints == ("root", "thigh", "shin", "shin_end")
    np.testing.assert_allclose(clip.positions[0] / METRE, [[0, 18, 0], [0, 18, 0], [0, 9, 0], [0, 4.5, 0]], atol=1e-9)
    np.testing.assert_allclose(clip.rest / METRE, [[0, 0, 0], [0, 0, 0], [0, -9, 0], [0, -13.5, 0]], atol=1e-9)


def test_known_angles_give_known_positions(files):
    """Root turned by 90°, thigh lifted, and the shin bent about its own axis, which is turned by 90° about Y."""
    clip = read_amc(files[1], files[0], 30.0)
    shin_local = np.array(
        [[0, -1, 0], [1, 0, 0], [0, 0, 1.0]]
    )  # 90° about X seen through an axis turned 90° about Y: about -Z
    turn = np.array([[0, 0, 1], [0, 1, 0], [-1, 0, 0.0]])
    lift = np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0.0]])
    knee = np.array([0, 18, 9]) + turn @ lift @ [0, -9, 0]
    np.testing.assert_allclose(clip.positions[1, 2] / METRE, knee, atol=1e-6)
    np.testing.assert_allclose(clip.positions[1, 2] / METRE, [9, 18, 9], atol=1e-6)
    end = knee + turn @ lift @ shin_local.T @ [0, -4.5, 0]
    np.testing.assert_allclose(clip.positions[1, 3] / METRE, end, atol=1e-6)
    assert np.linalg.norm(clip.positions[1, 3] - clip.positions[1, 2]) == pytest.approx(4.5 * METRE)


def test_truncated_motion_is_named(files):
    files[1].write_text(AMC.rsplit("\n", 2)[0] + "\n")
    with pytest.raises(ValueError, match="shin.*cut short"):
        read_amc(files[1], files[0], 30.0)


def test_missing_section_is_named(files):
    files[0].write_text(ASF.split(":hierarchy")[0])
    with pytest.raises(ValueError, match="hierarchy"):
        read_asf(files[0])


CMU = {
    "spine1": "lowerback", "spine2": "upperback", "spine3": "thorax", "neck": "lowerneck", "head": "upperneck",
    **{f"{side}_{joint}": f"{side[0]}{bone}" for side in ("left", "right") for joint, bone in {
        "hip": "hipjoint", "knee": "femur", "ankle": "tibia", "foot": "foot", "collar": "scapula",
        "shoulder": "clavicle", "elbow": "humerus", "wrist": "radius", "hand": "wrist"}.items()},
}  # fmt: skip
"""Bones by the joint where they end."""


def write_body(folder, motion, skeleton="07.asf", name="07_01.amc"):
    """A motion of our body as CMU writes its own: a bone ends where its children begin."""
    names = [joint for joint in JOINTS if joint != "pelvis"]
    offsets, root = BodyModel.load().offsets().double().numpy(), INDEX["pelvis"]
    bones = []
    for number, joint in enumerate(names, 1):
        way = offsets[INDEX[joint]]
        length = np.linalg.norm(way)
        bones.append(
            f"  begin\n     id {number}\n     name {CMU[joint]}\n     direction {' '.join(map(str, way / length))}\n"
            f"     length {length / METRE}\n     axis 0 0 0 XYZ\n     dof rx ry rz\n  end"
        )
    links = {}
    for joint in names:
        above = PARENTS[INDEX[joint]]
        links.setdefault("root" if above == root else CMU[JOINTS[above]], []).append(CMU[joint])
    tree = "\n".join(f"    {above} {' '.join(below)}" for above, below in links.items())
    head, _, _ = ASF.partition(":bonedata")
    (folder / skeleton).write_text(f"{head}:bonedata\n" + "\n".join(bones) + f"\n:hierarchy\n  begin\n{tree}\n  end\n")
    turned = foreign.globals_of(motion)  # a bone to a joint turns with the joint above
    lines = ["#!OML:ASF 07.asf", ":FULLY-SPECIFIED", ":DEGREES"]
    pelvis = motion.joints()[:, 0] / METRE

    def angles(matrix):
        return " ".join(f"{value:.6f}" for value in Rotation.from_matrix(matrix).as_euler("xyz", degrees=True))

    for frame in range(len(motion)):
        lines += [str(frame + 1), f"root {' '.join(f'{v:.6f}' for v in pelvis[frame])} {angles(turned[frame, 0])}"]
        for joint in names:
            above = PARENTS[INDEX[joint]]
            before = above if above == root else PARENTS[above]
            lines.append(f"{CMU[joint]} {angles(turned[frame, before].T @ turned[frame, above])}")
    (folder / name).write_text("\n".join(lines) + "\n")
    return folder / name


@pytest.mark.parametrize("skeleton", ["07.asf", "07_01.ASF", "only.asf"])
def test_a_motion_with_its_skeleton_beside_it(skeleton, tmp_path):
    motion = motions.walk(2)
    path = write_body(tmp_path, motion, skeleton)
    read = Motion.load(path, fps=20)
    assert np.median(off(read, motion)[:, LIMBS]) < 15
    with pytest.raises(RateMissing, match="07_01.amc has no frame rate"):
        Motion.load(path)


def test_a_motion_without_its_skeleton_says_what_is_needed(files):
    files[0].unlink()
    with pytest.raises(ValueError, match=r"t.amc needs its skeleton, an .asf file called t.asf"):
        Motion.load(files[1], fps=120)


def test_altered_pairs_are_refused_in_one_sentence(files):
    whole, draw = [path.read_text() for path in files], np.random.default_rng(1)
    for _ in range(150):
        for path, text in zip(files, whole):
            lines = text.splitlines()
            del lines[draw.integers(len(lines))]
            words = lines[draw.integers(len(lines))].split()
            place = draw.integers(len(lines))
            lines[place] = draw.choice(
                [" ".join(words[::-1]), "nan nan nan", "1e999 x", "root root root", lines[place]]
            )
            path.write_text("\n".join(lines))
        with pytest.raises(ValueError, match=r"t\.a") as caught:
            Motion.load(files[1], fps=120)
        assert "\n" not in str(caught.value)

"""Skeletons of other makers: names, rest poses, units and axes; the truth is the motion that the file was made of."""

import re

import numpy as np
import pytest

from hmvlm.body.skeleton import INDEX, JOINTS, PARENTS
from hmvlm.motion.clip import Motion
from hmvlm.motion.retarget import names
from hmvlm.motion.retarget.foreign import motion_from_clip
from hmvlm.motion.retarget.mapping import map_skeleton
from hmvlm.motion.retarget.source_clip import SourceClip
from hmvlm.motion.retarget.targets import find_mapping
from tests import foreign, motions

MIXAMO = foreign.names(
    pelvis="mixamorig:Hips", spine1="mixamorig:Spine", spine2="mixamorig:Spine1", spine3="mixamorig:Spine2",
    neck="mixamorig:Neck", head="mixamorig:Head", hip="mixamorig:{Side}UpLeg", knee="mixamorig:{Side}Leg",
    ankle="mixamorig:{Side}Foot", foot="mixamorig:{Side}ToeBase", collar="mixamorig:{Side}Shoulder",
    shoulder="mixamorig:{Side}Arm", elbow="mixamorig:{Side}ForeArm", wrist="mixamorig:{Side}Hand",
    hand="mixamorig:{Side}HandMiddle1",
)  # fmt: skip
BIPED = foreign.names(
    pelvis="Bip01 Pelvis", spine1="Bip01 Spine", spine2="Bip01 Spine1", spine3="Bip01 Spine2", neck="Bip01 Neck",
    head="Bip01 Head", hip="Bip01 {S} Thigh", knee="Bip01 {S} Calf", ankle="Bip01 {S} Foot", foot="Bip01 {S} Toe0",
    collar="Bip01 {S} Clavicle", shoulder="Bip01 {S} UpperArm", elbow="Bip01 {S} Forearm", wrist="Bip01 {S} Hand",
    hand="Bip01 {S} Finger2",
)  # fmt: skip
XSENS = foreign.names(
    pelvis="Hips", spine1="Chest", spine2="Chest2", spine3="Chest4", neck="Neck", head="Head", hip="{Side}Hip",
    knee="{Side}Knee", ankle="{Side}Ankle", foot="{Side}Toe", collar="{Side}Collar", shoulder="{Side}Shoulder",
    elbow="{Side}Elbow", wrist="{Side}Wrist", hand="{Side}Hand",
)  # fmt: skip
UNREAL = foreign.names(
    pelvis="pelvis", spine1="spine_01", spine2="spine_02", spine3="spine_03", neck="neck_01", head="head",
    hip="thigh_{s}", knee="calf_{s}", ankle="foot_{s}", foot="ball_{s}", collar="clavicle_{s}",
    shoulder="upperarm_{s}", elbow="lowerarm_{s}", wrist="hand_{s}", hand="middle_01_{s}",
)  # fmt: skip
VROID = foreign.names(
    pelvis="J_Bip_C_Hips", spine1="J_Bip_C_Spine", spine2="J_Bip_C_Chest", spine3="J_Bip_C_UpperChest",
    neck="J_Bip_C_Neck", head="J_Bip_C_Head", hip="J_Bip_{S}_UpperLeg", knee="J_Bip_{S}_LowerLeg",
    ankle="J_Bip_{S}_Foot", foot="J_Bip_{S}_ToeBase", collar="J_Bip_{S}_Shoulder", shoulder="J_Bip_{S}_UpperArm",
    elbow="J_Bip_{S}_LowerArm", wrist="J_Bip_{S}_Hand", hand="J_Bip_{S}_Middle1",
)  # fmt: skip
RIGIFY = foreign.names(
    pelvis="DEF-spine", spine1="DEF-spine.001", spine2="DEF-spine.002", spine3="DEF-spine.003", neck="DEF-spine.004",
    head="DEF-spine.006", hip="DEF-thigh.{S}", knee="DEF-shin.{S}", ankle="DEF-foot.{S}", foot="DEF-toe.{S}",
    collar="DEF-shoulder.{S}", shoulder="DEF-upper_arm.{S}", elbow="DEF-forearm.{S}", wrist="DEF-hand.{S}",
    hand="DEF-palm.02.{S}",
)  # fmt: skip
POSER = foreign.names(
    pelvis="hip", spine1="abdomen", spine2="abdomen2", spine3="chest", neck="neck", head="head", hip="{s}Thigh",
    knee="{s}Shin", ankle="{s}Foot", foot="{s}Toe", collar="{s}Collar", shoulder="{s}Shldr", elbow="{s}ForeArm",
    wrist="{s}Hand", hand="{s}Mid1",
)  # fmt: skip
ROKOKO = foreign.names(
    pelvis="Hips", spine1="Spine1", spine2="Spine2", spine3="Spine3", neck="Neck", head="Head", hip="{Side}Thigh",
    knee="{Side}Shin", ankle="{Side}Foot", foot="{Side}Toe", collar="{Side}Shoulder", shoulder="{Side}Arm",
    elbow="{Side}ForeArm", wrist="{Side}Hand", hand="{Side}FingerBase",
)  # fmt: skip
MAKERS = {
    "mixamo": MIXAMO, "biped": BIPED, "xsens": XSENS, "unreal": UNREAL, "vroid": VROID, "rigify": RIGIFY,
    "poser": POSER, "rokoko": ROKOKO, "spaces": {name: name.replace("_", " ") for name in JOINTS},
}  # fmt: skip
UNKNOWN = {name: f"node{(7 * k) % 24:02d}" for k, name in enumerate(JOINTS)}
LIMBS = [k for k, name in enumerate(JOINTS) if "_" in name and not name.endswith("hand")]


def walk() -> Motion:
    return motions.walk(2)


def off(read: Motion, motion: Motion) -> np.ndarray:
    """Distances (T, 24) in millimetres, hips on hips in every frame."""
    ours, theirs = read.joints(), motion.joints()
    hips = [INDEX["left_hip"], INDEX["right_hip"]]
    ours, theirs = (part - part[:, hips].mean(1, keepdims=True) for part in (ours, theirs))
    return 1000 * np.linalg.norm(ours - theirs, axis=-1)


@pytest.mark.parametrize("maker", MAKERS)
def test_names_of_every_maker_give_the_same_motion(maker, tmp_path):
    motion = walk()
    read = Motion.load(foreign.write_bvh(tmp_path / "walk.bvh", motion, MAKERS[maker]))
    assert np.abs(read.joints() - motion.joints()).max() < 1e-3
    assert "joints were found by their names" in read.note


@pytest.mark.parametrize("maker", MAKERS)
def test_names_find_the_right_joints(maker, tmp_path):
    """By their names alone, also with the tree's joints in another order."""
    named = MAKERS[maker]
    apart = names.take_apart(list(named.values()))
    for joint, name in zip(named, apart):
        side = joint.partition("_")[0]
        assert name.side == (side if side in ("left", "right") else "")


@pytest.mark.parametrize("rest", ["A", "down", "odd"])
def test_rest_poses_do_not_matter(rest, tmp_path):
    motion = walk()
    read = Motion.load(foreign.write_bvh(tmp_path / "walk.bvh", motion, UNREAL, rest))
    error = off(read, motion)
    assert np.median(error[:, LIMBS]) < 10 and error[:, LIMBS].max() < 60
    facing = read.poses[:, 0] - motion.poses[:, 0]
    assert np.abs(facing).max() < 0.2


@pytest.mark.parametrize("rest", ["T", "A", "odd"])
@pytest.mark.parametrize("unit", [1.0, 0.0254, 0.37])
def test_z_up_in_any_unit(rest, unit, tmp_path):
    motion = walk()
    read = Motion.load(foreign.write_bvh(tmp_path / "walk.bvh", motion, MIXAMO, rest, foreign.Z_UP, unit))
    assert np.median(off(read, motion)[:, LIMBS]) < 10
    assert "turned from Z up" in read.note
    assert abs(read.joints()[..., 1].min() - motion.joints()[..., 1].min()) < 0.06


def test_unknown_names_are_guessed_from_the_shape(tmp_path):
    motion = walk()
    for rest in ("T", "down"):
        read = Motion.load(foreign.write_bvh(tmp_path / "walk.bvh", motion, UNKNOWN, rest))
        assert "by the shape of the skeleton" in read.note
        assert np.median(off(read, motion)[:, LIMBS]) < 10


def test_the_shape_tells_left_from_right(tmp_path):
    """A body with unknown names that walks backwards through a turned world keeps its sides."""
    motion = walk()
    turn = np.array([[0.0, 0, -1], [0, 1, 0], [1, 0, 0]])
    read = Motion.load(foreign.write_bvh(tmp_path / "walk.bvh", motion, UNKNOWN, "T", turn))
    bend = [np.abs(one.poses[:, INDEX["left_knee"]]).max(-1) for one in (read, motion)]
    assert np.corrcoef(*bend)[0, 1] > 0.99


def test_a_skeleton_without_hands_toes_and_neck_is_read(tmp_path):
    left_out = ("hand", "foot", "collar", "neck", "head", "spine2")
    some = {joint: name for joint, name in MIXAMO.items() if not joint.endswith(left_out)}
    tree = {**some, "head": "mixamorig:Head"}
    motion = walk()
    clip = SourceClip(
        "some",
        tuple(tree.values()),
        tuple(_parent(joint, list(tree)) for joint in tree),
        motion.joints()[:, [INDEX[joint] for joint in tree]].astype(float),
        20.0,
    )
    read = motion_from_clip(clip)
    assert re.search(r"not in the file: .*neck.*left collar", read.note)
    assert np.median(off(read, motion)[:, [INDEX["left_ankle"], INDEX["right_wrist"]]]) < 40


def _parent(joint: str, known: list[str]) -> int:
    above = PARENTS[INDEX[joint]]
    while above >= 0 and JOINTS[above] not in known:
        above = PARENTS[above]
    return -1 if above < 0 else known.index(JOINTS[above])


def test_two_roots_a_prop_first(tmp_path):
    path = foreign.write_bvh(tmp_path / "walk.bvh", walk(), UNREAL)
    text = path.read_text()
    prop = "ROOT ball_of_foot\n{\nOFFSET 0 0 0\nCHANNELS 3 Xrotation Yrotation Zrotation\n}\n"
    head, rows = text.replace("HIERARCHY\n", "HIERARCHY\n" + prop).split("Frame Time: 0.05000000\n")
    rows = "\n".join(f"0 0 0 {row}" for row in rows.splitlines())
    path.write_text(f"{head}Frame Time: 0.05\n{rows}\n")
    assert np.abs(Motion.load(path).joints() - walk().joints()).max() < 1e-3


def test_a_tree_that_is_no_body_is_refused_by_what_it_has(tmp_path):
    path = tmp_path / "tree.bvh"
    text = "HIERARCHY ROOT a { OFFSET 0 0 0 CHANNELS 3 Xrotation Yrotation Zrotation "
    text += "JOINT LeftArm { OFFSET 0 1 0 CHANNELS 0"
    path.write_text(text + " } }\nMOTION\nFrames: 1\nFrame Time: 0.1\n0 0 0\n")
    with pytest.raises(ValueError, match="known are left shoulder, but not left hip"):
        Motion.load(path)


@pytest.mark.parametrize(
    ("spelled", "role"),
    [
        ("LFArm", "elbow"), ("mElbowLeft", "elbow"), ("lradius", "elbow"), ("ELBOW_LEFT", "elbow"), ("左ひじ", "elbow"),
        ("lForearmBend", "elbow"), ("lowerarm01.L", "elbow"), ("Character1_LeftForeArm", "elbow"), ("LEFTLEG", "knee"),
        ("ValveBiped.Bip01_L_Calf", "knee"), ("left_up_leg", "hip"), ("LThigh", "hip"), ("Scapula_L", "collar"),
    ],
)  # fmt: skip
def test_spellings_of_further_makers(spelled, role):
    name, *_ = names.take_apart([spelled, "Spine", "Chest"])
    assert name.side == "left" and role in names.roles(name)


def test_helper_bones_are_no_limbs():
    bones = ("pelvis", "thigh_l", "thigh_twist_01_l", "ik_foot_l", "calf_l", "foot_l", "LeftHandThumb1")
    found = [names.roles(name) for name in names.take_apart(bones)]
    assert [bool(roles) for roles in found] == [True, True, False, False, True, True, False]


def test_twist_bones_in_the_chain_are_passed_over():
    motion = walk()
    joints = motion.joints()
    tree = {k: name for k, name in UNREAL.items() if not k.endswith("hand")}
    clip_names, parents, places = [], [], []
    for joint in tree:
        clip_names.append(tree[joint])
        above = JOINTS[PARENTS[INDEX[joint]]] if joint != "pelvis" else ""
        parents.append(clip_names.index(tree[above]) if above else -1)
        places.append(joints[:, INDEX[joint]])
        if joint.endswith("hip"):
            tree[joint] += " twist"
            clip_names.append(tree[joint])
            parents.append(len(parents) - 1)
            places.append(0.5 * joints[:, INDEX[joint]] + 0.5 * joints[:, INDEX[joint.replace("hip", "knee")]])
    clip = SourceClip("twist", tuple(clip_names), tuple(parents), np.stack(places, axis=1).astype(float), 20.0)
    mapping = map_skeleton(clip)
    assert clip.joints[mapping.joints["left_hip"]] == "thigh_l"
    assert clip.joints[mapping.joints["left_knee"]] == "calf_l"
    assert find_mapping(clip)[1] is None


def test_skeletons_of_a_line_and_of_thousands_of_joints_are_refused(tmp_path):
    path = foreign.write_bvh(tmp_path / "line.bvh", motions.walk(1), MIXAMO)
    path.write_text(re.sub(r"OFFSET \S+ \S+ \S+", "OFFSET 0 1 0", path.read_text()))
    with pytest.raises(ValueError, match=r"line.bvh: its bones lie in one line"):
        Motion.load(path)
    count = 1001
    places = np.random.default_rng(0).normal(size=(2, count, 3))
    clip = SourceClip("wide", tuple(map(str, range(count))), (-1, *[0] * (count - 1)), places, 30.0)
    with pytest.raises(ValueError, match=r"wide has a skeleton of 1,001 joints; 1,000 are the most"):
        motion_from_clip(clip)
